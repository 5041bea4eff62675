"""Runs side by side are the runs one by one, to the last bit: costs, counts and rates."""

import numpy as np
import pytest

import momentumlib as ml
from cases import UNJITTED
from momentumlib import blocks, kernels
from momentumlib.kernels import abreast
from momentumlib.kernels.lanes import LANES, STRIDE
from tiers import first

pytestmark = pytest.mark.skipif(UNJITTED, reason="plain Python runs one by one")

ETAS = np.geomspace(1e-4, 1.5, 23)  # slow ones, good ones, and some that diverge


def torn(theta):
    """No number below 0.3, from where it is read."""
    x = theta[0]
    return x * x + np.sqrt(x - 0.3) if x < 0.9 else x * x


def torn_slope(theta):
    return (2 * theta[0],)


def bowl(theta):
    return 0.5 * (theta[0] * theta[0] + 9 * theta[1] * theta[1])


def bowl_slope(theta, out):
    out[0] = theta[0]
    out[1] = 9 * theta[1]


PROBLEMS = {
    "quadratic": ml.problems.quadratic(30),
    "quadratic, 1": ml.problems.quadratic(7, dim=1),
    "quadratic, 4": ml.problems.quadratic(30, dim=4),
    "quadratic, 7": ml.problems.quadratic(30, dim=7),
    "turned": ml.problems.quadratic(30, angle=20),
    "rosenbrock": ml.problems.rosenbrock(),
    "beale": ml.problems.beale(),
    "himmelblau": ml.problems.himmelblau(),
    "saddle": ml.problems.saddle(),
    "wavy": ml.problems.wavy(),
    "ravine": ml.problems.ravine(),
    "lessard": ml.problems.lessard(),
    "nesterov_worst": ml.problems.nesterov_worst(dim=3),
    "no minimum": ml.problems.logistic(dim=3, rows=20),
    "own": ml.Problem(bowl, bowl_slope, start=[1.0, -2.0], minimum=0.0),
    "own, with a cost that is no number": ml.Problem(torn, torn_slope, start=[1.0], minimum=0.0),
}


def growing(theta, v, g, t, eta, gamma):
    v = gamma * v + eta * g * (1 + 0.1 * t)
    return theta - v, v


def planned(eta, gamma):
    return ml.nag(eta, ml.schedules.linear(0, gamma, 30))


METHODS = {
    "gd": (ml.gd, {}),
    "momentum": (ml.momentum, {"gamma": [0, 0.5, 0.95, 1]}),
    "nag": (ml.nag, {"gamma": [0, 0.5, 0.95, 1]}),
    "rmsprop": (ml.rmsprop, {"beta2": [0.8, 0.99], "gamma": [0, 0.6], "eps": [1e-8, 0.03]}),
    "adam": (ml.adam, {"beta1": [0, 0.9], "beta2": [0.8, 0.99], "eps": 0.03}),
    "uncorrected": (ml.adam, {"bias_correction": [False, True]}),
    "nadam": (ml.nadam, {"beta1": [0.5, 0.9]}),
    "amsgrad": (ml.amsgrad, {"beta2": [0.8, 0.99]}),
    "adamw": (ml.adamw, {"weight_decay": [0, 0.2]}),
    "lion": (ml.lion, {"beta1": [0.5, 0.9], "weight_decay": 0.1}),
    "own": (lambda eta, gamma: ml.own(growing, eta=eta, gamma=gamma), {"gamma": [0, 0.9]}),
    "schedule": (planned, {"gamma": [0.5, 0.9]}),
}


def watched(monkeypatch, *what, **settings):
    """(the sweep, for each of its blocks whether its runs go side by side)."""
    seen, ran, lanes, grid = [], [], blocks._lanes, blocks._grid
    with monkeypatch.context() as patch:
        patch.setattr(blocks, "_lanes", lambda *what: (seen.append(lanes(*what)), seen[-1])[1])
        patch.setattr(blocks, "_grid", lambda *what: (ran.append(what[0].compiled), grid(*what))[1])
        found = ml.sweep(*what, progress=False, **settings)
    assert ran
    assert all(ran)  # what fails compiled would run as Python, to the same numbers
    return found, [bool(pieces) for pieces in seen]


def both_ways(monkeypatch, *what, **settings):
    """The sweep in lanes, and one by one."""
    side_by_side, seen = watched(monkeypatch, *what, **settings)
    assert all(seen)
    with monkeypatch.context() as patch:
        patch.setattr(blocks, "_lanes", lambda *what: None)
        return side_by_side, ml.sweep(*what, progress=False, **settings)


def assert_equal(one, other):
    for name in ("loss", "steps", "rate", "status"):
        a, b = getattr(one, name), getattr(other, name)
        assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), name


@pytest.mark.parametrize("place", first(("own",), PROBLEMS))
def test_side_by_side_or_one_by_one_the_bits_are_the_same(place, monkeypatch):
    for method, hyper in METHODS.values():
        for steps in (1, 4, 5, 6, 43, 202):
            grid = {"eta": ETAS, **hyper, "steps": steps, "tol": 1e-3 if steps < 50 else 1e-6}
            assert_equal(*both_ways(monkeypatch, PROBLEMS[place], method, **grid))


def test_every_status_comes_and_not_only_whole_strides(monkeypatch):
    grid = {"eta": ETAS, "gamma": [0, 0.9], "steps": 20 * STRIDE + 3, "tol": 0.01}
    found, alone = both_ways(monkeypatch, PROBLEMS["quadratic"], ml.momentum, **grid)
    assert_equal(found, alone)
    assert set(found.status.ravel()) == {"max_steps", "converged", "diverged"}


def test_who_is_lost_is_seen_beside_those_that_are_only_steep(monkeypatch):
    """Of a block, a half near the minimum, a quarter far away, and a quarter lost in five steps."""
    starts = np.repeat([1.0, 1e149, 5e149], [LANES // 2, LANES // 4, LANES // 4])[:, None]
    grid = {"eta": [2.5], "starts": starts, "steps": STRIDE}
    found, alone = both_ways(monkeypatch, ml.problems.quadratic(1, dim=1), ml.gd, **grid)
    assert_equal(found, alone)
    assert [list(found.status.ravel()).count(name) for name in ("max_steps", "diverged")] == [
        3 * LANES // 4, LANES // 4,
    ]  # fmt: skip


def test_where_all_diverge_the_rest_of_the_steps_is_not_taken(monkeypatch):
    found, alone = both_ways(monkeypatch, PROBLEMS["own"], ml.gd, eta=[3.0, 4.0], steps=3000)
    assert_equal(found, alone)
    assert set(found.status) == {"diverged"}


def test_loops_take_contiguous_arrays():
    """Others would do, but without the processor's vector instructions."""
    for loop in (abreast.compiled_lanes(), *map(kernels.compiled, ("grid", "advance"))):
        (types,) = loop.signatures
        assert all(one.layout == "C" for one in types if hasattr(one, "layout"))


@pytest.mark.parametrize("points", [1, LANES - 1, LANES, LANES + 1])
def test_blocks_that_are_not_full(points, monkeypatch):
    etas = np.geomspace(1e-3, 0.2, points)
    assert_equal(*both_ways(monkeypatch, PROBLEMS["own"], ml.nag, eta=etas, steps=12))


def test_starts_lie_in_their_lanes(monkeypatch):
    starts = np.random.default_rng(0).normal(size=(30, 2))
    for place in ("quadratic", "rosenbrock"):
        grid = {"eta": [1e-3, 1e-2], "starts": starts, "steps": 31}
        assert_equal(*both_ways(monkeypatch, PROBLEMS[place], ml.adam, **grid))


@pytest.mark.parametrize(
    ("problem", "more"),
    [
        (PROBLEMS["quadratic"], {"noise": 0.1, "seeds": [0, 1]}),
        (PROBLEMS["quadratic"], {"restart": ml.restarts.on_gradient()}),
        (ml.problems.nesterov_worst(dim=9), {}),
    ],
    ids=["noise", "restarts", "many parameters"],
)
def test_the_others_run_one_by_one(problem, more, monkeypatch):
    _, seen = watched(monkeypatch, problem, ml.momentum, eta=[0.01, 0.02], steps=5, **more)
    assert seen
    assert not any(seen)
