"""A number on a slider."""

import math

import traitlets as t

from .. import arguments
from .prediction import Prediction, axis, common, shown


class Number(Prediction):
    """A number between two others; made by `number`."""

    kind = t.Unicode("number").tag(sync=True)
    axes = t.List(t.Dict()).tag(sync=True)
    answer = t.Float().tag(sync=True)
    draft = t.Float().tag(sync=True)
    guess = t.Float(None, allow_none=True).tag(sync=True)

    def asked(self):
        (axis,) = self.axes
        return [f"from {shown(axis['low'])} to {shown(axis['high'])} {axis['label']}".rstrip()]


def number(
    key, question, low, high, *,
    answer, why, model="", unit="", step=None, log=False, shows=None, alt="",
):  # fmt: skip
    """A prediction of a number, on a slider with a box to type in.

    key, question, why, model, shows, alt : as for `choice`.
    low, high : the slider's ends.  answer : a number between them.
    unit : what is counted, as in "steps".  step : the slider's, by default a power of ten
        that leaves a hundred steps or more.
    log : whether equal distances are equal factors; low must then be above 0, and the
        slider has no step.

    Returns a Number; `.guess` is the number the reader committed to, None before.
    Raises ValueError or TypeError where an argument is not so.

    >>> half = number("ex-half", "How long?", 1, 100, answer=6.58, why="γⁿ = ½.", unit="steps")
    >>> half.answer, half.axes[0]["step"], half.guess
    (6.58, 0.1, None)
    """
    if not isinstance(unit, str):
        raise TypeError(f"unit must be a text, but is {arguments.short(unit)}")
    scale = axis(("low", "high"), unit, low, high, step=step, log=log)
    answer = inside("answer", answer, scale, ("low", "high"))
    words = f"{shown(answer)} {unit.removesuffix('s') if answer == 1 else unit}".rstrip()
    return Number(
        axes=[scale], answer=answer, draft=away(scale, answer),
        **common(key, question, shown(answer), why, shows, alt, words, model),
    )  # fmt: skip


def inside(argument, value, scale, ends):
    """`value` as a float on the scale; `ends` are what the reader calls its ends."""
    value, low, high = arguments.number(argument, value), scale["low"], scale["high"]
    if not low <= value <= high:
        raise ValueError(
            f"{argument} must be from {ends[0]} to {ends[1]}, {low:g} to {high:g}, but is {value:g}"
        )
    return value


def middle(scale, part=0.5):
    """Where a marker begins: a round number near the middle, or at another part of the scale."""
    low, high = scale["low"], scale["high"]
    exact = low ** (1 - part) * high**part if scale["log"] else low + part * (high - low)
    near = float(f"{exact:.2g}")
    return near if low < near < high else exact


def away(scale, answer):
    """The middle; where the answer is near it, a place that does not give it away."""
    place = math.log if scale["log"] else float
    low, at, high = (place(x) for x in (scale["low"], answer, scale["high"]))
    return middle(scale, 0.25 if abs((at - low) / (high - low) - 0.5) < 0.1 else 0.5)
