"""Answers on their way into an editor: lines put in order, and links that carry one."""

import pytest

import in_page_pages

pytestmark = pytest.mark.browser

PAGE, EXERCISE = "chapters/04_adam_rmsprop.html", "ex-adam"
WHERE = {"answers": PAGE}
LINES = [
    "m = beta1 * m + (1 - beta1) * grad",
    "s = beta2 * s + (1 - beta2) * grad**2",
    "m_hat, s_hat = m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1))",
    "return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s",
]
HEAD = "def adam_step(theta, m, s, grad, t, eta, beta1, beta2, eps):"
ANSWER = "\n    ".join([HEAD, *LINES])


class Exercise:
    """The exercise of an open page."""

    def __init__(self, page):
        self.page, self.cell = page, page.locator(f"#{EXERCISE} + .cell")
        self.area, self.rows = self.cell.locator("textarea"), self.cell.locator(".puzzle li")

    def button(self, words):
        return self.cell.get_by_role("button", name=words)

    def says(self):
        return self.cell.locator(".answer-bar [role=status]").last.inner_text()

    def order(self):
        """The lines as they stand, and the mark below them."""
        return self.cell.locator(".puzzle li").evaluate_all(
            "all => all.map(li => li.querySelector('.line')?.textContent ?? li.textContent)"
        )

    def move(self, line, to):
        """Pick a line up and put it down at a place, by keys."""
        order = self.order()
        by = to - order.index(line)
        self.rows.nth(order.index(line)).locator(".line").focus()
        for key in ["Space", *["ArrowDown" if by > 0 else "ArrowUp"] * abs(by), "Space"]:
            self.page.keyboard.press(key)
        assert self.order()[to] == line


@pytest.fixture(scope="module")
def context(browser):
    """One for all tests, whose pages share what is kept."""
    made = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    made.add_init_script(in_page_pages.READER)
    made.route("**/python/*", lambda route: route.abort())  # what it checks is tested elsewhere
    yield made
    made.close()


@pytest.fixture(scope="module")
def exercise(context, book):
    """The exercise, on a phone, from disk; test_in_page.py says where there is no Python."""
    if not (book / "python").is_dir():
        pytest.skip("the book's pages have no Python in them")
    page = context.new_page()
    page.goto(f"{book.as_uri()}/{PAGE}")
    return Exercise(page)


def test_lines_are_put_in_order_by_keys_and_become_the_answer(exercise):
    exercise.button("Put its lines in order").click()
    exercise.rows.first.wait_for()
    assert exercise.area.is_hidden()
    wrong = set(exercise.order()) - {*LINES, "Not used"}
    assert len(wrong) == 2
    for line in wrong:
        exercise.move(line, 6)  # the last one
    for line in reversed(LINES):
        exercise.move(line, 0)
    exercise.move(LINES[2], 0)
    exercise.button("Check the order").click()
    told = exercise.cell.locator(".puzzle [role=status]").inner_text()
    assert told == f"Line 1: It uses m, which {LINES[0]} makes first."
    focused = exercise.page.evaluate("document.activeElement.textContent")
    assert focused == LINES[2]
    exercise.move(LINES[2], 2)
    exercise.button("Check the order").click()
    assert exercise.cell.locator(".puzzle").count() == 0
    assert exercise.area.input_value() == ANSWER
    assert exercise.area.is_visible()
    exercise.page.wait_for_function(
        "cell => cell.querySelector('.answer-check').ariaDisabled === 'false'",
        arg=exercise.cell.element_handle(),
    )
    assert exercise.says().startswith("Python cannot run in this page"), "it was checked"


@pytest.mark.slow
def test_a_line_is_dragged_by_its_handle(exercise):
    exercise.button("Put its lines in order").click()
    exercise.rows.first.wait_for()
    for start, end, side in [(0, 2, 0.9), (2, 0, 0.1)]:  # down, and up again
        line = exercise.order()[start]
        exercise.rows.nth(1).evaluate(
            "row => row.scrollIntoView({block: 'center', behavior: 'instant'})"
        )
        handle = exercise.rows.nth(start).locator(".handle")
        handle.hover()  # once nothing above it moves
        exercise.page.mouse.down()
        place, x = exercise.rows.nth(end).bounding_box(), handle.bounding_box()["x"] + 5
        exercise.page.mouse.move(x, place["y"] + side * place["height"], steps=9)
        exercise.page.mouse.up()
        assert exercise.order()[end] == line
    assert exercise.cell.locator("li.held").count() == 0
    exercise.button("Write it instead").click()
    assert exercise.area.is_visible()


def test_a_link_carries_an_answer_that_does_not_run_by_itself(exercise, context):
    exercise.area.fill("# γ ≤ 1, “quoted” & <tagged>\n" + ANSWER)
    sent = exercise.area.input_value()
    exercise.button("Copy a link").click()
    exercise.page.wait_for_function("location.hash.startsWith('#answer:ex-adam:')")
    link = exercise.page.url
    exercise.button("Start again").click()
    page = context.new_page()
    page.goto(link)
    other = Exercise(page)
    page.wait_for_function("area => area.value.includes('γ')", arg=other.area.element_handle())
    assert other.area.input_value() == sent
    assert other.says() == (
        "This answer came with the link. It has not run: read it, then press Check."
    )
    other.area.fill("mine = 1")
    page.reload()
    ask = other.cell.locator(".answer-asks")
    ask.get_by_role("button", name="Keep mine").click()
    assert other.area.input_value() == "mine = 1"
    page.reload()
    ask.get_by_role("button", name="Put it in place of mine").click()
    assert other.area.input_value() == sent
    page.evaluate("location.hash = location.hash.slice(0, -9)")
    page.wait_for_function(
        "cell => cell.textContent.includes('answer is damaged')",
        arg=other.cell.element_handle(),
    )
    assert other.area.input_value() == sent
    page.close()
