"""Where a run diverges: the learning rate that is too large, for each method."""

import numpy as np

from ...arguments import numbers, positive
from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import Points, asker, called
from ..engine.values import asked

# --- Gradient descent, from the curvatures of all directions -----------------------

CURVATURES = ("curvatures",)

GD_MISTAKES = (
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


def _gd_limit():
    rng = np.random.default_rng(108)
    valleys = np.array([1.0, 7.0, 100.0, 3.0]), rng.uniform(0.5, 9, 7), rng.uniform(10, 400, 5)
    valleys = *valleys, np.array([0.13, 0.41, 0.07])  # a limit above 1
    label = lambda c: called(CURVATURES, (c,))
    cases = (
        Points(tuple((c,) for c in valleys), tuple(map(label, valleys))),
        Points(((np.array([5.0]),),), ("at curvatures = [5]",),
               "with one direction of curvature 5 the limit is 2/5"),
    )  # fmt: skip
    return Exercise(
        "gd_limit", CURVATURES, written(CURVATURES, "return 2 / np.max(curvatures)"),
        tuple(mistake(CURVATURES, *row) for row in GD_MISTAKES), cases, asker("eta"),
        (
            "A step multiplies the error in a direction of curvature λ by 1 − ηλ. "
            "When does that diverge?",
            "The factor must stay above −1 in *every* direction: which direction is the first to "
            "break that?",
            "Solve 1 − ηL = −1 for η, with L the largest of the curvatures.",
        ),
        drawn=False, each=True, praise="It agrees with the formula, for valleys in any order.",
    )  # fmt: skip


def gd_limit(largest_eta):
    """Check the η above which gradient descent diverges: `largest_eta(curvatures)`.

    curvatures : array of shape (dim,), one for each direction, in any order. Chapter 1.

    >>> gd_limit(lambda curvatures: 2 / np.mean(curvatures)).mistake
    'mean curvature'
    """
    return EXERCISES["gd_limit"].check(largest_eta)


EXERCISES = {"gd_limit": _gd_limit()}

# --- Momentum and NAG, from γ and the largest curvature -----------------------------

LIMIT = "gamma", "lam"

#: The limits of stability, and what they are called.
LIMITS = {
    "gd": ("2 / lam", "gradient descent's limit", "This is gradient descent's limit, 2/λ"),
    "momentum": ("2 * (1 + gamma) / lam", "momentum's limit", "This is momentum's limit"),
    "nag": ("(2 + 2 * gamma) / ((1 + 2 * gamma) * lam)", "NAG's limit", "This is NAG's limit"),
}
#: Why another method's limit is not the one that is asked for.
WHY = {
    "momentum": "with momentum, measured at theta, more is allowed.",
    "nag": "NAG measures ahead, and that changes the limit.",
}

LIMIT_HINTS = (
    "The run diverges when a root σ of its recurrence leaves the unit circle; that happens at "
    "σ = −1.",
    "Put e_t = (−1)^t into the recurrence, and solve for η.",
)


def known_limits(name):
    """The formula of a limit, and its known mistakes."""
    right = LIMITS[name][0]
    others = [
        (known, f"{says}: {WHY[name]}", f"return {text}")
        for other, (text, known, says) in LIMITS.items()
        if other != name
    ]
    rows = (
        *others,
        ("lambda missing", "This is the limit of η·λ: divide by λ.", f"return ({right}) * lam"),
        ("root of lambda",
         "Divide by λ itself, not by its root.", f"return ({right}) * np.sqrt(lam)"),
        ("multiplied", "You multiply by λ: divide, a steeper valley allows less.",
         f"return ({right}) * lam**2"),
        ("half the limit", "This is half the limit: at this η the run still converges.",
         f"return ({right}) / 2"),
        ("double the limit", "This is twice the limit: half of it is enough to diverge.",
         f"return 2 * ({right})"),
        ("1 - gamma in place of 1 + gamma",
         "The limit grows with γ: 1 + γ stands above, not 1 − γ.",
         "return 2 * (1 - gamma) / lam"),
        ("1/lambda",
         "At η = 1/λ gradient descent arrives in one step; that is no limit.", "return 1 / lam"),
        ("effective learning rate",
         "The effective learning rate η/(1 − γ) does not decide this limit.",
         "return 2 / (lam * (1 - gamma))"),
        ("edge of the swinging",
         "Here the roots stop being complex; the run still converges a little further.",
         "return (1 + np.sqrt(gamma))**2 / lam", "return (1 - np.sqrt(gamma))**2 / lam"),
        ("upside down", "Your fraction is upside down.", f"return 1 / ({right})"),
    )  # fmt: skip
    return written(LIMIT, f"return {right}"), tuple(mistake(LIMIT, *row) for row in rows)


def _limit(name, answer, gamma, lam):
    solution, known = known_limits(name)
    hidden = (0.9, 100.0), (0.5, 7.0), (0.75, 0.3), (0.0, 4.0)
    given = float(numbers("gamma", gamma)), positive("lam", lam)
    return asked(
        f"{name}_limit", LIMIT, solution, known, answer, hidden, given, "eta", 0, LIMIT_HINTS
    )


def momentum_limit(answer, gamma=0.9, lam=100.0):
    """Check the η at which momentum begins to diverge on curvature `lam`.

    answer : a number, right within 2 percent; or a function of (gamma, lam). Chapter 2.

    >>> momentum_limit(0.02, gamma=0.9, lam=100)
    ✗ momentum_limit: not right yet (gradient descent's limit)
      This is gradient descent's limit, 2/λ: with momentum, measured at theta, more is allowed.
      Yours is 0.02: it is too small.
    >>> bool(momentum_limit(0.038, gamma=0.9, lam=100))
    True
    """
    return _limit("momentum", answer, gamma, lam)


def nag_limit(answer, gamma=0.9, lam=100.0):
    """Check the η at which NAG begins to diverge on curvature `lam`.

    answer : a number, right within 2 percent; or a function of (gamma, lam). Chapter 3.

    >>> nag_limit(0.038, gamma=0.9, lam=100).mistake
    "momentum's limit"
    """
    return _limit("nag", answer, gamma, lam)
