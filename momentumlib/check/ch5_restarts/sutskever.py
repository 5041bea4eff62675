"""Sutskever's schedule of γ: stairs."""

from .plans import planned

STAIR, NUMBER = "1 - 2 ** (-1 - np.log2(NUMBER + 1))", "t // 250"


def _stairs(number=NUMBER, stair=STAIR):
    return f"min({stair.replace('NUMBER', number)}, gamma_max)"


EXERCISE = planned(
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
        ("first stair twice as long",
         "Your first stair lasts for 500 steps: the stairs count from 1, ⌊t/250⌋ + 1.",
         _stairs("(max(t // 250, 1) - 1)")),
        ("logarithm missing",
         "The exponent holds the logarithm of the stair's number, not the number itself.",
         _stairs(stair="1 - 2 ** (-1 - NUMBER)")),
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


def sutskever(gamma):
    """Check Sutskever's schedule: `gamma(t, gamma_max)` returns γ at step t.

    γ_t = min(1 − 2^(−1 − log₂(⌊t/250⌋ + 1)), γ_max). t : whole number, from 0. Chapter 5.
    Source: Sutskever et al. (2013), equation (5).

    >>> import numpy as np
    >>> sutskever(lambda t, gamma_max: min(1 - 0.5 / (t / 250 + 1), gamma_max)).mistake
    'stairs missing'
    """
    return EXERCISE.check(gamma)
