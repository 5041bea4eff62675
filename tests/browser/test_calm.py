"""The chapters for readers who want no motion, and for those who set all colors themselves."""

from pathlib import Path

import pytest

from tiers import first

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHAPTERS = [path.stem for path in sorted(ROOT.glob("chapters/*.ipynb"))]
WHERE = {name: f"chapters/{name}.html" for name in CHAPTERS}
HOME = WHERE[CHAPTERS[1]]
#: What a figure's controls hold, and whether it plays.
STATE = """figure => [figure.matches("[data-playing]"),
  ...[...figure.querySelectorAll("input, select")].map(control => control.value)].join()"""
#: What moves or would: the names of animations, and how the page scrolls.
MOVING = """() => [
  ...document.getAnimations().map(each => each.animationName || each.transitionProperty),
  ...[...document.querySelectorAll("*")].map(node => getComputedStyle(node).scrollBehavior)
    .filter(way => way !== "auto")]"""


@pytest.mark.parametrize("name", first(CHAPTERS[-1:], CHAPTERS))
def test_nothing_moves_for_who_wants_no_motion(opened, served, name):
    page = opened(served + WHERE[name], reduced_motion="reduce")
    figures = page.locator("figure.live").all()
    assert figures
    for figure in figures:
        figure.evaluate("figure => figure.scrollIntoView({ block: 'center' })")
        page.wait_for_timeout(100)  # a first picture may set what its controls hold
        before = figure.evaluate(STATE)
        page.wait_for_timeout(700)  # what plays by itself begins after half a second
        assert figure.evaluate(STATE) == before
        assert page.evaluate(MOVING) == []
    assert page.faults == []


def test_who_sets_all_colors_still_tells_methods_and_tabs_apart(opened, served):
    """Dashes and colors of the swatches, the tab that is chosen, ink on paper in either theme."""
    page = opened(served + HOME, width=360, has_touch=True, forced_colors="active", dark=True)
    page.evaluate("document.documentElement.dataset.theme = 'light'")  # as the reader chose it
    figure = page.locator("figure.live[id='race-gamma']")
    look = "(node, name) => getComputedStyle(node)[name]"
    swatches = figure.locator(".live-swatch")
    images = [each.evaluate(look, "backgroundImage") for each in swatches.all()]
    assert len(set(images)) == len(images) >= 2
    assert all("gradient" in image for image in images)
    tabs = figure.locator(".live-tabs button").all()
    lines = {
        each.get_attribute("aria-pressed"): each.evaluate(look, "borderBottomWidth")
        for each in tabs
    }
    assert lines == {"true": "4px", "false": "1px"}
    paper = page.locator("svg.figure").first.evaluate(look, "backgroundColor")
    assert paper == figure.locator("canvas").first.evaluate(look, "backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert page.faults == []
