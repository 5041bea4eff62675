"""The V: the two factors of gradient descent in a valley, over the learning rate."""

import traitlets as t

from .. import theory
from ..methods import gd
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked


class Factors(Figure):
    """|1 − ημ| and |1 − ηL| over η, and the path at one η; made by `factors`."""

    _esm = script("factors")
    _css = style()

    map_module = t.Bytes().tag(sync=True)
    steps = Checked(30, traits.steps)
    start = Checked([-4.0, 2.0], traits.start)
    kappa = Checked(10.0, traits.kappa)
    eta = Checked(0.1, traits.rate)

    def factors(self):
        """1 − ημ and 1 − ηL, by which a step multiplies the errors along and across.

        >>> from momentumlib import live
        >>> live.factors(kappa=100, eta=0.019).factors()
        (0.981, -0.8999999999999999)
        """
        return 1 - self.eta, 1 - self.eta * self.kappa

    def measures(self):
        """rate: the larger factor's size."""
        return {"rate": max(map(abs, self.factors()))}

    def run(self):
        """The run that is shown, as `ml.minimize` gives it."""
        valley = quadratic(self.kappa)
        return minimize(valley, gd(self.eta), start=list(self.start), steps=self.steps)

    def static(self):
        import matplotlib.pyplot as plt
        import numpy as np

        from .. import plot

        figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1))
        eta, best = np.linspace(0, 2.3 / self.kappa, 231), theory.gd(1.0, self.kappa)
        along, across = abs(1 - eta), abs(1 - eta * self.kappa)
        left.plot(eta, np.maximum(along, across), color=plot.INK, lw=3)
        left.plot(eta, along, color=plot.MUTED)
        left.plot(eta, across, "--", color=plot.MUTED)
        left.text(0.05 / self.kappa, 1.08, "|1 − ημ|, along")
        left.text(0.45 / self.kappa, 0.6, "|1 − ηL|, across")
        left.plot(best.eta, best.rate, "*", color=plot.LIGHT["good"], ms=10)
        here = max(map(abs, self.factors()))
        left.plot(self.eta, here, "o", mfc=plot.PAPER, color=plot.INK)
        left.set(xlabel="learning rate η", ylabel="factor per step, its size", ylim=(0, 1.3))
        wide, high = (1.3 * max(0.5, abs(x)) for x in self.start)
        box = {"xlim": (-wide, wide), "ylim": (-high, high)}
        plot.landscape(quadratic(self.kappa), right, points=61, **box)
        plot.path(self.run(), right).get_legend().remove()
        return figure


def factors(
    kappa=10.0, *, eta=None, steps=30, start=(-4.0, 2.0), question="", caption="", alt="", key="",
    first=(), goal=None,
):  # fmt: skip
    """A live picture of what one learning rate does along a valley and across it.

    kappa : condition number, the curvatures are μ = 1 and L = kappa.  eta : the marker's first
    place; 1/L by default.  steps, start : of the run beside it.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a Factors: `.eta`, `.kappa` follow the reader; `.factors()`, `.run()` are shown.
    Raises ValueError where kappa < 1, or η is out of range.
    """
    kappa = traits.kappa("kappa", kappa)
    return Factors(
        module=wasm.build([quadratic()]), map_module=wasm.build_map(), kappa=kappa,
        eta=1 / kappa if eta is None else eta, steps=steps, start=start,
        question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
