"""Running an answer that is one step of a method: its own results are fed back to it."""

import numpy as np

from .answer import Wrong, call
from .cases import told
from .exercise import Trace
from .result import returned


def runner(takes, gives, grad="array"):
    """A `run` for steps that take `takes` and return `gives`.

    grad : whether they take the gradient as an "array" or as a "function".
    """

    def run(function, case, printed=None):
        now = [case.state[name].copy() for name in gives]
        rows, trace = [now], Trace({}, [""], whole=True)
        for k in range(case.steps):
            slope = case.slope if grad == "function" else case.slope(now[0])
            offered = dict(zip(gives, now, strict=True)) | case.hyper
            offered |= {"grad": slope, "t": case.first + k}
            handed = [_copy(offered[name]) for name in takes]
            try:
                result = call(function, *handed)
                new = returned(result, gives, now[0].size, printed and printed.getvalue())
            except Wrong as wrong:
                if not wrong.arithmetic:
                    raise
                if not trace.error:
                    trace.error, trace.good = wrong, len(rows)
                new = [np.full(now[0].size, np.nan) for _ in gives]
            update = dict(zip(gives, new, strict=True))
            trace.damage = trace.damage or _damage(takes, offered, handed, update)
            trace.in_place = trace.in_place or _in_place(takes, gives, offered, handed)
            trace.whole &= _whole(new[0])
            now = [np.asarray(part, float) for part in new]
            rows.append(now)
            shown = [told(name, offered[name]) for name in takes if name in STATE]
            t = [f"t = {case.first + k}"] if "t" in takes else []
            trace.labels.append(f"after step {k + 1}, from {', '.join([*shown, *t])}")
        trace.values = {name: np.array([row[k] for row in rows]) for k, name in enumerate(gives)}
        return trace

    return run


#: What a step begins with; the hyperparameters are those of the case.
STATE = {"theta", "v", "m", "s", "s_max", "y", "buffer", "grad"}


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def _damage(takes, offered, handed, new):
    """What is said where the answer changed an array that is not what it updates."""
    for name, now in zip(takes, handed, strict=True):
        if not isinstance(now, np.ndarray) or np.array_equal(now, offered[name], equal_nan=True):
            continue
        if name in new and np.array_equal(now, new[name], equal_nan=True):
            continue  # the update itself, in place
        return (
            f"On the way it changes `{name}`, which the caller may still need: better write to a "
            f"name of your own than `{name} += ...`."
        )
    return ""


def _in_place(takes, gives, offered, handed):
    """What is said where the answer's update is made in the caller's own arrays."""
    pairs = zip(takes, handed, strict=True)
    changed = {name for name, now in pairs if name in gives and np.any(now != offered[name])}
    if not changed:
        return ""
    if gives[0] in changed:
        return "It works in place, so keep copies if you store the path."
    names = " and ".join(f"`{name}`" for name in takes if name in changed)
    return f"It changes the caller's {names} in place: who needs what was there keeps a copy."


def _whole(array):
    return array.dtype.kind in "iu" or bool(np.isfinite(array).all() and (array % 1 == 0).all())
