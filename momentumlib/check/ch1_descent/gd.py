"""The step of gradient descent."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner

TAKES = "theta", "grad", "eta"

MISTAKES = (
    ("wrong sign", "Your step climbs: `eta * grad` must be taken away from `theta`.",
     "return theta + eta * grad"),
    ("eta missing", "Your step forgets `eta`: the gradient must be multiplied by it.",
     "return theta - grad"),
    ("eta applied twice", "Your step multiplies by `eta` twice; once is enough.",
     "return theta - eta * eta * grad"),
    ("divided by eta",
     "Your step divides by `eta`: a small eta must make a small step, so multiply.",
     "return theta - grad / eta"),
    ("only the displacement",
     "You return how far the step goes, and not where it arrives: the new `theta` is "
     "`theta - eta * grad`.",
     "return -eta * grad", "return eta * grad"),
    ("eta on theta", "In your step `eta` multiplies `theta`; it belongs to the gradient alone.",
     "return eta * (theta - grad)", "return eta * theta - grad", "return theta - eta * theta"),
    ("theta and the gradient swapped",
     "You take `theta` away from the gradient: it must be the other way round.",
     "return eta * grad - theta", "return grad - eta * theta"),
    ("length of the gradient lost",
     "Your step is as long on a gentle slope as on a steep one: multiply the gradient as it is.",
     "return theta - eta * grad / np.linalg.norm(grad)", "return theta - eta * np.sign(grad)"),
    ("one step for all coordinates",
     "Your step mixes the coordinates: each one must use its own part of the gradient.",
     "return theta - eta * np.sum(grad)", "return theta - eta * np.mean(grad)",
     "return theta - eta * np.linalg.norm(grad)"),
    ("nothing changes", "You return `theta` as it came: nothing has been taken away from it.",
     "return theta"),
    ("not all coordinates", "Only some coordinates move: each one must, however many there are.",
     "n = theta.copy(); n[0] -= eta * grad[0]; return n",
     "n = theta.copy(); n[-1] -= eta * grad[-1]; return n",
     "n = theta.copy(); n[:2] -= eta * grad[:2]; return n"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(101)
    cases = (
        Case(state(rng, 2), valley(rng, 2), {"eta": 0.3}, 8),
        Case(state(rng, 3), valley(rng, 3), {"eta": 0.11}, 5),
        Case(state(rng, 3), flat, {"eta": 0.4}, 2, rule="where the gradient is 0, theta must stay"),
        Case(state(rng, 2), valley(rng, 2), {"eta": 1.0}, 1,
             rule="with eta = 1 the step must be the gradient itself"),
    )  # fmt: skip
    return Exercise(
        "gd", TAKES, written(TAKES, "return theta - eta * grad"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases, runner(TAKES, ("theta",)),
        (
            "The gradient points uphill. Which sign takes you down?",
            "The step is `eta` times the gradient: a number times an array.",
            "One line does it: return `theta` minus `eta` times `grad`.",
        ),
    )  # fmt: skip


EXERCISE = _exercise()


def gd(step):
    """Check a step of gradient descent: `gd_step(theta, grad, eta)` returns the new theta.

    theta, grad : arrays of shape (dim,), grad is ∇J(theta);  eta : number. Chapter 1.

    >>> def gd_step(theta, grad, eta):
    ...     return theta + eta * grad
    >>> gd(gd_step).mistake
    'wrong sign'
    """
    return EXERCISE.check(step)
