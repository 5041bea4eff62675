"""A browser, and the book served to it."""

import os
import shutil
import threading
import warnings
from contextlib import suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

import in_page_pages

#: The first has no windows to draw, and opens a page in half the time.
BROWSERS = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable",
)  # fmt: skip
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # none is started in advance: a page opens in three quarters
]


class Quiet(SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *args):
        """Say nothing."""

    def copyfile(self, *files):
        """A page that is closed while it loads takes no more."""
        with suppress(ConnectionError):
            super().copyfile(*files)


def place(item):
    """The page that a test asks for, by its parameter in WHERE; its file's, or its file, else."""
    where = getattr(item.module, "WHERE", {})
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    pages = [where[value] for value in values if isinstance(value, str) and value in where]
    return pages[0] if pages else getattr(item.module, "HOME", item.path.name)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items):
    """Tests of one page run in one process, one after another, those that want it new first."""
    mine = [k for k, item in enumerate(items) if hasattr(getattr(item, "module", None), "WHERE")]
    for item in (items[k] for k in mine):
        item.add_marker(pytest.mark.xdist_group(place(item)))
    order = sorted(
        (items[k] for k in mine), key=lambda item: (place(item), item.path.name != "test_pages.py")
    )
    for k, item in zip(mine, order, strict=True):
        items[k] = item


@pytest.fixture(scope="session")
def browser():
    """Chromium. Where none is installed: a failure in CI, a loud skip elsewhere."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        message = f"no browser to test the pages with: none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(message, pytrace=False)
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served(book):
    """The address of the built book on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(book)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(browser):
    """A function that opens a page and keeps what goes wrong on it in `page.faults`."""
    yield from opener(browser)


#: How the pages are opened that tests share.
SHAPES = {
    "wide": {"permissions": ["clipboard-read", "clipboard-write"]},
    "dark": {"dark": True},
    "phone": {"width": 360, "has_touch": True},
    "dark phone": {"width": 360, "has_touch": True, "dark": True},
    "disk": {"dark": True},
}


class Shelf:
    """Open pages that tests share: those of one page of the book at a time, by their shapes."""

    def __init__(self, open_page, served, book):
        self.open_page, self.served, self.disk = open_page, served, f"{book.as_uri()}/"
        self.name, self.pages, self.lightened = None, {}, set()

    def new(self, name, shape):
        """The page as a reader opens it; it stays open for other tests."""
        if name != self.name:
            for page in self.pages.values():
                page.context.close()
            self.name, self.pages, self.lightened = name, {}, set()
        elif shape in self.pages:
            self.pages[shape].context.close()
            self.lightened.discard(shape)
        home = self.disk if shape == "disk" else self.served
        self.pages[shape] = self.open_page(home + name, **SHAPES[shape])
        return self.pages[shape]

    def used(self, name, shape):
        """The page as earlier tests left it."""
        if name == self.name and shape in self.pages:
            return self.pages[shape]
        return self.new(name, shape)

    def light(self, name, shape):
        """The same, emptied around the figures."""
        page = self.used(name, shape)
        if shape not in self.lightened:
            page.evaluate(LIGHTENED)
            self.lightened.add(shape)
        return page


@pytest.fixture(scope="session")
def shelf(browser, served, book):
    """The open pages that tests share."""
    opening = opener(browser)
    yield Shelf(next(opening), served, book)
    next(opening, None)


@pytest.fixture(scope="session")
def unscripted(browser, served):
    """A function that gives the open page of an address in the book, without JavaScript."""
    opening = opener(browser)
    open_page = next(opening)
    yield cache(lambda name: open_page(served + name, javascript=False))
    next(opening, None)


def opener(browser):
    """Gives a function that opens pages, and closes them in the end."""
    contexts = []

    def open_page(address, width=1280, height=900, dark=False, javascript=True, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            **options,
        )
        contexts.append(context)
        context.add_init_script(in_page_pages.READER)
        page = context.new_page()
        page.faults = []
        home = address.split("/", 3)[:3]

        def asked(request):
            if request.url.split("/", 3)[:3] != home and request.url.split(":")[0] not in OWN:
                page.faults.append(f"asked another host: {request.url}")

        page.on("request", asked)
        page.on("pageerror", lambda error: page.faults.append(f"error: {error}"))
        page.on(
            "console",
            lambda m: (
                page.faults.append(f"{m.type}: {m.text}")
                if m.type in ("error", "warning")
                else None
            ),
        )
        page.on("requestfailed", lambda r: page.faults.append(f"failed: {r.url}"))
        page.goto(address)
        if javascript:
            page.wait_for_function(in_page_pages.SETTLED)
        return page

    yield open_page
    for context in contexts:
        context.close()


#: Addresses that stay inside the page.
OWN = {"data", "blob"}
#: Empties formulas, programs and drawings around what is tested: what a test asks for is then
#: sooner found. The tests of whole pages open them as they are.
LIGHTENED = """() => {
  for (const node of document.querySelectorAll(".highlight, .katex, svg.figure"))
    if (!node.closest(".live-box, .predict-box, .predict, .predict-still")) node.replaceChildren();
}"""


@pytest.fixture(scope="session")
def in_pages(browser, served, book):
    """A function that opens pages with Python in them; tests share them, and their workers."""
    yield from in_page_pages.opener(browser, served, in_page_pages.answering(book))
