"""What pages know of predictions: where guesses are kept, and how many each chapter has.

`assets/predictions.js` stands in a page before its predictions, which begin while the page
is read and ask it for their guesses. On the landing page it fills in, behind each chapter,
how many predictions are made; the words stand there before, unseen, so that nothing moves.
"""

import re
from pathlib import Path

from live_figures import stored
from momentumlib.live.frame.figure import part
from momentumlib.live.frame.notebook import opened

KEPT = Path(__file__).parent.parent / "assets" / "predictions.js"
ENTRY = re.compile(r'<li class="toctree-l1"><a [^>]*href="([^"#]+)\.html">.*?</a>')


def keys(notebook):
    """The keys of a notebook's predictions, as it stores them; none for another file."""
    if notebook.suffix != ".ipynb":
        return []
    states = [model["state"] for model in stored(opened(notebook)).values()]
    return sorted(state["key"] for state in states if "settled" in state)


def put_in(app, pagename, templatename, context, doctree):
    """Put the script into pages with predictions, and the words behind each chapter."""
    landing = pagename == app.config.root_doc

    def counted(entry):
        found = keys(Path(app.env.doc2path(entry[1])))
        words = f"0 of {len(found)} predictions made"
        named = f'<span class="predictions-made" data-predictions="{" ".join(found)}">'
        return f"{entry[0]} {named}{words}</span>" if found else entry[0]

    body = context.get("body", "")
    if landing or "data-prediction=" in body:
        script = f"<script>{part(KEPT)}</script>"
        context["body"] = script + (ENTRY.sub(counted, body) if landing else body)


def setup(app):
    """The landing page is written anew with whatever chapter has changed."""
    app.connect("html-page-context", put_in)
    app.connect("env-updated", lambda app, env: [app.config.root_doc])
    return {"parallel_read_safe": True, "parallel_write_safe": True}
