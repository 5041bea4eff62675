"""An exercise: its solution, its known mistakes and hidden cases; and how an answer is judged.

A known mistake is what the reader would have written: a small wrong answer of our own.
An answer that does the same as one of them, in all cases, has made that mistake.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from ...arguments import short
from . import picture
from .answer import Untried, Wrong, tried
from .breaks import INFINITE, NAN, breaks
from .record import keep
from .relations import besides, enough, related
from .signature import plain
from .trace import Trace
from .verdict import Verdict, untried


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its name, what to say, and the wrong answers that make it."""

    name: str
    says: str
    answers: Sequence


def _traces(function, printed, run, cases):
    """What an answer does in every case, as plain data."""
    return [run(function, case, printed).plain() for case in cases]


@dataclass(frozen=True)
class Exercise:
    """One exercise. `run(function, case, printed)` gives the Trace of an answer in a case."""

    name: str
    takes: tuple
    solution: Callable
    mistakes: tuple
    cases: tuple
    run: Callable
    hints: tuple = ()
    tolerance: float = 1e-6  # of the largest value in a case; of each value with `each`
    praise: str = "It does the same as the formula in every hidden case."
    drawn: bool = True  # show the two paths
    each: bool = False
    slips: tuple = ()  # more mistakes, asked after the others
    own: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def check(self, answer, function=None):
        """The Verdict on an answer; it never raises for a wrong one.

        function : stands for the answer in the calls, where the answer is a number.
        """
        try:
            stands = function is not None
            function = plain(function or answer, self.takes)
            expected = list(self.traces(self.solution))
            read = lambda told: [Trace.of(*each) for each in zip(told, expected, strict=True)]
            given = tried(function, _traces, self.run, self.cases, read=read, apart=not stands)
            return self._verdict(answer, given, expected)
        except Untried:
            return untried(self.name, self.hints)
        except Wrong as wrong:
            return self._failed(answer, wrong.mistake, wrong.says)

    def _verdict(self, answer, given, expected):
        if all(map(self.same, given, expected)):
            tries.pop(self.name, None)
            said = self.praise
            told = [trace.damage for trace in given] + [trace.in_place for trace in given]
            said = " ".join([said, *list(filter(None, told))[:1]])
            return Verdict(self.name, True, message=f"{said} {keep(self.name)}".rstrip())
        mistake, says, case = self.named(given, expected)
        return self._failed(answer, mistake, says, given[case], expected[case], self.cases[case])

    def traces(self, function):
        """What one of our own answers does, in every case, one after the other.

        It does the same each time, and a wrong answer meets all of them: so they are kept.
        """
        for k, case in enumerate(self.cases):
            if (function, k) not in self.own:
                with np.errstate(all="ignore"):
                    self.own[function, k] = self.run(function, case)
            yield self.own[function, k]

    def same(self, given, expected):
        """Whether two traces agree, to rounding; an error agrees with numbers that overflow."""
        if given.error and np.isfinite(next(iter(expected.values.values()))[given.good]).all():
            return False
        return all(self.apart(given, expected, name) is None for name in expected.values)

    def apart(self, given, expected, name):
        """The first row at which two traces differ in `name`; None where they agree."""
        a, b = given.values[name][: given.good], expected.values[name][: given.good]
        finite = np.where(np.isfinite(b), np.abs(b), 0)  # beside inf, nothing is near
        size = finite if self.each else finite.max(initial=0)
        slack = self.tolerance * size + 1e-12
        with np.errstate(all="ignore"):
            equal = (np.abs(a - b) <= slack) | (a == b) | (np.isnan(a) & np.isnan(b))
        rows = equal.all(axis=tuple(range(1, equal.ndim)))
        return None if rows.all() else int(np.argmin(rows))

    def named(self, given, expected):
        """(name of the mistake, what to say, number of the case that shows it)."""
        pairs = zip(given, expected, strict=True)
        wrong = [k for k, pair in enumerate(pairs) if not self.same(*pair)]
        sure = self.slips and enough(self._rows(given, expected)[0])
        for known in (*self.mistakes, *(self.slips if sure else ())):
            if any(self._does(given, answer) for answer in known.answers):
                return known.name, known.says, wrong[0]
        for trace in given:
            if trace.error:
                raise trace.error
        known = "It is none of the known mistakes"
        if said := related(*self._rows(given, expected)) or self._two(given):
            return *said, wrong[0]
        if any(trace.damage for trace in given):
            says = "Your function changes an array that it is given, and what reads it after that "
            return "input changed", f"{says}gets new numbers: work on a copy.", wrong[0]
        whole = [all(trace.whole for trace in traces) for traces in (given, expected)]
        if whole == [True, False] and hasattr(self.cases[0], "state"):  # a step goes on from there
            says = "Your numbers are whole: something rounds them. Keep the fractions."
            return "whole numbers", says, wrong[0]
        if found := breaks(given, expected, wrong, self.apart, NAN):
            return found
        for k in wrong:
            if self.cases[k].rule:
                return "", f"{known}; look where you can tell the result: {self.cases[k].rule}.", k
        if found := breaks(given, expected, wrong, self.apart, INFINITE):
            return found
        return "", f"{known}; begin where it first differs.", wrong[0]

    def _two(self, given):
        """(name, what to say) of a known mistake whose numbers something else has changed."""
        if hasattr(self.cases[0], "arguments"):
            right = self._rows(given, list(self.traces(self.solution)))[1]
            for known in self.mistakes:
                for answer in known.answers:
                    made = self._rows(given, list(self.traces(answer)))[:2]
                    if says := besides(*made, right):
                        return known.name, f"{known.says} {says}"
        return None

    def _rows(self, given, expected):
        """What `related` takes: all numbers of a formula, or all first steps of a method."""
        name = next(iter(expected[0].values))
        if hasattr(self.cases[0], "arguments"):  # a row for each call
            a, b = ([one.values[name] for one in all] for all in (given, expected))
            calls = [call for case in self.cases for call in case.arguments]
            if len({rows.shape[1] for rows in b}) > 1:  # then one for each number
                counts = [rows.shape[1] for rows in b for _ in rows]
                calls = [call for call, n in zip(calls, counts, strict=True) for _ in range(n)]
                a, b = ([rows.reshape(-1, 1) for rows in all] for all in (a, b))
            a, b = np.concatenate(a), np.concatenate(b)
            columns = dict(zip(self.takes, zip(*calls, strict=True), strict=True))
            numbers = {x: values for x, values in columns.items() if np.isscalar(values[0])}
            return a, b, numbers
        first = [k for k, trace in enumerate(expected) if len(trace.values[name]) > 1]
        a, b = (
            np.concatenate([all[k].values[name][1] - all[k].values[name][0] for k in first])
            for all in (given, expected)
        )
        numbers = {}
        if hasattr(self.cases[0], "hyper"):
            sizes = [expected[k].values[name].shape[1] for k in first]
            for x in self.cases[0].hyper:
                numbers[x] = np.repeat([self.cases[k].hyper[x] for k in first], sizes)
        return a[:, None], b[:, None], numbers, "Each first step"

    def _does(self, given, answer):
        """Whether one of our own answers does what is given, in every case."""
        try:
            return all(map(self.same, given, self.traces(answer)))
        except Wrong:  # a slip of the pen may not even run
            return False

    def _failed(self, answer, mistake, says, given=None, expected=None, case=None):
        shown, svg = "", ""
        if given is not None:
            rows = {name: self.apart(given, expected, name) for name in expected.values}
            first = {name: given.good if row is None else row for name, row in rows.items()}
            name = min(first, key=lambda name: np.inf if first[name] is None else first[name])
            row = first[name]
            shown = self._difference(given, expected, name, row, case)
            if self.drawn:
                svg = picture.paths(expected.values[name], given.values[name], name)
        return Verdict(
            self.name, False, mistake=mistake, message=says, difference=shown, picture=svg,
            hints=self.hints, offered=offered(self.name, answer, len(self.hints)),
        )  # fmt: skip

    def _difference(self, given, expected, name, row, case):
        yours, wanted = figures(given.values[name][row], expected.values[name][row])
        where = ", ".join(filter(None, [expected.labels[row], case.label]))
        return f"First difference {where}: {name} must be {wanted}, yours is {yours}."


def figures(a, b, least=4):
    """Two arrays as text, with enough digits to tell them apart."""
    for digits in range(least, 17):
        texts = [[f"{x:.{digits}g}" for x in np.atleast_1d(row).ravel()] for row in (a, b)]
        if texts[0] != texts[1] or digits == 16:
            return [text[0] if len(text) == 1 else f"[{', '.join(text)}]" for text in texts]
    raise AssertionError


def written(takes, text):
    """A function from its lines, which a semicolon parts: `v = gamma * v; return v`."""
    lines = []
    for line in filter(None, text.split("\n    ")):
        indent = " " * (len(line) - len(line.lstrip()))
        lines += [indent + part for part in line.lstrip().split("; ")]
    return made(takes, lines)


def made(takes, lines):
    """A function from its lines, which it keeps as `lines`."""
    scope = {"np": np}
    exec(f"def answer({', '.join(takes)}):\n    " + "\n    ".join(lines), scope)
    scope["answer"].lines = lines
    return scope["answer"]


def mistake(takes, name, says, *texts):
    """A Mistake whose wrong answers are given as text."""
    return Mistake(name, says, Written([partial(written, takes, text) for text in texts]))


class Written(Sequence):
    """Functions that are made when one of them is asked for, by functions that make one each.

    The checks hold hundreds: making all of them would be most of what loading the checks takes.
    """

    def __init__(self, makers):
        self._makers = makers

    @cached_property
    def _functions(self):
        return tuple(make() for make in self._makers)

    def __getitem__(self, number):
        return self._functions[number]

    def __len__(self):
        return len(self._makers)


# --- Hints ------------------------------------------------------------------------

#: The different wrong answers of this process, by the name of the check.
tries: dict = {}


def offered(name, answer, most):
    """How many hints to offer: one after the second wrong answer, then one more for each.

    The same answer again counts once.
    """
    seen = tries.setdefault(name, [])
    code = getattr(getattr(answer, "py_func", answer), "__code__", None)
    mark = short(answer) if code is None else (code.co_code, code.co_names, repr(code.co_consts))
    if mark not in seen:
        seen.append(mark)
    return min(len(seen) - 1, most)
