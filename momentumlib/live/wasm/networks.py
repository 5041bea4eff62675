"""The loops of a network as a page runs them: those of layers.py, and a step.

A page calls them in the order in which `models.Network` does (network.js).
"""

import inspect
from types import FunctionType

from numba import njit

from ... import kernels, layers


def cost(scores, labels, share, d, out):
    """`layers.softmax_loss`, whose number goes into out: a page's functions return none."""
    out[0] = softmax_loss(scores, labels, share, d)  # noqa: F821 (of layers.py)


def move(theta, v, g, eta, gamma, single):
    """A step of momentum (γ = 0: gradient descent); single is θ as the layers take it."""
    for i in range(theta.size):
        theta[i], v[i] = momentum(theta[i], v[i], g[i], eta, gamma)  # noqa: F821
        single[i] = theta[i]


def loops():
    """The functions of layers.py and of this file by their names, none of them compiled yet.

    What layers.py compiled is this processor's, and a page needs what those functions call.
    """
    names = {**vars(layers), "cost": cost, "move": move, "momentum": kernels.momentum}
    for name, value in list(names.items()):
        function = getattr(value, "py_func", value)
        if inspect.isfunction(function) and function.__module__ in (layers.__name__, __name__):
            function = FunctionType(function.__code__, names, name)
            names[name] = njit(**kernels.OPTIONS)(function)
    return names
