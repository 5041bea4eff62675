"""One step: the vectors of momentum and NAG from the same point with the same velocity."""

from ..arguments import number, one_of, within
from ..methods import momentum, nag
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked


class OneStep(Figure):
    """Both methods' next step from a point on a run; made by `one_step`."""

    _esm = script("one_step")
    _css = style()

    steps = Checked(30, traits.steps)
    kappa = Checked(10.0, traits.kappa)
    angle = Checked(0.0, number)
    eta = Checked(0.1, traits.rate)
    gamma = Checked(0.8, within, 0, 1)
    follow = Checked("momentum", one_of, ("momentum", "nag"))
    start = Checked([-4.0, 2.0], traits.start)
    step = Checked(0, traits.step)

    def run(self):
        """The run that leads to the point, with its velocities, as `ml.minimize` gives it."""
        method = (nag if self.follow == "nag" else momentum)(self.eta, self.gamma)
        valley = quadratic(self.kappa, angle=self.angle)
        return minimize(valley, method, start=list(self.start), steps=self.steps, states=True)

    def landings(self):
        """Where momentum and NAG land from the point shown: two arrays of shape (2,).

        >>> from momentumlib import live
        >>> figure = live.one_step(kappa=10, eta=0.1, gamma=0.5, start=[-4, 2], step=1)
        >>> ball, nag = figure.landings()
        >>> ball.round(6), nag.round(6)
        (array([-3.04, -1.  ]), array([-3.06,  0.  ]))
        """
        run = self.run()
        row = min(self.step, run.steps)
        theta, ahead = run.theta[row], run.theta[row] - self.gamma * run.v[row]
        return tuple(ahead - self.eta * run.problem.grad(at) for at in (theta, ahead))

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, ax = plt.subplots(figsize=(6.4, 3.6))
        run, (ball, accelerated) = self.run(), self.landings()
        row = min(self.step, run.steps)
        theta, ahead = run.theta[row], run.theta[row] - self.gamma * run.v[row]
        far = max(abs(self.start[0]), 1.6 * abs(self.start[1]))
        box = {"xlim": (-1.3 * far, 1.3 * far), "ylim": (-0.8 * far, 0.8 * far)}
        plot.landscape(run.problem, ax, points=61, **box)
        ax.plot(*run.theta[: row + 1].T, ".:", color=plot.MUTED)
        plot.arrow(theta, ahead, ax, color="carry", label="−γv")
        here = theta - self.eta * run.problem.grad(theta)
        plot.arrow(theta, here, ax, color="grad", dashed=True, label="slope at θ")
        plot.arrow(ahead, ball, ax, color="momentum", label="momentum's step")
        plot.arrow(ahead, accelerated, ax, color="nag", label="NAG's step")
        ax.legend(loc="upper right")
        return figure


def one_step(
    kappa=10.0, *, angle=0.0, eta=0.1, gamma=0.8, follow="momentum", start=(-4.0, 2.0), step=1,
    steps=30, question="", caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A live picture of one step of momentum and one of NAG, from the same θ and v.

    kappa, angle : the valley, as for `problems.quadratic`.  eta, gamma : of both methods.
    follow : "momentum" or "nag", whose run leads to the point.  start : where that run begins.
    step : how far along it the figure opens.  steps : how far the reader can go.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a OneStep; `.landings()` are the two points, `.run()` the run that leads there.
    Raises ValueError where an argument is out of range.
    """
    figure = OneStep(
        module=wasm.build([quadratic()]), kappa=kappa, angle=angle, eta=eta, gamma=gamma,
        follow=follow, start=start, step=step, steps=steps,
        question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
    figure.run()  # a value out of range raises its sentence
    return figure
