"""Many runs of a sweep: what is looked at of each, and the valleys that run side by side."""

import numpy as np

from .compilation import register_jitable
from .formulas import GD, MOMENTUM, NAG, look_ahead, momentum, step
from .loop import CONVERGED, DIVERGED, FAR, MAX_STEPS, advance


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


LANES = 256  # grid points side by side: they fill the SIMD registers and stay in cache


@register_jitable
def lanes(code, ahead, correct, eigenvalues, hypers, theta, v, s, s_max, gap, rows):
    """Up to LANES points of a sweep on an axis-aligned quadratic, in step with each other.

    theta, v, s, s_max are (dim, n) and start as the method does; hypers is (5, n); gap
    (steps + 1, n) and rows (n,) are filled. The innermost loops run over the points,
    each with one formula inlined and nothing else, so that they become SIMD instructions.
    """
    dim, n = theta.shape
    eta, gamma, beta2, eps, decay = hypers[0], hypers[1], hypers[2], hypers[3], hypers[4]
    power1, power2, alive = np.ones(n), np.ones(n), np.ones(n, np.int64)
    linear = code == GD or code == MOMENTUM or code == NAG  # GD is momentum with γ = 0
    for t in range(gap.shape[0]):
        cost = gap[t]
        for k in range(n):
            cost[k] = 0.0
            rows[k] += alive[k]
        for i in range(dim):
            here, lam = theta[i], eigenvalues[i]
            for k in range(n):
                cost[k] += 0.5 * lam * here[k] * here[k]
        if t + 1 == gap.shape[0]:
            break
        if not linear:
            for k in range(n):
                power1[k] *= gamma[k] * correct
                power2[k] *= beta2[k] * correct
        for i in range(dim):
            here, speed, lam = theta[i], v[i], eigenvalues[i]
            if linear:
                for k in range(n):
                    g = lam * look_ahead(here[k], speed[k], ahead * gamma[k])
                    here[k], speed[k] = momentum(here[k], speed[k], g, eta[k], gamma[k])
            else:
                square, largest = s[i], s_max[i]
                for k in range(n):
                    here[k], speed[k], square[k], largest[k] = step(
                        code, here[k], speed[k], square[k], largest[k], lam * here[k],
                        eta[k], gamma[k], beta2[k], eps[k], decay[k], power1[k], power2[k],
                    )  # fmt: skip
            for k in range(n):
                alive[k] = alive[k] if abs(here[k]) <= FAR else 0


@register_jitable
def grid_quadratic(
    code, ahead, correct, eigenvalues, starts, hypers, steps, tol,
    losses, reached, rates, statuses,
):  # fmt: skip
    """`grid` for an axis-aligned quadratic: the same numbers, many points at a time."""
    dim, columns = eigenvalues.size, np.empty((8, steps + 1))
    for first in range(0, starts.shape[0], LANES):
        n = min(LANES, starts.shape[0] - first)
        theta, gap, rows = np.empty((dim, n)), np.empty((steps + 1, n)), np.zeros(n, np.int64)
        v, s, s_max = np.zeros((dim, n)), np.zeros((dim, n)), np.zeros((dim, n))
        for k in range(n):
            for i in range(dim):
                theta[i, k] = starts[first + k, i]
        block = np.empty((5, n))
        for column_of in range(5):
            for k in range(n):
                block[column_of, k] = hypers[first + k, column_of]
        lanes(code, ahead, correct, eigenvalues, block, theta, v, s, s_max, gap, rows)
        for k in range(n):
            if k % 8 == 0:  # eight numbers share a cache line
                for t in range(steps + 1):
                    for other in range(min(8, n - k)):
                        columns[other, t] = gap[t, k + other]
            column, here = columns[k % 8], first + k
            diverged = rows[k] <= steps
            losses[here] = np.inf if diverged else column[steps]
            statuses[here] = DIVERGED if diverged else MAX_STEPS
            reached[here], rates[here] = summarize(column, rows[k], steps, tol)
            if reached[here] >= 0:
                statuses[here] = CONVERGED
