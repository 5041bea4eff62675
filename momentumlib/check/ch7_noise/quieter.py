"""Momentum's variance over gradient descent's at equal η/(1 − γ)."""

from ..engine.formulas import formula

TAKES = "r", "gamma"
MISTAKES = (
    ("upside down", "That is gradient descent's variance over momentum's: turn it around.",
     "return (2 - r * (1 - gamma) / (1 + gamma)) / (2 - r)"),
    ("small eta only", "Your ratio is 1 for every `r`, which holds in flat directions only. "
     "(If `r` is in it: are 1 − γ and 1 + γ in brackets?)", "return 1.0 + 0 * r"),
    ("equal eta", "You compare at the same η. Here η/(1 − γ) is the same, so that momentum's η is "
     "1 − γ times gradient descent's.",
     "return (1 + gamma) / (1 - gamma) * (2 - r) / (2 * (1 + gamma) - r)",
     "return (1 + gamma) / (1 - gamma) * (2 - r * (1 - gamma)) / (2 * (1 + gamma) - r * (1 - "
     "gamma))"),
    ("momentum's eta", "In momentum's bracket stands its own ηλ, which is r(1 − γ).",
     "return (1 + gamma) * (2 - r) / (2 * (1 + gamma) - r)"),
    ("1 + gamma missing", "A factor 1 + γ of momentum's variance is missing above.",
     "return (2 - r) / (2 * (1 + gamma) - r * (1 - gamma))"),
    ("gradient descent's bracket", "In gradient descent's bracket ηλ is `r` itself.",
     "return (1 + gamma) * (2 - r * (1 - gamma)) / (2 * (1 + gamma) - r * (1 - gamma))"),
    ("standard deviations", "That is the ratio of the standard deviations; variances are their "
     "squares.",
     "return np.sqrt((2 - r) / (2 - r * (1 - gamma) / (1 + gamma)))"),
    ("ratio of the learning rates", "That is momentum's η over gradient descent's; the variances "
     "have another ratio, which depends on `r`.", "return 1 - gamma + 0 * r"),
    ("1 - gamma and 1 + gamma swapped", "Exchange 1 − γ and 1 + γ.",
     "return (2 - r) / (2 - r * (1 + gamma) / (1 - gamma))"),
    ("2 in momentum's bracket", "In momentum's bracket r(1 − γ) is taken from 2(1 + γ), not "
     "from 2.",
     "return (2 - r) / (2 - r * (1 - gamma))"),
    ("r missing in momentum's bracket", "In momentum's bracket `r` is missing.",
     "return (2 - r) / (2 - (1 - gamma) / (1 + gamma))"),
    ("limit", "That is the limit for a γ near 1; the ratio depends on γ, too.", "return 1 - r / 2"),
    ("sign in the bracket", "Momentum's bracket is 2(1 + γ) − r(1 − γ), with a minus.",
     "return (1 + gamma) * (2 - r) / (2 * (1 + gamma) + (1 - gamma) * r)"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(1.5, 0.9), (0.37, 0.5), (1.0, 0.83), (1.9, 0.99), (0.8, 0.0)], "ratio", 0,
    "return (2 - r) / (2 - r * (1 - gamma) / (1 + gamma))", MISTAKES, "quieter",
    ("Momentum has ηλ = r(1 − γ), gradient descent ηλ = r. Put both into the exact variance.",
     "Both have η/(1 − γ) in front, which cancels with σ² and λ.",
     "What is left are the brackets, and momentum's 1 + γ."),
)  # fmt: skip


def quieter(answer):
    """Check momentum's variance over gradient descent's at equal η/(1 − γ): `quieter(r, gamma)`.

    r is ηλ/(1 − γ), below 2.

    >>> quieter(lambda r, gamma: 1.0).mistake
    'small eta only'
    """
    return EXERCISE.check(answer)
