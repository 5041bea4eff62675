"""Whether a gradient is that of its cost: finite differences."""

import numpy as np

from .arguments import short

#: Up to so many coordinates, each is looked at; of more, so many, and directions through all.
ALL, SAMPLE, DIRECTIONS = 64, 24, 4


def check(problem):
    """Compare a problem's gradient with central differences of its cost, at three points.

    Raises ValueError where they disagree.
    """
    rng = np.random.default_rng(0)
    dim = problem.dim
    some = range(dim) if dim <= ALL else np.sort(rng.choice(dim, SAMPLE, replace=False))
    directions = [] if dim <= ALL else rng.choice([-1.0, 1.0], (DIRECTIONS, dim))
    for point in (problem.start, *(problem.start + rng.normal(size=(2, dim)))):
        g = problem.grad(point)
        h = 1e-6 * np.maximum(1, np.abs(point))
        slopes = [_slope(problem, point, _one(i, h)) for i in some]
        slope, noise = (np.array(part) / h[some] for part in zip(*slopes, strict=True))
        _compare(point, g[some], slope, noise, lambda k, some=some: f"coordinate {some[k]} is")
        for along in directions:
            slope, noise = _slope(problem, point, 1e-6 * along)
            told = np.array([g @ along]), np.array([slope]) / 1e-6, np.array([noise]) / 1e-6
            _compare(point, *told, lambda k: "its sum with random signs is")


def _one(i, h):
    step = np.zeros(h.size)
    step[i] = h[i]
    return step


def _slope(problem, point, step):
    """(half the difference of J across ± step, what rounding may add to it)."""
    ahead, behind = problem.f(point + step), problem.f(point - step)
    return (ahead - behind) / 2, np.spacing(max(abs(ahead), abs(behind)))


def _compare(point, g, slope, noise, what):
    wrong = ~(np.abs(g - slope) <= 1e-4 * np.maximum(1, np.abs(slope)) + 4 * noise)
    if wrong.any():
        k = int(np.argmax(wrong))
        hint = "; its sign is wrong" if np.allclose(g, -slope, 1e-3, 1e-4) else ""
        raise ValueError(
            f"grad disagrees with f at theta = {short(point)}: {what(k)} "
            f"{g[k]:.6g}, finite differences of f give {slope[k]:.6g}{hint}"
        )
