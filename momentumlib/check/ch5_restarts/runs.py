"""Loops of NAG that restart themselves: how they are run, and on which problems."""

from dataclasses import dataclass

import numpy as np

from ...problems import Problem
from ..engine.answer import call
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

    plain = Run(
        np.diag([1.0, 2.0]), np.zeros(2), np.array([1.0, -2.0]), 0.25, lambda age: age / (age + 1),
        3, 6, "in a small valley you can follow the steps",
        "at start = [1, -2], eta = 0.25, gamma(age) = age / (age + 1), problem.grad(theta) = "
        "[theta[0], 2 * theta[1]]" + ", k = 3" * (scheme == "every"),
    )  # fmt: skip
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
        plain,
        case(60.0, 3, ramp, 1, first),
        case(900.0, 3, ramp, 5, nag),
    )


def restarting(scheme, mistakes, hint):
    """The Exercise on a scheme, with the mistakes that are its own, and the hint on its test."""
    return Exercise(
        f"restart_{scheme}", TAKES[scheme], written({}, TESTS[scheme][0], TAKES[scheme]),
        tuple(Mistake(*row) for row in known(scheme, mistakes)), _cases(scheme),
        runner(TAKES[scheme]),
        (
            "First write NAG with `gamma(age)`, and `age` growing by 1 a step. "
            "Then add one `if` behind the step.",
            hint,
            "A restart is one line: `v, age = np.zeros(problem.dim), 0`. theta stays.",
        ),
    )  # fmt: skip
