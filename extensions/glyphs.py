"""The letters of a page's drawings, each once.

Matplotlib gives each drawing outlines of its own for the letters that it shows: in a chapter
with a dozen figures a quarter of what the page weighs. Here all figures of a page share one set,
which stands before the first of them. It is no file, since a page opened from disk may not take
shapes out of one.
"""

import re

GLYPH = re.compile(r'<path id="([\w-]+)" d="([^"]*)" transform="scale\(0\.015625\)" ?/>')
USE = re.compile(r'<use href="#([\w-]+)"')
FIGURE = re.compile(r'<svg class="figure"')
#: A letter's place in its line: `x` says the same.
SHIFT = re.compile(r'(<use href="#g\d+") transform="translate\((-?[\d.]+) 0\)"')
SET = '<svg class="glyphs" width="0" height="0" aria-hidden="true"><defs>{}</defs></svg>'


def shared(page):
    """The page's HTML with every letter of its drawings once, named g0, g1, …

    >>> letter = '<path id="f1-A" d="m1 2" transform="scale(0.015625)" />'
    >>> figure = f'<svg class="figure"><defs>{letter}</defs><use href="#f1-A" /></svg>'
    >>> page = shared(figure + figure.replace("f1", "f2"))
    >>> page.count("m1 2"), page.count('<use href="#g0" />'), "f1" in page, page.count("<defs>")
    (1, 2, False, 1)
    """
    names, numbers = {}, {}
    for name, outline in GLYPH.findall(page):
        names[name] = f"g{numbers.setdefault(outline, len(numbers))}"
    if not names:
        return page
    page = GLYPH.sub("", page).replace("<defs></defs>", "")
    page = USE.sub(lambda use: f'<use href="#{names.get(use[1], use[1])}"', page)
    page = SHIFT.sub(r'\1 x="\2"', page)
    paths = "".join(
        f'<path id="g{number}" d="{outline}" transform="scale(0.015625)" />'
        for outline, number in numbers.items()
    )
    return FIGURE.sub(lambda figure: SET.format(paths) + figure[0], page, count=1)


def with_its_letters(piece, page):
    """A piece of a page that is shown elsewhere, and the letters that its drawings take.

    >>> page = shared('<svg class="figure"><path id="a" d="m1 2" transform="scale(0.015625)" />'
    ...               '<use href="#a" /></svg>')
    >>> with_its_letters('<use href="#g0" />', page).count("m1 2")
    1
    """
    return of(page, set(USE.findall(piece))) + piece


def of(page, names):
    """The set with those of a page's letters that have these names; "" where there are none."""
    paths = "".join(glyph[0] for glyph in GLYPH.finditer(page) if glyph[1] in names)
    return SET.format(paths) if paths else ""


def put_in(app, pagename, templatename, context, doctree):
    """Share the letters of a page that is written."""
    if app.builder.format == "html" and "body" in context:
        context["body"] = shared(context["body"])


def setup(app):
    """When all that stands in a page is there."""
    app.connect("html-page-context", put_in, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
