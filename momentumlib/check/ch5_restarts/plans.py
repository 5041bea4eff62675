"""What the exercises on schedules share: an answer is asked at each time t."""

import re

from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import Points, asker
from ..engine.slips import slips

EVERY = tuple(range(0, 60, 3))


def _points(takes, *, rule="", **given):
    """A case: the answer asked at each of the times t, all else fixed."""
    times, fixed = given.pop("t"), tuple(given[name] for name in takes if name != "t")
    label = ", ".join(f"{name} = {value:g}" for name, value in given.items())
    named = tuple(f"at t = {t}" for t in times)
    return Points(tuple((t, *fixed) for t in times), named, rule, label)


def planned(name, gives, takes, solution, bound, mistakes, cases, hints):
    """An Exercise on a schedule; `mistakes` has a row (name, what to say, answers …) for each.

    A mistake is known, too, where `min(…, bound)` is forgotten beside it.
    """
    free = lambda text: re.sub(rf"\bmin\((.*), {bound}\)", r"(\1)", text)
    both = lambda texts: dict.fromkeys(form for text in texts for form in (text, free(text)))
    known = tuple(
        mistake(takes, called, says, *(f"return {text}" for text in both(texts)))
        for called, says, *texts in mistakes
    )
    points = tuple(_points(takes, **case) for case in cases)
    right = written(takes, f"return {solution}")
    slipped = tuple(mistake(takes, *row) for row in slips(f"return {solution}"))
    return Exercise(name, takes, right, known, points, asker(gives), hints, slips=slipped)
