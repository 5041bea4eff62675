"""Loops of NAG that restart themselves: every k steps, by the gradient or the function scheme."""

from dataclasses import dataclass

import numpy as np

from ...problems import Problem
from ..engine.answer import Wrong, call
from ..engine.exercise import Exercise, Mistake, Trace
from ..engine.paths import path
from .loops import TAKES, TESTS, known, written


@dataclass(frozen=True)
class Run:
    """A case: a quadratic's Hessian and minimum, the start, η, γ, the interval, the steps."""

    hessian: np.ndarray
    center: np.ndarray
    start: np.ndarray
    eta: float
    gamma: object
    k: int
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


def runner(takes):
    """A `run` for loops that take `takes` and return the path."""
    return lambda function, case, printed=None: _run(takes, function, case, printed)


def _run(takes, function, case, printed):
    problem = case.problem()
    offered = {"problem": problem, **{name: getattr(case, name) for name in takes[1:]}}
    result = call(function, *offered.values())
    rows = path(result, case.steps, case.start, bool(printed and printed.getvalue()))
    trace = Trace({"theta": rows}, [f"after step {t}" for t in range(len(rows))])
    trace.labels[0] = "at the start"
    if np.any(problem.start != case.start):
        trace.damage = Wrong(
            "input damaged",
            "Your path is right, but `problem.start` is not what it was: begin with "
            "`theta = problem.start.copy()`, or never change theta in place.",
        )
    return trace


def _cases(scheme):
    rng = np.random.default_rng(107)

    def case(kappa, dim, gamma, steps, rule="", share=1.0, start=None, k=9):
        turn, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
        hessian = turn @ np.diag(np.geomspace(1, kappa, dim)) @ turn.T
        center = rng.normal(size=dim)
        start = center + 3 * rng.normal(size=dim) if start is None else start * center
        label = f"k = {k}" if scheme == "every" else ""
        return Run(hessian, center, start, share / kappa, gamma, k, steps, rule, label)

    growing = lambda age: age / (age + 3)
    ramp = lambda age: min(0.4 + 0.05 * age, 0.95)
    first = "the first step must be gradient descent's, with eta"
    nag = "before the first restart the path must be NAG's, with gamma(age)"
    return (
        case(40.0, 3, ramp, 50, k=12),
        case(20.0, 3, ramp, 40, share=0.5, k=7),
        case(90.0, 5, growing, 70, k=15),
        case(8.0, 4, growing, 40, share=0.5),
        case(30.0, 2, ramp, 30, start=-1.2, k=11),  # J is low at -theta
        case(6.0, 3, ramp, 30, share=1.5, k=5),  # J rises above its first value
        case(60.0, 3, ramp, 1, first),
        case(900.0, 3, ramp, 5, nag),
    )


#: The hint on each scheme's test.
HINTS = {
    "every": ("`age` counts the steps since the last restart: the test is `age == k`, behind the "
              "step.",),
    "gradient": ("The step goes uphill when `g @ (theta - before)` is greater than 0.",),
    "function": ("J has risen when `problem.f(theta)` is greater than `problem.f(before)`.",),
}  # fmt: skip


def _exercise(scheme):
    return Exercise(
        f"restart_{scheme}", TAKES[scheme], written({}, TESTS[scheme][0], TAKES[scheme]),
        tuple(Mistake(*row) for row in known(scheme)), _cases(scheme), runner(TAKES[scheme]),
        (
            "First write NAG with `gamma(age)`, and `age` growing by 1 a step. "
            "Then add one `if` behind the step.",
            *HINTS[scheme],
            "A restart is one line: `v, age = np.zeros(problem.dim), 0`. theta stays.",
        ),
    )  # fmt: skip


EXERCISES = {f"restart_{scheme}": _exercise(scheme) for scheme in TESTS}


def restart_every(restarted):
    """Check NAG with a restart every k steps: `restarted(problem, eta, gamma, k, steps)`.

    It returns the path, shape (steps + 1, dim): a row for each theta, the start first.
    problem has .f, .grad, .start and .dim;  gamma : a function of age, the number of steps
    since the last restart (from 0);  a restart sets v to zero and age to 0. Chapter 5.

    >>> def plain_nag(problem, eta, gamma, k, steps):
    ...     theta, v, path = problem.start, np.zeros(problem.dim), [problem.start]
    ...     for age in range(steps):
    ...         v = gamma(age) * v + eta * problem.grad(theta - gamma(age) * v)
    ...         theta = theta - v
    ...         path.append(theta)
    ...     return np.array(path)
    >>> restart_every(plain_nag).mistake
    'no restart'
    """
    return EXERCISES["restart_every"].check(restarted)


def restart_gradient(restarted):
    """Check NAG with the gradient scheme: `restarted(problem, eta, gamma, steps)`.

    Arguments and path as in `restart_every`, without k. A restart follows a step with
    g·(θ_{t+1} − θ_t) > 0, with the g that NAG measured for it. Chapter 5.
    Source: O'Donoghue & Candès (2015), section 3.2.

    >>> restart_gradient(lambda problem, eta, gamma, steps: problem.start).mistake
    'wrong shape'
    """
    return EXERCISES["restart_gradient"].check(restarted)


def restart_function(restarted):
    """Check NAG with the function scheme: `restarted(problem, eta, gamma, steps)`.

    Arguments and path as in `restart_every`, without k. A restart follows a step that
    raised the cost, J(θ_{t+1}) > J(θ_t). Chapter 5.
    Source: O'Donoghue & Candès (2015), section 3.2.

    >>> restart_function(lambda problem, eta, gamma, steps: print(eta)).mistake
    'returns None'
    """
    return EXERCISES["restart_function"].check(restarted)
