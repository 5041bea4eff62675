"""The interval at which a guarantee says to restart."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "kappa", "c"

MISTAKES = (
    ("the chapter's guarantee",
     "This is the interval of the chapter's guarantee, with c = 4: do the calculation with c.",
     "return np.e * np.sqrt(8 * kappa)"),
    ("no growth in c", "Your interval does not depend on c, which stands in the guarantee.",
     "return np.e * np.sqrt(kappa)", "return np.e * np.sqrt(2 * kappa)",
     "return np.e * np.sqrt(4 * kappa)"),
    ("half missing",
     "A factor 2 is missing: the squared distance is at most 2 (J(θ₀) − J*)/μ.",
     "return np.e * np.sqrt(c * kappa)"),
    ("half in place of double",
     "You have ½ where 2 belongs: the squared distance is at most 2 (J(θ₀) − J*)/μ.",
     "return np.e * np.sqrt(c * kappa / 2)"),
    ("a cycle that gains nothing",
     "After so many steps the guarantee is where it began, 2cκ/k² = 1: find the k at which "
     "(n/k) ln(2cκ/k²) is smallest.",
     "return np.sqrt(2 * c * kappa)"),
    ("root of e",
     "You lose a factor 2: the derivative of ln k² is 2/k, so ln k² must be ln 2cκ + 2.",
     "return np.sqrt(np.e * 2 * c * kappa)"),
    ("e too often",
     "You have one e too many: ln k² = ln 2cκ + 2, so ln k has half of that.",
     "return np.exp(2) * np.sqrt(2 * c * kappa)"),
    ("1/e", "At the smallest value ln k² is ln 2cκ plus 2, not minus 2.",
     "return np.sqrt(2 * c * kappa) / np.e"),
    ("root missing", "This is k²: take the root of it.", "return np.e**2 * 2 * c * kappa"),
    ("root of 2cκ missing", "Of 2cκ the root is missing.", "return np.e * 2 * c * kappa"),
    ("root of one factor", "Under the root stands 2cκ, all of it, and nothing else.",
     "return np.e * 2 * c * np.sqrt(kappa)", "return np.e * np.sqrt(2 * c) * kappa",
     "return np.e * c * np.sqrt(2 * kappa)", "return np.e * 2 * np.sqrt(c * kappa)"),
    ("measured",
     "This is what the run shows on a quadratic; the exercise asks what the guarantee gives.",
     "return 3.4 * np.sqrt(kappa)", "return 3.83 * np.sqrt(kappa)"),
    ("c upside down", "A weaker guarantee, with a larger c, needs longer cycles: c belongs above.",
     "return np.e * np.sqrt(8 * kappa / c)", "return np.e * np.sqrt(2 * kappa / c)",
     "return np.e * np.sqrt(kappa / c)"),
    ("upside down", "A longer valley needs longer cycles: κ belongs above.",
     "return np.e * np.sqrt(2 * c / kappa)", "return np.e / np.sqrt(2 * c * kappa)"),
    ("rounded", "Your interval is rounded to whole steps: k may be a fraction, so do not round.",
     "return np.round(np.e * np.sqrt(2 * c * kappa))",
     "return np.floor(np.e * np.sqrt(2 * c * kappa))",
     "return np.ceil(np.e * np.sqrt(2 * c * kappa))"),
)  # fmt: skip


def _exercise():
    pairs = (100.0, 2.0), (50.0, 1.0), (2000.0, 3.0), (10.0, 0.5)
    return Exercise(
        "restart_interval", TAKES, written(TAKES, "return np.e * np.sqrt(2 * c * kappa)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES),
        (
            points(TAKES, pairs),
            points(TAKES, [(100.0, 4.0)], "with c = 4 it must be the chapter's e √(8κ)"),
        ),
        asker("interval"),
        (
            "A cycle of k steps shrinks J − J* by the factor 2cκ/k²; in n steps there are n/k "
            "cycles.",
            "The logarithm of the whole factor is (n/k) (ln 2cκ − 2 ln k): find where its "
            "derivative with respect to k is 0.",
            "There ln 2cκ − 2 ln k = −2.",
        ),
        drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def restart_interval(f):
    """Check `f(kappa, c)`: the interval k at which a guarantee says to restart.

    The guarantee: J(θ_k) − J* ≤ c L ‖θ₀ − θ*‖²/k². c > 0. Chapter 5.
    Source: O'Donoghue & Candès (2015), section 3.1, with c = 4.

    >>> import numpy as np
    >>> restart_interval(lambda kappa, c: np.e * np.sqrt(8 * kappa)).mistake
    "the chapter's guarantee"
    """
    return EXERCISE.check(f)
