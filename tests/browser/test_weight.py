"""What a first visit of a page is sent, compressed as servers do."""

import gzip
from pathlib import Path

import pytest

from tiers import first

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PAGES = ["index", *(f"chapters/{path.stem}" for path in sorted(ROOT.glob("chapters/*.ipynb")))]
#: Bytes.
LIMIT = 300_000
TEXT = {".html", ".css", ".js", ".svg"}


@pytest.mark.parametrize("name", first(PAGES[:2], PAGES))
def test_a_page_is_light(browser, served, book, name):
    page, asked = browser.new_page(), set()
    page.on("response", lambda response: asked.add(response.url))
    page.goto(f"{served}{name}.html", wait_until="networkidle")
    page.close()
    weights = {}
    for url in asked:
        if url.startswith(served):
            path = book / url.removeprefix(served).split("?")[0]
            body = path.read_bytes()
            weights[path.name] = len(gzip.compress(body, 6) if path.suffix in TEXT else body)
    assert any(name.endswith(".woff2") for name in weights), "the fonts are counted, too"
    assert sum(weights.values()) < LIMIT, weights
