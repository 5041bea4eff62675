"""Where the look-ahead point lies."""

import numpy as np

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "theta", "v", "gamma"

MISTAKES = (
    ("wrong sign", "You look back: the step takes `v` away, so its carry is taken away, too.",
     "return theta + gamma * v"),
    ("gamma missing",
     "You go the whole way of the old `v`; only the part `gamma` of it is carried on.",
     "return theta - v", "return theta + v"),
    ("only the displacement",
     "You return the carry itself: the point is where it leads from `theta`.",
     "return -gamma * v", "return gamma * v"),
    ("no look", "This is `theta` itself, where momentum measures.", "return theta"),
    ("gamma on theta",
     "You multiply `theta` by `gamma`: `theta` stands whole, and `v` alone is shortened.",
     "return gamma * (theta - v)", "return gamma * theta - v", "return gamma * theta - gamma * v",
     "return gamma * theta"),
    ("1 - gamma in place of gamma", "The part of `v` that is carried on is `gamma`, not the rest.",
     "return theta - (1 - gamma) * v"),
    ("average", "You mix `theta` and `v` by weights: `theta` counts whole, and has no weight.",
     "return gamma * theta + (1 - gamma) * v", "return (1 - gamma) * theta + gamma * v",
     "return (1 - gamma) * theta - gamma * v", "return gamma * theta - (1 - gamma) * v"),
    ("theta and v swapped",
     "`theta` and `v` have changed places: begin at `theta`, and go by the velocity.",
     "return v - gamma * theta"),
    ("divided by gamma", "You divide by `gamma`; the carry is shorter than `v`, so multiply.",
     "return theta - v / gamma",
     "return theta - v / gamma if gamma else theta"),
    ("gamma fixed", "You write 0.9 yourself: γ is given as `gamma`, and may be another.",
     "return theta - 0.9 * v"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(301)
    draw = lambda size: tuple(rng.normal(size=size).round(2) * 2 for _ in "tv")
    some = tuple((*draw(2), gamma) for gamma in (0.9, 0.5, 0.3, 0.97))
    cases = (
        points(TAKES, some),
        points(TAKES, [(*draw(2), 0.0)],
               "with gamma = 0 nothing is carried, and the point is theta"),
        points(TAKES, [(draw(2)[0], np.zeros(2), 0.9)], "at rest (v = 0) the point is theta"),
    )  # fmt: skip
    return Exercise(
        "look_ahead", TAKES, written(TAKES, "return theta - gamma * v"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("look-ahead point", 2),
        (
            "Which part of the next step is settled before the slope is known?",
            "The carry: `theta` moves by `-gamma * v`, whatever the slope says.",
        ),
        drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def look_ahead(point):
    """Check where NAG measures: `point(theta, v, gamma)` returns the look-ahead point.

    theta, v : arrays of shape (2,);  gamma : a number. Chapter 3.

    >>> look_ahead(lambda theta, v, gamma: theta + gamma * v).mistake
    'wrong sign'
    """
    return EXERCISE.check(point)
