"""The cost functions of the book, and their gradients, as the loop calls them.

Each pair is `J(theta, params) -> float` and `J_grad(theta, params, out)`; `params` holds the
numbers that shape the landscape, so that one compiled function serves every κ and every angle.
Where the two share work, `J_both` does it once: it fills `out` and returns J, digit for digit.
"""

import numpy as np

from .samples import logistic, logistic_both, logistic_grad, surface, surface_grad  # noqa: F401


def quadratic(theta, params):
    """J = ½ Σ λ_i a_i², a = theta with its first and last axis turned; params = λ, cos, sin."""
    n = theta.size
    c, s = params[n], params[n + 1]
    first = c * theta[0] + s * theta[n - 1] if n > 1 else theta[0]
    total = 0.5 * params[0] * first * first
    for i in range(1, n - 1):
        total += 0.5 * params[i] * theta[i] * theta[i]
    if n > 1:
        last = c * theta[n - 1] - s * theta[0]
        total += 0.5 * params[n - 1] * last * last
    return total


def quadratic_grad(theta, params, out):
    n = theta.size
    c, s = params[n], params[n + 1]
    for i in range(n):
        out[i] = params[i] * theta[i]
    if n > 1:
        first = params[0] * (c * theta[0] + s * theta[n - 1])
        last = params[n - 1] * (c * theta[n - 1] - s * theta[0])
        out[0] = c * first - s * last
        out[n - 1] = s * first + c * last


def diagonal(theta, params):
    """`quadratic` along the axes, where c is 1 and s is 0: nothing to ask at each step."""
    total = 0.5 * params[0] * theta[0] * theta[0]
    for i in range(1, theta.size):
        total += 0.5 * params[i] * theta[i] * theta[i]
    return total


def diagonal_grad(theta, params, out):
    for i in range(theta.size):
        out[i] = params[i] * theta[i]


def rosenbrock(theta, params):
    x, y = theta[0], theta[1]
    return (1 - x) ** 2 + params[0] * (y - x * x) ** 2


def rosenbrock_grad(theta, params, out):
    x, y = theta[0], theta[1]
    out[0] = -2 * (1 - x) - 4 * params[0] * x * (y - x * x)
    out[1] = 2 * params[0] * (y - x * x)


def beale(theta, params):
    x, y = theta[0], theta[1]
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    return a * a + b * b + c * c


def beale_grad(theta, params, out):
    x, y = theta[0], theta[1]
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    out[0] = 2 * a * (y - 1) + 2 * b * (y * y - 1) + 2 * c * (y * y * y - 1)
    out[1] = 2 * a * x + 4 * b * x * y + 6 * c * x * y * y


def himmelblau(theta, params):
    a, b = theta[0] ** 2 + theta[1] - 11, theta[0] + theta[1] ** 2 - 7
    return a * a + b * b


def himmelblau_grad(theta, params, out):
    x, y = theta[0], theta[1]
    a, b = x * x + y - 11, x + y * y - 7
    out[0] = 4 * a * x + 2 * b
    out[1] = 2 * a + 4 * b * y


def ravine(theta, params):
    """A valley that bends: params = curvature along, curvature across, height of the bend."""
    x, across = theta[0], theta[1] - params[2] * np.sin(theta[0])
    return 0.5 * params[0] * x * x + 0.5 * params[1] * across * across


def ravine_grad(theta, params, out):
    x = theta[0]
    across = theta[1] - params[2] * np.sin(x)
    out[0] = params[0] * x - params[1] * across * params[2] * np.cos(x)
    out[1] = params[1] * across


def saddle(theta, params):
    x, y = theta[0], theta[1]
    return 0.5 * x * x - 0.5 * y * y + 0.25 * y * y * y * y


def saddle_grad(theta, params, out):
    y = theta[1]
    out[0] = theta[0]
    out[1] = y * y * y - y


def wavy(theta, params):
    """A bowl with dips along x: params = curvature along x, depth and frequency of the dips."""
    x = theta[0]
    total = 0.5 * params[0] * x * x
    for i in range(1, theta.size):
        total += 0.5 * theta[i] * theta[i]
    return total + params[1] * (1 - np.cos(params[2] * x))


def wavy_grad(theta, params, out):
    x = theta[0]
    out[0] = params[0] * x + params[1] * params[2] * np.sin(params[2] * x)
    for i in range(1, theta.size):
        out[i] = theta[i]


def lessard(theta, params):
    """J' = 25θ, θ + 24, 25θ − 24 in turn (Lessard, Recht & Packard 2016, section 4.6)."""
    x = theta[0]
    if x < 1:
        return 12.5 * x * x
    if x < 2:
        return 0.5 * x * x + 24 * x - 12
    return 12.5 * x * x - 24 * x + 36


def lessard_grad(theta, params, out):
    x = theta[0]
    if x < 1:
        out[0] = 25 * x
    elif x < 2:
        out[0] = x + 24
    else:
        out[0] = 25 * x - 24


def nesterov_worst(theta, params):
    """J = L/4 (½ θᵀTθ − θ₁), T the second-difference matrix (Nesterov 2004, §2.1.2); params = L."""
    n = theta.size
    total = theta[0] * theta[0] + theta[n - 1] * theta[n - 1]
    for i in range(n - 1):
        total += (theta[i] - theta[i + 1]) ** 2
    return 0.25 * params[0] * (0.5 * total - theta[0])


def nesterov_worst_grad(theta, params, out):
    n = theta.size
    for i in range(n):
        left = theta[i - 1] if i > 0 else 1.0
        right = theta[i + 1] if i < n - 1 else 0.0
        out[i] = 0.25 * params[0] * (2 * theta[i] - left - right)
