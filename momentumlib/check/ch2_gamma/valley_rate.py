"""The rate of momentum in a whole valley: the largest root over all its directions."""

import numpy as np

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "eta", "gamma", "eigenvalues"

#: Root sizes, one row for each eigenvalue.
SIZES = (
    "r = np.array([np.roots([1, -(1 + gamma - eta * x), gamma]) for x in eigenvalues]); "
    "s = np.abs(r); "
)

#: By the formula: what stands under the root, d, and the root, nan where d is negative.
FORMULA = "b = 1 + gamma - eta * np.asarray(eigenvalues); d = b**2 - 4 * gamma; root = np.sqrt(d); "
OTHER = "s = np.abs([np.roots({}) for x in eigenvalues]); return s.max()"

MISTAKES = (
    ("smallest root",
     "You take the smaller of the two roots: the larger one is left in the end, so it decides.",
     SIZES + "return s.min(axis=1).max()", SIZES + "return s.min()"),
    ("fastest direction",
     "You take the fastest direction: the whole run is as slow as its slowest one.",
     SIZES + "return s.max(axis=1).min()"),
    ("size missing",
     "You take the largest root without its size: a root of −0.9 is as slow as one of 0.9. Use "
     "`np.abs`.",
     SIZES + "return r.real.max()", SIZES + "return np.max(r).real",
     FORMULA + "return np.where(d < 0, np.sqrt(gamma), (b + root) / 2).max()",
     FORMULA + "return max(np.where(d < 0, np.sqrt(gamma), (b + root) / 2).max(), 0)"),
    ("complex roots lost",
     "Where the number under the root is negative the roots are complex, and yours get lost (as "
     "nan does in a comparison): use `np.roots`, or their size √γ.",
     FORMULA + "return np.where(d < 0, 0, (b + root) / 2).max(initial=0)",
     FORMULA + "return np.where(d < 0, 0, np.abs(b + root) / 2).max()",
     FORMULA + "return np.where(d < 0, 0, (np.abs(b) + root) / 2).max()"),
    ("root of a negative number",
     "Your rate is nan where the number under a root is negative. The roots σ are complex there: "
     "use `np.roots`, or their size √γ.",
     FORMULA + "return ((b + root) / 2).max()", FORMULA + "return ((np.abs(b) + root) / 2).max()"),
    ("only one eigenvalue",
     "You look at one eigenvalue, or at the first and the last: any of them may be the slowest, so "
     "go through all.",
     SIZES + "return s[0].max()", SIZES + "return s[-1].max()", SIZES + "return s[[0, -1]].max()",
     SIZES + "return s[np.argmin(eigenvalues)].max()",
     SIZES + "return s[np.argmax(eigenvalues)].max()"),
    ("mean",
     "You take a mean: after many steps only the slowest part is left.",
     SIZES + "return s.mean()", SIZES + "return s.max(axis=1).mean()"),
    ("always the root of gamma",
     "The roots have the size √γ only where they are complex; a direction that creeps has a "
     "larger one.",
     "return np.sqrt(gamma)"),
    ("always gamma", "The product of the two roots is γ; one of them alone is something else.",
     "return gamma", "return gamma + 0 * eta"),
    ("gradient descent's rate",
     "This is gradient descent's rate, |1 − ηλ|: with a γ there are two roots for each λ.",
     "return np.max(np.abs(1 - eta * np.asarray(eigenvalues)))"),
    ("real part", "You drop the imaginary part: the size of a complex root is `np.abs(root)`.",
     SIZES + "return np.abs(r.real).max()"),
    ("root of the size",
     "Where the number under the root is negative you turn its sign round; the roots are complex "
     "there: use `np.roots`, or their size √γ.",
     "b = 1 + gamma - eta * np.asarray(eigenvalues); d = np.sqrt(np.abs(b**2 - 4 * gamma)); "
     "return np.maximum(np.abs(b + d), np.abs(b - d)).max() / 2"),
    ("another polynomial",
     "Your polynomial has a wrong sign or a term too few: it is σ² − (1 + γ − ηλ) σ + γ.",
     *(OTHER.format(text) for text in (
         "[1, -(1 + gamma + eta * x), gamma]", "[1, -(1 + gamma - eta * x), -gamma]",
         "[1, -(gamma - eta * x), gamma]", "[1, -(1 - gamma - eta * x), gamma]",
         "[1, -(1 - eta * x), gamma]", "[1, -1 + gamma - eta * x, gamma]",
         "[1, -(1 + gamma - eta * x), 1]", "[1, -(1 + gamma) * (1 - eta * x), gamma]"))),
    ("NAG's roots", "These are NAG's roots: in momentum's, γ stands alone at the end.",
     OTHER.format("[1, -(1 + gamma) * (1 - eta * x), gamma * (1 - eta * x)]")),
    ("coefficients reversed",
     "`np.roots` takes the coefficient of σ² first; yours are in the reverse order.",
     "s = np.abs([np.roots([gamma, -(1 + gamma - eta * x), 1]) for x in eigenvalues "
     "if gamma > 0]); return s.max() if gamma > 0 else np.nan",
     "s = [np.abs(np.roots([gamma, -(1 + gamma - eta * x), 1])).max() for x in eigenvalues]; "
     "return max(s)"),
    ("rate of the cost",
     "This is the square of the rate, by which the cost shrinks: the rate is that of θ.",
     SIZES + "return s.max()**2"),
    ("only one root", "You take one of the two roots alone, the one with the plus or the one with "
     "the minus: either may be the larger in size.",
     FORMULA + "return np.abs(b + np.sqrt(d + 0j)).max() / 2",
     FORMULA + "return np.abs(b - np.sqrt(d + 0j)).max() / 2"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(111)
    spread = rng.permutation(np.geomspace(1, 100, 7))
    valleys = (
        (0.01, 0.5, spread), (0.01, 0.9, spread), (0.03, 0.5, spread), (0.034, 0.7, spread),
        (0.05, 0.8, spread), (0.2, 0.3, np.array([3.0, 0.4, 1.0])),
        (0.04, 0.3, np.array([60.0, 90.0, 75.0])),
        (0.1, 0.9, np.array([4.0, 9.0, 6.0])),  # all roots complex: larger than gradient descent's
    )  # fmt: skip
    still, gd = (0.3, 0.5, np.array([1e-9])), (0.15, 0.0, np.array([2.0, 9.0, 5.0]))
    cases = (
        points(TAKES, valleys),
        points(TAKES, [still], "where nothing slopes, the rate is 1"),
        points(TAKES, [gd], "with gamma = 0 it is gradient descent's, |1 − ηλ|"),
    )
    return Exercise(
        "valley_rate", TAKES, written(TAKES, SIZES + "return s.max()"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("rate"),
        (
            "Begin with one eigenvalue: `np.roots([1, ..., gamma])` gives both roots σ.",
            "The size of a root is `np.abs(root)`, whether it is negative or complex.",
            "Collect the sizes of both roots for every eigenvalue, and return the largest.",
        ),
        drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def valley_rate(rate):
    """Check the rate of momentum in a valley: `rate(eta, gamma, eigenvalues)` returns a number.

    eigenvalues : array of shape (dim,), the curvatures, in any order; the rate is the size of
    the largest root over all of them. Chapter 2.

    >>> valley_rate(lambda eta, gamma, eigenvalues: np.sqrt(gamma)).mistake
    'always the root of gamma'
    """
    return EXERCISE.check(rate)
