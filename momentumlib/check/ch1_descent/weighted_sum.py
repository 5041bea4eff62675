"""The velocity as a weighted sum of all gradients."""

import numpy as np

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "gradients", "eta", "gamma"

#: The weights by age: the last gradient is the newest, of age 0.
AGES = "G = gradients; n = len(G); age = np.arange(n)[::-1]; w = gamma**age; "

MISTAKES = (
    ("oldest first",
     "Your weights run the wrong way: the newest gradient, the last row, has weight 1, and the "
     "oldest the smallest.",
     AGES + "return eta * w[::-1] @ G"),
    ("newest fades, too",
     "Your weights begin with `gamma`: the newest gradient counts in full, so its weight is 1.",
     AGES + "return eta * gamma * w @ G"),
    ("average", "You average with `1 - gamma`; the velocity is a sum, whose weights do not add up "
     "to 1.",
     AGES + "return eta * (1 - gamma) * w @ G", AGES + "return (1 - gamma) * w @ G"),
    ("divided by the weights",
     "You divide by the number of gradients or by the sum of the weights: the velocity is a sum, "
     "not an average.",
     AGES + "return eta * w @ G / w.sum()", AGES + "return eta * w @ G / n",
     AGES + "return w @ G / w.sum()"),
    ("eta missing", "Your sum forgets `eta`, which stands in front of it.",
     AGES + "return w @ G"),
    ("eta twice", "Your sum is multiplied by `eta` twice; once is enough.",
     AGES + "return eta**2 * w @ G"),
    ("nothing fades",
     "All your gradients count the same: one that is k steps old must be multiplied by gamma to "
     "the power k.",
     AGES + "return eta * G.sum(axis=0)", AGES + "return eta * gamma * G.sum(axis=0)"),
    ("only the newest", "You use the newest gradient alone: the older ones count, too.",
     "return eta * gradients[-1]"),
    ("only two",
     "You use two gradients: all of them count, with the weights 1, gamma, gamma squared and so "
     "on.",
     AGES + "return eta * np.where(age < 2, w, 0) @ G",
     AGES + "return eta * (G[-1] + gamma * G[:-1].sum(axis=0))"),
    ("one gradient missing", "One gradient is left out, at one of the ends.",
     AGES + "return eta * w[:-1] @ G[:-1]", AGES + "return eta * w[1:] @ G[1:]",
     AGES + "return eta * w[1:] @ G[:-1]"),
    ("v begins with a gradient",
     "The first gradient counts twice: `v` must begin at zero, before the first gradient enters.",
     AGES + "w[0] = w[0] + gamma**n; return eta * w @ G",
     AGES + "w = eta * w; w[0] = gamma**n + w[0]; return w @ G"),
    ("first gradient without eta",
     "The first gradient enters `v` without `eta`: begin with `v` of zeros, and let all gradients "
     "enter in the same way.",
     AGES + "w = eta * w; w[0] = gamma ** (n - 1); return w @ G"),
    ("factor in place of power",
     "The weight of a gradient that is k steps old is gamma to the power k, not k times gamma.",
     AGES + "w = gamma * age; w[-1] = 1; return eta * w @ G",
     AGES + "return eta * (gamma * age) @ G", AGES + "return eta * (gamma * (age + 1)) @ G"),
    ("wrong sign", "Your velocity has the wrong sign: in this book `v` points uphill, as the "
     "gradients do, and is taken away from `theta`.",
     AGES + "return -eta * w @ G"),
    ("gamma fixed", "You write 0.9 yourself: γ is given as `gamma`, and may be another.",
     AGES + "return eta * 0.9**age @ G"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(110)
    several = [(rng.normal(size=(n, 3)), eta, gamma)
               for n, eta, gamma in ((3, 0.1, 0.8), (6, 0.5, 0.5), (25, 0.02, 0.9))]  # fmt: skip
    one, newest = (rng.normal(size=(1, 3)), 0.3, 0.7), (rng.normal(size=(4, 3)), 0.3, 0.0)
    cases = (
        points(TAKES, several),
        points(TAKES, [one], "with a single gradient v must be eta times it"),
        points(TAKES, [newest], "with gamma = 0 only the newest gradient, the last row, is left"),
    )  # fmt: skip
    return Exercise(
        "weighted_sum", TAKES, written(TAKES, AGES + "return eta * w @ G"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("v", 3),
        (
            "How old is each row? The last one is of age 0, the one before it of age 1.",
            "A loop does it, too: begin with `v` of zeros, and go through the rows from the first.",
            "The weights are `gamma ** np.arange(n)[::-1]`; multiply each row by its weight, add "
            "the rows up, and multiply by `eta`.",
        ),
        drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def weighted_sum(velocity):
    """Check the velocity from its sum: `velocity(gradients, eta, gamma)` returns v.

    gradients : array of shape (n, dim), the oldest in the first row;  eta, gamma : numbers;
    v : array of shape (dim,), the velocity once all of them have entered. Chapter 1.

    >>> def velocity(gradients, eta, gamma):
    ...     weights = gamma ** np.arange(len(gradients))
    ...     return eta * weights @ gradients
    >>> weighted_sum(velocity).mistake
    'oldest first'
    """
    return EXERCISE.check(velocity)
