"""NAG's guarantee, read backward: how many steps it needs to promise a tolerance."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "L", "distance", "tol"
ROOT = "np.sqrt(2 * L * distance**2 / tol)"

MISTAKES = (
    ("not rounded", "Steps are whole: take the smallest whole k that is large enough.",
     f"return {ROOT} - 1"),
    ("rounded down", "You round down: at that k the bound is still above `tol`.",
     f"return np.floor({ROOT} - 1)"),
    ("rounded to the nearest",
     "You round to the nearest whole number, so the bound is sometimes above `tol`: round up.",
     f"return np.round({ROOT} - 1)", f"return np.floor({ROOT} - 0.5)"),
    ("k + 1 in place of k", "This is k + 1, and not yet whole: take 1 away, then round up.",
     f"return {ROOT}"),
    ("one step too many", "You are one step late: the bound has (k + 1)², not k².",
     f"return np.ceil({ROOT})", f"return np.floor({ROOT} - 1) + 2"),
    ("one step more at a tie",
     "Where the bound meets `tol` exactly, that step is enough; yours takes one more.",
     f"return np.floor({ROOT})"),
    ("two steps too many", "Take 1 away from the root; you add it.", f"return np.ceil({ROOT} + 1)",
     f"return np.ceil({ROOT}) + 1"),
    ("k² not rooted",
     "You solve for (k + 1)²; take its root. Without it you have gradient descent's many steps.",
     "return np.ceil(2 * L * distance**2 / tol - 1)", "return np.ceil(2 * L * distance**2 / tol)",
     "return 2 * L * distance**2 / tol - 1"),
    ("gradient descent's guarantee",
     "This is gradient descent's guarantee, L·distance²/(2k); NAG's has the square of k + 1.",
     "return np.ceil(L * distance**2 / (2 * tol))", "return L * distance**2 / (2 * tol)"),
    ("distance not squared", "The bound has the square of the distance.",
     "return np.ceil(np.sqrt(2 * L * distance / tol) - 1)",
     "return np.ceil(np.sqrt(2 * L * distance / tol))"),
    ("factor 2 missing", "The bound has a 2 in front of L.",
     "return np.ceil(np.sqrt(L * distance**2 / tol) - 1)",
     "return np.ceil(np.sqrt(L * distance**2 / tol))"),
    ("L missing", "The bound grows with the largest curvature `L`; yours has none.",
     "return np.ceil(np.sqrt(2 * distance**2 / tol) - 1)"),
    ("root of a part", "The root is over the whole quotient, with L, the distance and `tol`.",
     "return np.ceil(np.sqrt(2 * L) * distance / tol - 1)",
     "return np.ceil(2 * L * distance / np.sqrt(tol) - 1)",
     "return np.ceil(np.sqrt(2 * L * distance**2) / tol - 1)"),
    ("tol above", "A smaller `tol` needs more steps: divide by it.",
     "return np.ceil(np.sqrt(2 * L * distance**2 * tol) - 1)"),
    ("upside down", "Your fraction is upside down: a smaller `tol` needs more steps.",
     "return np.ceil(np.sqrt(tol / (2 * L * distance**2)) - 1)"),
)  # fmt: skip


def _exercise():
    some = (1.0, 4.0, 1e-3), (25.0, 4.5, 0.01), (0.6, 2.5, 1e-4), (100.0, 0.9, 0.2), (3.0, 7.0, 1.9)
    some += ((2.0, 5.0, 0.995),)  # just above a square: nothing is cut off under the root
    tie = 2.0, 5.0, 1.0  # the bound at k = 9 is 1, with no rounding in any of its forms
    cases = points(TAKES, some), points(TAKES, [tie])
    return Exercise(
        "guarantee", TAKES, written(TAKES, f"return np.ceil({ROOT} - 1)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("number of steps"),
        (
            "You want 2·L·distance²/(k + 1)² ≤ tol. Solve that for k.",
            "k + 1 is at least the root of 2·L·distance²/tol.",
            "Take 1 away from that root, and round up with `np.ceil`.",
        ),
        each=True, drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def guarantee(steps):
    """Check `steps(L, distance, tol)`: the first k ≥ 1 at which NAG's bound is at most tol.

    distance : ‖θ₀ − θ*‖;  tol : the J(θ) − J* that is asked for, below L·distance²/2, the bound
    at k = 1. The bound is `theory.nesterov_bound`. Chapter 3.

    >>> guarantee(lambda L, distance, tol: (2 * L * distance**2 / tol) ** 0.5 - 1).mistake
    'not rounded'
    """
    return EXERCISE.check(steps)
