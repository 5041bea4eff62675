"""The pictures of the chapters for the landing page and for links to them: `make covers`.

Each is the picture of one figure as its notebook stores it, drawn by a browser: small ones in
both themes for the chapter's card, and one of 1200 × 630 with its title for those who share a
link. They are kept, so that a build needs no browser.

    python tools/covers.py [notebook ...]
"""

import io
import shutil
import sys
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "extensions"))

from momentumlib import palette  # noqa: E402
from theme_figures import inline  # noqa: E402

COVERS = ROOT / "assets" / "covers"
#: The cell whose figure stands for a chapter, where it is not the first live one.
CHOSEN = {
    "01_gd_vs_momentum": "ch1-ball-live", "02_choosing_gamma": "ch2-map-figure",
    "03_nesterov": "ch3-live-step", "04_adam_rmsprop": "ch4-rmsprop-path",
    "05_schedules_restarts": "ch5-live-restarts", "06_recognizing_fruit": "ch6-look",
    "08_frameworks": "ch8-eps-figure",
}  # fmt: skip
CARD, SHARED = (480, 270), (1200, 630)
PAGE = """<!doctype html><html data-theme="{theme}"><style>{css}
body {{ margin: 0; width: {w}px; height: {h}px; display: grid; grid-template-rows: 1fr auto;
  background: var(--fig-paper); color: var(--fig-ink); font: 600 44px system-ui, sans-serif; }}
.picture {{ display: grid; place-items: center; min-height: 0; padding: {pad}px; }}
svg {{ width: 100%; height: {high}px; max-width: none !important; fill: var(--fig-ink); }}
p {{ margin: 0; padding: 0 48px 40px; }}
</style><div class="picture">{svg}</div>{title}"""


def figure(path):
    """The stored picture of the figure that stands for a chapter, and the chapter's title."""
    cells = nbformat.read(path, as_version=4).cells
    shown = {
        cell.id: output.data["image/svg+xml"]
        for cell in cells
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    }
    title = next(
        line.removeprefix("# ") for line in cells[0].source.splitlines() if line.startswith("# ")
    )
    return shown.get(CHOSEN.get(path.stem), next(iter(shown.values()))), title


def drawn(page, svg, theme, size, title=""):
    """A picture of a size, as Pillow has it."""
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    pad = height // 24
    heading = f"<p>{title}</p>" if title else ""
    high = height - 2 * pad - (100 if title else 0)
    room = {"w": width, "h": height, "pad": pad, "high": high}
    page.set_content(PAGE.format(theme=theme, css=palette.css(), svg=svg, title=heading, **room))
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def make(paths):
    """Draw and store the covers of some chapters."""
    COVERS.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        page = browser.new_page()
        for path in paths:
            picture, title = figure(path)
            svg = inline("".join(picture), "c-", title)
            for theme in ("light", "dark"):
                card = drawn(page, svg, theme, CARD)
                card.save(COVERS / f"{path.stem}-{theme}.webp", quality=80, method=6)
            shared = drawn(page, svg, "light", SHARED, f"{title} · Momentum")
            shared.quantize(128).save(COVERS / f"{path.stem}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    make([Path(p) for p in sys.argv[1:]] or sorted(ROOT.glob("chapters/*.ipynb")))
