"""Slips of one place in right answers: none passes a check, unless it changes nothing.

Every operator, sign, index, number, comparison and name of a right answer is changed,
one at a time; a seeded choice of these mutants is checked. A mutant that passes must do
the same as the formula on other, random cases that this file makes for itself.
"""

import ast
import textwrap
from functools import cache

import numpy as np
import pytest

import momentumlib as ml
from momentumlib.check.engine import answer, exercise, result
from test_check_tables import CHECKS, RIGHT, TABLES
from tiers import first

#: Mutants checked of each exercise; the smaller exercises have fewer.
MOST = 45


# --- Mutants ----------------------------------------------------------------------

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
COMPARISONS = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)


def replacements(node, names):
    """What may stand in a node's place: (description, new node)."""
    if isinstance(node, ast.BinOp):
        for kind in OPERATORS:
            if not isinstance(node.op, kind):
                yield kind.__name__, ast.BinOp(node.left, kind(), node.right)
        yield "left alone", node.left
        yield "right alone", node.right
        yield "swapped", ast.BinOp(node.right, node.op, node.left)
    if isinstance(node, ast.UnaryOp):
        yield "no sign", node.operand
    if isinstance(node, ast.Compare):
        for kind in COMPARISONS:
            if not isinstance(node.ops[0], kind):
                yield kind.__name__, ast.Compare(node.left, [kind()], node.comparators)
        yield "always", ast.Constant(True)
        yield "never", ast.Constant(False)
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        for value in (node.value + 1, node.value - 1, -node.value, node.value / 2):
            if value != node.value:
                yield f"{node.value} -> {value}", ast.Constant(value)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for name in names:
            if name != node.id:
                yield f"{node.id} -> {name}", ast.Name(name, ast.Load())
        if node.id in names:
            yield f"-{node.id}", ast.UnaryOp(ast.USub(), ast.Name(node.id, ast.Load()))
    if isinstance(node, ast.AugAssign):
        for kind in (ast.Add, ast.Sub, ast.Mult):
            if not isinstance(node.op, kind):
                yield f"{kind.__name__}=", ast.AugAssign(node.target, kind(), node.value)
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        yield "line gone", ast.Pass()
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2:
        yield "order", ast.Tuple(node.elts[::-1], ast.Load())


class At(ast.NodeTransformer):
    """Puts one replacement in the place of one node, counted as ast.walk does."""

    def __init__(self, target, new):
        self.target, self.new = target, new

    def visit(self, node):
        return self.new if node is self.target else self.generic_visit(node)


def assigned(tree):
    """The arguments and the variables of a function."""
    function = tree.body[-1]
    names = [argument.arg for argument in function.args.args]
    stored = [n.id for n in ast.walk(function) if isinstance(n, ast.Name)
              and isinstance(n.ctx, ast.Store)]  # fmt: skip
    return sorted({*names, *stored})


def mutants(text):
    """Every mutant of a text, as (what was changed, the text of the mutant)."""
    text = ast.unparse(ast.parse(textwrap.dedent(text)))
    names = assigned(ast.parse(text))
    count = len(list(ast.walk(ast.parse(text))))
    found = {}
    for number in range(count):
        options = len(list(replacements(list(ast.walk(ast.parse(text)))[number], names)))
        for which in range(options):
            tree = ast.parse(text)
            node = list(ast.walk(tree))[number]
            name, new = list(replacements(node, names))[which]
            changed = ast.fix_missing_locations(At(node, new).visit(tree))
            found.setdefault(ast.unparse(changed), f"{name} (node {number})")
    found.pop(text, None)
    return [(what, mutant) for mutant, what in found.items()]


# --- Independent judges: is a mutant the formula after all? ------------------------


def flat(returned):
    """What an answer returned, as one array; None for what has no such form."""
    try:
        parts = returned if isinstance(returned, (tuple, list)) else [returned]
        return np.concatenate([np.ravel(result.as_array(part).astype(float)) for part in parts])
    except (TypeError, ValueError):
        return None


def agree(mutant, right, draw, trials=40):
    """Whether a mutant returns what the right answer does, on random arguments."""
    rng = np.random.default_rng(2024)
    for _ in range(trials):
        arguments = draw(rng)
        copies = [[a.copy() if isinstance(a, np.ndarray) else a for a in arguments] for _ in "ab"]
        try:
            with np.errstate(all="ignore"):
                one, two = flat(mutant(*copies[0])), flat(right(*copies[1]))
        except Exception:
            return False
        if one is None or one.shape != two.shape or not np.allclose(one, two, 1e-5, 1e-9):
            return False
    return True


def bowl(rng, dim):
    matrix = rng.normal(size=(dim, dim))
    hessian = matrix @ matrix.T + np.eye(dim)
    return lambda theta: hessian @ np.asarray(theta) - 1


def arrays(rng, count):
    return [rng.normal(size=3) for _ in range(count)]


DRAW = {
    "gd": lambda rng: [*arrays(rng, 2), rng.uniform(0.01, 2)],
    "momentum": lambda rng: [*arrays(rng, 3), rng.uniform(0.01, 2), rng.uniform(0, 1)],
    "nag": lambda rng: [
        *arrays(rng, 2), bowl(rng, 3), rng.uniform(0.01, 2), rng.uniform(0, 1),
    ],
    "rmsprop": lambda rng: [
        rng.normal(size=3), rng.uniform(0, 2, 3), rng.normal(size=3),
        *rng.uniform(0.01, 0.9, 3),
    ],
    "adam": lambda rng: [
        *arrays(rng, 2), rng.uniform(0, 2, 3), rng.normal(size=3), int(rng.integers(0, 9)),
        *rng.uniform(0.05, 0.9, 4),
    ],
    "half_life": lambda rng: [rng.uniform(0.05, 0.99)],
}  # fmt: skip
for table in TABLES:
    DRAW |= getattr(table, "DRAW", {})
AGAIN = [("momentum", 2), ("adam", 1), ("restart_gradient", 1), ("nag_ahead", 1), ("amsgrad", 2)]
CHOSEN = [(name, 0) for name in RIGHT] + AGAIN
#: A quick one or two of each chapter; the others are test-slow's.
QUICK = [
    (name, 0) for name in (
        "gd", "half_life", "nag", "look_ahead", "first_step", "restart_interval", "accuracy",
        "tail_average", "torch_step",
    )
]  # fmt: skip


def compiled(text):
    scope = {"np": np, "ml": ml}
    exec(text, scope)
    return [f for f in scope.values() if getattr(f, "__code__", None)][-1]


@cache
def chosen(name, number):
    """A seeded choice of the mutants of one right answer."""
    everything = mutants(RIGHT[name][number])
    order = np.random.default_rng([len(name), number, 7]).permutation(len(everything))
    return [everything[k] for k in order[:MOST]]


@pytest.mark.parametrize(("name", "number"), first(QUICK, CHOSEN))
def test_no_mutant_passes(name, number, monkeypatch):
    monkeypatch.setattr(answer, "LIMIT", 0.5)
    right = compiled(textwrap.dedent(RIGHT[name][number]))
    killed = 0
    for what, text in chosen(name, number):
        exercise.tries.clear()
        mutant = compiled(text)
        verdict = CHECKS[name](mutant)
        if verdict.passed:
            assert agree(mutant, right, DRAW[name]), f"{what} passes:\n{text}"
        else:
            assert verdict.message
            assert not agree(mutant, right, DRAW[name]), (
                f"{what} changes nothing, but fails:\n{text}\n{verdict}"
            )
            killed += 1
    assert killed >= 0.6 * len(chosen(name, number))


@pytest.mark.slow
def test_there_are_enough_mutants():
    """At least 200 mutants that a check must find, over all exercises."""
    counts = {pair: len(chosen(*pair)) for pair in CHOSEN}
    assert sum(counts.values()) >= 400, counts
    assert min(counts.values()) >= 2, counts  # the logarithm of a number has no more
