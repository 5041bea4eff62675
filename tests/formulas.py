"""The book's formulas once more, from the papers and not from the library: the tests' oracle.

Costs take complex numbers as well, so that `gradient` can differentiate them to the
last digits without a second formula: Im J(θ + ih e_i) / h with h = 1e-30.
Methods are written on whole vectors, and where there is a choice in another form than
the library's: momentum with θ_t − θ_{t−1} instead of a velocity, Adam's averages as
weighted sums over all past gradients instead of recursions.
"""

import numpy as np

# --- Costs ------------------------------------------------------------------------


def quadratic(theta, eigenvalues=(1, 10), degrees=0):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.eye(len(theta))
    turn[0, 0], turn[0, -1], turn[-1, 0], turn[-1, -1] = c, -s, s, c
    if len(theta) == 1:
        turn = np.eye(1)
    hessian = turn @ np.diag(eigenvalues) @ turn.T
    return theta @ hessian @ theta / 2


def rosenbrock(theta, steepness=100):
    return (theta[0] - 1) ** 2 + steepness * (theta[0] ** 2 - theta[1]) ** 2


def beale(theta):
    y = theta[1] ** np.arange(1, 4)
    return np.sum((np.array([1.5, 2.25, 2.625]) - theta[0] * (1 - y)) ** 2)


def himmelblau(theta):
    x, y = theta
    return (x**2 + y - 11) ** 2 + (y**2 + x - 7) ** 2


def ravine(theta, along=0.1, across=10, bend=1):
    x, y = theta
    return (along * x**2 + across * (y - bend * np.sin(x)) ** 2) / 2


def saddle(theta):
    x, y = theta
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def wavy(theta, depth=0.3, frequency=3, curvature=0.2):
    x, *others = theta
    bowl = curvature * x**2 / 2 + sum(y**2 for y in others) / 2
    return bowl + 2 * depth * np.sin(frequency * x / 2) ** 2


def lessard(theta):
    """The integral of J' = 25θ (θ < 1), θ + 24 (θ < 2), 25θ − 24, piece by piece."""
    x = theta[0]
    low, middle, high = min(x.real, 1), np.clip(x.real, 1, 2), max(x.real, 2)
    pieces = 25 / 2 * (low**2) + (middle**2 - 1) / 2 + 24 * (middle - 1)
    pieces += 25 / 2 * (high**2 - 4) - 24 * (high - 2)
    slope = 25 * x.real if x.real < 1 else x.real + 24 if x.real < 2 else 25 * x.real - 24
    return pieces + slope * 1j * x.imag


def nesterov_worst(theta, L=1):
    n = len(theta)
    second_difference = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    return L / 4 * (theta @ second_difference @ theta / 2 - theta[0])


def logistic(theta, signed, ridge=0.01):
    """signed: rows of y·x, shape (rows, dim)."""
    return np.mean(np.log(1 + np.exp(-signed @ theta))) + ridge / 2 * theta @ theta


def gradient(cost, theta):
    steps = 1e-30j * np.eye(len(theta))
    return np.array([cost(theta + step).imag / 1e-30 for step in steps])


# --- Methods: (grad, start, steps, hyperparameters) -> path (steps + 1, dim) ------


def momentum(grad, start, steps, eta, gamma=0.0):
    """θ_{t+1} = θ_t − η ∇J(θ_t) + γ (θ_t − θ_{t−1}): Polyak (1964)."""
    eta, gamma = np.broadcast_to(eta, steps), np.broadcast_to(gamma, steps)
    path = [start, start]  # θ_{−1} = θ_0: at rest
    for t in range(steps):
        path.append(path[-1] - eta[t] * grad(path[-1]) + gamma[t] * (path[-1] - path[-2]))
    return np.array(path[1:])


def gd(grad, start, steps, eta):
    return momentum(grad, start, steps, eta)


def nag(grad, start, steps, eta, gamma):
    """y = θ_t + γ (θ_t − θ_{t−1}), θ_{t+1} = y − η ∇J(y): Nesterov (1983)."""
    eta, gamma = np.broadcast_to(eta, steps), np.broadcast_to(gamma, steps)
    path = [start, start]
    for t in range(steps):
        y = path[-1] + gamma[t] * (path[-1] - path[-2])
        path.append(y - eta[t] * grad(y))
    return np.array(path[1:])


def fading_sum(past, beta):
    """(1 − β) Σ β^age · past, the newest last and of age 0."""
    age = np.arange(len(past))[::-1]
    return (1 - beta) * beta**age @ np.array(past)


def rmsprop(grad, start, steps, eta, beta2, eps, gamma=0.0):
    path, g = [start, start], []
    for _ in range(steps):
        g.append(grad(path[-1]))
        scaled = g[-1] / (np.sqrt(fading_sum(np.square(g), beta2)) + eps)
        path.append(path[-1] - eta * scaled + gamma * (path[-1] - path[-2]))
    return np.array(path[1:])


def adam(grad, start, steps, eta, beta1, beta2, eps, correct=True):
    """Kingma & Ba (2015), algorithm 1; t counts from 1."""
    path, g = [start], []
    for t in range(1, steps + 1):
        g.append(grad(path[-1]))
        m, s = fading_sum(g, beta1), fading_sum(np.square(g), beta2)
        if correct:
            m, s = m / (1 - beta1**t), s / (1 - beta2**t)
        path.append(path[-1] - eta * m / (np.sqrt(s) + eps))
    return np.array(path)


def nadam(grad, start, steps, eta, beta1, beta2, eps):
    """Dozat (2016), algorithm 8 with constant β₁."""
    path, g = [start], []
    for t in range(1, steps + 1):
        g.append(grad(path[-1]))
        m, s = fading_sum(g, beta1), fading_sum(np.square(g), beta2)
        ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g[-1] / (1 - beta1**t)
        path.append(path[-1] - eta * ahead / (np.sqrt(s / (1 - beta2**t)) + eps))
    return np.array(path)


def amsgrad(grad, start, steps, eta, beta1, beta2, eps):
    """Reddi, Kale & Kumar (2018), algorithm 2, with Adam's corrections as in PyTorch."""
    path, g, s = [start], [], []
    for t in range(1, steps + 1):
        g.append(grad(path[-1]))
        s.append(fading_sum(np.square(g), beta2))
        m, largest = fading_sum(g, beta1) / (1 - beta1**t), np.max(s, axis=0) / (1 - beta2**t)
        path.append(path[-1] - eta * m / (np.sqrt(largest) + eps))
    return np.array(path)


def adamw(grad, start, steps, eta, beta1, beta2, eps, weight_decay):
    """Loshchilov & Hutter (2019), algorithm 2."""
    path, g = [start], []
    for t in range(1, steps + 1):
        g.append(grad(path[-1]))
        m, s = (
            fading_sum(g, beta1) / (1 - beta1**t),
            fading_sum(np.square(g), beta2) / (1 - beta2**t),
        )
        path.append(path[-1] - eta * (m / (np.sqrt(s) + eps) + weight_decay * path[-1]))
    return np.array(path)


def lion(grad, start, steps, eta, beta1, beta2, weight_decay):
    """Chen et al. (2023), algorithm 2."""
    path, g = [start], []
    for _ in range(steps):
        m = fading_sum(g, beta2) if g else np.zeros_like(start)
        g.append(grad(path[-1]))
        direction = np.sign(beta1 * m + (1 - beta1) * g[-1])
        path.append(path[-1] - eta * (direction + weight_decay * path[-1]))
    return np.array(path)
