"""The slope of the cost along each score."""

from ..engine.formulas import formula
from .softmax import TAKES, P, scored

MISTAKES = (
    ("sign", "Uphill and downhill are exchanged: a larger score of the right class lowers J.",
     P + "p[label] -= 1; return -p"),
    ("right class forgotten", "Those are the probabilities; the right class has 1 taken off.",
     P + "return p"),
    ("right class added", "The 1 of the right class is subtracted, not added.",
     P + "p[label] += 1; return p"),
    ("scores", "Begin with the probabilities, not with the scores.",
     "s = scores.copy(); s[label] -= 1; return s"),
    ("only the right class", "The other scores count, too: a larger one raises J.",
     P + "d = np.zeros(len(p)); d[label] = p[label] - 1; return d"),
    ("every class", "Take 1 off at the right class only.", P + "return p - 1"),
    ("softmax's own slope", "That is the slope of the probability; J is minus its logarithm.",
     P + "d = -p[label] * p; d[label] += p[label]; return d",
     P + "d = p[label] * p; d[label] -= p[label]; return d"),
    ("not divided", "Divide the exponentials by their sum first.",
     "p = np.exp(scores); p[label] -= 1; return p"),
    ("label off by one", "Classes are numbered from 0: the 1 comes off at `label` itself.",
     P + "p[label - 1] -= 1; return p", P + "p[(label + 1) % len(p)] -= 1; return p"),
    ("slope of each probability", "So each probability changes with its own score; J is minus the "
     "logarithm of the right one alone.", P + "return p * (1 - p)"),
    ("divided by the classes", "The slope of one picture's cost is not divided by the number of "
     "classes.", P + "p[label] -= 1; return p / len(p)"),
    ("likeliest class", "The 1 comes off at `label`, not at the likeliest class.",
     P + "p[p.argmax()] -= 1; return p"),
    ("1 off the score", "The 1 comes off the probability of the right class, not its score.",
     "z = scores.copy(); z[label] -= 1; return np.exp(z) / np.sum(np.exp(z))"),
    ("class by class", "Each of your probabilities comes from its own score alone; below stands "
     "one sum for all, that of the exponentials.",
     "p = 1 / (1 + np.exp(-scores)); p[label] -= 1; return p"),
    ("slope along the probability", "That is the slope of J along the probability; it goes on to "
     "the scores, through softmax.",
     P + "d = np.zeros(len(p)); d[label] = -1 / p[label]; return d"),
)  # fmt: skip

#: (line of the chapter's solution, a wrong one beside it in the puzzle, the mistake that it makes).
PUZZLE = (
    ("slope[label] -= 1", "slope -= 1", "every class"),
    ("return slope", "return -slope", "sign"),
)

EXERCISE = formula(
    TAKES, scored(), "slope", lambda scores, label: scores.size,
    P + "p[label] -= 1; return p", MISTAKES, "score_slope",
    ("J = ln Σ exp z_j − z_label; differentiate by z_k.",
     "The first term gives p_k, for every k.",
     "The second takes 1 off where k is the label."),
)  # fmt: skip


def score_slope(answer):
    """Check ∂J/∂z of one picture: `score_slope(scores, label)` returns one number a class.

    >>> import numpy as np
    >>> def forgot(scores, label):
    ...     return np.exp(scores) / np.sum(np.exp(scores))
    >>> score_slope(forgot).mistake
    'right class forgotten'
    """
    return EXERCISE.check(answer)
