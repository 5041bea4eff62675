"""The network that is trained in the page: by hand, by link and by key, with Python's numbers."""

import re

import pytest

from browser.test_live import NAMES, Live

pytestmark = pytest.mark.browser

KEY, HOME = "train-here", "chapters/06_recognizing_fruit.html"
WHERE = {KEY: HOME}
AT = (
    "({key, step}) => document.getElementById(key).textContent.match(/step (\\d+) of/)?.[1] >= step"
)


def begun(shelf, shape="wide"):
    figure = Live(shelf.light(HOME, shape), KEY)
    figure.press("Reset")
    return figure


def wait(figure, step):
    """Until so many steps are taken, however slow a machine that does much else may be."""
    figure.page.wait_for_function(AT, arg={"key": KEY, "step": step}, timeout=120_000)


def at(figure):
    figure.settle()
    return int(re.search(r"step (\d+) of", figure.node.text_content())[1])


def assert_pythons(figure):
    """The costs that are shown are those of `ml.minimize`, by the copied line of Python."""
    made = eval(figure.copied("Copy Python"), NAMES)
    step, shown = at(figure), figure.values()
    assert made.step == step
    runs = made.runs()
    wanted = [run.loss[step // 10] for run in runs]
    # exp and log are the browser's: a last digit of theirs may grow on the way
    assert shown == pytest.approx(wanted, rel=1e-6)
    told = " ".join(figure.node.locator(".live-value").all_text_contents())
    right = [int(count) for count in re.findall(r"(\d+) of 128 new pictures right", told)]
    assert right == [made.right(run)[step // 10] for run in runs]
    return made


@pytest.mark.slow
@pytest.mark.parametrize("key", [KEY])
def test_a_hand_on_a_slider_while_it_trains(shelf, key):
    figure = begun(shelf)
    before = figure.seen()
    figure.press("▶ Train")
    wait(figure, 12)
    figure.control("gamma").press("ArrowLeft")
    figure.page.wait_for_function(
        "key => /step [34]/.test(document.getElementById(key).textContent)", arg=key
    )
    figure.press("❚❚ Pause")
    figure.page.wait_for_timeout(100)
    made = assert_pythons(figure)
    assert len(made.changes.split(";")) == 1
    assert (made.gamma, made.settings(1)[1][0]) == (0.89, 0.9)
    seen = figure.seen()
    assert all(a != b for a, b in zip(seen["pictures"], before["pictures"], strict=True))
    named = figure.node.locator(".live-guess").all_text_contents()
    assert len(named) == 16
    assert {"gradient descent: ✓", "momentum: ✓"} & set(named)
    figure.press("Reset")
    figure.node.evaluate("node => node.querySelector('.live-said').textContent")
    assert at(figure) == 0
    assert figure.page.faults == []


@pytest.mark.parametrize("key", [KEY])
def test_a_link_trains_to_its_step(shelf, key):
    figure = begun(shelf)
    state = {"eta": 0.05, "gamma": 0.5, "seed": 3, "compare": "effective"}
    figure.set(**state, step=30, changes="20 0.02 0.9")
    wait(figure, 30)
    made = assert_pythons(figure)
    assert made.changes == "20 0.02 0.9"
    assert {name: getattr(made, name) for name in state} == state


@pytest.mark.slow
@pytest.mark.parametrize("key", [KEY])
def test_without_motion_it_is_trained_at_once(shelf, key):
    figure = begun(shelf)
    figure.page.emulate_media(reduced_motion="reduce")
    figure.node.get_by_role("button", name="▶ Train").press("Enter")
    wait(figure, 300)
    figure.page.emulate_media(reduced_motion="null")
    assert_pythons(figure)
    told = figure.node.locator("[role=status]").all_text_contents()
    assert any(text.startswith("Trained for 300 steps: gradient descent names ") for text in told)
    figure.press("New seed")  # what has been trained trains again
    wait(figure, 10)
    assert figure.control("seed", "number").input_value() == "1"


@pytest.mark.slow
@pytest.mark.parametrize("key", [KEY])
def test_the_first_touch_of_a_slider_trains(shelf, key):
    figure = begun(shelf)
    figure.control("gamma").press("ArrowLeft")
    wait(figure, 10)
    figure.press("❚❚ Pause")
    assert figure.control("gamma", "number").input_value() == "0.89"
    figure.press("Reset")


@pytest.mark.slow
def test_it_trains_from_disk(shelf):
    figure = begun(shelf, "disk")
    figure.set(step=10)
    wait(figure, 10)
    made = figure.node.locator(".live-value[data-value]").first.get_attribute("data-value")
    assert 2 < float(made) < 3
    assert figure.page.faults == []


@pytest.mark.slow
def test_it_says_what_it_lacks(opened, served):
    page = opened(served + "index.html")
    page.context.route("**/fruits-*.js", lambda route: route.abort())
    page.goto(served + HOME)
    figure = Live(page, KEY)
    figure.show()
    figure.press("▶ Train")
    page.get_by_text("It cannot be trained here: the pictures cannot be loaded.").wait_for()
    assert figure.node.get_by_role("button", name="▶ Train").is_enabled()
