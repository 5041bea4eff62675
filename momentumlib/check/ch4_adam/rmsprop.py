"""The step that scales each coordinate by its own gradients: RMSprop."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner

TAKES = "theta", "s", "grad", "eta", "beta2", "eps"
S = "s = beta2 * s + (1 - beta2) * grad**2; "

MISTAKES = (
    ("wrong sign", "Your step climbs: the scaled gradient must be taken away from `theta`.",
     S + "return theta + eta * grad / (np.sqrt(s) + eps), s"),
    ("eta missing", "Your step forgets `eta`: multiply the scaled gradient by it.",
     S + "return theta - grad / (np.sqrt(s) + eps), s"),
    ("eta applied twice", "Your step multiplies by `eta` twice; once is enough.",
     S + "return theta - eta * eta * grad / (np.sqrt(s) + eps), s"),
    ("s in place of its root",
     "You divide by `s`; it holds squares, so the gradient must be divided by the root of `s`.",
     S + "return theta - eta * grad / (s + eps), s"),
    ("eps inside the root",
     "Your `eps` is under the root; add it outside: `np.sqrt(s) + eps`.",
     S + "return theta - eta * grad / np.sqrt(s + eps), s",
     S + "return theta - eta * grad / np.sqrt(s + eps**2), s"),
    ("eps missing", "Your step forgets `eps`, which is added to the root so that it is never 0.",
     S + "return theta - eta * grad / np.sqrt(s), s"),
    ("eps taken away", "`eps` must be added to the root, not taken away.",
     S + "return theta - eta * grad / (np.sqrt(s) - eps), s"),
    ("brackets missing", "Divide by the whole sum: `np.sqrt(s) + eps` needs brackets round it.",
     S + "return theta - eta * grad / np.sqrt(s) + eps, s",
     S + "return theta - (eta * grad / np.sqrt(s) + eps), s"),
    ("not squared", "`s` must average the squares of the gradients; yours averages the gradients.",
     "s = beta2 * s + (1 - beta2) * grad; return theta - eta * grad / (np.sqrt(s) + eps), s",
     "s = beta2 * s + (1 - beta2) * np.abs(grad); "
     "return theta - eta * grad / (np.sqrt(s) + eps), s",
     "s = beta2 * s + (1 - beta2) * np.abs(grad); return theta - eta * grad / (s + eps), s",
     "s = beta2 * s + (1 - beta2) * grad; "
     "return theta - eta * grad / (np.sqrt(np.abs(s)) + eps), s"),
    ("weights swapped",
     "`beta2` is the part of the old `s` that stays; `1 - beta2` goes with the square.",
     "s = (1 - beta2) * s + beta2 * grad**2; return theta - eta * grad / (np.sqrt(s) + eps), s"),
    ("1 - beta2 missing",
     "`s` is an average: the new square enters with the weight `1 - beta2`, and yours with "
     "another.",
     "s = beta2 * s + grad**2; return theta - eta * grad / (np.sqrt(s) + eps), s",
     "s = beta2 * s + beta2 * grad**2; return theta - eta * grad / (np.sqrt(s) + eps), s"),
    ("nothing forgotten", "Your `s` only grows: the old `s` must be multiplied by `beta2`.",
     "s = s + grad**2; return theta - eta * grad / (np.sqrt(s) + eps), s",
     "s = s + (1 - beta2) * grad**2; return theta - eta * grad / (np.sqrt(s) + eps), s"),
    ("s not kept",
     "The `s` that you return does not hold the past and the new square together, so nothing is "
     "remembered.",
     "n = beta2 * s + (1 - beta2) * grad**2; return theta - eta * grad / (np.sqrt(n) + eps), s",
     "n = beta2 * s + (1 - beta2) * grad**2; return theta - eta * grad / (np.sqrt(n) + eps), 0 * s",
     "s = (1 - beta2) * grad**2; return theta - eta * grad / (np.sqrt(s) + eps), s",
     "s = grad**2; return theta - eta * grad / (np.sqrt(s) + eps), s"),
    ("old s used", "You divide by the s of the step before: compute the new `s` first.",
     "n = beta2 * s + (1 - beta2) * grad**2; return theta - eta * grad / (np.sqrt(s) + eps), n"),
    ("root kept",
     "You return the root in place of `s`: keep `s` itself, the average of the squares.",
     "s = np.sqrt(beta2 * s + (1 - beta2) * grad**2); return theta - eta * grad / (s + eps), s"),
    ("one s for all coordinates",
     "Each coordinate needs an `s` of its own: square the gradient number by number, without a "
     "sum.",
     "s = beta2 * s + (1 - beta2) * np.sum(grad**2); "
     "return theta - eta * grad / (np.sqrt(s) + eps), s",
     "s = beta2 * s + (1 - beta2) * np.mean(grad**2); "
     "return theta - eta * grad / (np.sqrt(s) + eps), s"),
    ("multiplied by the root",
     "You multiply by the root of `s`; steep coordinates must be divided by it.",
     S + "return theta - eta * grad * (np.sqrt(s) + eps), s"),
    ("not divided", "This is gradient descent: the gradient must be divided by `np.sqrt(s) + eps`.",
     S + "return theta - eta * grad, s"),
    ("square above the root", "Divide the gradient itself by the root, not its square.",
     S + "return theta - eta * grad**2 / (np.sqrt(s) + eps), s"),
    ("returned in the wrong order",
     "The values are right, but in the wrong order: return `theta` first, then `s`.",
     S + "return s, theta - eta * grad / (np.sqrt(s) + eps)"),
    ("only the displacement", "You return how far the step goes: take it away from `theta`.",
     S + "return -eta * grad / (np.sqrt(s) + eps), s",
     S + "return eta * grad / (np.sqrt(s) + eps), s"),
    ("theta does not move", "Your s is right, but theta stays where it is.", S + "return theta, s"),
    ("nothing changes", "You return `theta` and `s` as they came.", "return theta, s"),
    ("bias correction", "That is Adam's correction; RMSprop divides by the root of `s` as it is.",
     S + "return theta - eta * grad / (np.sqrt(s / (1 - beta2)) + eps), s"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(104)
    usual = {"eta": 0.3, "beta2": 0.8, "eps": 0.15}
    cases = (
        Case(state(rng, 2, moving=("s",)), valley(rng, 2), usual, 7),
        Case(state(rng, 3, ("s",)), valley(rng, 3), {"eta": 0.17, "beta2": 0.65, "eps": 0.02}, 5),
        Case(state(rng, 3, moving=("s",)), flat, usual, 3,
             rule="where the gradient is 0, theta must stay, and s shrink by the factor beta2"),
        Case(state(rng, 2, moving=("s",)), valley(rng, 2), {**usual, "beta2": 0.0, "eps": 1e-8}, 2,
             rule="with beta2 = 0 each coordinate must move by eta, whatever the slope"),
        Case(state(rng, 2, moving=("s",)), valley(rng, 2), {**usual, "beta2": 1.0, "eps": 3.0}, 2,
             rule="with beta2 = 1 the old s must stay as it is"),
    )  # fmt: skip
    return Exercise(
        "rmsprop",
        TAKES, written(TAKES, S + "return theta - eta * grad / (np.sqrt(s) + eps), s"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases,
        runner(TAKES, ("theta", "s")),
        (
            "Two lines: first the new `s`, an average of squares, then `theta`.",
            "The new `s` is `beta2` times the old one and `1 - beta2` times `grad**2`.",
            "Then return `theta - eta * grad / (np.sqrt(s) + eps)` and `s`.",
        ),
    )  # fmt: skip


EXERCISE = _exercise()


def rmsprop(step):
    """Check a step of RMSprop: `rmsprop_step(theta, s, grad, eta, beta2, eps)` returns theta, s.

    theta, s, grad : arrays of shape (dim,);  eta, beta2, eps : numbers. Chapter 4.

    >>> def rmsprop_step(theta, s, grad, eta, beta2, eps):
    ...     s = beta2 * s + (1 - beta2) * grad**2
    ...     return theta - eta * grad / np.sqrt(s + eps), s
    >>> rmsprop(rmsprop_step).mistake
    'eps inside the root'
    """
    return EXERCISE.check(step)
