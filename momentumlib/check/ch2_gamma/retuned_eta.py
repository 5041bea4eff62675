"""The η that a new γ needs, for the same η/(1 − γ)."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "eta", "gamma", "new_gamma"

MISTAKES = (
    ("upside down",
     "Your fraction is upside down: more momentum needs a smaller η, so 1 − γ of the new γ stands "
     "above.",
     "return eta * (1 - gamma) / (1 - new_gamma)"),
    ("gammas in place of 1 - gamma",
     "What acts is η/(1 − γ), so the factors are made of 1 − γ, not of γ.",
     "return eta * new_gamma / gamma", "return eta * gamma / new_gamma"),
    ("eta unchanged",
     "You keep η: with the new γ the effective learning rate would be another one.",
     "return eta"),
    ("effective learning rate",
     "This is the effective learning rate; ask which η gives the same one with the new γ.",
     "return eta / (1 - gamma)", "return eta / (1 - new_gamma)"),
    ("old gamma forgotten",
     "You multiply by 1 − γ of the new γ, but the old one counts, too: first find η/(1 − γ).",
     "return eta * (1 - new_gamma)"),
    ("new gamma forgotten",
     "You multiply by 1 − γ of the old γ, but the new one counts, too.",
     "return eta * (1 - gamma)"),
    ("difference", "Take the quotient of the two 1 − γ, not their difference.",
     "return eta * (new_gamma - gamma)", "return eta - (new_gamma - gamma)",
     "return eta * (gamma - new_gamma)", "return eta * (1 - (new_gamma - gamma))"),
    ("1 + gamma", "The stability limit has 1 + γ in it; the effective learning rate has 1 − γ.",
     "return eta * (1 + new_gamma) / (1 + gamma)", "return eta * (1 + gamma) / (1 + new_gamma)"),
    ("square", "You square the quotient: this keeps the friction of the ball, and not η/(1 − γ).",
     "return eta * ((1 - new_gamma) / (1 - gamma))**2"),
    ("root", "You take a root of the quotient: η and 1 − γ shrink by the same factor.",
     "return eta * np.sqrt((1 - new_gamma) / (1 - gamma))"),
    ("half-lives", "You keep η times the half-life; that is close for a γ near 1 only.",
     "return eta * np.log(new_gamma) / np.log(gamma)"),
)  # fmt: skip


def _exercise():
    triples = (0.02, 0.9, 0.95), (0.0213, 0.9, 0.987), (0.3, 0.53, 0.8), (0.0041, 0.95, 0.61)
    cases = (
        points(TAKES, triples),
        points(TAKES, [(0.05, 0.7, 0.7)], "with the same γ, η stays"),
    )
    return Exercise(
        "retuned_eta", TAKES, written(TAKES, "return eta * (1 - new_gamma) / (1 - gamma)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("eta"),
        (
            "What acts in the end is η/(1 − γ): work it out for the old pair.",
            "Set it equal to the new η divided by 1 − γ of the new γ, and solve for the new η.",
        ),
        drawn=False, each=True,
    )  # fmt: skip


EXERCISE = _exercise()


def retuned_eta(retuned):
    """Check the η to begin with at a new γ: `retuned(eta, gamma, new_gamma)`.

    It keeps the effective learning rate η/(1 − γ). Chapter 2.

    >>> retuned_eta(lambda eta, gamma, new_gamma: eta * (1 - gamma) / (1 - new_gamma)).mistake
    'upside down'
    """
    return EXERCISE.check(retuned)
