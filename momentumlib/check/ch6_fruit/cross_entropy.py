"""The cost of one picture."""

from ..engine.formulas import formula
from .softmax import TAKES, P, scored

MISTAKES = (
    ("sign", "A logarithm of a probability is below zero: the cost is minus it.",
     P + "return np.log(p[label])"),
    ("probability", "That is the probability of the right class; take minus its logarithm.",
     P + "return p[label]"),
    ("minus the probability", "That is minus the probability of the right class: the logarithm is "
     "missing.", P + "return -p[label]"),
    ("divided by the classes", "The cost of one picture is not divided by the number of classes.",
     P + "return -np.log(p[label]) / len(p)"),
    ("probability of a mistake", "That is the probability that the right class is missed; the cost "
     "is minus the logarithm of the probability that it is hit.", P + "return 1 - p[label]"),
    ("not divided", "Divide by the sum over all classes: the probabilities add up to 1.",
     "return -scores[label]"),
    ("sum alone", "That is the logarithm of the sum; subtract the score of the right class.",
     "return np.log(np.sum(np.exp(scores)))"),
    ("largest class", "The class that counts is `label`, not the likeliest one.",
     P + "return -np.log(np.max(p))"),
    ("softmax twice", "You take softmax of the probabilities once more: once is enough.",
     P + "q = np.exp(p) / np.sum(np.exp(p)); return -np.log(q[label])"),
    ("mean over the classes", "Only the right class counts, not a mean or sum over all classes.",
     P + "return -np.mean(np.log(p))", P + "return -np.sum(np.log(p))",
     P + "return -np.sum(p * np.log(p))"),
    ("no exponential", "The exponential is missing: the sum goes over the exponentials of the "
     "scores.", "return -np.log(scores[label] / np.sum(scores))",
     "return -np.log(np.abs(scores[label] / np.sum(scores)))",
     "return -np.log(np.abs(scores[label]) / np.sum(np.abs(scores)))",
     "return np.log(np.sum(scores)) - scores[label]",
     "return np.log(np.abs(np.sum(scores))) - scores[label]"),
    ("mean of the exponentials", "Divide by the sum of the exponentials, not by their mean.",
     "return np.log(np.mean(np.exp(scores))) - scores[label]"),
    ("exponential of minus the score", "The exponential takes the score itself, without a minus.",
     "return np.log(np.sum(np.exp(-scores))) + scores[label]"),
    ("right class not in the sum", "The sum goes over all classes, the right one, too.",
     "return np.log(np.sum(np.exp(scores)) - np.exp(scores[label])) - scores[label]"),
    ("bits", "That is the logarithm to base 2; the cost uses the natural one.",
     P + "return -np.log2(p[label])"),
    ("largest score in one place", "You take the largest score off in one of two places: take it "
     "off in the sum and from the score of the right class, or nowhere.",
     "return np.log(np.sum(np.exp(scores - np.max(scores)))) - scores[label]",
     "return np.log(np.sum(np.exp(scores))) - (scores[label] - np.max(scores))"),
    ("label off by one", "Classes are numbered from 0: the right one's score is `scores[label]`.",
     P + "return -np.log(p[label - 1])", P + "return -np.log(np.append(p, p[0])[label + 1])"),
    ("squared error", "That is a squared error; the cost is minus the logarithm of the right "
     "class's probability.",
     P + "p[label] -= 1; return np.sum(p**2)", P + "p[label] -= 1; return np.mean(p**2)",
     P + "return (1 - p[label])**2"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, scored(), "cost", 0, "return np.log(np.sum(np.exp(scores))) - scores[label]",
    MISTAKES, "cross_entropy",
    ("First the probabilities: exponentials, divided by their sum.",
     "Then minus the logarithm of the one at `label`."),
)  # fmt: skip


def cross_entropy(answer):
    """Check the cost of one picture: `cross_entropy(scores, label)` returns a number.

    >>> cross_entropy(lambda scores, label: -scores[label]).mistake
    'not divided'
    """
    return EXERCISE.check(answer)
