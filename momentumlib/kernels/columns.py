"""The runs of a sweep side by side where there is no Numba, as in a page: NumPy takes the lanes.

Each coordinate of all runs is one array, so that a step of a thousand runs costs what one of
ten does. The formulas are the loop's own.
"""

import numpy as np

from .. import landscapes
from .codes import CONVERGED, DIVERGED, FAR, MAX_STEPS
from .formulas import BETA2, DECAY, EPS, ETA, GAMMA, look_ahead, step

#: The landscapes whose formulas take arrays: they ask nothing of θ.
KINDS = {
    "quadratic", "diagonal", "rosenbrock", "beale", "himmelblau", "ravine", "saddle", "wavy",
    "nesterov_worst",
}  # fmt: skip
#: Most costs that are kept at a time.
MOST = 5_000_000


class Columns(list):
    """A point of every run: an array for each coordinate."""

    @property
    def size(self):
        """The number of coordinates, as an array of one point says it."""
        return len(self)


def pair_of(problem):
    """(loss, grad) of a problem as they take Columns; None where they may not.

    Those of a landscape of KINDS, by its name; and a reader's own, if they give for three points
    at once what they give for each.
    """
    if getattr(problem, "_kind", "") in KINDS:
        kind = problem._simplest
        return getattr(landscapes, kind), getattr(landscapes, f"{kind}_grad")
    if problem._built_in or problem._fills or problem.data.items or problem.minibatches:
        return None

    def loss(theta, params):
        return problem._cost(np.array(theta))

    def grad(theta, params, out):
        out[:] = problem._slope(np.array(theta))

    points = problem.start + np.array([[0.0], [0.1], [-0.3]])
    slopes = Columns(np.zeros((problem.dim, 3)))
    try:
        with np.errstate(all="ignore"):
            costs = loss(Columns(points.T), problem._params)
            grad(Columns(points.T), problem._params, slopes)
        one_by_one = [[problem.f(p), *problem.grad(p)] for p in points]
        same = np.allclose(np.transpose([costs, *slopes]), one_by_one, rtol=1e-12, atol=0)
    except Exception:  # they ask something of theta, or say what is wrong when they are asked
        return None
    return (loss, grad) if same else None


def grid(
    code, ahead, correct, pair, params, starts, hypers, noise, steps, tol, floor, losses, reached,
    rates, statuses,
):  # fmt: skip
    """`grids.grid` for a pair of `pair_of`, without restarts: the same numbers."""
    n, dim = starts.shape
    loss, grad = pair
    theta = Columns(starts.T.copy())
    v, s, s_max, g = (Columns(np.zeros((dim, n))) for _ in range(4))
    costs, rows, alive = np.empty((steps + 1, n)), np.full(n, steps + 1), np.ones(n, bool)
    power1 = power2 = 1.0
    with np.errstate(all="ignore"):  # a run that has diverged goes on, and nobody looks
        for t in range(steps + 1):
            costs[t] = loss(theta, params)
            if t == steps or not alive.any():
                break
            hyper = hypers[:, min(t, hypers.shape[1] - 1)].T
            gamma = hyper[GAMMA]
            at = theta
            if ahead:
                at = Columns(look_ahead(*pair, gamma) for pair in zip(theta, v, strict=True))
            grad(at, params, g)
            power1, power2 = power1 * gamma * correct, power2 * hyper[BETA2] * correct
            for i in range(dim):
                slope = g[i] + noise[:, t, i] if len(noise) else g[i]
                theta[i], v[i], s[i], s_max[i] = step(
                    code, theta[i], v[i], s[i], s_max[i], slope, hyper[ETA], gamma, hyper[BETA2],
                    hyper[EPS], hyper[DECAY], power1, power2,
                )  # fmt: skip
                lost = alive & ~(np.abs(theta[i]) <= FAR)
                if lost.any():
                    rows[lost], alive = t + 1, alive & ~lost
    for k, column in enumerate(costs.T.copy()):
        gap = column[: rows[k]]
        losses[k] = gap[-1] if alive[k] else np.inf
        reached[k], rates[k] = summary(gap - floor, steps, tol)
        statuses[k] = MAX_STEPS if alive[k] else DIVERGED
        if alive[k] and reached[k] >= 0:
            statuses[k] = CONVERGED


def summary(gap, steps, tol):
    """`summaries.summarize` of one run, on whole arrays."""
    rows, first = len(gap), gap[0]
    above = np.flatnonzero(~(gap[5:] <= 1e-24 * first))
    last = min(rows - 1, 4) if not above.size else above[-1] + 5
    reached = -1
    if rows == steps + 1:
        above = np.flatnonzero(~(gap <= tol * first))
        reached = above[-1] + 1 if above.size else 0
        reached = -1 if reached == rows else reached
    quarter = last // 4
    if quarter == 0 or not first > 0:
        return reached, np.nan
    early = gap[quarter : 2 * quarter].max(initial=0.0)
    late = gap[last - quarter + 1 : last + 1].max(initial=0.0)
    if early <= 0:
        return reached, np.nan
    return reached, (late / early) ** (0.5 / (last - 2 * quarter + 1))
