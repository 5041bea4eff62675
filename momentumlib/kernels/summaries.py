"""What is looked at of each run of a sweep: when it arrives, and at which rate.

`summarize` reads one run. `summarize_lanes` reads LANES of them at once, and of each only the
highest cost of every STRIDE rows, along which the compiler writes SIMD instructions; then it
looks into the few strides where something begins or ends.
"""

import numpy as np

from .compilation import register_jitable
from .lanes import LANES, STRIDE


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


#: Rows of what `summarize_lanes` notes of each lane: how many strides are whole; the last with a
#: cost above each of two bounds; and where two windows of strides begin and end.
LAST, ABOVE, EARLY, EARLY_END, LATE, LATE_END, NOTES = (LANES * row for row in range(1, 8))


@register_jitable
def summarize_lanes(gap, high, floor, rows, steps, tol, note, peak, reached, rates):
    """`summarize` of all lanes, to the same numbers.

    gap : the cost of row t is at t * LANES + lane;  high : the highest of every STRIDE rows; no
    cost is NaN;  floor : J*;  rows : (LANES,);  note, peak : room for NOTES whole numbers, and
    for 2 LANES floats.
    """
    strides, begin, finish = 0, steps, 0
    for k in range(LANES):
        note[k], note[LAST + k], note[ABOVE + k] = rows[k] // STRIDE, -1, -1
        strides = max(strides, rows[k] // STRIDE)
        peak[k] = peak[LANES + k] = 0.0
    for u in range(strides):
        for k in range(LANES):
            first, most = gap[k] - floor, high[u * LANES + k] - floor
            there = u < note[k]
            note[LAST + k] = u if there and not most <= 1e-24 * first else note[LAST + k]
            note[ABOVE + k] = u if there and not most <= tol * first else note[ABOVE + k]
    for k in range(LANES):
        first = gap[k] - floor
        last = last_above(gap, k, floor, rows[k], note[LAST + k], 1e-24 * first)
        above = last_above(gap, k, floor, rows[k], note[ABOVE + k], tol * first)
        last = max(last, min(4, rows[k] - 1))
        reached[k] = above + 1 if rows[k] == steps + 1 and above + 1 < rows[k] else -1
        quarter = last // 4 if first > 0 else 0
        note[LAST + k] = last
        note[EARLY + k] = (quarter + STRIDE - 1) // STRIDE
        note[EARLY_END + k] = 2 * quarter // STRIDE
        note[LATE + k] = (last - quarter + STRIDE) // STRIDE
        note[LATE_END + k] = (last + 1) // STRIDE
        begin, finish = min(begin, note[EARLY + k]), max(finish, note[LATE_END + k])
    for u in range(begin, finish):
        for k in range(LANES):
            most = high[u * LANES + k] - floor
            early = note[EARLY + k] <= u < note[EARLY_END + k]
            late = note[LATE + k] <= u < note[LATE_END + k]
            peak[k] = most if early and most > peak[k] else peak[k]
            peak[LANES + k] = most if late and most > peak[LANES + k] else peak[LANES + k]
    for k in range(LANES):
        last = note[LAST + k]
        quarter = last // 4
        rates[k] = np.nan
        if quarter > 0 and gap[k] - floor > 0:
            early = edges(gap, k, floor, quarter, 2 * quarter, peak[k])
            late = edges(gap, k, floor, last - quarter + 1, last + 1, peak[LANES + k])
            if early > 0:
                rates[k] = (late / early) ** (0.5 / (last - 2 * quarter + 1))


@register_jitable
def last_above(gap, k, floor, rows, stride, bound):
    """The last of lane k's rows whose gap is above the bound, or -1.

    stride : the last of the whole strides that has such a row, or -1.
    """
    t = rows - 1
    while t >= 0:
        if t < rows // STRIDE * STRIDE and t > stride * STRIDE + STRIDE - 1:
            t = stride * STRIDE + STRIDE - 1
        elif gap[t * LANES + k] - floor <= bound:
            t -= 1
        else:
            return t
    return -1


@register_jitable
def edges(gap, k, floor, start, end, largest):
    """The largest of lane k's gaps from row start to before end; largest : of its whole strides."""
    t = start
    while t < end:
        if t % STRIDE == 0 and t + STRIDE <= end:
            t = end // STRIDE * STRIDE
        else:
            largest = max(largest, gap[t * LANES + k] - floor)
            t += 1
    return largest
