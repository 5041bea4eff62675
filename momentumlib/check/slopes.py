"""A gradient, compared with the slopes of its own cost."""

import numpy as np

from ..arguments import short, whole
from .answer import Untried, Wrong, call, quiet
from .exercise import Exercise, Mistake
from .formulas import Points, asker
from .verdict import Verdict, untried


def slopes(f, theta):
    """∇J at theta from values of J alone: central differences with two steps, extrapolated."""

    def central(h):
        return np.array([(f(theta + e) - f(theta - e)) / (2 * h) for e in h * np.eye(theta.size)])

    return (4 * central(1e-3) - central(2e-3)) / 3


def _mistakes(right, f, dim, given):
    """Wrong gradients, made from the right one, or from the reader's in one coordinate."""

    def one(i, factor):
        changed = np.ones(dim)
        changed[i] = factor
        return lambda theta: right(theta) * changed

    def alone(i):
        def mixed(theta):
            with quiet(given):
                return np.where(np.arange(dim) == i, given(theta.copy()), right(theta))

        return mixed

    every = range(dim) if dim > 1 else ()
    rows = (
        ("wrong sign",
         "Your gradient points downhill: its sign is wrong; the gradient points uphill.",
         lambda theta: -right(theta)),
        ("factor", "Your gradient is the right one times a constant: look at the factors that come "
         "down from exponents, and at those in front.",
         *(lambda theta, c=c: c * right(theta) for c in (2, 0.5, 3, 1 / 3, 4, 0.25, -2, -0.5))),
        ("coordinates in the wrong order",
         "The derivatives are right, but their order is reversed.",
         *([lambda theta: right(theta)[::-1]] if dim > 1 else [])),
        ("one sign wrong", "One coordinate has the wrong sign.", *(one(i, -1) for i in every)),
        ("one factor wrong", "One coordinate is wrong by a factor of 2.",
         *(one(i, c) for i in every for c in (2, 0.5))),
        ("one derivative missing", "One coordinate of your gradient is 0: J depends on it, too.",
         *(one(i, 0) for i in every)),
        ("derivatives added up",
         "You add the derivatives up: the gradient has one number for each coordinate.",
         *([lambda theta: np.full(dim, right(theta).sum())] if dim > 1 else [])),
        ("length lost",
         "Your gradient has length 1 everywhere: it must be longer where J is steeper.",
         lambda theta: right(theta) / np.linalg.norm(right(theta)),
         lambda theta: np.sign(right(theta))),
        ("value in place of the slope", "You return J itself; the gradient holds its derivatives.",
         lambda theta: np.full(dim, float(f(theta)))),
        ("always zero", "Your gradient is 0 everywhere.", lambda theta: np.zeros(dim)),
        *(("one derivative wrong",
           f"Only coordinate {i} is wrong: take every term of J in which `theta[{i}]` stands, and "
           "treat the others as constants.", alone(i)) for i in every),
    )  # fmt: skip
    return tuple(Mistake(name, says, answers) for name, says, *answers in rows)


HINTS = (
    "Take one coordinate at a time, and treat the others as constants.",
    "Compare with `(f(theta + e) - f(theta - e)) / (2 * h)`, with e = h in one place.",
)


def gradient(f, grad, dim=2):
    """Check a gradient against the slopes of its cost at hidden points.

    f : J, takes theta of shape (dim,), returns a number, and is smooth;
    grad : ∇J, takes theta, returns dim numbers.

    >>> f = lambda theta: theta[0] ** 2 + 3 * theta[1] ** 2
    >>> gradient(f, lambda theta: [2 * theta[0], -6 * theta[1]]).mistake
    'one sign wrong'
    """
    if not callable(f):
        raise TypeError(f"f must be a function of theta, not {type(f).__name__}")
    points = 1.5 * np.random.default_rng(107).normal(size=(6, whole("dim", dim, 1))) + 0.3
    labels = tuple(f"at theta = [{', '.join(f'{x:.4g}' for x in p)}]" for p in points)

    def value(theta):
        result = call(f, theta.copy())
        try:
            number = float(result)
        except (TypeError, ValueError):
            number = np.nan
        if not np.isfinite(number):
            says = f"Your f must return one finite number, but gave {short(result)}."
            raise Wrong("f is no number", says)
        return number

    try:
        with quiet(f):
            known = {tuple(p): slopes(value, p) for p in points}
    except Untried:
        return untried("gradient", HINTS)
    except Wrong as wrong:
        return Verdict("gradient", False, mistake=wrong.mistake, message=wrong.says, hints=HINTS)
    right = lambda theta: known[tuple(theta)]
    return Exercise(
        "gradient", ("theta",), right, _mistakes(right, value, dim, grad),
        (Points(tuple((p,) for p in points), labels),), asker("grad", dim), HINTS,
        praise="It agrees with the slopes of f at every hidden point.", drawn=False,
    ).check(grad)  # fmt: skip
