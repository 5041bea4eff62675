"""A round through the training pictures with momentum, minibatch by minibatch."""

import numpy as np

from ..engine.formulas import formula

TAKES = "theta", "v", "x", "order", "batch", "eta", "gamma"

#: The loop, line by line; a mistake is one or more of its lines, replaced.
EACH = "for k in range(0, len(order), batch):"
ROWS = "rows = order[k : k + batch]"
SLOPE = "g = theta - x[rows].mean()"
NEW_V = "v = gamma * v + eta * g"
MOVE = "theta = theta - v"
LOOP = f"""
    {EACH}
        {ROWS}
        {SLOPE}
        {NEW_V}
        {MOVE}
    return theta, v"""


def _loop(*changes):
    text = LOOP
    for old, new in changes:
        text = text.replace(old, new)
    return text


MISTAKES = (
    ("order ignored", "The minibatches are to be taken in the order of `order`.",
     _loop((ROWS, "rows = slice(k, k + batch)"))),
    ("places in order", "`order` holds the numbers of the pictures, one after the other; you take "
     "it for the places to which they go.",
     _loop((ROWS, "rows = np.argsort(order)[k : k + batch]"))),
    ("rest left out", "The last minibatch is smaller where `batch` does not divide the number of "
     "pictures; it counts, too.",
     _loop((EACH, "for k in range(0, len(order) - batch + 1, batch):")),
     _loop((EACH, "for k in range(0, len(order) // batch * batch, batch):"))),
    ("rest divided by batch", "The last minibatch may hold fewer pictures: divide by how many it "
     "holds.", _loop((SLOPE, "g = np.sum(theta - x[rows]) / batch")),
     _loop((SLOPE, "g = theta - np.sum(x[rows]) / batch"))),
    ("sum", "The gradient of a minibatch is the mean over its pictures, not their sum.",
     _loop((SLOPE, "g = np.sum(theta - x[rows])"))),
    ("all pictures", "That is the gradient over all pictures; a step sees the `batch` of its own.",
     _loop((SLOPE, "g = theta - x.mean()")), _loop((SLOPE, "g = theta - x[order].mean()"))),
    ("one step", "That is one step with all pictures; a round makes one with each minibatch.",
     "v = gamma * v + eta * (theta - x.mean()); return theta - v, v"),
    ("number of minibatches", "`batch` is how many pictures a minibatch holds, not how many "
     "minibatches there are.",
     _loop((EACH, "for rows in np.array_split(order, batch):"), (f"        {ROWS}\n", ""))),
    ("one picture a step", "A step takes `batch` pictures; yours takes one.",
     _loop((EACH, "for k in range(len(order)):"), (ROWS, "rows = order[k : k + 1]")),
     _loop((ROWS, "rows = order[k : k + 1]"))),
    ("overlapping", "Each picture belongs to one minibatch: the next begins where this one ends.",
     _loop((EACH, "for k in range(len(order)):")),
     _loop((EACH, "for k in range(len(order) - batch + 1):"))),
    ("v begins anew", "The velocity is kept from minibatch to minibatch; that is its point.",
     _loop((NEW_V, "v = eta * g"))),
    ("v starts at zero", "The round begins with the `v` that it is given, not with 0.",
     _loop((EACH, "v = 0.0\n    " + EACH))),
    ("uphill", "The step goes down: θ ← θ − v.", _loop((MOVE, "theta = theta + v")),
     _loop((SLOPE, "g = x[rows].mean() - theta"))),
    ("average", "The velocity is a sum; there is no 1 − γ in front of the gradient.",
     _loop((NEW_V, "v = gamma * v + (1 - gamma) * eta * g"))),
    ("eta outside", "In this book η stands inside `v`: v ← γv + ηg, θ ← θ − v.",
     _loop((NEW_V, "v = gamma * v + g"), (MOVE, "theta = theta - eta * v"))),
    ("eta twice", "η counts once: it is inside `v` already, and `theta - v` has none.",
     _loop((MOVE, "theta = theta - eta * v"))),
    ("eta missing", "The gradient enters the velocity times η.",
     _loop((NEW_V, "v = gamma * v + g"))),
    ("gradient at the start", "Each minibatch measures where θ is now, not where the round began.",
     _loop((EACH, "begun = theta\n    " + EACH), (SLOPE, "g = begun - x[rows].mean()"))),
    ("look-ahead", "That is NAG: momentum measures at θ itself.",
     _loop((SLOPE, "g = theta - gamma * v - x[rows].mean()"))),
    ("old v", "Step with the new `v`, not with the old one.",
     _loop((f"{NEW_V}\n        {MOVE}", f"{MOVE}\n        {NEW_V}"))),
    ("first minibatch alone", "Your loop ends after one minibatch: `return` belongs behind it.",
     _loop(("    return theta, v", "        return theta, v"))),
    ("wrong order of results", "First theta, then v.",
     _loop(("return theta, v", "return v, theta"))),
)  # fmt: skip


def _rounds():
    rng = np.random.default_rng(613)
    few = 4.0, 0.0, np.array([1.0, 2.0, 6.0, 3.0, 5.0]), np.array([2, 0, 4, 1, 3]), 2, 0.1, 0.9
    rows = [few, (4.0, 0.5, *few[2:4], 2, 0.1, 0.9)]
    for count, batch, eta, gamma in ((12, 4, 0.07, 0.83), (11, 3, 0.21, 0.57), (7, 5, 0.13, 0.9)):
        x, order = rng.gamma(2.0, size=count), rng.permutation(count)
        rows.append((*rng.normal(2, 1, 2).tolist(), x, order, batch, eta, gamma))
    return rows


EXERCISE = formula(
    TAKES, _rounds(), "theta, v", 2, LOOP, MISTAKES, "minibatch_epoch",
    ("`range(0, len(order), batch)` gives the places where the minibatches begin.",
     "`order[k : k + batch]` are the numbers of its pictures; at the end it is shorter by itself.",
     "The minibatch's gradient is `theta - x[rows].mean()`; then the two lines of momentum."),
)  # fmt: skip


def minibatch_epoch(answer):
    """Check a round of momentum on minibatches: `(theta, v, x, order, batch, eta, gamma)`.

    The cost of picture i is (θ − x[i])²/2. The answer returns theta and v after the round.

    >>> def forgot(theta, v, x, order, batch, eta, gamma):
    ...     for k in range(0, len(order), batch):
    ...         v = eta * (theta - x[order[k : k + batch]].mean())
    ...         theta = theta - v
    ...     return theta, v
    >>> minibatch_epoch(forgot).mistake
    'v begins anew'
    """
    return EXERCISE.check(answer)
