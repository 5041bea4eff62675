"""The step of NAG."""

from ..ch1_descent.velocity import velocity

MISTAKES = (
    ("gradient at theta",
     "You measure the gradient at `theta`, which is momentum: NAG measures it ahead, at "
     "`theta - gamma * v`.",
     "g = grad(theta); v = gamma * v + eta * g; return theta - v, v"),
    ("look-ahead with the wrong sign",
     "You look back instead of ahead: the next step takes `v` away, so look at `theta - gamma * "
     "v`.",
     "g = grad(theta + gamma * v); v = gamma * v + eta * g; return theta - v, v"),
    ("look-ahead without gamma",
     "You look ahead by the whole `v`; only `gamma * v` of it survives, so look at `theta - "
     "gamma * v`.",
     "g = grad(theta - v); v = gamma * v + eta * g; return theta - v, v"),
    ("look-ahead by eta",
     "You look ahead by a multiple of `eta`; the part of `v` that survives is `gamma * v`.",
     "g = grad(theta - eta * v); v = gamma * v + eta * g; return theta - v, v",
     "g = grad(theta - eta * gamma * v); v = gamma * v + eta * g; return theta - v, v",
     "g = grad(theta + eta * v); v = gamma * v + eta * g; return theta - v, v"),
    ("gradient of v",
     "You measure the gradient at the velocity; it must be measured at a point, `theta - gamma * "
     "v`.",
     "g = grad(v); v = gamma * v + eta * g; return theta - v, v",
     "g = grad(gamma * v); v = gamma * v + eta * g; return theta - v, v"),
    ("look-ahead kept",
     "The look-ahead is only a place to measure, but you leave from there: start from `theta` "
     "itself when you take `v` away.",
     "a = theta - gamma * v; v = gamma * v + eta * grad(a); return a - v, v"),
    ("theta is the look-ahead point",
     "This is the form in which theta is the point that looks ahead; here theta is the place "
     "itself: measure at `theta - gamma * v`, then take the new `v` away.",
     "g = grad(theta); v = gamma * v + eta * g; return theta - gamma * v - eta * g, v"),
    ("gradient after the step",
     "You take a whole step first and measure then: "
     "measure at `theta - gamma * v`, and move once, by the new `v`.",
     "a = theta - v; v = gamma * v + eta * grad(a); return a, v",
     "a = theta - v; v = gamma * v + eta * grad(a); return a - v, v",
     "n = gamma * v + eta * grad(theta); n = gamma * v + eta * grad(theta - n); "
     "return theta - n, n"),
    ("look-ahead shortened",
     "`gamma` shortens the velocity alone, not theta: look at `theta - gamma * v`.",
     "g = grad(gamma * (theta - v)); v = gamma * v + eta * g; return theta - v, v",
     "g = grad(gamma * theta - v); v = gamma * v + eta * g; return theta - v, v"),
)  # fmt: skip


def _exercise():
    hints = (
        "`grad` is a function: you choose the point at which you call it.",
        "Without a new gradient the step would end at `theta - gamma * v`: measure there.",
        "`g = grad(theta - gamma * v)`, then everything as in momentum with this `g`.",
    )
    first = "g = grad(theta - gamma * v); "
    return velocity("nag", first, MISTAKES, "function", hints, 103)


EXERCISE = _exercise()


def nag(step):
    """Check a step of NAG: `nag_step(theta, v, grad, eta, gamma)` returns theta, v.

    theta, v : arrays of shape (dim,);  grad : the function ∇J;  eta, gamma : numbers. Chapter 3.

    >>> def nag_step(theta, v, grad, eta, gamma):
    ...     v = gamma * v + eta * grad(theta + gamma * v)
    ...     return theta - v, v
    >>> nag(nag_step).mistake
    'look-ahead with the wrong sign'
    """
    return EXERCISE.check(step)
