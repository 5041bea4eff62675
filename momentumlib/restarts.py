"""When to set the velocity to zero: v = 0, and γ's schedule begins again; η's runs on."""

from dataclasses import dataclass

import numpy as np

from .arguments import one_of, short, whole

# As kernels/loop.py numbers them (a test compares).
KINDS = {"every": 1, "on_increase": 2, "on_gradient": 3}
MOST = 2**31 - 1  # what a page's loop can count


@dataclass(frozen=True)
class Restart:
    """A rule for restarts; made by `every`, `on_increase` or `on_gradient`."""

    kind: str
    k: int = 0

    def __post_init__(self):
        one_of("kind", self.kind, KINDS)
        if self.kind == "every":
            object.__setattr__(self, "k", whole("k", self.k, 1, MOST))
        else:
            whole("k", self.k, 0, 0)

    def __repr__(self):
        return f"{self.kind}({self.k or ''})"


def numbered(restart):
    """A rule as the loop takes it: its number and k; None is none."""
    if restart is None:
        return np.zeros(2, np.int64)
    if not isinstance(restart, Restart):
        raise TypeError(
            f"restart must be every(k), on_increase() or on_gradient(), but is {short(restart)}"
        )
    return np.array([KINDS[restart.kind], restart.k])


def every(k):
    """A restart after every k steps.

    >>> import momentumlib as ml
    >>> valley, method = ml.problems.quadratic(kappa=100), ml.momentum(0.01, 0.9)
    >>> ml.minimize(valley, method, steps=10, restart=every(4)).restarts
    array([4, 8])
    """
    return Restart("every", k)


def on_increase():
    """A restart when the step just taken raised the cost: J(θ_{t+1}) > J(θ_t).

    Source: O'Donoghue & Candès (2015), section 3.2, the function scheme.

    >>> on_increase()
    on_increase()
    """
    return Restart("on_increase")


def on_gradient():
    """A restart when the step just taken goes uphill: g·(θ_{t+1} − θ_t) > 0.

    g is the gradient that led to the step, where the method measured it, so the test
    costs nothing.
    Source: O'Donoghue & Candès (2015), section 3.2, the gradient scheme.

    >>> on_gradient()
    on_gradient()
    """
    return Restart("on_gradient")
