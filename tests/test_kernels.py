"""What the loop asks of a problem, and the numbers that it is told."""

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import kernels

STEPS = 7


def asked(code, ahead, tol=0.0, restart=(0, 0)):
    """How often one run of `simulate`, as Python, asks for J and for its gradient."""
    counts = {"loss": 0, "grad": 0}

    def loss(theta, params):
        counts["loss"] += 1
        return float(theta @ theta)

    def grad(theta, params, out):
        counts["grad"] += 1
        out[:] = 2 * theta

    loop = getattr(kernels.simulate, "py_func", kernels.simulate)
    path, hyper = np.ones((STEPS + 1, 2)), np.tile([0.01, 0.5, 0.0, 0.0, 0.0], (STEPS, 1))
    loop(
        code, ahead, 1, kernels.nothing, loss, grad, np.empty(0), np.zeros((6, 2)), hyper,
        np.empty((0, 2)), np.array(restart), tol, path, np.empty((0, 3, 2)),
        np.zeros(STEPS, np.int64), result := np.zeros(3, np.int64),
    )  # fmt: skip
    assert result[0] == STEPS + 1
    return counts["grad"], counts["loss"]


def test_a_step_asks_for_no_more_gradients_than_it_needs():
    assert asked(kernels.MOMENTUM, 0) == (STEPS, 0)
    assert asked(kernels.NAG, 1) == (STEPS, 0)
    # with a tolerance, the gradient at θ decides, and serves a step that measures there
    for tol in (1e-9, 0.5, 1.0):
        assert asked(kernels.MOMENTUM, 0, tol) == (STEPS + 1, 0)
        assert asked(kernels.NAG, 1, tol) == (2 * STEPS + 1, 0)
    assert asked(kernels.MOMENTUM, 0, restart=(kernels.ON_INCREASE, 0)) == (STEPS, STEPS + 1)
    assert asked(kernels.MOMENTUM, 0, restart=(kernels.ON_GRADIENT, 0)) == (STEPS, 0)
    assert asked(kernels.MOMENTUM, 0, restart=(kernels.EVERY, 2)) == (STEPS, 0)


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="needs Numba")
def test_compiled_functions_take_contiguous_arrays():
    """Others would do, but without the processor's vector instructions."""
    for signature in kernels.signatures().values():
        arrays = [part for part in signature.args if hasattr(part, "layout")]
        assert all(part.layout == "C" for part in arrays)
    assert any(hasattr(part, "layout") for part in kernels.signatures()["grad"].args)


@pytest.mark.parametrize("keep", [1, 2, 3, 60])
def test_every_so_many_rows_and_the_last(keep):
    valley = ml.problems.quadratic(kappa=10)
    run = ml.minimize(valley, ml.momentum(0.05), steps=50, keep=keep)
    assert run.t.tolist() == sorted({*range(0, 51, keep), 50})
    whole = ml.minimize(valley, ml.momentum(0.05), steps=50)
    assert run.theta == pytest.approx(whole.theta[run.t], rel=1e-12)
    for bad in (0, -1):
        with pytest.raises(ValueError, match=f"keep must be at least 1, but is {bad}"):
            ml.minimize(valley, ml.gd(0.05), keep=bad)


def test_a_sweep_that_starts_at_the_minimum_has_arrived():
    valley = ml.problems.quadratic(kappa=10)
    there = ml.sweep(valley, ml.gd, eta=[0.01, 0.1], steps=20, start=[0.0, 0.0])
    assert there.steps.tolist() == [0, 0]
    assert (there.status == "converged").all()


@pytest.mark.parametrize("size", [1e149, 1e151])
def test_far_is_1e150(size):
    """The square of a coordinate, and a sum of many, must still be a number."""
    flat = ml.Problem(lambda theta: 0.0, lambda theta: [-1.0], start=[0.0])
    run = ml.minimize(flat, ml.gd(size), steps=1)
    assert (run.status, run.steps) == (("max_steps", 1) if size < 1e150 else ("diverged", 0))
    assert np.isfinite(kernels.FAR**2 * 1e6)
