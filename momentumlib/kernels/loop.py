"""The one loop that runs a method on a problem.

The same text runs compiled and as plain Python. What differs are the small functions at
its top: over the coordinates, compiled code loops, and plain Python takes whole arrays.
"""

import numpy as np

from .codes import CONVERGED, DIVERGED, EVERY, FAR, MANY, MAX_STEPS, ON_GRADIENT, ON_INCREASE
from .compilation import HAVE_NUMBA, compiled, overload, register_jitable
from .formulas import BETA2, DECAY, EPS, ETA, GAMMA, OWN, look_ahead, step

NO_DATA = np.zeros(0)


# --- All coordinates --------------------------------------------------------------


def update(
    code, by_rule, rule, data, place, r, q, v, s, s_max, g, t,
    eta, gamma, beta2, eps, decay, power1, power2,
):  # fmt: skip
    """One step of any method: row r of place gives row q; v, s, s_max change."""
    hyper = eta, gamma, beta2, eps, decay, power1, power2
    if by_rule:
        rule(code, place[r], v, s, s_max, g, float(t), *hyper, data, place[q])
    elif HAVE_NUMBA and g.size >= MANY:
        compiled("many")(code, place[r], v, s, s_max, g, float(t), *hyper, NO_DATA, place[q])
    else:
        place[q], v[:], s[:], s_max[:] = step(code, place[r], v, s, s_max, g, *hyper)


@overload(update)
def _update(
    code, by_rule, rule, data, place, r, q, v, s, s_max, g, t,
    eta, gamma, beta2, eps, decay, power1, power2,
):  # fmt: skip
    def update(
        code, by_rule, rule, data, place, r, q, v, s, s_max, g, t,
        eta, gamma, beta2, eps, decay, power1, power2,
    ):  # fmt: skip
        if by_rule:
            rule(
                code, place[r], v, s, s_max, g, float(t),
                eta, gamma, beta2, eps, decay, power1, power2, data, place[q],
            )  # fmt: skip
        else:
            for i in range(g.size):
                place[q, i], v[i], s[i], s_max[i] = step(
                    code, place[r, i], v[i], s[i], s_max[i], g[i],
                    eta, gamma, beta2, eps, decay, power1, power2,
                )  # fmt: skip

    return update


def ahead_of(place, r, v, gamma, at):
    """Where NAG measures the gradient."""
    if HAVE_NUMBA and at.size >= MANY:
        compiled("all_ahead")(place, r, v, float(gamma), at)
    else:
        at[:] = look_ahead(place[r], v, gamma)


@overload(ahead_of)
def _ahead_of(place, r, v, gamma, at):
    return all_ahead


@register_jitable
def all_ahead(place, r, v, gamma, at):
    """`ahead_of`, one coordinate after the other."""
    for i in range(at.size):
        at[i] = look_ahead(place[r, i], v[i], gamma)


def near(place, q):
    """Whether no coordinate has diverged: not for NaN either."""
    if HAVE_NUMBA and place.shape[1] >= MANY:
        return compiled("all_near")(place, q)
    return bool((np.abs(place[q]) <= FAR).all())


@overload(near)
def _near(place, q):
    return all_near


@register_jitable
def all_near(place, q):
    """`near`, one coordinate after the other."""
    far = 0
    for i in range(place.shape[1]):
        far += 0 if abs(place[q, i]) <= FAR else 1
    return far == 0


def squares(g):
    """The sum of the squares of g."""
    return float(np.sum(g * g))


@overload(squares)
def _squares(g):
    def squares(g):
        total = 0.0
        for i in range(g.size):
            total += g[i] * g[i]
        return total

    return squares


def put(place, r, out):
    """Row r of place becomes out."""
    out[:] = place[r]


@overload(put)
def _put(place, r, out):
    def put(place, r, out):
        for i in range(out.size):  # array assignments take seconds to compile
            out[i] = place[r, i]

    return put


@register_jitable
def slope_along(g, place, r, q):
    """g·(step from row r to row q)."""
    total = 0.0
    for i in range(g.size):
        total += g[i] * (place[q, i] - place[r, i])
    return total


# --- The loop ---------------------------------------------------------------------


@register_jitable
def advance(
    code, ahead, correct, by_rule, rule, data, loss, grad, params, work, carry, hyper, noise,
    restart, tol, keep, first, last, steps, path, losses, norms, states, marks, result,
):  # fmt: skip
    """Run one method on one problem from step `first` to step `last` of `steps`.

    code, ahead    method; 1 if it measures the gradient at the look-ahead point
    correct        1 for bias correction
    by_rule        1 if rule takes the steps: a reader's own, or `many` for many coordinates
    rule, data     what takes them, called as `many` is, and the numbers of a reader's own
    loss, grad     loss(theta, params) -> float; grad(theta, params, out) fills out
    work           (7, dim) zeros: the point measured at, theta, v, s, s_max, gradient, next
                   theta; theta and the last row are used with keep > 1 only
    carry          (6,): what the next call goes on with; at its end the steps taken
    hyper          (steps or 1, 5): eta, gamma or beta1, beta2, eps, weight decay
    noise          (last - first, dim) added to the gradients, or no rows
    restart        (kind, k): what resets v, and every how many steps
    tol            stop at a gradient norm of tol or less; 0 never stops
    keep           every so many steps are kept, and the last
    path           (rows, dim): theta after each kept step; row 0 holds the start
    losses, norms  (rows,): J and the gradient's length there, or no entries
    states         (rows, 3, dim): v, s, s_max there, or no rows
    marks          (steps,): the steps from which v starts again at zero, or no entries
    result         (3,): rows of path filled, status, number of restarts
    """
    at, v, s, s_max, g = work[0], work[2], work[3], work[4], work[5]
    place = path if keep == 1 else work
    if first == 0:
        carry[0] = carry[1] = 1.0
        carry[2] = carry[3] = carry[4] = 0.0
        result[0], result[1], result[2] = 0, MAX_STEPS, 0
        if keep > 1:
            put(path, 0, work[1])
    power1, power2, since, before = carry[0], carry[1], int(carry[2]), carry[3]
    again = carry[4] > 0  # whether v starts again at zero
    r, q, row, t, cost, square = 1, 6, result[0], first, 0.0, 0.0
    next_kept = row * keep  # no division in the loop

    while t < last or last == steps:  # the row of the last step belongs to the last call
        if keep == 1:
            r, q = t, t + 1
        rises, kept = restart[0] == ON_INCREASE, t == next_kept or t == steps
        lost = result[1] == DIVERGED
        if (rises and not lost) or (losses.size > 0 and (kept or lost)):
            put(place, r, at)  # a copy: a reader's function may write into it
            cost = loss(at, params)
        again = again or (restart[0] == EVERY and since == restart[1])
        again = again or (rises and t > 0 and cost > before)
        before = cost
        if again and t < steps and not lost:
            for i in range(v.size):
                v[i] = 0.0
            power1 = 1.0
            since = 0
            marks[result[2]] = t
            result[2] += 1
        measured = tol > 0 or (norms.size > 0 and (kept or lost))
        if measured or (t < steps and not ahead):
            put(place, r, at)
            grad(at, params, g)
        if measured:
            square = squares(g)
        if tol > 0 and square <= tol * tol and not lost:
            result[1] = CONVERGED
        over = t == steps or result[1] != MAX_STEPS
        if states.shape[0] > 0 and not lost:  # into the next free row, where it stays if kept
            put(work, 2, states[row, 0])
            put(work, 3, states[row, 1])
            put(work, 4, states[row, 2])
        if kept or over:
            if keep > 1:  # else place is the path
                put(place, r, path[row])
            if losses.size > 0:
                losses[row] = cost
            if norms.size > 0:
                norms[row] = np.sqrt(square)
            row += 1
            next_kept = t + keep
        carry[5] = t
        if over:
            break

        k = min(t, hyper.shape[0] - 1)
        gamma = hyper[min(since, hyper.shape[0] - 1), GAMMA]
        if ahead:
            ahead_of(place, r, v, gamma, at)
            grad(at, params, g)
        power1 *= gamma * correct
        power2 *= hyper[k, BETA2] * correct
        if noise.shape[0] > 0:
            for i in range(g.size):
                g[i] += noise[t - first, i]
        update(
            code, by_rule, rule, data, place, r, q, v, s, s_max, g, t, hyper[k, ETA], gamma,
            hyper[k, BETA2], hyper[k, EPS], hyper[k, DECAY], power1, power2,
        )  # fmt: skip
        if near(place, q):
            again = restart[0] == ON_GRADIENT and slope_along(g, place, r, q) > 0
            since += 1
            t += 1
            r, q = q, r
        else:
            result[1] = DIVERGED
            if kept:
                break  # else the last finite row is to be kept yet
    if keep > 1 and r != 1:
        put(work, r, work[1])
    carry[0], carry[1], carry[2], carry[3] = power1, power2, since, before
    carry[4] = 1.0 if again else 0.0
    result[0] = row


@register_jitable
def simulate(
    code, ahead, correct, rule, loss, grad, params, work, hyper, noise, restart, tol,
    path, states, marks, result, carry,
):  # fmt: skip
    """`advance` over all steps, as a page runs it: every row kept, no cost, no length.

    work (6, dim), result (3,) and carry (6,) are the page's; a reader's step has no data there.
    """
    steps, none = hyper.shape[0], carry[:0]
    advance(
        code, ahead, correct, code >= OWN, rule, params[:0], loss, grad, params, work, carry,
        hyper, noise, restart, tol, 1, 0, steps, steps, path, none, none, states, marks, result,
    )  # fmt: skip


@register_jitable
def evaluate(loss, params, points, at, out):
    """out[k] = J(points[k]); at (dim,) takes each point, so that no f can spoil them."""
    for k in range(points.shape[0]):
        put(points, k, at)
        out[k] = loss(at, params)
