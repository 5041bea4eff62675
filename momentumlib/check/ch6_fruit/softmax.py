"""The scores of one picture, and their probabilities."""

import numpy as np

TAKES = "scores", "label"
#: The probabilities.
P = "p = np.exp(scores) / np.sum(np.exp(scores)); "


def scored():
    """Hidden cases: scores and the right class."""
    rng = np.random.default_rng(601)
    many = [(2 * rng.normal(size=4), label) for label in (2, 0, 3, 1, 2)]
    return [*many, (np.array([-6.0, 1.5, 6.0, -2.0]), 0)]  # a probability near 0
