"""Answers that are numbers, or functions that give them at hidden points."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from ...arguments import numbers as as_numbers
from ...arguments import positive, short
from .answer import Wrong
from .exercise import Exercise, Mistake, figures
from .formulas import Points, asker, points

#: How near a number must be: what a reader finds by trying is as good as the formula.
NEAR = 0.02

GENERAL = (
    ("wrong sign", "The size is right, and the sign is wrong.", lambda x: -x),
    ("percent",
     "You are off by a factor of 100: is it a percentage, or a factor too many?",
     lambda x: 100 * x, lambda x: x / 100),
    ("power of ten", "You are off by a power of ten.", lambda x: 10 * x, lambda x: x / 10,
     lambda x: 1000 * x, lambda x: x / 1000),
    ("upside down", "This is one divided by the right number.", lambda x: 1 / x),
    ("double", "This is twice the right number.", lambda x: 2 * x),
    ("half", "This is half the right number.", lambda x: x / 2),
    ("square", "This is the square of the right number.", lambda x: x * x),
    ("root", "This is the root of the right number.", lambda x: np.sqrt(x)),
)  # fmt: skip


@dataclass(frozen=True)
class Number(Exercise):
    """An exercise that asks for numbers: the right ones are not shown, but where they lie.

    meaning : what is said of numbers that make no known mistake, (name, sentence) or None;
    sides : False where few numbers are to be chosen from, and a direction says too much.
    """

    drawn: bool = False
    meaning: Callable = lambda *_: None
    sides: bool = True

    def named(self, given, expected):
        """As in an Exercise; of what is only near to a known mistake it is said how near."""
        yours = self._numbers(given)
        near = [
            (known, _is(yours, theirs))
            for known in self.mistakes
            for theirs in (self._numbers(self.traces(answer)) for answer in known.answers)
            if self._near(yours, theirs).all()
        ]
        for known, exact in sorted(near, key=lambda pair: not pair[1]):
            within = "" if exact else f"Within {100 * self.tolerance:g} percent: "
            return known.name, within + known.says, 0
        known = np.isfinite(yours).all() and self.meaning(*yours.tolist())
        return *(known or ("", "It is none of the known mistakes.")), 0

    def _numbers(self, traces):
        """All numbers of an answer."""
        return np.concatenate([rows.ravel() for one in traces for rows in one.values.values()])

    def _near(self, a, b):
        """Which numbers are as near as a right one must be."""
        return np.isfinite(b) & (np.abs(a - b) <= self.tolerance * np.abs(b) + 1e-12)

    def _difference(self, given, expected, name, row, case):
        a, b = given.values[name][row], expected.values[name][row]
        names, sides = name.strip("()").split(", "), ""
        if len(names) != a.size:
            names = [f"number {k}" for k in range(1, a.size + 1)]
        turned = self._near(np.sort(a), np.sort(b)).all()
        if self.sides and np.isfinite(a).all() and not turned:
            sides = ", ".join(
                f"{what if a.size > 1 else 'it'} is {self._side(*pair)}"
                for what, pair in zip(names, zip(a, b, strict=True), strict=True)
            )
        return f"Yours is {figures(a, b)[0]}{': ' * bool(sides)}{sides}."

    def _side(self, a, b):
        """Where a number lies, as seen from the right one."""
        if self._near(a, b):
            return "right"
        side = "too small" if a < b else "too large"
        near = abs(a - b) <= 4 * self.tolerance * abs(b)
        return f"near, but more than {100 * self.tolerance:g} percent {side}" if near else side


def _is(a, b):
    """Whether numbers are others, to rounding: with all digits, or with as many as they have."""
    return all(
        abs(x - y) <= 1e-6 * abs(y) or round(y, -Decimal(repr(x)).as_tuple().exponent) == x
        for x, y in zip(a.tolist(), b.tolist(), strict=True)
    )


def _constant(answer):
    """A function that gives the number; what is no number is told where it is called."""
    if isinstance(answer, str) or callable(answer):
        says = f"The check takes your number, but got {short(answer)}."

        def function(*_):
            raise Wrong("no numbers", says)

        return function
    return lambda *_: answer


def _settled(exercise, answer):
    untried = answer is None or answer is ... or (isinstance(answer, tuple) and ... in answer)
    return exercise.check(... if untried else answer, None if untried else _constant(answer))


def number(answer, right, *, name="number", near=NEAR, mistakes=(), hints=()):
    """Check a number (or a few, as a tuple) against the right one.

    right : the right value, as computed; it is not shown to a reader who has another.
    near : the largest relative difference that still counts as right.
    mistakes : {what to say about it: the wrong value, …}, tried before the general ones
    (sign, percent, upside down, double, half, square, root).

    >>> number(0.4, right=2.5)
    ✗ number: not right yet (upside down)
      This is one divided by the right number.
      Yours is 0.4: it is too small.
    >>> number(6.58, right=np.log(0.5) / np.log(0.9)).passed
    True
    """
    right = as_numbers("right", right).reshape(-1)
    own = [
        Mistake("known mistake", says, (_constant(value),))
        for says, value in dict(mistakes).items()
    ]
    with np.errstate(all="ignore"):
        general = _general(right[0], {}) if right.size == 1 else []
    size = right.size if right.size > 1 else 0
    exercise = Number(
        name, (), lambda: right, (*own, *general), (Points(((),), ("",)),), asker(name, size),
        tuple(hints), positive("near", near), "That is the number.", each=True,
    )  # fmt: skip
    return _settled(exercise, answer)


def _general(right, inputs):
    """Mistakes in one number, by what it has to do with the right one and with what was given."""
    rows = [(known, says, *(make(right) for make in makes)) for known, says, *makes in GENERAL]
    for x, value in inputs.items():
        rows += [
            (f"factor {x}", f"This is the right number times `{x}`.", right * value),
            (f"factor {x}", f"This is the right number divided by `{x}`.", right / value),
            (f"{x} added", f"This is the right number plus `{x}`.", right + value),
            (f"{x} subtracted", f"This is the right number minus `{x}`.", right - value),
        ]
    return [Mistake(known, says, tuple(map(_constant, wrong))) for known, says, *wrong in rows]


def asked(name, takes, solution, known, answer, hidden, given, gives, size, hints, **more):
    """The verdict on a function, at hidden points; or on numbers, at the given one.

    more : what a Number takes.
    """
    if not callable(answer) and not size:
        with np.errstate(all="ignore"):
            inputs = dict(zip(takes, given, strict=True))
            known = [*known, *_general(np.float64(solution(*given)), inputs)]
    case = points(takes, hidden if callable(answer) else (given,))
    parts = name, takes, solution, known, (case,), asker(gives, size), hints
    traits = {"drawn": False, "each": True}
    if callable(answer):
        praise = "It agrees with the formula."
        return Exercise(*parts, 1e-6, praise, **traits).check(answer)
    return _settled(Number(*parts, NEAR, "That is right.", **traits, **more), answer)
