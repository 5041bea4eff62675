"""The runs of a sweep side by side, LANES of them at a time, and what is kept of each.

What a step is made of, `slopes`, `moves` and `march`, stands in lanes.py.
"""

from functools import cache, lru_cache

import numpy as np

from .. import landscapes
from . import lanes
from .codes import CONVERGED, DIVERGED, FAR, MAX_STEPS
from .compilation import HAVE_NUMBA, compile_function, jit, register_jitable, stamp
from .lanes import BETA2, GAMMA, LANES, POWER1, POWER2, S_MAX, STRIDE, WIDTH, S, V
from .summaries import NOTES, summarize, summarize_lanes

if HAVE_NUMBA:
    from .pointers import Pointer, PointerType

#: What is FAR costs nearly twice this or more, as no curvature of a quadratic is below 1.
STEEP = 0.25 * FAR * FAR

# --- Side by side -----------------------------------------------------------------


@register_jitable
def grid_lanes(
    slopes, moves, march, data, code, ahead, correct, strides, params, starts, hypers, steps, tol,
    floor, losses, reached, rates, statuses,
):  # fmt: skip
    """`grid` without noise and restarts: the same numbers, LANES points at a time.

    slopes, moves, march : the pieces of lanes.py;  data : of a reader's step;
    strides : 1 where `march` may be used.
    """
    points, dim = starts.shape
    state, then, hyper = np.zeros(dim * WIDTH), np.zeros(dim * WIDTH), np.zeros(7 * LANES)
    strides_in = steps // STRIDE + 1
    # costs row by row, and the highest of every STRIDE rows; costs of one lane
    gap, high = np.empty((steps + 1) * LANES), np.empty(strides_in * LANES)
    column, note, peak = np.empty(steps + 1), np.empty(NOTES, np.int64), np.empty(2 * LANES)
    far, rows, odd = np.empty(LANES), np.empty(LANES, np.int64), np.empty(LANES, np.int64)
    arrived, rate = np.empty(LANES, np.int64), np.empty(LANES)
    for first in range(0, points, LANES):
        count = min(LANES, points - first)
        for k in range(LANES):  # what is left of the last block runs its last point again
            for i in range(dim):
                state[i * WIDTH + k] = starts[first + min(k, count - 1), i]
                for row in (V, S, S_MAX):
                    state[i * WIDTH + row + k] = 0.0
            rows[k], odd[k] = steps + 1, 0
            hyper[POWER1 + k] = hyper[POWER2 + k] = correct
        load(hypers, first, count, 0, hyper)
        alive, t = LANES, 0
        while alive > 0:
            if strides == 1 and t % STRIDE == 0 and t + STRIDE <= steps:
                row = t * LANES
                most = high[row // STRIDE :]
                march(state, then, hyper, params, gap[row:], most, far)
                lost = 0
                for k in range(LANES):
                    lost += 0 if far[k] <= FAR else 1
                    lost += 0 if most[k] <= STEEP else 1
                if lost == 0:  # else one step after the other, to see which one it was
                    state, then = then, state
                    t += STRIDE
                    continue
            if hypers.shape[1] > 1 and t < steps:
                load(hypers, first, count, t, hyper)
            slopes(ahead, dim, state, hyper, params, gap[t * LANES :])
            if t % STRIDE == STRIDE - 1:
                row = (t + 1 - STRIDE) * LANES
                raise_peaks(gap[row:], high[row // STRIDE :], odd)
            if t == steps:
                break
            if correct == 1:
                for k in range(LANES):
                    hyper[POWER1 + k] *= hyper[GAMMA + k]
                    hyper[POWER2 + k] *= hyper[BETA2 + k]
            moves(code, dim, float(t), state, hyper, data)
            t += 1
            alive -= lost_lanes(t, dim, state, rows)
        summarize_lanes(gap, high, floor, rows, steps, tol, note, peak, arrived, rate)
        for k in range(count):
            here = first + k
            reached[here], rates[here] = arrived[k], rate[k]
            if odd[k]:  # some cost is no number
                for row in range(rows[k]):
                    column[row] = gap[row * LANES + k] - floor
                reached[here], rates[here] = summarize(column, rows[k], steps, tol)
            losses[here] = gap[steps * LANES + k] if rows[k] > steps else np.inf
            statuses[here] = MAX_STEPS if rows[k] > steps else DIVERGED
            if reached[here] >= 0:
                statuses[here] = CONVERGED


@register_jitable
def raise_peaks(gap, high, odd):
    """The highest of STRIDE rows of costs; note in which lanes one of them is no number."""
    strange = 0
    for k in range(LANES):
        peak = total = gap[k]
        for u in range(1, STRIDE):
            peak = max(peak, gap[u * LANES + k])
            total += gap[u * LANES + k]
        high[k] = peak
        strange += 0 if total == total else 1
    if strange > 0:
        for k in range(LANES):
            for u in range(STRIDE):
                odd[k] = odd[k] if gap[u * LANES + k] == gap[u * LANES + k] else 1


@register_jitable
def load(hypers, first, count, t, hyper):
    """The hyperparameters of step t into their rows."""
    for row in range(5):
        for k in range(LANES):
            hyper[row * LANES + k] = hypers[first + min(k, count - 1), t, row]


@register_jitable
def lost_lanes(t, dim, state, rows):
    """How many lanes have diverged with step t; they are laid to rest at 0."""
    lost = 0
    for i in range(dim):
        b = i * WIDTH
        for k in range(LANES):
            lost += 0 if abs(state[b + k]) <= FAR else 1  # 1 for NaN as well
    if lost == 0:
        return 0
    count = 0
    for k in range(LANES):
        far = False
        for i in range(dim):
            far = far or not abs(state[i * WIDTH + k]) <= FAR
        if far:
            if rows[k] > t:
                rows[k] = t
                count += 1
            for i in range(dim):
                for row in (0, V, S, S_MAX):
                    state[i * WIDTH + row + k] = 0.0
    return count


# --- Compilation, on demand -------------------------------------------------------


@cache
def pieces():
    """Numba's types of the pieces of a step in all lanes."""
    from numba import float64, int64, types

    vec, fixed = float64[::1], types.Array(float64, 1, "C", readonly=True)
    return {
        "slopes": types.void(int64, int64, vec, vec, fixed, vec),
        "moves": types.void(int64, int64, float64, vec, vec, fixed),
        "march": types.void(vec, vec, vec, fixed, vec, vec, vec),
    }


@cache
def compiled_lanes():
    """`grid_lanes`, compiled for its one signature; as it is without Numba."""
    if not HAVE_NUMBA:
        return grid_lanes
    from numba import float64, int64, types

    calls = (PointerType(signature) for signature in pieces().values())
    vec, mat, cube = float64[::1], float64[:, ::1], float64[:, :, ::1]
    fixed, whole = types.Array(float64, 1, "C", readonly=True), int64[::1]
    signature = types.void(
        *calls, fixed, *[int64] * 4, fixed, mat, cube, int64, float64, float64,
        vec, whole, vec, whole,
    )  # fmt: skip
    return jit(grid_lanes, signature, sources=stamp())


@cache
def book_slopes(kind, dim):
    """`slopes` for a landscape of the book; cached on disk."""
    if kind == "diagonal":
        return _piece(lanes.diagonal, "slopes")
    pair = (register_jitable(getattr(landscapes, kind + end)) for end in ("", "_grad"))
    return _piece(lanes.slopes_of(*pair, dim), "slopes", f"_{kind}_{dim}")


@lru_cache(maxsize=64)
def own_slopes(loss, grad, dim):
    """`slopes` for compiled functions of a reader's own."""
    pair = loss.dispatcher, grad.dispatcher
    return _own(lanes.slopes_of(*pair, dim), "slopes")


@cache
def book_moves():
    """`moves` for the methods of the book; cached on disk."""
    return _piece(lanes.moves, "moves")


@lru_cache(maxsize=64)
def own_moves(step):
    """`moves` for a compiled step of a reader's own, which takes the numbers of one lane."""
    return _own(lanes.moves_of(step.dispatcher), "moves")


@cache
def march(dim, ahead):
    """`march` for dim coordinates; cached on disk."""
    return _piece(lanes.march_of(dim, ahead), "march", f"_{dim}_{ahead}")


def _piece(function, piece, about=""):
    """A piece of the book, kept on disk; about : tells functions from the same lines apart."""
    function.__qualname__ = f"{function.__name__}{about}"
    return Pointer(jit(function, pieces()[piece], sources=stamp()), pieces()[piece])


def _own(function, piece):
    """A piece with a reader's code in it."""
    return Pointer(compile_function(function, pieces()[piece]), pieces()[piece])
