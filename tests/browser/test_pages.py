"""Every page of the built book, opened in a browser."""

import re
from pathlib import Path

import pytest
import yaml

from in_page_pages import FRAMES
from tiers import first

pytestmark = pytest.mark.browser

TOC = yaml.safe_load((Path(__file__).parents[2] / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = [chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]]
PAGES = [f"{name}.html" for name in [TOC["root"], *CHAPTERS]] + ["search.html", "genindex.html"]


def too_wide(page):
    """How many pixels the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def serious(page):
    """What axe finds that keeps people out."""
    from axe_playwright_python.sync_playwright import Axe

    # axe looks at what is drawn, so everything is drawn. It would look at each glyph of each
    # formula and drawing, and at each word of each program: they are alike, so one page keeps
    # the glyphs, and a page one word of each color on each ground.
    drawn = page.add_style_tag(content="* { content-visibility: visible !important }")
    if "notation" not in page.url:
        page.evaluate(
            "document.querySelectorAll('.katex, svg.figure').forEach(n => n.replaceChildren())"
        )
    page.evaluate(THINNED)
    page.evaluate("new Promise(requestAnimationFrame).then(() => document.fonts.ready)")
    # From disk it may not fetch the style sheets once more.
    options = {"resultTypes": ["violations"], "preload": page.url.startswith("http")}
    looks = Axe().run(page, ".looks", {**options, "runOnly": ["color-contrast"]}).response
    assert looks["passes"]
    violations = looks["violations"]
    rules = {"color-contrast": {"enabled": False}}
    violations += Axe().run(page, options={**options, "rules": rules}).response["violations"]
    drawn.evaluate("style => style.remove()")  # other tests take the page from here
    return [
        f"{v['id']}: {v['help']}: {[node['target'] for node in v['nodes']][:3]}"
        for v in violations
        if v["impact"] in ("serious", "critical")
    ]


THINNED = """() => {
  const seen = new Set();
  for (const word of document.querySelectorAll(".highlight span")) {
    const kind = word.className + " in " + word.closest(".cell, .admonition, article")?.className;
    if (seen.has(kind)) word.replaceWith(...word.childNodes);
    seen.add(kind);
  }
  // Of all texts that look alike on the same ground, the contrast of the first is measured.
  for (const node of document.body.querySelectorAll("*")) {
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    if (!node.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(node);
    const looks = [color, fontSize, fontWeight, textShadow];
    for (let at = node; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(at);
      for (const part of [backgroundColor, backgroundImage, opacity])
        if (!["rgba(0, 0, 0, 0)", "none", "1"].includes(part)) looks.push(part);
      if (backgroundColor.startsWith("rgb(")) break;
    }
    const look = looks.join();
    if (!seen.has(look)) node.classList.add("looks");
    seen.add(look);
  }
}"""
#: The landing page and two chapters: what is asked of each page, test-slow asks of the others.
FEW = PAGES[:2]
#: What a test of one page asks for. The others look at a chapter.
WHERE = {name: name for name in PAGES}
HOME = PAGES[1]
MOVED = """() => {
  const observer = new PerformanceObserver(() => {});
  observer.observe({type: "layout-shift", buffered: true});
  return observer.takeRecords().map(shift => shift.value);
}"""


@pytest.mark.parametrize("name", first(FEW, PAGES))
def test_page_opens_cleanly_on_a_phone(shelf, name):
    page = shelf.new(name, "phone")
    assert sum(page.evaluate(MOVED)) < 0.05
    assert too_wide(page) <= 0
    assert serious(page) == []
    assert page.faults == []
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


@pytest.mark.parametrize("name", first([PAGES[2]], PAGES[1:9]))
def test_nothing_jumps_under_a_reader_who_comes_back_from_the_end(shelf, name):
    """What has not been laid out comes in above the screen, and not on it."""
    page = shelf.used(name, "phone")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate(FRAMES)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # what is there now may be less high
    page.evaluate(FRAMES)
    before = sum(page.evaluate(MOVED))
    page.mouse.move(5, 400)
    for _ in range(20):
        page.mouse.wheel(0, -300)
        page.evaluate(FRAMES)
    assert sum(page.evaluate(MOVED)) - before < 0.05


#: The words and arrows that reach over the edge of the page, or of the box they stand in.
OUTSIDE = """() => {
  const all = document.querySelectorAll(".admonition code.literal, .prev-next-area i, .headerlink");
  return [...all].filter(node => {
    const box = node.closest(".admonition") ?? document.documentElement;
    const edge = Math.min(box.getBoundingClientRect().right, innerWidth) + 0.5;
    return [...node.getClientRects()].some(each => each.right > edge);
  }).map(node => node.textContent || node.className); }"""


@pytest.mark.parametrize("name", first([PAGES[5]], PAGES))
def test_on_a_phone_no_word_leaves_its_box(shelf, name):
    page = shelf.used(name, "phone")
    shown = page.add_style_tag(content="* { content-visibility: visible !important }")
    assert page.evaluate(OUTSIDE) == []
    shown.evaluate("style => style.remove()")


@pytest.mark.parametrize("name", first(PAGES[:1], PAGES))
def test_page_opens_cleanly_from_disk_in_the_dark(shelf, name):
    page = shelf.new(name, "disk")
    assert sum(page.evaluate(MOVED)) < 0.05
    assert page.locator(".live-failed").count() == 0
    assert too_wide(page) <= 0
    assert serious(page) == []
    assert page.faults == []
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("name", first(PAGES[:2], PAGES))
def test_page_reads_without_javascript(unscripted, name):
    page = unscripted(name)
    assert page.faults == []
    assert page.locator("h1:visible").count() == 1
    assert page.locator(".pst-js-only:visible").count() == 0


def test_mathematics_is_set(shelf):
    page = shelf.new(HOME, "wide")
    fonts = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert any(re.search("KaTeX", family) for family in fonts)
    assert page.locator(".katex-mathml math").count() > 0


def test_every_icon_has_its_glyph(shelf):
    page = shelf.used(HOME, "wide")
    missing = page.evaluate(
        """async () => {
          await document.fonts.ready;
          const canvas = Object.assign(document.createElement("canvas"), {width: 60, height: 60});
          const context = canvas.getContext("2d", {willReadFrequently: true});
          const drawn = (text, font) => {
            context.clearRect(0, 0, 60, 60);
            context.font = font;
            context.fillText(text, 5, 45);
            return canvas.toDataURL();
          };
          return [...document.querySelectorAll("[class*=fa-]")].filter((icon) => {
            const style = getComputedStyle(icon, "::before");
            const text = style.content.replaceAll('"', "");
            const font = `${style.fontWeight} 40px ${style.fontFamily}`;
            return text === "none" || drawn(text, font) === drawn("\\uf8fe", font);
          }).map((icon) => icon.className);
        }"""
    )
    assert missing == []


def test_figures_follow_the_theme(shelf):
    colour = "(svg) => getComputedStyle(svg).fill"
    ink = {}
    for shape in ("wide", "dark"):
        page = shelf.used(HOME, shape)
        ink[shape] = page.locator("svg.figure").first.evaluate(colour)
    assert ink["wide"] != ink["dark"]


def test_folded_code_and_answers_unfold(shelf):
    page = shelf.used(HOME, "wide")
    for box in page.locator(".admonition.dropdown").all():
        inside = box.locator(".admonition-content, .admonition-title ~ *").last
        assert not inside.is_visible()
        box.locator(".admonition-title").click()
        assert inside.is_visible()
    assert page.faults == []


@pytest.mark.parametrize("shape", ["wide", "dark", "unscripted"])
def test_hints_and_solutions_unfold_by_key(shelf, unscripted, shape):
    page = unscripted(HOME) if shape == "unscripted" else shelf.used(HOME, shape)
    for inside in (".tag_check details > p", ".tag_solution details > .cell_input"):
        folded = page.locator(inside).first
        assert not folded.is_visible()
        folded.locator("..").locator("summary").press("Enter")
        assert folded.is_visible()
    ground = "element => getComputedStyle(element).backgroundColor"
    assert page.locator(".tag_check .text_html").first.evaluate(ground) == "rgba(0, 0, 0, 0)"
    assert page.faults == []


@pytest.mark.parametrize("where", ["served", "disk"])
def test_search_finds_momentum(opened, served, book, where):
    home = served if where == "served" else book.as_uri() + "/"
    page = opened(f"{home}search.html?q=momentum")
    page.wait_for_selector("#search-results li a")
    assert page.locator("#search-results li").count() >= 2
    assert page.faults == []


def test_search_excerpts_say_each_formula_once(opened, served):
    page = opened(f"{served}search.html?q=momentum")
    page.wait_for_selector("#search-results li p.context")
    assert "\\" not in " ".join(page.locator("#search-results p.context").all_inner_texts())


def test_theme_button_changes_the_theme(opened, served):
    page = opened(served + "search.html")  # a page of no weight
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button:visible").click()
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
    assert seen == {"light", "dark"}
