"""The runs of a sweep one after the other, and what is looked at of each."""

import numpy as np

from .compilation import register_jitable
from .loop import CONVERGED, DIVERGED, advance


@register_jitable
def summarize(gap, rows, steps, tol):
    """(steps to tolerance, rate) of one run from its gaps J - J*, rows of them valid.

    Steps: the first t from which the gap stays at tol times the first or below;
    -1 for never. Rate: the factor by which the error sqrt(gap) shrinks a step,
    between the largest gaps of the second and of the last quarter, so that an
    oscillation does not count; rounding ends the window, so that a run that has
    arrived keeps the rate at which it came.
    """
    first = gap[0]
    last = rows - 1
    while last > 4 and gap[last] <= 1e-24 * first:
        last -= 1
    reached = -1
    if rows == steps + 1:
        reached = rows
        while reached > 0 and gap[reached - 1] <= tol * first:
            reached -= 1
        if reached == rows:
            reached = -1
    quarter = last // 4
    if quarter == 0 or not first > 0:
        return reached, np.nan
    early = late = 0.0
    for t in range(quarter, 2 * quarter):
        early = max(early, gap[t])
        late = max(late, gap[t + last - 2 * quarter + 1])
    if early <= 0:
        return reached, np.nan
    return reached, (late / early) ** (0.5 / (last - 2 * quarter + 1))


@register_jitable
def grid(
    code, ahead, correct, by_rule, rule, data, loss, grad, params, starts, hypers, noise, restart,
    steps, tol, floor, losses, reached, rates, statuses,
):  # fmt: skip
    """`advance` at each point: starts (n, dim), hypers (n, steps or 1, 5), noise (n or 0, …)."""
    dim = starts.shape[1]
    work, carry = np.zeros((6, dim)), np.empty(6)
    path, states = np.empty((steps + 1, dim)), np.empty((0, 3, dim))
    marks, result = np.empty(steps, np.int64), np.zeros(3, np.int64)
    gap, quiet, unasked = np.empty(steps + 1), np.empty((0, dim)), np.empty(0)
    for k in range(starts.shape[0]):
        for i in range(dim):  # explicit loops: array assignments take seconds to compile
            path[0, i] = starts[k, i]
            for row in range(6):
                work[row, i] = 0.0
        advance(
            code, ahead, correct, by_rule, rule, data, loss, grad, params, work, carry, hypers[k],
            noise[k] if noise.shape[0] > 0 else quiet,
            restart, 0.0, 1, 0, steps, steps, path, gap, unasked, states, marks, result,
        )  # fmt: skip
        rows = result[0]
        losses[k] = gap[rows - 1]
        statuses[k] = result[1]
        for t in range(rows):
            gap[t] -= floor
        reached[k], rates[k] = summarize(gap, rows, steps, tol)
        if result[1] == DIVERGED:
            losses[k] = np.inf
        elif reached[k] >= 0:
            statuses[k] = CONVERGED
