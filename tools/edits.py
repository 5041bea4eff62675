"""The single edits of a Python file that mutation testing tries: `mutants.py` runs them.

An edit exchanges an operator, moves a constant, turns a condition round, drops a value or a
statement. The rest of the file stays as it is, to the character.
"""

import ast
import re
from dataclasses import dataclass
from itertools import pairwise

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<",
    ast.RShift: ">>", ast.MatMult: "@", ast.And: "and", ast.Or: "or", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is", ast.IsNot: "is not",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
EXCHANGED = {
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "//": ["/"], "%": ["*"], "**": ["*"],
    "&": ["|"], "|": ["&"], "^": ["&"], "<<": [">>"], ">>": ["<<"], "@": ["*"],
    "and": ["or"], "or": ["and"], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="],
    ">=": [">", "<"], "==": ["!="], "!=": ["=="], "is": ["is not"], "is not": ["is"],
    "in": ["not in"], "not in": ["in"],
}  # fmt: skip
SIGNS = {ast.USub: "-", ast.Not: "not", ast.Invert: "~"}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"}


@dataclass(frozen=True)
class Edit:
    """One change: the bytes from start to end become `new`."""

    start: int
    end: int
    old: str
    new: str
    row: int  # from 1
    line: str  # the stripped text of that row
    nth: int  # of the equal changes on that row, from 1
    where: str  # the function around it, or ""
    rows: tuple  # the rows that run where it matters; none for what runs at import

    @property
    def change(self):
        """As the list of equivalent edits names it."""
        short = lambda text: re.sub(r"\s+", " ", text)
        return f"{short(self.old)} → {short(self.new)}" + (f" ({self.nth})" if self.nth > 1 else "")

    def applied(self, source):
        """The file with this change."""
        code = source.encode()
        return (code[: self.start] + self.new.encode() + code[self.end :]).decode()


def edits(source):
    """Every edit of a file's text, in its order."""
    return list(_Finder(source).found())


class _Finder:
    """Walks the tree; positions are offsets into the file's bytes."""

    def __init__(self, source):
        self.code = source.encode()
        self.lines = source.splitlines()
        starts = [0]
        for line in self.code.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self.starts = starts
        self.tree = ast.parse(source)

    def found(self):
        counts = {}
        raw = sorted(self.walk(self.tree, "", ()), key=lambda e: e[:2])
        for start, end, new, where, rows in raw:
            old = self.code[start:end].decode()
            row = self.code.count(b"\n", 0, start) + 1
            key = row, old, new
            counts[key] = counts.get(key, 0) + 1
            text = self.lines[row - 1].strip()
            yield Edit(start, end, old, new, row, text, counts[key], where, rows)

    def span(self, node):
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def walk(self, node, where, rows):
        if isinstance(node, ast.JoinedStr | ast.FormattedValue):
            return  # Python 3.11 does not say where their parts are
        if isinstance(node, ast.keyword) and node.arg == "strict":
            return  # zip's own look at lengths that are equal wherever it is called
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            name = getattr(node, "name", "lambda")
            where = f"{where}.{name}".lstrip(".")
            body = node.body if isinstance(node.body, list) else [node.body]
            inside = tuple(range(body[0].lineno, node.end_lineno + 1))
            # A default is made at import, and matters in the function's body.
            for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
                yield from self.walk(default, where, inside)
            for part in body:
                yield from self.walk(part, where, self.rows(part))
            return
        if isinstance(node, ast.ClassDef):
            where = f"{where}.{node.name}".lstrip(".")
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        yield from ((*edit, where, rows) for edit in self.own(node))
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    inner = self.rows(child) if rows and isinstance(child, ast.stmt) else rows
                    yield from self.walk(child, where, inner)

    def rows(self, node):
        """The rows of a statement, or of its head where it has a body."""
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno
        return tuple(range(node.lineno, max(last, node.lineno) + 1))

    def between(self, left, right, operator):
        """Where the operator between two nodes is."""
        start, end = self.span(left)[1], self.span(right)[0]
        text = re.sub(rb"#[^\n]*", lambda m: b" " * len(m[0]), self.code[start:end])
        symbol = rb"\s+".join(map(re.escape, OPERATORS[type(operator)].encode().split()))
        match = re.search(symbol, text)
        return start + match.start(), start + match.end()

    def exchanged(self, place, operator):
        for new in EXCHANGED[OPERATORS[type(operator)]]:
            yield *place, new

    def negated(self, test):
        start, end = self.span(test)
        yield start, end, f"(not ({self.code[start:end].decode()}))"

    def own(self, node):
        """(start, end, new) of the edits of one node itself."""
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                yield from self.exchanged(self.between(left, right, op), op)
            case ast.AugAssign(target=target, op=op, value=value):
                yield from self.exchanged(self.between(target, value, op), op)
                yield *self.span(node), "pass"
            case ast.BoolOp(op=op, values=values):
                for left, right in pairwise(values):
                    yield from self.exchanged(self.between(left, right, op), op)
            case ast.Compare(left=left, ops=ops, comparators=others):
                for a, op, b in zip([left, *others], ops, others, strict=False):
                    yield from self.exchanged(self.between(a, b, op), op)
            case ast.UnaryOp(op=op) if type(op) in SIGNS:
                start = self.span(node)[0]
                yield start, start + len(SIGNS[type(op)]), ""
            case ast.Constant(value=bool(value)):
                yield *self.span(node), str(not value)
            case ast.Constant(value=int(value)):
                yield *self.span(node), str(value + 1)
                yield *self.span(node), str(value - 1) if value else "(-1)"
            case ast.Constant(value=float(value)):
                yield *self.span(node), repr(2 * value if value else 1.0)
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                yield from self.negated(test)
            case ast.comprehension(ifs=tests):
                for test in tests:
                    yield from self.negated(test)
            case ast.Return(value=value) if value is not None:
                if not (isinstance(value, ast.Constant) and value.value is None):
                    yield *self.span(value), "None"
            case ast.Expr(value=ast.Call()) | ast.Raise():
                yield *self.span(node), "pass"
            case ast.Break():
                yield *self.span(node), "continue"
            case ast.Continue():
                yield *self.span(node), "pass"
            case ast.Call(func=ast.Name(id=name) as func) if name in NAMES:
                yield *self.span(func), NAMES[name]
            case ast.Call(func=ast.Attribute(attr=name) as func) if name in NAMES:
                end = self.span(func)[1]
                yield end - len(name), end, NAMES[name]
