"""Pages of the book with Python in them, each opened once for all tests that ask for it."""

import os
import warnings

import pytest

from page_python import sources

#: A page with an exercise for a step, whose verdict has a picture.
PAGE = "chapters/08_frameworks.html"
#: What suffices; the theme's own scripts stand in the page.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:;"
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:;"
    "worker-src blob:; connect-src 'none'"
)
#: For axe, which would ask for the style sheets again: from disk that fails, and is a fault.
NO_REQUESTS = {"preload": False}
#: Somebody who moves as soon as a page is there: figures and editors behind its first screen begin
#: for readers.
READER = "addEventListener('load', () => setTimeout(() => dispatchEvent(new Event('scroll'))))"
#: Whether all that a page does for its reader is done: its fonts are there and its figures live.
SETTLED = """() => document.readyState === "complete" && document.fonts.status === "loaded"
  && [...document.querySelectorAll(".live-box")].every(
    box => box.matches(".live-alive") || box.querySelector(".live-failed"))"""
#: Until what is asked for is on the screen.
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: How the page is opened: by its two addresses, wide and on a phone.
SHAPES = {
    "served": {"viewport": {"width": 360, "height": 640}, "has_touch": True},
    "disk": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


def answering(book):
    """The book, if there is Python in it. Where not: a failure in CI, a loud skip elsewhere."""
    if not (book / "python").is_dir():
        try:
            sources.wheel()
            message = "the book's pages have no Python in them: the build says why"
        except sources.Missing as error:
            message = f"the book's pages have no Python in them: {error}"
        else:
            if os.environ.get("CI", "").lower() in ("1", "true"):
                pytest.fail(message, pytrace=False)
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    return book


def opener(browser, served, book):
    """A function that opens a page of the book in a shape, with what went wrong in `page.faults`.

    Every other host is blocked, and the strict policy stands.
    """
    homes, opened = {"served": served, "disk": f"{book.as_uri()}/"}, {}

    def page(shape, name=PAGE):
        if (shape, name) not in opened:
            context = browser.new_context(**SHAPES[shape])
            context.add_init_script(READER)
            context.set_default_timeout(120_000)  # on a busy machine Python begins slowly
            opened[shape, name] = new = context.new_page()
            new.faults = []

            def route(route):
                url = route.request.url
                if not url.startswith((homes[shape], "blob:", "data:")):
                    route.abort()
                elif url.startswith("http") and url.endswith(".html"):
                    body = (book / name).read_text(encoding="utf-8")
                    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html"}
                    route.fulfill(body=body, headers=headers)
                else:
                    route.continue_()

            context.route("**/*", route)
            new.on("pageerror", lambda error: new.faults.append(str(error)))
            new.on("console", lambda m: m.type == "error" and new.faults.append(m.text))
            new.on("requestfailed", lambda request: new.faults.append(request.url))
            new.goto(homes[shape] + name)
        return opened[shape, name]

    yield page
    for one in opened.values():
        one.context.close()
