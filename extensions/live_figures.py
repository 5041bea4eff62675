"""Live figures in a page: the still picture in their place, and one copy of what they share.

A notebook stores a figure's state without the library's scripts; a page gets them when its
notebook is read. A widget's output holds its saved state's id and, beside it, an SVG of the
state it begins with. The page shows that picture in print, where there is no JavaScript, and
where the figure fails. Figures of one kind carry the same script, style sheet and module: the
page gets each once. What its first figure needs stands before it, with the page's host, so that
it can begin while the page is still being read; what the others need is a script beside the page.
"""

import json
import re
from collections import Counter
from html import escape
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector, SelectMimeType
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

import beside
import momentumlib
from momentumlib.live.frame.figure import EXPORTS, PARTS, part
from momentumlib.live.frame.notebook import STATE, VIEW, filled, opened, outputs
from previews import element
from theme_figures import inline, notebook_svg

ASSETS = Path(__file__).parent.parent / "assets"

HOST = ASSETS / "live.js"

#: What a page's figures are made of beside its notebook.
LIBRARY = Path(momentumlib.__file__).parent
SOURCES = [
    path for kind in ("live", "predict") for path in sorted((LIBRARY / kind).rglob("*.[jc]s*"))
]

#: A figure's own part of its script (`momentumlib.live.frame.figure.PARTS`), and what it exports.
MODULE = re.compile(r"((?:(?!^(?:import|export)\b).)*)^export default (\{.*?\});\s*", re.M | re.S)


def put_scripts_in(app, docname, source):
    """Give a notebook's figures what the library has of them, before myst-nb reads it."""
    if app.env.doc2path(docname).endswith(".ipynb"):
        source[0] = json.dumps(filled(json.loads(source[0])))
        for path in SOURCES:
            app.env.note_dependency(str(path))


class PutStillsIn(SphinxPostTransform):
    """Puts each widget into its box, while its still picture is there to choose."""

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
                rest = after_view(kinds["text/html"].astext())
            else:
                id_ = re.search(r'"model_id":\s*"(\w+)"', view.astext())[1]
                state = page_state(self.env, self.env.docname)["state"][id_]["state"]
                image = picture and next(picture.findall(nodes.image))
                svg = image and notebook_svg(self.app, image)
                rest = after_view(still(state, svg, f"l{number}-"))
            view.insert(0, nodes.raw("", BOX, format="html"))
            view.append(nodes.raw("", rest, format="html"))


#: A live figure's box: its view, what begins it, and the still picture behind both.
BOX = '<div class="live-box">'


def after_view(still):
    """What follows the view in a live figure's box, and its end."""
    return f'<script>live.show()</script><div class="live-still">{still}</div></div>'


def still(state, svg, prefix):
    """What stands for the figure in print, where no script runs, and where it fails."""
    question, caption = (
        f'<p class="{name}">{escape(state[trait])}</p>' if state.get(trait) else ""
        for name, trait in (("live-question", "question"), ("live-caption", "caption"))
    )
    return question + (inline(svg, prefix, state.get("alt", "")) if svg else "") + caption


class Live(SphinxDirective):
    """`{live} chapters/notebook#key`: the live figure `key` of a notebook, on another page."""

    required_arguments = 1

    def run(self):
        """The figure's box with its state, as the notebook stores them."""
        name, key = self.arguments[0].split("#")
        path = Path(self.env.srcdir, f"{name}.ipynb")
        for source in (path, *SOURCES):
            self.env.note_dependency(str(source))
        notebook = opened(path)
        models = stored(notebook)
        found = [id_ for id_, model in models.items() if model["state"].get("key") == key]
        if not found:
            raise self.error(f"{name}.ipynb holds no live figure with the key {key}")
        shown = (output["data"] for output in outputs(notebook))
        output = next(data for data in shown if data.get(VIEW, {}).get("model_id") == found[0])
        svg = "".join(output["image/svg+xml"])
        rest = after_view(still(models[found[0]]["state"], svg, f"e{found[0][:6]}-"))
        keep(self.env, self.env.docname, {found[0]: models[found[0]]})
        return [nodes.raw("", BOX + script(VIEW, output[VIEW]) + rest, format="html")]


def script(kind, data):
    """Data for the page's host."""
    return f'<script type="{kind}">{literal(data)}</script>'


def literal(data):
    """Data as text of a script inside a page."""
    return json.dumps(data, separators=(",", ":")).replace("</", r"<\/")


def is_a_container(also):
    return lambda node: isinstance(node, nodes.container) and also(node)


def stored(notebook):
    """The widgets of a notebook (its complete JSON): their models by id."""
    return notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def page_state(env, docname):
    """The page's widget state, as the notebook stored it."""
    files = NbMetadataCollector.get_js_files(env, docname)
    return json.loads(files["ipywidgets_state"][1]["body"]) if "ipywidgets_state" in files else None


def keep(env, docname, models):
    """Store the state of figures that come from another page."""
    page = page_state(env, docname) or {"version_major": 2, "version_minor": 0, "state": {}}
    page["state"] |= models
    options = {"type": STATE, "body": json.dumps(page)}
    NbMetadataCollector.add_js_file(env, docname, "ipywidgets_state", None, options)


def put_host_in(app, pagename, templatename, context, doctree):
    """Put the host and the first figure before it, what the others need into a script of its own.

    So the first figure lives with the page's first picture, and its words wait for no other.
    """
    page = page_state(app.env, pagename)
    if app.builder.format != "html" or not page:
        return
    # myst-nb has put the state into the head, before all text.
    files = context["script_files"]
    context["script_files"] = [f for f in files if f.attributes.get("type") != STATE]
    before, after = context["body"].split(BOX, 1)
    first, others = divided(page, re.search(r'"model_id":\s*"(\w+)"', after)[1])
    box = element(BOX + after, 0)
    others = others and beside.put(app, pagename, FOLDER, others, "async")
    context["body"] = f"{before}<script>{first}</script>{box}{others}{after[len(box) - len(BOX) :]}"


#: What the figures behind a page's first need, in the book's folder of scripts.
FOLDER = "figures"


def divided(page, name):
    """Two scripts: the page's host with the figure `name`, and what its other figures need.

    The second is "" where there are none. Texts that repeat stand once.
    """
    texts, scripts = [], []

    def once(name, text):
        if not isinstance(text, str) or len(text) < 500:
            return text
        ours = name == "_esm" and text in PARTS
        kind, known = ("$script", scripts) if ours else ("$shared", texts)
        if text not in known:
            known.append(text)
        return {kind: known.index(text)}

    def told(models, done):
        for entry in models.values():
            entry["state"] = {name: once(name, value) for name, value in entry["state"].items()}
            for buffer in entry.get("buffers", []):
                buffer["data"] = once("buffer", buffer["data"])
        # Functions, so that a browser makes texts of those alone that a figure asks for.
        shared = ",".join(f"() => {literal(text)}" for text in texts[done:])
        return f"live.know({{state: {literal(models)}, shared: [{shared}]}});"

    models = page["state"]
    mine = needed(models, name)
    first = told({id_: model for id_, model in models.items() if id_ in mine}, 0)
    count = len(scripts)
    others = {id_: model for id_, model in models.items() if id_ not in mine}
    rest = told(others, len(texts)) if others else ""
    parts = [PARTS[text] for text in scripts]
    here, there = parts[:count], parts[count:]
    used = {part for each in there for part in each}
    lent = list(dict.fromkeys(part for each in here for part in each if part in used))
    first = f"{part(HOST)}\n{together(here, lend=lent)}\n{first}"
    return first, rest and f"{together(there, lent)}\n{rest}"


def needed(models, name):
    """The ids of a saved widget and of all that it refers to.

    >>> models = {"a": {"state": {"children": ["IPY_MODEL_b"]}}, "b": {"state": {}}, "c": {}}
    >>> sorted(needed(models, "a"))
    ['a', 'b']
    """
    found, new = set(), {name}
    while new:
        found |= new
        text = json.dumps([models[id_].get("state") for id_ in new])
        new = set(re.findall(r"IPY_MODEL_(\w+)", text)) & set(models) - found
    return found


def together(scripts, borrowed=(), lend=()):
    """Scripts of figures, in their parts, as functions inside a scope that holds what several use.

    A part that is `borrowed` is in another script, which was told to `lend` it.
    """
    if not scripts:
        return ""
    count = Counter(part for each in scripts for part in each)
    alone = lambda part: count[part] == 1 and part not in lend
    modules = []
    for each in scripts:
        own = [part for part in each if alone(part) and part not in borrowed]
        body, exported = MODULE.fullmatch("\n".join(own)).groups()
        modules.append(f"() => {{ {body} return {{ default: {exported} }}; }}")
    shared = "\n".join(part for part in count if not alone(part) and part not in borrowed)
    # A file may hand on another's names.
    names = lambda parts: ", ".join(dict.fromkeys(n for part in parts for n in EXPORTS[part]))
    got = f"const {{ {names(borrowed)} }} = live.parts;\n" if borrowed else ""
    given = f"\nlive.parts = {{ {names(lend)} }};" if lend else ""
    return f"{{ {got}{shared}{given}\nlive.scripts.push({','.join(modules)}); }}"


def setup(app):
    """Before myst-nb chooses among the outputs, and after it has added the page's scripts."""
    app.connect("source-read", put_scripts_in)
    app.add_post_transform(PutStillsIn)
    app.add_directive("live", Live)
    app.connect("html-page-context", put_host_in, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
