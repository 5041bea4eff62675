"""What the tests run: every landscape beside its formula, and functions of a reader's own."""

import os

import numpy as np

import formulas
import momentumlib as ml

#: Whether Numba was told to leave all as Python, as coverage needs it.
UNJITTED = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"


def signed_rows(problem):
    """y·x of a logistic problem: its numbers after the ridge."""
    return problem._params[1:].reshape(-1, problem.dim)


LOGISTIC = ml.problems.logistic()


CASES = {
    "quadratic": (ml.problems.quadratic(), formulas.quadratic),
    "quadratic, turned": (
        ml.problems.quadratic(kappa=30, angle=25),
        lambda theta: formulas.quadratic(theta, (1, 30), 25),
    ),
    "quadratic, 1": (
        ml.problems.quadratic(kappa=7, dim=1),
        lambda theta: formulas.quadratic(theta, (7,)),
    ),
    "quadratic, 4 turned": (
        ml.problems.quadratic(kappa=27, dim=4, angle=-70),
        lambda theta: formulas.quadratic(theta, (1, 3, 9, 27), -70),
    ),
    "rosenbrock": (ml.problems.rosenbrock(), formulas.rosenbrock),
    "rosenbrock, 7": (
        ml.problems.rosenbrock(steepness=7),
        lambda theta: formulas.rosenbrock(theta, 7),
    ),
    "beale": (ml.problems.beale(), formulas.beale),
    "himmelblau": (ml.problems.himmelblau(), formulas.himmelblau),
    "ravine": (ml.problems.ravine(), formulas.ravine),
    "ravine, other": (
        ml.problems.ravine(along=0.3, across=4, bend=-2),
        lambda theta: formulas.ravine(theta, 0.3, 4, -2),
    ),
    "saddle": (ml.problems.saddle(), formulas.saddle),
    "wavy": (ml.problems.wavy(), formulas.wavy),
    "wavy, other": (
        ml.problems.wavy(depth=1, frequency=2, curvature=0.5),
        lambda theta: formulas.wavy(theta, 1, 2, 0.5),
    ),
    "wavy, 1": (ml.problems.wavy(dim=1), formulas.wavy),
    "lessard": (ml.problems.lessard(), formulas.lessard),
    "nesterov_worst": (ml.problems.nesterov_worst(dim=9), formulas.nesterov_worst),
    "nesterov_worst, 1": (
        ml.problems.nesterov_worst(dim=1, L=3),
        lambda theta: formulas.nesterov_worst(theta, 3),
    ),
    "logistic": (
        LOGISTIC,
        lambda theta: formulas.logistic(theta, signed_rows(LOGISTIC)),
    ),
}


# --- What Numba doesn't take: objects. They travel to other processes by these names. ---


class Uncompiled:
    """A function as an object."""

    def __init__(self, function):
        self.function = function

    def __call__(self, theta):
        return self.function(theta)


class Cost:
    """½ Σ λ_i θ_i²."""

    def __init__(self, *curvatures):
        self.curvatures = np.array(curvatures)

    def __call__(self, theta):
        return float(self.curvatures @ theta**2 / 2)


class Slope(Cost):
    """Its gradient."""

    def __call__(self, theta):
        return self.curvatures * theta


def heavy_ball(theta, v, g, eta, gamma):
    """Momentum as a reader writes it."""
    v = gamma * v + eta * g
    return theta - v, v


def own_momentum(eta, gamma):
    return ml.own(heavy_ball, eta=eta, gamma=gamma)
