"""Landscapes made of samples: rows of data, heights on a grid. What landscapes.py says holds."""

import numpy as np


def logistic(theta, params):
    """Mean logistic loss with labels ±1 and ridge; params = ridge, then rows of y·(features).

    Four rows at a time, so that their sums do not wait for each other; each is summed in order.
    """
    n = theta.size
    rows = (params.size - 1) // n
    total = 0.0
    for r in range(0, rows - rows % 4, 4):
        a, b, c, d = 1 + r * n, 1 + (r + 1) * n, 1 + (r + 2) * n, 1 + (r + 3) * n
        za = zb = zc = zd = 0.0
        for i in range(n):
            za += params[a + i] * theta[i]
            zb += params[b + i] * theta[i]
            zc += params[c + i] * theta[i]
            zd += params[d + i] * theta[i]
        for z in (za, zb, zc, zd):
            total += np.log(1 + np.exp(-z)) if z > 0 else np.log(1 + np.exp(z)) - z
    for r in range(rows - rows % 4, rows):
        z = 0.0
        for i in range(n):
            z += params[1 + r * n + i] * theta[i]
        total += np.log(1 + np.exp(-z)) if z > 0 else np.log(1 + np.exp(z)) - z
    square = 0.0
    for i in range(n):
        square += theta[i] * theta[i]
    return total / rows + 0.5 * params[0] * square


def logistic_grad(theta, params, out):
    n = theta.size
    rows = (params.size - 1) // n
    for i in range(n):
        out[i] = params[0] * theta[i]
    for r in range(0, rows - rows % 4, 4):
        a, b, c, d = 1 + r * n, 1 + (r + 1) * n, 1 + (r + 2) * n, 1 + (r + 3) * n
        za = zb = zc = zd = 0.0
        for i in range(n):
            za += params[a + i] * theta[i]
            zb += params[b + i] * theta[i]
            zc += params[c + i] * theta[i]
            zd += params[d + i] * theta[i]
        wa, wb = -1 / (1 + np.exp(za)) / rows, -1 / (1 + np.exp(zb)) / rows
        wc, wd = -1 / (1 + np.exp(zc)) / rows, -1 / (1 + np.exp(zd)) / rows
        for i in range(n):
            out[i] = (
                out[i] + wa * params[a + i] + wb * params[b + i]
                + wc * params[c + i] + wd * params[d + i]
            )  # fmt: skip
    for r in range(rows - rows % 4, rows):
        z = 0.0
        for i in range(n):
            z += params[1 + r * n + i] * theta[i]
        weight = -1 / (1 + np.exp(z)) / rows
        for i in range(n):
            out[i] += weight * params[1 + r * n + i]


def logistic_both(theta, params, out):
    """Each row is read once, for its part of J and, while it is near, of the gradient.

    Eight rows at a time here: so many sums of their own keep the processor busy.
    """
    n = theta.size
    rows = (params.size - 1) // n
    total = square = 0.0
    for i in range(n):
        out[i] = params[0] * theta[i]
        square += theta[i] * theta[i]
    for r in range(0, rows - rows % 8, 8):
        a, b, c, d = 1 + r * n, 1 + (r + 1) * n, 1 + (r + 2) * n, 1 + (r + 3) * n
        e, f, g, h = a + 4 * n, b + 4 * n, c + 4 * n, d + 4 * n
        za = zb = zc = zd = ze = zf = zg = zh = 0.0
        for i in range(n):
            za += params[a + i] * theta[i]
            zb += params[b + i] * theta[i]
            zc += params[c + i] * theta[i]
            zd += params[d + i] * theta[i]
            ze += params[e + i] * theta[i]
            zf += params[f + i] * theta[i]
            zg += params[g + i] * theta[i]
            zh += params[h + i] * theta[i]
        xa, xb, xc, xd = np.exp(za), np.exp(zb), np.exp(zc), np.exp(zd)
        xe, xf, xg, xh = np.exp(ze), np.exp(zf), np.exp(zg), np.exp(zh)
        for z, x in (
            (za, xa), (zb, xb), (zc, xc), (zd, xd), (ze, xe), (zf, xf), (zg, xg), (zh, xh)
        ):  # fmt: skip
            total += np.log(1 + np.exp(-z)) if z > 0 else np.log(1 + x) - z
        wa, wb, wc, wd = -1 / (1 + xa), -1 / (1 + xb), -1 / (1 + xc), -1 / (1 + xd)
        we, wf, wg, wh = -1 / (1 + xe), -1 / (1 + xf), -1 / (1 + xg), -1 / (1 + xh)
        wa, wb, wc, wd = wa / rows, wb / rows, wc / rows, wd / rows
        we, wf, wg, wh = we / rows, wf / rows, wg / rows, wh / rows
        for i in range(n):
            out[i] = (
                out[i] + wa * params[a + i] + wb * params[b + i]
                + wc * params[c + i] + wd * params[d + i]
                + we * params[e + i] + wf * params[f + i]
                + wg * params[g + i] + wh * params[h + i]
            )  # fmt: skip
    for r in range(rows - rows % 8, rows):
        z = 0.0
        for i in range(n):
            z += params[1 + r * n + i] * theta[i]
        x = np.exp(z)
        total += np.log(1 + np.exp(-z)) if z > 0 else np.log(1 + x) - z
        for i in range(n):
            out[i] -= 1 / (1 + x) / rows * params[1 + r * n + i]
    return total / rows + 0.5 * params[0] * square


def surface(theta, params):
    """A table of heights, joined by Keys' cubics; params = x0, dx, nx, y0, dy, ny, wall, rows of J.

    Beyond the table J is that of its edge plus ½·wall·(distance in cells)².
    """
    nx, ny = int(params[2]), int(params[5])
    u, v = (theta[0] - params[0]) / params[1], (theta[1] - params[3]) / params[4]
    x, y = min(max(u, 0.0), nx - 1.0), min(max(v, 0.0), ny - 1.0)
    i, j = min(int(x), nx - 2), min(int(y), ny - 2)
    total = 0.5 * params[6] * ((u - x) * (u - x) + (v - y) * (v - y))
    for r in range(4):
        d = abs(y - j + 1 - r)
        wy = (1.5 * d - 2.5) * d * d + 1 if d < 1 else ((2.5 - 0.5 * d) * d - 4) * d + 2
        row = 7 + nx * min(max(j - 1 + r, 0), ny - 1)
        for q in range(4):
            d = abs(x - i + 1 - q)
            wx = (1.5 * d - 2.5) * d * d + 1 if d < 1 else ((2.5 - 0.5 * d) * d - 4) * d + 2
            total += wx * wy * params[row + min(max(i - 1 + q, 0), nx - 1)]
    return total


def surface_grad(theta, params, out):
    nx, ny = int(params[2]), int(params[5])
    u, v = (theta[0] - params[0]) / params[1], (theta[1] - params[3]) / params[4]
    x, y = min(max(u, 0.0), nx - 1.0), min(max(v, 0.0), ny - 1.0)
    i, j = min(int(x), nx - 2), min(int(y), ny - 2)
    along = across = 0.0
    for r in range(4):
        s = y - j + 1 - r
        d = abs(s)
        wy = (1.5 * d - 2.5) * d * d + 1 if d < 1 else ((2.5 - 0.5 * d) * d - 4) * d + 2
        slope_y = ((4.5 * d - 5) * d if d < 1 else (5 - 1.5 * d) * d - 4) * (1 if s > 0 else -1)
        row = 7 + nx * min(max(j - 1 + r, 0), ny - 1)
        for q in range(4):
            s = x - i + 1 - q
            d = abs(s)
            wx = (1.5 * d - 2.5) * d * d + 1 if d < 1 else ((2.5 - 0.5 * d) * d - 4) * d + 2
            slope_x = ((4.5 * d - 5) * d if d < 1 else (5 - 1.5 * d) * d - 4) * (1 if s > 0 else -1)
            height = params[row + min(max(i - 1 + q, 0), nx - 1)]
            along += slope_x * wy * height
            across += wx * slope_y * height
    out[0] = (along if u == x else params[6] * (u - x)) / params[1]
    out[1] = (across if v == y else params[6] * (v - y)) / params[4]
