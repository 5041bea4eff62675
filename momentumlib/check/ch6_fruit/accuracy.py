"""The share of right answers."""

import numpy as np

from ..engine.formulas import formula

TAKES = "probabilities", "labels"
MISTAKES = (
    ("count", "That is how many are right; divide by how many there are.",
     "return np.sum(probabilities.argmax(axis=1) == labels)"),
    ("mistakes", "That is the share of mistakes.",
     "return np.mean(probabilities.argmax(axis=1) != labels)"),
    ("probability of the right class", "How sure the network is does not count, only which class "
     "is the likeliest.",
     "return np.mean(probabilities[np.arange(len(labels)), labels])",
     "return np.mean(probabilities.max(axis=1))"),
    ("more than half", "The likeliest class counts, also when its probability is below one half.",
     "return np.mean(probabilities[np.arange(len(labels)), labels] > 0.5)"),
    ("least likely", "You compare the least likely class with the label; take the likeliest.",
     "return np.mean(probabilities.argmin(axis=1) == labels)"),
    ("divided by the classes", "Divide by the number of pictures, not of classes.",
     "return np.sum(probabilities.argmax(axis=1) == labels) / probabilities.shape[1]"),
    ("class by class", "Each picture counts alike: take one share over all, not the mean of the "
     "classes' shares.",
     "best = probabilities.argmax(axis=1); "
     "return np.mean([np.mean(best[labels == k] == k) for k in np.unique(labels)])"),
    ("probability for a class", "Your share is 0 in every case: `labels` are numbers of classes, "
     "and so is `argmax`; `max` is a probability.", "return 0.0"),
    ("percent", "A share is between 0 and 1; leave out the factor 100.",
     "return 100 * np.mean(probabilities.argmax(axis=1) == labels)"),
    ("axis", "The scores of a picture stand in its row, so its likeliest class is `argmax` along "
     "axis 1.",
     "n = min(probabilities.shape); "
     "return np.mean(probabilities.argmax(axis=0)[:n] == labels[:n])",
     "return np.mean(probabilities.argmax() == labels)"),
    ("all or nothing",
     "You give 1 where all answers are right, and 0 elsewhere: a share lies between (`//` cuts off "
     "what is behind the point).",
     "return np.sum(probabilities.argmax(axis=1) == labels) // len(labels)"),
    ("classes counted from 1", "Classes are numbered from 0, by `argmax` as by `labels`.",
     "return np.mean(probabilities.argmax(axis=1) + 1 == labels)",
     "return np.mean(probabilities.argmax(axis=1) == labels + 1)"),
)  # fmt: skip


def _answered():
    rng = np.random.default_rng(602)
    odds = rng.exponential(size=(3, 37, 4)) ** 2
    few = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]]), np.array([0, 1, 1, 1])
    right = np.array([[0.6, 0.4], [0.3, 0.7]]), np.array([0, 1])
    many = [(p / p.sum(axis=1, keepdims=True), rng.integers(0, 4, 37)) for p in odds]
    return [few, right, *many]


EXERCISE = formula(
    TAKES, _answered(), "share", 0, "return np.mean(probabilities.argmax(axis=1) == labels)",
    MISTAKES, "accuracy",
    ("`probabilities.argmax(axis=1)` is the likeliest class of each picture.",
     "Compare with `labels`; the mean of True and False is a share."),
)  # fmt: skip


def accuracy(answer):
    """Check the share of right answers: `accuracy(probabilities, labels)`.

    >>> accuracy(lambda probabilities, labels: np.mean(probabilities.max(axis=1))).mistake
    'probability of the right class'
    """
    return EXERCISE.check(answer)
