"""The predictions of the built book, with no kernel: by keyboard, kept, taken back."""

import json
from pathlib import Path

import pytest

from momentumlib import palette
from momentumlib.live.frame.notebook import opened as notebook_opened
from tiers import first

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
ITEM = "momentum-book.predictions"


def states(notebook):
    """A notebook's predictions by key."""
    widgets = notebook_opened(notebook)["metadata"].get("widgets", {})
    every = [model["state"] for part in widgets.values() for model in part["state"].values()]
    return {state["key"]: state for state in every if "settled" in state}


CHAPTERS = {path.stem: states(path) for path in sorted(ROOT.glob("chapters/*.ipynb"))}
CHAPTERS = {chapter: found for chapter, found in CHAPTERS.items() if found}
ASKED = {key: state for found in CHAPTERS.values() for key, state in found.items()}
assert ASKED, "no prediction is found: is it where notebooks keep them?"
ASKED_IN = {key: chapter for chapter, keys in CHAPTERS.items() for key in keys}
ASKED_ON = {key: keys for keys in CHAPTERS.values() for key in keys}
PAGES = {key: f"chapters/{chapter}.html" for chapter, keys in CHAPTERS.items() for key in keys}
#: The first prediction of each kind, for what does not depend on the words.
KINDS = {ASKED[key]["kind"]: key for key in reversed(ASKED)}
WHERE = PAGES | {chapter: f"chapters/{chapter}.html" for chapter in CHAPTERS}
WHERE |= {kind: PAGES[key] for kind, key in KINDS.items()}
#: What is asked of every chapter is asked of these; test-slow asks the others.
SEEN = list(CHAPTERS)[:2]


class Asked:
    """One prediction of an open page."""

    def __init__(self, page, key):
        self.page, self.key, self.state = page, key, ASKED[key]
        self.node = page.locator(f"figure.predict[id='{key}']")
        self.node.wait_for(state="attached")
        self.node.evaluate(REVEALED)
        self.node.evaluate("figure => figure.scrollIntoView({block: 'center'})")
        page.wait_for_function("key => document.getElementById(key).dataset.ms", arg=key)

    def button(self, words):
        return self.node.get_by_role("button", name=words, exact=True)

    def said(self):
        """What is announced, in one line."""
        return " ".join(self.node.locator(".predict-result p").all_text_contents())

    def tally(self):
        return self.node.locator(".predict-tally span").text_content()

    def settled(self, yes=True):
        """Wait until the answer shows, or is gone."""
        self.node.and_(
            self.page.locator("[data-settled]" if yes else ":not([data-settled])")
        ).wait_for(state="attached")

    def guess(self):
        """Move to another guess and commit to it, with nothing but the keys."""
        self.node.evaluate("figure => figure.scrollIntoView({block: 'center'})")
        first = self.node.locator(".live-controls input").first
        first.focus()
        # a slider moves; of radio buttons the first, then the second is chosen
        for key in ["Space", "ArrowDown"] if self.state["kind"] == "choice" else ["ArrowRight"] * 3:
            self.page.keyboard.press(key)
        self.go_to("Commit")
        self.page.keyboard.press("Enter")
        self.settled()

    def go_to(self, words):
        """Press Tab until a button has the focus."""
        for _ in range(8):
            self.page.keyboard.press("Tab")
            if self.focus() == words:
                return
        raise AssertionError(f"Tab does not reach {words}")

    def focus(self):
        """The words of what has the focus, or its kind where it has none."""
        return self.page.evaluate(
            "(({ activeElement: e }) => e.textContent.trim() || e.type)(document)"
        )

    def kept(self):
        """What the browser keeps of it."""
        text = self.page.evaluate(f"localStorage.getItem('{ITEM}')")
        return json.loads(text or "{}").get(self.key)


#: Opens the Deeper section that a prediction stands in.
REVEALED = """node => {
  for (let at = node; at; at = at.parentElement) if (at.matches("details.deeper")) at.open = true;
}"""


@pytest.fixture
def asked(shelf):
    """A function that gives a prediction nobody has made."""
    given = []

    def prediction(key, phone=False):
        page = shelf.light(PAGES[key], "dark phone" if phone else "wide")
        page.emulate_media(reduced_motion="reduce")
        page.faults.clear()
        page.evaluate("predictions.forget()")
        given.append(Asked(page, key))
        given[-1].settled(False)
        return given[-1]

    yield prediction
    for each in given:
        each.page.emulate_media(media="null", reduced_motion="null")
        assert each.page.faults == []


@pytest.mark.parametrize("key", first(KINDS.values(), PAGES))
def test_guess_commit_and_guess_again_by_keyboard(asked, key):
    prediction, count = asked(key), len(ASKED_ON[key])
    assert prediction.said() == ""
    assert prediction.tally() == f"0 of {count} predictions on this page made"
    assert not marked(prediction)
    prediction.guess()
    assert prediction.focus() == "Guess again"
    assert prediction.tally() == f"1 of {count} predictions on this page made"
    said, state = prediction.said(), prediction.state
    kept = prediction.kept()
    assert kept["settled"] is True
    if state["kind"] == "choice":
        right = kept["guess"] == state["answer"]
        assert said.startswith(f"✓ Right: {state['answer']}." if right else "✗ Not this time. You")
        marks = prediction.node.locator(".predict-mark").all_inner_texts()
        chosen, answer = (state["options"].index(o) for o in (kept["guess"], state["answer"]))
        assert "your guess" in marks[chosen]
        assert "the answer" in marks[answer]
        assert sum(map(bool, marks)) == 2 - right
    else:
        assert any(words in said.lower() for words in ("too high", "too low", "exactly right"))
        assert f"the answer is {state['said']}." in said
        assert marked(prediction)
    assert "{" not in said
    assert state["why_skipped"] in said or "{guess}" in state["why"]
    assert bool(state["picture"]) == prediction.node.locator(".predict-picture svg").is_visible()
    assert all(prediction.node.locator(".live-controls input").evaluate_all(DISABLED))
    prediction.button("Guess again").press("Enter")
    prediction.settled(False)
    assert prediction.focus() in ("radio", "range")
    assert prediction.said() == ""
    assert prediction.kept() is None


DISABLED = "all => all.map(input => input.disabled)"


def marked(prediction):
    """Whether the answer's mark, green in the light theme, is on a picture."""
    return prediction.node.locator(".live-plot canvas").evaluate_all(
        """(all, [red, green, blue]) => all.some(canvas => {
          const { width, height } = canvas;
          const context = new OffscreenCanvas(width, height).getContext("2d");
          context.drawImage(canvas, 0, 0);
          const { data } = context.getImageData(0, 0, width, height);
          for (let i = 0; i < data.length; i += 4)
            if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) return true;
          return false;
        })""",
        list(bytes.fromhex(palette.LIGHT["good"][1:])),
    )


@pytest.mark.parametrize("kind", first(["choice"], KINDS))
def test_skip_shows_the_answer_and_counts_as_none(asked, kind):
    prediction = asked(KINDS[kind])
    prediction.button("Skip: show me").press("Enter")
    prediction.settled()
    assert prediction.focus() == "Guess again"
    assert prediction.said().startswith(f"The answer: {prediction.state['said']}.")
    assert "You said" not in prediction.said()
    assert prediction.tally().startswith("0 of ")
    assert prediction.kept() == {"guess": None, "settled": True}


@pytest.mark.parametrize(
    "chapter", first(SEEN[:1], sorted({ASKED_IN[key] for key in KINDS.values()}))
)
def test_guesses_are_kept_over_a_reload_counted_and_forgotten(asked, served, chapter):
    every = list(CHAPTERS[chapter])
    keys = [every[0], every[-1]]
    page = asked(keys[0]).page
    predictions = [Asked(page, key) for key in keys]
    for prediction in predictions:
        prediction.guess()
    said = [prediction.said() for prediction in predictions]
    page.reload()
    predictions = [Asked(page, key) for key in keys]
    for prediction, words in zip(predictions, said, strict=True):
        prediction.settled()
        assert prediction.said() == words
        assert prediction.tally() == f"2 of {len(every)} predictions on this page made"
    contents = page.context.new_page()
    contents.goto(served + "index.html")
    entry = contents.locator(f"a[href$='{chapter}.html'] + .predictions-made")
    assert entry.inner_text() == f"2 of {len(every)} predictions made"
    assert entry.is_visible()
    place = entry.bounding_box()
    forget = predictions[-1].button("Forget my predictions")
    forget.press("Enter")
    for prediction in predictions:
        prediction.settled(False)
        assert prediction.kept() is None
    assert predictions[-1].focus() in ("radio", "range")
    assert "Forgotten" in predictions[-1].node.locator(".live-said").inner_text()
    assert not forget.is_visible()
    contents.wait_for_function(  # it follows, in its own tab
        "entry => entry.textContent.startsWith('0 of ')", arg=entry.element_handle()
    )
    assert entry.bounding_box() == place
    contents.close()


@pytest.mark.parametrize("kind", first([], KINDS))
def test_without_a_guess_of_the_readers_own_it_asks_for_one(asked, kind):
    asked(KINDS[kind]).page.reload()
    prediction = asked(KINDS[kind])
    prediction.button("Commit").press("Enter")
    said = prediction.node.locator(".live-said").inner_text()
    assert said == {"choice": "Choose one of them first."}.get(
        kind, "Move the marker to your guess first."
    )
    assert prediction.focus() in ("radio", "range")
    assert prediction.kept() is None
    prediction.guess()
    assert prediction.kept()["guess"] is not None


@pytest.mark.parametrize("kind", first(["choice"], KINDS))
def test_what_another_edition_kept_changes_nothing(asked, kind):
    prediction = asked(KINDS[kind])
    for guess in ("nonsense", 1e99, [1], [None, 1], {}, True, [1e9, 1e9]):
        prediction.page.evaluate(
            "([item, kept]) => { localStorage.setItem(item, JSON.stringify(kept));"
            "  dispatchEvent(new Event('predictions')) }",
            [ITEM, {prediction.key: {"guess": guess, "settled": True}}],
        )
        prediction.page.evaluate("new Promise(requestAnimationFrame)")
        assert prediction.said() == "", guess


@pytest.mark.slow
def test_where_storage_is_refused_a_guess_is_still_answered(opened, served):
    page = opened(served + "index.html")  # a page of this context, to set the script on
    page.context.add_init_script(
        "for (const name of ['getItem', 'setItem', 'removeItem'])"
        "  Storage.prototype[name] = () => { throw Error('refused'); };"
    )
    key = KINDS["number"]
    page.goto(served + PAGES[key])
    prediction = Asked(page, key)
    prediction.guess()
    assert prediction.tally().startswith("1 of ")
    prediction.button("Forget my predictions").click()
    prediction.settled(False)
    # The theme keeps its own things there too, and does say so.
    assert [fault for fault in page.faults if "predict" in fault] == []


@pytest.mark.parametrize("kind", first([], KINDS))
def test_on_a_dark_phone_it_fits_and_keeps_nobody_out(asked, kind):
    from axe_playwright_python.sync_playwright import Axe

    prediction = asked(KINDS[kind], phone=True)
    node, page = prediction.node, prediction.page
    for settle in (lambda: None, prediction.guess):
        settle()
        assert node.evaluate(OUTSIDE) == []
        assert node.evaluate(SMALL) == []
    # The page's other predictions are open, so both states are looked at.
    found = Axe().run(page, context="figure.predict").response
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []
    assert found["passes"]


OUTSIDE = """figure => [...figure.querySelectorAll("*")].filter(node => {
  const {left, right, width} = node.getBoundingClientRect();
  return width && !node.matches(".live-handle") && (left < 0 || right > innerWidth + 0.5);
}).map(node => node.outerHTML.slice(0, 80))"""
#: What can be pressed but is too small for a finger, or has no name.
SMALL = """figure => [...figure.querySelectorAll("button, input")].filter(node => {
  const place = node.type === "radio" ? node.closest("label") : node;
  const name = node.labels?.[0]?.textContent || node.ariaLabel || node.textContent;
  return node.offsetParent && (place.getBoundingClientRect().height < 24 || !name.trim());
}).map(node => node.outerHTML)"""


@pytest.mark.parametrize("chapter", first(SEEN[:1], CHAPTERS))
def test_without_javascript_the_answer_unfolds(unscripted, chapter):
    page = unscripted(f"chapters/{chapter}.html")
    assert page.locator("figure.predict").count() == 0
    for key, state in CHAPTERS[chapter].items():
        still = page.query_selector(f"[data-prediction='{key}']")
        assert state["question"] in still.text_content()
        still.evaluate(REVEALED)
        answer = still.query_selector("details p")
        assert not answer.is_visible()
        still.query_selector("summary").press("Enter")
        answer.wait_for_element_state("visible")
        assert answer.inner_text() == state["said"]
    assert page.faults == []


def test_without_javascript_the_contents_count_nothing(opened, served):
    page = opened(served + "index.html", javascript=False)
    assert page.locator(".predictions-made").count() == len(CHAPTERS)
    assert page.locator(".predictions-made:visible").count() == 0


@pytest.mark.parametrize("chapter", first([], CHAPTERS))
def test_in_print_the_answer_is_there(asked, chapter):
    page = asked(next(iter(CHAPTERS[chapter]))).page
    page.emulate_media(media="print")
    assert page.locator("figure.predict:visible").count() == 0
    for key, state in CHAPTERS[chapter].items():
        answer = page.locator(f"[data-prediction='{key}'] details p").first
        assert answer.inner_text() == state["said"]
        assert answer.bounding_box()["height"] > 10
