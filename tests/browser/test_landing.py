"""Where a link leaves its reader, to a section or to a figure, once the figures have come."""

import re
from pathlib import Path

import pytest

from in_page_pages import FRAMES, SETTLED
from tiers import first

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHAPTERS = [path.stem for path in sorted(ROOT.glob("chapters/*.ipynb"))]
WHERE = {name: f"chapters/{name}.html" for name in CHAPTERS}
HOME = "chapters/02_choosing_gamma.html"
SHAPES = {
    "phone": {"viewport": {"width": 360, "height": 640}, "has_touch": True},
    "wide": {"viewport": {"width": 1280, "height": 800}},
}
#: Pixels within which a place is met: those that scrolling to a part of one rounds away.
NEAR = 2
#: How many pixels below its place a section or a figure stands; at a page's end it cannot come up
#: to it.
OFF = """() => {
  const root = document.documentElement, id = location.hash.replace(/^#(?:live:([^:]*):.*)?/, "$1");
  const section = document.getElementById(decodeURIComponent(id));
  const { scrollMarginTop } = getComputedStyle(section), { scrollPaddingTop } = getComputedStyle(root);
  const off = section.getBoundingClientRect().top - parseFloat(scrollMarginTop) - parseFloat(scrollPaddingTop);
  return root.scrollHeight - innerHeight - scrollY < 1 ? Math.min(0, off) : off;
}"""  # noqa: E501


def off(page, address):
    """The same for who opens this address, when all has come: by itself, with no reader's hand."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function(SETTLED)
    page.evaluate(FRAMES)
    return page.evaluate(OFF)


@pytest.mark.parametrize(
    "place",
    first(
        ["the-drawbacks-and-how-to-read-them-off-a-curve"],
        ["the-drawbacks-and-how-to-read-them-off-a-curve", "sec-ch2-recipe"],
    ),
)
def test_a_reader_who_comes_by_a_link_stays_at_its_heading(browser, served, place):
    page = browser.new_page(**SHAPES["phone"])
    far = off(page, f"{served}{HOME}#{place}")
    page.close()
    assert abs(far) < NEAR


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", CHAPTERS)
def test_so_does_whoever_comes_to_any_other_section(browser, served, book, name, shape):
    """Every second one on a phone, the others wide; a page's last cannot come up to its place."""
    html = (book / WHERE[name]).read_text("utf-8")
    places = re.findall(r'<section id="([^"]+)"[^>]*style="--wide', html)[:-1]
    page = browser.new_page(**SHAPES[shape])
    chosen = places[list(SHAPES).index(shape) :: 2]
    slid = {place: round(off(page, f"{served}{WHERE[name]}#{place}")) for place in chosen}
    page.close()
    assert len(slid) > 3
    assert {place: far for place, far in slid.items() if abs(far) >= NEAR} == {}


def test_a_link_to_a_figures_state_leads_to_the_figure(browser, served):
    page = browser.new_page(**SHAPES["phone"])
    far = off(page, f"{served}{HOME}#live:map-momentum:gamma=0.5")
    gamma = page.locator("#map-momentum input[type=range][data-name=gamma]").input_value()
    page.close()
    assert abs(far) < NEAR
    assert gamma == "0.5"


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", CHAPTERS)
def test_so_does_a_link_to_any_other_figure(browser, served, name, shape):
    page = browser.new_page(**SHAPES[shape])
    page.goto(served + WHERE[name])
    page.evaluate("dispatchEvent(new Event('scroll'))")  # a reader goes on
    page.wait_for_function(SETTLED)
    shared = page.locator("figure.live:has(button:text-is('Copy link'))")
    keys = shared.evaluate_all("figures => figures.map(figure => figure.id)")
    slid = {key: round(off(page, f"{served}{WHERE[name]}#live:{key}:")) for key in keys}
    page.close()
    assert slid
    assert {key: far for key, far in slid.items() if abs(far) >= NEAR} == {}
