"""How far from the minimum RMSprop with momentum comes to rest."""

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "eta", "gamma"

MISTAKES = (
    ("Adam's distance",
     "This is Adam's distance, with the 1 − β₁ of an average; RMSprop's velocity is a sum, so its "
     "learning rate inside is η/√s.",
     "return eta * (1 - gamma) / (2 * (1 + gamma))"),
    ("no momentum", "This is RMSprop's without a velocity: with one, the limit is 2(1 + γ), not 2.",
     "return eta / 2"),
    ("twice the distance",
     "This is twice the distance: η is divided by the whole limit, 2(1 + γ); the jump from side "
     "to side, 2d, is not asked.", "return eta / (1 + gamma)"),
    ("1 - gamma in place of 1 + gamma", "The limit of stability grows with γ: it is 2(1 + γ).",
     "return eta / (2 * (1 - gamma))"),
    ("effective learning rate",
     "The effective learning rate is not what decides: ask for the limit of stability.",
     "return eta / (1 - gamma)"),
    ("average", "The velocity is a sum here, no average, so that no 1 − γ belongs there: ask for "
     "the limit of stability.", "return eta * (1 - gamma)", "return eta * (1 - gamma) / 2"),
    ("eta missing", "The distance grows with η: twice the η, twice as far.",
     "return 1 / (2 * (1 + gamma))"),
    ("multiplied", "Solve for d: η is divided by the limit 2(1 + γ), not multiplied by it.",
     "return 2 * eta * (1 + gamma)"),
    ("upside down", "Your fraction is upside down.", "return 2 * (1 + gamma) / eta"),
    ("brackets missing", "Divide by the whole product: 2 · (1 + γ) needs brackets of its own.",
     "return eta / 2 * (1 + gamma)", "return eta / 2 * 1 + gamma", "return eta / (2 * 1 + gamma)"),
    ("NAG's limit",
     "You took NAG's limit; this velocity is momentum's, whose limit is 2(1 + γ).",
     "return eta * (1 + 2 * gamma) / (2 + 2 * gamma)"),
    ("rooted", "In √s = λd the root is taken already: d comes without another.",
     "return np.sqrt(eta / (2 * (1 + gamma)))"),
)  # fmt: skip


def _exercise():
    some = (0.1, 0.9), (0.1, 0.5), (0.02, 0.99), (0.3, 0.8)
    cases = (
        points(TAKES, some),
        points(TAKES, [(0.4, 0.0)], "without momentum it is RMSprop's η/2"),
    )
    return Exercise(
        "resting_distance", TAKES, written(TAKES, "return eta / (2 * (1 + gamma))"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("distance"),
        (
            "Without ε this is momentum with the learning rate η/√s. When is that stable?",
            "While ηλ/√s < 2(1 + γ). In the end the run sits at this limit.",
            "There √s = λd. Put it in, and solve for d.",
        ),
        each=True, drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def resting_distance(distance):
    """Check `distance(eta, gamma)`: how far from the minimum RMSprop with momentum comes to rest.

    The typical (root mean square) distance in one coordinate, by the argument from the limit of
    stability. Chapter 4.

    >>> resting_distance(lambda eta, gamma: eta / 2).mistake
    'no momentum'
    """
    return EXERCISE.check(distance)
