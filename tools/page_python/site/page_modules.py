"""`momentumlib.live.wasm` of a page: where no LLVM makes WebAssembly, figures run JavaScript.

The book's landscapes and formulas were translated when the page was made (`contents.py`); a
reader's functions are translated here, and the page compares some of their numbers with
Python's before it believes them.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
from page_javascript import translated
from page_words import exported, literal

from momentumlib.arguments import short
from momentumlib.binding import look_at_step
from momentumlib.methods import COLUMNS
from momentumlib.problems import Landscape, Problem
from momentumlib.readers import parameters
from momentumlib.steps import call_of, own, plain_rule

#: WebAssembly with nothing but `heap`, the first byte of the memory that is the page's own.
EMPTY = bytes.fromhex("0061736d01000000 0607017f00418008 0b 0708010468656170 0300")
RULE = "code, theta, v, s, s_max, g, t, eta, gamma, beta2, eps"


class Module(bytes):
    """What stands for a module: `script` runs in its place, or the page has it as `same`."""

    script = same = ""


def build(problems, own=(), simd=False):
    """The module that runs every built-in method, and your own steps, on `problems`."""
    book = _book()
    losses, grads, rules, checks = [], [], [], []
    for p, code in enumerate(dict.fromkeys(map(_code, problems))):
        if isinstance(code, str):
            loss, grad = book[code]
        else:
            loss, grad = _functions(code, p, checks)
        losses.append(loss)
        grads.append(grad)
    for r, step in enumerate(own):
        rules.append(_rule(step, r, checks))
    module = Module(EMPTY)
    module.script = exported(
        losses=losses, grads=grads, steps=[book["step"]], rules=rules, checks=checks
    )
    return module


def index(problems):
    """The p of each problem in the module that `build(problems)` gives."""
    codes = [_code(problem) for problem in problems]
    distinct = list(dict.fromkeys(codes))
    return [distinct.index(code) for code in codes]


def build_map():
    """The module that draws maps of the rate: the page's own."""
    return _same("map_module")


def build_network():
    """The loops of a network: the page's own."""
    return _same("module")


def _same(name):
    module = Module()
    module.same = name
    return module


def _code(problem):
    """Equal for problems that the same code serves: a landscape's kind, or the problem."""
    if not isinstance(problem, Problem):
        raise TypeError(f"problems must hold Problems, but one is {short(problem)}")
    return problem._kind if isinstance(problem, Landscape) else problem


@cache
def _book():
    return json.loads(Path(__file__).with_name("book.json").read_text(encoding="utf-8"))


def _functions(problem, p, checks):
    """(loss, gradient) of a reader's Problem."""
    problem.f(problem.start)
    problem.grad(problem.start)  # both say what is wrong in Python's terms
    f = _called("f", problem._cost, ["theta"], problem.data)
    takes = ["theta", "out"] if problem._fills else ["theta"]
    grad = _called("grad", problem._slope, takes, problem.data)
    call = "g(theta, out)" if problem._fills else "out.set([g(theta)].flat())"
    grad = f"(g => (theta, params, out) => {{ {call}; }})({grad})"
    for shift in (0.0, 0.1, -0.3):
        theta = problem.start + shift
        at = f"Float64Array.of({', '.join(map(literal, theta))})"
        checks.append(_check(f"losses[{p}]({at}, [])", "f", problem.f(theta)))
        slope = f"(out => {{ grads[{p}]({at}, [], out); return out; }})"
        slope += f"(new Float64Array({theta.size}))"
        checks.append(_check(slope, "grad", problem.grad(theta)))
    return f, grad


def _called(who, function, takes, data):
    """A function of a reader's as JavaScript calls it: with its data."""
    names = [one.name for one in parameters(function)]
    arrays = [*names[: len(takes)], *(n for n in names if np.ndim(data.items.get(n, 0)))]
    text = translated(function, who, arrays)
    values = [literal(data[name]) if name in data else "undefined" for name in names[len(takes) :]]
    given = ", ".join([*takes, *values])
    return f"(f => ({', '.join(takes)}) => f({given}))({text})"


def _rule(step, r, checks):
    """A reader's step as `kernels.simulate` calls it."""
    arguments, returns = call_of(step)
    method = own(step, **{name: 1e-3 for name in arguments if name in COLUMNS})
    rule = plain_rule(method)
    look_at_step(method, rule, np.array([1e-3]))
    names = [one.name for one in parameters(step)]
    given = ", ".join(arguments.get(name, "undefined") for name in names)
    left = {name: f"r[{k}]" for k, name in enumerate(returns)}
    out = ", ".join(left.get(name, name) for name in ("theta", "v", "s", "s_max"))
    name = getattr(step, "__name__", "step")
    text = translated(step, name)
    for theta, v, s, g, t in ((1.5, 0.25, 0.5, -2, 0), (-0.7, -0.1, 2, 3, 1), (2.5, 0, 0, 0.5, 7)):
        state, next_ = [np.array([float(x)]) for x in (v, s, 0)], np.zeros(1)
        hyper = 0.01, 0.9, 0.99, 1e-8
        at, slope = np.array([theta]), np.array([float(g)])
        rule(9, at, *state, slope, float(t), *hyper, 0, 0, 0, None, next_)
        values = ", ".join(map(literal, (9, theta, v, s, 0, g, t, *hyper)))
        checks.append(_check(f"rules[{r}]({values})", name, np.concatenate([next_, *state])))
    return f"(f => ({RULE}) => {{ const r = [f({given})].flat(); return [{out}]; }})({text})"


def _check(call, who, said):
    """What the page compares: a call, whose it is, and what Python says."""
    said = literal(np.asarray(said, float).ravel())
    return f"() => [[{call}].flatMap(x => [...(x.length ? x : [x])]), {json.dumps(who)}, {said}]"
