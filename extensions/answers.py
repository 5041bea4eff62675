"""What answers a prediction stays folded until the reader has committed to a guess, or skipped.

Authors name it: text in `:::{div} answer`, and code cells with the tag `answer`; it belongs to
the nearest prediction above it. Neighbours share one fold. `assets/predictions.js` unfolds it
while the page is read where the guess is already made; without a script the fold's line does.
A figure is never folded: it may be what the reader wants to look at before deciding.
"""

import re

from docutils import nodes
from sphinx.util import logging

from folded_code import raw

logger = logging.getLogger(__name__)

KEY = re.compile(r'data-prediction="([\w-]+)"')
NAME = "answer"
LINE = "Guess first: what follows gives the answer away. <span>Skip and see</span>"


def find(app, doctree):
    """Tell each answer whose it is, as the document is read."""
    key = None
    for node in doctree.findall(nodes.Element):
        classes = node.get("classes", ())
        if "tag_predict" in classes:
            found = KEY.search(" ".join(raw.astext() for raw in node.findall(is_output)))
            key = found[1] if found else None
        if isinstance(node, nodes.container) and {NAME, f"tag_{NAME}"} & set(classes):
            if key is None:
                logger.warning("an answer without a prediction above it", location=node)
            elif next(node.findall(nodes.image), None) or "live.race(" in node.astext():
                logger.warning("a figure is never folded: %s", key, location=node)
            else:
                node["answers"] = key


def is_output(node):
    """Whether a node may hold a prediction's HTML."""
    return isinstance(node, nodes.raw | nodes.literal_block)


def fold(app, doctree, docname):
    """Put neighbouring answers of one prediction into one fold."""
    if app.builder.format != "html":
        return
    for node in list(doctree.findall(lambda node: isinstance(node, nodes.Element))):
        key = node.get("answers")
        if not key:
            continue
        parent, end = node.parent, node.parent.index(node) + 1
        while end < len(parent) and belongs(parent[end], key):
            end += 1
        start = parent.index(node)
        group = parent[start:end]
        for part in group:
            if isinstance(part, nodes.Element):
                part.attributes.pop("answers", None)
        parent[start:end] = [raw(opening(key)), *group, raw("</details>")]


def belongs(node, key):
    """Whether a node goes on with the answer."""
    return isinstance(node, nodes.comment | nodes.target) or (
        isinstance(node, nodes.Element) and node.get("answers") == key
    )


def opening(key):
    """The fold's beginning."""
    return (
        f'<details class="answers" data-answers="{key}"><summary>{LINE}</summary>'
        "<script>predictions.unfold(document.currentScript.parentElement)</script>"
    )


def setup(app):
    """Before the folds of Deeper sections, which may hold answers."""
    app.connect("doctree-read", find)
    app.connect("doctree-resolved", fold, priority=390)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
