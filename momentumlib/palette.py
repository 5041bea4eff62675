"""The colours of every figure, once, for the light and the dark theme.

Each role has one colour for paper-white pages and one for dark pages. Static
figures are drawn with the light colours; the page replaces each by the CSS
variable of the same role, so that the reader's theme decides. The live figures
read the same variables. The colours of the methods stay apart for readers with
any of the common colour-vision deficiencies, and every method has its own line
style beside its colour. The symbols of the formulas have their own colours, in
formula, code, arrow and curve alike: θ, the gradient, v, and the carry γv.
"""

import re

from .arguments import text

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1f2328",
    "muted": "#57606a",
    "grid": "#d5dbe1",
    "good": "#1a7f37",
    "bad": "#c4262e",
    "gd": "#6b7280",
    "momentum": "#0072b2",
    "nag": "#d55e00",
    "rmsprop": "#b8558c",
    "adam": "#00855f",
    "nadam": "#a87000",
    "amsgrad": "#2f8fc4",
    "adamw": "#7f3c8d",
    "lion": "#8c510a",
    "theta": "#827311",
    "grad": "#950d1c",
    "v": "#5926b0",
    "carry": "#226f73",
    "level0": "#bfd3e6",
    "level1": "#c6d9e9",
    "level2": "#cddeec",
    "level3": "#d5e3ef",
    "level4": "#dce8f2",
    "level5": "#e3edf5",
    "level6": "#eaf1f7",
    "level7": "#f0f5fa",
    "level8": "#f6f9fc",
    "level9": "#fbfcfe",
    "map0": "#00204d",
    "map1": "#05366e",
    "map2": "#34476b",
    "map3": "#51576c",
    "map4": "#6a6970",
    "map5": "#817d78",
    "map6": "#9c9174",
    "map7": "#b8a669",
    "map8": "#d6bf57",
    "map9": "#fde737",
}

DARK = {
    "paper": "#14181e",
    "ink": "#e6e8eb",
    "muted": "#a3abb5",
    "grid": "#3a424c",
    "good": "#56d364",
    "bad": "#ff7b72",
    "gd": "#a9b1bc",
    "momentum": "#56b4e9",
    "nag": "#ff8c42",
    "rmsprop": "#e59ac4",
    "adam": "#35c99a",
    "nadam": "#f0b93b",
    "amsgrad": "#9bd3f5",
    "adamw": "#c99be0",
    "lion": "#d9a066",
    "theta": "#f5dd5a",
    "grad": "#ff85a0",
    "v": "#a99cff",
    "carry": "#6fe8dc",
    "level0": "#32506e",
    "level1": "#2e4965",
    "level2": "#2b435c",
    "level3": "#273d53",
    "level4": "#24374b",
    "level5": "#213143",
    "level6": "#1e2c3b",
    "level7": "#1b2733",
    "level8": "#18222c",
    "level9": "#161d25",
    **{f"map{i}": LIGHT[f"map{i}"] for i in range(10)},
}

#: Filled contours of a landscape, from the bottom of the valley to the rim.
LEVELS = [LIGHT[f"level{i}"] for i in range(10)]

#: Maps of a rate, from fast (dark blue) to slow (yellow); perceptually uniform.
MAP = [LIGHT[f"map{i}"] for i in range(10)]

#: A second mark for each method, so that colour never stands alone.
DASHES = {
    "gd": (0, (1, 1.2)),
    "momentum": "-",
    "nag": (0, (6, 2)),
    "rmsprop": (0, (4, 1.5, 1, 1.5)),
    "adam": (0, (8, 2, 2, 2)),
    "nadam": (0, (3, 2)),
    "amsgrad": (0, (2, 1)),
    "adamw": (0, (8, 2, 1, 1, 1, 2)),
    "lion": (0, (5, 1)),
}

#: What has its own colour wherever it stands, beside the methods.
SYMBOLS = ("theta", "grad", "v", "carry")

#: What a reader's theme decides: the palette, and the defaults of SVG and matplotlib.
ROLES = {"#000000": "ink", "#000": "ink", "black": "ink", "#fff": "paper", "white": "paper"} | {
    colour: role for role, colour in LIGHT.items()
}
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:black|white)\b")


def themed(paint):
    """A paint, or a whole drawing, with palette colours as variables.

    >>> themed("fill: #0072B2; stroke: #123456")
    'fill: var(--fig-momentum); stroke: #123456'
    """

    def variable(match):
        role = ROLES.get(match[0].lower())
        return f"var(--fig-{role})" if role else match[0]

    return COLOUR.sub(variable, text("paint", paint))


def css():
    """The palette as a style sheet: variables ``--fig-ROLE`` for both themes.

    >>> "--fig-momentum: #0072b2;" in css()
    True
    """
    block = lambda colours: "".join(f"  --fig-{role}: {c};\n" for role, c in colours.items())
    return (
        f':root, html[data-theme="light"] {{\n{block(LIGHT)}}}\n'
        f'html[data-theme="dark"] {{\n{block(DARK)}}}\n'
        f"@media print {{ :root, html[data-theme] {{\n{block(LIGHT)}}} }}\n"
    )
