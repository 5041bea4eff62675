"""The learning rate that each coordinate gets from RMSprop."""

import numpy as np

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import asker, points

TAKES = "s", "eta", "eps"

MISTAKES = (
    ("eps inside the root", "Your `eps` is under the root; add it to the root: it stands outside.",
     "return eta / np.sqrt(s + eps)", "return eta / np.sqrt(s + eps**2)"),
    ("s in place of its root", "`s` holds squares: divide by its root.", "return eta / (s + eps)",
     "return eta / s"),
    ("eps missing", "`eps` is missing: without it a coordinate that never sloped is divided by 0.",
     "return eta / np.sqrt(s)"),
    ("eps taken away", "`eps` is added to the root, not taken away.",
     "return eta / (np.sqrt(s) - eps)"),
    ("eta missing", "Each learning rate is a part of the common one: `eta` stands above.",
     "return 1 / (np.sqrt(s) + eps)"),
    ("eta applied twice", "`eta` stands above once.", "return eta**2 / (np.sqrt(s) + eps)"),
    ("brackets missing", "Divide by the whole sum: `np.sqrt(s) + eps` needs brackets round it.",
     "return eta / np.sqrt(s) + eps"),
    ("root over everything", "Only `s` is under the root; `eta` is not.",
     "return np.sqrt(eta / (s + eps))", "return np.sqrt(eta / s)", "return np.sqrt(eta / s) + eps"),
    ("upside down", "Your fraction is upside down: a steep coordinate gets a small learning rate.",
     "return (np.sqrt(s) + eps) / eta", "return np.sqrt(s) / eta", "return s / eta",
     "return np.sqrt(s + eps) / eta", "return np.sqrt(s) / eta + eps", "return (s + eps) / eta"),
    ("multiplied", "You multiply by the root; a steep coordinate must be divided by it.",
     "return eta * (np.sqrt(s) + eps)", "return eta * np.sqrt(s)", "return eta * np.sqrt(s) + eps"),
    ("square", "`s` is a square already: take its root, and do not square it again.",
     "return eta / (s**2 + eps)"),
    ("the same for all",
     "Each coordinate needs a learning rate of its own: take the root of `s` number by number.",
     "return 0 * s + eta / (np.sqrt(s.mean()) + eps)",
     "return 0 * s + eta / (np.sqrt(s.sum()) + eps)",
     "return 0 * s + eta / (np.sqrt(s.max()) + eps)", "return 0 * s + eta",
     "return 0 * s + eta / (np.linalg.norm(s) + eps)"),
    ("eps multiplied", "`eps` is added to the root, not multiplied.",
     "return eta / (np.sqrt(s) * eps)"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(401)
    draw = lambda: 10.0 ** rng.uniform(-2, 3, size=3).round(1)
    some = (draw(), 0.1, 1e-8), (draw(), 0.003, 0.05), (draw(), 0.7, 0.3)
    cases = (
        points(TAKES, some),
        points(TAKES, [(np.array([0.0, 4.0, 0.0]), 0.2, 1e-3)],
               "where s is 0 the learning rate must be eta/eps"),
    )  # fmt: skip
    return Exercise(
        "learning_rates", TAKES, written(TAKES, "return eta / (np.sqrt(s) + eps)"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, asker("learning rates", 3),
        (
            "RMSprop's step is −η g/(√s + ε). Which part of it does not depend on the new g?",
            "Take the root of `s` number by number, add `eps` to it, and divide `eta` by that.",
        ),
        each=True, drawn=False,
    )  # fmt: skip


EXERCISE = _exercise()


def learning_rates(rates):
    """Check `rates(s, eta, eps)`: the learning rate that each coordinate gets from RMSprop.

    s : array of shape (3,), not negative;  eta, eps : numbers. Chapter 4.

    >>> learning_rates(lambda s, eta, eps: eta / np.sqrt(s + eps)).mistake
    'eps inside the root'
    """
    return EXERCISE.check(rates)
