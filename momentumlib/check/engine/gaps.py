"""Questions made of an exercise: its solution without one line, and lines that may stand there.

Each wrong line makes a known mistake of the exercise, so what is said of it is the check's own
sentence.

>>> from momentumlib.check.ch1_descent.gd import EXERCISE
>>> gap = next(gaps(EXERCISE))
>>> gap.right, gap.wrong["return theta + eta * grad"]  # doctest: +NORMALIZE_WHITESPACE
('return theta - eta * grad', 'Your step climbs: `eta * grad` must be taken away from `theta`.')
"""

from dataclasses import dataclass

#: Most wrong lines of a question, and fewest.
MOST, FEWEST = 3, 2


@dataclass(frozen=True)
class Gap:
    """A solution's lines, the number of that which is asked for, and {wrong line: its sentence}."""

    lines: tuple
    number: int
    wrong: dict

    @property
    def right(self):
        """The line that is asked for."""
        return self.lines[self.number].strip()


def gaps(exercise):
    """The questions of an exercise, that with the most known mistakes first."""
    solution, found = tuple(getattr(exercise.solution, "lines", ())), {}
    for mistake in exercise.mistakes:
        for number, line in filter(None, (only(solution, each) for each in mistake.answers)):
            asked = found.setdefault(number, {})
            if mistake.says not in asked.values():  # the first of its forms
                asked[line] = mistake.says
    for number, wrong in sorted(found.items(), key=lambda item: -len(item[1])):
        if len(wrong) >= FEWEST:
            yield Gap(solution, number, dict(list(wrong.items())[:MOST]))


def only(solution, answer):
    """(number, line) of the only line in which an answer differs from a solution; else None."""
    lines = getattr(answer, "lines", ())
    if len(lines) != len(solution):
        return None
    differ = [n for n, pair in enumerate(zip(solution, lines, strict=True)) if pair[0] != pair[1]]
    if len(differ) != 1 or lines[differ[0]].strip() == "pass":
        return None
    return differ[0], lines[differ[0]].strip()
