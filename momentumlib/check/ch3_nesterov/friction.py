"""What NAG makes of γ on a quadratic: a friction that feels the curvature."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "gamma", "eta", "lam"

MISTAKES = (
    ("no curvature", "This is momentum's coefficient, the same for every curvature.",
     "return gamma"),
    ("gamma missing", "At λ = 0 there is no extra friction, and the coefficient must be γ.",
     "return 1 - eta * lam"),
    ("brackets missing", "γ multiplies the whole difference 1 − ηλ: put it in brackets.",
     "return gamma - eta * lam", "return gamma * 1 - eta * lam"),
    ("gamma on the wrong term", "γ multiplies the 1 as well: the whole of 1 − ηλ.",
     "return 1 - gamma * eta * lam"),
    ("wrong sign in the bracket",
     "Your coefficient grows with the curvature; a steep direction must forget faster.",
     "return gamma * (1 + eta * lam)"),
    ("turned round", "Your difference is turned round: 1 comes first, and ηλ is taken away.",
     "return gamma * (eta * lam - 1)"),
    ("eta missing", "How much a direction is damped depends on η, too: on the product ηλ.",
     "return gamma * (1 - lam)"),
    ("lambda missing", "Every direction has a coefficient of its own: λ must enter, beside η.",
     "return gamma * (1 - eta)"),
    ("what is lost", "This is the part that the look-ahead takes away; what is left of γ is asked.",
     "return gamma * eta * lam"),
    ("1 minus the coefficient", "This is the share of the velocity that is lost in a step; what is "
     "left of it is asked.", "return 1 - gamma * (1 - eta * lam)"),
    ("1 - gamma in place of gamma", "γ itself stands in front, not 1 − γ.",
     "return (1 - gamma) * (1 - eta * lam)"),
    ("rate", "You took the root: that is how fast a swinging error shrinks, not the coefficient.",
     "return np.sqrt(gamma * (1 - eta * lam))", "return np.sqrt(abs(gamma * (1 - eta * lam)))"),
    ("negative values cut off",
     "Beyond ηλ = 1 the coefficient is negative, and that is right: such friction throws back.",
     "return max(0, gamma * (1 - eta * lam))", "return gamma * min(max(1 - eta * lam, 0), 1)"),
    ("absolute value",
     "Your coefficient has lost its sign: beyond ηλ = 1 it is negative, and such friction throws "
     "back.",
     "return abs(gamma * (1 - eta * lam))", "return gamma * abs(1 - eta * lam)"),
    ("divided", "The curvature enters by a product, ηλ, and not by a quotient.",
     "return gamma / (1 + eta * lam)", "return gamma * (1 - eta / lam)",
     "return gamma * (1 - lam / eta)", "return gamma / (1 - eta * lam)"),
    ("gamma applied twice", "γ stands in front of the bracket, once; inside it is 1 − ηλ.",
     "return gamma * (1 - gamma * eta * lam)"),
)  # fmt: skip


def _exercise():
    some = (0.9, 0.01, 1.0), (0.9, 0.03, 25.0), (0.5, 0.02, 7.0), (0.8, 0.02, 70.0), (0.7, 0.3, 4.0)
    cases = (
        points(TAKES, some),
        points(TAKES, [(0.9, 0.25, 4.0)], "at ηλ = 1 the velocity is forgotten altogether"),
        points(TAKES, [(0.6, 0.1, 0.0)], "on flat ground the coefficient is gamma"),
    )
    return Exercise(
        "friction", TAKES, written(TAKES, "return gamma * (1 - eta * lam)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("coefficient"),
        (
            "Put ∇J = λθ into NAG's `v`, with the point `theta - gamma * v`, and collect what "
            "stands in front of the old `v`.",
            "From γv comes γ, and from ηλ(θ − γv) comes −γηλ.",
        ),
        drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def friction(coefficient):
    """Check what γ becomes under NAG: `coefficient(gamma, eta, lam)`, on curvature lam.

    NAG on a quadratic is momentum with this coefficient in place of γ. Chapter 3.

    >>> friction(lambda gamma, eta, lam: gamma - eta * lam).mistake
    'brackets missing'
    """
    return EXERCISE.check(coefficient)
