"""What a wrong answer that is none of the known mistakes has to do with the right one.

A sentence is said only where it holds for every number of the answer, in all hidden cases; and
only where these are enough, and different enough, that it could not be chance.
"""

import numpy as np

#: So many different right numbers make an agreement no chance.
ENOUGH = 3
CLOSE = 1e-6

#: Factors that have a name: what else it says.
NAMED = {
    np.pi: " (π)", 1 / np.pi: " (1/π)", np.e: " (e)", 1 / np.e: " (1/e)",
    1 / np.log(2): " (1/ln 2: a logarithm to base 2)", np.log(2): " (ln 2)",
    1 / np.log(10): " (1/ln 10: a logarithm to base 10)", np.log(10): " (ln 10)",
    np.sqrt(2): " (√2)", np.sqrt(0.5): " (1/√2)",
}  # fmt: skip

#: One number made of another: (name, what the answer is, the function).
OF_THE_RIGHT = (
    ("wrong sign", "has the right size, and the wrong sign", lambda b: -b),
    ("absolute value", "is the size of the right one: keep its sign", np.abs),
    ("upside down", "is one divided by the right one", lambda b: 1 / b),
    ("square", "is the square of the right one", lambda b: b * b),
    ("root", "is the root of the right one", np.sqrt),
    ("one minus", "is 1 minus the right one", lambda b: 1 - b),
    ("logarithm", "is the logarithm of the right one", np.log),
    ("exponential", "is e to the power of the right one", np.exp),
)

#: What an argument x can have done: (name for it, its value).
OF_AN_ARGUMENT = (
    ("`{x}`", lambda x: x), ("the square of `{x}`", lambda x: x * x),
    ("the root of `{x}`", np.sqrt), ("`1 - {x}`", lambda x: 1 - x), ("`1 + {x}`", lambda x: 1 + x),
)  # fmt: skip


def related(given, expected, arguments=None, subject="Each of your numbers"):
    """(the mistake's name, what to say) of a wrong answer; None where nothing is sure.

    given, expected : arrays (calls, size);  arguments : {name: (calls,)}, the numbers that the
    answer was called with;  subject : what the rows are.

    >>> b = np.array([[1.5], [2.25], [7.0]])
    >>> related(2 * b, b)
    ('factor', 'Each of your numbers is 2 times the right one.')
    >>> related(b / [[3], [4], [5]], b, {"eta": np.array([3, 4, 5])})
    ('factor eta', 'Each of your numbers is the right one divided by `eta`.')
    >>> related(b + [[1], [0], [0]], b)
    """
    a, b = np.asarray(given, float), np.asarray(expected, float)
    if not (np.isfinite(a).all() and np.isfinite(b).all()) or _different(b) < ENOUGH:
        return None
    if np.allclose(a, b, CLOSE, 1e-9 * np.abs(b).max()):
        return None  # what is wrong comes later
    with np.errstate(all="ignore"):
        for name, says, made in _candidates(a, b, arguments or {}):
            if _different(made) < ENOUGH and name != "constant":
                continue  # whoever always answers 0 has rounded nothing
            if np.isfinite(made).all() and np.allclose(a, made, CLOSE, 1e-9 * np.abs(b).max()):
                return name, says if says[0].isupper() else f"{subject} {says}."
    return None


def besides(given, made, expected=None):
    """What else an answer does to the numbers of a known mistake; "" where nothing is sure.

    expected : the right numbers; who has their signs is not told that the sign is wrong.

    >>> made = np.array([[1.25], [2.5], [7.75]])
    >>> besides(np.ceil(made), made)
    'Besides, each of your numbers is rounded up to a whole number: keep the fractions.'
    >>> besides(-made, made)
    'Besides, each of your numbers has the wrong sign.'
    >>> besides(-made, made, expected=-2 * made)
    ''
    """
    if not np.isfinite(given).all() or not enough(made):
        return ""
    with np.errstate(all="ignore"):
        signed = expected is not None and np.array_equal(np.sign(given), np.sign(expected))
        turned = [] if signed else [("", "has the wrong sign", -made)]
        for _, says, other in (*turned, *_rounded(made)):
            if _different(other) < ENOUGH:
                continue  # whoever always answers 0 has rounded nothing
            if np.allclose(given, other, CLOSE, 1e-9 * np.abs(made).max()):
                return f"Besides, each of your numbers {says}."
    return ""


def enough(values):
    """Whether numbers are finite, and so many that to agree with them is no chance."""
    return bool(np.isfinite(values).all()) and _different(values) >= ENOUGH


def _different(values):
    return np.unique(values.ravel().round(9)).size


def _candidates(a, b, arguments):
    """(name, what to say, what the answer would then be), the surest first."""
    if b.shape[1] > 1:
        turned = b[:, ::-1]
        yield "wrong order", "is right, and in the place of another: turn their order round", turned
    yield from _rounded(b)
    for name, says, make in OF_THE_RIGHT:
        yield name, says, make(b)
    column = {x: np.asarray(values, float)[:, None] for x, values in arguments.items()}
    made = [
        (x, text.format(x=x), make(values))
        for x, values in column.items()
        if _different(values) > 1  # else it is a constant factor, which has no name
        for text, make in OF_AN_ARGUMENT
    ]
    for x, what, values in made:  # a factor says more than a difference
        yield f"factor {x}", f"is the right one times {what}", b * values
        yield f"factor {x}", f"is the right one divided by {what}", b / values
    for x, what, values in made:
        yield f"{x} added", f"is the right one plus {what}", b + values
        yield f"{x} subtracted", f"is the right one minus {what}", b - values
    at = np.unravel_index(np.argmax(np.abs(b)), b.shape)
    factor, shift = a[at] / b[at], a[at] - b[at]
    if factor:
        named = next((text for c, text in NAMED.items() if np.isclose(factor, c, CLOSE)), "")
        yield "factor", f"is {factor:.4g}{named} times the right one", factor * b
    size = "large" if shift > 0 else "small"
    yield "shifted", f"is {abs(shift):.4g} too {size}", b + shift
    if not a.any():
        says = "look for a factor 0, or for `//` and `int`, which cut fractions off"
        yield "constant", f"All your numbers are 0: {says}.", a
    if _different(a) == 1 and len(a) > 1:
        yield "constant", "Your numbers are all the same: they must depend on what is given.", a


def _rounded(b):
    for cut, how in ((np.round, "to the nearest"), (np.floor, "down to a"), (np.ceil, "up to a"),
                     (np.trunc, "toward 0 to a")):  # fmt: skip
        yield "whole numbers", f"is rounded {how} whole number: keep the fractions", cut(b)
    for digits in range(1, 6):
        says = f"is rounded to {digits} digit{'s' * (digits > 1)}"
        yield "rounded", f"{says} behind the point: leave all of them", b.round(digits)
        scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(b))))
        yield "rounded", f"{says}: leave all of them", np.round(b * scale) / scale
