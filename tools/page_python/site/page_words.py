"""The words of JavaScript for Python's functions, names and numbers, for `page_javascript`."""

import math

import numpy as np

#: Before the functions: what JavaScript lacks, or does in another way.
HELPERS = """
const mod = (a, b) => { const m = a % b; return m && b < 0 !== m < 0 ? m + b : m; };
const floordiv = (a, b) => Math.floor((a - mod(a, b)) / b);
const max = (a, b) => b > a ? b : a;
const min = (a, b) => b < a ? b : a;
const square = x => x * x;
const rint = x => { const r = Math.round(x); return Math.abs(x % 1) === 0.5 && r % 2 ? r - 1 : r; };
const copysign = (x, y) => (y < 0 || Object.is(y, -0) ? -1 : 1) * Math.abs(x);
const isinf = x => Math.abs(x) === Infinity;
const clip = (x, low, high) => Math.min(Math.max(x, low), high);
const where = (c, a, b) => c ? a : b;
const radians = x => x * (Math.PI / 180);
const degrees = x => x * (180 / Math.PI);
"""

SAME = "sqrt exp log log2 log10 log1p expm1 sin cos tan sinh cosh tanh floor ceil trunc cbrt hypot"
OTHER = {
    "asin": "Math.asin", "arcsin": "Math.asin", "acos": "Math.acos", "arccos": "Math.acos",
    "atan": "Math.atan", "arctan": "Math.atan", "atan2": "Math.atan2", "arctan2": "Math.atan2",
    "asinh": "Math.asinh", "arcsinh": "Math.asinh", "acosh": "Math.acosh", "fabs": "Math.abs",
    "arccosh": "Math.acosh", "atanh": "Math.atanh", "arctanh": "Math.atanh", "abs": "Math.abs",
    "absolute": "Math.abs", "sign": "Math.sign", "maximum": "Math.max", "minimum": "Math.min",
    "pow": "Math.pow", "power": "Math.pow", "square": "square", "rint": "rint", "round": "rint",
    "copysign": "copysign", "isnan": "Number.isNaN", "isfinite": "Number.isFinite",
    "isinf": "isinf", "clip": "clip", "where": "where", "radians": "radians",
    "deg2rad": "radians", "degrees": "degrees", "rad2deg": "degrees", "float64": "Number",
}  # fmt: skip
#: Functions of Python, `math` and NumPy in JavaScript, by what they are.
KNOWN = {max: "max", min: "min", abs: "Math.abs", float: "Number", int: "Math.trunc",
         bool: "Boolean", round: "rint", pow: "Math.pow", len: "len"}  # fmt: skip
for module in (math, np):
    for name, word in (OTHER | {name: f"Math.{name}" for name in SAME.split()}).items():
        if hasattr(module, name):
            KNOWN[getattr(module, name)] = word

#: Names of Python that JavaScript keeps for itself.
TAKEN = frozenset(
    "var let const function new this typeof void delete switch case default do catch throw "
    "instanceof export super extends enum interface package private protected public static "
    "arguments eval null true false undefined mod floordiv max min square rint copysign isinf "
    "clip where radians degrees Math Number Boolean NaN Infinity debugger yield await".split()
)


def literal(value):
    """A number, or a row of numbers, as JavaScript writes it; None for what is neither.

    >>> literal(0.1), literal(-1e-8), literal([1, np.inf]), literal("text")
    ('0.1', '(-1e-08)', '[1, Infinity]', None)
    """
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.integer, np.floating)):
        text = repr(float(value)).removesuffix(".0").replace("inf", "Infinity")
        return "NaN" if text == "nan" else f"({text})" if text.startswith("-") else text
    if isinstance(value, (tuple, list, np.ndarray)) and np.ndim(value) == 1:
        parts = [literal(part) for part in value]
        return None if None in parts else f"[{', '.join(parts)}]"
    return None


def word(name):
    """A name of Python's as JavaScript may use it.

    >>> word("eta"), word("new")
    ('eta', 'new_')
    """
    return f"{name}_" if name in TAKEN else name


def exported(**functions):
    """A module of JavaScript that exports lists of functions under their names."""
    lines = (
        f"export const {name} = [{', '.join(f'({text})' for text in texts)}];"
        for name, texts in functions.items()
    )
    return HELPERS + "\n".join(lines)
