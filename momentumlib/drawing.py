"""Drawings as SVG in few words: the backend that notebooks and live figures are stored with.

matplotlib writes millionths of a point and every point of a contour. A hundredth of a point,
and what a line needs to stay within a twentieth of it, is less than anyone sees.
"""

import io
import re

import numpy as np
from matplotlib import cbook
from matplotlib.backends.backend_svg import FigureCanvasSVG

DIGITS, TOLERANCE = 2, 0.05  # decimals; points (1/72 inch)
WIDTH = 100

PATH = re.compile(r'<path (id="[^"]*" )?d="([^"]*)"')
PLACE = re.compile(r' (?:x|y|width|height)="[^"]*"|translate\([^)]*\)')
LONG = re.compile(rf"-?\d+\.\d{{{DIGITS + 1},}}(?:e-?\d+)?")
#: A command with the lines that follow it.
RUN = re.compile(r"([MQCz])([^MQCz]*)")


class FigureCanvas(FigureCanvasSVG):
    """matplotlib's own canvas for SVG, with shorter paths."""

    def print_svg(self, filename, *, bbox_inches_restore=None, metadata=None, **unused):
        """Write the figure; called by `savefig(format="svg", backend=...)`."""
        out = io.StringIO()
        super().print_svg(out, bbox_inches_restore=bbox_inches_restore, metadata=metadata)
        text = concise(out.getvalue())
        with cbook.open_file_cm(filename, "w", encoding="utf-8") as file:
            file.write(text if cbook.file_requires_unicode(file) else text.encode())


def concise(svg):
    """matplotlib's SVG text with numbers and lines that are no longer than they need be.

    >>> concise('<path d="M 10 20 \\nL 12.041 20 \\nL 14 20.01 \\nL 14 9.5 \\nz\\n"/>')
    '<path d="M10 20L14 20.01L14 9.5z"/>'
    >>> concise('<use x="72.288435" transform="translate(1.006 2) scale(0.015625)"/>')
    '<use x="72.29" transform="translate(1.01 2) scale(0.015625)"/>'
    """
    svg = re.sub(r" *<metadata>.*?</metadata>\n", "", svg, flags=re.S)

    def place(match):
        return LONG.sub(lambda found: decimal(round(float(found[0]) * 10**DIGITS)), match[0])

    def path(match):
        name, d = match[1] or "", match[2]  # with a name: a glyph or a marker, which are small
        return f'<path {name}d="{short(d, 0.0 if name else TOLERANCE)}"'

    return PATH.sub(path, PLACE.sub(place, svg))


def decimal(hundredths):
    """The decimal number, without zeros that say nothing.

    >>> [decimal(n) for n in (1200, -50, 3, 0)]
    ['12', '-0.5', '0.03', '0']
    """
    return f"{hundredths / 10**DIGITS:.12g}"


def short(d, tolerance):
    """The path `d` (commands M, L, Q, C and z), wrapped; lines lose points within `tolerance`."""
    lines = [""]
    for name, coordinates in commands(d, tolerance * 10**DIGITS):
        word = name + " ".join(map(decimal, coordinates))
        if len(lines[-1]) + len(word) > WIDTH:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def commands(d, tolerance):
    """(name, coordinates in hundredths) of each command; its lines are simplified."""
    begun = None
    for name, text in RUN.findall(d):
        numbers = np.rint(np.array(text.replace("L", " ").split(), float) * 10**DIGITS).astype(int)
        points = numbers.reshape(-1, 2)
        if name == "M":
            begun = points[0]
        if name == "z":
            yield name, ()
            line = np.vstack([begun, points])
        else:
            curved = {"Q": 2, "C": 3}.get(name, 1)
            yield name, points[:curved].ravel().tolist()
            line = points[curved - 1 :]
        for point in simplified(line, tolerance)[1:].tolist():
            yield "L", point


def simplified(points, tolerance):
    """The points of a line that it needs to stay within `tolerance` of all of them.

    Ramer (1972); Douglas and Peucker (1973), all parts of the line at once. A distance is to
    the part, not to the straight line through it: a path that turns back keeps its end.
    Points are whole numbers and nothing is summed in another order elsewhere, so that each
    machine keeps the same ones.

    >>> simplified(np.array([[0, 0], [100, 1], [200, 0], [500, 0], [100, 0]]), 10).tolist()
    [[0, 0], [500, 0], [100, 0]]
    """
    ends = np.array([0, len(points) - 1])
    while len(points) > 2:
        part = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        chord = np.diff(points[ends], axis=0)[part]
        offset = points[:-1] - points[ends[part]]
        along = (offset * chord).sum(axis=1) / np.maximum((chord * chord).sum(axis=1), 1)
        away = offset - np.clip(along, 0, 1)[:, None] * chord
        distance = away[:, 0] ** 2 + away[:, 1] ** 2
        farthest = np.maximum.reduceat(distance, ends[:-1])[part]
        new = np.flatnonzero((distance == farthest) & (farthest > tolerance**2))
        if not len(new):
            break
        ends = np.union1d(ends, new)
    return points[ends] if len(points) > 1 else points
