"""Loops as machine code on disk: found again, and compiled anew where anything differs."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import binding, kernels

if not kernels.HAVE_NUMBA:
    pytest.skip("needs Numba", allow_module_level=True)

from momentumlib.kernels import fused, ready, sources

once = cache(fused.machine_code)


@pytest.fixture
def compiled(monkeypatch, tmp_path):
    """The loops that are compiled; machine code is kept in a folder that is empty at first."""
    asked = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "folders" / "kept"))
    monkeypatch.setattr(fused, "machine_code", lambda *what: (asked.append(what), once(*what))[1])
    ready._mark.cache_clear()
    yield asked
    ready._mark.cache_clear()


def fresh():
    """A loop as a new process finds it, or makes it; and that it runs."""
    loop = ready.plain_run.__wrapped__("diagonal", 2)
    path, losses, norms, room = np.zeros((2, 2)), np.empty(2), np.empty(2), np.zeros(16)
    params, hyper = np.array([1.0, 10.0, 1.0, 0.0]), np.array([[0.1, 0.0, 0.0, 0.0, 0.0]])
    path[0] = 2.0
    arrays = params, hyper, room, path, losses, norms
    loop(kernels.GD, 0, 1, 2, 4, 0, 0, 0, 1, 1, *(a.ctypes.data for a in arrays), 0)
    assert path[1].tolist() == [1.8, 0.0]
    assert (losses.tolist(), room[-2:].tolist()) == ([22.0, 1.62], [2.0, kernels.MAX_STEPS])


def test_what_one_process_compiles_the_next_one_reads(compiled, tmp_path):
    fresh()
    fresh()
    assert compiled == [("diagonal", 2)]
    assert len(list((tmp_path / "folders" / "kept").iterdir())) == 1


@pytest.mark.parametrize("at", [0, 40, 80, -1])
def test_damaged_code_is_not_run(compiled, tmp_path, at):
    fresh()
    (path,) = (tmp_path / "folders" / "kept").iterdir()
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[at] ^= 1
    for wrong in (bytes(damaged), whole[:100], b""):
        path.write_bytes(wrong)
        fresh()
        assert path.read_bytes() == whole  # mended
    assert len(compiled) == 4


def test_other_settings_of_numba_have_other_code(compiled, monkeypatch):
    fresh()
    for name, times in (("NUMBA_OPT", 2), ("NUMBA_NUM_THREADS", 2), ("NUMBA_DISABLE_JIT", 3)):
        monkeypatch.setenv(name, "1")
        ready._mark.cache_clear()
        fresh()
        assert len(compiled) == times


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(compiled, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "below"))
    fresh()
    fresh()
    assert len(compiled) == 2


def test_code_lies_beside_the_library_or_in_the_readers_own_folder(compiled, monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    beside, own = ready._folders()
    assert beside == Path(ml.__file__).parent / "kernels" / "__pycache__"
    assert own == tmp_path / "momentumlib"
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(ready, "_folders", lambda: [tmp_path / "file" / "below", own])
    fresh()
    fresh()
    assert len(compiled) == 1
    assert len(list(own.iterdir())) == 1
    monkeypatch.setattr(ready, "_folders", lambda: [tmp_path / "first", tmp_path / "second"])
    fresh()
    fresh()
    assert len(compiled) == 2
    assert not (tmp_path / "second").exists()  # one place is enough


def test_without_a_home_code_lies_beside_the_library_alone(monkeypatch, tmp_path):
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    beside = Path(ml.__file__).parent / "kernels" / "__pycache__"
    homes = {str(tmp_path): [beside, tmp_path / ".cache" / "momentumlib"], "~": [beside]}
    for home, folders in homes.items():
        monkeypatch.setattr(ready.os.path, "expanduser", lambda path, home=home: home)
        assert ready._folders() == folders


def test_addresses_are_where_the_numbers_lie():
    """Also of an array that nobody may write into."""
    arrays = np.ones(3), np.arange(2), np.ones(5)
    wanted = [array.ctypes.data for array in arrays]
    assert ready.addresses(arrays) == wanted
    arrays[1].flags.writeable = False
    assert ready.addresses(arrays) == wanted


def test_what_is_compiled_is_named_by_its_sources():
    total, root = hashlib.sha256(), Path(ml.__file__).parent
    others = root / "landscapes.py", root / "samples.py"
    for source in (*sorted((root / "kernels").glob("*.py")), *others):
        total.update(source.read_bytes())
    assert sources.stamp() == total.hexdigest()


def test_a_run_without_steps_and_with_a_plan(compiled):
    valley = ml.problems.quadratic(kappa=10)
    run = ml.minimize(valley, ml.momentum(ml.schedules.linear(0.1, 0.01, 10)), steps=0, states=True)
    assert run.theta.tolist() == [[-4.0, 2.0]]
    assert run.v.tolist() == [[0.0, 0.0]]
    assert (run.status, run.compiled, run.restarts.tolist()) == ("max_steps", True, [])


@pytest.mark.parametrize(
    "problem", [ml.problems.quadratic(), ml.problems.rosenbrock(), ml.problems.logistic(9, 2)]
)
def test_a_machine_whose_llvm_cannot_takes_the_same_steps(compiled, monkeypatch, problem):
    run = lambda: ml.minimize(problem, ml.nag(0.001), steps=20)
    ready.plain_run.cache_clear()
    fast, asked = run(), len(compiled)
    assert ready.plain_run.cache_info().currsize == 1
    assert binding.loop_of(problem) is not None
    monkeypatch.setattr(ready, "_loaded", lambda *code: 1 / 0)
    ready.plain_run.cache_clear()
    other = run()
    assert binding.loop_of(problem) is None
    ready.plain_run.cache_clear()
    assert (other.theta == fast.theta).all()
    assert (other.compiled, asked) == (True, 1)
