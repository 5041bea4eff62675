"""The formulas of the methods: one scalar formula per coordinate, as in the book.

They are written here once. Whatever runs a method inlines them: the loop, the sweeps, the
training of networks, and the modules behind the live figures. They work on floats and,
coordinate by coordinate, on whole NumPy arrays.
"""

import numpy as np

from .compilation import register_jitable

GD, MOMENTUM, NAG, RMSPROP, ADAM, NADAM, AMSGRAD, ADAMW, LION, OWN, OWN_VECTOR = range(11)

# Columns of the table of hyperparameters, one row a step.
ETA, GAMMA, BETA2, EPS, DECAY = range(5)


# --- The formulas -----------------------------------------------------------------


@register_jitable
def gd(theta, g, eta):
    return theta - eta * g


@register_jitable
def momentum(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v


@register_jitable
def look_ahead(theta, v, gamma):
    """Where NAG measures the gradient; its step is momentum's."""
    return theta - gamma * v


@register_jitable
def rmsprop(theta, v, s, g, eta, gamma, beta2, eps):
    s = beta2 * s + (1 - beta2) * g * g
    v = gamma * v + eta * g / (np.sqrt(s) + eps)
    return theta - v, v, s


@register_jitable
def adam(theta, m, s, g, eta, beta1, beta2, eps, power1, power2):
    """power1 and power2 are beta1**t and beta2**t, or 0 for no bias correction."""
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    m_hat, s_hat = m / (1 - power1), s / (1 - power2)
    return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s


@register_jitable
def nadam(theta, m, s, g, eta, beta1, beta2, eps, power1, power2):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    m_hat = beta1 * m / (1 - power1 * beta1) + (1 - beta1) * g / (1 - power1)
    s_hat = s / (1 - power2)
    return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s


@register_jitable
def amsgrad(theta, m, s, s_max, g, eta, beta1, beta2, eps, power1, power2):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    s_max = np.maximum(s_max, s)
    m_hat, s_hat = m / (1 - power1), s_max / (1 - power2)
    return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s, s_max


@register_jitable
def adamw(theta, m, s, g, eta, beta1, beta2, eps, power1, power2, weight_decay):
    theta = theta - eta * weight_decay * theta
    return adam(theta, m, s, g, eta, beta1, beta2, eps, power1, power2)


@register_jitable
def lion(theta, m, g, eta, beta1, beta2, weight_decay):
    c = beta1 * m + (1 - beta1) * g
    m = beta2 * m + (1 - beta2) * g
    return theta - eta * (np.sign(c) + weight_decay * theta), m


# --- One step ---------------------------------------------------------------------


@register_jitable
def step(code, theta, v, s, s_max, g, eta, gamma, beta2, eps, decay, power1, power2):
    """One step of the built-in method `code`; gamma is beta1 where the method has one."""
    if code == GD:
        theta = gd(theta, g, eta)
    elif code == MOMENTUM or code == NAG:
        theta, v = momentum(theta, v, g, eta, gamma)
    elif code == RMSPROP:
        theta, v, s = rmsprop(theta, v, s, g, eta, gamma, beta2, eps)
    elif code == ADAM:
        theta, v, s = adam(theta, v, s, g, eta, gamma, beta2, eps, power1, power2)
    elif code == NADAM:
        theta, v, s = nadam(theta, v, s, g, eta, gamma, beta2, eps, power1, power2)
    elif code == AMSGRAD:
        theta, v, s, s_max = amsgrad(theta, v, s, s_max, g, eta, gamma, beta2, eps, power1, power2)
    elif code == ADAMW:
        theta, v, s = adamw(theta, v, s, g, eta, gamma, beta2, eps, power1, power2, decay)
    elif code == LION:
        theta, v = lion(theta, v, g, eta, gamma, beta2, decay)
    return theta, v, s, s_max
