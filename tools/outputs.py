"""Compares outputs of a notebook as what they are: words, printed numbers, drawings, pictures.

Another processor's kernels round in another way, in the last of 16 digits. So a printed
number may differ by one unit of its last printed digit, a coordinate of a drawing by 0.05 px
and a picture's pixel by a few levels in a few places. All else must be the same: words,
counts (numbers without a decimal point), colors, the number of rows and of a path's points.

nbval (through conftest.py) and tools/notebooks.py ask `difference`.
"""

import base64
import io
import json
import math
import re
from decimal import Decimal

import numpy as np
from PIL import Image

POINTS = Decimal("0.0375")  # of a coordinate: 0.05 px
LEVELS, SHARE = 4, 0.01  # of a pixel, 0 to 255; of a picture's pixels
RELATIVE, ABSOLUTE = 1e-9, 1e-12  # of what a live figure computes with; it shows four digits

#: Not within words, colors and versions; behind a number or a bracket, a dash is a dash.
NUMBER = re.compile(r"((?:(?<![\w.#)\]])[-+−])?(?<![\w.#])\d+(?:\.\d*)?(?:e[-+]?\d+)?(?!\.?\d))")
EMBEDDED = re.compile(r"(<svg\b.*?</svg>|data:image/png;base64,[\w+/=\s]+)", re.DOTALL)
PNG = "iVBORw0KGgo"  # how a picture's base64 begins
ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
PLACES = {"d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "points", "transform"}
PLACES |= {"width", "height", "viewBox"}
PLACE = re.compile(r"(-?\d*\.?\d+(?:e[-+]?\d+)?)")
#: Their numbers are no coordinates.
FACTORS = re.compile(r"(?:scale|matrix)\([^)]*\)")
#: matplotlib names a shape by a hash of its exact coordinates.
HASHED = re.compile(r'(?<=["#])([A-Za-z]\w*?)[0-9a-f]{10}(?=[")])')


def difference(stored, fresh):
    """The first difference between two lists of a cell's outputs, as a sentence, or None.

    >>> say = lambda text: [{"output_type": "stream", "name": "stdout", "text": text}]
    >>> difference(say("step 3: 0.125"), say("step 3: 0.126"))
    >>> difference(say("step 3: 0.125"), say("step 4: 0.125"))
    "stdout: 'step 3: ' became 'step 4: '"
    """
    old, new = parts(stored), parts(fresh)
    if list(old) != list(new):
        return f"the outputs {list(old)} became {list(new)}"
    found = (of_value(old[key], new[key]) for key in old)
    return next((f"{key[0]}: {said}" for key, said in zip(old, found, strict=True) if said), None)


def parts(outputs):
    """{(kind, number): content} of a cell's outputs, sorted; what a stream says is one text."""
    kinds = {}
    for output in outputs:
        if output["output_type"] == "stream":
            kinds.setdefault(output["name"], [""])[0] += output["text"]
        elif output["output_type"] == "error":
            kinds.setdefault("error", []).append(f"{output['ename']}: {output['evalue']}")
        else:
            for kind, content in output["data"].items():
                if "widget-view" not in kind:  # a random name
                    kinds.setdefault(kind, []).append(content)
    return {(kind, i): text for kind in sorted(kinds) for i, text in enumerate(kinds[kind])}


def of_value(old, new):
    """The first difference between two values of JSON, or None."""
    if isinstance(old, str) and isinstance(new, str):
        return None if old == new else of_text(old, new)
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        found = (said and f"{k}: {said}" for k in old for said in [of_value(old[k], new[k])])
        return next(filter(None, found), None)
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return next(filter(None, map(of_value, old, new)), None)
    if isinstance(old, float) and isinstance(new, float):
        if math.isclose(old, new, rel_tol=RELATIVE, abs_tol=ABSOLUTE) or repr(old) == repr(new):
            return None
    elif type(old) is type(new) and old == new:
        return None
    return became(json.dumps(old), json.dumps(new))


def of_text(old, new):
    """The first difference between two texts, which may hold drawings and pictures."""
    if old.startswith(PNG) and new.startswith(PNG):
        return of_pictures(old, new)
    pairs = paired(EMBEDDED.split(old), EMBEDDED.split(new))
    if pairs is None:
        return became("a text", "one with more or fewer drawings")
    for a, b in pairs:
        kinds = {text[:5] if EMBEDDED.fullmatch(text) else "" for text in (a, b)}
        kind = kinds.pop() if len(kinds) == 1 else "mixed"
        compare = {"<svg ": of_drawings, "data:": of_pictures}.get(kind, of_words)
        if a != b and (said := compare(a, b)):
            return said
    return None


def of_words(old, new):
    """The first difference between two plain texts."""
    return of_tokens(NUMBER, as_printed, spaced(old), spaced(new))


def of_drawings(old, new):
    """The first difference between two SVG drawings."""
    old, new = named(old), named(new)
    pairs = paired(ATTRIBUTE.split(old), ATTRIBUTE.split(new))
    if pairs is None:
        return became("a drawing", "one with more or fewer shapes")
    name = ""
    for i, (a, b) in enumerate(pairs):
        if i % 3 == 1:
            name = a
        if a == b:
            continue
        if i % 3 == 2 and a.startswith("data:image/png") and b.startswith("data:image/png"):
            said = of_pictures(a, b)
        elif i % 3 == 2 and name in PLACES:
            said = of_places(a, b)
        else:
            said = of_words(a, b) if i % 3 == 0 else became(a, b)
        if said:
            return f"{name}: {said}"
    return None


def of_places(old, new):
    """The first difference between two texts of coordinates."""
    if FACTORS.findall(old) != FACTORS.findall(new):
        return became(old, new)
    # A line of a path breaks where it is long enough.
    old, new = (re.sub(r"\n", "", FACTORS.sub("", text)) for text in (old, new))
    return of_tokens(PLACE, lambda a, b: abs(Decimal(a) - Decimal(b)) <= POINTS, old, new)


def of_tokens(number, same, old, new):
    """The first difference between two texts, their numbers compared by same(old, new)."""
    a, b = number.split(old), number.split(new)
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y and not (i % 2 and same(x, y)):
            around = slice(max(i - 1, 0), i + 2)
            return became("".join(a[around]), "".join(b[around]))
    return None if len(a) == len(b) else became(f"{len(a) // 2} numbers", f"{len(b) // 2} numbers")


def as_printed(old, new):
    """Whether two printed numbers agree to one unit of the last digit of the finer one.

    >>> as_printed("0.99", "1.00"), as_printed("9.99e-05", "1.00e-04"), as_printed("0.5", "0.52")
    (True, True, False)
    >>> as_printed("12", "13"), as_printed("1e-05", "2e-05"), as_printed("0.1", "-0.1")
    (False, False, False)
    """
    if "." not in old or "." not in new or not re.search(r"\.\d", old + " " + new):
        return False
    a, b = (Decimal(text.replace("−", "-")) for text in (old, new))
    return abs(a - b) <= Decimal(10) ** min(a.as_tuple().exponent, b.as_tuple().exponent)


def of_pictures(old, new):
    """The first difference between two PNG pictures, given in base64."""
    a, b = (pixels(text) for text in (old, new))
    if a.shape != b.shape:
        return became(f"a picture of {a.shape}", f"one of {b.shape}")
    away = np.abs(a - b).max(axis=-1)
    if away.max() > LEVELS or (away > 0).mean() > SHARE:
        return f"{(away > 0).mean():.1%} of a picture's pixels differ, by up to {away.max()} levels"
    return None


def pixels(text):
    """A picture's pixels, (height, width, 4)."""
    data = base64.b64decode(text.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)


def named(svg):
    """A drawing whose hashed names are counted instead; spaces between shapes are one."""
    names = {}
    return HASHED.sub(lambda m: names.setdefault(m[0], f"{m[1]}-{len(names)}"), spaced(svg))


def spaced(text):
    """A text where a number's width does not move what follows it."""
    return re.sub(r"[ \t]+", " ", text)


def paired(old, new):
    """Pairs of two lists' items, or None where their lengths differ."""
    return list(zip(old, new, strict=True)) if len(old) == len(new) else None


def became(old, new):
    """The sentence of a difference."""
    return f"{shortened(old)} became {shortened(new)}"


def shortened(text, most=80):
    """A text in quotes, its middle left out where it is long."""
    return repr(text if len(text) <= most else f"{text[: most // 2]} ... {text[-most // 2 :]}")
