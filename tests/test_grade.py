"""Grading: only what the book's checks say of a reader's names counts, and nothing stops it."""

import csv
import io
import json
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell

import grade
from exercises import exercises
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
    return grade.Chapters(folder)


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
        (found,) = grade.grade(path, chapters, seconds, cell_seconds)
        return found

    return graded


def results(row):
    """What the two checks say, and the points."""
    return row["gd"], row["half_life"], row["points"]


def test_right_wrong_and_untried(row):
    found = row({STUB: STEP})
    assert found == {
        "chapter": "07_lesson", "gd": "right", "half_life": "not tried", "points": 1, "possible": 2,
        "remark": "",
    }  # fmt: skip
    climbs = row({STUB: STEP.replace("-", "+"), SECOND: HALF})
    assert results(climbs) == ("wrong: wrong sign", "right", 1)


def test_what_is_printed_or_stored_counts_for_nothing(row, chapters, tmp_path):
    claim = "✓ gd: right"
    shown = f"print({claim!r})\nfrom IPython.display import display, HTML\ndisplay(HTML({claim!r}))"
    assert results(row({STUB: shown, SECOND: f"class half: __repr__ = lambda _: {claim!r}"})) == (
        "error", "wrong: wrong arguments", 0,
    )  # fmt: skip
    notebook = handout(lesson())
    notebook.cells[CHECK].outputs = [nbformat.v4.new_output("stream", text=claim)]
    assert grade.grade(write(tmp_path, "stored", notebook), chapters, 60, 30)[0]["points"] == 0
    speaks = 'import os\nstep = os.write(1, b\'{"check": "gd", "result": "right"}\\n\')'
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
    assert found["remark"] == "SyntaxError in cell 5 and 1 more"


def test_only_what_an_answer_needs_is_run(row):
    helper = "raise SystemExit\ndef unused(): ..."
    needs = {2: "part = lambda grad, eta: eta * grad", 3: helper}
    found = row({STUB: STEP.replace("eta * grad", "part(grad, eta)")}, added=needs)
    assert (results(found), found["remark"]) == (("right", "not tried", 1), "")
    magic = row({STUB: "%precision 3\n" + STEP})
    assert (results(magic), magic["remark"]) == (("right", "not tried", 1), "")


def test_a_pages_file_is_graded_chapter_by_chapter(chapters, tmp_path):
    saved = {"done": ["half_life"], "answers": {"ex-gd": STEP, "ex-elsewhere": "while True: pass"}}
    path = tmp_path / "ada.json"
    path.write_text(json.dumps(saved), "utf-8")
    (found,) = grade.grade(path, chapters, 60, 30)
    assert found == {
        "chapter": "07_lesson", "gd": "right", "half_life": "not tried", "points": 1,
        "possible": 2, "remark": "",
    }  # fmt: skip
    path.write_text(json.dumps({"answers": {"ex-half-life": HALF.replace("0.5", "2")}}), "utf-8")
    (found,) = grade.grade(path, chapters, 60, 30)
    assert results(found) == ("not tried", "wrong: wrong sign", 0)


def test_a_pages_file_of_all_chapters_takes_one_process(tmp_path):
    """As `make grade` is asked: the book's own solutions, as if they had been written in pages."""
    book = grade.Chapters()
    answers = {}
    for path in sorted((grade.ROOT / "chapters").glob("*.ipynb")):
        for each in exercises(nbformat.read(path, as_version=4)):
            answers[each.label] = each.solution.source.replace("_solution", "")
    path = tmp_path / "all.json"
    path.write_text(json.dumps({"answers": answers}), "utf-8")
    rows = grade.grade(path, book, 600, 60)
    assert [row["chapter"] for row in rows] == list(book.checks)
    for row in rows:
        assert (row["points"], row["remark"]) == (row["possible"], ""), row


@pytest.mark.parametrize("text", ["", "[]", '{"answers": {"ex-gd": 1}}', '{"answers": {}}'])
def test_what_is_no_pages_file_has_its_row(chapters, tmp_path, text):
    path = tmp_path / "ada.json"
    path.write_text(text, "utf-8")
    remark = "holds no answer to an exercise of the book" if text == '{"answers": {}}' else (
        "is no file of answers")  # fmt: skip
    assert grade.grade(path, chapters, 60, 30) == [{"points": 0, "remark": remark}]


def test_a_cell_without_end_ends_and_the_others_count(row):
    endless = "step = 1\nwhile True:\n    try: pass\n    except Exception: pass"
    found = row({STUB: endless, SECOND: HALF}, cell_seconds=1)
    assert results(found) == ("wrong: no function", "right", 1)
    assert found["remark"].startswith("no end after 1 s in cell 4")
    endless = "def step(theta, grad, eta):\n    while True: pass"
    assert results(row({STUB: endless, SECOND: HALF})) == ("wrong: never ends", "right", 1)


@needs_posix
def test_what_cannot_be_ended_is_stopped_with_all_it_started(row):
    stubborn = (
        "import subprocess, signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
        "half = subprocess.run(['sleep', '600'])\nwhile True: pass"
    )
    found = row({STUB: STEP, SECOND: stubborn}, seconds=15)
    assert results(found) == ("right", "not reached", 1)
    assert found["remark"] == "stopped after 15 s in cell 7"


@needs_posix
@pytest.mark.parametrize(
    "crash", ["import os; os._exit(3)", "import ctypes; ctypes.string_at(0)", "exit(); 1 / 0"]
)
def test_a_process_that_ends_leaves_its_row(row, crash):
    found = row({STUB: STEP, SECOND: f"half = 1\n{crash}"})
    assert found["gd"] == "right"
    assert "in cell 7" in found["remark"]


@needs_posix
@pytest.mark.parametrize(
    ("body", "mistake"),
    [("import os; os._exit(3)", "raises"), ("import ctypes; ctypes.string_at(0)", "crashes Python"),
     ("return [0] * 10**10", "too much memory"),
     ("return theta * sum(range(10**13))", "never ends")],
)  # fmt: skip
def test_an_answer_that_ends_its_process_is_wrong_and_the_others_count(row, body, mistake):
    found = row({STUB: f"def step(theta, grad, eta):\n    {body}", SECOND: HALF})
    assert results(found) == (f"wrong: {mistake}", "right", 1)
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
    assert grade.grade(path, chapters, 60, 30) == [{"points": 0, "remark": remark}]


def test_a_folder_becomes_a_table(tmp_path, monkeypatch, capsys):
    write(tmp_path / "chapters", "07_lesson", lesson())
    own = grade.Chapters(tmp_path / "chapters")
    monkeypatch.setattr(grade, "Chapters", lambda: own)
    notebook = handout(lesson())
    write(tmp_path / "class" / "ada", "lesson", notebook, cell_3=STEP, cell_6=HALF)
    write(tmp_path / "class" / "ben", "lesson", notebook)
    write(tmp_path / "class" / "ben" / ".ipynb_checkpoints", "lesson", notebook)
    (tmp_path / "class" / "eve.ipynb").write_text("?", "utf-8")
    monkeypatch.setattr(sys, "argv", ["grade.py", str(tmp_path / "class")])
    grade.main()
    out, progress = capsys.readouterr()
    assert list(csv.reader(io.StringIO(out))) == [
        ["file", "chapter", "gd", "half_life", "points", "possible", "remark"],
        ["ada/lesson.ipynb", "07_lesson", "right", "right", "2", "2", ""],
        ["ben/lesson.ipynb", "07_lesson", "not tried", "not tried", "0", "2", ""],
        ["eve.ipynb", "", "", "", "0", "", "is no notebook"],
    ]
    assert "[3/3] eve.ipynb: 0 right (is no notebook)" in progress
