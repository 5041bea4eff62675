"""The runs of a sweep one after the other."""

import numpy as np

from .codes import CONVERGED, DIVERGED
from .compilation import register_jitable
from .loop import advance
from .summaries import summarize


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
