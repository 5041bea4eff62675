"""A study on disk: what is done is kept, however its process or a worker ends."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

import momentumlib as ml
from cases import Cost, Slope
from momentumlib import sweeps
from momentumlib.study import Study

GRID = {"eta": np.geomspace(1e-3, 0.1, 6), "gamma": [0.0, 0.5, 0.9]}
quiet = {"steps": 20, "progress": False}


def problem(slope=Slope):
    return ml.Problem(Cost(1.0, 9.0), slope(1.0, 9.0), start=[1.0, 1.0], name="bowl")


def same(one, other):
    for name in ("loss", "steps", "rate", "status"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "rate")


class Patient(Slope):
    """A gradient that takes its time, so that who computes it can be killed at work."""

    def __call__(self, theta):
        time.sleep(0.005)
        return super().__call__(theta)


class Failing(Slope):
    """A gradient that is missing far along the second axis."""

    def __call__(self, theta):
        if abs(theta[1]) > 1.5:
            raise KeyError("no slope here")
        return super().__call__(theta)


@pytest.fixture(scope="module")
def whole():
    return ml.sweep(problem(), ml.momentum, **GRID, **quiet)


@pytest.fixture
def computed(monkeypatch):
    """The first η of every block that is computed."""
    seen, block = [], sweeps.block
    watched = lambda *task: (seen.append(task[3][0, 0, 0]), block(*task))[1]
    monkeypatch.setattr(sweeps, "block", watched)
    return seen


def test_a_second_call_computes_nothing(tmp_path, whole, computed):
    for _ in range(2):
        computed.clear()
        same(ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path / "s", **quiet), whole)
    assert computed == []


def flip(file, share):
    """Change one bit of a file."""
    data = bytearray(file.read_bytes())
    data[int(share * len(data))] ^= 4
    file.write_bytes(data)


DAMAGE = {
    "lost": lambda file, other: file.unlink(),
    "cut": lambda file, other: file.write_bytes(file.read_bytes()[:100]),
    "empty": lambda file, other: file.write_bytes(b""),
    "text": lambda file, other: file.write_text("loss, steps"),
    "a block of another place": lambda file, other: file.write_bytes(other.read_bytes()),
    "an array": lambda file, other: np.save(open(file, "wb"), np.arange(3.0)),
    "objects": lambda file, other: np.savez(file, loss=np.array([None])),
    "arrays of a reader's": lambda file, other: np.savez(file, x=np.arange(3)),
    "other numbers": lambda file, other: np.savez(
        file, **{**np.load(other), "loss": np.zeros(1), "steps": np.ones(1, int)}
    ),
    **{
        f"bit {share}": lambda file, other, share=share: flip(file, share)
        for share in (0.0, 0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99)
    },
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
def test_only_what_is_missing_or_damaged_is_computed(tmp_path, whole, computed, harm):
    ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    files = sorted(tmp_path.glob("*.npz"))
    computed.clear()
    harm(files[1], files[2])
    for _ in range(2):
        same(ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet), whole)
    assert len(computed) <= 1  # 0 where the bit is one that nobody reads, as a file's date


def test_every_bit_that_counts_is_noticed(tmp_path, whole):
    """Wherever one bit of a block changes: it is read as it was, or as not there."""
    mark = "a sweep\n"
    study = Study(tmp_path, mark)
    study.put(0, (whole.loss.ravel(), *(np.arange(9) for _ in range(3))))
    file, kept = tmp_path / "000000.npz", study.blocks(1)[0]
    data = file.read_bytes()
    noticed = 0
    for at in range(0, len(data), 7):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        found = study.blocks(1)
        noticed += not found
        for one, other in zip(found.get(0, ()), kept, strict=False):
            assert np.array_equal(one, other)
    assert noticed > len(data) / 7 / 2


def test_a_lost_or_damaged_name_is_mended(tmp_path, whole, computed):
    ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    name = tmp_path / "sweep.txt"
    right = name.read_bytes()
    for harm in (name.unlink, lambda: name.write_bytes(b""), lambda: flip(name, 0.5)):
        harm()
        computed.clear()
        same(ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet), whole)
        assert computed == []
        assert name.read_bytes() == right


def test_blocks_without_a_name_are_not_adopted(tmp_path):
    ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    (tmp_path / "sweep.txt").unlink()
    kept = {file: file.read_bytes() for file in tmp_path.iterdir()}
    other = {**GRID, "gamma": [0.0, 0.5, 0.8]}
    with pytest.raises(ValueError, match="holds the results of another sweep"):
        ml.sweep(problem(), ml.momentum, **other, study=tmp_path, **quiet)
    for file in kept:
        file.write_bytes(b"no block")
    kept = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(ValueError, match=r"no sweep\.txt, and none of them is whole"):
        ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == kept


def test_other_files_in_the_folder_are_left_alone(tmp_path, whole):
    np.save(tmp_path / "000000.npy", np.arange(3))
    np.savez(tmp_path / "mine.npz", np.arange(3))
    same(ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet), whole)
    assert (np.load(tmp_path / "000000.npy") == np.arange(3)).all()


@pytest.mark.parametrize("after", [0, 3])
def test_a_full_disk_is_one_sentence_and_leaves_nothing_behind(
    tmp_path, monkeypatch, computed, whole, after
):
    left, save = [after], np.savez

    def full(file, **arrays):
        if not left[0]:
            file.write(b"PK half of it")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        save(file, **arrays)

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(ValueError, match=r"^study: .*No space left on device") as caught:
        ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    assert "\n" not in str(caught.value)
    assert len(list(tmp_path.iterdir())) == 1 + after
    monkeypatch.setattr(np, "savez", save)
    computed.clear()
    same(ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet), whole)
    assert len(computed) == len(list(tmp_path.glob("*.npz"))) - after


LIMITED = """
    import resource, signal, sys
    import momentumlib as ml
    given = ml.problems.beale(), ml.gd
    ml.sweep(*given, eta=[1e-3])  # what Numba compiles may be written
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))  # sweep.txt, but no block
    try:
        ml.sweep(*given, eta=[1e-3], study=sys.argv[1])
    except ValueError as error:
        print(error)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no file is limited on this system")
def test_a_file_that_cannot_grow_is_one_sentence(tmp_path):
    """The same from the system itself: no file may grow beyond 300 bytes."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LIMITED), str(tmp_path)], text=True,
        capture_output=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.stdout.startswith("study: a block cannot be written ([Errno 27]"), done.stderr
    assert done.stdout.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["sweep.txt"]


def test_what_a_killed_process_had_begun_to_write_goes_away(tmp_path):
    ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    old, new = tmp_path / ".part-old", tmp_path / ".part-new"  # new: another process is at it
    for file, age in ((old, 4000), (new, 0)):
        file.write_bytes(b"half")
        os.utime(file, (time.time() - age,) * 2)
    ml.sweep(problem(), ml.momentum, **GRID, study=tmp_path, **quiet)
    assert (old.exists(), new.exists()) == (False, True)


def test_two_sweeps_at_once_share_a_folder(tmp_path, whole):
    settings = {**GRID, **quiet, "study": tmp_path}
    with ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(ml.sweep, problem(), ml.momentum, **settings) for _ in range(4)]
        for run in runs:
            same(run.result(60), whole)
    assert not list(tmp_path.glob(".part-*"))


def test_of_two_sweeps_that_begin_at_once_one_gets_the_folder(tmp_path):
    for k in range(20):
        marks = [f"sweep {i}\n" for i in range(4)]
        start = Barrier(4)

        def begin(mark, folder=tmp_path / str(k), start=start):
            start.wait()
            return Study(folder, mark)

        with ThreadPoolExecutor(4) as threads:
            ends = [threads.submit(begin, mark) for mark in marks]
        assert sum(end.exception() is None for end in ends) == 1
        assert {type(end.exception()) for end in ends} == {type(None), ValueError}


def test_a_disk_without_links_takes_a_study(tmp_path, monkeypatch):
    def none(source, target):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    results = tuple(np.arange(3) for _ in range(4))
    Study(tmp_path, "a sweep\n").put(0, results)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["000000.npz", "sweep.txt"]
    assert list(Study(tmp_path, "a sweep\n").blocks(2)) == [0]
    with pytest.raises(ValueError, match="another sweep"):
        Study(tmp_path, "another\n")


def test_a_block_that_another_process_wrote_first_will_do(tmp_path, monkeypatch):
    """On Windows a file that somebody reads cannot be replaced."""
    results = tuple(np.arange(3) for _ in range(4))
    one = Study(tmp_path, "a sweep\n")
    one.put(0, results)

    def busy(source, target):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(os, "replace", busy)
    one.put(0, results)
    with pytest.raises(ValueError, match=r"^study: a block cannot be written .*in use"):
        one.put(1, results)


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
        cost = eval(f"lambda theta: {power}")
        bowl = ml.Problem(cost, lambda theta: [1.0], dim=1, name="bowl", compile=False)
        if power.endswith("4"):
            with pytest.raises(ValueError, match="another sweep"):
                ml.sweep(bowl, ml.gd, eta=[0.1], study=tmp_path, **quiet)
        else:
            ml.sweep(bowl, ml.gd, eta=[0.1], study=tmp_path, **quiet)


def test_a_folder_that_is_none_gets_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    for path, error in ((3, TypeError), (tmp_path / "file" / "study", ValueError)):
        with pytest.raises(error, match=r"^study"):
            ml.sweep(problem(), ml.gd, eta=[0.1], study=path, **quiet)


# --- Killed -----------------------------------------------------------------------

SLOW = """
    import sys
    import momentumlib as ml
    from test_study import GRID, Patient, problem, quiet

    ml.sweep(problem(Patient), ml.momentum, **GRID, study=sys.argv[1], **quiet)
"""


def wait_for(check, seconds=60):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


@pytest.mark.slow
def test_a_killed_process_loses_nothing(tmp_path, whole, computed):
    path = os.pathsep.join(p for p in sys.path if p)
    slow = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
    )
    wait_for(lambda: len(list(tmp_path.glob("*.npz"))) >= 2)
    slow.kill()
    slow.wait()
    done = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.npz")}
    same(ml.sweep(problem(Patient), ml.momentum, **GRID, study=tmp_path, **quiet), whole)
    files = len(list(tmp_path.glob("*.npz")))
    assert 2 <= len(done) < files, "it was killed in the middle"
    assert len(computed) == files - len(done)
    assert {file: file.stat().st_mtime_ns for file in done} == done


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_killed_dask_worker_loses_no_result(tmp_path, whole, cluster):
    """The scheduler gives the dead worker's part of the grid to the others."""
    study = tmp_path / "study"
    with ThreadPoolExecutor(1) as thread:
        settings = {**GRID, **quiet, "study": study, "executor": cluster.get_executor()}
        running = thread.submit(ml.sweep, problem(Patient), ml.momentum, **settings)
        wait_for(lambda: running.done() or len(list(study.glob("*.npz"))) >= 3)
        victim, pid = next(iter(cluster.run(os.getpid).items()))
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        assert not running.done(), "it was killed in the middle"
        same(running.result(60), whole)
        assert victim not in cluster.scheduler_info()["workers"]
