"""Answers that are one formula, asked at several points."""

from dataclasses import dataclass

import numpy as np

from .answer import Wrong, call
from .exercise import Exercise, Trace, mistake, written
from .result import vector
from .slips import slips


@dataclass(frozen=True)
class Points:
    """A case of a formula: the arguments of each call, and how to name each of them."""

    arguments: tuple
    labels: tuple
    rule: str = ""
    label: str = ""


def points(takes, rows, rule=""):
    """The case that asks at `rows` of arguments, each named with all that it was given."""
    return Points(tuple(rows), tuple(called(takes, row) for row in rows), rule)


#: Arrays of so many numbers are shown whole, so that a case can be computed by hand.
SHOWN = 15


def called(takes, arguments):
    """How a call is named: with all that it was given, but for large arrays."""
    return "at " + ", ".join(
        f"{name} = {_shown(value)}" for name, value in zip(takes, arguments, strict=True)
    )


def _shown(value):
    if not isinstance(value, np.ndarray):
        return f"{value:g}"
    if value.size > SHOWN:
        return f"{' × '.join(map(str, value.shape))} numbers"
    return np.array2string(value, precision=4, separator=", ").replace("\n", "")


def asker(gives, size=0):
    """A `run` that calls the answer at each point; it gives `size` numbers (0: one number).

    size : a number; or a function of the arguments, where a case has points of one size.
    """

    def run(function, case, printed=None):
        trace, rows, nothing = Trace({}, list(case.labels)), [], []
        for where, arguments in zip(case.labels, case.arguments, strict=True):
            wide = size(*arguments) if callable(size) else size
            handed = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
            try:
                result = call(function, *handed)
                if result is None:
                    nothing.append(", ".join(filter(None, [where, case.label])))
                    continue
                if "," in gives and isinstance(result, int | float | np.number):
                    says = f"`{gives}` is asked for, and this is one number."
                    raise Wrong("wrong number of results", says)
                rows.append(vector(result, f"`{gives}`", wide))
            except Wrong as wrong:
                if not wrong.arithmetic:
                    raise
                if not trace.error:
                    trace.error, trace.good = wrong, len(rows)
                rows.append(np.full(max(wide, 1), np.nan))
            for now, before in zip(handed, arguments, strict=True):
                if isinstance(before, np.ndarray) and not np.array_equal(now, before):
                    trace.damage = (
                        "On the way it changes the array that it is given, which the caller may "
                        "still need: better work on a copy."
                    )
        if nothing:
            some = rows or len(case.labels) == 1  # a case of one call stands behind others
            raise _nothing(nothing[0] if some else "", gives, printed)
        trace.values = {gives: np.array(rows, float)}
        trace.whole = bool(np.all(trace.values[gives] % 1 == 0))
        return trace

    return run


def _nothing(where, gives, printed):
    """The Wrong of an answer that returns nothing: at all, or at `where`."""
    also = " Printing is not enough." if printed and printed.getvalue() else ""
    if not where:
        says = f"Your function returns nothing: it must `return` {gives}.{also}"
        return Wrong("returns None", says)
    says = f"Your function returns nothing {where}: each way through it must `return` {gives}."
    return Wrong("returns None in places", says + also)


def formula(takes, rows, gives, size, solution, mistakes, name, hints):
    """The exercise of one formula, asked at `rows` of arguments; `size` as in `asker`."""
    groups = {}
    for row in rows:
        groups.setdefault(size(*row) if callable(size) else size, []).append(row)
    known = lambda rows: tuple(mistake(takes, *row) for row in rows)
    return Exercise(
        name, takes, written(takes, solution), known(mistakes),
        tuple(points(takes, group) for group in groups.values()), asker(gives, size), hints,
        drawn=False, each=True, slips=known(slips(solution)),
    )  # fmt: skip
