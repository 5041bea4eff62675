"""The check of momentum's whole loop: the path of many steps."""

import numpy as np
import pytest

import momentumlib as ml
from checking import function, held

EXERCISES = held("momentum_path")
NEW_V = "        v = gamma * v + eta * grad(theta)\n"
MOVE = "        theta = theta - v\n"
STORE = "        path.append(theta)\n"
CHECKS = {"momentum_path": ml.check.momentum_path}
LOOP = """
def run_momentum(grad, start, eta, gamma, steps):
    theta, v = start, np.zeros(start.size)
    path = [theta]
    for t in range(steps):
        v = gamma * v + eta * grad(theta)
        theta = theta - v
        path.append(theta)
    return np.array(path)
"""
RIGHT = {
    "momentum_path": [
        LOOP,
        """
        def run_momentum(grad, start, eta, gamma, steps):
            path = np.zeros((steps + 1, len(start)))
            path[0], v = start, 0.0
            for t in range(steps):
                v = gamma * v + eta * grad(path[t])
                path[t + 1] = path[t] - v
            return path
        """,
        """
        def run_momentum(grad, start, eta, gamma, steps):
            theta, v, path = start.copy(), np.zeros_like(start), [start.copy()]
            while len(path) <= steps:
                v *= gamma
                v += eta * grad(theta)
                theta -= v
                path.append(theta.copy())
            return path
        """,
        """
        def run_momentum(grad, start, eta, gamma, steps):
            path = [start, start - eta * grad(start)]
            for t in range(steps - 1):
                push = gamma * (path[-1] - path[-2])
                path.append(path[-1] + push - eta * grad(path[-1]))
            return np.vstack(path)
        """,
        """
        def run_momentum(grad, start, eta, gamma, steps):
            def after(t):
                if t == 0:
                    return [start], 0 * start
                path, v = after(t - 1)
                v = gamma * v + eta * grad(path[-1])
                return [*path, path[-1] - v], v
            return after(steps)[0]
        """,
    ],
}


def _bowl(rng):
    dim = int(rng.integers(1, 5))
    matrix = rng.normal(size=(dim, dim))
    hessian, start = matrix @ matrix.T + np.eye(dim), rng.normal(size=dim)
    slope = lambda theta: hessian @ theta - 1
    return [slope, start, rng.uniform(0.01, 0.2), rng.uniform(0, 1), int(rng.integers(1, 7))]


DRAW = {"momentum_path": _bowl}


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("v = gamma * v + eta", "v = np.zeros(2)[0]; v = gamma * v + eta", "v begins anew"),
        ("grad(theta)", "grad(start)", "gradient at the start"),
        ("theta = theta - v", "theta = start - v", "leaves from the start"),
        ("np.zeros(start.size)", "eta * grad(start)", "v begins with a gradient"),
        ("theta = theta - v", "theta = theta + v", "wrong sign"),
        ("grad(theta)", "grad(theta - gamma * v)", "look-ahead"),
        ("path.append(theta)", "path.append(v)", "v stored"),
        ("theta = theta - v", "theta = theta - eta * v", "eta applied twice"),
        ("range(steps)", "range(steps + 1)", "wrong shape"),
        ("path = [theta]", "path = []", "wrong shape"),
        ("np.array(path)", "theta", "wrong shape"),
        ("np.array(path)", "np.array(path), v", "wrong number of results"),
        ("return np.array(path)", "print(path)", "returns None"),
        ("theta = theta - v", "theta -= v", "one array in every row"),
        ("theta = theta - v", "pass", "nothing moves"),
        ("gamma * v + eta * grad(theta)", "gamma * (v + eta * grad(theta))", "gamma on everything"),
        ("grad(theta)", "grad", "raises"),
        ("np.array(path)", "np.round(path)", ""),
        (NEW_V + MOVE, MOVE + NEW_V, "one row late"),
        (MOVE + STORE, STORE + MOVE, "one row late"),
    ],
)
def test_wrong_loops_are_named_as_readers_write_them(old, new, mistake):
    assert old in LOOP
    verdict = ml.check.momentum_path(function(LOOP.replace(old, new)))
    assert verdict.mistake == mistake, verdict
    assert not verdict


def test_what_is_said_of_a_shape():
    said = lambda old, new: ml.check.momentum_path(function(LOOP.replace(old, new))).message
    assert "one step too many" in said("range(steps)", "range(steps + 1)")
    assert "the start belongs to it" in said("path = [theta]", "path = []")
    assert "not the last one" in said("np.array(path)", "theta")
    assert "(13, 2), but has (2, 13)" in said("np.array(path)", "np.array(path).T")


def test_a_start_that_is_damaged():
    text = LOOP.replace("theta = theta - v", "theta -= v").replace("[theta]", "[start.copy()]")
    text = text.replace("append(theta)", "append(theta.copy())")
    verdict = ml.check.momentum_path(function(text))
    assert verdict.passed
    assert "start.copy()" in verdict.message
