"""Goals: what a figure asks its reader to reach, in a form that Python and the page understand.

A condition is text. "J2 < 0.001" compares a measure of the figure (what its `measures` gives)
or a trait with a number; "only gamma eta" says that all other controls are as they were when
the figure opened. The player's place counts for nothing.
"""

import operator
import re

from ..arguments import text

COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
CONDITION = re.compile(r"(\w+) (<=?|>=?) (-?[\d.]+(?:e-?\d+)?)|only((?: \w+)+)")


def goal(words, *conditions):
    """A goal for a live figure: its sentence, and conditions that all must hold.

    >>> goal("Reach the star, with γ alone.", "J2 < 0.001", "only gamma")["when"]
    ['J2 < 0.001', 'only gamma']
    """
    for condition in conditions:
        if not CONDITION.fullmatch(text("conditions", condition)):
            raise ValueError(
                f'conditions must be like "J < 0.001" or "only gamma", but one is {condition!r}'
            )
    if not conditions:
        raise ValueError("a goal needs a condition, such as 'J < 0.001'")
    return {"text": text("words", words), "when": list(conditions)}


def checked(name, value):
    """A goal as `goal` gives it; None or an empty one for none."""
    if not value:
        return {}
    if not isinstance(value, dict) or value.keys() != {"text", "when"}:
        raise TypeError(f"{name} must be what ml.live.goal gives, but is {type(value).__name__}")
    return goal(value["text"], *value["when"])


def holds(condition, measures, opened, now):
    """Whether a condition holds: `opened` and `now` are the traits by name."""
    name, sign, number, only = CONDITION.fullmatch(condition).groups()
    if only:
        return all(now[trait] == opened[trait] for trait in opened.keys() - set(only.split()))
    value = measures[name] if name in measures else now[name]
    return bool(COMPARED[sign](value, float(number)))
