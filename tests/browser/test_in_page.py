"""Exercises in the page: its Python, over http and from disk, with every other host blocked."""

import ast
import json
from pathlib import Path

import nbformat
import page_reader
import pytest

import in_page
import momentumlib as ml
from exercises import exercises
from in_page_pages import NO_REQUESTS, SHAPES
from momentumlib.check.chapters import CHAPTERS
from page_python import sources
from tiers import first

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("in page")]

ROOT = Path(__file__).parents[2]
#: The place of its exercise for a step.
STEP = 1
RIGHT = """
def torch_step(theta, buffer, grad, lr, momentum):
    buffer = momentum * buffer + grad
    return theta - lr * buffer, buffer
"""
WRONG = RIGHT.replace("theta - lr", "theta + lr")


#: How many exercises the book has.
ALL = sum(map(len, CHAPTERS.values()))
#: Brings each of some parts onto the screen, as a reader does: only then is it laid out.
PASSED_BY = """async parts => {
  for (const part of document.querySelectorAll(parts)) {
    part.scrollIntoView();
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
}"""


def exercise(page, number=STEP):
    """An exercise's editor and check, and what it says."""
    stub = page.locator(".cell.tag_exercise").nth(number)
    check = page.locator(".cell.tag_check").nth(number)
    return stub.locator("textarea"), stub.locator("[role=status]"), check.locator(".cell_output")


def checked(page, answer, number=STEP):
    """What the page says to an answer: its sentence, and all that stands below."""
    area, says, below = exercise(page, number)
    area.fill(answer.strip())
    assert area.locator("..").locator(".answer-shown").text_content() == answer.strip() + "\n"
    area.press("Control+Enter")
    settled(page, number)
    return says.inner_text(), below.inner_text()


def settled(page, number=STEP):
    """Wait until nothing is checked."""
    button = page.locator(".answer-check").nth(number)
    page.wait_for_function("b => b.ariaDisabled !== 'true'", arg=button.element_handle())


shapes = pytest.mark.parametrize("shape", first(["served"], SHAPES))


@shapes
def test_python_comes_when_a_reader_goes_to_an_editor(in_pages, shape):
    page = in_pages(shape)
    other, asked = page.context.new_page(), []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(page.url)
    other.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert asked
    assert not [url for url in asked if "/python/" in url]
    with other.expect_request("**/python/*"):
        exercise(other)[0].focus()
    other.close()


@shapes
def test_a_wrong_answer_gets_its_verdict_in_place(in_pages, shape):
    page = in_pages(shape)
    says, below = checked(page, "print('I was here')" + WRONG)
    assert says.startswith("✗ torch_step: not right yet (")
    assert "I was here" in below
    assert "First difference after step 1" in below
    assert exercise(page)[2].locator("svg").is_visible()
    assert exercise(page)[2].locator("details").count() >= 2
    assert page.faults == []


@shapes
def test_a_right_answer_is_counted_and_kept(in_pages, shape):
    page = in_pages(shape)
    page.evaluate("localStorage.clear()")
    says, _ = checked(page, RIGHT)
    assert says == f"✓ torch_step: right. 1 of {ALL} exercises done."
    other = page.context.new_page()
    other.goto(page.url)
    area, says, _ = exercise(other)
    assert area.input_value() == RIGHT.strip()
    assert says.text_content() == "✓ done"  # what is off the screen has no inner text
    other.close()
    assert page.faults == []


@pytest.mark.slow
def test_an_exercise_is_done_with_the_keyboard_alone(in_pages):
    page = in_pages("disk")
    area, says, below = exercise(page)
    area.focus()
    page.keyboard.press("Control+A")
    for line in RIGHT.strip().splitlines():  # Enter indents
        page.keyboard.type(line.strip())
        page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    assert area.input_value() == RIGHT.strip() + "\n"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(page)
    assert says.inner_text().startswith("✓ torch_step: right")
    page.keyboard.press("Tab")  # to "Start again"
    page.keyboard.press("Enter")
    assert "..." in area.input_value()
    assert "press Check" in below.inner_text()
    page.keyboard.press("Control+Z")
    assert area.input_value() == RIGHT.strip() + "\n"


BAD = {
    "endless": (
        WRONG.replace("return", "while True: pass\n    return"),
        "✗ torch_step: not right yet (never ends)",
    ),
    "a bomb": ("x = [0]\nwhile True: x = x * 2", "more memory than a page gives"),
    "its end": ("import sys\nsys.exit()", "ends Python itself"),
    "its death": ("import os\nos._exit(1)", "broke Python itself"),
    "a flood": ("while True: print('x' * 1000)", "more than a million characters"),
    "an error": ("torch_step = 1\nprint(torch_stop)", "Line 2: NameError: name 'torch_stop'"),
    "no Python": ("def torch_step(theta, buffer", "Line 1: SyntaxError: '(' was never closed"),
    "another name": ("def my_step(): pass", "must define torch_step"),
}


@pytest.mark.parametrize("bad", first(["endless"], BAD))
def test_whatever_an_answer_does_the_next_check_works(in_pages, bad):
    page = in_pages("served")
    answer, sentence = BAD[bad]
    assert sentence in checked(page, answer)[0]
    assert checked(page, RIGHT)[0].startswith("✓")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.slow
def test_what_python_cannot_end_is_stopped(in_pages):
    page = in_pages("served")
    area, says, _ = exercise(page)
    area.fill("while True:\n  try:\n    while True: pass\n  except: pass")
    area.press("Control+Enter")
    page.get_by_role("button", name="Stop").click()
    settled(page)
    assert says.inner_text() == "Stopped."
    assert checked(page, RIGHT)[0].startswith("✓")


def test_a_stub_is_told_to_press_the_button(in_pages):
    says, below = checked(in_pages("served"), RIGHT.split(":")[0] + ": ...")
    assert says.startswith("○ torch_step: not tried yet. Write your answer")
    assert "then press Check" in below


def test_an_answer_may_use_what_stands_above(in_pages):
    page = in_pages("served")
    first = "def ema_eta(eta, gamma):\n    return eta / (1 - gamma)"
    assert checked(page, first, 0)[0].startswith("✓")
    says, below = checked(page, "print(ema_eta(0.1, 0.5))" + RIGHT)
    assert says.startswith("✓")
    assert "0.2" in below


@pytest.mark.slow
def test_answers_are_saved_as_a_file_and_loaded(in_pages, tmp_path, monkeypatch):
    page = in_pages("served")
    other = page.context.new_page()
    other.goto(page.url)
    kept = {"done": ["ema_eta"], "answers": {"ex-torch-step": "pass"}}
    (tmp_path / "theirs.json").write_text(json.dumps(kept), encoding="utf-8")
    with other.expect_file_chooser() as chooser:
        other.get_by_role("button", name="Load a file").click()
    with other.expect_navigation():
        chooser.value.set_files(tmp_path / "theirs.json")
    assert exercise(other, 0)[1].text_content() == "✓ done"
    assert exercise(other)[0].input_value() == "pass"
    with other.expect_download() as download:
        other.get_by_role("button", name="Save as a file").click()
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert "ema_eta" in saved["done"]
    assert saved["answers"]["ex-torch-step"] == "pass"
    monkeypatch.setenv("MOMENTUMLIB_DATA", str(tmp_path))
    assert ml.check.progress(add=download.value.path()).done
    other.close()


@pytest.mark.slow
@shapes
def test_axe_finds_nothing_in_a_verdict(in_pages, shape):
    from axe_playwright_python.sync_playwright import Axe

    page = in_pages(shape)
    checked(page, "print(1)" + WRONG)
    parts = [".tag_exercise", ".tag_check"]
    page.evaluate(PASSED_BY, ", ".join(parts))
    found = (
        Axe().run(page, {"include": [[part] for part in parts]}, NO_REQUESTS).response["violations"]
    )
    assert [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found] == []


# --- All exercises -------------------------------------------------------------------

OFF = """
def _off(value):
    return tuple(map(_off, value)) if isinstance(value, tuple | list) else value + 1
"""


#: Wrong answers in place of those that are off by one, where the right one takes seconds.
OTHERS = {"swept_best": "fastest_pair = 0.004, 0.0"}


def jobs():
    """Each exercise solved, and off by one: (its check's name, whether it is right, the job)."""
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        before = []
        for each in exercises(nbformat.read(path, as_version=4)):
            solution = each.solution.source
            solved = "\n".join([solution, *(f"{n} = {n}_solution" for n in each.answers())])
            changed = "\n".join([solved, OFF, *(off(name, each) for name in each.answers())])
            for answer in solved, OTHERS.get(each.name, changed):
                job = {"answer": answer, "check": each.check.source, "before": [*before]}
                yield each.name, answer == solved, job | {"done": []}
            before.append(solution)


def off(name, each):
    """Code that puts an answer off by one."""
    stubs = {getattr(node, "name", None): node for node in ast.parse(each.stub.source).body}
    if name not in stubs:
        return f"{name} = _off({name})"
    takes = ", ".join(arg.arg for arg in stubs[name].args.args)
    return f"_right = {name}\ndef {name}({takes}): return _off(_right({takes}))"


@pytest.mark.slow
def test_every_exercise_is_judged_in_the_page(in_pages):
    page, cases = in_pages("disk"), list(jobs())
    assert len(cases) == 2 * ALL
    all_told = page.evaluate(
        """async jobs => {
          const told = [];
          for (const job of jobs) told.push(await inPage.run(job));
          return told;
        }""",
        [job for _, _, job in cases],
    )
    for (name, right, _), told in zip(cases, all_told, strict=True):
        assert (told["error"], told["printed"]) == ("", ""), name
        assert (f"✓ {name}: right<" if right else f"✗ {name}: not right yet") in told["html"]
        assert told["passed"] is right
        assert told["done"] == [name] * right
        assert told["all"] == ALL


# --- Without it ----------------------------------------------------------------------


def test_without_the_wheels_the_build_says_in_a_line_what_is_missing(monkeypatch, tmp_path, capsys):
    from types import SimpleNamespace

    monkeypatch.setenv("PYODIDE_WHEELS", str(tmp_path))
    config = SimpleNamespace()
    in_page.packs(None, config)
    said = capsys.readouterr().err
    assert config.in_page == ""
    assert said.startswith("Pages without Python: PYODIDE_WHEELS must name the folder")
    assert said.count("\n") == 1


def test_another_wheel_than_the_pinned_one_is_refused(tmp_path, monkeypatch):
    (tmp_path / sources.NUMPY).write_bytes(b"no wheel")
    monkeypatch.setenv("PYODIDE_WHEELS", str(tmp_path))
    with pytest.raises(sources.Missing, match="another file than the pinned one"):
        sources.wheel()


def test_a_page_says_where_answers_are_checked():
    page = {"body": f"<p>text</p>{in_page.EXERCISE}>"}

    class App:
        class config:
            in_page = ""

    in_page.put_in(App, "chapters/a", "page.html", page, None)
    assert "<code>make lab</code>" in page["body"]


def test_an_answer_is_told_as_data(monkeypatch, tmp_path):
    """What the worker runs, in this Python."""
    monkeypatch.setenv("MOMENTUMLIB_DATA", str(tmp_path))
    job = {"answer": RIGHT, "check": "ml.check.torch_step(torch_step)", "before": [], "done": []}
    told = json.loads(page_reader.told(json.dumps(job | {"done": ["nag"]})))
    assert told.pop("html").startswith('<div class="check"')
    right = {"passed": True, "printed": "", "error": "", "trace": ""}
    assert told == right | {"done": ["nag", "torch_step"], "all": ALL}
    above = ["step = 1 / 0", "print('unheard'); size = 2", "unused = 1 / 0"]
    for answer, error in {
        "print(size); print(step)": "Line 1: `step` comes from a cell above that does not run "
        "here: ZeroDivisionError: division by zero",
        "def f(:": "Line 1: SyntaxError: invalid syntax",
        "other = size": "Your answer must define torch_step, which the check takes.",
    }.items():
        told = json.loads(page_reader.told(json.dumps(job | {"answer": answer, "before": above})))
        assert told["error"] == error
        assert told["printed"] == "2\n" * ("print" in answer)
        assert not told["passed"]
        assert told["done"] == []
