"""What the loop asks of a problem, and the numbers that it is told."""

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import kernels, landscapes
from momentumlib.kernels import summaries
from momentumlib.kernels.lanes import LANES, STRIDE
from momentumlib.kernels.summaries import NOTES
from tiers import first


def asked(method, **settings):
    """How often ten more steps ask for J and for its gradient."""
    counts = {"f": 0, "grad": 0}

    def f(theta):
        counts["f"] += 1
        return theta @ theta

    def grad(theta):
        counts["grad"] += 1
        return 2 * theta

    problem, seen = ml.Problem(f, grad, start=[1.0, 2.0], compile=False), []
    for steps in (10, 20):
        counts.update(f=0, grad=0)
        assert ml.minimize(problem, method, steps=steps, **settings).steps == steps
        seen.append((counts["f"], counts["grad"]))
    return seen[1][0] - seen[0][0], seen[1][1] - seen[0][1]


@pytest.mark.parametrize("tol", [0.0, 1e-9, 0.5, 1.0])
def test_a_step_asks_for_no_more_than_it_needs(tol):
    """J and its gradient at each point that is kept; NAG also measures ahead."""
    assert asked(ml.momentum(0.001, 0.5), tol=tol) == (10, 10)
    assert asked(ml.nag(0.001, 0.5), tol=tol) == (10, 20)
    for restart in (ml.restarts.every(3), ml.restarts.on_gradient(), ml.restarts.on_increase()):
        assert asked(ml.momentum(0.001, 0.5), tol=tol, restart=restart) == (10, 10)


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


@pytest.mark.parametrize("size", [1e149, 1e150, 1.01e150])
def test_far_is_1e150(size):
    """The square of a coordinate, and a sum of many, must still be a number."""
    flat = ml.Problem(lambda theta: 0.0, lambda theta: [-1.0], start=[0.0])
    run = ml.minimize(flat, ml.gd(size), steps=1)
    assert (run.status, run.steps) == (("max_steps", 1) if size <= 1e150 else ("diverged", 0))
    assert np.isfinite(kernels.FAR**2 * 1e6)


FUSED = {
    "quadratic": ml.problems.quadratic(kappa=30, angle=20),
    "diagonal": ml.problems.quadratic(kappa=30),
    "diagonal wide": ml.problems.quadratic(kappa=30, dim=5),
    "rosenbrock": ml.problems.rosenbrock(),
    "logistic": ml.problems.logistic(rows=23, dim=5),
    "wide": ml.problems.logistic(rows=23, dim=kernels.MANY),
}


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="needs Numba")
@pytest.mark.parametrize("place", first(FUSED.keys() - {"wide"}, FUSED))
def test_fused_or_not_the_bits_are_the_same(place):
    """A tolerance that no run reaches takes a run out of the fused loop."""
    problem, falling = FUSED[place], ml.schedules.linear(0.01, 0.001, 20)
    start = problem.start + 0.3
    diverges = ml.momentum(1e3, 0.9)
    for method in (ml.momentum(falling, 0.9), ml.nag(falling), ml.adam(0.1), diverges):
        one, other = (
            ml.minimize(problem, method, start=start, steps=20, tol=t, states=True)
            for t in (0.0, 1e-300)
        )
        assert one.compiled, one.why
        assert other.compiled, other.why
        assert one.status == other.status
        for name in ("theta", "loss", "grad_norm", "states"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="needs Numba")
def test_powers_that_count_as_zero_change_no_digit():
    """0.9**t and 0.3**t leave the numbers of full precision; 1 minus them has long been 1."""
    problem = ml.problems.quadratic(kappa=30, angle=20)
    for method in (ml.adam(1e-4, beta2=0.3), ml.nadam(1e-4), ml.amsgrad(1e-4, beta1=0.5)):
        one, other = (ml.minimize(problem, method, steps=8000, tol=t) for t in (0.0, 1e-300))
        assert (one.theta == other.theta).all()
        assert (one.loss == other.loss).all()


def test_what_shares_its_work_has_the_same_digits():
    problem, rng = ml.problems.logistic(rows=23, dim=3), np.random.default_rng(0)
    for theta in rng.normal(size=(5, 3)) * [[0], [0.1], [1], [10], [1000]]:
        out = np.empty(3)
        with np.errstate(over="ignore"):
            cost = landscapes.logistic_both(theta, problem._params, out)
        assert cost == problem.f(theta)
        assert out == pytest.approx(problem.grad(theta), rel=1e-15)


# --- What a sweep looks at of a run ------------------------------------------------


def window(gap, tol):
    """(steps to tolerance, rate) as `ml.Sweep` describes them, looked up in whole arrays."""
    high = np.flatnonzero(gap > tol * gap[0])
    reached = high[-1] + 1 if high.size else 0
    above = np.flatnonzero(gap > 1e-24 * gap[0])  # where rounding begins, the window ends
    last = max(above[-1] if above.size else 0, min(4, gap.size - 1))
    quarter = last // 4
    if quarter == 0 or not gap[0] > 0:
        return reached if reached < gap.size else -1, np.nan
    early, late = gap[quarter : 2 * quarter], gap[last - quarter + 1 : last + 1]
    shrunk = max(late.max(), 0) / early.max() if early.max() > 0 else np.nan
    apart = last + 1 - 2 * quarter
    return reached if reached < gap.size else -1, shrunk ** (0.5 / apart)


def in_lanes(gap, steps, tol, floor=0.0):
    """What `summarize_lanes` says of the run in the last lane, beside others of one row."""
    rows, strides = np.full(LANES, 1), gap.size // STRIDE
    cost, rows[-1] = np.repeat(gap + floor, LANES), gap.size
    high = cost[: strides * STRIDE * LANES].reshape(strides, STRIDE, LANES).max(axis=1).ravel()
    note, peak = np.zeros(NOTES, int), np.zeros(2 * LANES)
    reached, rates = np.zeros(LANES, int), np.zeros(LANES)
    summaries.summarize_lanes(cost, high, floor, rows, steps, tol, note, peak, reached, rates)
    return reached[-1], rates[-1]


def gaps(rng, rows):
    """Falling, swinging, arriving, and standing gaps."""
    t = np.arange(rows)
    yield 0.8 ** (2 * t) * 7.0
    yield 3.0 * 0.95**t * np.cos(0.7 * t) ** 2 + 1e-30
    yield np.where(t < rows // 2, 0.1 ** (2 * t), 0.0)
    yield 10.0 ** rng.uniform(-27, 0, rows)
    yield np.where(rng.random(rows) < 0.5, 1e-24, 1.0) * np.where(t == 0, 1, rng.random(rows))
    yield np.full(rows, 0.25)
    yield np.zeros(rows)
    yield np.where(t == 0, 1.0, 0.0)


@pytest.mark.parametrize("rows", [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 40, 43])
def test_a_rate_is_taken_between_the_second_and_the_last_quarter(rows):
    rng = np.random.default_rng(rows)
    for gap in gaps(rng, rows):
        for tol in (1e-6, 0.25, gap[rows // 2] / (gap[0] or 1.0)):  # the last: just reached
            reached, rate = window(gap, tol)
            found = summaries.summarize(gap, rows, rows - 1, tol)
            assert found == (reached, pytest.approx(rate, rel=1e-12, nan_ok=True))
            assert in_lanes(gap, rows - 1, tol) == pytest.approx(found, rel=0, nan_ok=True)
            ended = summaries.summarize(gap, rows, rows + 3, tol)  # diverged: nothing is reached
            assert ended == (-1, pytest.approx(found[1], nan_ok=True))
            assert in_lanes(gap, rows + 3, tol)[0] == -1
