"""The landing page's cards, and what every page tells those who share a link to it.

`{chapter-cards}` shows each chapter with its picture (`make covers`), the question of its first
live figure and its reading time; what is no chapter follows as a list. The words of the book
that name its repository link to it, where `repository: {url: …}` in _config.yml gives one.
"""

import html
import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import reading_time
from live_figures import stored
from momentumlib.live.frame.notebook import VIEW, opened, outputs

COVERS = Path(__file__).parent.parent / "assets" / "covers"
NAMED = "the book’s repository"


class Cards(nodes.General, nodes.Element):
    """Where the cards will stand, once all chapters have been read."""


class ChapterCards(SphinxDirective):
    """`{chapter-cards}`: the chapters, each with picture, question and reading time."""

    def run(self):
        """A place for them."""
        return [Cards()]


def question(path):
    """The question of a notebook's first live figure; predictions ask their own."""
    notebook = opened(path)
    models = stored(notebook)
    for output in outputs(notebook):
        shown = output["data"].get(VIEW)
        state = models[shown["model_id"]]["state"] if shown else {"settled": True}
        if "settled" not in state:
            return state["question"]


def card(app, name, number):
    """A chapter's card: one link."""
    env, stem, up = app.env, Path(name).name, "_static/covers/"
    minutes = reading_time.core(env.get_doctree(name))
    pictures = "".join(
        f'<img class="only-{theme}" src="{up}{stem}-{theme}.webp" width="480" height="270" '
        'alt="" loading="lazy">'
        for theme in ("light", "dark")
    )
    title, asked = (
        html.escape(text)
        for text in (env.titles[name].astext(), question(Path(env.doc2path(name))))
    )
    return (
        f'<li class="toctree-l1"><a class="reference internal" href="{name}.html">{pictures}'
        f'<span class="card-title">{number}. {title}</span>'
        f'<span class="card-question">{asked}</span>'
        f'<span class="card-time">{minutes} minutes</span></a></li>'
    )


def put_in(app, doctree, docname):
    """Put the cards into their place."""
    places = list(doctree.findall(Cards))
    if not places:
        return
    parts = yaml.safe_load(Path(app.srcdir, "_toc.yml").read_text("utf-8"))["parts"]
    text, number = "", 0
    for part in parts:
        names = [chapter["file"] for chapter in part["chapters"]]
        text += f'<p class="cards-part">{html.escape(part["caption"])}</p>'
        if part.get("numbered"):
            text += '<ul class="cards">'
            for name in names:
                number += 1
                text += card(app, name, number)
        else:
            text += "<ul>"
            for name in names:
                title = html.escape(app.env.titles[name].astext())
                text += f'<li><a class="reference internal" href="{name}.html">{title}</a></li>'
        text += "</ul>"
    for place in places:
        place.replace_self(nodes.raw("", text, format="html"))


def shared(app, pagename, templatename, context, doctree):
    """Tell those who share a link what it leads to; link the words that name the repository."""
    root, stem = app.config.root_doc, Path(pagename).name
    if pagename == root:
        context["docstitle"] = ""  # the page is called what the book is called
    picture = stem if (COVERS / f"{stem}.png").exists() else "01_gd_vs_momentum"
    picture, base = f"_static/covers/{picture}.png", app.config.html_baseurl.rstrip("/")
    title = context.get("title") or app.config.project
    tags = {
        "og:type": "book" if pagename == root else "article",
        "og:site_name": app.config.project,
        "og:title": html.unescape(re.sub("<[^>]*>", "", title)),
        "og:image": f"{base}/{picture}" if base else context["pathto"](picture, 1),
        "og:image:width": "1200",
        "og:image:height": "630",
    }
    if base:
        tags["og:url"] = f"{base}/{pagename}.html"
    meta = "".join(
        f'<meta property="{name}" content="{html.escape(value)}" />\n'
        for name, value in tags.items()
    )
    meta += '<meta name="twitter:card" content="summary_large_image" />\n'
    context["metatags"] = context.get("metatags", "") + meta
    url = app.config.html_theme_options.get("repository_url")
    if url and "body" in context:
        link = f'<a class="reference external" href="{html.escape(url)}">{NAMED}</a>'
        context["body"] = context["body"].replace(NAMED, link)


def setup(app):
    """Cards when all chapters are read; a page's words when it is written."""
    app.add_directive("chapter-cards", ChapterCards)
    app.add_node(Cards)
    app.connect("doctree-resolved", put_in)
    app.connect("html-page-context", shared)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
