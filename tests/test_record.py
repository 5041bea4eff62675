"""The record of what a reader has done: one small file, which never stops a check."""

import errno
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import momentumlib as ml
from momentumlib.check.engine import record

RIGHT = {"gd": lambda theta, grad, eta: theta - eta * grad}
WRONG = lambda theta, grad, eta: theta + eta * grad


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the record, for one test."""
    monkeypatch.setenv("MOMENTUMLIB_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def table(monkeypatch):
    """Two chapters of two exercises each."""
    chapters = {"First": ("gd", "half_life"), "A & B": ("momentum", "nag")}
    monkeypatch.setattr(record, "CHAPTERS", chapters)


def passed():
    """Pass a check; its verdict."""
    return ml.check.gd(RIGHT["gd"])


def test_the_tests_keep_to_a_folder_of_their_own():
    assert Path(os.environ["MOMENTUMLIB_DATA"]).is_relative_to(tempfile.gettempdir())


def test_a_check_that_passes_is_recorded_once_and_nothing_else_is(folder):
    assert ml.check.progress().done == ()
    ml.check.gd(...)
    ml.check.gd(WRONG)
    assert not folder.exists()
    for _ in range(2):
        assert passed().message == "It does the same as the formula in every hidden case."
    half = ml.check.half_life(lambda gamma: np.log(0.5) / np.log(gamma))
    assert half
    assert ml.check.progress().done == ("gd", "half_life")
    assert json.loads((folder / "progress.json").read_text("utf-8")) == {
        "done": ["gd", "half_life"]
    }
    assert [path.name for path in folder.iterdir()] == ["progress.json"]


def test_the_folder_is_the_users_where_no_other_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("MOMENTUMLIB_DATA")
    monkeypatch.setattr(record, "user_data_path", lambda name, appauthor: tmp_path / name)
    assert ml.check.progress().file == tmp_path / "momentumlib" / "progress.json"


def test_progress_is_told_chapter_by_chapter(folder, table):
    assert passed()
    assert ml.check.number(2.0, right=2.0, name="<mine>")
    progress = ml.check.progress()
    assert repr(progress).splitlines() == [
        "1 of 4 exercises done",
        "  1 First: 1 of 2",
        "    ✓ gd",
        "    ○ half_life",
        "  2 A & B: 0 of 2",
        "    ○ momentum",
        "    ○ nag",
        "  Other checks: 1 of 1",
        "    ✓ <mine>",
    ]
    shown = progress._repr_html_()
    for part in ("1 of 4 exercises done", "✓&nbsp;gd", "○&nbsp;nag", "A &amp; B", "&lt;mine&gt;"):
        assert part in shown


def test_progress_is_exported_and_begun_anew(folder, tmp_path):
    assert passed()
    progress = ml.check.progress(export=tmp_path / "mine.json", reset=True)
    assert progress.done == ()
    assert json.loads((tmp_path / "mine.json").read_text("utf-8")) == {"done": ["gd"]}
    assert ml.check.progress().done == ()
    assert passed()
    assert ml.check.progress().done == ("gd",)


def test_what_is_done_elsewhere_is_added(folder, tmp_path):
    assert passed()
    page = tmp_path / "page.json"  # as a page of the book saves it
    page.write_text(json.dumps({"done": ["nag", "gd"], "answers": {"ex-nag": "…"}}), "utf-8")
    assert ml.check.progress(add=page).done == ("gd", "nag")
    assert ml.check.progress().done == ("gd", "nag")
    for text in None, "[]":
        page.unlink() if text is None else page.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=r"add must be a record .*page.json is (not|damaged)"):
            ml.check.progress(add=page)
    with pytest.raises(TypeError, match="add must be a path, not 3"):
        ml.check.progress(add=3)
    assert ml.check.progress().done == ("gd", "nag")


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"done": 1}', b'{"done": [1]}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_damaged_file_costs_a_sentence(folder, tmp_path, text):
    folder.mkdir()
    (folder / "progress.json").write_bytes(text)
    verdict = passed()
    assert verdict.passed
    assert "Your progress is not recorded: " in verdict.message
    assert verdict.message.endswith(
        "progress.json is damaged; `ml.check.progress(reset=True)` begins a new one."
    )
    assert (folder / "progress.json").read_bytes() == text
    assert "is damaged" in repr(ml.check.progress())
    assert "is damaged" in ml.check.progress()._repr_html_()
    with pytest.raises(ValueError, match="nothing to export"):
        ml.check.progress(export=tmp_path / "mine.json")
    assert ml.check.progress(reset=True).problem == ""
    assert passed().message.endswith("hidden case.")


def test_a_folder_that_is_a_file_costs_a_sentence(folder):
    folder.write_text("no folder", "utf-8")
    verdict = passed()
    assert verdict.passed
    assert "Your progress is not recorded" in verdict.message
    assert ml.check.progress().problem
    assert ml.check.progress(reset=True).problem


def test_a_file_that_cannot_be_written_costs_a_sentence(folder, monkeypatch):
    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_text", refuse)
    verdict = passed()
    assert verdict.passed
    assert verdict.message.endswith("progress.json cannot be written (Permission denied).")
    assert ml.check.progress(reset=True).problem.endswith("(Permission denied).")


def test_a_file_that_may_not_be_read_costs_a_sentence(folder, monkeypatch):
    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_text", refuse)
    assert passed().message.endswith("progress.json cannot be read (Permission denied).")


def test_what_is_interrupted_leaves_the_old_record(folder, monkeypatch):
    assert passed()
    before = (folder / "progress.json").read_bytes()

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        ml.check.half_life(lambda gamma: np.log(0.5) / np.log(gamma))
    assert (folder / "progress.json").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["progress.json"]


WRITER = """
import sys
from momentumlib.check.engine import record
for number in range(40):
    assert record.keep(f"{sys.argv[1]} {number}") == ""
"""


def test_writers_at_the_same_time_lose_nothing(folder):
    command = [sys.executable, "-c", WRITER]
    writers = [subprocess.Popen([*command, name]) for name in "abcd"]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert sorted(ml.check.progress().done) == sorted(f"{w} {n}" for w in "abcd" for n in range(40))
    assert [path.name for path in folder.iterdir()] == ["progress.json"]


def test_threads_at_the_same_time_lose_nothing(folder):
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(record.keep, map(str, range(40)))) == {""}
    assert set(ml.check.progress().done) == set(map(str, range(40)))


def test_the_lock_of_a_writer_that_has_died_holds_nobody_up(folder):
    died = """
import os
from momentumlib.check.engine import record
with record._alone(record._file()):
    os._exit(0)
"""
    subprocess.run([sys.executable, "-c", died], check=True)
    assert [path.name for path in folder.iterdir()] == ["progress.json.lock"]
    assert passed().message.endswith("hidden case.")
    assert [path.name for path in folder.iterdir()] == ["progress.json"]


def test_a_writer_that_holds_the_file_costs_a_sentence(folder, monkeypatch):
    monkeypatch.setattr(record, "WAIT", 0.05)
    with record._alone(record._file()):
        assert passed().message.endswith("progress.json is held by another process.")
        assert ml.check.progress(reset=True).problem.endswith("is held by another process.")
    assert passed().message.endswith("hidden case.")


def test_where_there_are_no_locks_the_file_is_written_all_the_same(folder, monkeypatch):
    def none(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    if record.fcntl:
        monkeypatch.setattr(record.fcntl, "flock", none)
    assert passed().message.endswith("hidden case.")
    monkeypatch.setattr(record, "fcntl", None)
    monkeypatch.setattr(record, "msvcrt", None)
    assert ml.check.half_life(lambda gamma: np.log(0.5) / np.log(gamma))
    assert ml.check.progress().done == ("gd", "half_life")


def test_what_progress_takes(folder, tmp_path):
    with pytest.raises(TypeError, match="export must be a path"):
        ml.check.progress(export=3)
    with pytest.raises(TypeError, match="reset must be True or False"):
        ml.check.progress(reset="yes")
    with pytest.raises(ValueError, match="export must be a file that can be written"):
        ml.check.progress(export=tmp_path)


# --- As each system does it --------------------------------------------------------------


def system(monkeypatch, name, **functions):
    """The module `os` of another system, as the record sees it."""
    own = SimpleNamespace(**{**vars(os), "name": name, **functions})
    monkeypatch.setattr(record, "os", own)


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves."""
    now = [0.0]
    sleep = lambda seconds: now.__setitem__(0, now[0] + seconds)
    own = SimpleNamespace(monotonic=lambda: now[0], sleep=sleep)
    monkeypatch.setattr(record, "time", own)
    return now


@pytest.mark.parametrize(("name", "refused", "tries"), [("nt", 3, 4), ("posix", 3, 1)])
def test_a_file_that_is_read_is_replaced_when_it_is_not(clock, monkeypatch, name, refused, tries):
    """Windows asks for it; elsewhere who may not replace a file never may."""
    asked = []

    def replace(file):
        asked.append(file)
        if len(asked) <= refused:
            raise PermissionError(errno.EACCES, "Permission denied")

    system(monkeypatch, name)
    if tries <= refused:
        with pytest.raises(PermissionError):
            record._replace(SimpleNamespace(replace=replace), "file")
    else:
        assert record._replace(SimpleNamespace(replace=replace), "file") is None
    assert asked == ["file"] * tries


def test_what_is_never_free_is_given_up(clock, monkeypatch):
    def replace(file):
        raise PermissionError(errno.EACCES, "Permission denied")

    system(monkeypatch, "nt")
    with pytest.raises(PermissionError):
        record._replace(SimpleNamespace(replace=replace), "file")
    assert record.WAIT < clock[0] < record.WAIT + 2 * record.AGAIN


@pytest.mark.parametrize("name", ["nt", "posix"])
def test_a_lock_is_taken_away_in_the_order_of_its_system(monkeypatch, tmp_path, name):
    """Windows takes away no file that is open; elsewhere it goes while it is locked."""
    done, there = [], Path.unlink

    def unlink(self, missing_ok=False):
        done.append("unlink")
        there(self, missing_ok=missing_ok)

    def close(file):
        done.append("close")
        os.close(file)

    monkeypatch.setattr(Path, "unlink", unlink)
    with record._alone(tmp_path / "a" / "file"):
        assert [path.name for path in (tmp_path / "a").iterdir()] == ["file.lock"]
        system(monkeypatch, name, close=close)
    assert done == (["close", "unlink"] if name == "nt" else ["unlink", "close"])
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.parametrize(
    ("raised", "held"),
    [(errno.EACCES, False), (errno.EAGAIN, False), (errno.EDEADLK, False), (errno.ENOLCK, True),
     (errno.ENOSYS, True)],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["fcntl", "msvcrt"])
def test_how_a_file_is_locked_and_what_says_that_another_has_it(
    monkeypatch, tmp_path, kind, raised, held
):
    asked, closed, answers = [], [], [None, OSError(raised, "so")]

    def lock(*given):
        asked.append(given[1:])
        if error := answers.pop(0):
            raise error

    monkeypatch.setattr(record, "fcntl", None)
    locks = {"flock": lock, "LOCK_EX": 2, "LOCK_NB": 4, "locking": lock, "LK_NBLCK": 7}
    monkeypatch.setattr(record, kind, SimpleNamespace(**locks))
    system(monkeypatch, os.name, close=lambda file: (closed.append(file), os.close(file)))
    free, other = (record._locked(tmp_path / "lock") for _ in range(2))
    os.close(free)
    assert asked == [(6,) if kind == "fcntl" else (7, 1)] * 2
    assert (other is not None, len(closed)) == (held, 1 - held)
    if held:
        os.close(other)


def test_a_lock_that_its_owner_has_taken_away_is_none(monkeypatch, tmp_path):
    closed = []
    close = lambda file: (closed.append(file), os.close(file))
    system(monkeypatch, os.name, close=close, samestat=lambda *_: False, path=SimpleNamespace(
        samestat=lambda *_: False))  # fmt: skip
    assert record._locked(tmp_path / "lock") is None
    system(monkeypatch, os.name, close=close, stat=lambda path: (_ for _ in ()).throw(
        FileNotFoundError()))  # fmt: skip
    assert record._locked(tmp_path / "lock") is None
    assert len(closed) == 2


@pytest.mark.parametrize("name", ["nt", "posix"])
def test_a_lock_that_may_not_be_opened_is_being_taken_away_on_windows(monkeypatch, name):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    system(monkeypatch, name, open=refuse)
    if name == "nt":
        assert record._locked("lock") is None
    else:
        with pytest.raises(PermissionError):
            record._locked("lock")


def test_how_long_a_writer_waits_and_how_often_it_looks(clock, monkeypatch, tmp_path):
    looks = []
    monkeypatch.setattr(record, "_locked", lambda path: looks.append(path.name))
    with pytest.raises(record.Unkept, match=r"file is held by another process\.$"):
        with record._alone(tmp_path / "file"):
            pass
    assert set(looks) == {"file.lock"}
    assert record.WAIT < clock[0] < record.WAIT + 2 * record.AGAIN
    assert len(looks) == pytest.approx(record.WAIT / record.AGAIN, abs=3)
