"""NAG in the form that stores the look-ahead point."""

import numpy as np

from ..engine.cases import Case, bowl, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner

TAKES = "y", "v", "grad", "eta", "gamma", "gamma_next"
G = "g = grad(y); "
V = "v = gamma * v + eta * g; "
NEW = "n = gamma * v + eta * g; "
END = "return y - gamma_next * v - eta * g, v"

MISTAKES = (
    ("gamma in both places",
     "The new `y` looks ahead into the step after this one: there `gamma_next` multiplies the new "
     "`v`.",
     G + V + "return y - gamma * v - eta * g, v"),
    ("gamma_next in both places",
     "The old `v` fades by the `gamma` of this step; `gamma_next` is for the new `y` alone.",
     G + V.replace("gamma", "gamma_next") + END),
    ("gammas swapped",
     "`gamma` and `gamma_next` have changed places: this step's makes `v`, the next one's the "
     "new `y`.",
     G + V.replace("gamma", "gamma_next") + "return y - gamma * v - eta * g, v"),
    ("gradient ahead of y", "`y` is the look-ahead point already: measure at `y`, and no further.",
     "g = grad(y - gamma * v); " + V + END, "g = grad(y - gamma_next * v); " + V + END,
     "g = grad(y - v); " + V + END),
    ("theta stored",
     "This is the form that stores theta: here `y` looks ahead already, so measure at `y`, and "
     "move it by the gradient and the next carry, `eta * g` and `gamma_next * v`.",
     "g = grad(y - gamma * v); " + V + "return y - v, v"),
    ("gradient at theta",
     "You go back to `theta` to measure the slope; this form measures at `y`.",
     "g = grad(y + gamma * v); " + V + END),
    ("momentum", "This is momentum's step: `y` must move by the new gradient and the next carry, "
     "`eta * g` and `gamma_next * v`.",
     G + V + "return y - v, v"),
    ("new v on the way back",
     "To get from `y` back to theta you need the old `v`, and you have overwritten it.",
     G + V + "return y + gamma * v - v - gamma_next * v, v"),
    ("theta returned",
     "You return the new `theta`; the look-ahead point lies one carry, `gamma_next * v`, further.",
     G + V + "return y - eta * g, v"),
    ("gradient missing in y", "Your `y` moves by the carry alone: `eta` times the gradient, which "
     "the step itself takes, is missing from it.",
     G + V + "return y - gamma_next * v, v"),
    ("old v used", "The next carry is made of the new `v`: compute it first.",
     G + NEW + "return y - gamma_next * v - eta * g, n"),
    ("look-ahead taken twice",
     "You move by the whole new `v` and then look ahead; but `y` was ahead already, by the old "
     "carry, so of `v` only `eta` times the gradient is left to go.",
     G + V + "return y - v - gamma_next * v, v", G + V + "return y - v - gamma * v, v"),
    ("look-ahead with the wrong sign", "The next carry leads on: `gamma_next * v` is taken away.",
     G + V + "return y + gamma_next * v - eta * g, v"),
    ("v not kept", "Your `y` moves rightly, but the `v` that you return is not the new one.",
     *(G + NEW + f"return y - gamma_next * n - eta * g, {v}" for v in
       ("v", "0 * v", "eta * g", "gamma * v", "gamma_next * n", "gamma_next * n + eta * g"))),
    ("wrong sign",
     "Your step climbs: the gradient enters `v` with a plus, and `y` moves the other way.",
     G + V + "return y + gamma_next * v + eta * g, v",
     G + V.replace("+", "-") + "return y - gamma_next * v + eta * g, v",
     G + V.replace("+", "-") + END, G + V + "return y - gamma_next * v + eta * g, v"),
    ("v points the other way",
     "Your `v` is the book's with the opposite sign: the gradient enters it with a plus.",
     G + V.replace("+", "-") + "return y + gamma_next * v - eta * g, v"),
    ("eta missing", "The gradient enters with `eta` in both places, in `v` and in `y`.",
     G + V + "return y - gamma_next * v - g, v", G + V.replace("eta * ", "") + END,
     G + V.replace("eta * ", "") + "return y - gamma_next * v - g, v"),
    ("eta outside v", "In this book `eta` is inside `v`: multiply the gradient by it, not `v`.",
     G + V.replace("eta * ", "") + "return y - eta * (gamma_next * v + g), v"),
    ("eta applied twice", "`eta` is inside `v` already: do not multiply by it again.",
     G + V + "return y - eta * (gamma_next * v + g), v",
     G + V + "return y - eta * gamma_next * v - eta * g, v"),
    ("gamma missing", "Nothing fades: the old `v` must be multiplied by `gamma`.",
     G + "v = v + eta * g; " + END),
    ("gamma_next on everything", "`gamma_next` goes with the new `v` alone, not with the gradient.",
     G + V + "return y - gamma_next * (v + eta * g), v"),
    ("average", "`v` is a sum: the new gradient enters it with `eta` alone, not with `1 - gamma`.",
     G + "v = gamma * v + (1 - gamma) * eta * g; " + END),
    ("no momentum", "This is gradient descent: the velocity does not move `y`.",
     "return y - eta * grad(y), v", G + "return y - eta * g, eta * g"),
    ("returned in the wrong order", "The values are right, but `y` must come first, then `v`.",
     G + V + "return v, y - gamma_next * v - eta * g"),
    ("only the displacement", "You return how far `y` goes: take it away from `y`.",
     G + V + "return -gamma_next * v - eta * g, v", G + V + "return gamma_next * v + eta * g, v"),
    ("y does not move", "Your `v` is right, but `y` stays where it is.", G + V + "return y, v"),
    ("nothing changes", "You return `y` and `v` as they came.", "return y, v"),
    ("gamma_next on the way back",
     "The way back from `y` to theta is the old carry, `gamma * v`, with the gamma of this step.",
     G + NEW + "return y + gamma_next * v - n - gamma_next * n, n"),
)  # fmt: skip


def _exercise():
    rng = np.random.default_rng(302)

    def start(dim, **kind):
        begin = state(rng, dim, **kind)
        return {"y": begin.pop("theta"), **begin}

    usual = {"eta": 0.2, "gamma": 0.5, "gamma_next": 0.7}
    none = {"eta": 0.15, "gamma": 0.0, "gamma_next": 0.0}
    cases = (
        Case(start(2, at_rest=("v",)), valley(rng, 2), usual, 6),
        Case(start(3, moving=("v",)), valley(rng, 3),
             {"eta": 0.07, "gamma": 0.8, "gamma_next": 0.45}, 4),
        Case({"y": np.array([1.0, -2.0]), "v": np.array([0.5, 0.25])}, bowl,
             {"eta": 0.5, "gamma": 0.5, "gamma_next": 0.25}, 1,
             rule="in a bowl, where the gradient is the place itself, you can follow the step"),
        Case(start(2, moving=("v",)), valley(rng, 2), none, 3,
             rule="with both gammas 0 the step must be gradient descent's"),
        Case(start(3, moving=("v",)), flat, usual, 2,
             rule="where the gradient is 0, v must shrink by the factor gamma, and y move by "
                  "gamma_next times that v"),
    )  # fmt: skip
    return Exercise(
        "nag_ahead", TAKES, written(TAKES, G + V + END),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases,
        runner(TAKES, ("y", "v"), "function"),
        (
            "The slope is measured at `y` itself, and `v` is made as ever, with `gamma`.",
            "The new theta is y − η∇J(y). From there, how far does the next step carry?",
            "With `g = grad(y)` and the new `v`, return `y - gamma_next * v - eta * g` and `v`.",
        ),
    )  # fmt: skip


EXERCISE = _exercise()


def nag_ahead(step):
    """Check NAG that stores y = θ − γv: `step(y, v, grad, eta, gamma, gamma_next)` returns y, v.

    y, v : arrays of shape (dim,);  grad : the function ∇J;  gamma : of this step, which made y;
    gamma_next : of the next step. Chapter 3; so Bengio, Boulanger-Lewandowski & Pascanu (2013).

    >>> def step(y, v, grad, eta, gamma, gamma_next):
    ...     g = grad(y)
    ...     v = gamma * v + eta * g
    ...     return y - v, v
    >>> nag_ahead(step).mistake
    'momentum'
    """
    return EXERCISE.check(step)
