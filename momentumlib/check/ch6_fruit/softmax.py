"""The scores of one picture, and their probabilities."""

import numpy as np

TAKES = "scores", "label"
#: The probabilities.
P = "p = np.exp(scores) / np.sum(np.exp(scores)); "


def scored():
    """Hidden cases: scores and the right class."""
    rng = np.random.default_rng(601)
    asked = (3, 2), (5, 0), (7, 3), (3, 1), (4, 2), (5, 4)  # how many classes, the right one
    many = [(2 * rng.normal(size=classes), label) for classes, label in asked]
    return [*many, (np.array([-6.0, 1.5, 6.0, -2.0]), 0)]  # a probability near 0
