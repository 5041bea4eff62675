"""The fonts of the pages: of each the icons and letters that the book shows.

Two of them set letters and digits in every formula. They come with the style sheet, since a
font that arrives later is wider or narrower than what stood in its place, and moves the text.
"""

import base64
import html
import re
from logging import WARNING, getLogger
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

getLogger("fontTools").setLevel(WARNING)

ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
KATEX_FONTS, KATEX_SHEET = "katex/fonts", "katex/katex.min.css"
INSIDE = "KaTeX_Main-Regular.woff2", "KaTeX_Math-Italic.woff2"
TOKEN = re.compile(r"<(/?)(\w+)[^>]*>|([^<]+)")
ASSETS = Path(__file__).parent.parent / "assets"


def icons_shown(pages, static):
    """The code points of the icons that pages, scripts and style sheets show."""
    scripts = [p.read_text("utf-8") for p in static.rglob("*.js") if p.name != "fontawesome.js"]
    names = set(re.findall(r"\bfa-([a-z0-9-]+)", "".join(pages + scripts)))
    shown = set()
    for sheet in static.rglob("*.css"):
        text = sheet.read_text("utf-8")
        shown |= {ord(c) for c in text if 0xE000 <= ord(c) <= 0xF8FF}
        for selector, body in re.findall(r"([^{}]*)\{([^{}]*)\}", text):
            classes = set(re.findall(r"\.fa-([a-z0-9-]+)", selector))
            if not classes or classes & names:
                shown |= {int(c, 16) for c in re.findall(r'"\\([0-9a-fA-F]{2,5})"', body)}
    return shown


def letters_set(pages):
    """The code points of all formulas, as KaTeX has set them for the eye.

    >>> page = '<span class="katex-html" a="b">x<span>&lt;<svg></svg></span>y</span> words'
    >>> "".join(sorted(map(chr, letters_set([page]))))
    '<xy'
    """
    letters = set()
    for part in "".join(pages).split('<span class="katex-html"')[1:]:
        depth = 1
        for end, tag, text in map(re.Match.groups, TOKEN.finditer(part, part.index(">") + 1)):
            letters.update(map(ord, html.unescape(text or "")))
            depth += (tag == "span") * (-1 if end else 1)
            if not depth:
                break
    return letters


def shrink_all(pages, static):
    """Write the fonts anew with the icons and, for formulas, the letters that the book shows."""
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
    shrink(theme / ICON_FONT, static / ICON_FONT, icons_shown(pages, static), [])
    letters = letters_set(pages)
    for font in (ASSETS / KATEX_FONTS).glob("*.woff2"):
        shrink(font, static / KATEX_FONTS / font.name, letters, ["*"])
    put_in(static)


def put_in(static):
    """Put the fonts that every formula has into the style sheet: text then never waits for them."""
    sheet = (ASSETS / KATEX_SHEET).read_text("utf-8")
    for name in INSIDE:
        data = base64.b64encode((static / KATEX_FONTS / name).read_bytes()).decode()
        sheet = sheet.replace(f"fonts/{name}", f"data:font/woff2;base64,{data}")
    (static / KATEX_SHEET).write_text(sheet, encoding="utf-8")


def shrink(source, target, letters, features):
    """Write a font anew with some of its letters."""
    options = subset.Options(flavor="woff2", layout_features=features)
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)
