"""What a run keeps, when it ends, its noise; and the same numbers without compilation."""

import io
import math
from types import SimpleNamespace

import numpy as np
import pytest

import formulas
import momentumlib as ml
from cases import CASES, UNJITTED, Uncompiled
from momentumlib import memory
from momentumlib import run as run_module
from momentumlib.binding import Bound

VALLEY = ml.problems.quadratic(kappa=10)


def test_row_zero_is_the_start():
    run = ml.minimize(VALLEY, ml.gd(0.1), start=[3, -1], steps=7)
    assert run.theta[0].tolist() == [3, -1]
    assert (run.theta.shape, run.loss.shape, run.grad_norm.shape) == ((8, 2), (8,), (8,))
    assert run.loss[0] == VALLEY.f([3, -1])
    assert run.grad_norm[0] == pytest.approx(np.hypot(3, 10))
    assert (run.steps, run.status, run.problem, run.restarts.tolist()) == (
        7,
        "max_steps",
        VALLEY,
        [],
    )


def test_no_steps():
    run = ml.minimize(VALLEY, ml.adam(0.1), steps=0, states=True)
    assert run.theta.tolist() == [VALLEY.start.tolist()]
    assert (run.steps, run.status, run.v.shape) == (0, "max_steps", (1, 2))
    assert ml.minimize(VALLEY, ml.gd(0.1), start=[0, 0], steps=0, tol=1e-9).status == "converged"


def test_a_start_is_copied():
    start = np.array([3.0, -1.0])
    run = ml.minimize(VALLEY, ml.gd(0.1), start=start, steps=3)
    start[:] = 9
    assert run.theta[0].tolist() == [3, -1]
    assert (VALLEY.start == [-4, 2]).all()


def test_runs_do_not_share_memory():
    one = ml.minimize(VALLEY, ml.momentum(0.05), steps=20)
    kept = one.theta.copy()
    ml.minimize(VALLEY, ml.momentum(0.01), steps=20)
    assert (one.theta == kept).all()
    assert (ml.minimize(VALLEY, ml.momentum(0.05), steps=20).theta == kept).all()


@pytest.mark.parametrize("method", [ml.gd(0.1), ml.momentum(0.05), ml.nag(0.05), ml.adam(0.1)])
def test_stops_at_the_first_small_gradient(method):
    full = ml.minimize(VALLEY, method, steps=400, states=True)
    run = ml.minimize(VALLEY, method, steps=400, tol=1e-2, states=True)
    first = int(np.argmax(full.grad_norm <= 1e-2))
    assert 0 < first < 400
    assert (run.status, run.steps) == ("converged", first)
    for name in ("theta", "loss", "grad_norm", "v", "s"):
        assert (getattr(run, name) == getattr(full, name)[: first + 1]).all()


def test_tolerance_at_the_ends():
    exact = ml.gd(1 / 10)  # the second coordinate is at rest after one step
    late = ml.minimize(VALLEY, exact, steps=9, tol=4 * 0.9**9 * 1.001)
    assert (late.status, late.steps) == ("converged", 9)
    never = ml.minimize(VALLEY, exact, steps=9, tol=4 * 0.9**9 * 0.999)
    assert (never.status, never.steps) == ("max_steps", 9)
    at_once = ml.minimize(VALLEY, exact, start=[0, 0], steps=9, tol=1e-30)
    assert (at_once.status, at_once.steps) == ("converged", 0)


def test_zero_tolerance_never_stops():
    run = ml.minimize(VALLEY, ml.gd(0.1), start=[0, 0], steps=9)
    assert (run.status, run.steps) == ("max_steps", 9)


@pytest.mark.parametrize("method", [ml.gd(0.3), ml.momentum(0.5), ml.nag(0.2)])
def test_divergence_keeps_what_was_computed(method):
    run = ml.minimize(VALLEY, method, steps=5000, states=True)
    assert run.status == "diverged"
    assert 10 < run.steps < 5000
    shapes = {len(a) for a in (run.theta, run.loss, run.grad_norm, run.v, run.s)}
    assert shapes == {run.steps + 1}
    assert np.isfinite(run.theta).all()
    assert np.isfinite(run.loss).all()
    assert 1e100 < np.abs(run.theta[-1]).max() <= 1e150
    short = ml.minimize(VALLEY, method, steps=run.steps)
    assert short.status == "max_steps"
    assert (short.theta == run.theta).all()


def test_a_gradient_that_is_no_number_ends_the_run():
    root = ml.Problem(
        lambda theta: np.sqrt(theta[0]), lambda theta: [0.5 / np.sqrt(theta[0])], start=[1.0]
    )
    run = ml.minimize(root, ml.gd(0.9), steps=100)  # 1 → 0.55 → … → below zero
    assert run.status == "diverged"
    assert run.theta[:2, 0] == pytest.approx([1, 0.55])
    assert np.isfinite(run.theta).all()
    assert 1 < run.steps < 10


def steep_f(theta):
    return math.exp(theta[0]) + theta[0] ** 2


def steep_grad(theta):
    return [math.exp(theta[0]) + 2 * theta[0]]


def test_divergence_is_no_error_in_plain_python_either():
    """math.exp and float powers raise OverflowError where compiled code has inf."""
    compiled = ml.minimize(ml.Problem(steep_f, steep_grad, start=[3.0]), ml.gd(10.0), steps=50)
    plain = ml.minimize(
        ml.Problem(Uncompiled(steep_f), Uncompiled(steep_grad), start=[3.0]), ml.gd(10.0), steps=50
    )
    assert compiled.status == plain.status == "diverged"
    assert (compiled.theta == plain.theta).all()
    assert not plain.compiled or UNJITTED


def test_a_step_that_divides_by_zero_ends_the_run():
    """Python raises ZeroDivisionError where compiled code has inf or nan."""
    settings = {"steps": 9, "start": [1.0, 1.0]}
    plain = {}

    def through_zero(theta, g, t):
        return theta - 1.0 / (4.0 - t)

    def not_compiled(theta, g, t):
        plain["calls"] = plain.get("calls", 0) + 1
        return theta - 1.0 / (4.0 - float(t))

    runs = [ml.minimize(VALLEY, ml.own(step), **settings) for step in (through_zero, not_compiled)]
    assert [run.status for run in runs] == ["diverged", "diverged"]
    assert [run.steps for run in runs] == [4, 4]
    assert (runs[0].theta == runs[1].theta).all()
    assert not runs[1].compiled or UNJITTED


def test_a_step_that_fails_later_is_named():
    def late(theta, g, t):
        if t > 3:
            raise KeyError("too late")
        return theta

    with pytest.raises(ValueError, match=r"^step raised KeyError: .too late.$"):
        ml.minimize(VALLEY, ml.own(late), steps=9)


def test_gap_and_distance():
    saddle = ml.problems.saddle()
    run = ml.minimize(saddle, ml.gd(0.1), steps=200)
    assert run.gap == pytest.approx(run.loss + 0.25)
    assert run.distance == pytest.approx(np.linalg.norm(run.theta - [0, 1], axis=1))
    assert run.distance[-1] < 1e-3


def test_states_are_kept_on_request_only():
    run = ml.minimize(VALLEY, ml.momentum(0.05), steps=5)
    for name in ("v", "s"):
        with pytest.raises(ValueError, match="states=True"):
            getattr(run, name)


def test_repr_says_how_it_ended():
    text = repr(ml.minimize(VALLEY, ml.gd(0.3), steps=5000))
    assert "gd(eta=0.3)" in text
    assert "diverged" in text
    assert "quadratic(kappa=10)" in text


# --- Noise ------------------------------------------------------------------------


def test_noise_is_added_to_each_gradient():
    run = ml.minimize(VALLEY, ml.momentum(0.05, 0.8), steps=40, noise=0.3, seed=5)
    shaken = iter(0.3 * np.random.default_rng(5).standard_normal((40, 2)))
    wanted = formulas.momentum(
        lambda theta: theta * [1, 10] + next(shaken), VALLEY.start, 40, 0.05, 0.8
    )
    assert run.theta == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert run.grad_norm == pytest.approx(np.linalg.norm(wanted * [1, 10], axis=1))


def test_a_seed_is_a_path():
    runs = [
        ml.minimize(VALLEY, ml.nag(0.05), steps=40, noise=0.3, seed=seed).theta
        for seed in (0, 0, 1)
    ]
    assert (runs[0] == runs[1]).all()
    assert not np.allclose(runs[0], runs[2])
    assert (ml.minimize(VALLEY, ml.nag(0.05), steps=40, noise=0.3).theta == runs[0]).all()


def test_more_steps_go_on_with_the_same_noise():
    short, long = (ml.minimize(VALLEY, ml.gd(0.05), steps=n, noise=1.0) for n in (10, 30))
    assert (long.theta[:11] == short.theta).all()


def test_tolerance_looks_at_the_gradient_without_noise():
    run = ml.minimize(VALLEY, ml.gd(0.05), steps=500, noise=0.1, tol=0.2)
    assert run.status == "converged"
    assert run.grad_norm[-1] <= 0.2 < run.grad_norm[:-1].min()


# --- Without compilation ----------------------------------------------------------

A = np.array([[2.0, 0.5], [0.5, 8.0]])


def dictionary():
    curvature = {"along": 1.0, "across": 10.0}
    f = lambda theta: (curvature["along"] * theta[0] ** 2 + curvature["across"] * theta[1] ** 2) / 2
    return f, lambda theta: [curvature["along"] * theta[0], curvature["across"] * theta[1]]


def an_object():
    valley = ml.problems.quadratic(kappa=10)
    return valley.f, valley.grad


def a_list_of_lists():
    weights = [[1.0, 0], [0, "10"]]
    slope = lambda theta: [float(weights[i][i]) * theta[i] for i in range(2)]
    return Uncompiled(lambda theta: float(theta @ slope(theta)) / 2), slope


NOT_JITTABLE = {"dictionary": dictionary, "object": an_object, "mixed list": a_list_of_lists}


@pytest.mark.parametrize("make", NOT_JITTABLE.values(), ids=NOT_JITTABLE)
@pytest.mark.parametrize("name", ["gd", "momentum", "nag", "rmsprop", "adam", "lion"])
def test_what_cannot_be_compiled_gives_the_same_numbers(make, name):
    f, grad = make()
    problem = ml.Problem(f, grad, start=VALLEY.start, check=True)
    settings = {"steps": 60, "restart": ml.restarts.on_gradient(), "noise": 0.1, "states": True}
    run = ml.minimize(problem, getattr(ml, name)(0.02), **settings)
    wanted = ml.minimize(VALLEY, getattr(ml, name)(0.02), **settings)
    assert not run.compiled or UNJITTED
    assert (run.theta == wanted.theta).all()
    assert (run.states == wanted.states).all()
    assert (run.restarts == wanted.restarts).all()
    assert run.loss == pytest.approx(wanted.loss, rel=1e-14)
    assert run.grad_norm == pytest.approx(wanted.grad_norm, rel=1e-14)


def test_matrix_products_run_either_way():
    """`A @ theta` needs SciPy to be compiled; with or without, the numbers agree."""
    matrix = ml.Problem(
        lambda theta: 0.5 * theta @ (A @ theta), lambda theta: A @ theta, start=[3.0, 1.0]
    )
    run = ml.minimize(matrix, ml.nag(0.05), steps=60, tol=1e-12)
    wanted = formulas.nag(lambda theta: A @ theta, np.array([3.0, 1.0]), 60, 0.05, 0.9)
    assert run.theta == pytest.approx(wanted[: len(run.theta)], rel=1e-9, abs=1e-12)


def test_linalg_calls_run_either_way():
    inverse = ml.Problem(
        lambda theta: 0.5 * np.linalg.norm(theta) ** 2,
        lambda theta: np.linalg.solve(A, np.linalg.multi_dot([A, np.eye(2), theta])),
        start=[3.0, 1.0],
    )
    run = ml.minimize(inverse, ml.gd(0.5), steps=10)
    assert run.theta == pytest.approx(0.5 ** np.arange(11)[:, None] * [3, 1])


def test_a_jitted_function_that_does_not_compile_runs_as_plain_python():
    """The reader's own decorator is taken back where Numba can't."""
    numba = pytest.importorskip("numba")
    curvature = {"along": 1.0, 2: "across"}

    @numba.njit
    def grad(theta):
        return [curvature["along"] * theta[0], 10.0 * theta[1]]

    problem = ml.Problem(VALLEY.f, grad, start=VALLEY.start)
    run = ml.minimize(problem, ml.gd(0.05), steps=10)
    assert (run.theta == ml.minimize(VALLEY, ml.gd(0.05), steps=10).theta).all()


def test_one_jittable_function_is_not_enough():
    f, _ = dictionary()
    problem = ml.Problem(f, lambda theta: [theta[0], 10.0 * theta[1]], start=VALLEY.start)
    run = ml.minimize(problem, ml.gd(0.05), steps=10)
    assert not run.compiled or UNJITTED
    assert (run.theta == ml.minimize(VALLEY, ml.gd(0.05), steps=10).theta).all()


def test_a_function_that_works_at_the_start_only():
    """A compiled run that fails is run again as Python, whose error names the culprit."""

    def grad(theta):
        if theta[0] < 1:
            raise RuntimeError("too far left")
        return [1.0]

    problem = ml.Problem(lambda theta: theta[0], grad, start=[3.0])
    with pytest.raises(
        ValueError, match=r"grad raised RuntimeError at theta = \[0.5\]: too far left"
    ):
        ml.minimize(problem, ml.gd(0.5), steps=10)


@pytest.mark.parametrize("place", CASES)
def test_values_agree_with_the_loop_s_losses(place):
    problem, _ = CASES[place]
    run = ml.minimize(problem, ml.adam(0.05), steps=10)
    assert (problem.values(run.theta) == run.loss).all()


EVERY_METHOD = [
    ml.gd(0.002), ml.momentum(0.002), ml.nag(0.002, ml.schedules.nesterov()), ml.rmsprop(0.03),
    ml.adam(0.03), ml.adam(0.03, bias_correction=False), ml.nadam(0.03), ml.amsgrad(0.03),
    ml.adamw(0.03), ml.lion(0.03), ml.gd(9.0),
]  # fmt: skip


@pytest.mark.parametrize("place", CASES)
def test_a_run_in_one_piece_with_its_landscape_is_the_same(place):
    """A plain run has its landscape inlined; one with a rule for restarts, or keep=, has not."""
    problem, _ = CASES[place]
    never = ml.restarts.every(1000)
    for method in EVERY_METHOD:
        plain = ml.minimize(problem, method, steps=60, states=True)
        other = ml.minimize(problem, method, steps=60, states=True, restart=never)
        assert plain.status == other.status
        for name in ("theta", "loss", "grad_norm", "states"):
            assert np.array_equal(getattr(plain, name), getattr(other, name), equal_nan=True)
        few = ml.minimize(problem, method, steps=60, keep=7, states=True)
        rows = few.t
        for name in ("theta", "loss", "grad_norm", "states"):
            assert np.array_equal(getattr(plain, name)[rows], getattr(few, name), equal_nan=True)


FILLED = {  # settings: how many numbers 500 steps on two parameters fill
    "rows": ({}, 501 * 4),
    "states": ({"states": True}, 501 * 10),
    "every third": ({"keep": 3}, 168 * 4),
    "every fifth": ({"keep": 5}, 101 * 4),
    "a plan": ({"method": ml.gd(ml.schedules.constant(0.1))}, 501 * 4 + 500 * 15),
    "restarts": ({"restart": ml.restarts.every(9)}, 501 * 4 + 500),
}


@pytest.mark.parametrize("room", [0, 1])
@pytest.mark.parametrize("case", FILLED)
def test_a_run_may_fill_what_it_counts(case, room, monkeypatch):
    """8 bytes a number: θ, J and |∇J| of each row, three states where asked for; η of each step."""
    settings, numbers = FILLED[case]
    monkeypatch.setattr("momentumlib.memory._memory", lambda: 8 * numbers - 1 + room)
    settings = {"method": ml.gd(0.1), "steps": 500, **settings}
    run = lambda: ml.minimize(ml.problems.quadratic(4), **settings)
    if room:
        assert run().steps == 500
    else:
        with pytest.raises(ValueError, match="steps = 500 would fill"):
            run()


@pytest.mark.parametrize(("says", "bytes_"), [(b"1000\n", 1000), (b"max\n", None), (None, None)])
def test_memory_is_the_container_s_or_the_machine_s(says, bytes_, monkeypatch):
    def opened(path, mode):
        assert (path, mode) == ("/sys/fs/cgroup/memory.max", "rb")
        if says is None:
            raise FileNotFoundError
        return io.BytesIO(says)

    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1000}
    monkeypatch.setattr(memory, "open", opened, raising=False)
    monkeypatch.setattr(memory.os, "sysconf", sizes.__getitem__, raising=False)
    assert memory._memory.__wrapped__() == (bytes_ or 4096 * 1000)


def test_a_plan_of_two_steps_is_followed():
    """By the fused loop, which takes one row of numbers for all steps, or one for each."""
    for steps in (1, 2, 3):
        run = ml.minimize(VALLEY, ml.gd([0.1, 0.05, 0.02][:steps]), steps=steps)
        factors = np.cumprod([1, 0.9, 0.95, 0.98][: steps + 1])
        assert run.theta[:, 0] == pytest.approx(-4 * factors)


def test_a_run_that_ends_at_nan_is_taken_again_where_that_is_quick():
    """In Python, up to a million numbers of it: Python may have an error to tell."""
    end, bound = np.array([1.0, np.nan]), Bound((), (), np.zeros(0), True, fresh=False)
    ended = lambda steps, built_in, after: run_module._doubt(
        SimpleNamespace(
            steps=steps, problem=SimpleNamespace(_built_in=built_in, compile=None),
            loss=np.ones(3), theta=np.ones((0, 2)),
        ), bound, after,
    )  # fmt: skip
    assert ended(500_000, True, end) == "compiled, it ends at nan"
    assert ended(500_001, True, end) == ""
    assert ended(3, True, np.ones(2)) == ""
    assert ended(3, True, None) == ""


@pytest.mark.parametrize("keep", [7, 1000])
def test_a_run_that_converges_between_kept_rows_ends_with_the_cost_there(keep):
    every = ml.minimize(VALLEY, ml.momentum(0.01, 0.5), tol=1e-2, steps=900)
    few = ml.minimize(VALLEY, ml.momentum(0.01, 0.5), tol=1e-2, steps=900, keep=keep)
    assert few.status == "converged"
    assert few.steps % keep
    assert (few.loss == every.loss[few.t]).all()
