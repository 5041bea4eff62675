"""The spectrum: momentum's rate over all curvatures of a valley."""

import numpy as np

from .. import theory
from ..arguments import within
from ..methods import momentum
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked


class Spectrum(Figure):
    """|σ| over the curvatures of a valley from μ = 1 to L = κ; made by `spectrum`."""

    _esm = script("spectrum")
    _css = style()

    kappa = Checked(100.0, traits.kappa)
    eta = Checked(0.02, traits.rate)
    gamma = Checked(0.5, within, 0, 1)

    def sizes(self, curvatures):
        """The larger |σ| in directions of these curvatures.

        >>> from momentumlib import live
        >>> live.spectrum(eta=0.01, gamma=0.81).sizes([1, 10, 100]).round(6)
        array([0.9, 0.9, 0.9])
        """
        pairs = theory.roots(momentum(self.eta, self.gamma), curvatures)
        return np.abs(pairs).max(axis=-1)

    def rate(self):
        """The worst from μ to L, which is at one of the ends."""
        return float(self.sizes([1.0, self.kappa]).max())

    def measures(self):
        """rate: the worst |σ| from μ to L."""
        return {"rate": self.rate()}

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, ax = plt.subplots(figsize=(6.4, 3.4))
        every = np.geomspace(0.15, self.kappa / 0.15, 301)
        inside = np.geomspace(1, self.kappa, 301)
        ax.axvspan(1, self.kappa, color=plot.LIGHT["grid"], alpha=0.35, lw=0)
        ax.plot(every, self.sizes(every), color=plot.MUTED)
        ax.plot(inside, self.sizes(inside), color=plot.INK, lw=3)
        ax.plot([1, self.kappa], [self.rate()] * 2, "--", color=plot.LIGHT["momentum"])
        ax.axhline(1, color=plot.MUTED, lw=1)
        ax.set(xlabel="curvature λ", ylabel="|σ|", xscale="log", ylim=(0, 1.2))
        ax.set(xlim=(every[0], every[-1]))
        return figure


def spectrum(
    kappa=100.0, *, eta=0.02, gamma=0.5, question="", caption="", alt="", key="", first=(),
    goal=None,
):  # fmt: skip
    """A live picture of momentum's |σ| over all curvatures of a valley.

    kappa : condition number, the curvatures go from 1 to kappa.  eta, gamma : the pair that the
    figure opens with.  question, caption, alt, key, first, goal : as for `race`.

    Returns a Spectrum: `.eta`, `.gamma`, `.kappa` follow the reader; `.sizes(λ)`, `.rate()`.
    Raises ValueError where kappa < 1, or η or γ is out of range.
    """
    return Spectrum(
        module=wasm.build_map(), kappa=kappa, eta=eta, gamma=gamma, question=question,
        caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
