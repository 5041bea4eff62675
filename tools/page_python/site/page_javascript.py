"""A reader's functions of numbers as JavaScript, where no LLVM makes WebAssembly of them.

Numbers, `if`, loops, and functions of `math` and NumPy: the same text with other words. What is
something else gets a sentence with its line. In the page it is the module `page_javascript`.
"""

import ast
import linecache
import math
import types
from collections.abc import Hashable
from functools import reduce

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

SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Eq: "===", ast.NotEq: "!==",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.And: "&&", ast.Or: "||",
    ast.UAdd: "+", ast.USub: "-", ast.Not: "!",
}  # fmt: skip
CALLS = {ast.Mod: "mod", ast.FloorDiv: "floordiv", ast.Pow: "Math.pow"}
ARRAYS = np.array, np.asarray
ADVICE = "a page runs numbers, if, loops, and functions such as np.sqrt and np.exp"


class Untranslated(TypeError):
    """A function holds what the page has no words for; the text is one sentence."""


def translated(function, who, arrays=()):
    """A function of numbers as the text of JavaScript's.

    who : what the sentence calls it, where it cannot be.  arrays : its arguments that are arrays.

    >>> def half(x):
    ...     return x / 2 if x > 0 else 0.0
    >>> translated(half, "half")
    'function(x) { return ((x > 0) ? (x / 2) : 0); }'
    """
    return Translation(function, who, arrays).text


class Translation:
    """One function on its way."""

    def __init__(self, function, who, arrays=(), around=()):
        self.who, self.function = who, getattr(function, "py_func", function)
        if not isinstance(self.function, types.FunctionType):
            raise Untranslated(f"{who} must be written as a function, with def, for a page")
        self.around = (*around, self.function)
        self.arrays, self.helpers = set(arrays), {}
        node = tree_of(self.function)
        if node is None:
            raise Untranslated(f"the text of {who} is not to be found")
        spec = node.args
        if spec.vararg or spec.kwarg or spec.posonlyargs:
            self.refuse(node, "takes * among its arguments", "name them one by one")
        names = [arg.arg for arg in (*spec.args, *spec.kwonlyargs)]
        defaults = dict(self.function.__kwdefaults__ or {})
        if self.function.__defaults__:
            given = self.function.__defaults__
            own = names[: len(spec.args)][-len(given) :]
            defaults |= dict(zip(own, given, strict=True))
        self.names = set(names)
        if isinstance(node, ast.Lambda):
            body = f"return {self.value(node.body)};"
        else:
            stored = (n for n in ast.walk(node) if isinstance(n, ast.Name))
            local = {n.id for n in stored if isinstance(n.ctx, ast.Store)} - self.names
            self.names |= local
            body = self.block(node.body)
            if local:
                body = f"let {', '.join(map(word, sorted(local)))}; {body}"
        head = [
            word(name) + (f" = {self.literal(node, defaults[name])}" if name in defaults else "")
            for name in names
        ]
        self.text = f"function({', '.join(head)}) {{ {body} }}"
        if self.helpers:
            inner = "".join(f"const {name} = {text}; " for name, text in self.helpers.items())
            self.text = f"(() => {{ {inner}return {self.text}; }})()"

    def refuse(self, node, what, instead=ADVICE):
        """Raise the sentence."""
        raise Untranslated(f"{self.who} {what} (line {getattr(node, 'lineno', 1)}); {instead}")

    # --- Statements

    def block(self, nodes):
        return " ".join(filter(None, map(self.statement, nodes)))

    def statement(self, node):
        match node:
            case ast.Return(value=None) | ast.Raise():
                self.refuse(node, "ends without numbers")
            case ast.Return(value):
                return f"return {self.value(value)};"
            case ast.Assign(targets, value):
                left = " = ".join(self.target(target) for target in targets)
                if self.is_array(value) and all(isinstance(t, ast.Name) for t in targets):
                    self.arrays |= {t.id for t in targets}
                return f"{left} = {self.value(value)};"
            case ast.AnnAssign(target, value=value) if value:
                return f"{self.target(target)} = {self.value(value)};"
            case ast.AugAssign(target, op, value):
                left = self.target(target)
                return f"{left} = {self.arithmetic(node, op, left, self.number(value), value)};"
            case ast.If(test, body, orelse):
                rest = f" else {{ {self.block(orelse)} }}" if orelse else ""
                return f"if ({self.number(test)}) {{ {self.block(body)} }}{rest}"
            case ast.While(test, body, orelse=[]):
                return f"while ({self.number(test)}) {{ {self.block(body)} }}"
            case ast.For(target, over, body, orelse=[]):
                head, first = self.loop(self.target(target), over)
                return f"for ({head}) {{ {first}{self.block(body)} }}"
            case ast.Pass():
                return ""
            case ast.Break():
                return "break;"
            case ast.Continue():
                return "continue;"
            case ast.Expr(ast.Constant()):
                return ""
            case ast.Expr(ast.Call(ast.Name("print"))):
                self.refuse(node, "prints", "leave print out")
        self.refuse(node, f"has {described(node)}, which a page does not")

    def loop(self, left, over):
        """(the head of a loop, what its body begins with)."""
        match over:
            case ast.Call(ast.Name("range"), args) if args:
                start, end, by = [*["0"] * (len(args) == 1), *map(self.number, args), "1"][:3]
                if not by.strip("(-)").isdigit():
                    self.refuse(over, "counts by what is no constant", "write the number")
                # Python counts by itself: the loop may set the name to something else.
                k, until = (f"{name}{over.lineno}_{over.col_offset}" for name in ("at", "to"))
                sign = ">" if "-" in by else "<"
                head = f"let {k} = {start}, {until} = {end}; {k} {sign} {until}; {k} += {by}"
                return head, f"{left} = {k}; "
        return f"{left} of {self.value(over)}", ""

    def target(self, node):
        match node:
            case ast.Name(name):
                return word(name)
            case ast.Tuple(parts) | ast.List(parts):
                return f"[{', '.join(map(self.target, parts))}]"
            case ast.Subscript():
                return self.value(node)
        self.refuse(node, f"sets {ast.unparse(node)}")

    # --- Values

    def is_array(self, node):
        """Whether a value is known to be several numbers."""
        match node:
            case ast.Name(name):
                return name in self.arrays or (
                    name not in self.names and np.ndim(self.seen(node, quiet=True)) > 0
                )
            case ast.Tuple() | ast.List():
                return True
            case ast.Call(called):
                return self.seen(called, quiet=True) in ARRAYS
        return False

    def number(self, node):
        """A value that must be one number."""
        if self.is_array(node):
            self.refuse(node, "computes with whole arrays", "write it for one number at a time")
        return self.value(node)

    def value(self, node):
        match node:
            case ast.Constant(bool() as value):
                return "true" if value else "false"
            case ast.Constant(value):
                return self.literal(node, value)
            case ast.Name(name) if name in self.names:
                return word(name)
            case ast.Name() | ast.Attribute(ast.Name()) if not self.of_array(node):
                return self.literal(node, self.seen(node))
            case ast.Attribute(value, "size"):
                return f"{self.value(value)}.length"
            case ast.Tuple(parts) | ast.List(parts):
                return f"[{', '.join(map(self.value, parts))}]"
            case ast.BinOp(left, op, right):
                return self.arithmetic(node, op, self.number(left), self.number(right), right)
            case ast.UnaryOp(op, operand) if type(op) in SIGNS:
                return f"({SIGNS[type(op)]}{self.number(operand)})"
            case ast.BoolOp(op, parts):
                return f"({f' {SIGNS[type(op)]} '.join(map(self.number, parts))})"
            case ast.Compare(left, ops, parts) if all(type(op) in SIGNS for op in ops):
                sides = [self.number(part) for part in (left, *parts)]
                pairs = zip(sides, ops, sides[1:], strict=False)
                each = [f"{a} {SIGNS[type(op)]} {b}" for a, op, b in pairs]
                return f"({' && '.join(each)})"
            case ast.IfExp(test, body, orelse):
                return f"({self.number(test)} ? {self.value(body)} : {self.value(orelse)})"
            case ast.Subscript(array, ast.UnaryOp(ast.USub(), ast.Constant(int() as back))):
                name = self.value(array)
                return f"{name}[{name}.length - {back}]"
            case ast.Subscript(ast.Attribute(array, "shape"), ast.Constant(0)):
                return f"{self.value(array)}.length"
            case ast.Subscript(array, index) if not isinstance(index, (ast.Slice, ast.Tuple)):
                return f"{self.value(array)}[{self.number(index)}]"
            case ast.Call(called, args, keywords=[]):
                return self.call(node, called, args)
        self.refuse(node, f"has {described(node)}, which a page does not")

    def of_array(self, node):
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in self.names
        )

    def arithmetic(self, node, op, left, right, exponent):
        if isinstance(op, ast.Pow) and isinstance(exponent, ast.Constant) and exponent.value == 2:
            return f"square({left})"
        if type(op) in CALLS:
            return f"{CALLS[type(op)]}({left}, {right})"
        if type(op) not in SIGNS:
            self.refuse(node, f"has {described(op)}, which a page does not")
        return f"({left} {SIGNS[type(op)]} {right})"

    def call(self, node, called, args):
        function = self.seen(called)
        if function in ARRAYS and len(args) == 1 and self.is_array(args[0]):
            return self.value(args[0])
        known = KNOWN.get(function) if isinstance(function, Hashable) else None
        if known == "len":
            return f"{self.value(args[0])}.length"
        if known == "rint" and len(args) > 1:
            self.refuse(node, "rounds to decimals", "round to a whole number")
        if known in ("max", "min"):
            if len(args) < 2:
                self.refuse(node, f"calls {known} of one thing", "name the numbers one by one")
            first, *rest = map(self.number, args)
            return reduce(lambda a, b: f"{known}({a}, {b})", rest, first)
        if known:
            return f"{known}({', '.join(map(self.number, args))})"
        name = ast.unparse(called)
        if isinstance(getattr(function, "py_func", function), types.FunctionType):
            if function in self.around:
                self.refuse(node, "calls itself", "write the recursion as a loop")
            taken = getattr(function, "py_func", function).__code__.co_varnames
            arrays = [n for n, given in zip(taken, args, strict=False) if self.is_array(given)]
            inner = Translation(function, name, arrays, self.around)
            own = f"of_{name.replace('.', '_')}"
            self.helpers[own] = inner.text
            return f"{own}({', '.join(map(self.value, args))})"
        self.refuse(node, f"calls {name}, which a page does not have")

    def seen(self, node, quiet=False):
        """What a name from elsewhere stands for."""
        match node:
            case ast.Name(name):
                function = self.function
                cells = dict(
                    zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
                )
                if name in cells:
                    return cells[name].cell_contents
                if name in function.__globals__:
                    return function.__globals__[name]
                builtins = function.__globals__["__builtins__"]
                builtins = builtins if isinstance(builtins, dict) else vars(builtins)
                if name in builtins:
                    return builtins[name]
            case ast.Attribute(value, name):
                found = getattr(self.seen(value, quiet), name, None)
                if found is not None:
                    return found
        if quiet:
            return None
        self.refuse(node, f"uses {ast.unparse(node)}, which is not there")

    def literal(self, node, value):
        """A number, or an array of them, from elsewhere."""
        text = literal(value)
        if text is None:
            self.refuse(node, f"uses {ast.unparse(node)}, which is no number")
        return text


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


#: Names of Python that JavaScript keeps for itself.
TAKEN = frozenset(
    "var let const function new this typeof void delete switch case default do catch throw "
    "instanceof export super extends enum interface package private protected public static "
    "arguments eval null true false undefined mod floordiv max min square rint copysign isinf "
    "clip where radians degrees Math Number Boolean NaN Infinity debugger yield await".split()
)


def word(name):
    """A name of Python's as JavaScript may use it.

    >>> word("eta"), word("new")
    ('eta', 'new_')
    """
    return f"{name}_" if name in TAKEN else name


def described(node):
    """What a part of a program is called."""
    names = {
        ast.Try: "try", ast.With: "with", ast.ListComp: "a comprehension", ast.Dict: "a dict",
        ast.JoinedStr: "text", ast.Slice: "a slice", ast.MatMult: "@", ast.Lambda: "lambda",
        ast.FunctionDef: "a function inside", ast.Import: "import", ast.ImportFrom: "import",
    }  # fmt: skip
    if isinstance(node, ast.expr) and type(node) not in names:
        return ast.unparse(node)
    return names.get(type(node), type(node).__name__.lower())


def tree_of(function):
    """The text of a function, as a tree; None where it is not to be found."""
    code = function.__code__
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return None
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>":
            if node.lineno == code.co_firstlineno:
                found.append(node)
    same = [node for node in found if _compiled(node).co_code == code.co_code]
    same = [node for node in same if _compiled(node).co_consts == code.co_consts] or same
    return same[0] if same else None


def _compiled(node):
    made = compile(ast.fix_missing_locations(ast.Expression(node)), "a lambda", "eval")
    return next(part for part in made.co_consts if isinstance(part, types.CodeType))


def exported(**functions):
    """A module of JavaScript that exports lists of functions under their names."""
    lines = (
        f"export const {name} = [{', '.join(f'({text})' for text in texts)}];"
        for name, texts in functions.items()
    )
    return HELPERS + "\n".join(lines)
