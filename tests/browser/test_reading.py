"""Reading a chapter: what is folded, what references show, what the search opens."""

import json
from pathlib import Path

import pytest

from tiers import first

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHAPTERS = [path.stem for path in sorted(ROOT.glob("chapters/*.ipynb"))]
HOME = "chapters/03_nesterov.html"
WHERE = {name: f"chapters/{name}.html" for name in CHAPTERS}
MOVED = """() => {
  const observer = new PerformanceObserver(() => {});
  observer.observe({type: "layout-shift", buffered: true});
  return observer.takeRecords().reduce((sum, shift) => sum + shift.value, 0);
}"""
#: Nothing has scrolled for a second.
RESTS = """() => {
  const now = performance.now();
  if (window.restsAt !== scrollY) [window.restsAt, window.restsSince] = [scrollY, now];
  return now - window.restsSince > 1000;
}"""
OPEN = "folds => folds.map(fold => fold.open)"


@pytest.fixture
def page(shelf):
    """The chapter, with nothing kept and nothing open."""
    page = shelf.used(HOME, "wide")
    page.evaluate("localStorage.clear(), scrollTo(0, 0)")
    page.goto(page.url.split("#")[0].split("?")[0])
    page.faults.clear()
    yield page
    page.evaluate("localStorage.clear()")
    assert page.faults == []


@pytest.mark.parametrize("name", first(CHAPTERS[2:3], CHAPTERS))
def test_code_is_folded_but_for_what_the_section_teaches(unscripted, name):
    page = unscripted(WHERE[name])
    cells = json.loads((ROOT / f"chapters/{name}.ipynb").read_text("utf-8"))["cells"]
    tags = [set(cell["metadata"].get("tags", [])) for cell in cells if cell["cell_type"] == "code"]
    shown = {"formula", "exercise", "check", "solution", "imports", "remove-input"}
    assert page.locator("details.code").count() == sum(not shown & each for each in tags)
    taught = page.locator(".tag_formula .cell_input")
    assert taught.count() == sum("formula" in each for each in tags)
    for each in taught.all():  # those of Deeper sections are there when these are opened
        assert each.is_visible() or each.locator("xpath=ancestor::details").count()


def test_without_a_script_each_fold_opens_by_its_line(unscripted):
    page = unscripted(HOME)
    assert page.locator(".code-switch").is_hidden()
    for kind in ("code", "deeper", "answers"):
        fold = page.locator(f"details.{kind}").first
        fold.locator("> summary").press("Enter")
        assert fold.evaluate("fold => fold.open")


def test_one_switch_shows_all_code_and_is_remembered(page):
    folds = page.locator("details.code")
    assert not any(folds.evaluate_all(OPEN))
    page.get_by_label("Show all code").check()
    assert all(folds.evaluate_all(OPEN))
    page.reload()
    assert all(folds.evaluate_all(OPEN))
    assert page.evaluate(MOVED) < 0.05
    page.get_by_label("Show all code").uncheck()
    page.reload()
    assert not any(folds.evaluate_all(OPEN))


def test_a_program_is_copied(page):
    box = page.locator(".tag_formula .highlight").first
    box.locator(".copy-code").click()
    page.wait_for_function("document.querySelector('.copy-code.copied')")
    code = box.locator("pre").text_content()
    assert page.evaluate("navigator.clipboard.readText()") == code.removesuffix("\n")
    assert box.locator(".copy-code").get_attribute("aria-label") == "Copied!"


def test_the_menu_of_downloads_is_in_reach_of_the_keyboard(page):
    opener, menu = page.locator(".dropdown-toggle"), page.locator(".dropdown-menu")
    opener.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert menu.evaluate("menu => menu.contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"
    assert opener.evaluate("opener => opener === document.activeElement")


@pytest.mark.slow
def test_sections_that_wait_come_by_themselves(browser, served):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " globalThis.waited = [...document.querySelectorAll('.waits')].map("
        "section => getComputedStyle(section).contentVisibility); })"
    )
    page.goto(served + HOME)
    page.wait_for_function("!document.querySelector('.waits')")
    waited = page.evaluate("waited")
    assert len(waited) > 5
    assert set(waited) == {"hidden"}
    page.close()


def test_a_deeper_section_opens_for_whoever_comes_to_it(page):
    folds = page.locator("section > details.deeper")
    assert folds.count() >= 3
    assert not any(folds.evaluate_all(OPEN))
    link = page.locator(".bd-sidebar-secondary a", has_text="Deeper: ").first
    link.click()
    assert folds.evaluate_all(OPEN).count(True) == 1
    assert folds.first.locator("p").first.is_visible()
    page.evaluate("location.hash = '#equation-eq-ch3-energy'")  # inside another
    page.wait_for_function("document.querySelectorAll('details.deeper[open]').length > 1")
    assert page.locator("#equation-eq-ch3-energy").is_visible()
    page.wait_for_function(
        """() => {
          const { top } = document.getElementById("equation-eq-ch3-energy").getBoundingClientRect();
          return top >= 0 && top < innerHeight; }"""
    )


def test_the_time_to_read_is_said(page):
    said = page.locator(".reading").inner_text()
    core, deeper = (int(word) for word in said.split() if word.isdigit())
    assert 5 <= core <= 60
    times = page.locator(".deeper-time").all_text_contents()
    assert sum(int(time.removesuffix(" min")) for time in times) == deeper


@pytest.mark.slow
def test_print_shows_what_is_folded_and_says_that_code_is_not(page):
    page.emulate_media(media="print")
    for inside in ("details.deeper p", "details.answers p", "details.sd-dropdown p"):
        box = page.locator(inside).first.bounding_box()
        assert box["height"] > 10, inside
    assert page.locator("details.code").first.is_hidden()
    assert page.locator(".code-in-print").is_visible()
    page.emulate_media(media="null")


def test_an_answer_is_folded_until_the_reader_commits_or_skips(page):
    fold = page.locator("details.answers").first
    key = fold.get_attribute("data-answers")
    assert not fold.evaluate("fold => fold.open")
    fold.locator("> summary").click()
    assert fold.evaluate("fold => fold.open")
    assert fold.locator("> summary").is_hidden()
    assert page.evaluate("key => predictions.of(key)", key) == {"guess": None, "settled": True}
    page.reload()
    assert fold.evaluate("fold => fold.open")
    assert page.evaluate(MOVED) < 0.05
    page.locator(f"figure.predict[id='{key}']").get_by_role("button", name="Guess again").click()
    assert not fold.evaluate("fold => fold.open")


@pytest.mark.parametrize("name", first(CHAPTERS[2:3], CHAPTERS))
def test_no_figure_is_folded_with_an_answer(unscripted, name):
    page = unscripted(WHERE[name])
    assert page.locator("details.answers :is(svg.figure, .live-box)").count() == 0


def test_a_printed_table_says_what_was_printed(unscripted):
    page = unscripted(HOME)
    cells = json.loads((ROOT / "chapters/03_nesterov.ipynb").read_text("utf-8"))["cells"]
    tables = [c for c in cells if {"table", "rows"} & set(c["metadata"].get("tags", []))]
    shown = page.locator("table.printed")
    assert shown.count() == len(tables) > 5
    for cell, table in zip(tables, shown.all(), strict=True):
        printed = "".join(cell["outputs"][0]["text"]).split()
        assert table.text_content().split() == printed
        heads = table.locator("thead th").count()
        assert (heads > 1) == ("table" in cell["metadata"]["tags"])


def test_the_printed_tables_of_the_contest_fit_a_phone(opened, served):
    page = opened(served + "chapters/06_recognizing_fruit.html", width=360, has_touch=True)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    boxes = page.locator(".table-box:has(> table.printed)")
    wide = boxes.evaluate_all("all => all.map(box => box.scrollWidth - box.clientWidth)")
    assert len(wide) > 15
    assert max(wide) <= 1


def test_a_term_says_what_it_means(page):
    term = page.locator("a:has(> .std-term)", has_text="valley").first
    box = page.locator(".preview")
    term.hover()
    box.wait_for()
    assert "steep in one direction" in box.inner_text()
    page.keyboard.press("Escape")
    assert box.count() == 0
    page.mouse.move(0, 0)
    term.evaluate("link => link.focus({ focusVisible: true })")
    box.wait_for()
    assert term.get_attribute("aria-describedby") == box.get_attribute("id")
    term.evaluate("link => link.blur()")
    assert box.count() == 0


@pytest.mark.slow
def test_a_tap_on_a_term_shows_it_and_the_page_stays(shelf):
    page = shelf.used(HOME, "phone")
    before = page.url
    page.locator("a:has(> .std-term)").first.tap()
    page.locator(".preview").wait_for()
    assert page.url == before
    assert page.locator(".preview").evaluate("box => box.getBoundingClientRect().right") <= 360
    page.locator(".bd-article h1").tap()
    assert page.locator(".preview").count() == 0


@pytest.mark.slow
def test_a_tap_on_a_reference_shows_it_and_a_second_one_goes_there(opened, served):
    page = opened(served + "chapters/01_gd_vs_momentum.html", width=360, has_touch=True)
    link = page.locator(".bd-article a.reference.internal[href='#fig-ch1-opening']").first
    link.scroll_into_view_if_needed()
    page.wait_for_function(RESTS)  # a page that scrolls closes what is shown
    link.tap()
    page.locator(".preview svg.figure").wait_for()  # of a live figure its still
    assert "#fig-ch1-opening" not in page.url
    assert page.locator(".preview a").last.inner_text() == "Go there"
    link.tap()
    page.wait_for_url("**#fig-ch1-opening")
    assert page.faults == []


@pytest.mark.parametrize(
    ("place", "shows"),
    [("#fig-", "svg.figure"), ("#equation-", ".katex"), ("02_choosing_gamma.html#sec-", "p")],
)
def test_a_reference_shows_what_it_points_to(page, place, shows):
    link = page.locator(f".bd-article a.reference.internal[href*='{place}']:visible").first
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(50)
    link.hover()
    page.locator(f".preview {shows}").first.wait_for()
    page.mouse.move(0, 0)
    page.keyboard.press("Escape")


@pytest.mark.parametrize("home", first(["disk"], ["served", "disk"]))
def test_the_search_finds_zigzag_and_opens_the_place(opened, served, book, home):
    home = served if home == "served" else book.as_uri() + "/"
    page = opened(f"{home}search.html?q=zigzag")
    page.locator("#search-results li a").first.wait_for()
    assert "zig-zag" in page.locator("#search-results mark").first.inner_text().lower()
    page.goto(f"{home}search.html?q=chebyshev polynomial")
    hit = page.locator("#search-results li a[href*='03_nesterov']").first
    hit.click()
    page.wait_for_function("CSS.highlights.size === 1")
    marked = page.evaluate(
        """() => {
          const [range] = CSS.highlights.get("found");
          const { top } = range.getBoundingClientRect();
          return [String(range), top > 0 && top < innerHeight];
        }"""
    )
    assert marked == ["Chebyshev", True]
    assert page.faults == []


def test_the_reader_is_asked_why_and_sees_a_model_answer(page):
    node = page.locator("figure.predict").first
    asked = node.locator(".predict-why")
    assert asked.is_hidden()
    node.get_by_role("radio").first.check()
    node.get_by_role("button", name="Commit").click()
    line = asked.get_by_label("Why is that so?")
    line.fill("it looks ahead")
    line.press("Enter")
    model = node.locator(".predict-model")
    assert model.inner_text().startswith("One way to say it: ")
    page.reload()
    model.wait_for()
    assert line.input_value() == "it looks ahead"
    assert node.locator(".predict-tally").inner_text().startswith("1 of ")
