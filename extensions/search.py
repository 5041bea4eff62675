"""A search that finds places, not pages, and works from disk.

The index has one entry for each section, figure, exercise and term: where it is, its title, its
words, and the code of its cells, which is found, too, and shown where the words do not answer;
no solution. The search page loads it as a script; `assets/search.js` looks through it. Sphinx's
own search knows pages alone, fetches them for its excerpts, and takes "zig-zag" for two words.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from folded_code import is_code
from page import plain
from reading_time import DEEPER

INDEX = "search_index.js"
#: Parts that have entries of their own.
APART = nodes.section | nodes.figure | addnodes.glossary


def words(node, refer):
    """The text of a node without the parts that have entries of their own, TeX as letters.

    refer : what a reference without words of its own stands for.
    """
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.math):
        text = re.sub(r"\\([| ])", r"\1", re.sub(r"\\[,;:!]", "", node.astext()))
        return re.sub(r"[{}$]", "", plain(text))
    if isinstance(node, nodes.math_block | nodes.raw | nodes.comment | nodes.Invisible):
        return " " if node.astext().startswith("<br") else ""
    if is_code(node) or node.get("nb_element") == "mime_bundle":
        return ""
    if isinstance(node, addnodes.pending_xref) and node.astext() == node.get("reftarget"):
        return refer(node)
    between = "" if isinstance(node, nodes.TextElement) else " "
    parts = (part for part in node.children if not isinstance(part, APART))
    return between.join(words(part, refer) for part in parts)


def referring(env):
    """A function of a reference: the title of its section, or the number of its figure."""
    labels, anonymous = env.get_domain("std").labels, env.get_domain("std").anonlabels

    def refer(xref):
        target = xref["reftarget"]
        page, name = anonymous.get(target, ("", ""))
        for kind, numbers in env.toc_fignumbers.get(page, {}).items():
            if name in numbers:
                return f"{kind.capitalize()} {'.'.join(map(str, numbers[name]))}"
        return labels[target][2] if target in labels else ""

    return refer


def code(node):
    """The text of the code cells in a node that have no entries of their own; of no solution."""
    if is_code(node):
        blocks = [] if "tag_solution" in node["classes"] else node.findall(nodes.literal_block)
        return " ".join(block.astext() for block in blocks if "output" not in block["classes"])
    return " ".join(code(part) for part in node.children if not isinstance(part, APART))


def line(text):
    """Text on one line."""
    return re.sub(r"\s+", " ", text).strip()


def entries(document, figures, refer):
    """(id, title, words, code) of each place in a document; `figures` are its figures' numbers."""
    told = lambda node: line(words(node, refer))
    for section in document.findall(nodes.section):
        if isinstance(section[0], nodes.title):
            title = told(section[0]).removeprefix(DEEPER)
            own = [part for part in section[1:] if not isinstance(part, APART)]
            yield section["ids"][0], title, *(line(" ".join(map(of, own))) for of in (told, code))
    for figure in document.findall(nodes.figure):
        caption = next(figure.findall(nodes.caption), None)
        if caption is not None and figure["ids"]:
            number = ".".join(map(str, figures.get(figure["ids"][0], ())))
            yield figure["ids"][0], f"Figure {number}".strip(), told(caption), ""
    for item in document.findall(nodes.definition_list_item):
        for term in item.findall(nodes.term):
            if term["ids"]:
                meaning = next(item.findall(nodes.definition), None)
                yield term["ids"][0], told(term), told(meaning) if meaning else "", ""


def write(app, exception):
    """The index of all pages."""
    if exception or app.builder.format != "html":
        return
    pages, places, refer = [], [], referring(app.env)
    for name in sorted(app.env.found_docs):
        numbers = app.env.toc_secnumbers.get(name, {}).get("", ())
        number = ".".join(map(str, numbers)) + ". " if numbers else ""
        document = app.env.get_doctree(name)
        figures = app.env.toc_fignumbers.get(name, {}).get("figure", {})
        found = list(entries(document, figures, refer))
        if found:
            places += [[len(pages), *entry] for entry in found]
            pages.append([app.builder.get_target_uri(name), number + found[0][1]])
    data = json.dumps([pages, places], ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, "_static", INDEX).write_text(f"bookSearch({data});\n", encoding="utf-8")
    for old in ("searchtools.js", "language_data.js"):
        Path(app.outdir, "_static", old).unlink(missing_ok=True)


def replace(app):
    """No index by Sphinx."""
    app.builder.search = False


def page(app):
    """The search page, which Sphinx makes with its index alone."""
    yield "search", {}, "search.html"


def put_in(app, pagename, templatename, context, doctree):
    """The search page's scripts."""
    if pagename == "search":
        app.add_js_file("search.js", loading_method="defer", priority=600)
        app.add_js_file(INDEX, loading_method="defer", priority=700)


def setup(app):
    """After pages are written, before they are mended."""
    app.connect("builder-inited", replace)
    app.connect("html-collect-pages", page)
    app.connect("html-page-context", put_in)
    app.connect("build-finished", write, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
