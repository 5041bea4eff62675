"""The step with both moments, and their correction: Adam."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner
from .moments import ADAM, BOTH, HATS, STEP, M, S

MISTAKES = (
    ("wrong sign", "Your step climbs: the scaled average must be taken away from `theta`.",
     BOTH + HATS + "return theta + eta * a / (np.sqrt(b) + eps), m, s"),
    ("eta missing", "Your step forgets `eta`.",
     BOTH + HATS + "return theta - a / (np.sqrt(b) + eps), m, s"),
    ("eta applied twice", "Your step multiplies by `eta` twice; once is enough.",
     BOTH + HATS + "return theta - eta * eta * a / (np.sqrt(b) + eps), m, s"),
    ("no bias correction",
     "The bias correction is missing: divide `m` by `1 - beta1**(t + 1)` and `s` by "
     "`1 - beta2**(t + 1)` before you use them.",
     BOTH + "return theta - eta * m / (np.sqrt(s) + eps), m, s"),
    ("only m corrected",
     "The bias correction of `s` is missing: divide it by `1 - beta2**(t + 1)`.",
     BOTH + HATS + "return theta - eta * a / (np.sqrt(s) + eps), m, s"),
    ("only s corrected",
     "The bias correction of `m` is missing: divide it by `1 - beta1**(t + 1)`.",
     BOTH + HATS + "return theta - eta * m / (np.sqrt(b) + eps), m, s"),
    ("correction one step late",
     "Your correction has the power `t`, but here t counts from 0, and you divide by 0 at the "
     "first step: the powers are `t + 1`.",
     BOTH + HATS.replace("t + 1", "t") + STEP,
     *(BOTH + HATS.replace("t + 1", "t") + STEP.replace("m, s", kept)
       for kept in ("a, b", "a, s", "m, b")),
     BOTH + "f = eta * np.sqrt(1 - beta2**t) / (1 - beta1**t); "
     "return theta - f * m / (np.sqrt(s) + eps * np.sqrt(1 - beta2**t)), m, s",
     BOTH + "f = eta * np.sqrt(1 - beta2**t) / (1 - beta1**t); "
     "return theta - f * m / (np.sqrt(s) + eps), m, s"),
    ("correction one step early",
     "Your correction is one step ahead: at t = 0 the powers are 1, so `t + 1`.",
     BOTH + HATS.replace("t + 1", "t + 2") + STEP),
    ("correction with one beta",
     "Both corrections use the same beta: `m` needs `beta1`, and `s` needs `beta2`.",
     BOTH + HATS.replace("beta2", "beta1") + STEP, BOTH + HATS.replace("beta1", "beta2") + STEP,
     BOTH + HATS.replace("beta1", "x").replace("beta2", "beta1").replace("x", "beta2") + STEP),
    ("correction without a power",
     "The correction needs a power: `beta1**(t + 1)`, which fades as t grows.",
     BOTH + "a = m / (1 - beta1); b = s / (1 - beta2); " + STEP,
     BOTH + "a = m / (1 - beta1 * (t + 1)); b = s / (1 - beta2 * (t + 1)); " + STEP,
     BOTH + "a = m / (1 - beta1 * t); b = s / (1 - beta2 * t); " + STEP),
    ("correction multiplied",
     "You multiply by the correction: `m` and `s` are too small at first, so divide.",
     BOTH + HATS.replace("/", "*") + STEP),
    ("correction without 1 -", "Divide by `1 - beta1**(t + 1)`, not by the power alone.",
     BOTH + HATS.replace("1 - beta", "beta") + STEP),
    ("corrected values kept",
     "You return the corrected `m` or `s`, so the next step corrects them again: keep the "
     "plain ones.",
     BOTH + HATS + "return theta - eta * a / (np.sqrt(b) + eps), a, b",
     BOTH + HATS + "return theta - eta * a / (np.sqrt(b) + eps), a, s",
     BOTH + HATS + "return theta - eta * a / (np.sqrt(b) + eps), m, b"),
    ("corrected before the update",
     "You correct the old averages: first update `m` and `s`, then correct the new ones.",
     HATS + BOTH + STEP),
    ("eps inside the root", "Your `eps` is under the root; add it outside: `np.sqrt(s_hat) + eps`.",
     BOTH + HATS + "return theta - eta * a / np.sqrt(b + eps), m, s",
     BOTH + HATS + "return theta - eta * a / np.sqrt(b + eps**2), m, s"),
    ("eps missing", "Your step forgets `eps`, which is added to the root so that it is never 0.",
     BOTH + HATS + "return theta - eta * a / np.sqrt(b), m, s"),
    ("eps beside the uncorrected root",
     "You fold the corrections into `eta`, which is nearly the same, but your `eps` is then added "
     "to the root of the uncorrected `s`; correct `s` before the root.",
     BOTH + "f = eta * np.sqrt(1 - beta2**(t + 1)) / (1 - beta1**(t + 1)); "
     "return theta - f * m / (np.sqrt(s) + eps), m, s"),
    ("brackets missing", "Divide by the whole sum: `np.sqrt(s_hat) + eps` needs brackets round it.",
     BOTH + HATS + "return theta - eta * a / np.sqrt(b) + eps, m, s",
     BOTH + HATS + "return theta - (eta * a / np.sqrt(b) + eps), m, s"),
    ("s in place of its root", "You divide by `s`; it holds squares, so divide by its root.",
     BOTH + HATS + "return theta - eta * a / (b + eps), m, s",
     BOTH + "return theta - eta * m / (s + eps), m, s"),
    ("m and s swapped",
     "`m` and `s` have changed places: `m` is above, and the root of `s` below.",
     BOTH + HATS + "return theta - eta * b / (np.sqrt(a) + eps), m, s",
     BOTH + HATS + "return theta - eta * b / (np.sqrt(np.abs(a)) + eps), m, s",
     "s = beta2 * s + (1 - beta2) * grad; m = beta1 * m + (1 - beta1) * grad**2; " + HATS + STEP),
    ("betas swapped",
     "`beta1` and `beta2` have changed places: `beta1` belongs to `m`, `beta2` to `s`.",
     BOTH.replace("beta1", "x").replace("beta2", "beta1").replace("x", "beta2") + HATS + STEP,
     (BOTH + HATS).replace("beta1", "x").replace("beta2", "beta1").replace("x", "beta2") + STEP),
    ("one beta for both", "`m` fades by `beta1` and `s` by `beta2`; you use the same for both.",
     BOTH.replace("beta2", "beta1") + HATS + STEP, BOTH.replace("beta1", "beta2") + HATS + STEP,
     (BOTH + HATS).replace("beta2", "beta1") + STEP, (BOTH + HATS).replace("beta1",
     "beta2") + STEP),
    ("sums in place of averages",
     "`m` and `s` are averages: the new part enters with `1 - beta1` and `1 - beta2`.",
     "m = beta1 * m + grad; s = beta2 * s + grad**2; " + HATS + STEP,
     "m = beta1 * m + grad; " + S + HATS + STEP,
     M + "s = beta2 * s + grad**2; " + HATS + STEP,
     "m = beta1 * m + grad; s = beta2 * s + grad**2; "
     "return theta - eta * m / (np.sqrt(s) + eps), m, s"),
    ("weights swapped",
     "The betas are the parts of the old `m` and `s` that stay; `1 - beta` goes with the new.",
     "m = (1 - beta1) * m + beta1 * grad; s = (1 - beta2) * s + beta2 * grad**2; " + HATS + STEP,
     "m = (1 - beta1) * m + beta1 * grad; " + S + HATS + STEP,
     M + "s = (1 - beta2) * s + beta2 * grad**2; " + HATS + STEP),
    ("not squared", "`s` must average the squares of the gradients.",
     M + "s = beta2 * s + (1 - beta2) * grad; " + HATS + STEP,
     M + "s = beta2 * s + (1 - beta2) * np.abs(grad); " + HATS + STEP),
    ("square of m", "`s` must average the squares of the gradients, and not those of `m`.",
     M + "s = beta2 * s + (1 - beta2) * m**2; " + HATS + STEP),
    ("gradient in place of m",
     "This is RMSprop: the average `m` must stand above, not the new gradient.",
     BOTH + HATS + "return theta - eta * grad / (np.sqrt(b) + eps), m, s"),
    ("m or s not kept",
     "Your theta moves rightly, but the m or the s that you return is not the new one.",
     "p = m; q = s; " + BOTH + HATS + "return theta - eta * a / (np.sqrt(b) + eps), p, q",
     "p = m; " + BOTH + HATS + "return theta - eta * a / (np.sqrt(b) + eps), p, s",
     "q = s; " + BOTH + HATS + "return theta - eta * a / (np.sqrt(b) + eps), m, q"),
    ("old m and s used", "You move by the averages of the step before: update `m` and `s` first.",
     "a = m; b = s; " + BOTH + STEP),
    ("one s for all coordinates",
     "Each coordinate needs an `s` of its own: square the gradient number by number, without a "
     "sum.",
     M + "s = beta2 * s + (1 - beta2) * np.sum(grad**2); " + HATS + STEP,
     M + "s = beta2 * s + (1 - beta2) * np.mean(grad**2); " + HATS + STEP),
    ("returned in the wrong order",
     "The values are right, but in the wrong order: return `theta`, then `m`, then `s`.",
     *(BOTH + HATS + "n = theta - eta * a / (np.sqrt(b) + eps); return " + order
       for order in ("n, s, m", "m, s, n", "m, n, s", "s, m, n", "s, n, m"))),
    ("only the displacement", "You return how far the step goes: take it away from `theta`.",
     BOTH + HATS + "return -eta * a / (np.sqrt(b) + eps), m, s",
     BOTH + HATS + "return eta * a / (np.sqrt(b) + eps), m, s"),
    ("theta does not move", "Your m and s are right, but theta stays where it is.",
     BOTH + "return theta, m, s"),
    ("nothing changes", "You return `theta`, `m` and `s` as they came.", "return theta, m, s"),
    ("correction outside the root",
     "You correct the root of `s`, but not with a root: divide `s` by `1 - beta2**(t + 1)` first, "
     "then take the root.",
     BOTH + HATS + "return theta - eta * a / (np.sqrt(s) / (1 - beta2**(t + 1)) + eps), m, s"),
    ("power of 1 - beta",
     "The power is of the betas themselves: `1 - beta1**(t + 1)`, not `(1 - beta1)**(t + 1)`.",
     BOTH + "a = m / (1 - beta1)**(t + 1); b = s / (1 - beta2)**(t + 1); " + STEP),
    ("first correction twice",
     "Your correction is one step late from the second step on: t counts from 0, so the powers "
     "are `t + 1`, never `t`.",
     BOTH + HATS.replace("t + 1", "max(t, 1)") + STEP),
    ("only the first step corrected",
     "You correct the first step only: the correction belongs to every step, and fades by itself.",
     BOTH + "c = t == 0; a = m / (1 - beta1 * c); b = s / (1 - beta2 * c); " + STEP),
    ("m ahead",
     "This is NAdam's idea: it mixes the new gradient into `m` once more; Adam takes `m` as it is.",
     BOTH + "m_next = beta1 * m + (1 - beta1) * grad; a = m_next / (1 - beta1**(t + 1)); "
     "b = s / (1 - beta2**(t + 1)); " + STEP,
     BOTH + HATS + "a = beta1 * a + (1 - beta1) * grad; " + STEP,
     BOTH + HATS + "a = beta1 * a + (1 - beta1) * grad / (1 - beta1**(t + 1)); " + STEP,
     BOTH + HATS + "a = beta1 * m / (1 - beta1**(t + 2)) + (1 - beta1) * grad / "
     "(1 - beta1**(t + 1)); " + STEP),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(105)
    rest, moving = {"at_rest": ("m", "s")}, {"moving": ("m", "s")}
    usual = {"eta": 0.3, "beta1": 0.7, "beta2": 0.85, "eps": 0.2}
    cases = (
        Case(state(rng, 2, **rest), valley(rng, 2), usual, 8),
        Case(state(rng, 3, **moving), valley(rng, 3), usual, 5, first=3),
        Case(state(rng, 3, **rest), flat, usual, 2,
             rule="where the gradient is 0, theta must stay"),
        Case(state(rng, 2, **rest), valley(rng, 2), {**usual, "eps": 1e-8}, 1,
             rule="with a tiny eps the first step must be eta in each coordinate, whatever the "
                  "slope"),
        Case(state(rng, 2, **rest), valley(rng, 2), {**usual, "beta1": 0.0}, 3,
             rule="with beta1 = 0 the corrected m must be the new gradient"),
        Case(state(rng, 2, **rest), valley(rng, 2), {**usual, "beta2": 0.0}, 3,
             rule="with beta2 = 0 the corrected s must be the square of the new gradient"),
        # Late in a long run the corrections still count, and may not have been dropped.
        Case(state(rng, 2, **moving), valley(rng, 2),
             {**usual, "beta1": 0.998, "beta2": 0.999}, 2, first=1000),
    )  # fmt: skip
    return Exercise(
        "adam", ADAM, written(ADAM, BOTH + HATS + STEP),
        tuple(mistake(ADAM, *row) for row in MISTAKES), cases,
        runner(ADAM, ("theta", "m", "s")),
        (
            "Four things in this order: the new `m`, the new `s`, both corrected, the step.",
            "t counts from 0: at the first step `m` must be divided by `1 - beta1`, "
            "so the power is `t + 1`.",
            "The step is `eta * m_hat / (np.sqrt(s_hat) + eps)`; "
            "return the `m` and `s` without hats.",
        ),
    )  # fmt: skip


#: (line of the chapter's solution, a wrong one beside it in the puzzle, the mistake that it makes).
PUZZLE = (
    ("m_hat, s_hat = m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1))",
     "m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)", "correction one step late"),
    ("return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s",
     "return theta - eta * m_hat / np.sqrt(s_hat + eps), m, s", "eps inside the root"),
)  # fmt: skip

EXERCISE = _exercise()


def adam(step):
    """Check Adam: `adam_step(theta, m, s, grad, t, eta, beta1, beta2, eps)` returns theta, m, s.

    theta, m, s, grad : arrays of shape (dim,);  t : the step, from 0, as everywhere in the
    library, so the corrections have the powers t + 1;  the rest are numbers. Chapter 4.

    >>> def adam_step(theta, m, s, grad, t, eta, beta1, beta2, eps):
    ...     m = beta1 * m + (1 - beta1) * grad
    ...     s = beta2 * s + (1 - beta2) * grad**2
    ...     return theta - eta * m / (np.sqrt(s) + eps), m, s
    >>> adam(adam_step).mistake
    'no bias correction'
    """
    return EXERCISE.check(step)
