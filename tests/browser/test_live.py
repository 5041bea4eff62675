"""The live figures of the built book, with no kernel: each moves and shows Python's numbers."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

import momentumlib as ml
from in_page_pages import FRAMES
from momentumlib import palette
from momentumlib.live.frame.notebook import opened as notebook_opened
from tiers import first

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


def figures(notebook):
    """The states of a notebook's live figures, by their names."""
    widgets = notebook_opened(notebook)["metadata"].get("widgets", {})
    states = [model["state"] for part in widgets.values() for model in part["state"].values()]
    return {state["key"]: state for state in states if "caption" in state}


def keys(notebook):
    """The names of a notebook's live figures."""
    return sorted(figures(notebook))


CHAPTERS = {path.stem: keys(path) for path in sorted(ROOT.glob("chapters/*.ipynb")) if keys(path)}
PAGES = {key: f"chapters/{chapter}.html" for chapter, keys in CHAPTERS.items() for key in keys}
WHERE = PAGES | {chapter: f"chapters/{chapter}.html" for chapter in CHAPTERS}
WHERE |= {page: page for page in PAGES.values()}
HOME = PAGES["race-valley"]
#: States that a link sets, beside the one that each figure opens with.
STATES = {
    "race-valley": [
        {"eta": 0.0123, "gamma": 0.95, "kappa": 57, "angle": 30, "step": 40},
        {"mode": "best", "gamma": 0.7, "start": [-3.3, 0.7], "step": 25},
    ],
    "ball": [{"gamma": 0.88, "step": 50}, {"gamma": 0.93, "start": -5.2, "step": 9}],
    "memory": [
        {"step": 0, "gamma": 0.95},
        {"step": 11, "kappa": 13, "eta": 0.031, "start": [-3.5, 1.2], "gamma": 0.85},
    ],
    "race-dips": [
        {"rivals": True, "step": 17},
        {"gamma": 0.77, "start": [-5.1, 0.25]},
        {"eta": 0.9, "gamma": 0.99},
    ],
    "race-own": [{"gamma": 0.5, "step": 200}, {"start": [1.5, 0.5], "eta": 0.0012}],
    "race-gamma": [{"gamma": 0.99}, {"mode": "best", "kappa": 300, "step": 120}],
    "map-momentum": [{"eta": 0.033, "gamma": 0.669}, {"nag": True, "kappa": 31.7, "gamma": 0.25}],
    "race-nag": [{"step": 80}, {"gamma": 1, "angle": 45, "step": 33}],
    "step": [{"step": 0}, {"follow": "nag", "angle": 20, "kappa": 12.5, "step": 7, "gamma": 0.5}],
    "map-nag": [{"eta": 0.04}, {"nag": False, "kappa": 1000, "eta": 0.001}],
    "race-turned": [{"angle": 45}, {"mode": "same", "eta": 0.1, "step": 12}],
    "per-coordinate": [
        {"angle": 45, "step": 60, "start": [2.5, -1.5]},
        {"correct": False, "beta1": 0.5, "beta2": 0.9, "eta": 0.3},
        {"method": "rmsprop", "beta2": 0.95, "step": 0},
    ],
    "designer-trap": [
        {"steps": 1000, "length": 77, "eta_schedule": "step"},
        *({"gamma_schedule": kind, "gamma1": 0.9} for kind in ("constant", "linear", "sutskever")),
        {"gamma_schedule": "drawn", "drawn": [0.1, 0.9, 0.3, 1, 0.6], "restart": "every", "k": 33},
        {"gamma_schedule": "one_cycle", "eta_schedule": "one_cycle", "steps": 333, "eta": 0.02},
    ],
    "designer-restarts": [
        *({"eta_schedule": kind, "length": 125} for kind in ("warmup", "step", "cosine")),
        {"restart": "on_increase", "method": "momentum", "kappa": 44.4},
    ],
    "race-slice": [{"gamma": 0.5, "step": 60}, {"mode": "best", "start": [5.0, 1.0], "eta": 0.02}],
    "map-network": [{"eta": 0.15}, {"kappa": 200, "gamma": 0.2, "nag": True}],
    "factors": [{"eta": 0.0198}, {"kappa": 4, "eta": 0.55}],
    "roots": [{"gamma": 0.7}, {"slope": 2.5, "gamma": 0.33}],
    "spectrum": [{"eta": 0.033, "gamma": 0.669}, {"kappa": 20, "eta": 0.2, "gamma": 0.1}],
    "shoes": [
        {"angle": 45, "step": 60},
        {"kappa": 300, "angle": 10, "beta1": 0.5, "beta2": 0.9, "start": [2.5, -1.5], "step": 7},
    ],
    "noise-eta": [
        {"gamma": 0.5, "batch": 7, "seed": 99, "start": [1.1, -0.3], "step": 100},
        {"kappa": 30, "eta": 0.2, "gamma": 0.8},
    ],
    "noise-effective": [{"seed": 5, "kappa": 17}, {"gamma": 0.95, "eta": 0.04, "compare": "eta"}],
    "train-here": [{"eta": 0.05, "gamma": 0.5, "seed": 7, "compare": "effective"}],
    "translator": [
        {"nesterov": True, "decay": 0.1, "gamma": 0.95},
        {"source": "ema", "eta": 0.3},
        {"family": "rmsprop", "source": "optax", "eps": 0.0001, "gamma": 0.5},
        {"source": "torch", "dampening": 0.25, "eta": 0.02},
    ],
    "translator-adam": [{"source": "jax"}, {"beta2": 0.9, "source": "torch", "decay": 0.05}],
}
#: The translators have cards of text in place of pictures, and tests of their own below; what is
#: trained in the page has them in test_train.py.
DRAWN = [key for key in PAGES if not key.startswith(("translator", "train"))]
#: Of each kind of figure the first: what does not depend on a figure's numbers is asked of it.
KINDS = list({key.split("-")[0]: key for key in DRAWN[::-1]}.values())
#: What is the same code in all of them is asked of two, on two pages; test-slow asks the others.
FEW = [key for key in KINDS if key.split("-")[0] in ("race", "map")]
#: One that plays a run, one that has its own clock.
PLAYERS = [key for key in KINDS if key.split("-")[0] in ("race", "ball")]
OPENED = [chapter for chapter, found in CHAPTERS.items() if set(FEW) & set(found)]
PLAYED = [
    key
    for key in DRAWN
    if key.split("-")[0] in ("race", "step", "per", "shoes", "noise", "ball", "memory")
]
#: Kinds whose handle stays on a curve, so that only its place along the axis is the reader's.
ON_A_CURVE = ("factors", "roots", "noise", "ball")
DRAGGED = [key for key in KINDS if key.split("-")[0] not in ON_A_CURVE]


def my_step(theta, v, g, eta, gamma):
    """The reader's step of chapter 1."""
    v = gamma * v + eta * g
    return theta - v, v


def plane():
    """The table of chapter 6, as its figure keeps it."""
    state = figures(ROOT / "chapters" / "06_recognizing_fruit.ipynb")["race-slice"]
    x, dx, nx, y, dy, ny, _, *heights = state["problems"][0]["params"]
    at = x + dx * np.arange(nx), y + dy * np.arange(ny)
    return ml.problems.surface(*at, np.reshape(heights, (int(ny), int(nx))))


#: What a copied line of Python finds in the reader's notebook.
NAMES = {"ml": ml, "my_step": my_step, "plane": plane()}

#: The pixels of a canvas, and a checksum of them.
READ = """const read = canvas => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", {willReadFrequently: true});
  context.drawImage(canvas, 0, 0);
  return new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
};
const sum = pixels => pixels.reduce((sum, p) => Math.imul(sum ^ p, 16777619), 0);
const canvases = [...figure.querySelectorAll(".live-plot canvas")];"""
#: All that a reader sees of a figure: its controls, its readout and a checksum of each picture.
SEEN = (
    f"async figure => {{ await ({FRAMES})(); {READ} "
    f"while (figure.querySelector('[data-coarse]')) await ({FRAMES})(); "
    + """return {
  controls: [...figure.querySelectorAll("[data-name]")].map(node =>
    [node.dataset.name, node.type, node.type === "checkbox" ? node.checked : node.value]),
  readout: [...figure.querySelectorAll(".live-row")].map(row => row.textContent),
  pictures: canvases.map(canvas => sum(read(canvas))),
}}"""
)
#: How many pixels of each canvas have a color, and how many colors each canvas has.
PIXELS = (
    f"(figure, wanted) => {{ {READ} "
    + """return canvases.map(read).map(pixels =>
  [pixels.filter(pixel => pixel === wanted).length, new Set(pixels).size]); }"""
)


#: Controls that take whole numbers.
WHOLE = ("length", "steps", "k", "batch", "seed")


def pixel(color):
    """#rrggbb as a canvas stores it."""
    red, green, blue = bytes.fromhex(color[1:])
    return 255 << 24 | blue << 16 | green << 8 | red


class Live:
    """One figure of an open page."""

    def __init__(self, page, key):
        self.page, self.key = page, key
        self.node = page.locator(f"figure.live[id='{key}']")
        page.wait_for_selector(f"figure.live[id='{key}']", state="attached")
        self.node.evaluate("figure => { figure.querySelector('.live-more').open = true }")
        self.show()

    def show(self):
        """Bring it onto the screen, and wait until it is drawn.

        What other tests emptied is laid out only now, and may move it away once more.
        """
        self.node.evaluate(
            """figure => {
              for (let fold = figure; fold; fold = fold.parentElement.closest("details"))
                if (fold.matches("details")) fold.open = true;
              figure.scrollIntoView({block: "center"}); }"""
        )
        self.page.wait_for_function(
            """key => {
              const figure = document.getElementById(key), place = figure.getBoundingClientRect();
              if (place.bottom < 0 || place.top > innerHeight)
                figure.scrollIntoView({block: "center"});
              return figure.dataset.ms; }""",
            arg=self.key,
        )

    def settle(self):
        """Let what changed be drawn."""
        self.page.evaluate(FRAMES)

    def seen(self):
        """What the reader sees, once it is drawn."""
        return self.node.evaluate(SEEN)

    def controls(self, kind):
        """The names of the visible controls of one type."""
        every = self.node.locator(f"[type={kind}][data-name]" if kind != "select" else "select")
        return every.evaluate_all(
            "all => all.filter(node => node.offsetParent).map(node => node.dataset.name)"
        )

    def control(self, name, kind="range"):
        tag = "select" if kind == "select" else f"input[type={kind}]"
        return self.node.locator(f"{tag}[data-name='{name}']")

    def nudge(self, name):
        """Move a slider a little, back where it is at its end."""
        slider = self.control(name)
        full = slider.evaluate("slider => slider.value === slider.max")
        slider.press("ArrowLeft" if full else "ArrowRight")

    def press(self, words):
        """Press a button by its label."""
        self.node.get_by_role("button", name=words, exact=True).click()

    def set(self, **state):
        """Change the figure's state as a link does."""
        parts = ";".join(f"{name}={json.dumps(value)}" for name, value in state.items())
        self.page.evaluate(
            "hash => { history.replaceState(null, '', ' '); location.hash = hash }",
            f"#live:{self.key}:{parts}",
        )
        self.settle()

    def to_the_end(self):
        """Move the player, where there is one, to the last step; what is seen then."""
        if self.key in PLAYED:
            self.control("step").press("End")
        return self.seen()

    def copied(self, words):
        """What a copy button puts on the clipboard."""
        self.press(words)
        self.page.wait_for_function(
            "key => document.querySelector(`[id='${key}'] .live-said`).textContent", arg=self.key
        )
        return self.page.evaluate("navigator.clipboard.readText()")

    def state(self):
        """The traits by name, as the figure's link holds them."""
        parts = unquote(self.copied("Copy link").split(f"#live:{self.key}:")[1]).split(";")
        return {name: json.loads(value) for name, value in (part.split("=") for part in parts)}

    def values(self):
        """The exact numbers of the readout, in order."""
        self.settle()
        rows = self.node.locator(".live-value[data-value]").all()
        return [float(row.get_attribute("data-value").replace("Infinity", "inf")) for row in rows]

    def handle(self, which=0):
        """One of the handles that are shown, the first, and where its middle is."""
        knob = self.node.locator(".live-handle:visible").nth(which)
        knob.scroll_into_view_if_needed()
        self.settle()
        box = knob.bounding_box()
        return knob, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def live(shelf):
    """A function that gives a figure as it begins; whatever a test did to it is undone."""
    given = []

    def figure(key, phone=False):
        page = shelf.light(PAGES[key], "phone" if phone else "wide")
        page.faults.clear()
        given.append(Live(page, key))
        given[-1].node.evaluate("node => node.querySelector('.live-actions button').click()")
        return given[-1]

    yield figure
    for each in given:
        each.page.emulate_media(media="null", reduced_motion="null")
        assert each.page.faults == []


@pytest.mark.parametrize("key", first(FEW, DRAWN))
def test_it_comes_alive(live, key):
    figure = live(key)
    box = figure.page.locator(".live-box", has=figure.node)
    assert not box.locator(".live-still").is_visible()
    assert all(colors > 5 for _, colors in figure.node.evaluate(PIXELS, 0))
    assert figure.values()


def test_the_landing_page_is_alive(opened, served):
    page = opened(served + "index.html")
    figure = Live(page, "ball")
    before = figure.seen()
    figure.control("gamma").press("End")
    assert figure.seen()["readout"] != before["readout"]
    assert page.faults == []


@pytest.mark.parametrize("key", first(FEW, DRAWN))
def test_every_slider_moves_by_key_and_mouse(live, key):
    figure = live(key)
    first = figure.seen()
    before = figure.to_the_end()
    for name in figure.controls("range"):
        slider = figure.control(name)
        at_end = slider.input_value() == slider.get_attribute("max")
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        by_key = figure.seen()
        assert by_key["controls"] != before["controls"], name
        assert by_key["pictures"] != before["pictures"], name
        width, value = slider.bounding_box()["width"], slider.input_value()
        clicked = set()
        for part in (0.2, 0.8):
            slider.click(position={"x": part * width, "y": 14})
            clicked.add(slider.input_value())
        assert len(clicked) == 2, name
        slider.fill(value)
        before = figure.seen()
    figure.press("Reset")
    assert figure.seen() == first


@pytest.mark.parametrize("key", first(FEW, KINDS))
def test_every_choice_redraws(live, key):
    figure = live(key)
    first = figure.seen()
    for name in figure.controls("select"):
        choice = figure.control(name, "select")
        figure.to_the_end()
        drawn = []
        for value in choice.locator("option").evaluate_all("all => all.map(o => o.value)"):
            choice.select_option(value)
            drawn.append(tuple(figure.seen()["pictures"]))
        assert len(set(drawn)) >= min(3, len(drawn)), name
        figure.press("Reset")
    for name in figure.controls("checkbox"):
        figure.control(name, "checkbox").click()
        assert figure.seen()["pictures"] != first["pictures"], name
    figure.press("Reset")
    assert figure.seen() == first


@pytest.mark.parametrize("key", first(FEW[:1], KINDS))
def test_values_are_typed_and_refused(live, key):
    figure = live(key)
    said, before = figure.node.locator(".live-said"), figure.to_the_end()
    for name in figure.controls("number"):
        box = figure.control(name, "number")
        low, high = (float(box.get_attribute(end)) for end in ("min", "max"))
        old = box.input_value()
        for wrong in (high + 1, low - 1, ""):
            box.fill(str(wrong))
            box.press("Enter" if wrong else "Tab")
            assert " must be " in said.text_content(), name
            assert box.input_value() == old, name
        assert figure.seen() == before, name
        new = low + 0.9 * (float(old) - low) if float(old) > low else low + 0.1 * (high - low)
        new = f"{new:.0f}" if name in WHOLE else f"{new:.4g}"
        box.fill(new)
        box.press("Enter")
        after = figure.seen()
        assert box.input_value() == f"{float(new):g}", name
        assert after["pictures"] != before["pictures"], name
        assert said.text_content() == ""
        before = after


@pytest.mark.parametrize("key", ["designer-trap"])
def test_a_number_of_steps_is_whole(live, key):
    figure = live(key)
    box = figure.control("steps", "number")
    box.fill("10.5")
    box.press("Enter")
    said = figure.node.locator(".live-said").text_content()
    assert said == "steps of the run must be a whole number from 10 to 1000."
    assert box.input_value() == "200"


@pytest.mark.parametrize("key", first([*FEW, "designer-trap"], DRAGGED))
def test_handles_follow_mouse_and_keys(live, key):
    figure = live(key)
    if key.startswith("designer"):
        figure.set(gamma_schedule="drawn")
    before = figure.seen()
    knob, x, y = figure.handle()
    mouse = figure.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 20, y + 30, steps=3)
    mouse.up()
    assert figure.seen()["pictures"] != before["pictures"]
    _, new_x, new_y = figure.handle()
    assert knob.get_attribute("data-hand") == ""  # no ring of the keyboard's
    across = 0 if key.startswith("designer") else 20
    assert (new_x - x, new_y - y) == pytest.approx((across, 30), abs=1.5)
    for arrow in ("ArrowUp", "Shift+ArrowUp", *(["ArrowLeft"] if across else [])):
        at, label = figure.seen()["pictures"], knob.get_attribute("aria-label")
        knob.press(arrow)
        assert figure.seen()["pictures"] != at, arrow
        assert knob.get_attribute("aria-label") != label
        assert knob.get_attribute("data-hand") is None
    figure.press("Reset")
    if key.startswith("designer"):
        figure.set(gamma_schedule="drawn")
    assert figure.seen() == before


@pytest.mark.parametrize("key", [key for key in KINDS if key.split("-")[0] in ON_A_CURVE[:-1]])
def test_a_handle_stays_on_its_curve(live, key):
    figure = live(key)
    before = figure.to_the_end()
    which = 1 if key.startswith(("roots", "noise")) else 0  # the other one is free: tested below
    knob, x, y = figure.handle(which)
    mouse = figure.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 25, y + 40, steps=3)
    mouse.up()
    _, new_x, _ = figure.handle(which)
    assert new_x - x == pytest.approx(-25, abs=1.5)
    moved = figure.seen()
    assert moved["pictures"] != before["pictures"]
    knob.press("Shift+ArrowRight")
    assert figure.seen()["pictures"] != moved["pictures"]


@pytest.mark.slow
def test_the_roots_themselves_are_taken_by_the_hand(live):
    figure = live("roots")
    figure.set(gamma=0.7)
    _, x, y = figure.handle()
    mouse = figure.page.mouse
    mouse.move(x + 6, y + 6)  # beside its middle: it does not jump there
    mouse.down()
    mouse.move(x + 6, y + 6)
    figure.settle()
    assert figure.control("gamma").input_value() == "0.7"
    mouse.move(x + 6, y - 24, steps=3)
    mouse.up()
    figure.settle()
    gamma = float(figure.control("gamma").input_value())
    assert 0.75 < gamma < 1
    assert figure.values()[0] == pytest.approx(gamma**0.5, rel=1e-3)  # the circle of radius √γ
    figure.press("Reset")


def test_a_slider_of_the_clouds_tells_of_both(live):
    figure = live("noise-effective")
    figure.set(eta=0.1, gamma=0.6)
    gamma = figure.control("gamma")
    gamma.press("ArrowRight")
    figure.settle()
    said = gamma.get_attribute("aria-valuetext").split("; ")
    assert [part.rsplit(":", 1)[0] for part in said[2:]] == [
        "momentum, η = 0.0975: variance of θ₁", "GD, η = 0.25: variance of θ₁",
    ]  # fmt: skip
    figure.press("Reset")


@pytest.mark.slow
def test_the_cloud_is_fallen_into_from_where_the_hand_lets_go(live):
    figure = live("noise-eta")
    figure.page.emulate_media(reduced_motion="reduce")
    figure.control("step").press("Home")
    before = figure.seen()
    knob, x, y = figure.handle()
    mouse, frame = figure.page.mouse, figure.node.locator(".live-plot canvas").first
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 90, y + 30, steps=3)
    figure.settle()
    held = knob.bounding_box()
    assert held["x"] + held["width"] / 2 == pytest.approx(x + 90, abs=1.5)
    drawn = figure.seen()["pictures"]
    assert (drawn[0] != before["pictures"][0], drawn[1]) == (True, before["pictures"][1])
    mouse.up()
    assert figure.control("step").input_value() == "300"  # it has fallen: no motion is wanted
    made = eval(figure.copied("Copy Python"), NAMES)
    assert made.start != [-1.2, 1.0]
    assert figure.values() == pytest.approx(expected(made), rel=1e-9)
    figure.control("start1").press("ArrowRight")
    frame.click(position={"x": 90, "y": 30})
    assert eval(figure.copied("Copy Python"), NAMES).start[1] > 0.5


def test_a_slider_says_what_it_does(live):
    """Who hears the page hears the readout with the value, where the keyboard is."""
    figure = live("race-valley")
    gamma, step = figure.control("gamma"), figure.control("step")
    told = lambda slider: slider.get_attribute("aria-valuetext")
    assert (told(gamma), told(step)) == ("0.8", "0 of 40")
    gamma.press("ArrowRight")
    figure.settle()
    said, made = told(gamma), eval(figure.copied("Copy Python"), NAMES)
    ends = [run.loss[-1] for run in made.runs()]
    assert said == "0.81; " + "; ".join(
        f"{name}: J = 208 → {J:.4g}" for name, J in zip(("GD", "momentum"), ends, strict=True)
    )
    step.press("ArrowRight")
    figure.settle()
    assert told(step).startswith("1 of 40; GD: J = ")
    assert told(gamma) == "0.81"
    knob, *_ = figure.handle()
    knob.press("ArrowRight")
    figure.settle()
    assert re.match(r"start θ₁, θ₂: −3.9\d*, 2\. GD: J = ", knob.get_attribute("aria-label"))


@pytest.mark.slow
def test_a_handle_outside_the_frame_waits_at_its_edge(live):
    figure = live("map-momentum")
    figure.set(kappa=1000, eta=0.5)
    _, x, _ = figure.handle()
    box = figure.node.locator(".live-plot").first.bounding_box()
    assert box["x"] < x <= box["x"] + box["width"]
    figure.press("Reset")


@pytest.mark.parametrize("key", ["map-momentum"])
def test_a_guess_stands_on_the_map(live, key):
    figure = live(key)
    empty = figure.seen()["pictures"]
    guess = "(guess => predictions.keep('ch2-best', { guess, settled: guess !== null }))"
    figure.page.evaluate(f"{guess}([0.02, 0.8])")
    guessed = figure.seen()["pictures"]
    assert guessed[0] != empty[0]
    assert guessed[1:] == empty[1:]
    figure.page.evaluate(f"{guess}(null)")
    assert figure.seen()["pictures"] == empty


#: The picture with the handle, where a phone shows another one first.
WITH_HANDLE = {"designer": "γ and η", "per": "from above", "shoes": "the valley"}


@pytest.mark.parametrize("key", first(FEW[:1], DRAGGED))
def test_handles_follow_a_finger(live, key):
    figure = live(key, phone=True)
    if key.startswith("designer"):
        figure.set(gamma_schedule="drawn")
    if picture := WITH_HANDLE.get(key.split("-")[0]):
        figure.press(picture)
    before = figure.seen()
    _, x, y = figure.handle()
    scrolled = figure.page.evaluate("scrollY")
    hand = figure.page.context.new_cdp_session(figure.page)
    touch = lambda kind, *points: hand.send(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)}
    )
    touch("touchStart", {"x": x, "y": y})
    for k in range(1, 5):
        touch("touchMove", {"x": x + 4 * k, "y": y + 7 * k})
    touch("touchEnd")
    assert figure.seen()["pictures"] != before["pictures"]
    assert figure.page.evaluate("scrollY") == scrolled
    figure.press("Reset")


@pytest.mark.slow
def test_the_ball_rolls_when_it_is_let_go(live):
    figure = live("ball")
    knob, x, y = figure.handle()
    mouse, step = figure.page.mouse, figure.control("step")
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y - 90, steps=3)
    figure.settle()
    held = knob.bounding_box()
    assert held["x"] + held["width"] / 2 == pytest.approx(x + 60, abs=2)
    assert step.input_value() == "0"
    start = float(figure.control("start", "number").input_value())
    mouse.up()
    figure.page.wait_for_function("+document.querySelector('#ball [data-name=step]').value > 1")
    figure.press("Pause")
    run = ml.live.ball(gamma=0.8, start=start).runs()[0]
    figure.settle()
    at = int(step.input_value())
    assert figure.values()[2] == pytest.approx(run.theta[at, 0], rel=1e-3)
    figure.press("Reset")


def test_a_score_is_kept_when_the_ball_is_there(live):
    figure = live("ball")
    line = figure.node.locator(".live-goal")
    figure.set(gamma=0.89, step=53)
    assert "best" not in line.text_content()  # it arrives at step 54
    for gamma in (0.89, 0.88, 0.9):
        figure.set(gamma=gamma, step=60)
    fewest = min(ml.live.ball(gamma=gamma).arrivals()[0] for gamma in (0.89, 0.88, 0.9))
    assert f"Your best: {fewest} steps" in line.text_content()
    assert line.text_content().startswith("★")
    copied = figure.copied("Share")
    assert copied.startswith(f"{fewest} steps.")
    assert "gamma=0.88;" in copied
    figure.page.evaluate("localStorage.clear(); history.replaceState(null, '', location.pathname)")


@pytest.mark.parametrize("key", first(["ball"], [key for key in KINDS if key in PLAYED]))
def test_it_plays_pauses_steps_and_scrubs(live, key):
    figure = live(key)
    step = figure.control("step")
    step.press("Home")
    at = lambda: int(step.input_value())
    assert at() == 0
    figure.press("Play")
    figure.page.wait_for_function(
        "key => +document.querySelector(`[id='${key}'] [data-name=step]`).value > 1", arg=key
    )
    figure.press("Pause")
    figure.settle()
    stopped = at()
    figure.press("+1: One step on")
    figure.settle()
    assert at() == stopped + 1
    figure.press("−1: One step back")
    figure.settle()
    assert at() == stopped
    step.press("End")
    figure.settle()
    assert at() == int(step.get_attribute("max"))
    figure.press("Play")  # at the end: from the beginning
    figure.settle()
    assert at() < int(step.get_attribute("max"))
    figure.press("Reset")


@pytest.mark.slow
def test_a_race_glides_from_step_to_step(live):
    figure = live("race-valley")
    figure.press("Play")
    glides = f"""async figure => {{ {READ}
      const step = figure.querySelector("[data-name=step]"), seen = {{}};
      while (+step.value < +step.max) {{
        (seen[step.value] ||= new Set()).add(sum(read(canvases[0])));
        if (seen[step.value].size > 1) return true;
        await new Promise(requestAnimationFrame);
      }}
      return false; }}"""
    assert figure.node.evaluate(glides)
    figure.press("Reset")


@pytest.mark.parametrize("key", first(PLAYERS, [key for key in KINDS if key in PLAYED]))
def test_the_whole_path_answers_at_the_first_step(live, key):
    """Who drags the start or moves a slider sees what changed, wherever the player stands."""
    figure = live(key)
    figure.control("step").press("Home")
    before = figure.seen()
    gray = figure.node.evaluate(PIXELS, 0)
    assert all(colors > 20 for _, colors in gray)
    figure.nudge(figure.controls("range")[-1])
    after = figure.seen()["pictures"]
    assert all(new != old for new, old in zip(after, before["pictures"], strict=True))


@pytest.mark.slow
def test_it_plays_by_itself_once_and_stops_when_it_leaves(opened, served):
    page = opened(served + HOME)
    at = lambda: page.evaluate(
        "key => +document.querySelector(`[id='${key}'] [data-name=step]`).value", "ball"
    )
    page.evaluate("document.getElementById('ball').scrollIntoView({block: 'center'})")
    page.wait_for_function(
        """() => { const {value, max} = document.querySelector("#ball [data-name=step]");
        return +value > 0 && +value < +max / 2; }"""
    )
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("document.querySelector('#ball [data-name=step]').value === '120'")
    page.evaluate("document.getElementById('ball').scrollIntoView({block: 'center'})")
    page.wait_for_timeout(700)
    assert at() == 120
    assert page.faults == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "name"), [("factors", "eta"), ("roots", "gamma"), ("spectrum", "eta")]
)
def test_what_has_no_steps_moves_once_by_itself(opened, served, key, name):
    """It ends where it began; who wants no motion, or takes it in hand, sees none."""
    page = opened(served + PAGES[key])
    figure = page.locator(f"figure.live[id='{key}']")
    slider = figure.locator(f"input[type=number][data-name={name}]")
    first = f"{figures(ROOT / PAGES[key].replace('.html', '.ipynb'))[key][name]:g}"
    values = """([key, name, first]) => {
      const slider = document.querySelector(`[id='${key}'] [type=number][data-name=${name}]`);
      return slider.value !== first; }"""
    figure.evaluate("node => node.scrollIntoView({block: 'center'})")
    page.wait_for_function(values, arg=[key, name, first])
    figure.locator(".live-goal").evaluate_all(
        "all => { for (const line of all) if (line.matches('[data-reached]')) throw line }"
    )
    page.evaluate("scrollTo(0, 0)")  # out of view it stops, and is as it was
    page.wait_for_function(f"arg => !({values})(arg)", arg=[key, name, first])
    page.reload()
    page.emulate_media(reduced_motion="reduce")
    figure.evaluate("node => node.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(900)
    assert slider.input_value() == first
    assert page.faults == []


@pytest.mark.parametrize("key", first(FEW, KINDS))
def test_two_controls_come_first_and_the_rest_under_more(live, key):
    figure = live(key)
    shown = """figure => {
      const rows = [...figure.querySelectorAll(":scope > * > .live-controls > *")];
      return rows.filter(row => !row.hidden && !row.matches(".live-player")).length; }"""
    assert figure.node.evaluate(shown) <= 2
    if not key.startswith(("factors", "roots")):  # these have two controls in all
        assert figure.node.locator(".live-more [data-name]").count() > 0


def test_the_numbers_of_the_start_come_with_the_keyboard(live):
    figure = live("race-dips")
    row = figure.node.locator(".live-unseen")
    assert row.evaluate("row => row.offsetWidth") <= 1
    figure.control("start0").press("ArrowRight")
    assert row.evaluate("row => row.offsetWidth") > 300


@pytest.mark.slow
def test_a_phone_shows_first_what_the_question_asks_about(live):
    figure = live("race-gamma", phone=True)
    shown = figure.node.locator(".live-tabs [aria-pressed=true]").all_text_contents()
    hidden = figure.node.locator(".live-plot").evaluate_all(
        "all => all.map(plot => getComputedStyle(plot).visibility)"
    )
    assert (shown, hidden) == (["cost"], ["hidden", "visible"])


def test_on_a_phone_the_picture_stays_and_swipes_scroll(live):
    figure = live("race-dips", phone=True)
    figure.node.evaluate("figure => figure.scrollIntoView()")
    top = lambda: figure.node.locator(".live-stage").evaluate("n => n.getBoundingClientRect().top")
    figure.page.evaluate("by => scrollBy(0, by)", top())
    figure.settle()
    assert 40 < top() < 80  # under the page's bar
    tabs = figure.node.locator(".live-tabs button")
    assert tabs.all_text_contents() == ["from above", "cost"]
    tabs.nth(1).click()
    hidden = figure.node.locator(".live-plot").evaluate_all(
        "all => all.map(plot => getComputedStyle(plot).visibility)"
    )
    assert hidden == ["hidden", "visible"]
    for part in ("[data-name=gamma][type=range]", ".live-plot:not([data-behind]) canvas"):
        before, page = figure.seen()["controls"], figure.page
        node = figure.node.locator(part)
        node.scroll_into_view_if_needed()
        scrolled, box = page.evaluate("scrollY"), node.bounding_box()
        hand = page.context.new_cdp_session(page)
        touch = lambda kind, *at: hand.send(  # noqa: B023
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(at)}
        )
        x, y = box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2
        touch("touchStart", {"x": x, "y": y})
        for k in range(1, 6):
            touch("touchMove", {"x": x, "y": y - 20 * k})
        touch("touchEnd")
        page.wait_for_function("from => scrollY > from + 20", arg=scrolled)
        assert figure.seen()["controls"] == before, part
    tabs.first.click()


#: How many of a figure's controls the keyboard comes to, and those that something covers then.
COVERED = """node => {
  const stops = [...node.querySelectorAll("button, input, select, summary")]
    .filter(each => each.checkVisibility({visibilityProperty: true}));
  return [stops.length, stops.filter(each => {
    each.focus();
    const {x, y, width, height} = each.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return !each.contains(top);
  }).map(each => each.dataset.name || each.textContent)]; }"""


@pytest.mark.parametrize("key", first(FEW, DRAWN))
def test_on_a_narrow_screen_the_keyboard_comes_to_nothing_hidden_behind_the_picture(live, key):
    figure = live(key, phone=True)
    for start in ("0", "document.body.scrollHeight"):
        figure.page.evaluate(f"scrollTo({{top: {start}, behavior: 'instant'}})")
        figure.show()
        stops, covered = figure.node.evaluate(COVERED)
        assert stops > 5
        assert covered == []


#: For each goal of a figure: what reaches it.
REACHED = {
    "race-dips": {"gamma": 0.9},
    "map-momentum": {"eta": 0.03, "gamma": 0.7},
    "per-coordinate": {"angle": 45},
    "designer-restarts": {"eta": 0.001, "restart": "on_gradient"},
    "noise-eta": {"gamma": 0},
    "spectrum": {"eta": 0.0325, "gamma": 0.68},
}


@pytest.mark.parametrize("key", first([], REACHED))
def test_a_goal_is_recognized_kept_and_shared(live, key):
    figure = live(key)
    goal = figure.node.locator(".live-goal")
    assert goal.inner_text().startswith("◎")
    figure.set(**REACHED[key])
    figure.seen()
    assert "Reached: " in goal.inner_text()
    figure.press("Reset")
    made = eval(figure.copied("Copy Python"), NAMES)
    made.goal = figures(ROOT / PAGES[key].replace(".html", ".ipynb"))[key]["goal"]
    assert not made.reached()
    for name, value in REACHED[key].items():
        setattr(made, name, value)
    assert made.reached()
    link = figure.copied("Share")
    assert all(f"{n}={json.dumps(v)}" in unquote(link) for n, v in REACHED[key].items())
    other = figure.page.context.new_page()
    other.goto(figure.page.url.split("#")[0])
    again = Live(other, key)
    assert "Reached: " in again.node.locator(".live-goal").inner_text()
    other.close()
    figure.page.evaluate("localStorage.removeItem('momentum-book.goals')")


def test_what_diverges_is_said_to_diverge(live):
    figure = live("race-valley")
    figure.set(eta=1, step=40)
    said = figure.node.locator(".live-value").all_text_contents()
    assert said == ["diverges", "diverges"]  # and no number with a hundred digits
    figure.set(eta=1, step=0)
    assert figure.node.locator(".live-value").all_text_contents() == 2 * ["J = 208 → diverges"]


@pytest.mark.parametrize("key", first(["ball"], [key for key in KINDS if key in PLAYED]))
def test_without_motion_play_shows_the_end(live, key):
    figure = live(key)
    figure.page.emulate_media(reduced_motion="reduce")
    step = figure.control("step")
    step.press("Home")
    figure.press("Play")
    figure.settle()
    assert step.input_value() == step.get_attribute("max")
    assert figure.node.get_by_role("button", name="Play", exact=True).count() == 1


@pytest.mark.parametrize("key", first([*FEW, "translator"], PAGES))
def test_link_and_python_line_give_the_same_state(live, key):
    figure = live(key)
    figure.set(**STATES[key][-1])
    state = figure.state()
    assert STATES[key][-1].items() <= state.items()
    figure.page.evaluate("history.replaceState(null, '', location.pathname)")
    made = eval(figure.copied("Copy Python"), NAMES)
    assert {name: getattr(made, name) for name in state} == state


@pytest.mark.parametrize("key", first(FEW[:1], [*KINDS, "translator"]))
def test_a_link_opens_the_same_figure(live, key):
    figure = live(key)
    figure.set(**STATES[key][-1])
    seen = figure.seen()
    other = figure.page.context.new_page()
    other.goto(figure.copied("Copy link"))
    again = Live(other, key)
    assert again.seen() == seen
    assert again.node.evaluate("node => Math.abs(node.getBoundingClientRect().top)") < 300
    other.close()
    figure.page.evaluate("history.replaceState(null, '', location.pathname)")


@pytest.mark.parametrize("key", first(KINDS, DRAWN))
def test_numbers_are_those_of_python(live, key):
    figure = live(key)
    for state in [{}, *STATES[key]]:
        figure.press("Reset")
        figure.set(**state)
        made = eval(figure.copied("Copy Python"), NAMES)
        assert figure.values() == pytest.approx(expected(made), rel=1e-9, abs=1e-300), state


@pytest.mark.parametrize("key", [key for key in KINDS if key.startswith("map-")])
def test_the_best_point_is_as_good_as_its_star(live, key):
    """Its roots are double: a digit less of γ, and the rate is another."""
    figure = live(key)
    for kappa in (100, 1000):
        figure.set(kappa=kappa)
        figure.press("Go to the best point")
        rate, *_, star = figure.values()
        assert rate == pytest.approx(star, abs=1e-7)


def expected(figure):
    """The numbers of the readout, from `ml.minimize` and the closed forms."""
    if isinstance(figure, ml.live.Race):
        return [J[min(figure.step, len(J) - 1)] for J in figure.costs()]
    if isinstance(figure, ml.live.RateMap):
        sizes = [abs(pair).max() for pair in ml.theory.roots(figure.method(), [1, figure.kappa])]
        tuning = (ml.theory.lessard if figure.nag else ml.theory.polyak)(1.0, figure.kappa)
        return [figure.rate(), *sizes, tuning.rate]
    if isinstance(figure, ml.live.OneStep):
        return [figure.run().problem.f(landing) for landing in figure.landings()]
    if isinstance(figure, ml.live.Factors):
        return [
            *figure.factors(),
            max(map(abs, figure.factors())),
            ml.theory.gd(1.0, figure.kappa).rate,
        ]
    if isinstance(figure, ml.live.Roots):
        return [*abs(figure.sigma()), ml.theory.critical_gamma(figure.slope, 1.0)]
    if isinstance(figure, ml.live.Spectrum):
        sizes = figure.sizes([1.0, figure.kappa])
        return [sizes.max(), *sizes, ml.theory.polyak(1.0, figure.kappa).rate]
    if isinstance(figure, ml.live.Shoes):
        stretch, loss = np.sqrt(figure.divisors()), figure.run().loss[figure.step]
        return [figure.kappa, np.linalg.cond(figure.seen()), stretch[1] / stretch[0], loss]
    if isinstance(figure, ml.live.Ball):
        run, arrivals = figure.runs()[0], figure.arrivals()
        ends = [np.inf if step is None else step for step in arrivals]
        return [*ends, run.theta[min(figure.step, run.steps), 0], len(figure.jumps())]
    if isinstance(figure, ml.live.Memory):
        v = figure.run().v[figure.step + 1]
        assert figure.terms().sum(axis=0) == pytest.approx(v, abs=1e-12)
        return [*v, v[0]]
    if isinstance(figure, ml.live.Noise):
        return [np.inf if (step := figure.arrivals()[0]) is None else step, *figure.variances()]
    if isinstance(figure, ml.live.PerCoordinate):
        run = figure.run()
        return [*figure.learning_rates()[max(0, figure.step - 1)], run.loss[figure.step]]
    run, last = figure.run(), figure.steps - 1
    since = last - max((row for row in run.restarts if row <= last), default=0)
    return [run.loss[-1], figure.gammas()(since), figure.etas()(last)]


@pytest.mark.parametrize(
    "state",
    first(
        ["kappa=%22a%22", "nonsense=1", "%E0%A4%A"],
        ["kappa=%22a%22", "start=[1]", "start=[null,1]", "problem=7", "step=-3", "step=1e9",
         "eta=", "mode=%22worst%22", "gamma=2", "nonsense=1", "%E0%A4%A"],
    ),
)  # fmt: skip
def test_a_mangled_link_changes_nothing(live, state):
    figure = live("race-valley")
    before = figure.seen()
    figure.page.evaluate("hash => { location.hash = hash }", f"#live:race-valley:{state}")
    assert figure.seen() == before


@pytest.mark.parametrize("chapter", first([], CHAPTERS))
def test_colors_follow_the_theme(live, chapter):
    figures = [live(key) for key in CHAPTERS[chapter]]
    page = figures[0].page
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button:visible").click()
        theme = page.evaluate("document.documentElement.dataset.theme")
        seen.add(theme)
        colors = {"light": palette.LIGHT, "dark": palette.DARK}[theme]
        for figure in figures:
            figure.show()
            figure.settle()
            framed = figure.node.evaluate(PIXELS, pixel(colors["muted"]))
            assert all(count > 200 for count, _ in framed), (theme, figure.key)
    assert seen == {"light", "dark"}


@pytest.mark.parametrize("key", first(FEW[:1], PAGES))
def test_on_a_phone_it_fits_and_can_be_touched(live, key):
    figure = live(key, phone=True)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert figure.page.evaluate(width) <= 0
    outside = figure.node.evaluate(
        """figure => [...figure.querySelectorAll("*")].filter(node => {
          const {left, right, width} = node.getBoundingClientRect();
          return width && !node.matches(".live-handle") && (left < 0 || right > innerWidth + 0.5);
        }).map(node => node.outerHTML.slice(0, 80))"""
    )
    assert outside == []
    unfit = figure.node.evaluate(
        """figure => [...figure.querySelectorAll("button, input, select")].filter(node => {
          const {height} = node.getBoundingClientRect();
          const name = node.labels?.[0]?.textContent || node.ariaLabel || node.textContent;
          const touched = node.type === "checkbox" ? node.parentNode.offsetHeight : height;
          return node.offsetParent && (touched < 24 || !name.trim());
        }).map(node => node.outerHTML)"""
    )
    assert unfit == []


@pytest.mark.parametrize("chapter", ["03_nesterov"])
def test_nobody_is_kept_out(live, chapter):
    from axe_playwright_python.sync_playwright import Axe

    figures = [live(key) for key in CHAPTERS[chapter]]
    found = Axe().run(figures[0].page, context="figure.live").response
    assert [v["id"] for v in found["violations"] if v["impact"] in ("serious", "critical")] == []
    assert found["passes"]


@pytest.mark.parametrize("chapter", first(OPENED[:1], CHAPTERS))
def test_without_javascript_the_still_stands(unscripted, chapter):
    page = unscripted(f"chapters/{chapter}.html")
    assert page.locator("figure.live").count() == 0
    assert stills(page, "img.figure", "alt") == len(CHAPTERS[chapter])
    assert page.locator("svg[data-still]:visible").count() == 0
    assert page.faults == []


@pytest.mark.parametrize("chapter", first(OPENED[:1], CHAPTERS))
def test_in_print_the_still_stands(live, chapter):
    page = live(CHAPTERS[chapter][0]).page
    page.emulate_media(media="print")
    assert stills(page) == len(CHAPTERS[chapter])
    assert page.locator(".live-widget:visible").count() == 0


def stills(page, kind="svg.figure", words="aria-label"):
    """How many still pictures are shown, each with alternative text, question and caption."""
    folds = "document.querySelectorAll('details:not([open])')"
    closed = page.evaluate_handle(f"() => [...{folds}].map(fold => (fold.open = true, fold))")
    shown = page.locator(".live-still:has(svg):visible")
    for still in shown.all():
        picture = still.locator(kind)
        assert picture.bounding_box()["height"] > 100
        assert picture.evaluate(DRAWN_IN)
        assert len(picture.get_attribute(words)) > 40
        assert still.locator(".live-question").text_content()
        assert still.locator(".live-caption").text_content()
    count = shown.count()
    closed.evaluate("folds => folds.forEach(fold => { fold.open = false; })")
    return count


#: Whether a picture is there: its file, or what it is drawn with.
DRAWN_IN = "node => node.naturalWidth > 0 || node.querySelectorAll('path, use').length > 9"


@pytest.mark.parametrize("name", first([], sorted({PAGES[key] for key in KINDS})))
def test_it_lives_from_disk(shelf, name):
    page = shelf.light(name, "disk")
    for key in (key for key in DRAWN if PAGES[key] == name):
        figure = Live(page, key)
        before = figure.seen()
        figure.nudge(figure.controls("range")[-1])
        assert figure.seen()["pictures"] != before["pictures"]
        figure.press("Copy link")
        page.wait_for_function("key => location.hash.startsWith(`#live:${key}:`)", arg=key)
    assert page.faults == []


def test_a_figure_that_fails_says_so_and_leaves_its_still(opened, served):
    def broken(route):
        page = route.fetch()
        text = page.text().replace("default: { render }", "default: { render: 1 / 0 }")
        assert text != page.text()
        route.fulfill(response=page, body=text)

    page = opened(served + "search.html")  # a page of this context, to set the route on
    for file in ("02_choosing_gamma.html", "figures/02_choosing_gamma.js?*"):
        page.context.route(f"**/{file}", broken)
    page.goto(f"{served}chapters/02_choosing_gamma.html")
    page.evaluate("dispatchEvent(new Event('scroll'))")  # a reader, for whom the others begin
    page.wait_for_function(
        "document.querySelectorAll('.live-box').length"
        " === document.querySelectorAll('.live-failed').length"
    )
    failed = page.locator(".live-failed").first
    assert failed.inner_text().startswith("This figure could not come alive: ")
    assert failed.get_attribute("role") == "alert"
    page.evaluate("stills.all(document)")  # as each does that comes near the screen
    assert stills(page) == len(CHAPTERS["02_choosing_gamma"])


@pytest.mark.parametrize("key", [key for key in PAGES if key.startswith("translator")])
def test_the_translator_says_what_python_says(live, key):
    figure = live(key)
    cards = """figure => [...figure.querySelectorAll(".live-card")]
      .filter(card => card.offsetParent).map(card => [card.querySelector("code").textContent,
        ...[...card.querySelectorAll("li")].map(note => note.textContent)])"""
    seen = set()
    for state in [{}, *STATES[key]]:
        figure.press("Reset")
        figure.set(**state)
        made = eval(figure.copied("Copy Python"), NAMES)
        told = made.translations().values()
        marks = figure.node.locator(".live-marks > span:visible").all_text_contents()
        signs = figure.node.locator(".live-card:visible .live-sign").all_text_contents()
        assert [mark.split()[0] for mark in marks] == signs
        assert figure.node.evaluate(cards) == [[each.code, *each.notes] for each in told], state
        seen.add(tuple(each.code for each in told))
    assert len(seen) == len(STATES[key]) + 1


@pytest.mark.parametrize("key", ["translator"])
def test_the_translator_by_key_and_its_copies(live, key):
    figure = live(key)
    codes = lambda: figure.node.locator(".live-card:visible code").all_text_contents()
    before = codes()
    for name in figure.controls("range"):
        slider = figure.control(name)
        slider.press("ArrowRight")
        figure.settle()
        assert codes() != before, name
        assert "≠ Keras" in slider.get_attribute("aria-valuetext"), name
        before = codes()
    button = figure.node.get_by_role("button", name="Copy the line for Keras")
    button.press("Enter")
    figure.page.wait_for_function(
        "key => document.querySelector(`[id='${key}'] .live-said`).textContent", arg=figure.key
    )
    assert figure.page.evaluate("navigator.clipboard.readText()") == before[2]
    figure.control("family", "select").select_option("adam")
    figure.settle()
    assert figure.control("source", "select").input_value() == "torch"
    assert all("dam" in code for code in codes())
    assert "gamma" not in figure.controls("range")


def test_the_numbers_are_not_all_alike():
    """What `expected` gives depends on the state, or the comparison above would prove nothing."""
    made = [ml.live.rate_map(kappa=k) for k in (10, 100)]
    assert not np.allclose(*map(expected, made))
