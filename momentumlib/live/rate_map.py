"""The rate map: the (η, γ) plane, and what each direction of the valley does at one point."""

import numpy as np
import traitlets as t

from .. import theory
from ..arguments import flag, text, within
from ..methods import momentum, nag
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked


class RateMap(Figure):
    """The (η, γ) plane of a valley with curvatures from 1 to κ; made by `rate_map`."""

    _esm = script("rate_map")
    _css = style()

    map_module = t.Bytes().tag(sync=True)
    steps = Checked(100, traits.steps)
    start = Checked([-4.0, 2.0], traits.start)
    kappa = Checked(100.0, traits.kappa)
    nag = Checked(False, flag)
    eta = Checked(0.01, traits.rate)
    gamma = Checked(0.9, within, 0, 1)
    guess = Checked("", text)

    def method(self):
        """The method at the marker."""
        return (nag if self.nag else momentum)(self.eta, self.gamma)

    def rate(self):
        """The rate at the marker.

        >>> from momentumlib import live
        >>> round(live.rate_map(kappa=100, eta=4 / 121, gamma=(9 / 11) ** 2).rate(), 3)
        0.818
        """
        return theory.rate(self.method(), [1.0, self.kappa])

    def measures(self):
        """rate: the rate at the marker."""
        return {"rate": self.rate()}

    def run(self):
        """The run at the marker, as `ml.minimize` gives it."""
        valley = quadratic(self.kappa)
        return minimize(valley, self.method(), start=list(self.start), steps=self.steps)

    def critical(self, gamma):
        """The η at each γ that damp a direction of the valley critically, as lines of the map.

        >>> from momentumlib import live
        >>> [round(float(eta), 4) for eta in live.rate_map(4).critical(0.25)]
        [0.25, 0.0625, 0.5625]
        """
        if self.nag:
            return [((1 - gamma) / (1 + gamma)) ** 2 / lam for lam in (1.0, self.kappa)]
        near, far = ((1 + side * np.sqrt(gamma)) ** 2 for side in (-1, 1))
        return [near, near / self.kappa, far / self.kappa]

    def static(self):
        import matplotlib.pyplot as plt
        from matplotlib.ticker import LogLocator

        from .. import plot

        figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1))
        eta, gamma = np.geomspace(0.02, 4.4, 81) / self.kappa, np.linspace(0, 1, 61)
        rates = theory.rate_map("nag" if self.nag else "momentum", eta, gamma, [1.0, self.kappa])
        plot.rate_map(eta, gamma, rates, left)
        for critical in self.critical(gamma):  # two strokes: seen on every color
            left.plot(critical, gamma, color=plot.PAPER, lw=2)
            left.plot(critical, gamma, "--", color=plot.INK, lw=1)
        left.set(xlim=(eta[0], eta[-1]), ylim=(0, 1))
        left.xaxis.set_major_locator(LogLocator())  # there is no room for more words
        tuning = (theory.lessard if self.nag else theory.polyak)(1.0, self.kappa)
        left.plot(tuning.eta, tuning.gamma, "*", color=plot.PAPER, ms=10)
        left.plot(self.eta, self.gamma, "o", mfc=plot.PAPER, color=plot.INK)
        sigma = theory.roots(self.method(), [1.0, self.kappa])
        plot.roots(sigma, right, labels=["λ = μ", "λ = L"])
        return figure


def rate_map(
    kappa=100.0, *, nag=False, eta=None, gamma=0.9, steps=100, start=(-4.0, 2.0), guess="",
    question="", caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A live map of the rate over (η, γ), with the error, the roots and the path at one point.

    kappa : condition number, the curvatures are 1 and kappa.  nag : NAG's map instead of
    momentum's.  eta, gamma : the marker's first place; η = 1/κ by default.
    steps, start : of the run that is shown.  guess : the key of a `predict.point` (η, γ), whose
    guess stands on the map once it is made.  question, caption, alt, key, first, goal : as for
    `race`.

    Returns a RateMap: `.eta`, `.gamma`, `.kappa`, `.nag` follow the reader; `.run()`, `.rate()`.
    Raises ValueError where kappa < 1, or η or γ is out of range.
    """
    kappa = traits.kappa("kappa", kappa)
    return RateMap(
        module=wasm.build([quadratic()]), map_module=wasm.build_map(), kappa=kappa, nag=nag,
        eta=1 / kappa if eta is None else eta, gamma=gamma, steps=steps, start=start,
        guess=guess, question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
