"""Rivals of momentum that need no tuning: conjugate gradients and L-BFGS, paid by the gradient.

Both search along a direction until the slope there is small; each place that they try costs a
gradient. rivals.js does the same in a page, with the page's own costs and gradients.
Source: Nocedal & Wright (2006), chapters 3, 5 and 7.
"""

import numpy as np

#: How small a search makes the slope along its direction, as a share of the first.
RIVALS = {"cg": 0.4, "lbfgs": 0.9}
#: Pairs that L-BFGS keeps, and the share of what the slope promised that J must fall by.
MEMORY, FALL = 10, 1e-4


def dot(x, y):
    """The sum of products, in the same order everywhere."""
    return np.sum(x * y)


@np.errstate(all="ignore")
def rival(kind, problem, start, gradients):
    """The places where "cg" or "lbfgs" stands after 0, 1, 2, … gradients: (≤ gradients + 1, dim).

    It stands where its last search ended. The path ends where J is as low as numbers can tell.

    >>> import momentumlib as ml
    >>> path = rival("cg", ml.problems.quadratic(kappa=100), [-4.0, 2.0], 12)
    >>> path.shape, bool(abs(path[-1]).max() < 1e-6)
    ((13, 2), True)
    """
    theta = np.array(start, float)
    g, path, pairs = problem.grad(theta), [theta, theta], []
    d, a = -g, 1 / max(1.0, np.sqrt(dot(g, g)))
    while len(path) <= gradients and dot(g, g) > 0:
        slope = dot(g, d)
        if not slope < 0:  # no way down: begin anew, along the gradient
            d, slope, pairs = -g, -dot(g, g), []
        found = search(problem, theta, g, d, slope, a, RIVALS[kind], path, gradients)
        if found is None:
            break
        a, new = found
        step, change, theta = a * d, new - g, theta + a * d
        if kind == "cg":  # Polak and Ribière, begun anew below 0
            d = -new + max(0.0, dot(new, change) / dot(g, g)) * d
            a *= slope / dot(new, d)
            a = a if 0 < a < 1e9 else 1.0
        else:
            pairs = [*pairs, (step, change)][-MEMORY:] if dot(step, change) > 0 else pairs
            d, a = -times_inverse(pairs, new), 1.0
        g = new
        path.append(theta)
    return np.array(path)


def search(problem, theta, g, d, slope, a, small, path, gradients):
    """(a, the gradient there) for a step a·d that goes down far enough; None where there is none.

    Each try but the last adds the place where the search began to the path.
    """
    start, low, high = problem.f(theta), 0.0, np.inf
    f_low, s_low = start, slope
    while len(path) <= gradients and high - low > 1e-15 * low and a < 1e30:
        place = theta + a * d
        f, new = problem.f(place), problem.grad(place)
        s = dot(new, d)
        down = f <= start + FALL * a * slope and f <= f_low
        if down and abs(s) <= -small * slope:
            return a, new
        path.append(theta)
        # where the cubic through both costs and slopes is lowest (their equation 3.59)
        d1 = s_low + s - 3 * (f_low - f) / (low - a)
        d2 = np.sqrt(d1 * d1 - s_low * s) * (1 if a > low else -1)
        root = a - (a - low) * (s + d2 - d1) / (s - s_low + 2 * d2)
        if down and s < 0:
            low, f_low, s_low = a, f, s
        else:
            high = a
        if high == np.inf:
            a = min(max(root, 1.1 * low), 10 * low) if root > low else 10 * low
        else:
            inside = low + 0.1 * (high - low) <= root <= low + 0.9 * (high - low)
            a = root if inside else low + 0.5 * (high - low)
    return None


def times_inverse(pairs, g):
    """L-BFGS's estimate of the inverse Hessian times g, from (step, change of the gradient)s."""
    q, shares = g, []
    for step, change in pairs[::-1]:
        shares.append(dot(step, q) / dot(step, change))
        q = q - shares[-1] * change
    for k, (step, change) in enumerate(pairs):
        if k == 0:
            last = pairs[-1]
            q = dot(*last) / dot(last[1], last[1]) * q
        q = q + (shares[len(pairs) - 1 - k] - dot(change, q) / dot(step, change)) * step
    return q
