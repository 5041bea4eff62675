"""Adam's relatives, one line apart: AdamW and AMSGrad."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner
from .adam import ADAM, ADAM_MISTAKES, BOTH, HATS, STEP, S

# --- AdamW ------------------------------------------------------------------------

ADAMW = (*ADAM, "weight_decay")
DECAY = "theta = theta - eta * weight_decay * theta; "
MOVE = " - eta * a / (np.sqrt(b) + eps), m, s"

ADAMW_MISTAKES = (
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
)  # fmt: skip
WITHOUT = "only the displacement", "theta does not move", "nothing changes"


def _adamw():
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
    )  # fmt: skip
    table = [
        (name, says, *(text if name in WITHOUT else DECAY + text for text in texts))
        for name, says, *texts in ADAM_MISTAKES
    ]
    return Exercise(
        "adamw", ADAMW, written(ADAMW, DECAY + BOTH + HATS + STEP),
        tuple(mistake(ADAMW, *row) for row in (*ADAMW_MISTAKES, *table)), cases,
        runner(ADAMW, ("theta", "m", "s")),
        (
            "It is Adam's step with one line more. Does that line touch `grad`, `m` or `s`?",
            "Before the step, `theta` shrinks by the part `eta * weight_decay`.",
            "First `theta = theta - eta * weight_decay * theta`; then all is as in Adam.",
        ),
    )  # fmt: skip


# --- AMSGrad ----------------------------------------------------------------------

AMSGRAD = "theta", "m", "s", "s_max", "grad", "t", "eta", "beta1", "beta2", "eps"
MAX = "s_max = np.maximum(s_max, s); "
TOP = HATS.replace("b = s /", "b = s_max /")
OUT = STEP + ", s_max"

AMSGRAD_MISTAKES = (
    ("Adam's divisor", "You keep the largest `s`, but still divide by the new one.",
     BOTH + MAX + HATS + OUT),
    ("s_max not kept",
     "You divide by the larger one, but return the old `s_max`, so the largest is forgotten.",
     BOTH + "p = s_max; " + MAX + TOP + STEP + ", p"),
    ("no maximum", "This is Adam: nothing compares `s` with `s_max`.", BOTH + HATS + OUT,
     BOTH + "s_max = s; " + TOP + OUT),
    ("smaller in place of larger", "You keep the smaller of the two; AMSGrad keeps the larger.",
     BOTH + MAX.replace("maximum", "minimum") + TOP + OUT),
    ("maximum kept as s",
     "You put the maximum into `s` itself, and average on from it: keep `s` as in Adam, beside it.",
     BOTH + "s = np.maximum(s_max, s); s_max = s; " + TOP + OUT,
     "o = s; " + BOTH + "s = s_max = np.maximum(o, s); " + TOP + OUT),
    ("maximum of corrected values",
     "You compare the corrected `s`; here the plain ones are compared, and then the largest is "
     "corrected.",
     BOTH + "b = s_max = np.maximum(s_max, s / (1 - beta2**(t + 1))); "
     "a = m / (1 - beta1**(t + 1)); " + OUT),
    ("correction missing for s_max", "Your divisor is made of `s_max` as it is: divide it by "
     "`1 - beta2**(t + 1)` first.",
     BOTH + MAX + HATS + "return theta - eta * a / (np.sqrt(s_max) + eps), m, s, s_max"),
    ("corrected maximum kept", "You return the corrected `s_max`; keep the plain one.",
     BOTH + MAX + TOP + STEP + ", b"),
    ("maximum of the squares", "The maximum is of the averages `s`, not of the single squares.",
     BOTH + "s_max = np.maximum(s_max, grad**2); " + TOP + OUT),
    ("old s compared", "You compare the `s` of the step before: update `s` first.",
     MAX + BOTH + TOP + OUT),
    ("one maximum for all coordinates",
     "Each coordinate has a maximum of its own: `np.maximum` compares number by number.",
     BOTH + "s_max = 0 * s + max(s_max.max(), s.max()); " + TOP + OUT),
    ("maximum of m", "It is `s` that must not fall; `m` is averaged as in Adam.",
     BOTH + "s_max = np.maximum(s_max, m); " + TOP + OUT),
    ("no bias correction", "The bias correction is missing: divide `m` by `1 - beta1**(t + 1)` and "
     "`s_max` by `1 - beta2**(t + 1)`.",
     BOTH + MAX + "return theta - eta * m / (np.sqrt(s_max) + eps), m, s, s_max"),
    ("returned in the wrong order",
     "The values are right, but in the wrong order: `theta`, then `m`, `s` and `s_max`.",
     *(BOTH + MAX + TOP + "n = theta - eta * a / (np.sqrt(b) + eps); return " + order
       for order in ("n, m, s_max, s", "n, s, m, s_max", "m, s, s_max, n"))),
    ("nothing changes", "You return everything as it came.", "return theta, m, s, s_max"),
)  # fmt: skip

#: Adam's mistakes that are AMSGrad's as well, with the maximum in their step.
SHARED = (
    "wrong sign", "eta missing", "only s corrected", "correction one step late",
    "correction one step early", "correction with one beta", "correction without 1 -",
    "eps inside the root", "eps missing", "brackets missing", "s in place of its root",
    "betas swapped", "sums in place of averages", "weights swapped", "not squared",
    "gradient in place of m", "one s for all coordinates",
)  # fmt: skip


def _amsgrad():
    rng = np.random.default_rng(403)
    rest, moving = {"at_rest": ("m", "s", "s_max")}, {"moving": ("m", "s", "s_max")}
    usual = {"eta": 0.3, "beta1": 0.7, "beta2": 0.6, "eps": 0.2}
    high = state(rng, 3, **moving)
    high["s_max"] = high["s"] * [30.0, 1.0, 3.0]
    cases = (
        Case(state(rng, 2, **rest), valley(rng, 2), usual, 8),
        Case(high, valley(rng, 3), usual, 5, first=3),
        Case({**high, "s_max": high["s"]}, flat, usual, 3,
             rule="where the gradient is 0, s shrinks by the factor beta2, and s_max must stay"),
        Case(state(rng, 2, **rest), valley(rng, 2), usual, 1,
             rule="from rest the first step must be Adam's"),
    )  # fmt: skip
    table = [
        (name, says, *(_with_maximum(text) for text in texts))
        for name, says, *texts in ADAM_MISTAKES
        if name in SHARED
    ]
    return Exercise(
        "amsgrad", AMSGRAD, written(AMSGRAD, BOTH + MAX + TOP + OUT),
        tuple(mistake(AMSGRAD, *row) for row in (*AMSGRAD_MISTAKES, *table)), cases,
        runner(AMSGRAD, ("theta", "m", "s", "s_max")),
        (
            "Update `m` and `s` as in Adam. What else must be remembered from step to step?",
            "`s_max = np.maximum(s_max, s)`, number by number.",
            "Correct `s_max` as Adam corrects `s`, divide by its root, and return all four.",
        ),
    )  # fmt: skip


def _with_maximum(text):
    """One of Adam's wrong steps, with the maximum of s in its divisor."""
    for old, new in (("a = m ", MAX + "a = m "), ("b = s ", "b = s_max "), ("f = ", MAX + "f = "),
                     ("np.sqrt(s)", "np.sqrt(s_max)"), ("(s + eps)", "(s_max + eps)")):  # fmt: skip
        text = text.replace(old, new)
    return (text if MAX in text else text.replace("return", MAX + "return")) + ", s_max"


EXERCISES = {"adamw": _adamw(), "amsgrad": _amsgrad()}


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
    return EXERCISES["adamw"].check(step)


def amsgrad(step):
    """Check AMSGrad: `step(theta, m, s, s_max, grad, t, eta, beta1, beta2, eps)` gives four arrays.

    They are theta, m, s, s_max, each of shape (dim,);  s_max : the largest s so far, without bias
    correction, which it gets in the step as s does in Adam. Chapter 4; Reddi, Kale & Kumar (2018).

    >>> def step(theta, m, s, s_max, grad, t, eta, beta1, beta2, eps):
    ...     m, s = beta1 * m + (1 - beta1) * grad, beta2 * s + (1 - beta2) * grad**2
    ...     a, b = m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1))
    ...     return theta - eta * a / (np.sqrt(b) + eps), m, s, np.maximum(s_max, s)
    >>> amsgrad(step).mistake
    "Adam's divisor"
    """
    return EXERCISES["amsgrad"].check(step)
