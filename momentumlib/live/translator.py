"""The translator: one framework's settings as lines of code for all of them."""

from textwrap import wrap

import traitlets as t

from .. import dialects
from ..arguments import flag, fraction, least_zero, one_of
from ..translation import translate
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked

FRAMEWORKS = list(dialects.TITLES)


class Translator(Figure):
    """Settings in one framework, translated into the others; made by `translator`."""

    _esm = script("translator")
    _css = style()

    tables = t.Dict().tag(sync=True)
    family = Checked("momentum", one_of, tuple(dialects.FAMILIES))
    source = Checked("torch", one_of, FRAMEWORKS)
    eta = Checked(0.01, traits.rate)
    gamma = Checked(0.9, fraction)
    beta1 = Checked(0.9, fraction)
    beta2 = Checked(0.999, fraction)
    eps = Checked(1e-8, least_zero)
    decay = Checked(0.0, least_zero)
    dampening = Checked(0.0, fraction)
    nesterov = Checked(False, flag)

    def translations(self):
        """What it shows: framework -> Translation, as `ml.translate` gives it.

        >>> from momentumlib import live
        >>> live.translator(eta=0.1, nesterov=True).translations()["jax"].code
        'optimizers.nesterov(step_size=0.1, mass=0.9)'
        """
        rows = dialects.DIALECTS[self.family]
        names = {}
        for row in rows:
            if row["framework"] == self.source:
                names |= row["names"]
        if self.nesterov:
            names.pop("dampening", None)
        given = {theirs: getattr(self, name) for name, theirs in names.items()}
        targets = dict.fromkeys(row["framework"] for row in rows)
        return {name: translate(self.source, name, self.family, **given) for name in targets}

    def static(self):
        import matplotlib.pyplot as plt

        from ..palette import LIGHT

        lines = []
        for name, told in self.translations().items():
            exact = "your settings" if name == self.source else told.exact
            lines.append((f"{dialects.TITLES[name]}: {exact}", {"weight": "bold"}))
            mono = {"family": "monospace", "size": 9}
            lines += [(part, mono) for part in wrap(told.code, 66, break_on_hyphens=False)]
            lines += [(part, {"size": 9, "color": LIGHT["muted"]})
                      for note in told.notes for part in wrap(note, 84)]  # fmt: skip
            lines.append(("", {}))
        figure = plt.figure(figsize=(5.8, 0.19 * len(lines)), layout="none")
        for row, (text, look) in enumerate(lines):
            height = 1 - (row + 0.8) / len(lines)
            figure.text(0.01, height, text.replace("$", r"\$"), **{"size": 10, **look})
        return figure


def translator(
    source="torch", family="momentum", *, eta=0.01, gamma=0.9, beta1=0.9, beta2=0.999, eps=1e-8,
    decay=0.0, dampening=0.0, nesterov=False, question="", caption="", alt="", key="",
    first=(), goal=None,
):  # fmt: skip
    """A live translator of settings between PyTorch, Keras, optax, JAX and this book.

    source : "book", "torch", "keras", "optax", "jax" or "ema".
    family : "momentum", "rmsprop" or "adam".
    eta, gamma, beta1, beta2, eps, decay, dampening, nesterov : the source's settings under the
        book's names (decay is its weight_decay); those that it does not have count for nothing.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a Translator; `.translations()` is what it shows.
    Raises ValueError where an argument is out of range.
    """
    tables = {
        name: getattr(dialects, name.upper())
        for name in ("titles", "families", "settings", "dialects", "exact", "notes")
    }
    figure = Translator(
        tables=tables, source=source, family=family, eta=eta, gamma=gamma, beta1=beta1,
        beta2=beta2, eps=eps, decay=decay, dampening=dampening, nesterov=nesterov,
        question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
    figure.translations()  # a value out of range raises its sentence
    return figure
