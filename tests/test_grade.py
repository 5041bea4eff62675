"""Grading: only what the book's checks say of a reader's names counts, and nothing stops it."""

import csv
import io
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell

import grade
from lesson import HALF, STEP, lesson, write
from student import handout

pytestmark = pytest.mark.slow

needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="this system ends and crashes processes in another way"
)

STUB, CHECK, SECOND = 3, 4, 6  # cells of the handout: the stub of gd, its check, half's stub


@pytest.fixture(scope="module")
def chapters(tmp_path_factory):
    """The checks of the small chapter."""
    folder = tmp_path_factory.mktemp("chapters")
    write(folder, "07_lesson", lesson())
    return grade.keys(folder)


@pytest.fixture
def row(chapters, tmp_path):
    """A function: the row of the handout with some cells written anew, and some added."""

    def graded(cells=(), added=(), seconds=60, cell_seconds=30):
        notebook = handout(lesson())
        for number, source in dict(cells).items():
            notebook.cells[number].source = source
        for number, source in dict(added).items():
            notebook.cells.insert(number, new_code_cell(source))
        path = write(tmp_path, "mine", notebook)
        return grade.grade(path, chapters, seconds, cell_seconds)

    return graded


def results(row):
    """What the two checks say, and the points."""
    return row["gd"], row["half_life"], row["points"]


def test_right_wrong_and_untried(row):
    found = row({STUB: STEP})
    assert found == {
        "chapter": "07_lesson", "gd": "right", "half_life": "not tried", "points": 1, "remark": "",
    }  # fmt: skip
    assert results(row({STUB: STEP.replace("-", "+"), SECOND: HALF})) == ("wrong", "right", 1)


def test_what_is_printed_or_stored_counts_for_nothing(row, chapters, tmp_path):
    claim = "✓ gd: right"
    shown = f"print({claim!r})\nfrom IPython.display import display, HTML\ndisplay(HTML({claim!r}))"
    assert results(row({STUB: shown, SECOND: f"class half: __repr__ = lambda _: {claim!r}"})) == (
        "error", "wrong", 0,
    )  # fmt: skip
    notebook = handout(lesson())
    notebook.cells[CHECK].outputs = [nbformat.v4.new_output("stream", text=claim)]
    assert grade.grade(write(tmp_path, "stored", notebook), chapters, 60, 30)["points"] == 0
    speaks = 'import os\nos.write(1, b\'{"check": "gd", "result": "right"}\\n\')'
    assert row({STUB: speaks})["points"] == 0


def test_the_checks_are_the_chapters_own(row):
    fooled = "class ml:\n    class check:\n        gd = staticmethod(lambda step: True)"
    assert results(row({STUB: fooled})) == ("error", "not tried", 0)
    replaced = "def step(*_): ...\n\nml.check.gd = lambda step: ml.check.Verdict('gd', True)"
    assert results(row({STUB: replaced})) == ("not tried", "not tried", 0)
    other = "ml.check.gd(lambda theta, grad, eta: theta - eta * grad)"
    assert results(row({CHECK: other})) == ("not tried", "not tried", 0)
    both = f"{STEP}\n\nml.check.gd(step)  # in one cell"
    assert results(row({STUB: "", CHECK: both})) == ("right", "not tried", 1)
    assert results(row({STUB: "", CHECK: STEP})) == ("missing", "not tried", 0)


def test_an_error_ends_its_cell_alone(row):
    found = row({STUB: "def step(:", SECOND: f"{HALF}\n1 / 0"}, added={2: "missing_name"})
    assert results(found) == ("error", "right", 1)
    assert found["remark"] == "NameError in cell 3 and 3 more"


def test_a_cell_without_end_ends_and_the_others_count(row):
    found = row({STUB: "while True:\n    try: pass\n    except Exception: pass", SECOND: HALF},
                cell_seconds=1)  # fmt: skip
    assert results(found) == ("error", "right", 1)
    assert found["remark"].startswith("no end after 1 s in cell 4")
    endless = "def step(theta, grad, eta):\n    while True: pass"
    assert results(row({STUB: endless, SECOND: HALF})) == ("wrong", "right", 1)


@needs_posix
def test_what_cannot_be_ended_is_stopped_with_all_it_started(row):
    stubborn = (
        "import subprocess, signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
        "subprocess.run(['sleep', '600'])\nwhile True: pass"
    )
    found = row({STUB: STEP, SECOND: stubborn}, seconds=15)
    assert results(found) == ("right", "not reached", 1)
    assert found["remark"] == "stopped after 15 s in cell 7"


@needs_posix
@pytest.mark.parametrize(
    "crash", ["import os; os._exit(3)", "import ctypes; ctypes.string_at(0)", "exit(); 1 / 0"]
)
def test_a_process_that_ends_leaves_its_row(row, crash):
    found = row({STUB: STEP}, added={5: crash})
    assert found["gd"] == "right"
    assert "in cell 6" in found["remark"]


@needs_posix
@pytest.mark.parametrize(
    "body",
    ["import os; os._exit(3)", "import ctypes; ctypes.string_at(0)", "return [0] * 10**10",
     "return theta * sum(range(10**13))"],
)  # fmt: skip
def test_an_answer_that_ends_its_process_is_wrong_and_the_others_count(row, body):
    found = row({STUB: f"def step(theta, grad, eta):\n    {body}", SECOND: HALF})
    assert results(found) == ("wrong", "right", 1)
    assert found["remark"] == ""


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("", "is no notebook"),
        ("{", "is no notebook"),
        ('{"cells": 3}', "is no notebook"),
        ("[1, 2]", "is no notebook"),
        ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
         "holds no check of the book"),
        ('{"cells": [], "metadata": {"kernelspec": {"name": "ir", "language": "R"}},'
         ' "nbformat": 4, "nbformat_minor": 5}', "asks for another language than Python"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_of_the_book_has_its_row(chapters, tmp_path, text, remark):
    path = tmp_path / "mine.ipynb"
    path.write_text(text, "utf-8")
    assert grade.grade(path, chapters, 60, 30) == {"points": 0, "remark": remark}


def test_a_folder_becomes_a_table(tmp_path, monkeypatch, capsys):
    write(tmp_path / "chapters", "07_lesson", lesson())
    monkeypatch.setattr(grade, "keys", lambda keys=grade.keys: keys(tmp_path / "chapters"))
    notebook = handout(lesson())
    write(tmp_path / "class" / "ada", "lesson", notebook, cell_3=STEP, cell_6=HALF)
    write(tmp_path / "class" / "ben", "lesson", notebook)
    write(tmp_path / "class" / "ben" / ".ipynb_checkpoints", "lesson", notebook)
    (tmp_path / "class" / "eve.ipynb").write_text("?", "utf-8")
    monkeypatch.setattr(sys, "argv", ["grade.py", str(tmp_path / "class")])
    grade.main()
    out, progress = capsys.readouterr()
    assert list(csv.reader(io.StringIO(out))) == [
        ["file", "chapter", "gd", "half_life", "points", "remark"],
        ["ada/lesson.ipynb", "07_lesson", "right", "right", "2", ""],
        ["ben/lesson.ipynb", "07_lesson", "not tried", "not tried", "0", ""],
        ["eve.ipynb", "", "", "", "0", "is no notebook"],
    ]
    assert "[3/3] eve.ipynb: 0 right (is no notebook)" in progress
