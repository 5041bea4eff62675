"""The race: methods on a landscape, from a start that the reader drags."""

from dataclasses import replace

import numpy as np
import traitlets as t

from ..arguments import flag, listed, number, one_of, short, span, within
from ..methods import Method
from ..problems import Problem, quadratic
from ..run import minimize
from ..steps import own, takes
from . import rivals, wasm
from .frame import traits
from .frame.figure import Figure, frame, is_valley, method_state, problem_line, script, style
from .frame.traits import Checked


def etas(name, value):
    """The ends of a slider for η."""
    low, high = span(name, value)
    return [traits.rate(name, low), traits.rate(name, high)]


class Race(Figure):
    """Several methods on one landscape; made by `race`."""

    _esm = script("race")
    _css = style()

    problems = t.List().tag(sync=True)
    methods = t.List().tag(sync=True)
    eta_range = Checked([1e-4, 1.0], etas)
    steps = Checked(100, traits.steps)
    problem = traits.Which("problems")
    kappa = Checked(10.0, traits.kappa)
    angle = Checked(0.0, number)
    eta = Checked(0.01, traits.rate)
    gamma = Checked(0.9, within, 0, 1)
    mode = Checked("same", one_of, ("same", "best"))
    rivals = Checked(False, flag)
    start = Checked([-4.0, 2.0], traits.start)
    step = Checked(0, traits.step)

    def current(self):
        """The landscape that is shown, a Problem."""
        problem = self._problems[self.problem]
        return quadratic(self.kappa, angle=self.angle) if is_valley(problem) else problem

    def runs(self):
        """The runs that are shown: `ml.minimize` with the controls' present values."""
        return [self.run(i) for i in range(len(self._methods))]

    def run(self, which=0):
        """The run of one of the methods.

        >>> from momentumlib import live, problems, momentum
        >>> figure = live.race(problems.quadratic(kappa=100), [momentum(0.01)], steps=50)
        >>> figure.gamma = 0.5
        >>> figure.run().method
        momentum(eta=0.01, gamma=0.5)
        """
        made = self._methods[which]
        problem, start = self.current(), list(self.start)
        free = {n for n in ("eta", "gamma") if self.methods[which]["slider"][n]}
        gamma = {"gamma": self.gamma} if "gamma" in free else {}

        def method(eta):
            new = {**made.hyper, **gamma, **({"eta": eta} if "eta" in free else {})}
            return replace(made, hyper=new)

        def end(eta):
            run = minimize(problem, method(eta), start=start, steps=self.steps)
            return np.inf if run.status == "diverged" else run.loss[-1]

        eta = self.eta
        if self.mode == "best":
            eta = min(np.geomspace(*self.eta_range, 60), key=end)
        return minimize(problem, method(eta), start=start, steps=self.steps)

    def measures(self):
        """J1, J2, …: the cost of each method at its last step, infinite where it diverges."""
        ends = [np.inf if run.status == "diverged" else run.loss[-1] for run in self.runs()]
        return {f"J{i}": end for i, end in enumerate(ends, 1)}

    def costs(self):
        """J of each method, and of the rivals where they run: arrays with a gradient a row."""
        problem, costs = self.current(), [run.loss for run in self.runs()]
        for kind in rivals.RIVALS if self.rivals else ():
            path = rivals.rival(kind, problem, self.start, self.steps)
            costs.append(np.array([problem.f(theta) for theta in path]))
        return costs

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1))
        runs, box = self.runs(), self.problems[self.problem]
        plot.landscape(self.current(), left, xlim=box["xlim"], ylim=box["ylim"], points=61)
        steps = self.step or self.steps  # a figure that opens before the first step shows all
        plot.path(runs, left, steps=steps, marks=steps < 120).get_legend().remove()
        plot.loss(runs, right, y="loss" if box["minimum"] is None else "gap")
        return figure


def race(
    problem, methods, *, start=None, steps=100, step=None, eta=None, gamma=None, mode="same",
    rivals=False, eta_range=(1e-4, 1.0), xlim=None, ylim=None, question="", caption="", alt="",
    key="", first=(), goal=None,
):  # fmt: skip
    """A live race of methods on a two-parameter landscape.

    Parameters
    ----------
    problem : Problem or list of Problem
        The landscape, or several to choose from; your own are compiled too. Quadratics
        get sliders for κ and the angle.
    methods : list of Method (or one), or of your own steps
        A step by itself takes its η and γ from the sliders; see `ml.own`.
    start, steps : as for `ml.minimize`
    step : int, optional
        How far along the runs the figure opens; at the end by default.
    eta, gamma : float, optional
        The sliders' first values; those of the methods by default. Hyperparameters that
        are schedules have no slider and stay as they are.
    mode : "same" or "best"
        One η for all methods, or for each the best of 60 values in `eta_range`.
    rivals : bool
        Whether conjugate gradients and L-BFGS run along; each place that they try is a step.
    xlim, ylim : pairs, optional
        The frame; chosen by the start and the minima by default.
    question, caption, alt, key : str
        Shown above and below, read to those who can't see the figure, and its name in links.
    first : names of controls and of a picture, optional
        The controls under the picture, such as ("gamma", "angle"), the others under "More"; and
        the picture that a phone shows first, "from above" or "cost".
    goal : as `ml.live.goal` gives it, optional
        What the reader may try to reach.

    Returns
    -------
    Race
        A widget: `.eta`, `.gamma`, `.start` … are what the reader set; `.runs()` are the runs.

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be, or a function of yours can't be compiled; the
        sentence says what to write instead.
    """
    problems = [problem] if isinstance(problem, Problem) else listed("problem", problem)
    for p in problems:
        if not isinstance(p, Problem) or p.dim != 2:
            raise ValueError(f"problem must be a Problem with two parameters, but is {short(p)}")
    alone = isinstance(methods, Method) or callable(methods)
    made = [methods] if alone else listed("methods", methods)
    eta = None if eta is None else traits.rate("eta", eta)
    gamma = None if gamma is None else within("gamma", gamma, 0, 1)
    made = [wrap(m, eta or 0.01, 0.9 if gamma is None else gamma) for m in made]
    steps = traits.steps("steps", steps)
    xlim, ylim = (
        None if lim is None else span(n, lim) for n, lim in (("xlim", xlim), ("ylim", ylim))
    )
    steps_of_own = [m.step for m in made if m.step]
    slots = {id(step): i for i, step in enumerate(steps_of_own)}
    state = [method_state(m, steps, slots.get(id(m.step), 0)) for m in made]
    begun = {
        name: next(
            (m.hyper[name] for m, s in zip(made, state, strict=True) if s["slider"][name]), d
        )
        for name, d in (("eta", 0.01), ("gamma", 0.9))
    }
    valley = next((p for p in problems if is_valley(p)), None)
    start = traits.start("start", problems[0].start if start is None else start)
    places = []
    for p, index in zip(problems, wasm.index(problems), strict=True):
        xs, ys = frame(p, start if p is problems[0] else p.start)
        places.append({
            "p": index, "kind": "quadratic" if is_valley(p) else "", "label": p.name.split("(")[0],
            "params": p._params.tolist(), "xlim": list(xlim or xs), "ylim": list(ylim or ys),
            "minima": [] if p.minimizer is None else np.atleast_2d(p.minimizer).tolist(),
            "minimum": None if p.minimum is None else float(p.minimum),
            "start": p.start.tolist(), "python": problem_line(p),
        })  # fmt: skip
    figure = Race(
        problems=places, methods=state, module=wasm.build(problems, steps_of_own), steps=steps,
        step=steps if step is None else step, mode=mode, eta_range=eta_range,
        rivals=rivals,
        eta=begun["eta"] if eta is None else eta,
        gamma=begun["gamma"] if gamma is None else gamma,
        kappa=valley.L if valley else 10.0, angle=valley.angle if valley else 0.0,
        start=start, question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
    figure._problems, figure._methods = problems, made
    return figure


def wrap(method, eta, gamma):
    """A method as it is; a reader's bare step with the sliders' values."""
    if isinstance(method, Method):
        if method.data or method.name == "own_vector":
            raise TypeError(
                "methods: a page runs a step for one coordinate, without data; "
                f"write its numbers into {method.step.__name__}"
            )
        return method
    if not callable(method):
        raise TypeError(f"methods must hold methods or steps, but one is {short(method)}")
    values = {"eta": eta, "gamma": gamma, "beta1": gamma, "beta2": 0.999, "eps": 1e-8}
    return own(method, **{name: values[name] for name in takes(method) if name in values})
