"""The record of what a reader has done: one small file, which never stops a check."""

import errno
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
