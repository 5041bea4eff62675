"""How far Adam steps first, without its correction."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "beta1", "beta2"

MISTAKES = (
    ("always 1",
     "Your step is always 1 η, as it is with bias correction, or where m and s begin at g and g²; "
     "asked is what it is without, from m = s = 0.", "return 1.0",
     "return (1 - beta1) / np.sqrt(1 - beta2) * np.sqrt(1 - beta2) / (1 - beta1)"),
    ("upside down", "This is the factor that mends the step; asked is the step before that.",
     "return np.sqrt(1 - beta2) / (1 - beta1)"),
    ("root missing", "The step divides by the root of s: put 1 − β₂ under a root.",
     "return (1 - beta1) / (1 - beta2)"),
    ("root over both", "Only s is under the root; m is not.",
     "return np.sqrt((1 - beta1) / (1 - beta2))"),
    ("root on m", "The root belongs to s, below, and not to m.",
     "return np.sqrt(1 - beta1) / (1 - beta2)"),
    ("root of beta2", "After one step s is (1 − β₂)g²: the root is of 1 − β₂, not of β₂.",
     "return (1 - beta1) / (1 - np.sqrt(beta2))", "return (1 - beta1) / (1 - beta2**2)"),
    ("betas swapped", "The betas have changed places: β₁ makes m, above; β₂ makes s, below.",
     "return (1 - beta2) / np.sqrt(1 - beta1)"),
    ("old part in place of the new",
     "The betas weigh what was there before, and that is 0: the first gradient has 1 − β.",
     "return beta1 / np.sqrt(beta2)", "return (1 - beta1) / np.sqrt(beta2)",
     "return beta1 / np.sqrt(1 - beta2)"),
    ("only m", "Above stands m, too small at first; but s, below, is too small as well.",
     "return 1 - beta1", "return 1 / (1 - beta1)"),
    ("only s", "Below stands the root of s, too small at first; but m, above, is too small, too.",
     "return 1 / np.sqrt(1 - beta2)", "return np.sqrt(1 - beta2)"),
    ("multiplied", "The step divides by the root of s; you multiply by it.",
     "return (1 - beta1) * np.sqrt(1 - beta2)"),
)  # fmt: skip


def _exercise():
    some = (0.9, 0.999), (0.9, 0.99), (0.5, 0.9), (0.8, 0.3)
    cases = (
        points(TAKES, some),
        points(TAKES, [(0.0, 0.9)], "with beta1 = 0 it is RMSprop's first step"),
        points(TAKES, [(0.0, 0.0)], "with no memory the step is 1 η"),
    )
    return Exercise(
        "first_step", TAKES, written(TAKES, "return (1 - beta1) / np.sqrt(1 - beta2)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("step in units of η"),
        (
            "Start from m = 0 and s = 0. What are they after one gradient g?",
            "m = (1 − β₁)g and s = (1 − β₂)g². Divide m by the root of s.",
        ),
        each=True, drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def first_step(length):
    """Check `length(beta1, beta2)`: Adam's first step without bias correction, in units of η.

    ε counts as 0. With beta1 = 0 it is RMSprop's first step. Chapter 4.

    >>> first_step(lambda beta1, beta2: (1 - beta1) / (1 - beta2)).mistake
    'root missing'
    """
    return EXERCISE.check(length)
