"""The memory: the velocity as what is left of all past gradients, laid tip to tail."""

import numpy as np

from ..arguments import within
from ..methods import momentum
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked


class Memory(Figure):
    """Past gradients that add up to v, step by step; made by `memory`."""

    _esm = script("memory")
    _css = style()

    steps = Checked(24, traits.steps)
    kappa = Checked(20.0, traits.kappa)
    eta = Checked(0.08, traits.rate)
    gamma = Checked(0.7, within, 0, 1)
    start = Checked([-4.0, 2.0], traits.start)
    step = Checked(0, traits.step)

    def run(self):
        """The run that is shown, with its velocities, as `ml.minimize` gives it."""
        method = momentum(self.eta, self.gamma)
        options = {"start": list(self.start), "steps": self.steps, "states": True}
        return minimize(quadratic(self.kappa), method, **options)

    def terms(self):
        """What is left of each past gradient in v, ηγᵏg(t−k), the oldest first: (t + 1, 2).

        They add up to the velocity with which the run leaves the point shown.

        >>> from momentumlib import live
        >>> figure = live.memory(step=3)
        >>> figure.terms().sum(axis=0).round(3), figure.run().v[4].round(3)
        (array([-0.635, -0.445]), array([-0.635, -0.445]))
        """
        run = self.run()
        t = max(0, min(self.step, run.steps - 1))
        weights = self.gamma ** np.arange(t, -1, -1.0)
        gradients = np.array([run.problem.grad(theta) for theta in run.theta[: t + 1]])
        return self.eta * weights[:, None] * gradients

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, (land, chain) = plt.subplots(1, 2, figsize=(7.2, 3.4))
        run, terms = self.run(), -self.terms()
        t = len(terms) - 1
        plot.landscape(run.problem, land, xlim=(-4.8, 2.2), ylim=(-2.7, 2.7), points=61)
        land.set_aspect("equal")
        plot.path(run, land).get_legend().remove()
        feet = np.vstack([np.zeros(2), np.cumsum(terms, axis=0)])
        words = ["−ηγᵏg, the oldest first"] + [None] * t
        ends = zip(run.theta, terms, feet[:-1], feet[1:], words, strict=False)
        for theta, push, foot, tip, label in ends:
            plot.arrow(theta, theta + push, land, color="grad")
            plot.arrow(foot, tip, chain, color="grad", label=label)
        plot.arrow(run.theta[t], run.theta[t + 1], land, color="v")
        plot.arrow(feet[0], feet[-1], chain, color="v", label="−v")
        low, high = feet.min(axis=0), feet.max(axis=0)
        room = 0.15 * (high - low).max() + 1e-12
        middle, half = (low + high) / 2, (high - low).max() / 2 + room
        box = np.stack([middle - half, middle + half], axis=1)
        chain.set(xlim=box[0], ylim=box[1], aspect="equal")
        chain.set(xlabel="along the valley", ylabel="across it")
        chain.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
        return figure


def memory(
    kappa=20.0, *, eta=0.08, gamma=0.7, start=(-4.0, 2.0), step=5, steps=24, question="",
    caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A live picture of the velocity as the sum of past gradients, each fading with its age.

    kappa : the valley, as for `problems.quadratic`.  eta, gamma : momentum's.
    start : where the run begins.  step : how far along it the figure opens.
    steps : how many steps the run takes.  question, caption, alt, key, first, goal : as for `race`.

    Returns a Memory; `.terms()` are the arrows, `.run()` the run.
    Raises ValueError where an argument is out of range.
    """
    figure = Memory(
        module=wasm.build([quadratic()]), kappa=kappa, eta=eta, gamma=gamma, start=start,
        step=step, steps=steps, question=question, caption=caption, alt=alt, key=key, first=first,
        goal=goal,
    )  # fmt: skip
    figure.run()  # a value out of range raises its sentence
    return figure
