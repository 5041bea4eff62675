"""Every point of a sweep is a run; whoever computes it, the numbers are the same."""

import functools
import importlib.util
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from threading import Event

import numpy as np
import pytest

import momentumlib as ml
from cases import CASES, Cost, Slope, heavy_ball, own_momentum
from momentumlib import blocks, kernels, points, sweeps, workers
from momentumlib.arithmetic import is_arithmetic
from tiers import first

VALLEY = ml.problems.quadratic(kappa=30)
TILTED = ml.problems.quadratic(kappa=30, angle=20)
ETAS, GAMMAS = np.geomspace(1e-3, 0.3, 9), np.linspace(0, 1, 7)
quiet = {"progress": False}


def processes(count):
    """A pool of new processes: a copy of this one, which has threads, may wait for ever."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def gaps(run):
    return run.loss - (run.problem.minimum or 0.0)


def arrived(run, steps, tol):
    """The first t from which J − J* never rises above tol times its first value; −1 for never."""
    if run.problem.minimum is None:
        return -1
    high = np.flatnonzero(gaps(run) > tol * gaps(run)[0])
    if run.status == "diverged" or (high.size and high[-1] == steps):
        return -1
    return high[-1] + 1 if high.size else 0


def assert_points_are_runs(result, problem, method, steps, tol=1e-6, **fixed):
    """Compare all points with ml.minimize, one by one."""
    names = [name for name in result.axes if name not in ("start", "seed")]
    for index in np.ndindex(result.loss.shape):
        values = dict(zip(result.axes, index, strict=True))
        hyper = {name: result.axes[name][values[name]].item() for name in names}
        settings = dict(fixed)
        if "start" in values:
            settings["start"] = result.axes["start"][values["start"]]
        if "seed" in values:
            settings["seed"] = int(result.axes["seed"][values["seed"]])
        run = ml.minimize(problem, method(**hyper), steps=steps, **settings)
        if run.status == "diverged":
            assert (result.status[index], result.loss[index]) == ("diverged", np.inf)
            assert not result.rate[index] <= 1  # nan where it was over at once
        else:
            assert result.loss[index] == pytest.approx(run.loss[-1], rel=1e-9, abs=1e-300)
            reached = arrived(run, steps, tol)
            assert result.status[index] == ("converged" if reached >= 0 else "max_steps")
        assert result.steps[index] == arrived(run, steps, tol)


METHODS = {
    "gd": (ml.gd, {"eta": ETAS}),
    "momentum": (ml.momentum, {"eta": ETAS, "gamma": GAMMAS}),
    "nag": (ml.nag, {"eta": ETAS, "gamma": GAMMAS}),
    "rmsprop": (ml.rmsprop, {"eta": ETAS, "beta2": [0.8, 0.99], "eps": 0.03, "gamma": [0, 0.6]}),
    "adam": (ml.adam, {"eta": ETAS, "beta1": [0.0, 0.9], "beta2": [0.8, 0.99], "eps": 0.03}),
    "nadam": (ml.nadam, {"eta": ETAS, "beta1": [0.5, 0.9], "eps": 0.03}),
    "amsgrad": (ml.amsgrad, {"eta": ETAS, "beta2": [0.8, 0.99], "eps": 0.03}),
    "adamw": (ml.adamw, {"eta": ETAS, "weight_decay": 0.2, "eps": 0.03}),
    "eps and weight_decay": (
        ml.adamw,
        {"weight_decay": [0, 0.1, 2], "eta": [0.01, 0.1], "eps": [1e-8, 1e-3, 0.5, 2]},
    ),
    "lion": (ml.lion, {"eta": ETAS, "beta1": [0.5, 0.9], "weight_decay": [0, 0.1]}),
    "uncorrected": (
        lambda eta: ml.adam(eta, beta2=0.9, eps=0.03, bias_correction=False),
        {"eta": ETAS},
    ),
}


@pytest.mark.parametrize("problem", [VALLEY, TILTED], ids=["lanes", "one by one"])
@pytest.mark.parametrize(("method", "hyper"), METHODS.values(), ids=METHODS)
def test_every_point_is_a_run(method, hyper, problem):
    """On a valley along the axes many points are computed side by side, else one by one."""
    result = ml.sweep(problem, method, steps=90, **hyper, **quiet)
    axes = {name: len(values) for name, values in hyper.items() if np.ndim(values)}
    assert {name: len(values) for name, values in result.axes.items()} == axes
    assert result.loss.shape == tuple(axes.values())
    fixed = {name: value for name, value in hyper.items() if not np.ndim(value)}
    assert_points_are_runs(result, problem, lambda **swept: method(**swept, **fixed), 90)


@pytest.mark.parametrize("place", first(("quadratic, turned", "himmelblau", "logistic"), CASES))
def test_every_problem_can_be_swept(place):
    problem, _ = CASES[place]
    result = ml.sweep(problem, ml.nag, eta=[1e-3, 1e-2, 10.0], gamma=[0.5, 0.95], steps=60, **quiet)
    assert_points_are_runs(result, problem, ml.nag, 60)


@pytest.mark.parametrize("count", [700, 9000])
def test_more_points_than_lanes(count):
    """700 points are several tasks of 256 lanes each; of 9000, each task runs its lanes in turn."""
    etas = np.linspace(1e-3, 0.08, count)
    result = ml.sweep(VALLEY, ml.momentum, eta=etas, gamma=0.5, steps=40, **quiet)
    some = [0, 255, 256, 257, 511, 512, 699, *range(701, count, 997), count - 1]
    wanted = [ml.minimize(VALLEY, ml.momentum(etas[i], 0.5), steps=40).loss[-1] for i in some]
    assert result.loss[some] == pytest.approx(wanted, rel=1e-9)


class Trained(ml.Problem):
    minibatches = True


TOGETHER_OR_NOT = [  # a problem, points, noise, kind of restart, steps -> how many make a block
    (VALLEY, 1, 0.0, 0, 500, 256),  # lanes are filled, and shared out from 16 blocks on
    (VALLEY, 4095, 0.0, 0, 500, 256),
    (VALLEY, 4096, 0.0, 0, 10**9, 512),
    (TILTED, 10**6, 0.0, 0, 500, 256 * 64),
    (ml.problems.wavy(dim=4), 4096, 0.0, 0, 500, 512),
    (ml.problems.quadratic(dim=9), 4096, 0.0, 0, 500, 512),
    (ml.problems.wavy(dim=5), 4096, 0.0, 0, 500, 257),  # these go one by one
    (VALLEY, 4096, 0.1, 0, 500, 257),
    (VALLEY, 15, 0.0, 1, 500, 1),
    (VALLEY, 4096, 0.0, 1, 500, 257),
    (VALLEY, 4096, 0.1, 1, 10**5, 100),  # of no more numbers than fit
    (VALLEY, 4096, 0.1, 0, 10**8, 1),
    (ml.Problem(Cost(1.0), Slope(1.0), dim=1, compile=False), 4096, 0.0, 0, 500, 257),
    (Trained(Cost(1.0), Slope(1.0), dim=1), 4096, 0.0, 0, 500, 1),  # each takes long
]


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="nothing goes side by side")
@pytest.mark.parametrize(("problem", "count", "noise", "kind", "steps", "size"), TOGETHER_OR_NOT)
def test_how_many_points_make_a_block(problem, count, noise, kind, steps, size):
    assert blocks.size_of(problem, count, noise, np.array([kind, 5]), steps) == size


def test_how_many_points_make_a_block_of_columns(monkeypatch):
    """All, as far as their costs fit."""
    monkeypatch.setattr(blocks.kernels, "HAVE_NUMBA", False)
    size = lambda steps, kind=0: blocks.size_of(VALLEY, 40, 0.1, np.array([kind, 5]), steps)
    assert [size(9), size(62_499), size(124_999), size(10**8)] == [40, 40, 20, 1]
    assert size(9, kind=1) == 3


def test_starts_and_seeds_are_axes():
    starts, seeds = [[1.0, 1.0], [-2.0, 0.5], [0.1, 3.0]], [4, 9]
    for problem in (VALLEY, TILTED):
        result = ml.sweep(
            problem, ml.momentum, eta=[0.01, 0.03], gamma=0.8, steps=50, starts=starts,
            seeds=seeds, noise=0.2, **quiet,
        )  # fmt: skip
        assert list(result.axes) == ["eta", "start", "seed"]
        assert result.loss.shape == (2, 3, 2)
        method = lambda eta: ml.momentum(eta, 0.8)
        assert_points_are_runs(result, problem, method, 50, noise=0.2)
    assert len(np.unique(result.loss)) == 12


def test_one_start_for_all():
    result = ml.sweep(VALLEY, ml.gd, eta=[0.01, 0.02], start=[1.0, -1.0], steps=20, **quiet)
    assert list(result.axes) == ["eta"]
    assert_points_are_runs(result, VALLEY, ml.gd, 20, start=[1.0, -1.0])


def test_a_sweep_of_one_point():
    result = ml.sweep(VALLEY, ml.momentum, eta=0.02, gamma=0.8, steps=30, **quiet)
    assert result.loss.shape == ()
    assert result.loss == pytest.approx(
        ml.minimize(VALLEY, ml.momentum(0.02, 0.8), steps=30).loss[-1]
    )
    assert result.best() == {}


def test_tolerance_is_a_share_of_the_first_gap():
    settings = dict(eta=[0.01, 0.02], gamma=[0.5, 0.8], steps=120)
    for tol in (1e-1, 1e-3, 1e-12):
        result = ml.sweep(VALLEY, ml.momentum, tol=tol, **settings, **quiet)
        assert_points_are_runs(result, VALLEY, ml.momentum, 120, tol=tol)


@pytest.mark.parametrize("name", ["momentum", "nag"])
@pytest.mark.parametrize("problem", [VALLEY, TILTED], ids=["lanes", "one by one"])
def test_the_measured_rate_is_theory_s(name, problem):
    etas, gammas = np.linspace(0.004, 0.06, 8), np.linspace(0, 0.95, 6)
    result = ml.sweep(problem, getattr(ml, name), eta=etas, gamma=gammas, steps=600, **quiet)
    wanted = ml.theory.rate_map(name, etas, gammas, problem.eigenvalues).T
    known = wanted > 0.6  # faster ones have arrived before a rate can be measured
    assert known.sum() > 30
    assert result.rate[known] == pytest.approx(wanted[known], abs=0.015)
    assert ((result.rate > 1) == (wanted > 1))[known].all()


def test_best_is_the_first_to_arrive():
    result = ml.sweep(VALLEY, ml.momentum, eta=ETAS, gamma=GAMMAS, steps=300, **quiet)
    best = result.best()
    fastest = result.steps[result.steps >= 0].min()
    at = list(ETAS).index(best["eta"]), list(GAMMAS).index(best["gamma"])
    assert result.steps[at] == fastest > 0
    slow = ml.sweep(VALLEY, ml.gd, eta=[1e-4, 1e-3, 2e-4], steps=20, **quiet)
    assert (slow.steps == -1).all()
    assert slow.best() == {"eta": 1e-3}  # nobody arrives: who ends lowest


def test_best_counts_the_worst_start():
    """A point stands for its worst start: the one that suits a single start does not win."""
    starts = [[1.0, 0.0], [0.0, 1.0]]
    result = ml.sweep(VALLEY, ml.gd, eta=[1 / 30, 1.0, 2 / 31], starts=starts, steps=600, **quiet)
    assert result.steps[1, 0] == 1  # η = 1 solves the first start at once, diverges from the other
    assert result.status[1, 1] == "diverged"
    assert result.best() == {"eta": pytest.approx(2 / 31)}


def test_what_cannot_be_compiled_is_swept_too():
    problem = ml.Problem(Cost(1.0, 30.0), Slope(1.0, 30.0), start=VALLEY.start, minimum=0.0)
    settings = dict(eta=[0.01, 0.05, 0.5], gamma=[0.5, 0.9], steps=50, **quiet)
    same(ml.sweep(problem, ml.nag, **settings), ml.sweep(VALLEY, ml.nag, **settings), rel=1e-12)


def test_own_steps_are_swept():
    settings = dict(eta=[0.01, 0.03, 0.5], gamma=[0.5, 0.9], steps=50, **quiet)
    same(
        ml.sweep(VALLEY, own_momentum, **settings),
        ml.sweep(VALLEY, ml.momentum, **settings),
        rel=1e-9,
    )


def test_a_method_may_combine_its_numbers():
    """Any function from the swept numbers to a method: here η/(1 − γ) is what is swept."""
    method = lambda effective, gamma: ml.momentum(effective * (1 - gamma), gamma)
    result = ml.sweep(VALLEY, method, effective=[0.02, 0.05], gamma=[0.5, 0.9], steps=50, **quiet)
    assert_points_are_runs(result, VALLEY, method, 50)


def test_schedules_are_functions_of_the_step_in_a_sweep_too():
    """γ's schedule runs over the steps, not over the points of the grid."""
    growing = ml.schedules.nesterov()
    for method, hyper in (
        (lambda eta: ml.nag(eta, growing), {}),
        (ml.nag, {"gamma": growing}),
    ):
        result = ml.sweep(VALLEY, method, eta=[0.01, 0.02, 0.03], steps=50, **hyper, **quiet)
        wanted = [
            ml.minimize(VALLEY, ml.nag(eta, growing), steps=50).loss[-1]
            for eta in (0.01, 0.02, 0.03)
        ]
        assert result.loss == pytest.approx(wanted, rel=1e-9)


# --- Each point's own method ------------------------------------------------------


def rises(eta, k):
    """Another method on the other side of k = ½."""
    return ml.gd(eta) if k < 0.5 else ml.adam(eta)


def shrunk(eta, k):
    """A step that reads k from its closure, and k² from a list there."""
    powers = [k, k * k]

    def step(theta, g, eta):
        return theta - eta * (k + powers[1]) * g

    return ml.own(step, eta=eta)


def bent(eta, k):
    """A step whose default is another at every point."""

    def step(theta, g, eta):
        return theta - eta * factor[0] * g

    factor = (k,)
    return ml.own(step, eta=eta)


def ahead(eta, k):
    return ml.own(heavy_ball, eta=eta, gamma=0.5, look_ahead=k > 0.5)


def scheduled(eta, k):
    return ml.momentum(eta, ml.schedules.linear(0.0, k, 30) if k > 0.5 else k)


OWN_AT_EACH_POINT = {
    "weight decay": (ml.frameworks.torch_sgd, {"lr": [0.01, 0.05], "weight_decay": [0, 0.5]}),
    "dampening": (
        ml.frameworks.torch_sgd,
        {"lr": [0.01], "momentum": [0.5, 0.9], "dampening": [0, 0.3]},
    ),
    "nesterov": (
        ml.frameworks.torch_sgd,
        {"nesterov": [False, True], "lr": [0.01], "momentum": [0.9]},
    ),
    "keras": (ml.frameworks.keras_sgd, {"learning_rate": [0.01], "weight_decay": [0.0, 0.4]}),
    "keras adam": (ml.frameworks.keras_adam, {"learning_rate": [0.1], "weight_decay": [0, 0.4]}),
    "bias correction": (ml.adam, {"eta": [0.01, 0.1], "bias_correction": [False, True]}),
    "condition": (rises, {"eta": [0.01, 0.1], "k": [0.2, 0.8]}),
    "closure": (shrunk, {"eta": [0.01, 0.02], "k": [0.5, 1.0, 1.5]}),
    "tuple in a closure": (bent, {"eta": [0.01], "k": [0.5, 1.0]}),
    "look ahead": (ahead, {"eta": [0.01], "k": [0.0, 1.0]}),
    "schedules and numbers": (scheduled, {"eta": [0.01], "k": [0.2, 0.4, 0.7, 0.9]}),
}


@pytest.mark.parametrize(
    "kind", first(("closure", "bias correction", "condition"), OWN_AT_EACH_POINT)
)
def test_every_point_runs_its_own_method(kind):
    method, hyper = OWN_AT_EACH_POINT[kind]
    result = ml.sweep(VALLEY, method, steps=40, **hyper, **quiet)
    assert_points_are_runs(result, VALLEY, method, 40)
    assert len(np.unique(result.loss)) == result.loss.size


def test_what_tells_one_step_from_another():
    """Code, closure, defaults, attributes; not that it was made a second time."""

    def made(c=1.0, default=1.0, keyword=1.0, attribute=None):
        def step(theta, g, k=default, *, n=keyword):
            return theta - c * k * n * g

        if attribute is not None:
            step.about = attribute
        return step

    def plain(c):
        return lambda theta, g: theta - c * g

    assert points._step(plain(1.0)) == points._step(plain(1.0))
    assert points._step(plain(1.0)) != points._step(plain(2.0))
    assert points._step(plain([1])) == points._step(plain([1]))
    assert points._step(made()) == points._step(made())
    others = [{"c": 2.0}, {"default": 2.0}, {"keyword": 2.0}, {"attribute": 1}, {"attribute": 2}]
    assert len({points._step(made(**given)) for given in ({}, *others)}) == 6
    bare = lambda **given: (lambda one: (setattr(one, "about", given), one)[1])(plain(1.0))
    assert points._step(bare(a=1)) != points._step(bare(a=2))
    for one in (lambda c: lambda theta, k=c: theta, lambda c: lambda theta, *, k=c: theta):
        assert points._step(one(1.0)) == points._step(one(1.0)) != points._step(one(2.0))
    assert points._step(None) is None


def test_points_of_one_method_run_together(monkeypatch):
    """Closures that hold the same are one step: they are compiled once."""
    methods, block = set(), sweeps.block
    watched = lambda *task: (methods.add(task[1].step), block(*task))[1]
    monkeypatch.setattr(sweeps, "block", watched)
    grid = {"lr": np.linspace(0.01, 0.02, 50), "weight_decay": [0.1, 0.2]}
    ml.sweep(VALLEY, ml.frameworks.torch_sgd, steps=5, **grid, **quiet)
    assert len(methods) == 2


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_what_is_made_inside_a_function_runs_in_other_processes(alone):
    """Its step cannot be sent there; the function that makes it can."""
    grid = {"lr": [0.01, 0.05], "weight_decay": [0.0, 0.5], "steps": 30, **quiet}
    with processes(1) as executor:
        found = ml.sweep(VALLEY, ml.frameworks.torch_sgd, executor=executor, **grid)
    same(found, ml.sweep(VALLEY, ml.frameworks.torch_sgd, **grid))


# --- The best ---------------------------------------------------------------------


def test_without_a_minimum_nothing_arrives_and_the_lowest_is_best():
    """There is nothing to measure a gap to, so that step 0 is not the end."""
    bowl = ml.Problem(Cost(1.0, 9.0), Slope(1.0, 9.0), start=[1.0, 1.0])
    result = ml.sweep(bowl, ml.gd, eta=[1e-6, 0.1, 1.0], steps=30, **quiet)
    assert list(result.status) == ["max_steps"] * 3
    assert (result.steps == -1).all()
    assert np.isnan(result.rate).all()
    assert result.best() == {"eta": 0.1}
    assert not result.known
    assert repr(result).endswith("no minimum is known to converge to>")
    known = ml.Problem(Cost(1.0, 9.0), Slope(1.0, 9.0), start=[1.0, 1.0], minimum=0.0)
    result = ml.sweep(known, ml.gd, eta=[1e-6, 0.1, 1.0], steps=200, **quiet)
    assert result.known
    assert result.best() == {"eta": 0.1}
    assert result.steps[1] > 0


@pytest.mark.parametrize("minimum", [None, 0.0])
def test_a_cost_that_is_no_number_is_never_best(minimum):
    """Here J is nan wherever the first step leads far enough."""
    cost = lambda theta: theta[0] ** 2 if theta[0] > 0.5 else np.nan
    problem = ml.Problem(cost, lambda theta: [2 * theta[0]], start=[1.0], minimum=minimum)
    result = ml.sweep(problem, ml.gd, eta=[0.45, 0.01, 0.001], steps=1, tol=1e-3, **quiet)
    assert np.isnan(result.loss[0])
    assert result.best() == {"eta": 0.01}


def test_where_all_diverge_there_is_no_best():
    result = ml.sweep(VALLEY, ml.gd, eta=[1.0, 2.0], steps=400, **quiet)
    assert (result.status == "diverged").all()
    with pytest.raises(ValueError, match=r"^no point of the sweep is best"):
        result.best()


# --- Executors --------------------------------------------------------------------


def same(one, other, rel=0.0):
    for name in ("loss", "rate"):
        wanted = pytest.approx(getattr(other, name), rel=rel, abs=0, nan_ok=True)
        assert getattr(one, name) == wanted
    for name in ("steps", "status"):
        assert (getattr(one, name) == getattr(other, name)).all()
    assert list(one.axes) == list(other.axes)
    for name, values in one.axes.items():
        assert (values == other.axes[name]).all()


SWEEPS = {
    "lanes": (
        VALLEY,
        ml.momentum,
        {"eta": np.geomspace(1e-3, 0.3, 60), "gamma": np.linspace(0, 1, 40)},
    ),
    "one by one": (ml.problems.rosenbrock(), ml.nag, {"eta": ETAS / 100, "gamma": GAMMAS}),
    "noise": (VALLEY, ml.adam, {"eta": ETAS, "seeds": range(5), "noise": 0.3}),
    "starts": (ml.problems.himmelblau(), ml.gd, {"eta": [1e-3, 1e-2], "starts": np.eye(2)}),
    "own problem": (
        ml.Problem(Cost(1.0, 9.0), Slope(1.0, 9.0), start=[1.0, 1.0]),
        ml.momentum,
        {"eta": ETAS, "gamma": 0.5},
    ),
    "own step": (ml.problems.beale(), own_momentum, {"eta": ETAS / 100, "gamma": [0.5, 0.9]}),
}


@pytest.fixture(scope="module")
def alone():
    """Every sweep in one thread: what all others must give."""
    with ThreadPoolExecutor(1) as executor:
        return {
            name: ml.sweep(problem, method, steps=60, executor=executor, **settings, **quiet)
            for name, (problem, method, settings) in SWEEPS.items()
        }


def assert_same_everywhere(alone, executor):
    for name, (problem, method, settings) in SWEEPS.items():
        found = ml.sweep(problem, method, steps=60, executor=executor, **settings, **quiet)
        same(found, alone[name])


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_threads_give_the_same_numbers(alone):
    assert_same_everywhere(alone, None)
    assert {len(np.unique(result.loss)) > 5 for result in alone.values()} >= {True}


@pytest.mark.xdist_group("executors")
def test_a_python_without_threads_gives_the_same_numbers(alone, monkeypatch):
    monkeypatch.setattr(workers, "WITHOUT_THREADS", True)
    monkeypatch.delattr(workers, "_Threads")
    assert_same_everywhere(alone, None)
    with pytest.raises(ZeroDivisionError):
        workers.gather(divmod, [(1, 1), (1, 0)])


def test_a_sweep_starts_a_thread_for_each_core_that_it_may_use(monkeypatch):
    """In a container, or under taskset, the machine has more than the process."""
    started, threads = [], workers._Threads
    monkeypatch.setattr(workers, "_Threads", lambda count: started.append(count) or threads(count))
    monkeypatch.setattr(workers, "cores", workers.cores.__wrapped__)  # looks each time
    for mine in ({0}, {0, 3, 5}):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, mine=mine: mine, raising=False)
        assert workers.gather(divmod, [(7, 2), (9, 2)]) == [(3, 1), (4, 1)]
    assert started == [1, 3]


@pytest.mark.parametrize(("platform", "interval"), [("linux", 10), ("emscripten", 0), ("wasi", 0)])
def test_a_browser_s_python_starts_no_thread_for_a_bar_either(platform, interval, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(workers.tqdm, "monitor_interval", 10)
    again = importlib.util.module_from_spec(workers.__spec__)
    workers.__spec__.loader.exec_module(again)
    assert (again.tqdm.monitor_interval, again.WITHOUT_THREADS) == (interval, interval == 0)


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_processes_give_the_same_numbers(alone):
    with processes(2) as executor:
        assert_same_everywhere(alone, executor)


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_dask_cluster_gives_the_same_numbers(alone, cluster):
    assert_same_everywhere(alone, cluster.get_executor())


def test_an_executor_stays_open():
    with ThreadPoolExecutor(1) as executor:
        for _ in range(2):
            ml.sweep(VALLEY, ml.gd, eta=[0.01], steps=5, executor=executor, **quiet)
        assert executor.submit(int, 3).result() == 3


def test_what_fails_in_a_block_is_one_sentence():
    class Wrong(Slope):
        def __call__(self, theta):
            if theta[0] < 0.5:
                raise KeyError("no slope here")
            return super().__call__(theta)

    problem = ml.Problem(Cost(1.0, 9.0), Wrong(1.0, 9.0), start=[1.0, 1.0])
    with pytest.raises(ValueError, match=r"^grad raised KeyError at theta") as caught:
        ml.sweep(problem, ml.gd, eta=[0.01, 0.02], steps=200, **quiet)
    assert "\n" not in str(caught.value)


class Mortal(Slope):
    """A gradient at which its process dies, as long as the file at `path` is there."""

    def __init__(self, path, *curvatures):
        super().__init__(*curvatures)
        self.path, self.parent = path, os.getpid()

    def __call__(self, theta):
        if os.getpid() != self.parent and theta[0] < 0.97 and os.path.exists(self.path):
            if not self.path.endswith("always"):
                os.remove(self.path)
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        return super().__call__(theta)


MORTAL = {"eta": [0.001, 0.002, 0.01, 0.02], "gamma": [0.0, 0.5], "steps": 20, **quiet}


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_pool_whose_process_is_killed_is_replaced(tmp_path):
    deadly = tmp_path / "once"
    deadly.touch()
    problem = ml.Problem(Cost(1.0, 9.0), Mortal(str(deadly), 1.0, 9.0), start=[1.0, 1.0])
    with processes(2) as executor:
        found = ml.sweep(problem, ml.momentum, executor=executor, study=tmp_path / "s", **MORTAL)
    assert not deadly.exists()
    same(found, ml.sweep(problem, ml.momentum, **MORTAL))
    assert len(list((tmp_path / "s").glob("*.npz"))) == 8


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_part_that_kills_every_process_ends_in_a_sentence(tmp_path):
    """Those who reach θ₁ < 0.97 die; what the others did is kept."""
    deadly = tmp_path / "always"
    deadly.touch()
    problem = ml.Problem(Cost(1.0, 9.0), Mortal(str(deadly), 1.0, 9.0), start=[1.0, 1.0])
    with (
        processes(1) as executor,
        pytest.raises(RuntimeError, match=r"^executor: its processes end .* kept in the study"),
    ):
        ml.sweep(problem, ml.momentum, executor=executor, study=tmp_path / "s", **MORTAL)
    kept = len(list((tmp_path / "s").glob("*.npz")))
    deadly.unlink()
    found = ml.sweep(problem, ml.momentum, study=tmp_path / "s", **MORTAL)
    same(found, ml.sweep(problem, ml.momentum, **MORTAL))
    assert 0 < kept < 8


class Odd:
    """An executor in name."""

    def __init__(self, submit):
        self.submit = submit


def shut():
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    return executor


def cancels(*task):
    future = Future()
    future.cancel()
    future.set_running_or_notify_cancel()
    return future


def breaks(*task):
    raise BrokenExecutor("it is broken")


def fails(*task):
    raise KeyError("no such worker")


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: ThreadPoolExecutor, TypeError),
        (lambda: Odd("submit"), TypeError),
        (lambda: Odd(lambda *task: 3), TypeError),
        (lambda: Odd(lambda: None), ValueError),
        (lambda: Odd(fails), ValueError),
        (shut, ValueError),
        (lambda: Odd(cancels), RuntimeError),
        (lambda: Odd(breaks), RuntimeError),
        (lambda: ThreadPoolExecutor(1, initializer=fails), RuntimeError),
    ],
)
def test_a_bad_executor_gets_one_sentence(make, error, caplog):
    with pytest.raises(error, match=r"^executor") as caught:
        ml.sweep(VALLEY, ml.gd, eta=[0.1], steps=5, executor=make(), **quiet)
    assert "\n" not in str(caught.value)


def pools(finished, monkeypatch):
    """A class of pools of which each does so many tasks before it breaks, and those made of it."""
    made = []

    class Pool:
        _max_workers, _mp_context, _initializer, _initargs, _max_tasks_per_child = 2, 3, 4, (5,), 6

        def __init__(self, *given, **more):
            made.append((given, more))
            self.left = finished[min(len(made), len(finished)) - 1]

        def submit(self, work, *arguments):
            if not self.left:
                raise BrokenExecutor("killed")
            self.left -= 1
            future = Future()
            future.set_result(work(*arguments))
            return future

        def shutdown(self, wait, cancel_futures):
            made.append("shut")

    monkeypatch.setattr(workers, "processes", lambda: Pool)
    return Pool, made


def test_a_broken_pool_is_replaced_until_it_breaks_three_times_without_any_work_done(monkeypatch):
    """What was done in between is kept, and counts from the start."""
    given = ((2, 3, 4, (5,)), {"max_tasks_per_child": 6})
    for finished, done, new in (([0], 0, 2), ([1, 0], 1, 2), ([0, 0, 1, 0], 1, 4)):
        pool, made = pools(finished, monkeypatch)
        saved = {}
        says = rf"{done} of 5 parts of the sweep were done and is kept in the study \(killed\)$"
        with pytest.raises(RuntimeError, match=rf"^executor: its processes end .*; {says}"):
            workers.gather(divmod, [(k, 2) for k in range(5)], pool(),
                           keep=saved.__setitem__, progress=False)  # fmt: skip
        assert saved == ({0: (0, 0)} if done else {})
        assert made[1:] == [given] * new + ["shut"] * new
    pool, made = pools([1], monkeypatch)
    found = workers.gather(divmod, [(k, 2) for k in range(5)], pool(), progress=False)
    assert found == [divmod(k, 2) for k in range(5)]
    pool, made = pools([0], monkeypatch)
    with pytest.raises(RuntimeError, match=r"0 of 1 parts .* done and lost; a study would keep it"):
        workers.gather(divmod, [(1, 2)], pool(), progress=False)


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_there_is_a_thread_for_each_core_and_ctrl_c_waits_for_none(error, count, monkeypatch):
    """An error waits for what is under way; what has not begun is not begun."""
    ended, own = [], workers._Threads

    class Threads(own):
        def shutdown(self, wait=True, *, cancel_futures=False):
            ended.append((len(self.threads), wait, cancel_futures))
            super().shutdown(wait, cancel_futures=cancel_futures)

    def keep(number, result):
        if error:
            raise error("now")

    monkeypatch.setattr(workers, "_Threads", Threads)
    monkeypatch.setattr(workers, "cores", lambda: count)
    if error:
        with pytest.raises(error):
            workers.gather(divmod, [(7, 2)], keep=keep)
    else:
        assert workers.gather(divmod, [(7, 2), (5, 5)], keep=keep) == [(3, 1), (1, 0)]
    assert ended == [(count, error is not KeyboardInterrupt, True)]


def test_own_threads_end_after_what_they_were_given():
    own = workers._Threads(2)
    futures = [own.submit(divmod, 7, k) for k in (2, 0, 4)]
    assert all(thread.daemon for thread in own.threads)
    own.shutdown()
    assert not any(thread.is_alive() for thread in own.threads)
    assert (futures[0].result(), futures[2].result()) == ((3, 1), (1, 3))
    assert isinstance(futures[1].exception(), ZeroDivisionError)
    asleep = workers._Threads(1)
    begun, go = Event(), Event()
    asleep.submit(lambda: (begun.set(), go.wait(20)))
    begun.wait(20)
    asleep.shutdown(wait=False)
    assert asleep.threads[0].is_alive()
    go.set()
    asleep.threads[0].join(20)
    assert not asleep.threads[0].is_alive()


UNSENT = {
    "f": (lambda: ml.Problem(lambda th: th[0] ** 2, Slope(1.0), dim=1), ml.gd),
    "grad": (lambda: ml.Problem(Cost(1.0), lambda th: th, dim=1), ml.gd),
    "step": (lambda: VALLEY, lambda eta: ml.own(lambda theta, g, eta: theta - eta * g, eta=eta)),
}


@pytest.mark.parametrize("argument", UNSENT)
def test_what_cannot_be_sent_to_a_process_gets_one_sentence(argument):
    make, method = UNSENT[argument]
    with processes(1) as executor:
        with pytest.raises(
            TypeError, match=rf"^executor: {argument} \(.* cannot be sent"
        ) as caught:
            ml.sweep(make(), method, eta=[0.1], steps=5, executor=executor, **quiet)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_lambda_may_name_one_of_the_book_s_methods_in_other_processes():
    grid = {"eta": [0.01, 0.02], "steps": 20, **quiet}
    method = lambda eta: ml.momentum(eta, 0.8)
    with processes(1) as executor:
        same(ml.sweep(VALLEY, method, executor=executor, **grid), ml.sweep(VALLEY, method, **grid))


TOGETHER = """
import numpy as np
import momentumlib as ml
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from cases import own_momentum

valley, start = ml.problems.quadratic(kappa=30, angle=20), Barrier(6)

def by_hand(eta, gamma):
    theta, v = valley.start, 0.0
    for _ in range(30):
        v = gamma * v + eta * valley.grad(theta)
        theta = theta - v
    return valley.f(theta)

def work(method):
    start.wait()
    return ml.sweep(valley, method, steps=30, eta=[0.01, 0.02], gamma=[0.5, 0.9]).loss

with ThreadPoolExecutor(6) as threads:
    found = list(threads.map(work, 3 * [ml.momentum, own_momentum]))
wanted = [[by_hand(eta, gamma) for gamma in (0.5, 0.9)] for eta in (0.01, 0.02)]
assert all(np.allclose(loss, wanted, 1e-12) for loss in found), (found, wanted)
print("all the same")
"""


@pytest.mark.slow
def test_threads_that_compile_at_once_agree(tmp_path):
    """In a process whose cache is empty, six threads begin at the same moment."""
    done = subprocess.run(
        [sys.executable, "-c", TOGETHER], text=True, capture_output=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path),
             "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path])},
    )  # fmt: skip
    assert done.stdout == "all the same\n", done.stderr


def test_a_bar_counts_the_parts_of_a_sweep(monkeypatch):
    """From those that a study has; it comes after a second, and leaves nothing behind."""
    seen = []

    class Bar:
        def __init__(self, **given):
            seen.append(given)

        def update(self):
            seen.append("one")

        def close(self):
            seen.append("closed")

    monkeypatch.setattr(workers, "tqdm", Bar)
    bar = {"desc": "sweep", "total": 3, "initial": 1, "delay": 1, "leave": False}
    for given, hidden in (({}, False), ({"progress": True}, False), ({"progress": False}, True)):
        seen.clear()
        workers.gather(divmod, [(7, 2), (9, 2), (1, 1)], results={1: (4, 1)}, **given)
        assert seen == [bar | {"disable": hidden}, "one", "one", "closed"]
    seen.clear()
    ml.sweep(VALLEY, ml.gd, eta=[0.1], steps=2)
    assert seen[0]["disable"] is False
    monkeypatch.setattr(workers, "WITHOUT_THREADS", True)
    workers.gather(divmod, [(7, 2)])
    assert seen[-3]["disable"] is True


def test_progress_is_silent_when_it_is_quick(capfd):
    ml.sweep(VALLEY, ml.gd, eta=ETAS, steps=5)
    said = capfd.readouterr()
    assert said.out + said.err == ""


# --- Arguments --------------------------------------------------------------------

nan = float("nan")
BAD = {
    "eta": [
        (ValueError, {"eta": [0.1, 0.0]}),
        (ValueError, {"eta": [0.1, nan]}),
        (ValueError, {"eta": -1.0}),
        (ValueError, {"eta": []}),
        (ValueError, {"eta": np.eye(2)}),
        (TypeError, {"eta": ["fast", "slow"]}),
        (TypeError, {"eta": "fast"}),
    ],
    "gamma": [
        (ValueError, {"eta": 0.1, "gamma": [0.5, 1.5]}),
        (ValueError, {"eta": 0.1, "gamma": [nan]}),
        (TypeError, {"eta": 0.1, "gamma": ["heavy"]}),
    ],
    "steps": [
        (ValueError, {"eta": [0.1], "steps": 0}),
        (TypeError, {"eta": [0.1], "steps": 2.5}),
        (ValueError, {"eta": [0.1], "steps": 10**12}),
        (ValueError, {"eta": [0.1], "gamma": 0.5, "steps": 10**13, "noise": 0.1}),
    ],
    "start": [
        (ValueError, {"eta": [0.1], "start": [1.0]}),
        (ValueError, {"eta": [0.1], "start": [0.0, nan]}),
        (TypeError, {"eta": [0.1], "start": "here"}),
    ],
    "starts": [
        (ValueError, {"eta": [0.1], "starts": [[1.0, 2.0, 3.0]]}),
        (ValueError, {"eta": [0.1], "starts": []}),
        (ValueError, {"eta": [0.1], "starts": [1.0, 2.0]}),
        (ValueError, {"eta": [0.1], "start": [0, 0], "starts": [[0, 0]]}),
        (ValueError, {"eta": [0.1], "starts": 5}),
    ],
    "seeds": [
        (TypeError, {"eta": [0.1], "seeds": [0.5], "noise": 0.1}),
        (ValueError, {"eta": [0.1], "seeds": [-1], "noise": 0.1}),
        (TypeError, {"eta": [0.1], "seeds": 5, "noise": 0.1}),
        (TypeError, {"eta": [0.1], "seeds": "many", "noise": 0.1}),
        (ValueError, {"eta": [0.1], "seeds": [], "noise": 0.1}),
    ],
    "noise": [
        (ValueError, {"eta": [0.1], "noise": -1}),
        (TypeError, {"eta": [0.1], "noise": "loud"}),
    ],
    "tol": [
        (ValueError, {"eta": [0.1], "tol": 0}),
        (TypeError, {"eta": [0.1], "tol": "small"}),
    ],
    "executor": [(TypeError, {"eta": [0.1], "executor": "dask"})],
}
TABLE = [(name, *case) for name, cases in BAD.items() for case in cases]


@pytest.mark.parametrize(
    ("argument", "error", "settings"), TABLE, ids=[f"{row[0]}-{i}" for i, row in enumerate(TABLE)]
)
def test_bad_input_gets_one_sentence(argument, error, settings):
    with pytest.raises((ValueError, TypeError)) as caught:
        ml.sweep(VALLEY, ml.momentum, **settings, **quiet)
    text = str(caught.value)
    assert type(caught.value) is error, f"{type(caught.value).__name__}: {text}"
    assert argument in text.replace(",", " ").split(), text
    assert "\n" not in text


@pytest.mark.parametrize("room", [0, 1])
def test_a_grid_may_fill_what_it_counts(room, monkeypatch):
    """8 bytes a number: of each point its axes, two vectors, and ten more."""
    monkeypatch.setattr("momentumlib.memory._memory", lambda: 8 * 20 * (2 + 2 * 2 + 10) - 1 + room)
    grid = {"eta": np.linspace(0.01, 0.1, 10), "gamma": [0.5, 0.9], "steps": 3, **quiet}
    if room:
        assert ml.sweep(VALLEY, ml.momentum, **grid).loss.size == 20
    else:
        with pytest.raises(ValueError, match="eta, gamma: a grid of 20 points does not fit into"):
            ml.sweep(VALLEY, ml.momentum, **grid)


def test_what_is_no_problem_or_no_method():
    with pytest.raises(TypeError, match=r"^problem must"):
        ml.sweep("valley", ml.gd, eta=[0.1])
    with pytest.raises(TypeError, match=r"^method must"):
        ml.sweep(VALLEY, ml.gd(0.1), eta=[0.1])
    with pytest.raises(TypeError, match=r"^method must"):
        ml.sweep(VALLEY, lambda eta: eta, eta=[0.1])


def test_repr_counts():
    text = repr(ml.sweep(VALLEY, ml.gd, eta=[0.01, 0.05, 0.5], steps=200, **quiet))
    assert text.startswith("<Sweep over 3 eta:")
    assert "1 diverged" in text


# --- All points in one call -------------------------------------------------------


def friction(eta, k):
    return ml.momentum(eta * VALLEY.mu / 1.0, gamma=1 - -k / -2)


ARITHMETIC = {
    "a method": lambda eta, k: ml.momentum(eta, k),
    "by name": lambda eta, k: ml.rmsprop(eta, gamma=k, eps=k / 2),
    "arithmetic": lambda eta, k: ml.momentum(eta * (1 - k), k),
    "globals and attributes": friction,
    "own step": lambda eta, k: ml.own(heavy_ball, eta=eta, gamma=k),
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic_makes_all_methods_in_one_call(name, monkeypatch):
    calls, method = [], ARITHMETIC[name]
    monkeypatch.setattr(
        points, "_make", lambda *of, make=points._make: (calls.append(1), make(*of))[1]
    )
    grid = {"eta": np.linspace(0.01, 0.05, 20), "k": np.linspace(0.1, 0.9, 20), "steps": 10}
    found = ml.sweep(VALLEY, method, **grid, **quiet)
    assert len(calls) <= 9
    monkeypatch.setattr(points, "is_arithmetic", lambda function: False)
    same(found, ml.sweep(VALLEY, method, **grid, **quiet))
    assert len(calls) >= 400


NO_ARITHMETIC = {
    "a condition": lambda eta, k: ml.gd(eta) if k < 0.5 else ml.gd(2 * eta),
    "a function": lambda eta, k: ml.gd(max(eta, k)),
    "of all numbers": lambda eta, k: ml.gd(eta + 0 * np.max(k)),
    "an attribute": lambda eta, k: ml.gd(eta * k.real),
    "a power": lambda eta, k: ml.gd(eta * k**2),
    "and": lambda eta, k: ml.gd(k and eta),
    "a comparison": lambda eta, k: ml.gd(eta * (1 + (k < 0.5))),
    "two calls": lambda eta, k: ml.momentum(eta, gamma=float(k)),
    "another function": lambda eta, k: rises(eta, k),
    "a list": lambda eta, k: ml.gd([eta, k][0]),
    "other arguments": lambda **all: ml.gd(**all),
    "an object": functools.partial(ml.momentum, gamma=0.5),
}


@pytest.mark.parametrize("name", NO_ARITHMETIC)
def test_what_is_more_than_arithmetic_is_called_for_each_point(name):
    assert not is_arithmetic(NO_ARITHMETIC[name])


def test_what_is_out_of_range_at_one_point_is_said():
    for method, says in (
        (lambda eta, k: ml.gd(eta - k), "eta must be"),
        (lambda eta, k: ml.gd(eta / (k - 0.5)), "method raised ZeroDivisionError at"),
        (lambda eta, k: ml.momentum(eta, 2 * k), "gamma must be in [0, 1], but is 1.8"),
    ):
        with pytest.raises(ValueError, match=rf"^{re.escape(says)}") as caught:
            ml.sweep(VALLEY, method, eta=[0.1, 0.2], k=[0.5, 0.9], **quiet)
        assert "step" not in str(caught.value)


def test_one_method_for_many_seeds():
    for method in (lambda: ml.gd(0.01), lambda: rises(0.01, 0.1)):
        result = ml.sweep(VALLEY, method, seeds=[1, 2, 3], noise=0.1, steps=20, **quiet)
        wanted = [
            ml.minimize(VALLEY, method(), steps=20, noise=0.1, seed=s).loss[-1] for s in (1, 2, 3)
        ]
        assert result.loss == pytest.approx(wanted, rel=1e-12)
