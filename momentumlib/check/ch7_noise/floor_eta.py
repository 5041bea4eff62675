"""The η of gradient descent for a given variance."""

from ..engine.formulas import formula

TAKES = "floor", "lam", "sigma"
MISTAKES = (
    ("small eta only", "That leaves out − ηλ in gradient descent's variance; solve with it.",
     "return 2 * floor * lam / sigma**2"),
    ("sign", "On the way to η a sign is lost: the terms with η come together on one side.",
     "return 2 * floor * lam / (sigma**2 - floor * lam**2)"),
    ("sigma not squared", "`sigma` must be squared.",
     "return 2 * floor * lam / (sigma + floor * lam**2)"),
    ("factor 2", "A factor 2 is missing above.",
     "return floor * lam / (sigma**2 + floor * lam**2)"),
    ("lambda not squared", "In the second term below, λ must be squared.",
     "return 2 * floor * lam / (sigma**2 + floor * lam)"),
    ("lambda missing", "The factor λ is missing above.",
     "return 2 * floor / (sigma**2 + floor * lam**2)"),
    ("noise missing", "Your answer does not depend on `sigma`, but more noise needs a smaller η.",
     "return 2 * floor / lam", "return 2 * floor * lam", "return 2 / lam"),
    ("upside down", "Your fraction is upside down: a lower floor needs a smaller η.",
     "return (sigma**2 + floor * lam**2) / (2 * floor * lam)"),
    ("variance in place of eta", "That is the variance for an η of that size; solve for η.",
     "return floor * sigma**2 / (lam * (2 - floor * lam))"),
    ("J in place of the variance", "`floor` is the variance, not J, which is λ/2 times that.",
     "return 4 * floor / (sigma**2 + 2 * floor * lam)"),
    ("brackets missing", "Both terms stand below: put them in brackets.",
     "return 2 * floor * lam / sigma**2 + floor * lam**2"),
    ("floor squared", "`floor` is a variance already: it has no square.",
     "return 2 * floor**2 * lam / (sigma**2 + floor**2 * lam**2)"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(0.01, 1.0, 1.0), (0.1, 2.0, 0.5), (0.5, 3.0, 1.4), (0.02, 0.3, 2.0)], "eta", 0,
    "return 2 * floor * lam / (sigma**2 + floor * lam**2)", MISTAKES, "floor_eta",
    ("Write gradient descent's variance, ησ²/(λ(2 − ηλ)), and set it equal to `floor`.",
     "Multiply by the denominator; two terms hold η.",
     "η (σ² + λ² floor) = 2 λ floor."),
)  # fmt: skip


def floor_eta(answer):
    """Check the η of gradient descent for a given variance: `floor_eta(floor, lam, sigma)`.

    >>> floor_eta(lambda floor, lam, sigma: 2 * floor * lam / sigma**2).mistake
    'small eta only'
    """
    return EXERCISE.check(answer)
