"""The shoes: a valley as it is, and in the coordinates that Adam's divisors make."""

import numpy as np

from ..arguments import fraction, number
from ..methods import adam
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked

EPS = 1e-8


class Shoes(Figure):
    """A valley that can be turned, as it is and as Adam sees it; made by `shoes`."""

    _esm = script("shoes")
    _css = style()

    steps = Checked(100, traits.steps)
    kappa = Checked(30.0, traits.kappa)
    angle = Checked(0.0, number)
    eta = Checked(0.1, traits.rate)
    beta1 = Checked(0.9, fraction)
    beta2 = Checked(0.999, fraction)
    start = Checked([-4.0, 2.0], traits.start)
    step = Checked(0, traits.step)

    def run(self):
        """Adam's run, with m and s, as `ml.minimize` gives it."""
        method, valley = (
            adam(self.eta, self.beta1, self.beta2),
            quadratic(self.kappa, angle=self.angle),
        )
        return minimize(valley, method, start=list(self.start), steps=self.steps, states=True)

    def divisors(self):
        """√ŝ + ε of both coordinates at the step shown (at 0, those of the first step).

        >>> from momentumlib import live
        >>> live.shoes(kappa=4, start=[-1, 1]).divisors().round(6)
        array([1., 4.])
        """
        run = self.run()
        row = min(max(1, self.step), run.steps)
        return np.sqrt(run.s[row] / (1 - self.beta2**row)) + EPS

    def seen(self):
        """The valley's matrix of curvatures in Adam's coordinates √(√ŝ + ε)·θ: shape (2, 2).

        There Adam is momentum with one learning rate for both.

        >>> from momentumlib import live
        >>> straight, turned = (live.shoes(9, angle=a, start=[-2, 1]).seen() for a in (0, 45))
        >>> [round(float(np.linalg.cond(each)), 2) for each in (straight, turned)]
        [2.0, 9.02]
        """
        valley, root = quadratic(self.kappa, angle=self.angle), np.sqrt(self.divisors())
        return np.array([valley.grad(axis) for axis in np.eye(2)]) / np.outer(root, root)

    def measures(self):
        """left: the condition number in Adam's coordinates."""
        return {"left": np.linalg.cond(self.seen())}

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.4))
        run, roots = self.run(), np.sqrt(self.divisors())
        valley, scale = run.problem, roots / np.sqrt(roots.prod())
        row = min(self.step, run.steps) or run.steps
        for ax, by, title in zip(
            axes, ([1, 1], scale), ("the valley", "in Adam's shoes"), strict=True
        ):
            path = run.theta[: row + 1] * by
            far = 1.25 * np.abs(path * [0.8, 1]).max()
            x, y = np.meshgrid(np.linspace(-1.25 * far, 1.25 * far, 61), np.linspace(-far, far, 61))
            J = valley.values(np.stack([x / by[0], y / by[1]], axis=-1).reshape(-1, 2))
            heights = np.sqrt(J).reshape(x.shape)
            ax.contourf(x, y, heights, np.linspace(0, heights.max(), 11), colors=plot.LEVELS)
            # Graph paper of one square a unit of θ, to show what the shoes do to it.
            for line, reach, unit in ((ax.axvline, 1.25 * far, by[0]), (ax.axhline, far, by[1])):
                for k in range(-int(reach / unit), int(reach / unit) + 1):
                    line(k * unit, color=plot.MUTED, lw=0.6, alpha=0.4)
            ax.plot(*path.T, color=plot.LIGHT["adam"])
            ax.plot(0, 0, "*", color=plot.INK, ms=9)
            here = run.theta[self.step] if self.step <= run.steps else run.theta[-1]
            grad = valley.grad(here)
            for way, role in ((grad * by, "grad"), (grad / roots**2 * by, "adam")):
                if length := np.hypot(*way):
                    tip = here * by - 0.45 * far * way / length
                    plot.arrow(here * by, tip, ax, color=role, dashed=role == "grad")
            ax.set(title=title, xlabel="θ₁", ylabel="θ₂", aspect="equal")
        return figure


def shoes(
    kappa=30.0, *, angle=0.0, eta=0.1, beta1=0.9, beta2=0.999, start=(-4.0, 2.0), steps=100,
    step=0, question="", caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A live picture of a valley beside the same valley in Adam's coordinates.

    kappa, angle : the valley, as for `problems.quadratic`.  eta, beta1, beta2 : Adam's.
    start, steps : of its run.  step : how far along it the figure opens.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a Shoes; `.divisors()`, `.seen()` and `.run()` are what it shows.
    Raises ValueError where an argument is out of range.
    """
    figure = Shoes(
        module=wasm.build([quadratic()]), kappa=kappa, angle=angle, eta=eta, beta1=beta1,
        beta2=beta2, start=start, steps=steps, step=step,
        question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
    figure.run()  # a value out of range raises its sentence
    return figure
