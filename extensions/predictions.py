"""The contents on the landing page say how many predictions each chapter has.

How many of them the reader has made, `assets/predictions.js` fills in where it runs. The
words stand there before, unseen, so that nothing moves.
"""

import re

from live_figures import page_state

ENTRY = re.compile(r'<li class="toctree-l1"><a [^>]*href="([^"#]+)\.html">.*?</a>')


def keys(env, docname):
    """The keys of a page's predictions, as its notebook stores them."""
    page = page_state(env, docname) or {"state": {}}
    states = [model["state"] for model in page["state"].values()]
    return [state["key"] for state in states if "settled" in state]


def count(app, pagename, templatename, context, doctree):
    """Put the words behind each chapter that has predictions."""
    if pagename != app.config.root_doc:
        return

    def counted(entry):
        found = keys(app.env, entry[1])
        words = f"0 of {len(found)} predictions made"
        named = f'<span class="predictions-made" data-predictions="{" ".join(found)}">'
        return f"{entry[0]} {named}{words}</span>" if found else entry[0]

    context["body"] = ENTRY.sub(counted, context.get("body", ""))


def setup(app):
    """The landing page is written anew with whatever chapter has changed."""
    app.connect("html-page-context", count)
    app.connect("env-updated", lambda app, env: [app.config.root_doc])
    return {"parallel_read_safe": True, "parallel_write_safe": True}
