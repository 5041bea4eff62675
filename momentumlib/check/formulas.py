"""Answers that are one formula, asked at several points: schedules, half-life."""

from dataclasses import dataclass

import numpy as np

from .answer import Wrong, call, vector
from .exercise import Exercise, Trace, mistake, written


@dataclass(frozen=True)
class Points:
    """A case of a formula: the arguments of each call, and how to name each of them."""

    arguments: tuple
    labels: tuple
    rule: str = ""
    label: str = ""


def asker(gives, size=0):
    """A `run` that calls the answer at each point; it gives `size` numbers (0: one number)."""

    def run(function, case, printed=None):
        trace, rows = Trace({}, list(case.labels)), []
        for arguments in case.arguments:
            handed = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
            try:
                result = call(function, *handed)
                if result is None:
                    also = " Printing is not enough." if printed and printed.getvalue() else ""
                    says = f"Your function returns nothing: it must `return` {gives}.{also}"
                    raise Wrong("returns None", says)
                rows.append(vector(result, f"`{gives}`", size))
            except Wrong as wrong:
                if not wrong.arithmetic:
                    raise
                if not trace.error:
                    trace.error, trace.good = wrong, len(rows)
                rows.append(np.full(max(size, 1), np.nan))
            for now, before in zip(handed, arguments, strict=True):
                if isinstance(before, np.ndarray) and not np.array_equal(now, before):
                    says = "Your function changes its own argument, which belongs to the caller."
                    trace.damage = Wrong("input damaged", f"{says} Work on a copy of it.")
        trace.values = {gives: np.array(rows, float)}
        trace.whole = bool(np.all(trace.values[gives] % 1 == 0))
        return trace

    return run


# --- A schedule with a cap --------------------------------------------------------

SCHEDULE = "t", "gamma0", "steps", "cap"

SCHEDULE_MISTAKES = (
    ("no cap", "Your γ is not held at `cap`: take the smaller of the line and `cap`.",
     "return gamma0 + (1 - gamma0) * t / steps",
     "return min(gamma0 + (1 - gamma0) * t / steps, 1)",
     "return gamma0 + (1 - gamma0) * t / steps if t < steps else 1.0"),
    ("larger in place of smaller",
     "You take the larger of the line and `cap`; the smaller one is right.",
     "return max(gamma0 + (1 - gamma0) * t / steps, cap)"),
    ("one step early", "Your schedule is one step ahead: at t = 0 it must be `gamma0`.",
     "return min(gamma0 + (1 - gamma0) * (t + 1) / steps, cap)"),
    ("one step late", "Your schedule is one step behind: at t = 0 it must be `gamma0` already.",
     "return min(gamma0 + (1 - gamma0) * (t - 1) / steps, cap)",
     "return min(gamma0 + (1 - gamma0) * max(t - 1, 0) / steps, cap)"),
    ("number of steps off by one",
     "The line must reach 1 at t = `steps`; yours is one step off there.",
     "return min(gamma0 + (1 - gamma0) * t / (steps - 1), cap)",
     "return min(gamma0 + (1 - gamma0) * t / (steps + 1), cap)"),
    ("line to the cap",
     "Your line ends at `cap`; it must climb towards 1, as without a cap, and be cut off at `cap`.",
     "return gamma0 + (cap - gamma0) * min(t / steps, 1)",
     "return min(gamma0 + (cap - gamma0) * t / steps, cap)"),
    ("slope without 1 - gamma0", "The line climbs by `1 - gamma0` in all, from `gamma0` to 1.",
     "return min(gamma0 + t / steps, cap)", "return min(gamma0 + gamma0 * t / steps, cap)"),
    ("start missing", "Your schedule begins at 0: it must begin at `gamma0`.",
     "return min((1 - gamma0) * t / steps, cap)", "return min(t / steps, cap)"),
    ("gamma0 and 1 - gamma0 swapped",
     "`gamma0` is where the line begins, `1 - gamma0` how far it climbs.",
     "return min((1 - gamma0) + gamma0 * t / steps, cap)"),
    ("falling", "Your schedule falls; γ must grow with t.",
     "return min(gamma0 - (1 - gamma0) * t / steps, cap)",
     "return min(1 - (1 - gamma0) * t / steps, cap)"),
    ("cap on the time",
     "You hold the time at `cap`; it is γ that must be held: take the smaller of the whole line "
     "and `cap`.",
     "return gamma0 + (1 - gamma0) * min(t / steps, cap)"),
    ("cap only at the end", "You use `cap` from t = `steps` on only; the line meets it earlier.",
     "return cap if t >= steps else gamma0 + (1 - gamma0) * t / steps",
     "return cap if t > steps else gamma0 + (1 - gamma0) * t / steps"),
    ("whole-number division",
     "You divide with `//`, which cuts off what is after the point: use `/`.",
     "return min(gamma0 + (1 - gamma0) * (t // steps), cap)",
     "return min(gamma0 + (1 - gamma0) * t // steps, cap)"),
    ("constant", "Your schedule does not depend on t.", "return cap", "return gamma0",
     "return min(gamma0, cap)"),
)  # fmt: skip


def _schedule():
    def points(gamma0, steps, cap, times, rule=""):
        arguments = tuple((t, gamma0, steps, cap) for t in times)
        label = f"gamma0 = {gamma0:g}, steps = {steps}, cap = {cap:g}"
        return Points(arguments, tuple(f"at t = {t}" for t in times), rule, label)

    every = tuple(range(0, 60, 3))
    cases = (
        points(0.5, 42, 0.9, every),
        points(0.3, 25, 0.8, every),
        points(0.6, 30, 0.95, (0,), "at t = 0 it must be gamma0"),
        points(0.6, 30, 1.0, (29, 30, 31), "with cap = 1 it must reach 1 at t = steps, and stay"),
        points(0.4, 30, 0.7, (200, 1000), "long after t = steps it must be cap"),
    )
    solution = written(SCHEDULE, "return min(gamma0 + (1 - gamma0) * t / steps, cap)")
    return Exercise(
        "schedule", SCHEDULE, solution, tuple(mistake(SCHEDULE, *row) for row in SCHEDULE_MISTAKES),
        cases, asker("gamma"),
        (
            "Forget the cap for a moment: what is γ at t = 0, and what at t = `steps`?",
            "The line is `gamma0 + (1 - gamma0) * t / steps`.",
            "`min` of the line and `cap` is the answer.",
        ),
    )  # fmt: skip


# --- Half-life --------------------------------------------------------------------

HALF_LIFE = ("gamma",)

HALF_LIFE_MISTAKES = (
    ("fraction upside down", "Your fraction is upside down: it is ln ½ over ln γ.",
     "return np.log(gamma) / np.log(0.5)"),
    ("wrong sign", "A half-life is positive: both logarithms, of ½ and of γ, are negative.",
     "return np.log(2) / np.log(gamma)"),
    ("memory", "This is the memory, 1/(1 − γ); the half-life asks when γ to the power k is ½.",
     "return 1 / (1 - gamma)"),
    ("half the memory",
     "This is half the memory 1/(1 − γ); the half-life asks when γ to the power k is ½.",
     "return 0.5 / (1 - gamma)"),
    ("approximation", "ln 2/(1 − γ) is close for a γ near 1 only: use the logarithm of γ.",
     "return np.log(2) / (1 - gamma)"),
    ("half missing", "You ask when γ to the power k is 1/e: put ln ½ above in place of −1.",
     "return -1 / np.log(gamma)", "return 1 / np.log(gamma)"),
    ("1 - gamma in place of gamma",
     "The weight that is kept each step is γ, not 1 − γ: take its logarithm.",
     "return np.log(0.5) / np.log(1 - gamma)"),
    ("logarithm of the quotient",
     "The logarithm of a quotient is not the quotient of logarithms: take two logarithms.",
     "return np.log(0.5 / gamma)"),
    ("logarithms subtracted", "Divide the two logarithms; do not subtract them.",
     "return np.log(gamma) - np.log(0.5)"),
    ("power",
     "The unknown is the exponent: take logarithms of γ to the power k = ½, and solve for k.",
     "return gamma**0.5", "return 0.5**gamma"),
    ("rounded", "Your half-life is rounded to whole steps; give the number itself.",
     "return np.round(np.log(0.5) / np.log(gamma))", "return np.ceil(np.log(0.5) / np.log(gamma))",
     "return np.floor(np.log(0.5) / np.log(gamma))"),
)  # fmt: skip


def _half_life():
    gammas = 0.2, 0.7, 0.8, 0.9, 0.95, 0.99
    cases = (
        Points(tuple((g,) for g in gammas), tuple(f"at gamma = {g:g}" for g in gammas)),
        Points(((0.5,),), ("at gamma = 0.5",), "at gamma = 0.5 the half-life is one step"),
    )
    return Exercise(
        "half_life", HALF_LIFE, written(HALF_LIFE, "return np.log(0.5) / np.log(gamma)"),
        tuple(mistake(HALF_LIFE, *row) for row in HALF_LIFE_MISTAKES), cases, asker("half-life"),
        (
            "After k steps a gradient's weight is γ to the power k. When is that ½?",
            "Take the logarithm of both sides: k ln γ = ln ½.",
        ),
    )  # fmt: skip


EXERCISES = {"schedule": _schedule(), "half_life": _half_life()}


def schedule(gamma):
    """Check a schedule with a cap: `gamma(t, gamma0, steps, cap)` returns γ at step t.

    γ_t = γ₀ + (1 − γ₀) t/T with T = steps, held at cap. t : whole number, from 0. Chapter 5.

    >>> schedule(lambda t, gamma0, steps, cap: gamma0 + (cap - gamma0) * min(t / steps, 1)).mistake
    'line to the cap'
    """
    return EXERCISES["schedule"].check(gamma)


def half_life(f):
    """Check a function of γ: the steps until a gradient's weight in v has halved. Chapter 2.

    >>> half_life(lambda gamma: 1 / (1 - gamma)).mistake
    'memory'
    """
    return EXERCISES["half_life"].check(f)
