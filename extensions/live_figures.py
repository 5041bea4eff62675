"""Live figures in a page: the still picture in their place, and one copy of what they share.

A widget's output holds its saved state's id and, beside it, an SVG of the state it begins
with. The page shows that picture until `assets/live.js` has the figure running, where there
is no JavaScript, and in print. Figures of one kind carry the same script, style sheet and
module: the page gets each once.
"""

import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector, SelectMimeType
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from theme_figures import inline, notebook_svg

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


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
            if "text/html" in kinds:  # a prediction has its own words for this
                opening = f'<div class="live-box"><div class="live-still">{kinds["text/html"].astext()}</div>'
            else:
                id_ = re.search(r'"model_id":\s*"(\w+)"', view.astext())[1]
                state = saved(self.env, self.env.docname)["state"][id_]["state"]
                image = picture and next(picture.findall(nodes.image))
                opening = still(state, image and notebook_svg(self.app, image), f"l{number}-")
            view.insert(0, nodes.raw("", opening, format="html"))
            view.append(nodes.raw("", "</div>", format="html"))


def still(state, svg, prefix):
    """The box of a live figure, opened, with what stands in it until the figure runs."""
    question, caption = (
        f'<p class="{name}">{escape(state[trait])}</p>' if state.get(trait) else ""
        for name, trait in (("live-question", "question"), ("live-caption", "caption"))
    )
    picture = inline(svg, prefix, state.get("alt", "")) if svg else ""
    return f'<div class="live-box"><div class="live-still">{question}{picture}{caption}</div>'


class Live(SphinxDirective):
    """`{live} chapters/notebook#key`: the live figure `key` of a notebook, on another page."""

    required_arguments = 1

    def run(self):
        """The figure's box with its state, as the notebook stores them."""
        name, key = self.arguments[0].split("#")
        path = Path(self.env.srcdir, f"{name}.ipynb")
        self.env.note_dependency(str(path))
        notebook = json.loads(path.read_text(encoding="utf-8"))
        models = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
        found = [id_ for id_, model in models.items() if model["state"].get("key") == key]
        if not found:
            raise self.error(f"{name}.ipynb holds no live figure with the key {key}")
        outputs = [
            o["data"] for cell in notebook["cells"] for o in cell.get("outputs", []) if "data" in o
        ]
        output = next(o for o in outputs if o.get(VIEW, {}).get("model_id") == found[0])
        box = still(
            models[found[0]]["state"], "".join(output["image/svg+xml"]), f"e{found[0][:6]}-"
        )
        saved = {"version_major": 2, "version_minor": 0, "state": {found[0]: models[found[0]]}}
        scripts = (script(VIEW, output[VIEW]), script(STATE, saved))
        return [
            nodes.raw("", f"{box}{''.join(scripts)}</div>", format="html", classes=["live-page"])
        ]


def script(kind, data):
    """Data for the page's host."""
    text = json.dumps(data, separators=(",", ":")).replace("</", r"<\/")
    return f'<script type="{kind}">{text}</script>'


def load_host(app, pagename, templatename, context, doctree):
    """The host, on pages whose only live figures come from elsewhere."""
    if doctree is not None and any(
        "live-page" in n.get("classes", []) for n in doctree.findall(nodes.raw)
    ):
        app.add_js_file("live.js", defer="defer")


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
    app.add_directive("live", Live)
    app.connect("html-page-context", load_host)
    app.connect("html-page-context", share, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
