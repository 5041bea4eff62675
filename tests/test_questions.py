"""The page of spaced questions and the puzzles: what they are made of is right."""

import json
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

import momentumlib as ml
import puzzles
import questions
from checking import function
from momentumlib.check.chapters import MODULES

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(ROOT.glob("chapters/*.ipynb"))


@pytest.fixture(scope="module")
def asked():
    """Every question of the book."""
    return list(questions.questions(NOTEBOOKS))


def test_every_wrong_option_has_a_sentence_of_its_own(asked):
    """Readers ask why the wrong ones are wrong: predictions say so, and so do the checks."""
    choices = [one for one in asked if one["kind"] == "choice"]
    assert {"ch1-first", "ex-gd-0"} <= {one["id"] for one in choices}
    for one in choices:
        said = dict(zip(one["options"], one["wrong"], strict=True))
        assert said.pop(one["answer"]) == "", one["id"]
        assert len(set(said.values())) == len(said), f"{one['id']}: one sentence for two options"
        assert all(said.values()), f"{one['id']}: a wrong option has no sentence"


def test_each_question_is_told_apart_and_has_its_place(asked):
    ids = [one["id"] for one in asked]
    assert len(set(ids)) == len(ids)
    rights = [one["answer"] for one in asked if "code" in one]
    assert len(set(rights)) == len(rights), "two exercises ask for the same line"
    for one in asked:
        chapter, _, place = one["place"].partition("#")
        text = (ROOT / "chapters" / chapter).with_suffix(".ipynb").read_text("utf-8")
        assert f":label: {place}\\n" in text or f'\\"{place}\\"' in text, place
        assert {"ex": f"{place}-", "ch": place}[place[:2]] in one["id"]


def test_each_chapter_and_nearly_each_exercise_asks(asked):
    assert {one["chapter"] for one in asked} == set(range(1, 9))
    silent = [name for name in MODULES if not any(
        one["place"].endswith(f"#ex-{name.replace('_', '-')}") for one in asked)]  # fmt: skip
    # They take numbers, or whatever has a slope; AdamW's lines are Adam's.
    numbers = {"momentum_limit", "polyak_tuning", "swept_best", "nag_limit", "nesterov_tuning"}
    assert set(silent) == {"gradient", "adamw"} | numbers


# --- Put these lines in order -------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    """{label: puzzle} of the book."""
    return puzzles.puzzles(NOTEBOOKS)


@pytest.fixture(scope="module")
def told(made):
    """What the page's script says of orders of each puzzle's lines."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no node to run the script with")
    order = (ROOT / "extensions" / "puzzles_js" / "order.js").read_text("utf-8")
    task = json.dumps({"order": order, "puzzles": made})
    script = ROOT / "tests" / "js" / "orders.mjs"
    done = subprocess.run([node, script], input=task, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def answer(puzzle, order):
    """The answer that an order of lines makes."""
    every = puzzle["lines"] + puzzle["wrong"]
    lines = ["    " * every[n]["indent"] + every[n]["text"] for n in order]
    return function("\n".join([puzzle["head"], *lines]))


def judged(label, puzzle, order):
    """What the check says of it; None where it is no Python."""
    try:
        return getattr(ml.check, name(label))(answer(puzzle, order))
    except SyntaxError:
        return None


def name(label):
    """The check of an exercise."""
    return label.removeprefix("ex-").replace("-", "_")


def test_the_longest_exercises_begin_with_a_puzzle(made):
    named = {name(label) for label in made}
    assert named == {"momentum_path", "adam", "restart_gradient", "score_slope"}
    for puzzle in made.values():
        assert 1 <= len(puzzle["wrong"]) <= 2


def test_an_order_is_right_where_the_check_says_so(made, told):
    for label, puzzle in made.items():
        right, wrong = told[label]["right"], told[label]["wrong"]
        assert list(range(len(puzzle["lines"]))) in right
        assert all(judged(label, puzzle, order) for order in right), label
        assert not any(judged(label, puzzle, order) for order in wrong), label
    assert len(told["ex-adam"]["right"]) == 2, "m and s may be made in either order"


def test_each_wrong_line_makes_its_known_mistake(made, told):
    for label, puzzle in made.items():
        module = import_module(MODULES[name(label)])
        for number, (right, other, mistake) in enumerate(module.PUZZLE):
            order = list(range(len(puzzle["lines"])))
            at = [line["text"] for line in puzzle["lines"]].index(right)
            order[at] = len(order) + number
            verdict = judged(label, puzzle, order)
            assert (verdict.mistake, verdict.message) == (mistake, puzzle["wrong"][number]["says"])
            assert puzzle["wrong"][number]["text"] == other
            assert told[label]["others"][number][at], "the page says another sentence"


def test_a_misplaced_line_is_told_why(told):
    assert (
        told["ex-adam"]["why"][2] == "`return` ends the function: what stands behind it never runs."
    )
    why = told["ex-restart-gradient"]["why"]
    assert why[0].startswith("It uses `age`, which `path, v, age = ")
    assert why[1].startswith("It is indented: it stands under `for t in range(steps):`")
    assert why[4] == ""
    assert (
        why[7] == "It comes too early: a line is missing under `if g @ (path[-1] - path[-2]) > 0:`."
    )
    assert told["ex-adam"]["short"] == "A line is missing: it still stands under “Not used”."
