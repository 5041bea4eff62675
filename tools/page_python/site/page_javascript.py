"""A reader's functions of numbers as JavaScript, where no LLVM makes WebAssembly of them.

Numbers, `if`, loops, and functions of `math` and NumPy: the same text with other words. What is
something else gets a sentence with its line. In the page it is the module `page_javascript`.
"""

import ast
import types
from collections.abc import Hashable
from functools import reduce

import numpy as np
from page_trees import tree_of
from page_words import KNOWN, literal, word

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
