"""The page of spaced questions and the list of exercises, and what a browser keeps of both."""

import json

import pytest

pytestmark = pytest.mark.browser

PAGE, LIST = "chapters/questions.html", "chapters/exercises.html"
ITEM = "momentum-book.questions"
WHERE = {"questions": PAGE}
MINUTE, DAY = 60_000, 86_400_000


class Asking:
    """The page, asked with nothing but the keys."""

    def __init__(self, page):
        self.page, self.card = page, page.locator(".spaced-card")
        self.sum = page.locator(".spaced-sum")
        self.asked = json.loads(page.locator("#spaced-data").text_content())

    def question(self):
        """The data of the question that stands there."""
        asked = self.card.locator("form").get_attribute("data-question")
        return next(one for one in self.asked if one["id"] == asked)

    def answer(self, right):
        """Answer it, by keys; what is said."""
        one = self.question()
        first = self.card.locator("input").first
        first.focus()
        if one["kind"] == "choice":
            shown = self.card.locator("input").evaluate_all("all => all.map(x => x.value)")
            number = next(n for n, x in enumerate(shown, 1) if (x == one["answer"]) == right)
            self.page.keyboard.press(str(number))
        else:
            answers = [one["answer"]] if one["kind"] == "number" else one["answer"]
            for axis, answer in zip(one["axes"], answers, strict=True):
                far = axis["low"] if answer > (axis["low"] + axis["high"]) / 2 else axis["high"]
                self.page.keyboard.type(str(answer if right else far))
                self.page.keyboard.press("Tab")
            first.focus()
        self.page.keyboard.press("Enter")
        return one, self.card.locator(".spaced-told").inner_text()

    def next(self):
        """The next one, whose button has the focus."""
        self.page.keyboard.press("Enter")

    def kept(self):
        """What the browser keeps."""
        return json.loads(self.page.evaluate(f"localStorage.getItem('{ITEM}')"))["cards"]


@pytest.mark.parametrize(
    "shape", ["disk", pytest.param("phone", marks=pytest.mark.slow)]
)  # fmt: skip
def test_questions_come_again_when_they_are_due(browser, served, book, shape, tmp_path):
    home = f"{book.as_uri()}/" if shape == "disk" else served
    context = browser.new_context(viewport={"width": 360, "height": 640}, accept_downloads=True)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.clock.install()
    page.goto(home + PAGE)
    asking = Asking(page)
    assert asking.sum.inner_text().startswith("0 due, 10 new today. You know 0 of the ")
    one, told = asking.answer(right=False)
    assert told.startswith("✗ Not this time.")
    if one["kind"] == "choice":
        own = [w.replace("`", "") for w in one["wrong"] if w and w.replace("`", "") in told]
        assert len(own) == 1, "the wrong option's own sentence"
    place = asking.card.get_by_role("link")
    assert place.get_attribute("href") == one["place"]
    asking.next()
    other, told = asking.answer(right=True)
    assert told.startswith("✓ Right.")
    assert "It is asked again in 1 day." in told
    assert {one["id"]: 0, other["id"]: 1} == {id: box for id, (box, _) in asking.kept().items()}
    page.clock.fast_forward(11 * MINUTE)  # the wrong one comes again, before new ones
    asking.next()
    assert asking.question()["id"] == one["id"]
    asking.answer(right=True)
    page.clock.fast_forward(DAY)
    asking.next()
    assert asking.sum.inner_text().startswith("2 due, 10 new today.")
    assert asking.question()["id"] == other["id"], "who has waited longest"
    asking.answer(right=True)
    assert asking.kept()[other["id"]][0] == 2
    assert "You know 1 of the " in asking.sum.inner_text()

    # Saved with the answers, forgotten, and loaded again.
    page.evaluate(
        'localStorage.setItem(\'momentum-book.answers\', \'{"answers":{},"done":["gd"]}\')'
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "momentum-answers.json"
    download.value.save_as(file)
    saved = json.loads(file.read_text("utf-8"))
    assert (saved["done"], saved["questions"]["cards"]) == (["gd"], asking.kept())
    page.get_by_role("button", name="Forget what I know").click()
    page.get_by_role("button", name="Really forget it all?").click()
    assert page.evaluate(f"localStorage.getItem('{ITEM}')") is None
    with page.expect_navigation():
        page.locator("input[type=file]").set_input_files(file)
    assert asking.kept() == saved["questions"]["cards"]

    # Other chapters, and the list of exercises.
    page.get_by_label("2 Choosing γ").check()
    page.get_by_label("1 Gradient").uncheck()
    assert asking.question()["chapter"] == 2
    page.goto(home + LIST)
    assert page.locator("#done-gd").inner_text() == "✓ done"
    assert page.locator(".exercise-done:not(:empty)").count() == 1
    assert page.locator(".exercises-done").first.inner_text() == "1 of 6 done"
    assert faults == []
    context.close()
