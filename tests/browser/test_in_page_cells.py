"""Code cells that a reader changes and runs in the page."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

import in_page
import momentumlib as ml
from in_page_pages import NO_REQUESTS, answering
from outputs import difference
from tiers import first

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("in page")]

ROOT = Path(__file__).parents[2]
FIRST = "chapters/01_gd_vs_momentum.html"
#: Every block of code that can be changed, as it stands or as an editor.
BLOCKS = ".cell:not(.tag_exercise, .tag_check, .tag_solution) :is(.cell_input pre, .answer)"
FIND = f"""text => [...document.querySelectorAll("{BLOCKS}")].findIndex(
  block => (block.querySelector("textarea")?.value ?? block.textContent).includes(text))"""
OPEN = "for (const fold of document.querySelectorAll('details')) fold.open = true"


def block(page, text):
    """The block of code that holds a text."""
    return page.locator(BLOCKS).nth(page.evaluate(FIND, text))


def edited(page, text):
    """The editor of the block of code that holds a text."""
    page.evaluate(OPEN)
    block(page, text).locator("..").get_by_role("button", name="Edit").click()
    box = block(page, text)
    box.locator("textarea").wait_for()
    return box


def bar(box):
    return box.locator("xpath=following-sibling::*[1]")


def output(box):
    return box.locator("xpath=ancestor::div[contains(@class, 'cell ')][1]").locator(".cell_output")


def ran(box, code=None):
    """Run a cell, with other code where there is some; (what it says, its output)."""
    if code is not None:
        box.locator("textarea").fill(code)
    box.locator("textarea").press("Control+Enter")
    settled(box)
    return bar(box).locator("[role=status]").inner_text(), output(box)


def settled(box):
    go = bar(box).locator(".answer-check").element_handle()
    box.page.wait_for_function("go => go.ariaDisabled === 'false'", arg=go)


shapes = pytest.mark.parametrize("shape", first(["served"], ["served", "disk"]))


@shapes
def test_a_cell_is_changed_and_run_and_begins_again(in_pages, shape):
    page = in_pages(shape)
    page.evaluate("localStorage.clear()")
    box, buttons = edited(page, "debias="), page.locator(".edit-code").count()
    code, stored = box.locator("textarea").input_value(), output(box).inner_text()
    says, out = ran(box)
    assert says.startswith("Done.")
    assert out.inner_text() == stored
    says, out = ran(box, code + "\nprint('changed')\n1 / 0")
    assert says == "An error, told below."
    wrong = len(code.splitlines()) + 2
    assert f"Line {wrong}: ZeroDivisionError: division by zero" in out.inner_text()
    assert "changed" in out.inner_text()
    out.locator("summary").click()
    assert "1 / 0" in out.locator("pre").last.inner_text()
    bar(box).get_by_role("button", name=re.compile("^Start again")).click()
    assert page.locator(".edit-code").count() == buttons + 1
    assert block(page, "debias=").text_content().rstrip() == code
    assert page.evaluate("document.activeElement.className") == "edit-code"
    assert "cell:" not in page.evaluate("localStorage.getItem('momentum-book.answers')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.faults == []


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["served", "disk"])
def test_a_figure_is_drawn_in_the_colours_of_the_page(in_pages, shape):
    page = in_pages(shape)
    box = edited(page, "η {name}")
    out = output(box)
    caption, label = out.locator(".caption-text").text_content(), "aria-label"
    before = out.locator("svg.figure").get_attribute(label)
    says, out = ran(box, box.locator("textarea").input_value().replace("5.4, 5.4", "5.4, 3"))
    assert says.startswith("Done.")
    svg = out.locator("svg.figure")
    assert svg.count() == 1
    assert svg.get_attribute(label) == before
    assert out.locator(".caption-text").text_content() == caption
    assert "var(--fig-momentum)" in svg.inner_html()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.faults == []
    box = block(page, "η {name}")
    bar(box).get_by_role("button", name=re.compile("^Start again")).click()


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["served", "disk"])
def test_a_step_of_the_readers_own_races_live(in_pages, shape):
    page = in_pages(shape, FIRST)
    box = edited(page, "def my_step")
    code = box.locator("textarea").input_value()
    code = code.replace("theta - v, v", "theta - v if v > 0 else theta - 0.9 * v, v")

    def own(theta, v, g, eta, gamma):
        v = gamma * v + eta * g
        return theta - v if v > 0 else theta - 0.9 * v, v

    says, out = ran(box, code)
    assert says.startswith("Done.")
    method = ml.own(own, eta=0.001, gamma=0.9, compile=False)
    loss = ml.minimize(ml.problems.rosenbrock(), method, steps=300).loss
    for step in (100, 300):
        out.get_by_role("slider", name="step t").fill(str(step))  # which ends its first play
        expect(out).to_contain_text(f"J = {loss[step]:.4g}")  # drawn in the next frame
    says, out = ran(box, code.replace("return", "print(v)\n    return"))
    assert "my_step prints (line 3); leave print out" in out.inner_text()
    assert page.faults == []


@pytest.mark.slow
def test_a_live_figure_is_made_anew_with_other_arguments(in_pages):
    page = in_pages("disk", FIRST)
    box = edited(page, 'key="race-valley"')
    code = box.locator("textarea").input_value()
    says, out = ran(box, code.replace("kappa=100", "kappa=20").replace("step=0", "step=40"))
    assert says.startswith("Done.")
    run = ml.minimize(ml.problems.quadratic(20), ml.momentum(0.019, 0.8), steps=40)
    expect(out).to_contain_text(f"J = {run.loss[-1]:.4g}", timeout=60_000)  # once it has played
    assert page.faults == []


@pytest.mark.slow
def test_a_cell_is_changed_with_the_keyboard_alone_and_kept(in_pages):
    page = in_pages("disk")
    page.evaluate("localStorage.clear()")
    page.evaluate(OPEN)
    place = block(page, "taus, runs")
    place.locator("..").get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('.answer textarea')")
    page.keyboard.press("Control+Home")
    page.keyboard.type("print('typed')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box = block(page, "taus, runs")
    settled(box)
    assert output(box).inner_text().startswith("typed")
    other = page.context.new_page()
    other.goto(page.url)
    kept = other.locator(".cell_input .answer textarea")
    kept.first.wait_for(state="attached")
    assert kept.count() == 1
    assert kept.input_value().startswith("print('typed')")
    other.close()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "edit-code"


@pytest.mark.slow
def test_an_endless_cell_is_stopped_and_the_next_one_runs(in_pages):
    page = in_pages("served")
    box = edited(page, "same end as")
    box.locator("textarea").fill("while True: pass")
    box.locator("textarea").press("Control+Enter")
    bar(box).get_by_role("button", name=re.compile("^Stop")).click()
    settled(box)
    assert "Stopped." in output(box).inner_text() + bar(box).inner_text()
    assert ran(box, "print(6 * 7)")[1].inner_text().strip() == "42"
    bar(box).get_by_role("button", name=re.compile("^Start again")).click()


@pytest.mark.slow
def test_axe_finds_nothing_in_a_changed_cell(in_pages):
    from axe_playwright_python.sync_playwright import Axe

    page = in_pages("served")
    box = edited(page, "wide = ")
    ran(box, "print(1)\n1 / 0")
    found = Axe().run(page, {"include": [[".cell:has(.cell_input > .answer)"]]}, NO_REQUESTS)
    assert [v["id"] for v in found.response["violations"]] == []
    bar(box).get_by_role("button", name=re.compile("^Start again")).click()


def test_what_a_start_loads_is_below_nine_megabytes(book):
    folder = answering(book) / "python"
    sizes = {}
    for pack, (mark, count) in json.loads((folder / "packs.json").read_text()).items():
        files = [folder / f"{pack}-{mark}-{number}.js" for number in range(count)]
        sizes[pack] = sum(len(file.read_text().split('"')[3]) for file in files) * 3 / 4
    assert sum(sizes[pack] for pack in ("engine", "wasm", "python", "library")) < 9e6
    assert sizes["plots"] < 5e6
    assert sizes["figures"] < 3e5


#: Cells of thousands of runs, which take Python without Numba half a minute.
LONG = {"ch1-sweep", "ch1-kappa-runs", "ch1-kappa-figure"}


def cells(chapter):
    """A chapter's cells, and the job of each, as its page has it."""
    before, unseen = [], iter(in_page.hidden(ROOT)[f"{chapter}.html"])
    for cell in nbformat.read(ROOT / "chapters" / f"{chapter}.ipynb", as_version=4).cells:
        tags = set(cell.metadata.get("tags", []))
        if cell.cell_type != "code" or tags & {"check", "solution"}:
            continue
        if "remove-input" in tags:
            before.append(next(unseen))
        elif "exercise" not in tags:
            yield cell, {"cell": cell.source, "before": [*before], "table": ""}
            before.append(cell.source)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", ["01_gd_vs_momentum", "05_schedules_restarts", "08_frameworks"])
def test_each_cell_shows_in_the_page_what_is_stored(in_pages, chapter):
    page = in_pages("disk")
    for cell, job in cells(chapter):
        if cell.id in LONG:
            continue
        told = page.evaluate("job => inPage.run(job)", job)
        assert told["error"] == "", cell.id
        stored = [output for output in cell.outputs if output.output_type == "stream"]
        text = "".join(output.get("printed", "") for output in told["outputs"])
        printed = [{"output_type": "stream", "name": "stdout", "text": text}]
        assert difference(stored, printed * bool(text)) is None, cell.id
        drawn = sum("image/svg+xml" in output.get("data", {}) for output in cell.outputs)
        assert drawn == sum("svg" in each or "figure" in each for each in told["outputs"]), cell.id
