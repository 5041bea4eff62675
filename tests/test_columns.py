"""A sweep without Numba, where NumPy takes the runs side by side: the loop's own numbers."""

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import blocks, landscapes
from momentumlib.kernels import columns, grids, nothing
from momentumlib.methods import CODES
from tiers import first

LANDSCAPES = {
    "quadratic": ml.problems.quadratic(30, angle=30),
    "diagonal": ml.problems.quadratic(50, dim=3),
    "rosenbrock": ml.problems.rosenbrock(),
    "beale": ml.problems.beale(),
    "himmelblau": ml.problems.himmelblau(),
    "ravine": ml.problems.ravine(),
    "saddle": ml.problems.saddle(),
    "wavy": ml.problems.wavy(),
    "nesterov_worst": ml.problems.nesterov_worst(6),
}
STEPS, TOL = 40, 1e-3
#: η, γ or β₁, β₂, ε, weight decay: creeping, fast, swinging, and flying off.
POINTS = np.array(
    [[eta, gamma, 0.9, 1e-8, 0.1] for eta in (1e-4, 0.01, 0.05, 3.0) for gamma in (0.5, 0.95)]
)


EACH = [(kind, noisy) for kind in sorted(columns.KINDS) for noisy in (False, True)]
QUICK = [(kind, noisy) for kind, noisy in EACH if not noisy or kind == "diagonal"]


@pytest.mark.parametrize(("kind", "noisy"), first(QUICK, EACH))
def test_columns_give_what_the_loop_gives(kind, noisy):
    problem, n = LANDSCAPES[kind], len(POINTS)
    starts, tables = np.tile(problem.start, (n, 1)), POINTS[:, None]
    noise = np.random.default_rng(5).normal(size=(n, STEPS, problem.dim)) if noisy else []
    shaken = np.reshape(noise, (-1, STEPS, problem.dim))
    about = problem._params, starts, tables, shaken
    pair = getattr(landscapes, kind), getattr(landscapes, f"{kind}_grad")
    for name in ("gd", "momentum", "nag", "rmsprop", "adam", "nadam", "amsgrad", "adamw", "lion"):
        flags = CODES[name], int(name == "nag"), int(name in ("adam", "nadam", "adamw"))
        one, other = ([np.empty(n), np.empty(n, int), np.empty(n), np.empty(n, int)] for _ in "12")
        with np.errstate(all="ignore"):
            grids.grid(
                *flags, 0, nothing, POINTS[0, :0], *pair, *about, (0, 0),
                STEPS, TOL, problem.minimum, *one,
            )  # fmt: skip
        columns.grid(*flags, columns.pair_of(problem), *about, STEPS, TOL, problem.minimum, *other)
        for a, b in zip(one, other, strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-300, err_msg=name)


WALLS = ml.Problem(
    lambda theta: (0.01 * theta[0] ** 2 + theta[1] ** 2) / 2 + theta[1] ** 4 / 4,
    lambda theta: [0.01 * theta[0], theta[1] + theta[1] ** 3],
    start=[-4.0, 3.0], minimizer=[0.0, 0.0],
)  # fmt: skip


@pytest.mark.parametrize("problem", [LANDSCAPES["diagonal"], WALLS], ids=["book's", "reader's"])
def test_a_sweep_takes_columns_where_there_is_no_numba(monkeypatch, problem):
    fast = ml.sweep(problem, ml.momentum, eta=[0.01, 0.1, 1.0], gamma=[0.5, 0.9], steps=60)
    monkeypatch.setattr(blocks.kernels, "HAVE_NUMBA", False)
    monkeypatch.setattr(blocks, "_lanes", lambda *_: None)
    ran = []
    grid = columns.grid
    monkeypatch.setattr(columns, "grid", lambda *given: (ran.append(given[3]), grid(*given)))
    slow = ml.sweep(problem, ml.momentum, eta=[0.01, 0.1, 1.0], gamma=[0.5, 0.9], steps=60)
    assert len(ran) == 1
    np.testing.assert_array_equal(slow.steps, fast.steps)
    np.testing.assert_allclose(slow.loss, fast.loss, rtol=1e-9)
    np.testing.assert_allclose(slow.rate, fast.rate, rtol=1e-9)


@pytest.mark.parametrize(
    ("f", "grad"),
    [
        (lambda x: x @ x / 2, lambda x: x),  # one number for all points
        (lambda x: max(x[0] ** 2, 1.0), lambda x: [2 * x[0] * (x[0] > 1), 0 * x[1]]),  # it asks
        (lambda x: x[0] ** 2, lambda x: [2 * x.mean(), 0 * x[1]]),  # of all points
    ],
)
def test_functions_that_do_not_take_columns_go_one_by_one(f, grad):
    assert columns.pair_of(ml.Problem(f, grad, start=[2.0, 1.0])) is None
