"""Settings of one framework as those of another, with what no setting can translate.

The conventions stand in the tables of dialects.py; a translation compares two rows. The live
translator does the same with the same tables in JavaScript (live/translation.js).
"""

import re
from typing import NamedTuple

from .arguments import flag, fraction, least_zero, one_of, positive
from .dialects import DIALECTS, EXACT, NOTES, SETTINGS, TITLES


class Translation(NamedTuple):
    """settings : under the target's names;  code : the line to type;  exact : one of EXACT;
    notes : what to know, in sentences."""

    settings: dict
    code: str
    exact: str
    notes: tuple


def translate(source, target, family="momentum", **settings):
    """Settings of one framework as those of another.

    source, target : "book", "torch", "keras", "optax", "jax" (jax.example_libraries.optimizers),
        or "ema" (optax.ema, for family "momentum").
    family : "momentum" (with NAG), "rmsprop" or "adam" (with AdamW).
    settings : by the source's own names; what is left out has the book's usual value.
        weight_decay is the source's own kind: in PyTorch's SGD part of the gradient, in Keras,
        and for Adam everywhere, decoupled; in optax.sgd, add_decayed_weights before it.

    Returns a Translation. Raises ValueError where a name or a value is not what it must be.

    >>> told = translate("torch", "keras", lr=0.1, momentum=0.9, nesterov=True)
    >>> told.code
    'keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True)'
    >>> told.exact
    'the same path while η is constant'
    """
    one_of("family", family, DIALECTS)
    known = list(dict.fromkeys(row["framework"] for row in DIALECTS[family]))
    one_of("source", source, known)
    one_of("target", target, known)
    ours = _ours(family, source, settings)
    a = _source(family, source, ours)
    choices = [(row, _compare(a, row, ours)) for row in _rows(family, target)]
    b, notes = min(choices, key=lambda pair: (_level(pair[1]), len(pair[1])))
    theirs = _convert(a, b, ours)
    told = {
        "source": TITLES[source], "target": TITLES[target],
        "target_eta": _digits(1 - ours.get("dampening", 0)), "first": f"{_first(notes, ours):.3g}",
    }  # fmt: skip
    return Translation(
        {b["names"][name]: value for name, value in theirs.items() if name in b["names"]},
        _fill(b["code"], theirs),
        EXACT[_level(notes)],
        tuple(NOTES[note][1].format(**told) for note in notes),
    )


def _rows(family, framework):
    return [row for row in DIALECTS[family] if row["framework"] == framework]


def _source(family, source, ours):
    """The row that the source means: with weight decay, the first that has it."""
    rows = _rows(family, source)
    return next((row for row in rows if row["decay"] or not ours.get("decay")), rows[0])


def _compare(a, b, ours):
    """The names of the notes on going from row a to row b."""
    gamma, decay = ours.get("gamma", 0), ours.get("decay", 0)
    nesterov, same = ours.get("nesterov") and gamma > 0, a["framework"] == b["framework"]
    notes = []
    if gamma > 0 and a["eta"] != b["eta"]:
        notes.append("nesterov" if nesterov else f"to {b['eta']}")
    if nesterov and b["framework"] == "ema":
        notes.append("no nesterov")
    elif nesterov and a["point"] != b["point"]:
        notes.append("point")
    if "ema" in (a["framework"], b["framework"]) and not same:
        notes.append("average")
    if ours.get("dampening", 0) > 0 and gamma > 0 and not same:
        notes.append("dampening")
    if decay > 0 and a["decay"] != b["decay"]:
        if not b["decay"]:
            alike = a["decay"] == "l2" or ("gamma" in ours and gamma == 0)
            notes.append("cost" if alike else "no decay")
        elif gamma > 0:
            notes.append(f"to {b['decay']}")
    if ours.get("eps", 0) > 0 and a["eps"] != b["eps"]:
        notes.append("early" if "early" in (a["eps"], b["eps"]) else "root")
    return notes


def _level(notes):
    return max((NOTES[note][0] for note in notes), default=0)


def _convert(a, b, ours):
    """The target's values, still under the book's names."""
    theirs, gamma = dict(ours), ours.get("gamma", 0)
    if a["framework"] != b["framework"] and gamma > 0:
        theirs["eta"] *= 1 - ours.get("dampening", 0)
        theirs["dampening"] = 0.0
    if a["framework"] != b["framework"]:
        theirs["eta"] *= 1 - gamma if a["framework"] == "ema" else 1
        theirs["eta"] /= 1 - gamma if b["framework"] == "ema" else 1
    if a["decay"] and b["decay"] and a["decay"] != b["decay"]:
        theirs["decay"] *= 1 - gamma if b["decay"] == "l2" else 1 / (1 - gamma)
    if a["eps"] != b["eps"] and "early" not in (a["eps"], b["eps"]):
        theirs["eps"] = ours["eps"] ** 2 if b["eps"] == "inside" else ours["eps"] ** 0.5
    if "nesterov" in ours:
        theirs["nesterov"] = bool(ours["nesterov"] and gamma > 0 and b["framework"] != "ema")
    return theirs


def _first(notes, ours):
    if "early" in notes:
        return (1 - ours["beta2"]) ** -0.5
    return 1 / (1 - ours.get("dampening", 0))


def _fill(code, values):
    """The line of code with its values, and the parts that they call for."""

    def part(match):
        negated, name, text = match.groups()
        return text if bool(values.get(name)) != bool(negated) else ""

    text = re.sub(r"\[(!?)(\w+)\|([^\]]*)\]", part, code)
    return re.sub(r"\{(\w+)\}", lambda match: _digits(values[match[1]]), text)


def _digits(value):
    """A float of Python with at most six digits; JavaScript writes the same."""
    text = re.sub(r"e([+-])0*", r"e\1", f"{value:.6g}")
    return text if re.search(r"[.e]", text) else text + ".0"


def _ours(family, source, settings):
    """The settings under the book's names, checked, with the usual values for the rest."""
    rows = _rows(family, source)
    back = {theirs: name for row in rows for name, theirs in row["names"].items()}
    ours = dict(SETTINGS[family])
    for theirs, value in settings.items():
        if theirs not in back:
            known = ", ".join(back)
            raise ValueError(f"{TITLES[source]} has no {theirs} here; it has {known}")
        name = back[theirs]
        if name == "nesterov":
            ours[name] = flag(theirs, value)
        elif name == "eta":
            ours[name] = positive(theirs, value)
        elif name in ("decay", "eps"):
            ours[name] = least_zero(theirs, value)
        else:
            ours[name] = fraction(theirs, value)
    if ours.get("nesterov") and ours.get("dampening"):
        raise ValueError("nesterov needs dampening=0, as in PyTorch")
    return ours
