"""The roots: what momentum does in one direction of a valley, over γ."""

import traitlets as t

from .. import theory
from ..arguments import within
from ..methods import momentum
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked


class Roots(Figure):
    """The two roots of one direction, their sizes over γ, and the run; made by `roots`."""

    _esm = script("roots")
    _css = style()

    map_module = t.Bytes().tag(sync=True)
    steps = Checked(60, traits.steps)
    slope = Checked(0.1, traits.rate)
    gamma = Checked(0.2, within, 0, 1)

    def sigma(self):
        """The two roots, the larger first: shape (2,), complex.

        >>> from momentumlib import live
        >>> abs(live.roots(slope=0.01, gamma=0.81).sigma()).round(6)
        array([0.9, 0.9])
        """
        pair = theory.roots(momentum(self.slope, self.gamma), 1.0)
        return pair[abs(pair).argsort(kind="stable")[::-1]]

    def measures(self):
        """rate: the larger |σ|."""
        return {"rate": abs(self.sigma()[0])}

    def run(self):
        """The run that is shown: along θ₁, with curvature 1 and η = ηλ, from 1."""
        bowl = quadratic(1.0)
        return minimize(bowl, momentum(self.slope, self.gamma), start=[1, 0], steps=self.steps)

    def static(self):
        import matplotlib.pyplot as plt
        import numpy as np

        from .. import plot

        figure, axes = plt.subplot_mosaic("ab;cc", figsize=(7.2, 4.8), height_ratios=(2, 1))
        plot.roots(self.sigma()[None], axes["a"])
        gamma = np.linspace(0, 1, 201)
        pairs = [theory.roots(momentum(self.slope, g), 1.0) for g in gamma]
        small, large = np.sort(np.abs(pairs), axis=1).T
        axes["b"].plot(gamma, large, color=plot.INK, lw=3)
        axes["b"].plot(gamma, small, "--", color=plot.MUTED)
        here = abs(self.sigma()[0])
        axes["b"].plot(self.gamma, here, "o", mfc=plot.PAPER, color=plot.INK)
        axes["b"].set(xlabel="momentum γ", ylabel="|σ|", ylim=(0, 1.2))
        axes["c"].plot(self.run().theta[:, 0], ".-", color=plot.LIGHT["momentum"])
        axes["c"].set(xlabel="step t", ylabel="error e", ylim=(-1.2, 1.2))
        return figure


def roots(
    slope=0.1, *, gamma=0.2, steps=60, question="", caption="", alt="", key="", first=(), goal=None
):
    """A live picture of the two roots σ of momentum in one direction, as γ grows.

    slope : ηλ, the learning rate times the curvature of the direction.  gamma : the marker's
    first place.  steps : of the run below.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a Roots: `.slope`, `.gamma` follow the reader; `.sigma()`, `.run()` are shown.
    Raises ValueError where slope or gamma is out of range.
    """
    return Roots(
        module=wasm.build([quadratic()]), map_module=wasm.build_map(), slope=slope, gamma=gamma,
        steps=steps, question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
