"""Hidden cases, seeded: small valleys, states and hyperparameters that tell the mistakes apart."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Case:
    """Where a step begins, what it descends, and for how many steps.

    state : the starting arrays, theta first;  hyper : values of the hyperparameters;
    first : the t of the first step;  rule : what must hold here, whatever else is wrong.
    """

    state: dict
    slope: object
    hyper: dict
    steps: int
    first: int = 0
    rule: str = ""
    label: str = field(default="")

    def __post_init__(self):
        text = ", ".join(f"{name} = {value:g}" for name, value in self.hyper.items())
        object.__setattr__(self, "label", text)


def valley(rng, dim):
    """The gradient of a valley of `dim` parameters, turned, with its minimum somewhere."""
    turn, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
    hessian = turn @ np.diag(np.geomspace(0.5, 4.0, dim)) @ turn.T
    center = rng.normal(size=dim)

    def grad(theta):
        theta = np.asarray(theta, float)
        if theta.shape != (dim,):
            raise ValueError(f"grad takes theta of shape ({dim},), but got shape {theta.shape}")
        return hessian @ (theta - center)

    return grad


def flat(theta):
    """The gradient where nothing slopes: zeros."""
    return np.zeros(np.shape(theta))


def bowl(theta):
    """The gradient of a round bowl: each place itself, so that a person can follow each step."""
    return np.array(theta, float)


def told(name, given):
    """How a case names what it gives: with an array's numbers, or as the gradient's function."""
    if callable(given):
        known = {flat: f"{name} = 0 everywhere", bowl: f"{name}(x) = x"}
        return known.get(given, f"{name} = the function of the valley")
    return f"{name} = [{', '.join(f'{x:.4g}' for x in given)}]"


def state(rng, dim, at_rest=(), moving=()):
    """theta far from the minimum, the names of `at_rest` at zero, of `moving` positive numbers."""
    result = {"theta": 3 * rng.normal(size=dim) + 1}
    result |= {name: np.zeros(dim) for name in at_rest}
    return result | {name: rng.uniform(0.2, 0.9, size=dim) for name in moving}
