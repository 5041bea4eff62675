"""Per coordinate: the learning rates that RMSprop and Adam give to each parameter."""

import numpy as np

from ..arguments import flag, fraction, number, one_of
from ..methods import adam, gd, rmsprop
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked


class PerCoordinate(Figure):
    """Adam or RMSprop on a valley that can be turned; made by `per_coordinate`."""

    _esm = script("per_coordinate")
    _css = style()

    steps = Checked(100, traits.steps)
    kappa = Checked(100.0, traits.kappa)
    angle = Checked(0.0, number)
    method = Checked("adam", one_of, ("adam", "rmsprop"))
    eta = Checked(0.1, traits.rate)
    beta1 = Checked(0.9, fraction)
    beta2 = Checked(0.999, fraction)
    correct = Checked(True, flag)
    start = Checked([-4.0, 2.0], traits.start)
    step = Checked(0, traits.step)

    def run(self):
        """The run that is shown, with m and s, as `ml.minimize` gives it."""
        if self.method == "adam":
            made = adam(self.eta, self.beta1, self.beta2, bias_correction=self.correct)
        else:
            made = rmsprop(self.eta, self.beta2)
        valley = quadratic(self.kappa, angle=self.angle)
        return minimize(valley, made, start=list(self.start), steps=self.steps, states=True)

    def learning_rates(self):
        """η/(√ŝ + ε) of each coordinate at each step: shape (steps, 2).

        >>> from momentumlib import live
        >>> live.per_coordinate(kappa=4, eta=0.1, start=[-1, 1], steps=1).learning_rates().round(4)
        array([[0.1  , 0.025]])
        """
        s = self.run().s[1:]
        if self.method == "adam" and self.correct:
            s = s / (1 - self.beta2 ** np.arange(1, len(s) + 1))[:, None]
        return self.eta / (np.sqrt(s) + 1e-8)

    def measures(self):
        """ratio: the last learning rate of θ₁ as a part of that of θ₂."""
        first, second = self.learning_rates()[-1]
        return {"ratio": first / second}

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1))
        run, far = self.run(), 1.3 * max(abs(x) for x in self.start)
        box = {"xlim": (-far, far), "ylim": (-0.8 * far, 0.8 * far)}
        plot.landscape(run.problem, left, points=61, **box)
        # Plain gradient descent at its own best η: it does not notice the angle.
        plain = gd(2 / (1 + self.kappa))
        plain = minimize(run.problem, plain, start=list(self.start), steps=self.steps)
        plot.path([plain, run], left, steps=self.step, marks=False)
        for i, (dash, label) in enumerate((("-", "θ₁"), ((0, (6, 2)), "θ₂"))):
            right.semilogy(self.learning_rates()[:, i], color=plot.INK, linestyle=dash, label=label)
        right.set(xlabel="step t", ylabel="effective learning rate")
        right.legend()
        return figure


def per_coordinate(
    kappa=100.0, *, angle=0.0, method="adam", eta=0.1, beta1=0.9, beta2=0.999, correct=True,
    start=(-4.0, 2.0), steps=100, step=None, question="", caption="", alt="", key="",
    first=(), goal=None,
):  # fmt: skip
    """A live picture of the learning rates that Adam or RMSprop gives each coordinate.

    kappa, angle : the valley, as for `problems.quadratic`.  method : "adam" or "rmsprop".
    eta, beta1, beta2 : its hyperparameters.  correct : Adam's bias correction.
    start, steps : of the run.  step : how far along it the figure opens, the end by default.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a PerCoordinate; `.learning_rates()` and `.run()` are what it shows.
    Raises ValueError where an argument is out of range.
    """
    figure = PerCoordinate(
        module=wasm.build([quadratic()]), kappa=kappa, angle=angle, method=method, eta=eta,
        beta1=beta1, beta2=beta2, correct=correct, start=start, steps=steps,
        step=steps if step is None else step,
        question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
    figure.run()  # a value out of range raises its sentence
    return figure
