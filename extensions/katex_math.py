"""Mathematics set by KaTeX while the book is built.

The pages carry finished HTML for the eye and MathML for screen readers; a
browser needs the style sheet and its fonts, and no script. A formula that
KaTeX cannot set is a warning that names its line, and the book builds with
warnings as errors.
"""

import atexit
import json
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from symbols import in_formula

KATEX = Path(__file__).parent / "vendor" / "katex.min.js"

#: Environments that KaTeX numbers by itself; the book's numbers come from Sphinx.
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat)\}")

logger = logging.getLogger(__name__)


@cache
def engine():
    """A JavaScript engine with KaTeX loaded, one a build.

    KaTeX warns on the console about input that LaTeX would refuse; `strict:
    "error"` turns those into errors, and this engine has no console.
    """
    js = MiniRacer()
    # Left to the end of the interpreter, its thread can no longer be joined (Python 3.13).
    atexit.register(js.close)
    js.eval(KATEX.read_text(encoding="utf-8"))
    js.eval(
        "const set = (tex, displayMode, macros) => katex.renderToString(tex,"
        " {displayMode, macros, output: 'htmlAndMathml', strict: 'error', throwOnError: true})"
    )
    return js


@cache
def render(tex, display, macros="{}"):
    """The HTML of one formula.

    `tex` is the formula without dollar signs, `display` tells whether it stands
    on a line of its own, `macros` is a JSON object. Raises ValueError with
    KaTeX's own message where the formula is wrong.

    >>> render("x^2", False).startswith('<span class="katex">')
    True
    >>> render(r"\\frac{1", False)
    Traceback (most recent call last):
    ...
    ValueError: KaTeX parse error: Unexpected end of input...
    """
    try:
        return engine().eval(f"set({json.dumps(tex)}, {json.dumps(display)}, {macros})")
    except JSEvalException as error:
        found = re.search(r"KaTeX parse error: [^\n]*|LaTeX-incompatible [^\n]*", str(error))
        raise ValueError(found[0].replace("\u0332", "") if found else str(error)) from None


def display_tex(text, nowrap):
    """The formula as Sphinx means it: paragraphs are lines, `\\\\` splits a line."""
    if nowrap:
        return NUMBERED.sub(r"\\\1{\2*}", text)
    parts = [part for part in text.split("\n\n") if part.strip()]
    split = [rf"\begin{{split}}{p}\end{{split}}" if r"\\" in p else p for p in parts]
    if len(split) < 2:
        return "".join(split)
    return r"\begin{aligned}" + r"\\".join(split) + r"\end{aligned}"


def html_of(writer, node, tex, display):
    """The formula's HTML; where KaTeX refuses it, a warning and the source text."""
    try:
        return render(tex, display, json.dumps(writer.config.katex_macros))
    except ValueError as error:
        logger.warning("%s (in %r)", error, node.astext(), location=node, type="katex")
        return f"<code>{writer.encode(node.astext())}</code>"


def visit_math(writer, node):
    """An inline formula."""
    writer.body.append(writer.starttag(node, "span", "", CLASS="math notranslate"))
    writer.body.append(html_of(writer, node, node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_math_block(writer, node):
    """A formula on a line of its own, in a box that scrolls where the screen is narrow."""
    tex = display_tex(node.astext(), node.get("nowrap", False))
    writer.body.append(writer.starttag(node, "div", "", CLASS="math notranslate"))
    formula = html_of(writer, node, tex, display=True)
    if node.get("label") in writer.config.symbols_in:
        formula = in_formula(formula)
    writer.body.append(f'<div class="math-box" tabindex="0">{formula}</div>')
    if node.get("number"):
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


#: The fonts in the style sheet (fonts.py) are ready before the first formula is drawn with others.
READY = 'for (const font of ["1em KaTeX_Main", "italic 1em KaTeX_Math"]) document.fonts.load(font);'


def add_style(app, pagename, templatename, context, doctree):
    """The style sheet, on the pages that have mathematics."""
    if doctree is not None and next(doctree.findall(is_math), None) is not None:
        app.add_css_file("katex/katex.min.css")
        app.add_js_file(None, body=READY)


def keep_marks(app, doctree, docname):
    """Tie a short formula to the comma or full stop behind it: alone it could begin a line."""
    for formula in list(doctree.findall(nodes.math)):
        text = formula.next_node(descend=False, siblings=True)
        mark = re.match(r"[.,;:?!)’]+", text.astext()) if isinstance(text, nodes.Text) else None
        if mark and (len(formula.astext()) <= 40 or signs(formula.astext()) <= 20):
            tied = nodes.inline("", "", classes=["tied"])
            formula.replace_self(tied)
            tied += [formula, nodes.Text(mark[0])]
            siblings = text.parent.children  # by identity: another text may read the same
            place = next(i for i, node in enumerate(siblings) if node is text)
            text.parent[place] = nodes.Text(text.astext()[mark.end() :])


def signs(tex):
    """About how many signs a formula has, side by side: a command makes one.

    >>> signs(r"v \\leftarrow \\gamma v + \\eta\\nabla J(\\theta-\\gamma v)")
    14
    """
    return len(re.sub(r"\\[A-Za-z]+|[{}^_\s]", lambda m: "x" * m[0].startswith("\\"), tex))


def is_math(node):
    """Whether a node of the document is a formula."""
    return isinstance(node, nodes.math | nodes.math_block)


def setup(app):
    """Offer the renderer; `html_math_renderer: katex` chooses it."""
    app.add_config_value("katex_macros", {}, "html", dict)
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("html-page-context", add_style)
    app.connect("doctree-resolved", keep_marks)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
