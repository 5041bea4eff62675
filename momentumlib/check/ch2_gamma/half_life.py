"""The steps until a gradient's weight in the velocity has halved."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = ("gamma",)

MISTAKES = (
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
     "Yours is ln ½ − ln γ, which is the logarithm of a quotient, ½/γ: divide the one logarithm by "
     "the other.",
     "return np.log(0.5 / gamma)"),
    ("logarithms subtracted",
     "Yours is ln γ − ln ½, which is the logarithm of 2γ: divide the one logarithm by the other.",
     "return np.log(gamma) - np.log(0.5)"),
    ("power",
     "The unknown is the exponent: take logarithms of γ to the power k = ½, and solve for k.",
     "return gamma**0.5", "return 0.5**gamma", "return 0.5 / gamma"),
    ("rounded", "Your half-life is rounded to whole steps; give the number itself.",
     "return np.round(np.log(0.5) / np.log(gamma))", "return np.ceil(np.log(0.5) / np.log(gamma))",
     "return np.floor(np.log(0.5) / np.log(gamma))"),
)  # fmt: skip


def _exercise():
    gammas = 0.2, 0.7, 0.8, 0.9, 0.95, 0.99
    cases = (
        points(TAKES, [(gamma,) for gamma in gammas]),
        points(TAKES, [(0.5,)], "at gamma = 0.5 the half-life is one step"),
    )
    return Exercise(
        "half_life", TAKES, written(TAKES, "return np.log(0.5) / np.log(gamma)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("half-life"),
        (
            "After k steps a gradient's weight is γ to the power k. When is that ½?",
            "Take the logarithm of both sides: k ln γ = ln ½.",
        ),
    )  # fmt: skip


EXERCISE = _exercise()


def half_life(f):
    """Check a function of γ: the steps until a gradient's weight in v has halved. Chapter 2.

    >>> half_life(lambda gamma: 1 / (1 - gamma)).mistake
    'memory'
    """
    return EXERCISE.check(f)
