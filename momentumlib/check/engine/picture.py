"""Two small paths in one picture: the one expected, and the reader's."""

from html import escape

import numpy as np

from ...palette import LIGHT

WIDTH, HEIGHT, EDGE = 320, 190, 14


def paths(expected, given, title):
    """An SVG of two paths, rows of points of shape (rows, 1 or more); "" where nothing shows.

    Two coordinates or more are drawn as a path in the plane of the first two, one
    coordinate over the rows. The expected one has a full line and dots, the other a
    broken line and crosses. What runs far off is cut at the edge.

    >>> svg = paths(np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]]), "theta")
    >>> svg.startswith("<svg"), "yours" in svg
    (True, True)
    """
    flat = expected.shape[1] > 1
    expected, given = _plane(expected), _plane(given)
    good = np.isfinite(given).all(axis=1)
    given = given[: len(given) if good.all() else int(np.argmin(good))]
    if len(expected) < 2 or not np.isfinite(expected).all():
        return ""
    middle, reach = (expected.max(0) + expected.min(0)) / 2, np.ptp(expected, axis=0)
    reach = np.where(reach > 0, reach, reach.max() or 1.0)
    far = np.clip(given, middle - 1.5 * reach, middle + 1.5 * reach)
    everything = np.vstack([expected, far])
    low, span = everything.min(0), np.ptp(everything, axis=0)
    span = np.where(span > 0, span, 1.0)
    room = np.array([WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE - 18])

    def placed(points):
        x, y = (EDGE + (points - low) / span * room).T
        return np.column_stack([x, HEIGHT - y])

    says = f"{title}: the expected path and yours, which part after a common start"
    x, y = placed(expected)[0]
    start = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="currentColor"/>' if flat else ""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(says)}" style="max-width:100%;font:12px sans-serif">'
        f"{_line(placed(expected), 'momentum', '', _dot)}{_line(placed(far), 'nag', '5 3', _cross)}"
        f"{start}{_legend(f'{title} from ●' if flat else title)}</svg>"
    )


def _plane(points):
    points = np.asarray(points, float)
    if points.shape[1] == 1:
        return np.column_stack([np.arange(len(points)), points])
    return points[:, :2]


def _color(role):
    return f"var(--fig-{role}, {LIGHT[role]})"


def _line(points, role, dashes, mark):
    """A line through the points, with a mark at each of them (at some of very many)."""
    shown = points[:: max(1, len(points) // 25)]
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    marks = "".join(mark(x, y) for x, y in shown)
    return (
        f'<g fill="none" stroke="{_color(role)}" stroke-width="1.6">'
        f'<polyline points="{corners}" stroke-dasharray="{dashes}"/>{marks}</g>'
    )


def _dot(x, y):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'


def _cross(x, y):
    return f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6"/>'


def _legend(title):
    def entry(x, role, dashes, mark, word):
        line = np.array([[x, 10.0], [x + 24, 10.0]])
        text = f'<text x="{x + 31}" y="14" fill="currentColor">{word}</text>'
        return _line(line, role, dashes, mark) + text

    first = entry(EDGE, "momentum", "", _dot, "expected")
    second = entry(EDGE + 110, "nag", "5 3", _cross, "yours")
    name = f'<text x="{WIDTH - EDGE}" y="14" text-anchor="end" fill="currentColor">'
    return f"{first}{second}{name}{escape(title)}</text>"
