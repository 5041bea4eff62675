"""The variance in which a noisy run ends."""

from ..engine.formulas import formula

TAKES = "eta", "gamma", "lam", "sigma"
RIGHT = "eta * sigma**2 * (1 + gamma) / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam))"
MISTAKES = (
    ("standard deviation", "That is the standard deviation; the variance is its square.",
     f"return np.sqrt({RIGHT})"),
    ("sigma not squared", "The variance grows with the square of `sigma`.",
     f"return ({RIGHT}) / sigma"),
    ("gradient descent", "That is gradient descent's variance: γ is missing.",
     "return eta * sigma**2 / (lam * (2 - eta * lam))"),
    ("momentum averages", "Here the noise shrinks with γ; it grows: 1 − γ stands below.",
     "return eta * sigma**2 * (1 - gamma) / (lam * (1 + gamma) * (2 * (1 + gamma) - eta * lam))",
     "return eta * sigma**2 * (1 - gamma) / (lam * (2 - eta * lam))"),
    ("gradient descent's bracket", "The factor 1 − γ is there, but the last bracket is "
     "gradient descent's: it is 2(1 + γ) − ηλ, and 1 + γ stands above, too.",
     "return eta * sigma**2 / (lam * (1 - gamma) * (2 - eta * lam))"),
    ("small eta only", "That is the limit for a small η: the bracket with − ηλ is missing.",
     "return eta * sigma**2 / (2 * lam * (1 - gamma))"),
    ("1 - gamma missing", "The factor 1 − γ is missing below.",
     "return eta * sigma**2 * (1 + gamma) / (lam * (2 * (1 + gamma) - eta * lam))"),
    ("1 + gamma missing", "The factor 1 + γ is missing above.",
     "return eta * sigma**2 / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam))"),
    ("lambda missing", "The factor λ is missing below, before the brackets.",
     "return eta * sigma**2 * (1 + gamma) / ((1 - gamma) * (2 * (1 + gamma) - eta * lam))"),
    ("effective learning rate", "Gradient descent's formula with η/(1 − γ) comes near, but not "
     "exactly: the last bracket is another.",
     "e = eta / (1 - gamma); return e * sigma**2 / (lam * (2 - e * lam))"),
    ("J in place of the variance", "That is the mean of J, λ/2 times the variance.",
     f"return lam / 2 * ({RIGHT})"),
    ("brackets missing", "Put all that stands below in brackets: after `/ lam`, a `*` multiplies.",
     "return eta * sigma**2 * (1 + gamma) / lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam)",
     "return eta * sigma**2 * (1 + gamma) / (lam * (1 - gamma)) * (2 * (1 + gamma) - eta * lam)"),
    ("1 - gamma and 1 + gamma swapped", "Wherever 1 + γ belongs, you have 1 − γ, and the other way "
     "round.",
     "return eta * sigma**2 * (1 - gamma) / (lam * (1 + gamma) * (2 * (1 - gamma) - eta * lam))"),
    ("sign in the bracket", "The last bracket is 2(1 + γ) − ηλ, with a minus.",
     "return eta * sigma**2 * (1 + gamma) / (lam * (1 - gamma) * (2 * (1 + gamma) + eta * lam))"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(0.05, 0.9, 1.0, 1.0), (0.3, 0.5, 2.0, 0.4), (0.01, 0.99, 5.0, 3.0),
             (0.2, 0.0, 3.0, 1.5)], "variance", 0, f"return {RIGHT}", MISTAKES,
    "noisy_variance",
    ("At γ = 0 it is ησ²/(λ(2 − ηλ)).", "The chapter has the formula; its brackets matter."),
)  # fmt: skip


def noisy_variance(answer):
    """Check the variance in the end: `noisy_variance(eta, gamma, lam, sigma)`.

    >>> small = lambda eta, gamma, lam, sigma: eta * sigma**2 / (2 * lam * (1 - gamma))
    >>> noisy_variance(small).mistake
    'small eta only'
    """
    return EXERCISE.check(answer)
