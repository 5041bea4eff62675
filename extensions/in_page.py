"""Exercises that are answered in the page: Python in the book, for pages that have exercises.

`tools/page_python` makes what runs there, once for all builds; the book gets it once for all
pages, in its folder `python`, and nothing of it is loaded before a reader goes to an editor.
Where it cannot be made (no NumPy for Pyodide, no npm, no network) the book is as without it, the
build says so in a line, and the pages say how answers are checked elsewhere.
"""

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from sphinx.errors import ExtensionError

HERE = Path(__file__).parent
TOOLS = HERE.parent / "tools"
SCRIPTS = [
    HERE / "in_page_js" / f"{name}.js"
    for name in ("element", "lazy", "kept", "python", "editor", "runner", "exercises", "edit")
]
#: Loaded when a reader asks for a link, or comes by one.
LINKS = [HERE / "in_page_js" / f"{name}.js" for name in ("element", "links")]
#: What a page loads when a reader first changes a cell.
CELLS = [HERE / "in_page_js" / f"{name}.js" for name in ("simulate", "cells")]

#: Its exit code where something that it needs is missing.
MISSING = 3
EXERCISE = '<div class="exercise admonition"'
ELSEWHERE = (
    '<p class="answers-elsewhere">Run this chapter with <code>make lab</code> to have your '
    "answers checked.</p>"
)


def packs(app, config):
    """Have the page's Python made; `config.in_page` is its folder, "" where there is none."""
    command = [sys.executable, "-m", "page_python"]
    done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True)
    if done.returncode not in (0, MISSING):
        raise ExtensionError(f"the page's Python cannot be made:\n{done.stderr}")
    config.in_page = done.stdout.strip()
    if said := done.stderr.strip():
        print(said if config.in_page else f"Pages without Python: {said}", file=sys.stderr)


def write_script(app):
    """The pages' script, with the names of what it loads, and the scripts that it loads."""
    if app.config.in_page and app.builder.format == "html":
        cells = joined(CELLS, f"const HIDDEN = {json.dumps(hidden(Path(app.srcdir)))};")
        names = Path(app.config.in_page, "packs.json").read_text(encoding="utf-8")
        put(app, "in_page.js", script(names, cells))
        put(app, "in_page_cells.js", cells)
        put(app, "answer_links.js", joined(LINKS))
        app.add_css_file("in_page.css")


def put(app, name, text):
    """A script among the book's own."""
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    (static / name).write_text(text, encoding="utf-8")


def script(names, cells):
    """The pages' script, which knows the packs' names, and `cells`, which it loads later."""
    mark = hashlib.sha256(cells.encode()).hexdigest()[:8]
    return joined(SCRIPTS, f'const PACKS = {names}, CELLS = "in_page_cells.js?v={mark}";')


def hidden(source):
    """The code that pages do not show, and that cells may need: {page: [code, …]}.

    It is that of the predictions, without the predictions, which ask nobody a second time, and
    without what only they read.
    """
    pages = {}
    for path in sorted(source.glob("chapters/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        tagged = (cell for cell in cells if "remove-input" in cell["metadata"].get("tags", []))
        pages[f"{path.stem}.html"] = [
            without_predictions("".join(c["source"]), codes) for c in tagged
        ]
    return pages


def without_predictions(code, others=()):
    """Code without the lines that only ask, and without values that neither it nor others read.

    >>> asks = "x = 1; y = x\\nml.predict.number('a', 'How many?', 0, 9, answer=y)"
    >>> without_predictions(asks, ["print(x)"])
    'x = 1'
    >>> without_predictions("x = {}; x[1] = 2; y = 3", ["print(x)"])
    'x = {}\\nx[1] = 2'
    """
    tree = ast.parse(code)
    asks = lambda node: isinstance(node, ast.Expr) and "ml.predict" in ast.unparse(node)
    tree.body = [node for node in tree.body if not asks(node)]
    elsewhere = set().union(*(wanted(ast.parse(other)) for other in others if other != code))
    for node in reversed(tree.body[:]):
        if isinstance(node, ast.Assign | ast.AugAssign):
            at = tree.body.index(node)
            # What adds to a value is of no use to what stands before it.
            before = tree.body[:at] if isinstance(node, ast.Assign) else []
            rest = elsewhere.union(*map(read, before + tree.body[at + 1 :]))
            if made(node) and not made(node) & rest:  # `x["a"] = 1` makes no name, and stays
                del tree.body[at]
    return ast.unparse(tree)


def made(tree, kind=ast.Store):
    """The names that code sets, but for those that a comprehension keeps to itself."""
    nodes = list(ast.walk(tree))
    loops = [node.target for node in nodes if isinstance(node, ast.comprehension)]
    inside = [name for target in loops for name in ast.walk(target)]
    names = (n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, kind))
    return {name.id for name in names if name not in inside}


def read(tree):
    """The names that code reads, or adds to."""
    added = (node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign))
    return made(tree, ast.Load).union(*map(made, added))


def wanted(tree):
    """The names that a cell reads before it has set them."""
    found, own = set(), set()
    for node in tree.body:
        found |= read(node) - own
        own |= made(node)
    return found


def joined(scripts, begin=""):
    """Some scripts as one, without comments and exports."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    text = re.sub(r"^\s*(//.*|/\*\*.*\*/)$|\s+// .*$|^ +|^export ", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n\s*\n+", "\n", text).strip()
    return f'(() => {{\n"use strict";\n{begin}\n{text}\n}})();\n'


def put_in(app, pagename, templatename, context, doctree):
    """The script in pages with exercises; and, where it does not run, what to do instead."""
    body = context.get("body", "")
    if EXERCISE in body:
        said = ELSEWHERE
        if app.config.in_page:
            app.add_js_file("in_page.js", loading_method="defer")
            said = f"<noscript>{said}</noscript>"
        context["body"] = body.replace(EXERCISE, said + EXERCISE, 1)


def copy(app, exception):
    """The packs into the book, and none of an earlier build."""
    if exception or app.builder.format != "html":
        return
    out, names = Path(app.outdir, "python"), set()
    if app.config.in_page:
        out.mkdir(exist_ok=True)
        for path in Path(app.config.in_page).iterdir():
            names.add(path.name)
            shutil.copy(path, out)
    for path in out.glob("*"):
        if path.name not in names:
            path.unlink()


def setup(app):
    """Known before pages are read: whether there is Python changes all of them."""
    app.add_config_value("in_page", "", "html", str)
    app.connect("config-inited", packs)
    app.connect("builder-inited", write_script)
    app.connect("html-page-context", put_in)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
