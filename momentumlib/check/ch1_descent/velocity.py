"""What momentum's step and NAG's share: they differ in where the gradient is taken."""

import numpy as np

from ..engine.cases import Case, bowl, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner

TAKES = "theta", "v", "grad", "eta", "gamma"

#: Wrong answers in terms of the gradient g: momentum has g = grad, NAG measures it ahead.
SHARED = (
    ("wrong sign",
     "Your step climbs: the gradient must enter `v` with a plus, and `v` must be taken away from "
     "`theta`.",
     "v = gamma * v - eta * g; return theta - v, v",
     "v = gamma * v + eta * g; return theta + v, v"),
    ("v points the other way",
     "Your v is the book's with the opposite sign: let the gradient enter `v` with a plus, "
     "and take `v` away from `theta`.",
     "v = gamma * v - eta * g; return theta + v, v",
     "n = gamma * v + eta * g; return theta - n, -n"),
    ("eta applied twice", "You multiply by `eta` twice: it is inside `v` already.",
     "v = gamma * v + eta * g; return theta - eta * v, v",
     "v = gamma * v + eta * eta * g; return theta - v, v"),
    ("eta missing", "Your step forgets `eta`: the gradient enters `v` as `eta` times the gradient.",
     "v = gamma * v + g; return theta - v, v"),
    ("eta outside v",
     "You multiply `v` by `eta` where it is used; in this book `eta` is inside: `v` takes in "
     "`eta` times the gradient, and `theta - v` has no eta.",
     "v = gamma * v + g; return theta - eta * v, v"),
    ("eta on everything",
     "Your `eta` multiplies the old velocity, too; it belongs to the gradient alone.",
     "v = eta * (gamma * v + g); return theta - v, v"),
    ("v not kept",
     "Your theta moves rightly, but the v that you return is not the new one, so the next step "
     "has nothing to remember.",
     "n = gamma * v + eta * g; return theta - n, v",
     "n = gamma * v + eta * g; return theta - n, 0 * v",
     "n = gamma * v + eta * g; return theta - n, eta * g",
     "n = gamma * v + eta * g; return theta - n, gamma * v"),
    ("no momentum",
     "The old velocity does not move theta: `gamma` times the old `v` is missing from your step.",
     "v = eta * g; return theta - v, v", "return theta - eta * g, v",
     "return theta - eta * g, gamma * v",
     "return theta - eta * g, gamma * v + eta * g"),
    ("average",
     "You average with the weight `1 - gamma`; momentum's v is a sum: the new gradient enters "
     "with `eta` alone.",
     "v = gamma * v + (1 - gamma) * eta * g; return theta - v, v",
     "v = gamma * v + (1 - gamma) * g; return theta - eta * v, v",
     "v = gamma * v + (1 - gamma) * g; return theta - v, v"),
    ("weights swapped",
     "`gamma` is the part of the old `v` that stays; yours stands at the gradient, and `1 - gamma` "
     "at the old `v`.",
     "v = (1 - gamma) * v + gamma * eta * g; return theta - v, v",
     "v = (1 - gamma) * v + gamma * g; return theta - eta * v, v"),
    ("1 - gamma in place of gamma",
     "`gamma` is the part of the old `v` that stays; you keep `1 - gamma` of it.",
     "v = (1 - gamma) * v + eta * g; return theta - v, v",
     "v = (1 - gamma) * v + g; return theta - eta * v, v"),
    ("gamma on the gradient",
     "Your `gamma` stands at the gradient: it is the part of the old `v` that stays, and the "
     "gradient enters with `eta` alone.",
     "v = v + gamma * eta * g; return theta - v, v"),
    ("old v used",
     "theta moves by the v of the step before: compute the new `v` first, then take it away.",
     "n = gamma * v + eta * g; return theta - v, n",
     "n = gamma * v + eta * g; return theta - gamma * v, n"),
    ("gamma missing",
     "Nothing fades: the old `v` must be multiplied by `gamma` before the gradient is added.",
     "v = v + eta * g; return theta - v, v"),
    ("gamma on everything",
     "Your `gamma` multiplies the new gradient, too; it belongs to the old `v` alone.",
     "v = gamma * (v + eta * g); return theta - v, v"),
    ("gamma applied twice", "You multiply by `gamma` twice: once, on the old `v`, is enough.",
     "v = gamma * v + eta * g; return theta - gamma * v, v",
     "v = gamma * gamma * v + eta * g; return theta - v, v"),
    ("eta and gamma swapped",
     "`eta` and `gamma` have changed places: `gamma` goes with the old `v`, `eta` with the "
     "gradient.",
     "v = eta * v + gamma * g; return theta - v, v"),
    ("velocity braked",
     "The old velocity enters with a minus, so it brakes: `gamma * v` must be added.",
     "v = eta * g - gamma * v; return theta - v, v"),
    ("returned in the wrong order",
     "The values are right, but in the wrong order: return `theta` first, then `v`.",
     "v = gamma * v + eta * g; return v, theta - v"),
    ("look-ahead point returned",
     "You return the place to which the next step carries: theta itself is `theta - v`, and "
     "looking ahead is the next step's.",
     "v = gamma * v + eta * g; return theta - v - gamma * v, v"),
    ("gradient taken twice",
     "You take the gradient's step beside `v`, which holds it already: `theta - v` is all.",
     "n = gamma * v + eta * g; return theta - n - eta * g, n"),
    ("only the displacement",
     "You return how far the step goes, and not where it arrives: the first result "
     "must be `theta - v`.",
     "v = gamma * v + eta * g; return -v, v", "v = gamma * v + eta * g; return v, v"),
    ("theta does not move", "Your v is right, but theta stays where it is: return `theta - v`.",
     "v = gamma * v + eta * g; return theta, v"),
    ("nothing changes", "You return `theta` and `v` as they came.",
     "return theta, v"),
)  # fmt: skip


def velocity(name, first, mistakes, grad, hints, seed):
    """Momentum or NAG: all answers begin with `first`, the line that makes g."""
    rng = np.random.default_rng(seed)
    rest, moving = {"at_rest": ("v",)}, {"moving": ("v",)}
    plain = Case(
        {"theta": np.array([1.0, -2.0]), "v": np.array([0.5, 0.25])}, bowl,
        {"eta": 0.5, "gamma": 0.5}, 1,
        rule="in a bowl, where the gradient is the place itself, you can follow the step",
    )  # fmt: skip
    cases = (
        Case(state(rng, 2, **rest), valley(rng, 2), {"eta": 0.2, "gamma": 0.7}, 8),
        Case(state(rng, 3, **moving), valley(rng, 3), {"eta": 0.07, "gamma": 0.45}, 6),
        *[plain] * (grad == "function"),
        Case(state(rng, 2, **moving), valley(rng, 2), {"eta": 0.15, "gamma": 0.0}, 3,
             rule="with gamma = 0 the step must be gradient descent's"),
        Case(state(rng, 3, **moving), flat, {"eta": 0.2, "gamma": 0.6}, 3,
             rule="where the gradient is 0, v must shrink by the factor gamma, and theta move by "
                  "that v"),
        Case(state(rng, 3, **rest), valley(rng, 3), {"eta": 0.25, "gamma": 0.8}, 1,
             rule="from rest (v = 0) the first step must be gradient descent's"),
    )  # fmt: skip
    table = [(row[0], row[1], *(first + text for text in row[2:])) for row in SHARED]
    return Exercise(
        name, TAKES, written(TAKES, first + "v = gamma * v + eta * g; return theta - v, v"),
        tuple(mistake(TAKES, *row) for row in (*mistakes, *table)), cases,
        runner(TAKES, ("theta", "v"), grad), hints,
    )  # fmt: skip
