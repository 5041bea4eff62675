"""Slips of the pen in a formula: brackets left out, a quotient cut to a whole number.

They are made of the right formula's text, so that every exercise knows its own.
"""

import ast
import re
from itertools import combinations
from textwrap import dedent

BRACKETS = (
    "brackets missing", "Your numbers are the right formula's with brackets left out. A product or "
    "a sum below `/` takes them, and so does a sum with a factor.",
)  # fmt: skip
CUT = (
    "whole-number division", "A quotient of yours is cut to a whole number: `/` keeps what is "
    "behind the point, `//` does not.",
)  # fmt: skip

#: Most pairs of brackets, and most quotients, of which each choice is made.
MOST = 5


def slips(text):
    """(name, what to say, texts …) of each kind of slip that a formula's text allows.

    >>> for name, _, *texts in slips("return (a + np.exp(b)) / (c + 1)"):
    ...     print(name, *texts, sep="; ")
    brackets missing; return a + np.exp(b) / (c + 1); return (a + np.exp(b)) / c + 1; \
return a + np.exp(b) / c + 1
    whole-number division; return (a + np.exp(b)) // (c + 1)
    """
    pairs = [(pair, ("", "")) for pair in _pairs(text)]
    quotients = [((at.start(),), ("//",)) for at in re.finditer(r"(?<!/)/(?!/)", text)]
    for (name, says), places in ((BRACKETS, pairs), (CUT, quotients)):
        if 0 < len(places) <= MOST:
            texts = (_replaced(text, some) for some in _choices(places))
            yield name, says, *filter(_read, texts)


def _read(text):
    """Whether Python can read a text."""
    try:
        return bool(ast.parse(dedent(text)))
    except SyntaxError:
        return False


def _pairs(text):
    """Where the brackets stand that hold parts together, those of calls left out."""
    opened = []
    for at, sign in enumerate(text):
        if sign in "([":
            call = sign == "[" or re.search(r"[\w\])]$", text[:at])
            opened.append(None if call else at)
        elif sign in ")]":
            begin = opened.pop()
            if begin is not None:
                yield begin, at


def _choices(places):
    for count in range(1, len(places) + 1):
        yield from combinations(places, count)


def _replaced(text, places):
    signs = list(text)
    for where, new in places:
        for at, sign in zip(where, new, strict=True):
            signs[at] = sign
    return "".join(signs)
