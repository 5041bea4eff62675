"""Answers that are schedules of γ: a line with a cap, Sutskever's stairs."""

import re

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import Points, asker


def _points(takes, *, rule="", **given):
    """A case: the answer asked at each of the times t, all else fixed."""
    times, fixed = given.pop("t"), tuple(given[name] for name in takes if name != "t")
    label = ", ".join(f"{name} = {value:g}" for name, value in given.items())
    named = tuple(f"at t = {t}" for t in times)
    return Points(tuple((t, *fixed) for t in times), named, rule, label)


def planned(name, gives, takes, solution, bound, mistakes, cases, hints):
    """An Exercise on a schedule; `mistakes` has a row (name, what to say, answers …) for each.

    A mistake is known, too, where `min(…, bound)` is forgotten beside it.
    """
    free = lambda text: re.sub(rf"\bmin\((.*), {bound}\)", r"(\1)", text)
    both = lambda texts: dict.fromkeys(form for text in texts for form in (text, free(text)))
    known = tuple(
        mistake(takes, called, says, *(f"return {text}" for text in both(texts)))
        for called, says, *texts in mistakes
    )
    points = tuple(_points(takes, **case) for case in cases)
    right = written(takes, f"return {solution}")
    return Exercise(name, takes, right, known, points, asker(gives), hints)


EVERY = tuple(range(0, 60, 3))

# --- A line with a cap -------------------------------------------------------------

SCHEDULE = planned(
    "schedule", "gamma", ("t", "gamma0", "steps", "cap"),
    "min(gamma0 + (1 - gamma0) * t / steps, cap)", "cap",
    (
        ("no cap", "Your γ is not held at `cap`: take the smaller of the line and `cap`.",
         "gamma0 + (1 - gamma0) * t / steps", "min(gamma0 + (1 - gamma0) * t / steps, 1)",
         "gamma0 + (1 - gamma0) * t / steps if t < steps else 1.0"),
        ("larger in place of smaller",
         "You take the larger of the line and `cap`; the smaller one is right.",
         "max(gamma0 + (1 - gamma0) * t / steps, cap)"),
        ("one step early", "Your schedule is one step ahead: at t = 0 it must be `gamma0`.",
         "min(gamma0 + (1 - gamma0) * (t + 1) / steps, cap)"),
        ("one step late",
         "Your schedule is one step behind: at t = 0 it must be `gamma0` already.",
         "min(gamma0 + (1 - gamma0) * (t - 1) / steps, cap)",
         "min(gamma0 + (1 - gamma0) * max(t - 1, 0) / steps, cap)"),
        ("number of steps off by one",
         "The line must reach 1 at t = `steps`; yours is one step off there.",
         "min(gamma0 + (1 - gamma0) * t / (steps - 1), cap)",
         "min(gamma0 + (1 - gamma0) * t / (steps + 1), cap)"),
        ("line to the cap",
         "Your line ends at `cap`; it must climb towards 1, as without a cap, and be cut off at "
         "`cap`.",
         "gamma0 + (cap - gamma0) * min(t / steps, 1)",
         "min(gamma0 + (cap - gamma0) * t / steps, cap)"),
        ("slope without 1 - gamma0", "The line climbs by `1 - gamma0` in all, from `gamma0` to 1.",
         "min(gamma0 + t / steps, cap)", "min(gamma0 + gamma0 * t / steps, cap)"),
        ("start missing", "Your schedule begins at 0: it must begin at `gamma0`.",
         "min((1 - gamma0) * t / steps, cap)", "min(t / steps, cap)"),
        ("gamma0 and 1 - gamma0 swapped",
         "`gamma0` is where the line begins, `1 - gamma0` how far it climbs.",
         "min((1 - gamma0) + gamma0 * t / steps, cap)"),
        ("falling", "Your schedule falls; γ must grow with t.",
         "min(gamma0 - (1 - gamma0) * t / steps, cap)", "min(1 - (1 - gamma0) * t / steps, cap)"),
        ("cap on the time",
         "You hold the time at `cap`; it is γ that must be held: take the smaller of the whole "
         "line and `cap`.",
         "gamma0 + (1 - gamma0) * np.minimum(t / steps, cap)"),
        ("cap only at the end",
         "You use `cap` from t = `steps` on only; the line meets it earlier.",
         "cap if t >= steps else gamma0 + (1 - gamma0) * t / steps",
         "cap if t > steps else gamma0 + (1 - gamma0) * t / steps"),
        ("whole-number division",
         "You divide with `//`, which cuts off what is after the point: use `/`.",
         "min(gamma0 + (1 - gamma0) * (t // steps), cap)",
         "min(gamma0 + (1 - gamma0) * t // steps, cap)"),
        ("constant", "Your schedule does not depend on t.", "cap", "gamma0", "min(gamma0, cap)"),
    ),
    (
        {"gamma0": 0.5, "steps": 42, "cap": 0.9, "t": EVERY},
        {"gamma0": 0.3, "steps": 25, "cap": 0.8, "t": EVERY},
        {"gamma0": 0.6, "steps": 30, "cap": 0.95, "t": (0,), "rule": "at t = 0 it must be gamma0"},
        {"gamma0": 0.6, "steps": 30, "cap": 1.0, "t": (29, 30, 31),
         "rule": "with cap = 1 it must reach 1 at t = steps, and stay"},
        {"gamma0": 0.4, "steps": 30, "cap": 0.7, "t": (200, 1000),
         "rule": "long after t = steps it must be cap"},
    ),
    (
        "Forget the cap for a moment: what is γ at t = 0, and what at t = `steps`?",
        "The line is `gamma0 + (1 - gamma0) * t / steps`.",
        "`min` of the line and `cap` is the answer.",
    ),
)  # fmt: skip

# --- Sutskever's stairs ------------------------------------------------------------

STAIR, NUMBER = "1 - 2 ** (-1 - np.log2(NUMBER + 1))", "t // 250"


def _stairs(number=NUMBER, stair=STAIR):
    return f"min({stair.replace('NUMBER', number)}, gamma_max)"


SUTSKEVER = planned(
    "sutskever", "gamma", ("t", "gamma_max"), _stairs(), "gamma_max",
    (
        ("no cap", "Your γ is not held at `gamma_max`: take the smaller of the stair and it.",
         STAIR.replace("NUMBER", NUMBER), "min(" + STAIR.replace("NUMBER", NUMBER) + ", 1)"),
        ("larger in place of smaller",
         "You take the larger of the stair and `gamma_max`; the smaller one is right.",
         "max(" + STAIR.replace("NUMBER", NUMBER) + ", gamma_max)"),
        ("stairs missing",
         "Your γ grows at every step: the bottom brackets ⌊t/250⌋ round down to a whole number.",
         _stairs("(t / 250)")),
        ("stair one step early",
         "Your stairs come one step early: t = 249 is still on the first one.",
         _stairs("(t + 1) // 250")),
        ("stair one step late",
         "Your stairs come one step late: t = 250 is on the second one already.",
         _stairs("(t - 1) // 250"), _stairs("max(t - 1, 0) // 250")),
        ("rounded up or to the nearest",
         "Your stairs do not change at 250, 500, …: ⌊ ⌋ rounds down.",
         _stairs("np.ceil(t / 250)"), _stairs("np.round(t / 250)")),
        ("remainder in place of quotient",
         "`%` gives what is left over of t/250; the number of the stair is `t // 250`.",
         _stairs("t % 250")),
        ("plus one missing",
         "At t = 0 you take the logarithm of 0: the stairs count from 1, ⌊t/250⌋ + 1.",
         _stairs("(t // 250 - 1)")),
        ("plus one outside the logarithm",
         "The + 1 belongs inside the logarithm, to ⌊t/250⌋.",
         _stairs(stair="1 - 2 ** (-1 - (np.log2(NUMBER) + 1))"),
         _stairs(stair="1 - 2 ** (-1 - np.log2(NUMBER) + 1)")),
        ("another logarithm",
         "The logarithm must have the base of the power, 2: use `np.log2`.",
         _stairs(stair="1 - 2 ** (-1 - np.log(NUMBER + 1))"),
         _stairs(stair="1 - 2 ** (-1 - np.log10(NUMBER + 1))")),
        ("another power", "The power has the base 2, not e or 10.",
         _stairs(stair="1 - np.exp(-1 - np.log2(NUMBER + 1))"),
         _stairs(stair="1 - 10 ** (-1 - np.log2(NUMBER + 1))")),
        ("minus one missing",
         "The exponent is −1 − log₂(…): without the −1 the schedule begins at 0.",
         _stairs(stair="1 - 2 ** -np.log2(NUMBER + 1)"), _stairs(stair="1 - 1 / (NUMBER + 1)")),
        ("sign in the exponent",
         "A sign in the exponent is wrong: it is −1 − log₂(…), with two minus signs.",
         _stairs(stair="1 - 2 ** (-1 + np.log2(NUMBER + 1))"),
         _stairs(stair="1 - 2 ** (1 - np.log2(NUMBER + 1))"),
         _stairs(stair="1 - 2 ** (1 + np.log2(NUMBER + 1))")),
        ("brackets missing",
         "The whole of −1 − log₂(…) is the exponent: put brackets round it.",
         _stairs(stair="1 - 2 ** -1 - np.log2(NUMBER + 1)")),
        ("one minus missing", "Your γ falls: it is 1 minus the power.",
         _stairs(stair="2 ** (-1 - np.log2(NUMBER + 1))")),
        ("constant", "Your schedule does not depend on t.", "gamma_max", "min(0.5, gamma_max)"),
    ),
    (
        {"gamma_max": 0.9, "t": tuple(range(0, 2000, 83))},
        {"gamma_max": 0.995, "t": (0, 1, 249, 250, 251, 499, 500, 7777)},
        {"gamma_max": 0.99, "t": (0, 100, 249), "rule": "it must be 0.5 for the first 250 steps"},
        {"gamma_max": 0.8, "t": (600, 100000), "rule": "it must never be above gamma_max"},
    ),
    (
        "Begin inside: the number of the stair is ⌊t/250⌋, which is `t // 250`.",
        "The power is a fraction in disguise: 1/(2 · (number of the stair + 1)).",
        "Take `min` of 1 minus that fraction and `gamma_max`.",
    ),
)  # fmt: skip

EXERCISES = {one.name: one for one in (SCHEDULE, SUTSKEVER)}


def schedule(gamma):
    """Check a schedule with a cap: `gamma(t, gamma0, steps, cap)` returns γ at step t.

    γ_t = γ₀ + (1 − γ₀) t/T with T = steps, held at cap. t : whole number, from 0. Chapter 5.

    >>> schedule(lambda t, gamma0, steps, cap: gamma0 + (cap - gamma0) * min(t / steps, 1)).mistake
    'line to the cap'
    """
    return SCHEDULE.check(gamma)


def sutskever(gamma):
    """Check Sutskever's schedule: `gamma(t, gamma_max)` returns γ at step t.

    γ_t = min(1 − 2^(−1 − log₂(⌊t/250⌋ + 1)), γ_max). t : whole number, from 0. Chapter 5.
    Source: Sutskever et al. (2013), equation (5).

    >>> import numpy as np
    >>> sutskever(lambda t, gamma_max: min(1 - 0.5 / (t / 250 + 1), gamma_max)).mistake
    'stairs missing'
    """
    return SUTSKEVER.check(gamma)
