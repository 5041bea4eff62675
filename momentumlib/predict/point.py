"""A point in a plane."""

import traitlets as t

from ..arguments import short
from .number import inside, middle
from .prediction import Prediction, axis, common, shown


class Point(Prediction):
    """A pair of numbers; made by `point`."""

    kind = t.Unicode("point").tag(sync=True)
    axes = t.List(t.Dict()).tag(sync=True)
    answer = t.List(t.Float()).tag(sync=True)
    draft = t.List(t.Float()).tag(sync=True)
    guess = t.List(t.Float(), None, allow_none=True).tag(sync=True)

    def asked(self):
        return [f"{a['label']} from {shown(a['low'])} to {shown(a['high'])}" for a in self.axes]


def point(key, question, x, y, *, answer, why, model="", shows=None, alt=""):
    """A prediction of a point, with a marker that is dragged or moved by keys.

    key, question, why, model, shows, alt : as for `choice`.
    x, y : the plane's axes, each (label, low, high).  answer : (x, y) in the plane.

    Returns a Point; `.guess` is the [x, y] the reader committed to, None before.
    Raises ValueError or TypeError where an argument is not so.

    >>> best = point("ex-best", "Where?", ("η", 0, 4), ("γ", 0, 1), answer=(1, 0.5), why="Roots.")
    >>> best.answer, best.draft, best.guess
    ([1.0, 0.5], [2.0, 0.5], None)
    """
    axes = [plane(name, value) for name, value in (("x", x), ("y", y))]
    try:
        first, second = answer
    except (TypeError, ValueError):
        raise TypeError(f"answer must be a pair (x, y), but is {short(answer)}") from None
    answer = [
        inside(f"answer[{i}]", part, axes[i], (f"{name}[1]", f"{name}[2]"))
        for i, (part, name) in enumerate(zip((first, second), "xy", strict=True))
    ]
    labels, values = (", ".join(part) for part in ([a["label"] for a in axes], map(shown, answer)))
    said = f"({values})"
    return Point(
        axes=axes, answer=answer, draft=[middle(a) for a in axes],
        **common(key, question, said, why, shows, alt, f"({labels}) = {said}", model),
    )  # fmt: skip


def plane(name, value):
    """One axis of the plane from (label, low, high)."""
    try:
        label, low, high = value
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be (label, low, high), but is {short(value)}") from None
    if not isinstance(label, str) or not label.strip():
        raise ValueError(f"{name} must begin with its label, but that is {short(label)}")
    return axis((f"{name}[1]", f"{name}[2]"), label, low, high)
