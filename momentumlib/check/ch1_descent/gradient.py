"""A gradient, compared with the slopes of its own cost."""

from functools import cache

import numpy as np

from ...arguments import short, whole
from ..engine.answer import Untried, Wrong, call, tried
from ..engine.cases import told
from ..engine.exercise import Exercise, Mistake
from ..engine.formulas import Points, asker
from ..engine.verdict import Verdict, untried


def slopes(f, theta):
    """∇J at theta from values of J alone: central differences with two steps, extrapolated."""

    def central(h):
        return np.array([(f(theta + e) - f(theta - e)) / (2 * h) for e in h * np.eye(theta.size)])

    return (4 * central(1e-3) - central(2e-3)) / 3


def _value(f, theta):
    """J at theta, a finite number; Wrong where the reader's f gives something else."""
    result = call(f, theta.copy())
    try:
        number = float(result)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        says = f"Your f must return one finite number, but gave {short(result)}."
        raise Wrong("f is no number", says)
    return number


def _measured(f, _, points):
    """∇J and J at every point, as plain data."""
    return [(slopes(lambda at: _value(f, at), p).tolist(), _value(f, p)) for p in points]


def _on_the_axes(f, _, points):
    """Each derivative on its own axis, where the other coordinates are 0; None without one."""

    def at(point):
        try:
            return np.diag([slopes(lambda at: _value(f, at), a) for a in np.diag(point)]).tolist()
        except Wrong:  # J has no value there
            return None

    return [at(p) for p in points]


def _mistakes(right, f, values, dim):
    """Wrong gradients, made from the right one; values : {point: J}."""

    def one(i, factor):
        changed = np.ones(dim)
        changed[i] = factor
        return lambda theta: right(theta) * changed

    @cache
    def unmixed():
        points = [np.array(point) for point in values]
        read = lambda told: dict(zip(values, told, strict=True))
        try:
            return tried(f, _on_the_axes, points, read=read)
        except (Wrong, Untried):
            return dict.fromkeys(values)

    def axes(theta):
        found = unmixed()[tuple(theta)]
        return right(theta) if found is None else np.array(found).reshape(dim)

    def forgotten(which):
        here = np.isin(np.arange(dim), which)
        return lambda theta: np.where(here, axes(theta), right(theta))

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
         lambda theta: np.full(dim, values[tuple(theta)])),
        ("always zero", "Your gradient is 0 everywhere.", lambda theta: np.zeros(dim)),
        ("mixed term forgotten",
         "You lose a term that holds two coordinates: while you change one, the other is constant, "
         "not zero.",
         *(forgotten(which) for which in ([*every], *every))),
    )  # fmt: skip
    return tuple(Mistake(name, says, answers) for name, says, *answers in rows)


class Gradient(Exercise):
    """The exercise; an unknown mistake that is not in every coordinate is told where it is."""

    def named(self, given, expected):
        known, says, case = super().named(given, expected)
        a, b = given[0].values["gradient"], expected[0].values["gradient"]
        equal = np.abs(a - b) <= self.tolerance * np.abs(b).max()
        wrong = [f"`theta[{i}]`" for i in np.flatnonzero(~equal.all(axis=0))]
        if known or len(wrong) in (0, a.shape[1]):
            return known, says, case
        one = len(wrong) == 1
        known = "one derivative wrong" if one else "several derivatives wrong"
        which = f"derivative{'s' * (not one)} by {', '.join(wrong)} {'is' if one else 'are'} wrong"
        says = f"Only the {which}, and the rest is right: take every term of J with that coordinate"
        return known, f"{says} in it, and treat the others as constants.", case


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
    labels = tuple(f"at {told('theta', p)}" for p in points)

    places = [tuple(p) for p in points]
    pair = lambda slope, value: (np.array(slope).reshape(dim), float(value))
    read = lambda told: dict(zip(places, (pair(*each) for each in told), strict=True))
    try:
        known = tried(f, _measured, points, read=read)
    except Untried:
        return untried("gradient", HINTS)
    except Wrong as wrong:
        return Verdict("gradient", False, mistake=wrong.mistake, message=wrong.says, hints=HINTS)
    values = {place: value for place, (_, value) in known.items()}
    right = lambda theta: known[tuple(theta)][0]
    return Gradient(
        "gradient", ("theta",), right, _mistakes(right, f, values, dim),
        (Points(tuple((p,) for p in points), labels),), asker("gradient", dim), HINTS,
        praise="It agrees with the slopes of f at every hidden point.", drawn=False,
    ).check(grad)  # fmt: skip
