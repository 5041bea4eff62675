"""The step of momentum."""

from .velocity import velocity

MISTAKES = (
    ("look-ahead",
     "This is NAG's step, which looks ahead: momentum takes away the new `v` and no more.",
     "v = gamma * v + eta * g; return theta - gamma * v - eta * g, v"),
    ("old and new v used",
     "You take away the old velocity as well as the new one, which holds it already.",
     "n = gamma * v + eta * g; return theta - v - n, n",
     "n = gamma * v + eta * g; return theta - gamma * v - n, n"),
)  # fmt: skip


def _exercise():
    hints = (
        "Two lines: first the new `v`, then the new `theta`. Which of them needs the gradient?",
        "The new `v` is a part `gamma` of the old one, and `eta` times the gradient on top.",
        "`v = gamma * v + eta * grad`, then return `theta - v` and that `v`.",
    )
    ahead = [(row[0], row[1], *(f"g = grad; {text}" for text in row[2:])) for row in MISTAKES]
    return velocity("momentum", "g = grad; ", ahead, "array", hints, 102)


EXERCISE = _exercise()


def momentum(step):
    """Check a step of momentum: `momentum_step(theta, v, grad, eta, gamma)` returns theta, v.

    theta, v, grad : arrays of shape (dim,), grad is ∇J(theta);  eta, gamma : numbers. Chapter 1.

    >>> def momentum_step(theta, v, grad, eta, gamma):
    ...     v = gamma * v + eta * grad
    ...     return theta - v, v
    >>> momentum(momentum_step)
    ✓ momentum: right
      It does the same as the formula in every hidden case.
    """
    return EXERCISE.check(step)
