"""The γ at which a direction is damped critically: the two roots meet."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "eta", "lam"

MISTAKES = (
    ("the other solution",
     "The equation has two solutions, and this is the one above 1, which diverges: take 1 minus "
     "the root.",
     "return (1 + np.sqrt(eta * lam))**2"),
    ("square missing",
     "This is 1 − √(ηλ), the root σ at critical damping, where γ = σ²: square it.",
     "return 1 - np.sqrt(eta * lam)", "return np.abs(1 - np.sqrt(eta * lam))"),
    ("root missing", "Inside the square stands the root of ηλ, not ηλ itself.",
     "return (1 - eta * lam)**2"),
    ("square of the parts",
     "The square of a difference is not the difference of the squares: square 1 − √(ηλ) as a "
     "whole.",
     "return 1 - eta * lam", "return 1 + eta * lam"),
    ("middle term alone", "Multiply (1 − √(ηλ))² out in full: ηλ is missing from your sum.",
     "return 1 - 2 * np.sqrt(eta * lam)"),
    ("lambda missing", "Your γ does not depend on λ: the root goes over the product ηλ.",
     "return (1 - np.sqrt(eta))**2"),
    ("eta missing", "Your γ does not depend on η: the root goes over the product ηλ.",
     "return (1 - np.sqrt(lam))**2"),
    ("root of one factor", "The root goes over both factors, η and λ.",
     "return (1 - np.sqrt(eta) * lam)**2", "return (1 - eta * np.sqrt(lam))**2"),
    ("held at 0",
     "You hold γ at 0 where ηλ is greater than 1; a steep direction is damped critically by a γ "
     "above 0, and the square gives it.",
     "return max(1 - np.sqrt(eta * lam), 0)**2"),
    ("edge of stability", "At ηλ = 2(1 + γ) the run begins to diverge; that is another line.",
     "return eta * lam / 2 - 1"),
    ("quotient", "It is the product ηλ that counts, not a quotient.",
     "return (1 - np.sqrt(eta / lam))**2", "return (1 - np.sqrt(lam / eta))**2"),
)  # fmt: skip


def _exercise():
    pairs = (0.01, 1.0), (0.02, 8.0), (0.3, 0.5), (0.1, 15.0), (0.05, 60.0)
    cases = (
        points(TAKES, pairs),
        points(TAKES, [(0.25, 4.0)], "at ηλ = 1 the critical γ is 0"),
    )
    return Exercise(
        "critical_gamma", TAKES, written(TAKES, "return (1 - np.sqrt(eta * lam))**2"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("gamma"),
        (
            "The two roots meet where what stands under the square root is zero: "
            "(1 + γ − ηλ)² = 4γ.",
            "With s = √γ this is 1 + s² − ηλ = 2s, so (1 − s)² = ηλ.",
            "Solve it for s, and γ is s squared.",
        ),
        drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def critical_gamma(critical):
    """Check the γ that damps a direction critically: `critical(eta, lam)` returns γ.

    eta : learning rate;  lam : the direction's curvature;  0 < eta * lam < 4. Chapter 2.

    >>> import numpy as np
    >>> critical_gamma(lambda eta, lam: 1 - np.sqrt(eta * lam)).mistake
    'square missing'
    """
    return EXERCISE.check(critical)
