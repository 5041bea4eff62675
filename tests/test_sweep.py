"""Every point of a sweep is a run; whoever computes it, the numbers are the same."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import momentumlib as ml
from cases import CASES, Cost, Slope, own_momentum

VALLEY = ml.problems.quadratic(kappa=30)
TILTED = ml.problems.quadratic(kappa=30, angle=20)
ETAS, GAMMAS = np.geomspace(1e-3, 0.3, 9), np.linspace(0, 1, 7)
quiet = {"progress": False}


def gaps(run):
    return run.loss - (run.problem.minimum or 0.0)


def arrived(run, steps, tol):
    """The first t from which J − J* never rises above tol times its first value; −1 for never."""
    high = np.flatnonzero(gaps(run) > tol * gaps(run)[0])
    if run.status == "diverged" or (high.size and high[-1] == steps):
        return -1
    return high[-1] + 1 if high.size else 0


def assert_points_are_runs(result, problem, method, steps, tol=1e-6, **fixed):
    """Compare all points with ml.minimize, one by one."""
    names = [name for name in result.axes if name not in ("start", "seed")]
    for index in np.ndindex(result.loss.shape):
        values = dict(zip(result.axes, index, strict=True))
        hyper = {name: result.axes[name][values[name]] for name in names}
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
    "lion": (ml.lion, {"eta": ETAS, "beta1": [0.5, 0.9], "weight_decay": 0.1}),
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


@pytest.mark.parametrize("place", CASES)
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


@pytest.mark.xdist_group("executors")
def test_threads_give_the_same_numbers(alone):
    assert_same_everywhere(alone, None)
    assert {len(np.unique(result.loss)) > 5 for result in alone.values()} >= {True}


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_processes_give_the_same_numbers(alone):
    from multiprocessing import get_context

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert_same_everywhere(alone, executor)


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_dask_cluster_gives_the_same_numbers(alone, tmp_path):
    """Dask's workers are processes of their own, reached through the network's loopback."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
        ) as cluster,
        Client(cluster) as client,
    ):
        assert_same_everywhere(alone, client.get_executor())


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
