"""Paths of SVG drawings in few words: no point that no eye would miss, no digit either."""

import re

import numpy as np

COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")


def short(d, digits=1, tolerance=0.0):
    """The path `d` (commands M, L, Q, C and z, as matplotlib writes it) from point to point.

    Coordinates get `digits` decimals; rounding errors do not add up. Points of a line are
    left out where it stays within `tolerance` of them.

    >>> short("M 10 20 L 12.04 20 L 14 20.01 L 14 9.5 z", tolerance=0.1)
    'm10 20h4v-10.5z'
    >>> short("M 0 0 Q 1.5 2 3 -4.25 L 3.25 -4", digits=2)
    'm0 0q1.5 2 3-4.25l.25 .25'
    """
    words, at, begun, last = [], (0, 0), (0, 0), ""
    for name, points in commands(d, tolerance):
        if name == "z":
            at = begun
            words.append("z")
        else:
            ends = [tuple(round(float(x) * 10**digits) for x in point) for point in points]
            steps = [(x - at[0], y - at[1]) for x, y in ends]
            if name == "L" and steps == [(0, 0)] and last:
                continue
            at = ends[-1]
            begun = at if name == "M" else begun
            name, numbers = name.lower(), [x for step in steps for x in step]
            if name == "l" and 0 in numbers:
                name, numbers = ("h", numbers[:1]) if numbers[1] == 0 else ("v", numbers[1:])
            text = joined(decimal(x, digits) for x in numbers)
            words.append((name if name != last else " " * (text[0] != "-")) + text)
        last = name if name != "z" else ""
    return "".join(words)


def decimal(number, digits):
    """`number` / 10^`digits`, written short.

    >>> [decimal(n, 1) for n in (120, -5, 34, 0)]
    ['12', '-.5', '3.4', '0']
    """
    text = f"{abs(number):0{digits + 1}d}"
    whole, rest = text[: len(text) - digits], text[len(text) - digits :].rstrip("0")
    text = (whole.lstrip("0") + "." + rest) if rest else whole
    return "-" * (number < 0) + text


def joined(numbers):
    """Numbers in a row; a minus sign separates, too."""
    return " ".join(numbers).replace(" -", "-")


def commands(d, tolerance):
    """(name, points) of each command, its lines simplified."""
    line, begun = [], None

    def drawn():
        for point in simplified(np.array(line), tolerance)[1:] if line else ():
            yield "L", [point]

    for name, text in COMMAND.findall(d):
        numbers = [float(x) for x in text.split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if name != "L":
            yield from drawn()
            line = []
            yield name, points
        begun = points[-1] if name == "M" else begun
        line.append(begun if name == "z" else points[-1])
    yield from drawn()


def simplified(points, tolerance):
    """The points of a line that it needs to stay within `tolerance` of all of them.

    Ramer (1972); Douglas and Peucker (1973). A distance is to the part of the line, not to
    the straight line through it: a path that turns back keeps its end.

    >>> simplified(np.array([[0, 0], [1, 0.01], [2, 0], [5, 0], [1, 0]]), 0.1).tolist()
    [[0.0, 0.0], [5.0, 0.0], [1.0, 0.0]]
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    parts = [(0, len(points) - 1)]
    while parts:
        a, b = parts.pop()
        if b - a < 2:
            continue
        chord, offsets = points[b] - points[a], points[a + 1 : b] - points[a]
        along = np.clip(offsets @ chord / (chord @ chord or 1.0), 0, 1)
        distances = np.hypot(*(offsets - np.outer(along, chord)).T)
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = a + 1 + farthest
            keep[middle] = True
            parts += [(a, middle), (middle, b)]
    return points[keep]
