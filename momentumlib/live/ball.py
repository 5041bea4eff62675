"""The ball: momentum seen from the side, rolling along a curve; gradient descent's beside it."""

import numpy as np
import traitlets as t

from ..arguments import number, short, span, text, within
from ..methods import gd, momentum
from ..problems import Landscape, Problem, quadratic, wavy
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked
from .race import etas

#: A run has arrived once J − J* stays below this share of its start.
NEAR = 0.01


class Ball(Figure):
    """Two runs along a curve; made by `ball`."""

    _esm = script("ball")
    _css = style()

    problems = t.List().tag(sync=True)
    eta_range = Checked([1e-3, 4.0], etas)
    steps = Checked(120, traits.steps)
    problem = traits.Which("problems")
    eta = Checked(0.05, traits.rate)
    gamma = Checked(0.9, within, 0, 1)
    start = Checked(-6.0, within, -traits.REACH, traits.REACH)
    step = Checked(0, traits.step)

    def runs(self):
        """The runs that are shown, momentum's and gradient descent's, as `ml.minimize` gives them.

        >>> from momentumlib import live
        >>> [run.theta[-1].round(2).tolist() for run in live.ball(gamma=0.9).runs()]
        [[0.0], [-3.85]]
        """
        shown = {"start": [self.start], "steps": self.steps, "states": True}
        methods = momentum(self.eta, self.gamma), gd(self.eta)
        return [minimize(self._problems[self.problem], method, **shown) for method in methods]

    def arrivals(self):
        """For both runs the step from which they stay at the star; None for one that doesn't.

        >>> from momentumlib import live
        >>> live.ball(gamma=0.88).arrivals()
        [48, None]
        """
        return [arrival(run) for run in self.runs()]

    def measures(self):
        """`arrival`: the step at which momentum's ball has come to the star, once it is there."""
        step = self.arrivals()[0]
        return {"arrival": np.inf if step is None or self.step < step else step}

    def jumps(self):
        """The steps of momentum's run that no ball could roll, by their t.

        On the way from θ(t) to θ(t + 1) the curve rises above J + v²/(2η), the height to which
        the ball's speed could carry it (a ball of mass 1, and √η is the time of a step).

        >>> from momentumlib import live
        >>> live.ball(gamma=0.9).jumps(), live.ball({"bowl": quadratic(1, 1)}, eta=3.9).jumps()[:3]
        ([], [0, 1, 2])
        """
        run = self.runs()[0]
        way = np.linspace(run.theta[:-1], run.theta[1:], 25)
        heights = run.problem.values(way.reshape(-1, 1)).reshape(25, -1)
        top = run.loss[:-1] + run.v[:-1, 0] ** 2 / (2 * self.eta)
        return np.flatnonzero(heights.max(axis=0) > top * (1 + 1e-12)).tolist()

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, (side, track) = plt.subplots(2, sharex=True, figsize=(7.2, 4.6))
        box, runs = self.problems[self.problem], self.runs()
        x, colors = np.linspace(*box["xlim"], 300), ("momentum", "gd")
        curve = runs[0].problem.values(x[:, None])
        side.fill_between(x, curve, box["ylim"][0], color=plot.LEVELS[2])
        side.plot(x, curve, color=plot.INK)
        for each, role in zip(runs, colors, strict=True):
            color, row = plot.LIGHT[role], min(self.step or self.steps, each.steps)
            dash = plot.DASHES[role]
            side.plot(each.theta[:, 0], each.loss, ".", color=color, ms=4)
            side.plot(each.theta[row, 0], each.loss[row], "o", color=color, ms=12)
            name = "momentum" if role == "momentum" else "gradient descent"
            track.plot(
                each.theta[:, 0], np.arange(each.steps + 1), ls=dash, color=color, label=name
            )
        for at in box["minima"]:
            side.plot(at, runs[0].problem.f([at]), "*", color=plot.INK, ms=12)
        side.set(ylabel="J", ylim=box["ylim"], xlim=box["xlim"])
        track.set(xlabel="θ", ylabel="step t", ylim=(self.steps, 0))
        track.legend(loc="lower left")
        return figure


def arrival(run):
    """The step from which a run stays near the lowest cost: J − J* below NEAR of its start."""
    if run.problem.minimum is None:
        return None
    far = np.flatnonzero(run.gap >= NEAR * run.gap[0])
    step = int(far[-1]) + 1 if far.size else 0
    return step if step <= run.steps else None


def ball(
    problem=None, *, eta=0.05, gamma=0.9, start=None, steps=120, step=None,
    eta_range=(1e-3, 4.0), xlim=None, question="", caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A live picture of momentum as a ball on a curve, with gradient descent's beside it.

    Parameters
    ----------
    problem : Problem with one parameter, or dict of names and such Problems, optional
        The curve, or several to choose from; your own are compiled too. By default
        `problems.wavy(dim=1)`, the same with deeper dips, and a bowl.
    eta, gamma, start, steps : as for `ml.minimize`; gradient descent has the same η
    step : int, optional
        How far along the run the figure opens; at the end by default.
    eta_range, xlim : pairs, optional
        The ends of the slider for η, and of the picture.
    question, caption, alt, key, first, goal : as for `race`; a goal may speak of `arrival`, the
        step from which the ball stays at the star, and the figure keeps the fewest

    Returns
    -------
    Ball
        A widget; `.runs()` are the runs, `.arrivals()` when they arrive, `.jumps()` the steps
        that no ball could roll.

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be, or a function of yours can't be compiled.
    """
    if problem is None:
        problem = {"dips": wavy(dim=1), "deep dips": wavy(0.9, dim=1), "a bowl": quadratic(1, 1)}
    named = problem if isinstance(problem, dict) else {"the curve": problem}
    if not named:
        raise ValueError("problem must hold at least one Problem, but is empty")
    for name, p in named.items():
        text("problem", name)
        if not isinstance(p, Problem) or p.dim != 1:
            raise ValueError(f"problem must be a Problem with one parameter, but is {short(p)}")
    made = list(named.values())
    steps = traits.steps("steps", steps)
    begun = made[0].start[0] if start is None else number("start", start)
    places = []
    for label, p, index in zip(named, made, wasm.index(made), strict=True):
        begin = begun if p is made[0] else p.start[0]
        ends, heights = frame(p, begin, None if xlim is None else span("xlim", xlim))
        places.append({
            "p": index, "label": label, "params": p._params.tolist(),
            "xlim": ends, "ylim": heights, "start": float(begin),
            "minima": [] if p.minimizer is None else np.ravel(p.minimizer).tolist(),
            "minimum": None if p.minimum is None else float(p.minimum),
            "python": made_by(p),
        })  # fmt: skip
    figure = Ball(
        problems=places, module=wasm.build(made), eta=eta, gamma=gamma, start=float(begun),
        steps=steps, step=steps if step is None else step, eta_range=eta_range,
        question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
    figure._problems = made
    return figure


def made_by(problem):
    """The Python that makes a curve."""
    if not isinstance(problem, Landscape):
        return problem.name
    return f"ml.problems.{problem.name}" + ("" if "(" in problem.name else "()")


def frame(problem, start, xlim):
    """(xlim, ylim) that show the start and the minima, with room to overshoot, and the curve."""
    points = np.append([] if problem.minimizer is None else np.ravel(problem.minimizer), start)
    if xlim is None:
        room = max(np.ptp(points), 1.0)
        left, right = points.min(), points.max()
        xlim = [float(left - 0.15 * room), float(right + 0.65 * room)]
        if start > points.min():  # the run comes from the right
            xlim = [float(left - 0.65 * room), float(right + 0.15 * room)]
    heights = problem.values(np.append(np.linspace(*xlim, 200), start)[:, None])
    low = heights.min()
    room = float(heights[-1] - low) or float(np.ptp(heights))  # the start may be the lowest place
    return list(xlim), [float(low - 0.2 * room), float(low + 1.5 * room)]
