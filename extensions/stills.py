"""Drawings that wait: a page's text holds those of its first screen, the others come after it.

A drawing is hundreds of elements, and a chapter has a dozen: with all of them it shows its first
words later. Here each that stands behind a page's opening leaves an empty drawing of its size,
with its words for those who cannot see it. A script brings the rest, since a page opened from
disk may load one: `assets/stills.js` puts a drawing in when it comes near the screen, and all of
them before they are printed. Without JavaScript each is an image.
"""

import json
import re
from html import escape, unescape
from pathlib import Path

import beside
import glyphs
from momentumlib import palette

ASSET = Path(__file__).parent.parent / "assets" / "stills.js"
FOLDER = "stills"
DRAWING = re.compile(r'<svg class="figure"([^>]*)>(.*?)</svg>', re.DOTALL)
LETTERS = re.compile(r'<svg class="glyphs".*?</svg>', re.DOTALL)
WAITING = re.compile(
    r'<svg class="figure"([^>]*) data-still="(\d+)"></svg><noscript>.*?</noscript>', re.DOTALL
)
#: A page's opening, which is its first screen, ends here.
OPENING = re.compile(r"<h2\b|<div class=\"live-box\"")


def apart(page, address):
    """A page without the drawings behind its opening, and those: [(attributes, what is in it)].

    `address` is that of their images, with {} for the number.

    >>> drawing = '<svg class="figure" viewBox="0 0 4 3" aria-label="A hill.">{}</svg>'
    >>> page, drawings = apart(f"{drawing.format('<a/>')}<h2>{drawing.format('<b/>')}", "{}.svg")
    >>> drawings
    [(' viewBox="0 0 4 3" aria-label="A hill."', '<b/>')]
    >>> whole(page, drawings) == f"{drawing.format('<a/>')}<h2>{drawing.format('<b/>')}"
    True
    """
    begun = OPENING.search(page)
    drawings = []

    def shell(drawing):
        number, (attributes, inside) = len(drawings), drawing.groups()
        drawings.append((attributes, inside))
        style = named(attributes, "style")
        alt = escape(named(attributes, "aria-label"))
        image = f'<img class="figure" src="{address.format(number)}" alt="{alt}" style="{style}">'
        return (
            f'<svg class="figure"{attributes} data-still="{number}"></svg>'
            f"<noscript>{image}</noscript>"
        )

    at = begun.start() if begun else len(page)
    return page[:at] + DRAWING.sub(shell, page[at:]), drawings


def named(attributes, name):
    """The value of an attribute."""
    found = re.search(rf' {name}="([^"]*)"', attributes)
    return unescape(found[1]) if found else ""


def whole(page, drawings):
    """The page with its drawings."""
    return WAITING.sub(
        lambda shell: f'<svg class="figure"{shell[1]}>{drawings[int(shell[2])][1]}</svg>', page
    )


def image(attributes, inside, page):
    """A drawing as a file of its own, in the light colours: a page without scripts has them."""
    view = named(attributes, "viewBox")
    width, height = view.split()[2:]
    colours = "".join(f"--fig-{role}:{colour};" for role, colour in palette.LIGHT.items())
    style = f":root{{{colours}fill:var(--fig-ink);stroke-linejoin:round;stroke-linecap:butt}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{width}" '
        f'height="{height}"><style>{style}</style>{glyphs.with_its_letters(inside, page)}</svg>\n'
    )


def divided(body, address):
    """A page's text with empty drawings, its drawings, and the letters that they bring."""
    page, drawings = apart(body, address)
    there = set(glyphs.USE.findall(page))
    more = set(glyphs.USE.findall("".join(inside for _, inside in drawings))) - there
    return LETTERS.sub(glyphs.of(body, there), page), drawings, glyphs.of(body, more)


def put_apart(app, pagename, templatename, context, doctree):
    """Write a page's script and images, and leave empty drawings in it."""
    if app.builder.format != "html" or "body" not in context:
        return
    name, up = Path(pagename).name, "../" * pagename.count("/")
    folder = Path(app.outdir, "_static", FOLDER)
    for old in [*folder.glob(f"{name}-*.svg"), *folder.glob(f"{name}.js")]:
        old.unlink()
    body = context["body"]
    page, drawings, letters = divided(body, f"{up}_static/{FOLDER}/{name}-{{}}.svg")
    if not drawings:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for number, drawing in enumerate(drawings):
        path = folder / f"{name}-{number}.svg"
        path.write_text(image(*drawing, body), encoding="utf-8")
    # Functions, so that a browser makes texts of those alone that are shown.
    lines = "".join(f"() => {text(inside)},\n" for _, inside in drawings)
    script = f"{ASSET.read_text('utf-8')}stills.store({text(letters)}, [\n{lines}]);\n"
    context["body"] = page + beside.put(app, pagename, FOLDER, script)


def text(words):
    """Words as a script writes them, on one line."""
    return json.dumps(words, ensure_ascii=False)


def completed(page, name, static):
    """A written page with the drawings that it asks for, for whoever reads it as a file."""
    path = static / FOLDER / f"{Path(name).stem}.js"
    if not WAITING.search(page):
        return page
    data = path.read_text("utf-8").rsplit("stills.store(", 1)[1]
    letters, *insides = [
        json.loads(line.removeprefix("() => ").removesuffix(",").removesuffix(", ["))
        for line in data.removesuffix("]);\n").strip("\n").split("\n")
    ]
    page = whole(page, [("", inside) for inside in insides])
    return page.replace("</body>", f"{letters}</body>")


def setup(app):
    """When the letters of a page's drawings are shared."""
    app.connect("html-page-context", put_apart, priority=710)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
