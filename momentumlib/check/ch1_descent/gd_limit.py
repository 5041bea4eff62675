"""Where gradient descent diverges, from the curvatures of all directions."""

import numpy as np

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = ("curvatures",)

MISTAKES = (
    ("smallest curvature",
     "You use the smallest curvature: the steepest direction diverges first, so the largest one "
     "decides.",
     "return 2 / np.min(curvatures)"),
    ("mean curvature",
     "You use the mean of the curvatures: the steepest direction diverges first, whatever the "
     "others do.",
     "return 2 / np.mean(curvatures)", "return 2 / np.median(curvatures)"),
    ("curvatures added up",
     "You add the curvatures up: each direction has its own factor 1 − ηλ, and the largest λ "
     "decides.",
     "return 2 / np.sum(curvatures)", "return 2 / np.linalg.norm(curvatures)"),
    ("first or last curvature",
     "You take the curvature that stands first or last: they come in any order, so look for the "
     "largest.",
     "return 2 / curvatures[0]", "return 2 / curvatures[-1]"),
    ("half the limit",
     "At η = 1/L the steepest direction arrives in one step: the limit is where its factor is −1.",
     "return 1 / np.max(curvatures)"),
    ("double the limit",
     "This is twice the limit: at half of it the factor 1 − ηL is −1 already.",
     "return 4 / np.max(curvatures)"),
    ("best eta",
     "This is the best η, 2/(L + μ); the limit is a little further, and only L counts there.",
     "return 2 / (np.max(curvatures) + np.min(curvatures))"),
    ("condition number",
     "You use κ = L/μ: the limit of η depends on L itself, not on how narrow the valley is.",
     "return 2 * np.min(curvatures) / np.max(curvatures)",
     "return np.max(curvatures) / np.min(curvatures)"),
    ("upside down", "Your fraction is upside down: a larger curvature must give a smaller η.",
     "return np.max(curvatures) / 2", "return 2 * np.max(curvatures)",
     "return np.max(curvatures)"),
    ("root of the curvature", "Divide by the curvature itself, not by its root.",
     "return 2 / np.sqrt(np.max(curvatures))"),
    ("curvature missing", "Your limit is the same for every valley: it must depend on L.",
     "return 2", "return 1"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(108)
    valleys = np.array([1.0, 7.0, 100.0, 3.0]), rng.uniform(0.5, 9, 7), rng.uniform(10, 400, 5)
    valleys = *valleys, np.array([0.13, 0.41, 0.07])  # a limit above 1
    cases = (
        points(TAKES, [(c,) for c in valleys]),
        points(TAKES, [(np.array([5.0]),)], "with one direction of curvature 5 the limit is 2/5"),
    )  # fmt: skip
    return Exercise(
        "gd_limit", TAKES, written(TAKES, "return 2 / np.max(curvatures)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("eta"),
        (
            "A step multiplies the error in a direction of curvature λ by 1 − ηλ. "
            "When does that diverge?",
            "The factor must stay above −1 in *every* direction: which direction is the first to "
            "break that?",
            "Solve 1 − ηL = −1 for η, with L the largest of the curvatures.",
        ),
        drawn=False, each=True, praise="It agrees with the formula, for valleys in any order.",
    )  # fmt: skip


EXERCISE = _exercise()


def gd_limit(largest_eta):
    """Check the η above which gradient descent diverges: `largest_eta(curvatures)`.

    curvatures : array of shape (dim,), one for each direction, in any order. Chapter 1.

    >>> gd_limit(lambda curvatures: 2 / np.mean(curvatures)).mistake
    'mean curvature'
    """
    return EXERCISE.check(largest_eta)
