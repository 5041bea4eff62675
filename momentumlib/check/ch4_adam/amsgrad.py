"""AMSGrad, one line from Adam: the divisor never falls."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner
from .adam import MISTAKES as OF_ADAM
from .moments import BOTH, HATS, STEP

TAKES = "theta", "m", "s", "s_max", "grad", "t", "eta", "beta1", "beta2", "eps"
MAX = "s_max = np.maximum(s_max, s); "
TOP = HATS.replace("b = s /", "b = s_max /")
OUT = STEP + ", s_max"

MISTAKES = (
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
    ("maximum fades", "Your maximum fades: `s_max` is kept as it is, without `beta2`.",
     BOTH + "s_max = np.maximum(beta2 * s_max, s); " + TOP + OUT),
    ("m or s not kept",
     "Your theta moves rightly, but the `m` or the `s` that you return is not the new one.",
     "p = m; q = s; " + BOTH + MAX + TOP + STEP.replace("m, s", "p, q") + ", s_max",
     "p = m; " + BOTH + MAX + TOP + STEP.replace("m, s", "p, s") + ", s_max",
     "q = s; " + BOTH + MAX + TOP + STEP.replace("m, s", "m, q") + ", s_max"),
)  # fmt: skip

#: Adam's mistakes that are AMSGrad's as well, with the maximum in their step.
SHARED = (
    "wrong sign", "eta missing", "only s corrected", "correction one step late",
    "correction one step early", "correction with one beta", "correction without 1 -",
    "eps inside the root", "eps missing", "brackets missing", "s in place of its root",
    "betas swapped", "sums in place of averages", "weights swapped", "not squared",
    "gradient in place of m", "one s for all coordinates",
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(403)
    rest, moving = {"at_rest": ("m", "s", "s_max")}, {"moving": ("m", "s", "s_max")}
    usual = {"eta": 0.3, "beta1": 0.7, "beta2": 0.6, "eps": 0.2}
    high = state(rng, 3, **moving)
    high["s_max"] = high["s"] * [30.0, 1.0, 3.0]
    cases = (
        Case(state(rng, 2, **rest), valley(rng, 2), usual, 8),
        Case(high, valley(rng, 3), usual, 5, first=3),
        Case({**high, "s_max": high["s"]}, flat, {**usual, "eps": 3.0}, 3,
             rule="where the gradient is 0, s shrinks by the factor beta2, and s_max must stay"),
        Case(state(rng, 2, **rest), valley(rng, 2), usual, 1,
             rule="from rest the first step must be Adam's"),
        # Late in a long run the corrections still count, and may not have been dropped.
        Case(state(rng, 2, **moving), valley(rng, 2),
             {**usual, "beta1": 0.998, "beta2": 0.999}, 2, first=1000),
    )  # fmt: skip
    table = [
        (name, says, *(_with_maximum(text) for text in texts))
        for name, says, *texts in OF_ADAM
        if name in SHARED
    ]
    return Exercise(
        "amsgrad", TAKES, written(TAKES, BOTH + MAX + TOP + OUT),
        tuple(mistake(TAKES, *row) for row in (*MISTAKES, *table)), cases,
        runner(TAKES, ("theta", "m", "s", "s_max")),
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


EXERCISE = _exercise()


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
    return EXERCISE.check(step)
