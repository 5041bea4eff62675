"""A schedule of γ: a line with a cap."""

from .plans import EVERY, planned

EXERCISE = planned(
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
        ("cap on the climb",
         "You hold the climb at `cap`; the whole line must be held there, with `gamma0` in it.",
         "gamma0 + np.minimum((1 - gamma0) * t / steps, cap)"),
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
        {"gamma0": 0.6, "steps": 30, "cap": 1.0, "t": (29,)},
        {"gamma0": 0.6, "steps": 30, "cap": 1.0, "t": (30, 31),
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


def schedule(gamma):
    """Check a schedule with a cap: `gamma(t, gamma0, steps, cap)` returns γ at step t.

    γ_t = γ₀ + (1 − γ₀) t/T with T = steps, held at cap. t : whole number, from 0. Chapter 5.

    >>> schedule(lambda t, gamma0, steps, cap: gamma0 + (cap - gamma0) * min(t / steps, 1)).mistake
    'line to the cap'
    """
    return EXERCISE.check(gamma)
