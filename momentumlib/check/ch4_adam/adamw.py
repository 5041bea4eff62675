"""AdamW, one line from Adam: the weight decay beside the step."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner
from .adam import MISTAKES as OF_ADAM
from .moments import ADAM, BOTH, HATS, STEP, S

TAKES = (*ADAM, "weight_decay")
DECAY = "theta = theta - eta * weight_decay * theta; "
MOVE = " - eta * a / (np.sqrt(b) + eps), m, s"

MISTAKES = (
    ("decay inside the gradient",
     "You add the decay to the gradient, so the root of `s` divides it, too; AdamW takes "
     "`eta * weight_decay * theta` from `theta` directly.",
     "grad = grad + weight_decay * theta; " + BOTH + HATS + STEP,
     "grad = grad + eta * weight_decay * theta; " + BOTH + HATS + STEP),
    ("decay scaled by the root",
     "Your decay is divided by the root of `s`, like the gradient: keep it outside the fraction.",
     BOTH + HATS + "return theta - eta * (a + weight_decay * theta) / (np.sqrt(b) + eps), m, s"),
    ("decay inside m", "Your decay goes into `m`, which the root then divides: take "
     "`eta * weight_decay * theta` from `theta` directly.",
     "m = beta1 * m + (1 - beta1) * (grad + weight_decay * theta); " + S + HATS + STEP),
    ("decay inside both", "You decay twice, in the gradient and outside: the outer one is AdamW's.",
     "grad = grad + weight_decay * theta; " + BOTH + HATS + DECAY + STEP),
    ("decay without eta",
     "Your decay lacks `eta`: `theta` shrinks by `eta * weight_decay` of itself.",
     BOTH + HATS + "return theta - weight_decay * theta" + MOVE,
     BOTH + HATS + "theta = theta - eta * a / (np.sqrt(b) + eps); "
     "return theta * (1 - weight_decay), m, s",
     BOTH + HATS + "return theta * weight_decay" + MOVE),
    ("decay with the wrong sign",
     "Your decay drives `theta` away from 0: it must be taken away.",
     BOTH + HATS + "return theta + eta * weight_decay * theta" + MOVE),
    ("decay after the step",
     "You shrink `theta` after its step, so that the step shrinks, too: decay the old `theta`.",
     BOTH + HATS + "theta = theta - eta * a / (np.sqrt(b) + eps); "
     "return theta * (1 - eta * weight_decay), m, s"),
    ("no decay", "This is Adam: `weight_decay` is not used.", BOTH + HATS + STEP),
    ("decay of a fixed length",
     "The decay must be in proportion to `theta`: multiply it by `theta` itself.",
     BOTH + HATS + "return theta - eta * weight_decay" + MOVE,
     BOTH + HATS + "return theta - eta * weight_decay * np.sign(theta)" + MOVE),
    ("decay squared or halved",
     "The decay is `eta * weight_decay * theta`: no square of `theta`, and no half.",
     BOTH + HATS + "return theta - eta * weight_decay * theta**2" + MOVE,
     BOTH + HATS + "return theta - eta * weight_decay * theta / 2" + MOVE),
    ("only the decay stays",
     "`theta` must keep the rest: it shrinks to `1 - eta * weight_decay` of itself.",
     BOTH + HATS + "return eta * weight_decay * theta" + MOVE),
    ("decay with eta squared", "Your decay is multiplied by `eta` twice; once is enough.",
     BOTH + HATS + "return theta - eta * eta * weight_decay * theta" + MOVE,
     BOTH + HATS + "return theta - eta * (a / (np.sqrt(b) + eps) + eta * weight_decay * theta), "
     "m, s"),
    ("decay doubled", "Your decay has a factor 2: it is `eta * weight_decay * theta`.",
     BOTH + HATS + "return theta - 2 * eta * weight_decay * theta" + MOVE),
)  # fmt: skip
WITHOUT = "only the displacement", "theta does not move", "nothing changes"


def _exercise():
    rng = np.random.default_rng(402)
    rest, moving = {"at_rest": ("m", "s")}, {"moving": ("m", "s")}
    usual = {"eta": 0.3, "beta1": 0.7, "beta2": 0.85, "eps": 0.2, "weight_decay": 0.4}
    cases = (
        Case(state(rng, 2, **rest), valley(rng, 2), usual, 6),
        Case(state(rng, 3, **moving), valley(rng, 3), usual, 4, first=3),
        Case(state(rng, 3, **rest), flat, usual, 2,
             rule="where the gradient is 0, theta must shrink to 1 - eta * weight_decay of itself"),
        Case(state(rng, 2, **rest), valley(rng, 2), {**usual, "weight_decay": 0.0}, 3,
             rule="with weight_decay = 0 the step must be Adam's"),
        # Late in a long run the corrections still count, and may not have been dropped.
        Case(state(rng, 2, **moving), valley(rng, 2),
             {**usual, "beta1": 0.998, "beta2": 0.999}, 2, first=1000),
    )  # fmt: skip
    table = [
        (name, says, *(text if name in WITHOUT else DECAY + text for text in texts))
        for name, says, *texts in OF_ADAM
    ]
    return Exercise(
        "adamw", TAKES, written(TAKES, DECAY + BOTH + HATS + STEP),
        tuple(mistake(TAKES, *row) for row in (*MISTAKES, *table)), cases,
        runner(TAKES, ("theta", "m", "s")),
        (
            "It is Adam's step with one line more. Does that line touch `grad`, `m` or `s`?",
            "Before the step, `theta` shrinks by the part `eta * weight_decay`.",
            "First `theta = theta - eta * weight_decay * theta`; then all is as in Adam.",
        ),
    )  # fmt: skip


EXERCISE = _exercise()


def adamw(step):
    """Check a step of AdamW, which takes what Adam's takes and `weight_decay`; gives theta, m, s.

    As `adam`; each step takes eta * weight_decay * theta away, outside the scaling. Chapter 4;
    Loshchilov & Hutter (2019), algorithm 2.

    >>> def step(theta, m, s, grad, t, eta, beta1, beta2, eps, weight_decay):
    ...     grad = grad + weight_decay * theta
    ...     m, s = beta1 * m + (1 - beta1) * grad, beta2 * s + (1 - beta2) * grad**2
    ...     a, b = m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1))
    ...     return theta - eta * a / (np.sqrt(b) + eps), m, s
    >>> adamw(step).mistake
    'decay inside the gradient'
    """
    return EXERCISE.check(step)
