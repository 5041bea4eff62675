"""A loop of NAG that restarts itself: the function and the gradient scheme."""

from dataclasses import dataclass

import numpy as np

from ..problems import Problem
from .answer import Wrong, as_array, call
from .exercise import Exercise, Mistake, Trace
from .loops import MISTAKES, OF_THE_SCHEME, TESTS, forms, written

TAKES = "problem", "eta", "gamma", "steps"


@dataclass(frozen=True)
class Run:
    """A case: a quadratic's Hessian and minimum, where to start, η, γ, the number of steps."""

    hessian: np.ndarray
    center: np.ndarray
    start: np.ndarray
    eta: float
    gamma: object
    steps: int
    rule: str = ""
    label: str = ""

    def problem(self):
        """A Problem of its own for each run, so that nobody else sees what is done to it."""
        return Problem(
            lambda theta: (theta - self.center) @ self.hessian @ (theta - self.center) / 2,
            lambda theta: self.hessian @ (theta - self.center),
            start=self.start, name="hidden",
        )  # fmt: skip


def _run(function, case, printed=None):
    problem = case.problem()
    result = call(function, problem, case.eta, case.gamma, case.steps)
    path = _path(result, case, bool(printed and printed.getvalue()))
    trace = Trace({"theta": path.astype(float)}, [f"after step {t}" for t in range(len(path))])
    trace.labels[0] = "at the start"
    if np.any(problem.start != case.start):
        trace.damage = Wrong(
            "input damaged",
            "Your path is right, but `problem.start` is not what it was: begin with "
            "`theta = problem.start.copy()`, or never change theta in place.",
        )
    return trace


def _path(result, case, printed):
    """The path that was returned, or a sentence on its shape."""
    if result is None:
        also = " Printing is not enough." if printed else ""
        says = "Your function returns nothing: it must end with `return np.array(path)`."
        raise Wrong("returns None", says + also)
    if isinstance(result, tuple) and len(result) == 2 and as_array(result[0]).ndim == 2:
        says = "Your function must return the path alone, but returns something beside it."
        raise Wrong("wrong number of results", says)
    path = as_array(result)
    if path.dtype.kind not in "iuf":
        says = "Your function must return the path: one row of numbers for each theta."
        raise Wrong("no numbers", says)
    if path.shape != (case.steps + 1, case.start.size):
        says = f"Your path must have shape ({case.steps + 1}, {case.start.size}), but has "
        f"{path.shape}"
        if path.shape == (case.start.size,):
            says += ": return all the thetas, not the last one"
        elif path.shape == (case.steps, case.start.size):
            says += ": the start belongs to it, as its first row"
        raise Wrong("wrong shape", says + ".")
    if case.steps > 1 and np.all(path == path[-1]):
        raise Wrong(
            "one array in every row",
            "All rows of your path are the same: `theta -= v` changes the one array that you store "
            "each time. Write `theta = theta - v`.",
        )
    return path


def _restart(scheme):
    rng = np.random.default_rng(107)

    def case(kappa, dim, gamma, steps, rule="", share=1.0, start=None):
        turn, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
        hessian = turn @ np.diag(np.geomspace(1, kappa, dim)) @ turn.T
        center = rng.normal(size=dim)
        start = center + 3 * rng.normal(size=dim) if start is None else start * center
        return Run(hessian, center, start, share / kappa, gamma, steps, rule)

    growing = lambda age: age / (age + 3)
    ramp = lambda age: min(0.4 + 0.05 * age, 0.95)
    cases = (
        case(40.0, 3, ramp, 50),
        case(20.0, 3, ramp, 40, share=0.5),
        case(90.0, 5, growing, 70),
        case(8.0, 4, growing, 40, share=0.5),
        case(30.0, 2, ramp, 30, start=-1.2),  # J is low at -theta
        case(60.0, 3, ramp, 1, "the first step must be gradient descent's, with eta"),
        case(900.0, 3, ramp, 5, "before the first restart the path must be NAG's, with gamma(age)"),
    )
    mistakes = tuple(
        Mistake(known, says, tuple(loop for change in changes for loop in forms(change, scheme)))
        for known, says, *changes in (*MISTAKES, *OF_THE_SCHEME[scheme])
    )
    return Exercise(
        f"restart ({scheme} scheme)", TAKES, written({}, TESTS[scheme][0]),
        mistakes, cases, _run,
        (
            "First write NAG with `gamma(age)`, and `age` growing by 1 a step. "
            "Then add one `if` behind the step.",
            {"gradient": "The step goes uphill when `g @ (theta - before)` is greater than 0.",
             "function": "J has risen when `problem.f(theta)` is greater than "
             "`problem.f(before)`."}[scheme],
            "A restart is one line: `v, age = np.zeros(problem.dim), 0`. theta stays.",
        ),
    )  # fmt: skip


EXERCISES = {f"restart {scheme}": _restart(scheme) for scheme in TESTS}


def restart(restarted, scheme="gradient"):
    """Check NAG with restarts: `restarted(problem, eta, gamma, steps)` returns the path.

    problem has .f, .grad, .start and .dim;  gamma : a function of age, the number of steps
    since the last restart (from 0);  a restart sets v to zero and age to 0. The path has a
    row for each theta, the start first: shape (steps + 1, dim).
    scheme : "gradient" (g·(θ_{t+1} − θ_t) > 0, g where NAG measured it) or "function" (J rose).
    Chapter 5.

    >>> def plain_nag(problem, eta, gamma, steps):
    ...     theta, v, path = problem.start, np.zeros(problem.dim), [problem.start]
    ...     for age in range(steps):
    ...         v = gamma(age) * v + eta * problem.grad(theta - gamma(age) * v)
    ...         theta = theta - v
    ...         path.append(theta)
    ...     return np.array(path)
    >>> restart(plain_nag).mistake
    'no restart'
    """
    if scheme not in TESTS:
        raise ValueError(f'scheme must be "gradient" or "function", but is {scheme!r}')
    return EXERCISES[f"restart {scheme}"].check(restarted)
