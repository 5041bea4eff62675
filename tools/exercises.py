"""The exercises of a notebook: four cells each, which their tags name.

A statement (the directive `{exercise}`), the stub, the check and the solution.
"""

import ast
import re
from dataclasses import dataclass

from nbformat import NotebookNode

STATEMENT = re.compile(
    r"(?P<fence>`{3,}|:{3,})\{exercise\} (?P<title>.+)\n:label: (?P<label>\S+)\n+"
    r"\*\*(?P<level>Warm-up|Core|Challenge)\.\*\* .*\n(?P=fence)",
    re.DOTALL,
)
CALL = re.compile(r"^\s*ml\.check\.(\w+)\(", re.MULTILINE)
KINDS = "exercise", "check", "solution"


@dataclass(frozen=True)
class Exercise:
    """One exercise: its statement's parts, and the cells of its stub, check and solution."""

    title: str
    label: str
    level: str
    stub: NotebookNode
    check: NotebookNode
    solution: NotebookNode

    @property
    def name(self):
        """The name of the check: `momentum` of `ml.check.momentum(step)`."""
        return CALL.match(self.check.source)[1]

    def answers(self):
        """The names that the reader defines and the check takes."""
        used = {node.id for node in ast.walk(ast.parse(self.check.source)) if is_name(node)}
        return used & defined(self.stub.source)

    def solved(self):
        """The check's code, with the solution's names in place of the reader's."""
        ours = defined(self.solution.source)
        tree = ast.parse(self.check.source)
        for node in filter(is_name, ast.walk(tree)):
            if f"{node.id}_solution" in ours:
                node.id += "_solution"
        return ast.unparse(tree)


def is_name(node):
    """Whether a node of a syntax tree is a variable's name."""
    return isinstance(node, ast.Name)


def defined(source):
    """The names that a cell's code defines at its top.

    >>> sorted(defined("import numpy as np\\na, b = 1, 2\\ndef f(x): y = x"))
    ['a', 'b', 'f', 'np']
    """
    table = compile(source, "cell", "exec", ast.PyCF_ONLY_AST)
    names = set()
    for node in table.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        for part in ast.walk(node):
            if is_name(part) and isinstance(part.ctx, ast.Store):
                names.add(part.id)
            elif isinstance(part, ast.alias):
                names.add((part.asname or part.name).split(".")[0])
    return names


def kind(cell):
    """ "exercise", "check" or "solution" for a code cell that is tagged so, else ""."""
    tags = set(KINDS) & set(cell.metadata.get("tags", []))
    return next(iter(tags), "") if cell.cell_type == "code" else ""


def exercises(notebook):
    """The exercises of a notebook, in order. Raises ValueError where one is not complete."""
    found, cells = [], notebook.cells
    for at, cell in enumerate(cells):
        if kind(cell) == "exercise":
            statement = STATEMENT.fullmatch(cells[at - 1].source.strip())
            if not statement or tuple(map(kind, cells[at : at + 3])) != KINDS:
                raise ValueError(
                    "an exercise is four cells (statement, stub, check, solution), but this "
                    f"one is not:\n{cells[at - 1].source}\n\n{cell.source}"
                )
            if not CALL.match(cells[at + 1].source):
                raise ValueError(f"this is no check `ml.check...`:\n{cells[at + 1].source}")
            parts = statement.group("title", "label", "level")
            found.append(Exercise(*parts, *cells[at : at + 3]))
    return found
