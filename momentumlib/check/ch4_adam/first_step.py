"""How far the scaled methods step: at first, in each coordinate, and near the minimum."""

import numpy as np

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import Points, asker

# --- Adam's first step without its correction -------------------------------------

FIRST = "beta1", "beta2"

FIRST_MISTAKES = (
    ("with correction",
     "With bias correction the first step is 1 η; asked is what it is without.", "return 1.0",
     "return (1 - beta1) / np.sqrt(1 - beta2) * np.sqrt(1 - beta2) / (1 - beta1)"),
    ("upside down", "This is the factor that mends the step; asked is the step before that.",
     "return np.sqrt(1 - beta2) / (1 - beta1)"),
    ("root missing", "The step divides by the root of s: put 1 − β₂ under a root.",
     "return (1 - beta1) / (1 - beta2)"),
    ("root over both", "Only s is under the root; m is not.",
     "return np.sqrt((1 - beta1) / (1 - beta2))"),
    ("root on m", "The root belongs to s, below, and not to m.",
     "return np.sqrt(1 - beta1) / (1 - beta2)"),
    ("root of beta2", "After one step s is (1 − β₂)g²: the root is of 1 − β₂, not of β₂.",
     "return (1 - beta1) / (1 - np.sqrt(beta2))", "return (1 - beta1) / (1 - beta2**2)"),
    ("betas swapped", "The betas have changed places: β₁ makes m, above; β₂ makes s, below.",
     "return (1 - beta2) / np.sqrt(1 - beta1)"),
    ("old part in place of the new",
     "The betas weigh what was there before, and that is 0: the first gradient has 1 − β.",
     "return beta1 / np.sqrt(beta2)", "return (1 - beta1) / np.sqrt(beta2)",
     "return beta1 / np.sqrt(1 - beta2)"),
    ("only m", "Above stands m, too small at first; but s, below, is too small as well.",
     "return 1 - beta1", "return 1 / (1 - beta1)"),
    ("only s", "Below stands the root of s, too small at first; but m, above, is too small, too.",
     "return 1 / np.sqrt(1 - beta2)", "return np.sqrt(1 - beta2)"),
    ("multiplied", "The step divides by the root of s; you multiply by it.",
     "return (1 - beta1) * np.sqrt(1 - beta2)"),
)  # fmt: skip


def _first_step():
    some = (0.9, 0.999), (0.9, 0.99), (0.5, 0.9), (0.8, 0.3)
    cases = (
        Points(some, tuple(f"at beta1 = {a:g}, beta2 = {b:g}" for a, b in some)),
        Points(((0.0, 0.9),), ("at beta1 = 0, beta2 = 0.9",),
               "with beta1 = 0 it is RMSprop's first step"),
        Points(((0.0, 0.0),), ("at beta1 = beta2 = 0",), "with no memory the step is 1 η"),
    )  # fmt: skip
    return Exercise(
        "first_step", FIRST, written(FIRST, "return (1 - beta1) / np.sqrt(1 - beta2)"),
        tuple(mistake(FIRST, *row) for row in FIRST_MISTAKES), cases, asker("step in units of η"),
        (
            "Start from m = 0 and s = 0. What are they after one gradient g?",
            "m = (1 − β₁)g and s = (1 − β₂)g². Divide m by the root of s.",
        ),
        each=True, drawn=False,
    )  # fmt: skip


# --- The learning rate of each coordinate -----------------------------------------

RATES = "s", "eta", "eps"

RATES_MISTAKES = (
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
)  # fmt: skip


def _learning_rates():
    rng = np.random.default_rng(401)
    draw = lambda: 10.0 ** rng.uniform(-2, 3, size=3).round(1)
    some = (draw(), 0.1, 1e-8), (draw(), 0.003, 0.05), (draw(), 0.7, 0.3)
    label = lambda s, eta, eps: f"at s = [{', '.join(f'{x:.3g}' for x in s)}], eta = {eta:g}"
    cases = (
        Points(some, tuple(label(*one) for one in some)),
        Points(((np.array([0.0, 4.0, 0.0]), 0.2, 1e-3),), ("at s = [0, 4, 0]",),
               "where s is 0 the learning rate must be eta/eps"),
    )  # fmt: skip
    return Exercise(
        "learning_rates", RATES, written(RATES, "return eta / (np.sqrt(s) + eps)"),
        tuple(mistake(RATES, *row) for row in RATES_MISTAKES), cases, asker("learning rates", 3),
        (
            "RMSprop's step is −η g/(√s + ε). Which part of it does not depend on the new g?",
            "Take the root of `s` number by number, add `eps` to it, and divide `eta` by that.",
        ),
        each=True, drawn=False,
    )  # fmt: skip


# --- Where RMSprop with momentum comes to rest -------------------------------------

REST = "eta", "gamma"

REST_MISTAKES = (
    ("Adam's distance",
     "This is Adam's distance, with the 1 − β₁ of an average; RMSprop's velocity is a sum, so its "
     "learning rate inside is η/√s.",
     "return eta * (1 - gamma) / (2 * (1 + gamma))"),
    ("no momentum", "This is RMSprop's without a velocity: with one, the limit is 2(1 + γ), not 2.",
     "return eta / 2"),
    ("factor 2 missing", "The limit is 2(1 + γ); your 2 is missing.", "return eta / (1 + gamma)"),
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


def _resting_distance():
    some = (0.1, 0.9), (0.1, 0.5), (0.02, 0.99), (0.3, 0.8)
    cases = (
        Points(some, tuple(f"at eta = {eta:g}, gamma = {gamma:g}" for eta, gamma in some)),
        Points(((0.4, 0.0),), ("at gamma = 0",), "without momentum it is RMSprop's η/2"),
    )
    return Exercise(
        "resting_distance", REST, written(REST, "return eta / (2 * (1 + gamma))"),
        tuple(mistake(REST, *row) for row in REST_MISTAKES), cases, asker("distance"),
        (
            "Without ε this is momentum with the learning rate η/√s. When is that stable?",
            "While ηλ/√s < 2(1 + γ). In the end the run sits at this limit.",
            "There √s = λd. Put it in, and solve for d.",
        ),
        each=True, drawn=False,
    )  # fmt: skip


EXERCISES = {
    "first_step": _first_step(), "learning_rates": _learning_rates(),
    "resting_distance": _resting_distance(),
}  # fmt: skip


def first_step(length):
    """Check `length(beta1, beta2)`: Adam's first step without bias correction, in units of η.

    ε counts as 0. With beta1 = 0 it is RMSprop's first step. Chapter 4.

    >>> first_step(lambda beta1, beta2: (1 - beta1) / (1 - beta2)).mistake
    'root missing'
    """
    return EXERCISES["first_step"].check(length)


def learning_rates(rates):
    """Check `rates(s, eta, eps)`: the learning rate that each coordinate gets from RMSprop.

    s : array of shape (3,), not negative;  eta, eps : numbers. Chapter 4.

    >>> learning_rates(lambda s, eta, eps: eta / np.sqrt(s + eps)).mistake
    'eps inside the root'
    """
    return EXERCISES["learning_rates"].check(rates)


def resting_distance(distance):
    """Check `distance(eta, gamma)`: how far from the minimum RMSprop with momentum comes to rest.

    The typical (root mean square) distance in one coordinate, by the argument from the limit of
    stability. Chapter 4.

    >>> resting_distance(lambda eta, gamma: eta / 2).mistake
    'no momentum'
    """
    return EXERCISES["resting_distance"].check(distance)
