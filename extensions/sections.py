"""Sections that wait with their layout until they come near, as high as they are guessed.

A browser that knows about how high a section is need not lay it out before it is seen: a
chapter's text is there three times as soon. A guess that is too low would let the section's words
lie on what follows, for programs that look at all of a page at once; these are a little too high.
Sections that the first screen cannot reach are not laid out at all while the page is loading:
`assets/waits.js` lets them come when it is there, or when the reader goes on.
"""

import re
from math import ceil
from pathlib import Path

from momentumlib.live.frame.figure import part
from previews import element

ASSET = Path(__file__).parent.parent / "assets" / "waits.js"

TAG = re.compile(r"<(/?)section\b([^>]*)>")
#: What takes no room.
UNSEEN = re.compile(
    r'<script.*?</script>|<noscript>.*?</noscript>|<span class="katex-mathml">.*?</math></span>',
    re.DOTALL,
)
FOLD = re.compile(r"<details(?![^>]* open)")
#: What takes more than its words, and how much: in pixels, wide and on a phone.
TAKEN = {
    r'<div class="live-box"': (850, 1150),
    r'<div class="predict-still"': (-480, -700),  # inside such a box
    r'<div class="math ': (50, 60),
    r"<(?:p|li|dt|dd)\b": (34, 34),
    r"<(?:h\d|summary)\b": (54, 76),
    r"<tr\b": (34, 46),
    r'<div class="cell ': (30, 30),
    "tag_exercise": (80, 120),  # the bar under its editor
    r'class="admonition ': (60, 60),
}
DRAWING = re.compile(r'<svg class="figure"[^>]*aspect-ratio: ([\d.]+) / ([\d.]+)')
CODE = re.compile(r"<pre.*?</pre>", re.DOTALL)
#: Pixels of a line of text and of code; letters in a line, wide and on a phone; their widths.
LINE, CODE_LINE, LETTERS, WIDTHS = 27, 21, (78, 38), (690, 340)


def height(html, phone):
    """The pixels that a section takes, guessed from its HTML.

    >>> height("<p>A short line.</p>", phone=False)
    39
    """
    html = UNSEEN.sub("", html)
    while fold := FOLD.search(html):
        html = html.replace(element(html, fold.start()), "<summary></summary>", 1)
    pixels = sum(size[phone] * len(re.findall(sign, html)) for sign, size in TAKEN.items())
    for wide, high in DRAWING.findall(html):
        pixels += min(float(wide), WIDTHS[phone]) * float(high) / float(wide)
    pixels += sum(30 + CODE_LINE * code.count("\n") for code in CODE.findall(html))
    words = re.sub(r"<[^>]*>", "", CODE.sub("", html))
    return ceil(pixels + LINE * len(re.sub(r"\s+", " ", words)) / LETTERS[phone])


#: Pixels behind which a section waits: what book.css takes for a first screen, and what guesses
#: of the sections before may be too high by.
FIRST_SCREENS = 1400
WAITS = ' class="waits"'


def guessed(page):
    """A page whose second sections tell how high they are, and whether they wait.

    >>> guessed("<section><section><p>A short line.</p></section></section>")
    '<section><section style="--wide:39px;--phone:44px"><p>A short line.</p></section></section>'
    >>> lines = "<p>A line.</p>" * 40
    >>> guessed(f"<section>{lines}<section></section></section>").removeprefix(f"<section>{lines}")
    '<section class="waits" style="--wide:0px;--phone:0px"></section></section>'
    """
    parts, at, depth, begun = [], 0, 0, None
    top = None
    for tag in TAG.finditer(page):
        depth += -1 if tag[1] else 1
        if depth == 2 and not tag[1]:
            begun = tag
            if top is None:
                top = heights(page[: tag.start()])
        elif depth == 1 and tag[1] and begun:
            own = heights(page[begun.end() : tag.start()])
            waits = WAITS if min(top) > FIRST_SCREENS else ""
            style = f'{waits} style="--wide:{own[0]}px;--phone:{own[1]}px"'
            parts += [page[at : begun.end() - 1], style, page[begun.end() - 1 : tag.end()]]
            at, top = tag.end(), [a + b for a, b in zip(top, own, strict=True)]
    return "".join(parts) + page[at:]


def heights(html):
    """The pixels that some HTML takes, wide and on a phone."""
    return height(html, False), height(html, True)


def put_in(app, pagename, templatename, context, doctree):
    """Guess the heights of a chapter's sections."""
    if doctree is not None and app.env.doc2path(pagename).endswith(".ipynb"):
        body = guessed(context["body"])
        context["body"] = body + f"<script>{part(ASSET)}</script>" * (WAITS in body)


def setup(app):
    """When all that stands in a page is there."""
    app.connect("html-page-context", put_in, priority=720)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
