"""Figures that follow the reader's theme.

Notebooks store their figures as SVG drawn with the light colours of
`momentumlib.palette`. Here each is put into the page itself, with every palette
colour replaced by the CSS variable of its role, so that one stored drawing is
right on white paper and at night.
"""

import base64
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from docutils import nodes
from PIL import Image

from momentumlib import palette
from momentumlib.palette import themed
from svg_paths import short

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"

PAINTS = {"fill", "stroke", "stop-color", "color", "style"}
CITED = re.compile(r'(?:url\(|href=")#([^")]+)')
REFERENCE = re.compile(r"url\(#([^)]+)\)")
PNG = "data:image/png;base64,"


def inline(source, prefix, label):
    """The SVG file's text as an element to stand inside a page.

    `prefix` makes the ids of this figure unlike those of its neighbours, `label`
    is what a screen reader says. Raises ValueError where the file is no SVG.
    """
    try:
        root = ElementTree.fromstring(source)
    except ElementTree.ParseError as error:
        raise ValueError(f"a figure is no valid SVG: {error}") from None
    for parent in list(root.iter()):
        for child in list(parent):
            # A page has one style sheet for all: a figure's own would reach its neighbours.
            if not child.tag.startswith(SVG) or child.tag in (SVG + "metadata", SVG + "style"):
                parent.remove(child)
    title = root.find(SVG + "title")
    cited = set(CITED.findall(source))
    shapes = {path for defs in root.iter(SVG + "defs") for path in defs}
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.attrib = {
            name.removeprefix(XLINK): attribute(name.removeprefix(XLINK), value, prefix)
            for name, value in element.attrib.items()
            if (not name.startswith("{") or name.startswith(XLINK))
            and (name != "id" or value in cited)
        }
        if element.tag == "path":
            digits = 1  # tenths of a point: less than is seen
            if element in shapes:  # glyphs are in units of a font, markers are small
                digits = 0 if "scale" in element.get("transform", "") else 2
            element.set("d", short(element.get("d", ""), digits))
    width, height = natural_size(root)
    view = root.get("viewBox", f"0 0 {width:g} {height:g}")
    root.attrib = {
        "class": "figure",
        "viewBox": view,
        "role": "img",
        "aria-label": label or (title.text if title is not None else ""),
        "style": f"max-width: {width:g}px; aspect-ratio: {width:g} / {height:g}",
    }
    without_wraps(root)
    return re.sub(r"\s+", " ", ElementTree.tostring(root, encoding="unicode"))


def without_wraps(element):
    """Leave out groups that say nothing, styles said again, and the spaces between elements."""
    for child in list(element):
        without_wraps(child)
        child.tail = None
        if child.tag in ("g", "defs") and not len(child):
            element.remove(child)
        elif child.tag == "g" and not child.attrib:
            place = list(element).index(child)
            element[place : place + 1] = list(child)
    if element.tag != "text" and element.text and not element.text.strip():
        element.text = None
    styles = {child.get("style", "") for child in element}
    if element.tag == "g" and not element.get("style") and len(element) > 1 and len(styles) == 1:
        (style,) = styles
        # A group's own opacity is not that of its parts, which may lie on each other.
        if style and not re.search(r"(?<!-)opacity", style):
            element.set("style", style)
            for child in element:
                del child.attrib["style"]


def attribute(name, value, prefix):
    """One attribute's value, with this figure's ids and the theme's colours."""
    if name == "id":
        return prefix + value
    if name == "href":
        return f"#{prefix}{value[1:]}" if value.startswith("#") else lighter(value)
    if name in ("x", "y", "width", "height"):
        return rounded(value)
    if name == "transform":
        return re.sub(r"translate\([^)]*\)", lambda match: rounded(match[0]), value)
    value = REFERENCE.sub(rf"url(#{prefix}\1)", value)
    return re.sub(r"([:;]) ", r"\1", themed(value)) if name in PAINTS else value


#: No drawing has so many, and each photograph more.
MANY_COLORS = 2000


def lighter(address):
    """A PNG inside a drawing as WebP, its colors in steps of 4 of 255, which no eye tells apart.

    Pictures with the many colors of photographs lose a little more; any other address stays.

    >>> lighter("https://example.org/a.png")
    'https://example.org/a.png'
    """
    if not address.startswith(PNG):
        return address
    pixels = np.asarray(
        Image.open(io.BytesIO(base64.b64decode(address[len(PNG) :]))).convert("RGBA")
    )
    pixels = np.minimum(4 * ((pixels.astype(int) + 2) // 4), 255).astype(np.uint8)
    if (pixels[..., 3] == 255).all():
        pixels = pixels[..., :3]
    out = io.BytesIO()
    colors = len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0))
    how = {"quality": 80} if colors > MANY_COLORS else {"lossless": True, "quality": 100}
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "webp", method=6, **how)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"


def rounded(text):
    """Numbers with no more than two decimals: a hundredth of a point is enough.

    >>> rounded("translate(72.288435 236)")
    'translate(72.28 236)'
    """
    return re.sub(r"(\.\d\d)\d+", r"\1", text)


def natural_size(root):
    """Width and height of an SVG in CSS pixels (matplotlib writes points)."""

    def pixels(text, fallback):
        found = re.fullmatch(r"([\d.]+)(pt|px)?", text or "")
        return float(found[1]) * (4 / 3 if found[2] == "pt" else 1) if found else fallback

    box = [float(x) for x in root.get("viewBox", "0 0 640 480").replace(",", " ").split()]
    return pixels(root.get("width"), box[2]), pixels(root.get("height"), box[3])


def put_figures_in(app, doctree, docname):
    """Replace each SVG that a notebook's cell made by the drawing itself."""
    if app.builder.format != "html":
        return
    for number, image in enumerate(list(doctree.findall(nodes.image))):
        source = notebook_svg(app, image)
        if source:
            svg = inline(source, f"f{number}-", image.get("alt", ""))
            image.replace_self(nodes.raw("", svg, format="html"))


def notebook_svg(app, image):
    """The text of the SVG that a notebook's cell made; None for another picture."""
    path = Path(app.srcdir, image["uri"])
    if path.suffix == ".svg" and "jupyter_execute" in path.parts:
        return path.read_text(encoding="utf-8")
    return None


def write_palette(app):
    """The palette as a style sheet of the book."""
    if app.builder.format == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        (static / "palette.css").write_text(palette.css(), encoding="utf-8")
        app.add_css_file("palette.css", priority=300)


def setup(app):
    """Put the figures in when references are resolved, before images are copied."""
    app.connect("builder-inited", write_palette)
    app.connect("doctree-resolved", put_figures_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
