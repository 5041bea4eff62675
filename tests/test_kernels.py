"""What the loop asks of a problem, and the numbers that it is told."""

import ctypes
import sys

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import kernels, landscapes
from momentumlib.kernels import abreast, columns, grids, lanes, summaries
from momentumlib.kernels.lanes import LANES, STRIDE
from momentumlib.kernels.summaries import NOTES
from momentumlib.methods import CODES
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


@pytest.mark.parametrize("keep", [2, 10])
def test_what_is_not_kept_is_not_measured(keep):
    """With a tolerance each gradient is needed; where a rule looks at J, each cost is."""
    momentum, kept = ml.momentum(0.001, 0.5), 10 // keep
    assert asked(momentum, keep=keep) == (kept, 10)
    assert asked(ml.nag(0.001, 0.5), keep=keep) == (kept, 10 + kept)
    assert asked(ml.nag(0.001, 0.5), keep=keep, tol=0.5) == (kept, 20)
    assert asked(momentum, keep=keep, restart=ml.restarts.on_gradient()) == (kept, 10)
    assert asked(momentum, keep=keep, restart=ml.restarts.on_increase()) == (10, 10)


def test_no_step_is_looked_at_like_any():
    """Neither the fused loop nor the general one, with keep or without."""
    valley = ml.problems.quadratic(10)
    plain = ml.Problem(valley.f, valley.grad, start=valley.start, compile=False)
    for problem in (valley, plain):
        for settings in ({}, {"keep": 5}, {"tol": 1e-9}):
            run = ml.minimize(problem, ml.gd(0.1), steps=0, **settings)
            assert (run.loss.tolist(), run.t.tolist()) == ([28], [0])
            assert run.grad_norm == pytest.approx([np.hypot(4, 20)])


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="needs Numba")
def test_compiled_functions_take_contiguous_arrays():
    """Others would do, but without the processor's vector instructions."""
    for signature in (*kernels.signatures().values(), *abreast.pieces().values()):
        arrays = [part for part in signature.args if hasattr(part, "layout")]
        assert all(part.layout == "C" for part in arrays)
    assert any(hasattr(part, "layout") for part in kernels.signatures()["grad"].args)


def test_a_name_that_is_no_kernel_s_is_told():
    assert set(kernels.__all__) <= set(dir(kernels))
    assert {"advance", "step", "import_module"} <= set(dir(kernels))
    with pytest.raises(AttributeError, match=r"'momentumlib\.kernels' has no attribute 'sgd'"):
        _ = kernels.sgd


def test_numba_s_reason_is_its_first_line_that_says_something():
    told = ["Failed in nopython mode", "During: typing", 'File "x.py"', "- found", "^", "<source>"]
    for line in told:
        assert kernels.reason(Exception(f"\n {line}\n Cannot do it.\nNor that.")) == "Cannot do it"
    assert kernels.reason(Exception("\n".join(told))) == "Numba cannot compile it"


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="needs Numba")
def test_a_reader_s_function_is_looked_at_unless_it_says_how():
    numba = pytest.importorskip("numba")
    step = lambda theta: theta
    options = lambda function: kernels.checked(function).targetoptions
    wanted = {"boundscheck": True, "nogil": True, "error_model": "numpy"}
    assert options(step).items() >= wanted.items()
    careful = options(numba.njit(fastmath=True)(step))
    assert (careful["boundscheck"], careful["fastmath"]) == (True, True)
    for said in ({"boundscheck": False}, {"boundscheck": True}, {"parallel": True}):
        own = numba.njit(**said)(step)
        assert kernels.checked(own) is own


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="needs Numba")
def test_a_kernel_has_one_signature():
    evaluate = kernels.compiled("evaluate")
    (types,) = evaluate.signatures
    assert all(one.layout == "C" for one in types if hasattr(one, "layout"))
    with pytest.raises(TypeError, match="No matching definition"):
        evaluate(1, 2, 3, 4, 5)


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="needs Numba")
def test_who_is_handed_a_function_keeps_no_reference_to_its_address():
    loss, _ = kernels.landscape("diagonal")
    before, out = sys.getrefcount(loss.address), np.empty(1)
    for _ in range(3):
        kernels.compiled("evaluate")(
            loss, np.array([1.0, 10.0]), np.array([[1.0, 2.0]]), np.empty(2), out
        )
    after = sys.getrefcount(loss.address)  # an assertion would hold one of its own
    assert (out[0], after) == (20.5, before)


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
    """The square of a coordinate, and a sum of many, must still be a number.

    One step leads from ±size to its mirror image; the next one is not looked at.
    """
    wanted = ("max_steps", 1) if size <= 1e150 else ("diverged", 0)
    for dim in (2, kernels.MANY):
        bowl, start = ml.problems.quadratic(1, dim=dim), np.zeros(dim)
        start[-1] = -size
        plain = ml.Problem(bowl.f, bowl.grad, dim=dim, compile=False)
        for problem in (bowl, plain):
            for settings in ({}, {"keep": 2}, {"tol": 1e-300}):
                run = ml.minimize(problem, ml.gd(2.0), start=start, steps=1, **settings)
                assert (run.status, run.steps) == wanted
    etas, starts = [2.0, 2.0, 1e100], np.array([[size, 0.0], [0.0, 0.0], [1.0, 0.0]])
    tables, noise = np.zeros((3, 1, 5)), np.empty((0, 1, 2))
    tables[:, 0, 0] = etas
    kinds = float, int, float, int
    one, other = ([np.empty(3, kind) for kind in kinds] for _ in range(2))
    about = np.ones(2), starts, tables, noise, 1, 0.1, 0.0
    columns.grid(kernels.GD, 0, 0, columns.pair_of(ml.problems.quadratic(1)), *about, *one)
    pieces = lanes.diagonal, lanes.moves, lanes.march_of(2, 0), np.empty(0), kernels.GD, 0, 0, 0
    with np.errstate(all="ignore"):
        abreast.grid_lanes(*pieces, np.ones(2), starts, tables, 1, 0.1, 0.0, *other)
    for _, steps, _, status in (one, other):
        assert status.tolist() == [0 if size <= 1e150 else 2, 1, 0]  # the second one has arrived
        assert steps.tolist() == [-1, 0, -1]
    assert np.isfinite(kernels.FAR**2 * 1e6)


def test_a_tolerance_that_is_met_exactly_is_met():
    """|∇J| is 4, 2, 1, ½, … in every loop; one that diverges has its own end."""
    bowl = ml.problems.quadratic(1, dim=1)
    plain = ml.Problem(bowl.f, bowl.grad, start=[-4.0], compile=False)
    for problem in (bowl, plain):
        for keep in (1, 4):
            run = ml.minimize(problem, ml.gd(0.5), steps=9, tol=1.0, keep=keep)
            assert (run.status, run.t[-1], run.loss[-1]) == ("converged", 2, 0.5)


def test_what_stays_as_it_is_restarts_nothing():
    """Neither a cost that does not rise nor a step across the slope; but the first step may."""
    flat = ml.Problem(lambda theta: 3.0, lambda theta: [0.0], start=[1.0], compile=False)
    for rule in (ml.restarts.on_increase(), ml.restarts.on_gradient()):
        for keep in (1, 3):
            run = ml.minimize(flat, ml.momentum(0.1), steps=9, restart=rule, keep=keep)
            assert run.restarts.tolist() == []
    bowl = ml.problems.quadratic(1, dim=1)
    run = ml.minimize(bowl, ml.gd(2.5), steps=3, restart=ml.restarts.on_increase())
    assert run.restarts.tolist() == [1, 2]


def test_a_run_that_diverges_between_kept_rows_keeps_the_state_before():
    valley = ml.problems.quadratic(10)
    plain = ml.Problem(valley.f, valley.grad, start=valley.start, compile=False)
    for problem in (valley, plain):
        full = ml.minimize(problem, ml.momentum(0.5), steps=900, states=True)
        for keep in (2, 3, 7, 1000):
            few = ml.minimize(problem, ml.momentum(0.5), steps=900, states=True, keep=keep)
            assert (few.status, few.steps) == ("diverged", full.steps)
            for name in ("theta", "loss", "grad_norm", "states"):
                assert np.array_equal(getattr(few, name), getattr(full, name)[few.t]), name


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
    yield np.where(t == 0, 0.0, 0.9**t)  # from where J is lowest, or from below it
    yield np.where(t == 0, -0.5, 0.9**t)


@pytest.mark.parametrize("rows", [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 40, 43])
def test_a_rate_is_taken_between_the_second_and_the_last_quarter(rows):
    rng = np.random.default_rng(rows)
    for gap in gaps(rng, rows):
        for tol in (1e-6, 0.25, gap[rows // 2] / (gap[0] or 1.0)):  # the last: just reached
            reached, rate = window(gap, tol)
            found = summaries.summarize(gap, rows, rows - 1, tol)
            assert found == (reached, pytest.approx(rate, rel=1e-12, nan_ok=True))
            assert columns.summary(gap, rows - 1, tol) == pytest.approx(found, nan_ok=True)
            assert in_lanes(gap, rows - 1, tol) == pytest.approx(found, rel=0, nan_ok=True)
            ended = summaries.summarize(gap, rows, rows + 3, tol)  # diverged: nothing is reached
            assert ended == (-1, pytest.approx(found[1], nan_ok=True))
            assert in_lanes(gap, rows + 3, tol)[0] == -1
            assert columns.summary(gap, rows + 3, tol) == pytest.approx(ended, nan_ok=True)


# --- Compiled loops as plain Python, which sees an index that leaves its array -----------------


def torn(theta, params):
    """No number below 0.3."""
    x = theta[0]
    return x * x + np.sqrt(x - 0.3) if x < 0.9 else x * x


def torn_grad(theta, params, out):
    out[0] = 2 * theta[0]


#: loss, grad, params, start; the pieces of a step in all lanes are made of them.
SWEPT = {
    "along the axes": (
        landscapes.diagonal,
        landscapes.diagonal_grad,
        np.array([1.0, 30.0, 1.0, 0.0]),
        [3, -2],
    ),
    "rosenbrock": (landscapes.rosenbrock, landscapes.rosenbrock_grad, np.array([4.0]), [-1, 2]),
    "no number": (torn, torn_grad, np.zeros(1), [1.0]),
}


@pytest.mark.parametrize("steps", [1, 2, STRIDE - 1, STRIDE, 2 * STRIDE + 3])
@pytest.mark.parametrize("place", SWEPT)
def test_lanes_in_python_are_the_loop_s_runs(place, steps, monkeypatch):
    """Along the axes in strides, where the method allows them; one arrives, some diverge."""
    monkeypatch.setattr(lanes, "scratch", np.empty)
    loss, grad, params, start = SWEPT[place]
    along = place == "along the axes"
    slopes = lanes.diagonal if along else lanes.slopes_of(loss, grad, len(start))
    etas = np.array([0.2, 0.002, 0.03] if place == "no number" else [0.2, 0.002, 1e100, 0.03])
    starts, none = np.tile(np.array(start, float), (len(etas), 1)), np.empty((0, steps, len(start)))
    if along:  # one is at the minimum, one far along one axis alone
        starts[1], starts[2, 1] = 0.0, 0.0
    floor = 0.0 if along else -0.25
    for name in ("momentum", "nag", "amsgrad"):
        rows = steps if name == "amsgrad" else 1  # with a plan, or without
        tables = np.zeros((len(etas), rows, 5))
        tables[:, :, 0] = etas[:, None] / np.arange(1, rows + 1)
        tables[:, :, 1:4] = 0.6, 0.8, 1e-8
        flags = CODES[name], int(name == "nag"), int(name == "amsgrad")
        strides, march = int(along and rows == 1), lanes.march_of(len(start), flags[1])
        pieces = slopes, lanes.moves, march, params[:0], *flags, strides
        one, other = (
            [np.empty(len(etas), kind) for kind in (float, int, float, int)] for _ in range(2)
        )
        with np.errstate(all="ignore"):
            abreast.grid_lanes(*pieces, params, starts, tables, steps, 0.5, floor, *one)
            grids.grid(
                *flags, 0, kernels.nothing, params[:0], loss, grad, params, starts, tables, none,
                (0, 0), steps, 0.5, floor, *other,
            )  # fmt: skip
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)


def test_a_step_of_a_reader_s_own_is_taken_in_every_lane():
    """From the rows of its own coordinate and lane, and into them."""
    step = lambda theta, v, s, g, t, eta, gamma, beta2, eps, data: (
        theta + 2 * v + t, v + s * g - eta, s * gamma + beta2 - eps * data[0]
    )  # fmt: skip
    rng, data = np.random.default_rng(0), np.array([0.3])
    before, hyper = rng.random((2, 5, LANES)), rng.random((7, LANES))
    theta, v, s, s_max, g = before.swapaxes(0, 1)
    state = before.ravel().copy()
    lanes.moves_of(step)(kernels.OWN, 2, 3.0, state, hyper.ravel(), data)
    wanted = *step(theta, v, s, g, 3.0, *hyper[:4], data), s_max, g
    for found, row in zip(state.reshape(2, 5, LANES).swapaxes(0, 1), wanted, strict=True):
        assert np.array_equal(found, row)


@pytest.mark.parametrize("place", FUSED)
def test_fused_in_python_are_the_general_loop_s_numbers(place, monkeypatch):
    """In two parts, of which the second goes on where the first one ended."""
    fused = pytest.importorskip("momentumlib.kernels.fused")
    monkeypatch.setattr(fused, "scratch", np.empty)
    problem, steps = FUSED[place], 6
    kind, n = problem._simplest, problem.dim
    made = (getattr(landscapes, kind + end, None) for end in ("", "_grad", "_both"))
    loop = fused.fused(*made, n if n <= 2 or n == kernels.MANY else 0)
    falling = ml.schedules.linear(0.01, 0.001, steps)
    for method in (ml.momentum(falling, 0.9), ml.nag(0.01), ml.amsgrad(0.1), ml.gd(1e100)):
        run = ml.minimize(problem, method, steps=steps, states=True, tol=1e-300)
        hyper = method.table(steps) if method._row is None else method._row
        room, path, states = np.zeros(6 * n + 4), np.zeros((steps + 1, n)), np.ones(3 * n * 7)
        losses, norms, path[0] = np.ones(steps + 1), np.ones(steps + 1), problem.start
        arrays = problem._params.copy(), hyper, room, path, losses, norms, states
        at = [array.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for array in arrays]
        flags = CODES[method.name], method.look_ahead, method.bias_correction
        about = *flags, n, problem._params.size, len(hyper) > 1, 1
        with np.errstate(all="ignore"):
            for first, last in ((0, 4), (4, steps)):
                loop(*about, first, last, steps, *at)
                rows, status = room[-2:]
                assert rows == (len(run.theta) if status or last == steps else last)
                if status:
                    break
        rows = len(run.theta)
        assert ("max_steps", "converged", "diverged")[int(status)] == run.status
        kept = states.reshape(steps + 1, 3, n)
        for found, name in ((path, "theta"), (losses, "loss"), (norms, "grad_norm"),
                            (kept, "states")):  # fmt: skip
            wanted = getattr(run, name)  # NumPy's exp is another one than compiled code's
            rel = 1e-12 if kind == "logistic" else 0
            assert found[:rows] == pytest.approx(wanted, rel=rel, abs=rel), name
