"""A study on disk: what is done is kept, however its process or a worker ends."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import momentumlib as ml
from cases import Cost, Slope

GRID = {"eta": np.geomspace(1e-3, 0.1, 6), "gamma": [0.0, 0.5, 0.9]}
quiet = {"steps": 20, "progress": False}


def problem(slope=Slope):
    return ml.Problem(Cost(1.0, 9.0), slope(1.0, 9.0), start=[1.0, 1.0], name="bowl")


def same(one, other):
    for name in ("loss", "steps", "rate", "status"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "rate")


class Counted(Slope):
    """A gradient that counts its calls."""

    calls = 0

    def __call__(self, theta):
        Counted.calls += 1
        return super().__call__(theta)


class Failing(Counted):
    """A gradient that is missing far along the second axis."""

    def __call__(self, theta):
        if abs(theta[1]) > 1.5:
            raise KeyError("no slope here")
        return super().__call__(theta)


@pytest.fixture(scope="module")
def whole():
    return ml.sweep(problem(), ml.momentum, **GRID, **quiet)


def test_a_second_call_computes_nothing(tmp_path, whole):
    for _ in range(2):
        Counted.calls = 0
        same(ml.sweep(problem(Counted), ml.momentum, **GRID, study=tmp_path / "s", **quiet), whole)
    assert Counted.calls <= 1  # the look at what grad returns


def test_only_what_is_missing_or_damaged_is_computed(tmp_path, whole):
    ml.sweep(problem(Counted), ml.momentum, **GRID, study=tmp_path, **quiet)
    files = sorted(tmp_path.glob("*.npz"))
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:100])
    files[2].write_bytes(b"")
    Counted.calls = 0
    result = ml.sweep(problem(Counted), ml.momentum, **GRID, study=tmp_path, **quiet)
    same(result, whole)
    runs = 3 * whole.loss.size / len(files)
    assert 0 < Counted.calls <= 1.5 * runs * 21


def test_what_was_done_before_a_failure_is_kept(tmp_path):
    wild = {"eta": [0.01, 0.02, 0.05, 5.0], "gamma": np.linspace(0, 0.5, 8)}
    with pytest.raises(ValueError, match="grad raised KeyError"):
        ml.sweep(
            problem(Failing), ml.momentum, **wild, study=tmp_path, executor=ThreadPoolExecutor(1),
            **quiet,
        )  # fmt: skip
    assert len(list(tmp_path.glob("*.npz"))) >= 6


@pytest.mark.parametrize(
    "other",
    [
        {"steps": 21}, {"tol": 1e-3}, {"seeds": [1], "noise": 0.1}, {"start": [2.0, 1.0]},
        {"gamma": [0.0, 0.5, 0.8]}, {"restart": ml.restarts.every(3)},
    ],
    ids=lambda other: next(iter(other)),
)  # fmt: skip
def test_another_sweep_is_refused(tmp_path, other):
    ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    with pytest.raises(ValueError, match="holds the results of another sweep"):
        ml.sweep(problem(), ml.momentum, **{**GRID, **quiet, **other}, study=tmp_path)


def test_another_function_is_refused(tmp_path):
    for power in ("theta[0] ** 2", "theta[0] ** 4"):
        bowl = ml.Problem(eval(f"lambda theta: {power}"), lambda theta: [1.0], dim=1, name="bowl")
        if power.endswith("4"):
            with pytest.raises(ValueError, match="another sweep"):
                ml.sweep(bowl, ml.gd, eta=[0.1], study=tmp_path, **quiet)
        else:
            ml.sweep(bowl, ml.gd, eta=[0.1], study=tmp_path, **quiet)


@pytest.mark.parametrize(("path", "error"), [(3, TypeError), ("/dev/null/study", ValueError)])
def test_a_folder_that_is_none_gets_a_sentence(path, error):
    with pytest.raises(error, match=r"^study"):
        ml.sweep(problem(), ml.gd, eta=[0.1], study=path, **quiet)


# --- Killed -----------------------------------------------------------------------

SLOW = """
    import time, sys
    import momentumlib as ml
    from cases import Cost, Slope
    from test_study import GRID, quiet

    class Slow(Slope):
        def __call__(self, theta):
            time.sleep(0.005)
            return super().__call__(theta)

    bowl = ml.Problem(Cost(1.0, 9.0), Slow(1.0, 9.0), start=[1.0, 1.0], name="bowl")
    ml.sweep(bowl, ml.momentum, **GRID, study=sys.argv[1], **quiet)
"""


def wait_for(check, seconds=60):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


@pytest.mark.slow
def test_a_killed_process_loses_nothing(tmp_path, whole):
    path = os.pathsep.join(p for p in sys.path if p)
    slow = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
    )
    wait_for(lambda: len(list(tmp_path.glob("*.npz"))) >= 2)
    slow.send_signal(signal.SIGKILL)
    slow.wait()
    done = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.npz")}
    Counted.calls = 0
    same(ml.sweep(problem(Counted), ml.momentum, **GRID, study=tmp_path, **quiet), whole)
    files = len(list(tmp_path.glob("*.npz")))
    assert 2 <= len(done) < files, "it was killed in the middle"
    assert Counted.calls <= (files - len(done)) / files * whole.loss.size * 21 * 1.2
    assert {file: file.stat().st_mtime_ns for file in done} == done


class Patient(Slope):
    """A gradient that takes its time, so that a worker can be killed at work."""

    def __call__(self, theta):
        time.sleep(0.005)
        return super().__call__(theta)


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_killed_dask_worker_loses_no_result(tmp_path, whole):
    """The scheduler gives the dead worker's part of the grid to the others."""
    from distributed import Client, LocalCluster

    study = tmp_path / "study"
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
        ) as cluster,
        Client(cluster) as client,
        ThreadPoolExecutor(1) as thread,
    ):
        settings = {**GRID, **quiet, "study": study, "executor": client.get_executor()}
        running = thread.submit(ml.sweep, problem(Patient), ml.momentum, **settings)
        wait_for(lambda: running.done() or len(list(study.glob("*.npz"))) >= 3)
        victim, pid = next(iter(client.run(os.getpid).items()))
        os.kill(pid, signal.SIGKILL)
        assert not running.done(), "it was killed in the middle"
        same(running.result(60), whole)
        assert victim not in client.scheduler_info()["workers"]
