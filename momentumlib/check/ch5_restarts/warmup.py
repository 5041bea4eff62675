"""A schedule of η: a warm-up."""

from .plans import EVERY, planned

SHARE = "(t + 1) / (steps + 1)"
EXERCISE = planned(
    "warmup", "eta", ("t", "eta", "steps"), f"eta * min({SHARE}, 1)", "1",
    (
        ("begins at zero",
         "Your first rate is 0, so the first step does not move: t counts from 0, and the share "
         "must be (t + 1)/(steps + 1).",
         "eta * min(t / steps, 1)", "eta * min(t / (steps + 1), 1)"),
        ("arrives one step early",
         "You are at the full `eta` one step early: it must come at t = `steps`, not before.",
         "eta * min((t + 1) / steps, 1)", "eta * min((t + 2) / (steps + 1), 1)",
         f"eta * {SHARE} if t < steps - 1 else eta"),
        ("arrives one step late",
         "You are at the full `eta` one step late: it must come at t = `steps`.",
         "eta * min((t + 1) / (steps + 2), 1)"),
        ("never arrives",
         "Your rate stays below `eta` for ever: hold the share at 1, not the count at `steps`.",
         "eta * np.minimum(t + 1, steps) / (steps + 1)"),
        ("no end", "Your rate grows past `eta`: hold the share at 1 once the warm-up is over.",
         f"eta * {SHARE}"),
        ("held at 1",
         "You hold the rate at 1; it must be held at `eta`: take `min` of the share, and then "
         "multiply.",
         f"np.minimum(eta * {SHARE}, 1)"),
        ("larger in place of smaller", "You take the larger of the share and 1; take the smaller.",
         f"eta * max({SHARE}, 1)", f"max(eta * {SHARE}, eta)"),
        ("eta missing", "The share is not a rate yet: multiply it by `eta`.",
         f"min({SHARE}, 1)", f"{SHARE} if t < steps else eta"),
        ("nothing after it", "After the warm-up your rate is 0; it must stay at `eta`.",
         f"eta * {SHARE} if t < steps else 0.0", f"eta * {SHARE} if t <= steps else 0.0"),
        ("falling", "Your rate falls; a warm-up grows from a small rate to `eta`.",
         f"eta * max(1 - {SHARE}, 0)", "eta * max(1 - t / steps, 0)"),
        ("upside down", "Your fraction is upside down: the steps made stand above.",
         "eta * min((steps + 1) / (t + 1), 1)"),
        ("whole-number division",
         "You divide with `//`, which cuts off what is after the point: use `/`.",
         "eta * min((t + 1) // (steps + 1), 1)"),
        ("constant",
         "Your rate is `eta` from the first step on: the share must be below 1 at first. (Are "
         "`t + 1` and `steps + 1` in brackets?)", "eta"),
        ("same factor each step",
         "Your rate grows by the same factor each step; it must grow by the same amount.",
         "eta * min((steps + 1) ** (t / steps - 1), 1)"),
    ),
    (
        {"eta": 0.3, "steps": 20, "t": EVERY},
        {"eta": 2.5, "steps": 9, "t": tuple(range(14))},  # an eta above 1: where is it held?
        {"eta": 0.04, "steps": 30, "t": (30,), "rule": "at t = steps it must be eta"},
        {"eta": 0.04, "steps": 30, "t": (29, 31)},
        {"eta": 0.04, "steps": 4, "t": (0,), "rule": "at t = 0 it must be eta / (steps + 1)"},
    ),
    (
        "What is the rate at t = 0, and what at t = `steps`?",
        "The share of `eta` is (t + 1)/(steps + 1), but never more than 1.",
    ),
)  # fmt: skip


def warmup(f):
    """Check a warm-up: `f(t, eta, steps)` returns η at step t, η·min((t + 1)/(steps + 1), 1).

    t : whole number, from 0;  steps : of the warm-up, at whose end the rate is eta. Chapter 5.

    >>> warmup(lambda t, eta, steps: eta * min(t / steps, 1)).mistake
    'begins at zero'
    """
    return EXERCISE.check(f)
