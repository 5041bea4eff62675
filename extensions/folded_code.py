"""Code that a section does not teach is folded, and one switch a page unfolds all of it.

A chapter's code cells are folded but for those with one of the tags of `OPEN`: what a section
teaches has the tag `formula`, and exercises are editors. The code of a cell with the tag
`imports` moves into the next fold, so that it stands between no question and its answer.
The page is written so: no script moves anything, and without scripts each fold opens by itself.
"""

from pathlib import Path

from docutils import nodes

from momentumlib.live.frame.figure import part

HERE = Path(__file__).parent

#: Cells whose code stays as it is.
OPEN = {"tag_formula", "tag_exercise", "tag_check", "tag_solution"}
#: What a fold says; `hide-cell` folds what the code prints, too.
WORDS = {"input": "Code", "all": "Code, and what it prints"}
FOLDED = "folded-code"


def choose(app, doctree):
    """Choose what is folded, as a chapter is read, so that its reading time can be told."""
    imports = []
    for cell in list(doctree.findall(is_code)):  # some of them move
        code = cell.children[0] if cell.children else None
        if not code or code.get("nb_element") != "cell_code_source":
            continue
        if OPEN & set(cell["classes"]):
            continue
        if "tag_imports" in cell["classes"]:
            imports.append(cell)
            continue
        for earlier in reversed(imports):
            code[:0] = earlier[0].children
            earlier.parent.remove(earlier)
        imports = []
        cell["fold"] = cell.attributes.pop("hide_mode", None) or "input"
        cell["classes"].append(FOLDED)


def fold(app, doctree, docname):
    """Fold it, where the page is made."""
    if app.builder.format != "html":
        return
    for cell in list(doctree.findall(is_code)):
        if "fold" in cell:
            end = 1 if cell["fold"] == "input" else len(cell)
            opening = f'<details class="code"><summary>{WORDS[cell["fold"]]}</summary>'
            cell[0:end] = [raw(opening), *cell[0:end], raw("</details>")]


def raw(text):
    """HTML as it stands."""
    return nodes.raw("", text, format="html")


def is_code(node):
    """Whether a node of the document is a notebook's code cell."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def put_in(app, pagename, templatename, context, doctree):
    """What opens all folds for a reader who wants it so, before the first of them is read."""
    body = context.get("body", "")
    if FOLDED in body:
        context["body"] = f"<script>{part(HERE / 'folded_code.js')}</script>{body}"


def setup(app):
    """Fold before the document is stored, and after myst-nb has made its cells."""
    app.connect("doctree-read", choose)
    app.connect("doctree-resolved", fold)
    app.connect("html-page-context", put_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
