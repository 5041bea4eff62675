"""Goals: what a figure asks its reader to reach, in a form that Python and the page understand.

A condition is text. "J2 < 0.001" compares a measure of the figure (what its `measures` gives)
or a trait with a number; "only gamma eta" says that all other controls are as they were when
the figure opened. The player's place counts for nothing.
"""

import operator
import re

from ...arguments import listed, short, text

COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
CONDITION = re.compile(r"(\w+) (<=?|>=?) (-?[\d.]+(?:e-?\d+)?)|only((?: \w+)+)")


def goal(words, when):
    """A goal for a live figure: its sentence, and a condition, or several that all must hold.

    >>> goal("Reach the star, with γ alone.", ["J2 < 0.001", "only gamma"])["when"]
    ['J2 < 0.001', 'only gamma']
    """
    when = [when] if isinstance(when, str) else listed("when", when)
    return {"text": text("words", words), "when": [condition("when", each) for each in when]}


def condition(name, value):
    """A condition as the figures understand it."""
    if not CONDITION.fullmatch(text(name, value)):
        raise ValueError(f'{name} must be like "J < 0.001" or "only gamma", but is {short(value)}')
    return value


def checked(name, value):
    """A goal as `goal` gives it; {} for None."""
    if value is None or (isinstance(value, dict) and not value):
        return {}
    if not isinstance(value, dict) or value.keys() != {"text", "when"}:
        raise TypeError(f"{name} must be what ml.live.goal gives, but is {short(value)}")
    when = [condition(name, each) for each in listed(name, value["when"])]
    return {"text": text(name, value["text"]), "when": when}


def holds(condition, measures, opened, now):
    """Whether a condition holds: `opened` and `now` are the traits by name."""
    name, sign, number, only = CONDITION.fullmatch(condition).groups()
    if only:
        return all(now[trait] == opened[trait] for trait in opened.keys() - set(only.split()))
    value = measures[name] if name in measures else now[name]
    return bool(COMPARED[sign](value, float(number)))
