"""The cost of a network that guesses."""

from ..engine.formulas import formula

TAKES = ("classes",)
MISTAKES = (
    ("probability", "That is the probability; the cost is minus its logarithm.",
     "return 1 / classes"),
    ("minus the probability", "That is minus the probability: the logarithm is missing.",
     "return -1 / classes"),
    ("whole-number division", "`1 // classes` is 0, and 0 has no logarithm: use `/`.",
     "return -np.log(1 // classes)", "return np.log(1 // classes)"),
    ("sign", "A cost that is below zero lost its minus: −ln(1/n) = ln n.",
     "return -np.log(classes)", "return np.log(1 / classes)"),
    ("bits", "That is the logarithm to base 2; the cost uses the natural one.",
     "return np.log2(classes)"),
    ("base ten", "That is the logarithm to base 10; the cost uses the natural one.",
     "return np.log10(classes)"),
    ("share of mistakes", "That is the share of wrong guesses; the cost is minus a logarithm.",
     "return 1 - 1 / classes"),
    ("one class less", "The right one is among the classes that a guess can hit: all n count.",
     "return np.log(classes - 1)"),
    ("divided by the classes", "That is the right cost divided by `classes`: the logarithm counts "
     "whole, neither divided nor times the probability.", "return np.log(classes) / classes"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(12,), (10,), (2,), (1000,)], "cost", 0, "return np.log(classes)",
    MISTAKES, "guessing_cost",
    ("Guessing gives each of the n classes the probability 1/n.",
     "The cost is minus the natural logarithm of the right one's probability."),
)  # fmt: skip


def guessing_cost(answer):
    """Check the cost of a network that guesses: `guessing_cost(classes)` returns a number.

    >>> import numpy as np
    >>> guessing_cost(lambda classes: np.log2(classes)).mistake
    'bits'
    """
    return EXERCISE.check(answer)
