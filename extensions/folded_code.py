"""Code that a section does not teach is folded, and one switch a page unfolds all of it.

A chapter's code cells are folded but for those with one of the tags of `OPEN`: what a section
teaches has the tag `formula`, and exercises are editors. The code of a cell with the tag
`imports` moves into the next fold, so that it stands between no question and its answer.
The page is written so: no script moves anything, and without scripts each fold opens by itself.
"""

from pathlib import Path

from docutils import nodes

HERE = Path(__file__).parent

#: Cells whose code stays as it is.
OPEN = {"tag_formula", "tag_exercise", "tag_check", "tag_solution"}
#: What a fold says when it is closed and open; `hide-cell` folds what the code prints, too.
WORDS = {
    "input": ("Code", "Hide the code"),
    "all": ("Code, and what it prints", "Hide the code"),
}
FOLDED = "folded-code"


def fold(app, doctree):
    """Fold a chapter's code, as it is read; myst-nb writes the folds."""
    imports = []
    for cell in doctree.findall(is_code):
        code = cell.children[0] if cell.children else None
        if not code or code.get("nb_element") != "cell_code_source":
            continue
        if OPEN & set(cell["classes"]):
            continue
        if "tag_imports" in cell["classes"]:
            imports.append(cell)
            continue
        for earlier in imports:
            code[:0] = earlier[0].children
            earlier.parent.remove(earlier)
        imports = []
        mode = cell["hide_mode"] = cell.get("hide_mode") or "input"
        cell["prompt_show"], cell["prompt_hide"] = WORDS[mode]
        cell["classes"].append(FOLDED)


def is_code(node):
    """Whether a node of the document is a notebook's code cell."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def put_in(app, pagename, templatename, context, doctree):
    """What opens all folds for a reader who wants it so, before the first of them is read."""
    body = context.get("body", "")
    if FOLDED in body:
        script = (HERE / "folded_code.js").read_text(encoding="utf-8")
        context["body"] = f"<script>{script}</script>{body}"


def setup(app):
    """Fold before the document is stored, and after myst-nb has made its cells."""
    app.connect("doctree-read", fold)
    app.connect("html-page-context", put_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
