"""Live figures in a page: the still picture in their place, and one copy of what they share.

A widget's output holds its saved state's id and, beside it, an SVG of the state it begins
with. The page shows that picture until `assets/live.js` has the figure running, where there
is no JavaScript, and in print. Figures of one kind carry the same script, style sheet and
module: the page gets each once.
"""

import json
import re
from html import escape

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector, SelectMimeType
from sphinx.transforms.post_transforms import SphinxPostTransform

from theme_figures import inline, notebook_svg

VIEW = "application/vnd.jupyter.widget-view+json"


class PutStillsIn(SphinxPostTransform):
    """Puts the still picture before each widget, while both are there to choose from."""

    default_priority = SelectMimeType.default_priority - 1
    formats = ("html",)

    def run(self, **options):
        def is_widget(node):
            types = [child.get("mime_type") for child in node.children]
            return node.get("nb_element") == "mime_bundle" and VIEW in types

        for number, bundle in enumerate(list(self.document.findall(is_a_container(is_widget)))):
            kinds = {child["mime_type"]: child for child in bundle.children}
            view, picture = kinds[VIEW], kinds.get("image/svg+xml")
            id_ = re.search(r'"model_id":\s*"(\w+)"', view.astext())[1]
            state = saved(self.env, self.env.docname)["state"][id_]["state"]
            still = ""
            if picture is not None:
                image = next(picture.findall(nodes.image))
                still = inline(notebook_svg(self.app, image), f"l{number}-", state.get("alt", ""))
            before, after = (
                f'<p class="{name}">{escape(state[trait])}</p>' if state.get(trait) else ""
                for name, trait in (("live-question", "question"), ("live-caption", "caption"))
            )
            opening = f'<div class="live-box"><div class="live-still">{before}{still}{after}</div>'
            view.insert(0, nodes.raw("", opening, format="html"))
            view.append(nodes.raw("", "</div>", format="html"))


def is_a_container(also):
    return lambda node: isinstance(node, nodes.container) and also(node)


def saved(env, docname):
    """The page's widget state, as the notebook stored it."""
    return json.loads(NbMetadataCollector.get_js_files(env, docname)["ipywidgets_state"][1]["body"])


def share(app, pagename, templatename, context, doctree):
    """Move every long text that the page's figures repeat into one list."""
    files = NbMetadataCollector.get_js_files(app.env, pagename)
    if app.builder.format != "html" or "ipywidgets_state" not in files:
        return
    page, texts = saved(app.env, pagename), []
    if "shared" in page:  # another build has done it
        return

    def once(text):
        if not isinstance(text, str) or len(text) < 500:
            return text
        if text not in texts:
            texts.append(text)
        return {"$shared": texts.index(text)}

    for entry in page["state"].values():
        entry["state"] = {name: once(value) for name, value in entry["state"].items()}
        for buffer in entry.get("buffers", []):
            buffer["data"] = once(buffer["data"])
    body = json.dumps({**page, "shared": texts}, separators=(",", ":"))
    path, options = files["ipywidgets_state"]
    files["ipywidgets_state"] = path, {**options, "body": body.replace("</", r"<\/")}


def setup(app):
    """Before myst-nb chooses among the outputs, and before it adds the page's scripts."""
    app.add_post_transform(PutStillsIn)
    app.connect("html-page-context", share, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
