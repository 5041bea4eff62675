"""The frame of the pages: what the theme leaves undone.

The theme sends every reader a 1.5 MB script and a 156 kB font for a dozen
icons, eleven style sheets and a search index that only the search page reads.
After the build each new page is mended by the table `MENDS`, its style sheets
become one, and the fonts keep the icons and letters that the book shows. A mend
that finds nothing to mend is a warning: the theme has changed, and the table with it.
"""

import html
import re
import unicodedata
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

import fonts
import styles
from late import late

logger = logging.getLogger(__name__)

#: (pattern, replacement, why) for each page.
MENDS = (
    (
        r'<meta name="viewport" content="width=device-width, initial-scale=1" ?/>\s*',
        "",
        "the theme sets the viewport three times",
    ),
    (
        r'<script defer src="[^"]*scripts/fontawesome\.js[^"]*"></script>\s*',
        "",
        "the icons come from the style sheet and its font",
    ),
    (
        r'<script defer src="[^"]*scripts/bootstrap\.js[^"]*"></script>\s*',
        "",
        "a menu, seven names of buttons and a way to the top: page.js and the style sheet do it",
    ),
    (
        r'<link rel="preload" as="script"[^>]*>\s*',
        "",
        "deferred scripts need no preload, and it competes with the style sheet",
    ),
    (
        r'<script ((?:data-[\w-]+="[^"]*" )?src="[^"]*")></script>',
        r"<script defer \1></script>",
        "no script keeps the text waiting",
    ),
    (
        r'(<html[^>]*) data-theme="auto"',
        r'\1 data-theme="light"',
        "the theme knows no automatic colours before its script has run, or without it",
    ),
    (
        r"document\.documentElement\.dataset\.theme = localStorage[^;]*;",
        "document.documentElement.dataset.theme = ((mode) => mode !== 'auto' ? mode :"
        " matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')"
        "(document.documentElement.dataset.mode);",
        "dark pages are dark from their first moment",
    ),
    (
        r'<div id="ethical-ad-placement".*?</div>\s*',
        "",
        "the book shows no advertisements",
    ),
    (
        r'<body(?=[^>]*>.*<div class="hero)',
        '<body class="landing"',
        "a style sheet that asks a page whether it holds a hero walks all of it at each change",
    ),
    (
        r'(<div id="pst-primary-sidebar")',
        r'\1 role="complementary" aria-label="Book"',
        "a landmark for the sidebar",
    ),
    (
        r'(<button class="sidebar-toggle (primary|secondary)-toggle[^>]*) title="[^"]*"',
        r'\1 title="Toggle \2 sidebar" aria-label="Toggle \2 sidebar"',
        "a name that stays when the tooltip takes the title away",
    ),
    (
        r'(<button class="btn search-button-field[^>]*) title="Search" aria-label="Search"',
        r"\1",
        "the button's text is its name",
    ),
    (
        r'(<i class="theme-switch[^>]*?)\s+title="[^"]*"',
        r'\1 aria-hidden="true"',
        "the button has the name, its icons need none",
    ),
    (
        r'(?:data-bs-)?title="([^"]*)"((?: aria-label="[^"]*")?\s+)data-bs-placement="bottom"'
        r' data-bs-toggle="tooltip"',
        r'data-tip="\1"\2',
        "a button's name is shown by the style sheet",
    ),
    (
        r'\s+data-bs-placement="\w+"\s+data-bs-toggle="tooltip"',
        "",
        "what its words name needs no name beside it",
    ),
    (
        r'<p aria-level="2" class="caption" role="heading">',
        '<p class="caption">',
        "a heading before the page's first heading",
    ),
    (
        r'<summary aria-label="Toggle hidden content">',
        "<summary>",
        "a fold's words are its name",
    ),
    (
        r' role="doc-biblioentry"',
        ' role="listitem"',
        "the bibliography is a list, and a list has items",
    ),
    (
        r'(<table class="[^"]*".*?</table>)',
        r'<div class="table-box">\1</div>',
        "a wide table scrolls in its box",
    ),
    (
        r'<span class="[npw]">([^<]*)</span>',
        r"\1",
        "names, brackets and blanks of a program look like other text",
    ),
    (
        r'<semantics>((?:(?!<semantics>).)*?)<annotation encoding="application/x-tex">[^<]*'
        "</annotation></semantics>",
        r"\1",
        "a formula's source is for nobody's eyes or ears",
    ),
)

#: The same for the theme's scripts.
CALM = (
    (
        r'\["pre"(,"[^"]*")+\]\.join\(", "\)',
        '":not(*)"',
        "to find what scrolls, it lays out all of the page at every change; page.js does not",
    ),
    (
        r'document\.querySelectorAll\(n\.join\(", "\)\)',
        "[]",
        "it looks through all of the page for notes in its margin, and the book has none",
    ),
)

#: Scripts of Sphinx's search, which search.py replaces.
SEARCH = re.compile(
    r'<script (?:defer )?src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>\s*'
)
OPTIONS = re.compile(r'<script (?:defer )?src="[^"]*documentation_options\.js[^"]*"></script>')
#: The pages that no chapter stands behind.
OTHERS = {"genindex": "The index", "search": "The search page"}

#: TeX commands that a description may hold beside Greek letters.
SIGNS = {
    "nabla": "∇", "leftarrow": "←", "to": "→", "times": "×", "approx": "≈", "sqrt": "√",
    "lambda": "λ", "Lambda": "Λ", "varepsilon": "ε", "varphi": "φ", "le": "≤", "neq": "≠",
    "pm": "±", "cdot": "·", "sum": "∑", "partial": "∂", "dots": "…", "top": "ᵀ",
    "frac": "\\frac", "tfrac": "\\frac",
    **{name: name for name in ("ln", "log", "exp", "cos", "min", "max")},
}  # fmt: skip
#: A fraction of single signs, or of what braces hold.
FRACTION = re.compile(r"\\frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))")

#: Published files that no page asks for, or no page any more.
UNUSED = (
    "live.js",
    "predictions.js",
    "stills.js",
    "waits.js",
    "**/*.map",
    "**/*.LICENSE.txt",
    "scripts/fontawesome.js",
    "scripts/bootstrap.js",
    "**/*.ttf",
    "**/*macros.html",
)


def describe(app, pagename, templatename, context, doctree):
    """Give the page its description and the reader's system theme as default."""
    context["default_mode"] = "auto"
    text = f"{OTHERS.get(pagename, pagename)} of the book {app.config.project}"
    if doctree is not None:
        for paragraph in doctree.findall(nodes.paragraph):
            if not isinstance(paragraph.parent, nodes.footnote) and paragraph.astext().strip():
                text = paragraph.astext()
                break
    if 'name="description"' not in context.get("metatags", ""):
        described = html.escape(shortened(plain(text)))
        meta = f'<meta name="description" content="{described}" />\n'
        context["metatags"] = context.get("metatags", "") + meta


def plain(text):
    r"""A paragraph's text on one line, its TeX commands as letters.

    >>> plain(r"Choose \gamma and  \eta \leftarrow 1 together.")
    'Choose γ and η ← 1 together.'
    >>> plain(r"\tfrac12 and \frac{\eta}{1-\gamma}\lambda")
    '1/2 and η/(1-γ)λ'
    """

    def letter(match):
        try:
            return SIGNS.get(match[1]) or unicodedata.lookup(f"GREEK SMALL LETTER {match[1]}")
        except KeyError:
            return ""

    def fraction(match):
        over, under = match[1] or match[2], match[3] or match[4]
        return "/".join(side if len(side) == 1 else f"({side})" for side in (over, under))

    text = FRACTION.sub(fraction, re.sub(r"\\([a-zA-Z]+)", letter, text))
    return re.sub(r"\s+", " ", text).strip()


def shortened(text, limit=155):
    """The text, cut after a whole word where it is longer than `limit`.

    >>> shortened("one two three", 9)
    'one two…'
    """
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def mended(page, static, used):
    """One page after the table; `used` collects the mends that found work."""
    for pattern, replacement, why in MENDS:
        page, count = re.subn(pattern, replacement, page, flags=re.DOTALL)
        if count:
            used.add(why)
    options = (static / "documentation_options.js").read_text("utf-8")
    page = OPTIONS.sub(lambda _: f"<script>{options}</script>", page)
    return late(SEARCH.sub("", page))


def calm(static, used):
    """Mend the theme's scripts after the table `CALM`."""
    for name in ("pydata-sphinx-theme", "sphinx-book-theme"):
        path = static / "scripts" / f"{name}.js"
        text = path.read_text("utf-8")
        for pattern, replacement, why in CALM:
            text, count = re.subn(pattern, replacement, text)
            if count:
                used.add(why)
        path.write_text(text, encoding="utf-8")


def finish(app, exception):
    """Mend the pages that this build wrote; the others have their mends."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    pages = {p: p.read_text("utf-8") for p in out.rglob("*.html") if static not in p.parents}
    fresh, used = [path for path, page in pages.items() if not styles.BUNDLE.search(page)], set()
    for path in fresh:
        pages[path] = mended(pages[path], static, used)
    calm(static, used)
    if len(fresh) == len(pages):
        for why in [why for _, _, why in MENDS + CALM if why not in used]:
            logger.warning("page.py has a mend that found nothing to mend: %s", why, type="page")
    for pattern in UNUSED:
        for path in static.glob(pattern):
            path.unlink()
    for path, page in styles.bundle(pages, static).items():
        if page != pages[path] or path in fresh:
            path.write_text(page, encoding="utf-8")
        pages[path] = page
    fonts.shrink_all(list(pages.values()), static)
    current = {link[1] for page in pages.values() for link in styles.BUNDLE.finditer(page)}
    for path in static.glob("book-????????.css"):
        if path.name not in current:
            path.unlink()


def setup(app):
    """Describe pages as they are written, mend them when all are there."""
    # Jupyter Book sets this option of an extension that this book does not load.
    app.add_config_value("comments_config", {}, "", dict)
    app.connect("html-page-context", describe)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
