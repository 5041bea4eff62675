"""The page of spaced questions: those that the chapters ask, asked again when they are due.

`{spaced-questions}` makes them of the chapters' predictions, as the notebooks store them, and of
the exercises: a solution with a gap, and lines for it that make known mistakes. Each wrong option
has the sentence that the chapter, or the check, says of it. What a reader knows is kept in their
browser alone; nothing of this is in any other page.
"""

import json
import re
import sys
from importlib import import_module
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from deeper import capital
from in_page import HERE, TOOLS, joined
from live_figures import stored
from momentumlib.check.chapters import CHAPTERS, MODULES
from momentumlib.check.engine.gaps import gaps
from momentumlib.live.frame.notebook import opened

sys.path.insert(0, str(TOOLS))
from exercises import defined, exercises

CHAPTER = re.compile(r"\d\d_.*")
HEADING = re.compile(r"^#+ (?:Deeper: )?(.+)$", re.MULTILINE)
#: Most questions of one exercise.
MOST = 2
SCRIPTS = [HERE / "in_page_js" / f"{name}.js" for name in ("element", "kept")]
SCRIPTS += [HERE.parent / "momentumlib" / "predict" / "nearness.js"]
SCRIPTS += [HERE / "questions_js" / f"{name}.js" for name in ("leitner", "questions")]
STYLE = HERE / "questions_js" / "questions.css"
#: What a question needs of a prediction.
ASKED = "kind", "question", "options", "wrong", "answer", "axes", "said", "model"


class SpacedQuestions(SphinxDirective):
    """The questions, as data, and the script that asks them."""

    def run(self):
        """The page's part, which is made anew when a chapter changes."""
        self.env.note_reread()
        files = sorted(path for path in Path(self.env.srcdir).glob("chapters/*.ipynb"))
        found = list(questions(files))
        data = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        titles = json.dumps(list(CHAPTERS), ensure_ascii=False)
        text = (
            f"<style>{STYLE.read_text(encoding='utf-8')}</style>"
            f'<div class="spaced" id="spaced-questions"><p>{len(found)} questions.</p></div>'
            "<noscript><p>They are asked by a script, and JavaScript is off; each stands in its "
            "chapter as well.</p></noscript>"
            f'<script type="application/json" id="spaced-data">{data}</script>'
            f"<script>{joined(SCRIPTS, f'const TITLES = {titles};')}</script>"
        )
        return [nodes.raw("", text, format="html")]


def questions(files):
    """Every question, as plain data, in the order of the book."""
    asked = set()
    for number, path in enumerate(filter(lambda p: CHAPTER.match(p.stem), files), 1):
        states = {m["state"]["key"]: m["state"] for m in stored(opened(path)).values()
                  if "settled" in m["state"]}  # fmt: skip
        notebook = nbformat.read(path, as_version=4)
        found = {each.check.id: each for each in exercises(notebook)}
        section = ""
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and (headings := HEADING.findall(cell.source)):
                section = capital(headings[-1])
            elif "predict" in cell.metadata.get("tags", []):
                key = next(key for key in states if f'"{key}"' in cell.source)
                yield {"id": key, "chapter": number, "section": section,
                       "place": f"{path.stem}.html#{key}", **prediction(states[key])}  # fmt: skip
            elif each := found.get(cell.id):
                place = {"chapter": number, "section": each.title,
                         "place": f"{path.stem}.html#{each.label}"}  # fmt: skip
                for gap in asked_of(each, asked):
                    yield {"id": f"{each.label}-{gap.number}", **place, **line(each, gap)}


def prediction(state):
    """A prediction's question."""
    return {name: state[name] for name in ASKED if state.get(name)} | {"why": state["why_skipped"]}


def asked_of(each, asked):
    """The gaps of an exercise whose lines no earlier one asks for."""
    exercise = getattr(import_module(MODULES[each.name]), "EXERCISE", None)
    new = [gap for gap in gaps(exercise) if gap.right not in asked] if exercise else []
    asked.update(gap.right for gap in new[:MOST])
    return new[:MOST]


def line(each, gap):
    """The question which line belongs into a gap."""
    exercise = import_module(MODULES[each.name]).EXERCISE
    (name,) = defined(each.stub.source) & each.answers()
    head = f"def {name}({', '.join(exercise.takes)}):"
    lines = [head, *(f"    {text}" for text in gap.lines)]
    gap_at = gap.number + 1
    indent = lines[gap_at][: -len(gap.right)]
    return {
        "kind": "choice", "question": "Which line belongs into the gap?",
        "code": [*lines[:gap_at], None, *lines[gap_at + 1 :]], "indent": indent,
        "options": [gap.right, *gap.wrong], "wrong": ["", *gap.wrong.values()],
        "answer": gap.right, "why": "",
    }  # fmt: skip


def setup(app):
    """One directive."""
    app.add_directive("spaced-questions", SpacedQuestions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
