"""What sphinx-exercise leaves undone: ids that are unique, and a list of all exercises.

`{exercise-list}` lists the exercises of the book chapter by chapter, each with its number, a link,
what it trains (the first line of its check's file), its level, and whether this reader has done it,
which a script fills in.
"""

from importlib import import_module

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from in_page import HERE, joined
from momentumlib.check.chapters import MODULES

#: Every exercise's content has the first of these as its id, every solution's the second.
REPEATED = ["exercise-content"], ["solution-content"]


SCRIPTS = [HERE / "in_page_js" / f"{name}.js" for name in ("element", "kept", "done")]

STYLE = (
    "ul.exercise-list{list-style:none;padding:0}"
    ".exercise-list p{margin:0}.exercise-list li{padding:.4rem 0}"
    ".exercise-trains{color:var(--pst-color-text-muted)}"
    ".exercise-done{color:var(--fig-good);font-weight:600}"
    ".exercises-done{visibility:hidden}"
)


class ExerciseList(SphinxDirective):
    """The place of the list; it is filled when all chapters are read."""

    def run(self):
        """A placeholder, in a page that is read anew whenever the book is built."""
        self.env.note_reread()
        return [exercise_list()]


class exercise_list(nodes.General, nodes.Element):
    """Where the list is to stand."""


def tell_apart(app, doctree):
    """Every content gets an id of its own, of its exercise's label."""
    for section in doctree.findall(nodes.section):
        if section["ids"] in REPEATED:
            section["ids"] = [f"{section.parent['label']}-content"]


def fill(app, doctree, docname):
    """Put the lists in."""
    for place in list(doctree.findall(exercise_list)):
        place.replace_self(listed(app, docname))


def listed(app, docname):
    """The exercises of each chapter; chapters' files sort in reading order."""
    chapters = {}
    for label, found in getattr(app.env, "sphinx_exercise_registry", {}).items():
        if found["type"] == "exercise":
            chapters.setdefault(found["docname"], []).append((label, found["node"]))
    parts = []
    for chapter, exercises in sorted(chapters.items()):
        address = app.builder.get_relative_uri(docname, chapter)
        title = link(address, app.env.titles[chapter].astext())
        numbers = app.env.toc_fignumbers.get(chapter, {}).get("exercise", {})
        items = nodes.bullet_list(classes=["exercise-list"])
        for label, node in exercises:
            number = ".".join(map(str, numbers.get(label, ())))
            items += nodes.list_item("", *item(f"{address}#{label}", number, node))
        # As long as what the script says, so that it moves nothing; unseen where none runs.
        said = f"0 of {len(exercises)} done"
        count = nodes.inline("", said, classes=["exercises-done"])
        head = nodes.paragraph("", "", nodes.strong("", "", title), nodes.Text(" "), count)
        parts.append(nodes.container("", head, items, classes=["exercise-chapter"]))
    style, script = f"<style>{STYLE}</style>", f"<script>{joined(SCRIPTS)}</script>"
    return [nodes.raw("", style, format="html"), *parts, nodes.raw("", script, format="html")]


def item(address, number, node):
    """`1.2 Find the half-life, core`, with a link and a place for the mark; then what it trains."""
    title = node[0][-1].astext()
    level = next(node.findall(nodes.strong)).astext().rstrip(".").lower()
    name = node["label"].removeprefix("ex-").replace("-", "_")
    done = nodes.inline(classes=["exercise-done"], ids=[f"done-{name}"])
    trains = import_module(MODULES[name]).__doc__.splitlines()[0] if name in MODULES else ""
    words = nodes.Text(f"{number} ".lstrip()), link(address, title), nodes.Text(f", {level} "), done
    yield nodes.paragraph("", "", *words)
    yield nodes.paragraph("", trains, classes=["exercise-trains"])


def link(address, text):
    """A link within the book."""
    return nodes.reference("", text, internal=True, refuri=address)


def setup(app):
    """Mend each page as it is read, fill the list when references are resolved."""
    app.add_node(exercise_list)
    app.add_directive("exercise-list", ExerciseList)
    app.connect("doctree-read", tell_apart)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
