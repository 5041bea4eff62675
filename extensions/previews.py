"""What a reference points to, for the page's previews: terms, formulas, figures, sections.

After the build each page that is referred to gets a script with the HTML of the places that
references name, which `assets/previews.js` loads when a reader first points at one of them. A
script, since a page opened from disk may load one, and may not fetch a page.
"""

import json
import posixpath
import re
from pathlib import Path

from glyphs import with_its_letters
from stills import completed

#: A reference to a place, here or in another page.
LINK = re.compile(r'<a class="reference internal" href="([^"#:?]*)#([^"]+)"')
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
#: Elements that have no end.
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
#: What a preview leaves out.
LEFT_OUT = re.compile(
    r'<a class="headerlink".*?</a>|<script.*?</script>|<annotation.*?</annotation>', re.DOTALL
)
FOLDER = "previews"
#: Longer pieces are cut after a paragraph.
MOST = 60_000


def element(page, start):
    """The element whose tag begins at `start`.

    >>> element('<p>a<b>c<br></b></p><p>d</p>', 0)
    '<p>a<b>c<br></b></p>'
    """
    depth = 0
    for tag in TAG.finditer(page, start):
        if tag[2] in VOID or tag[3].endswith("/"):
            continue
        depth += -1 if tag[1] else 1
        if not depth:
            return page[start : tag.end()]
    return page[start:]


def preview(page, name):
    """The HTML that a preview of the place `name` shows; None where there is nothing to show."""
    at = page.find(f'id="{name}"')
    if at < 0:
        return None
    begin = page.rfind("<", 0, at)
    tag = TAG.match(page, begin)[2]
    if name.startswith("fig-") and tag in ("p", "span"):  # a live figure: the still that follows
        still = page.find('<div class="live-still">', begin)
        return None if still < 0 else element(page, still)
    if tag == "dt":  # a term: what it means
        return element(page, page.index("<dd", begin))
    if tag in ("div", "figure"):
        return element(page, begin)
    heading = re.compile(r"<h[1-6]").search(page, begin)
    if tag not in ("section", "span") or heading is None:
        return None
    title = element(page, heading.start())
    follows = re.compile(r"<(p)>").search(page, heading.end())
    said = element(page, follows.start()) if follows else ""
    return f'<p class="preview-title">{re.sub("</?h[1-6][^>]*>", "", title)}</p>{said}'


def places(pages):
    """The places that references name: {page's name: {ids}}, for pages {name: HTML}.

    A figure of the same page is there to be shown: its preview needs no second copy.
    """
    named = {}
    for name, page in pages.items():
        for target, place in LINK.findall(page):
            to = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            to = to if target else name
            if to in pages and not (to == name and place.startswith("fig-")):
                named.setdefault(to, set()).add(place)
    return named


def collected(page, ids):
    """The previews of one page: {id: HTML}, their own ids unlike any page's."""
    found = {}
    for name in sorted(ids):
        text = preview(page, name)
        if text and len(text) < MOST:
            text = with_its_letters(LEFT_OUT.sub("", text), page)
            text = re.sub(r'(\bid="|url\(#|href="#(?=[fle]\w*-|g\d+"))', r"\1preview-", text)
            found[name] = re.sub(r"\s+", " ", text)
    return found


def write(app, exception):
    """A script of previews for each page that is referred to."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    files = [p for p in out.rglob("*.html") if out / "_static" not in p.parents]
    pages = {p.relative_to(out).as_posix(): p.read_text("utf-8") for p in files}
    static = out / "_static"
    pages = {name: completed(page, name, static) for name, page in pages.items()}
    folder = out / "_static" / FOLDER
    folder.mkdir(exist_ok=True)
    for name, ids in places(pages).items():
        data = json.dumps(collected(pages[name], ids), ensure_ascii=False, separators=(",", ":"))
        path = folder / f"{Path(name).stem}.js"
        path.write_text(f"previews.store({json.dumps(name)},{data});\n", encoding="utf-8")


def setup(app):
    """After the pages are mended."""
    app.add_js_file("previews.js", loading_method="defer")
    app.connect("build-finished", write, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
