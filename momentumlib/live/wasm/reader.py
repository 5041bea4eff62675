"""A reader's functions as compiled code, or one sentence that says why a page can't run them.

A page has numbers and `Math`, and no one who hands out memory: a function that makes
arrays, lists or text, or that calls what is not compiled, is refused, with its line and
what to write instead. LLVM would end the process where it meets such code, so what is
not known to work is refused as well.
"""

import ast
import inspect
import operator
import re
from contextlib import contextmanager, suppress
from linecache import getline
from os.path import basename
from textwrap import dedent

import numpy as np
from numba import njit, types
from numba.core import config, ir

from ... import kernels
from ...binding import look_at_step
from ...methods import COLUMNS
from ...readers import grad_of, loss_of, parts_of, rule_of
from ...steps import call_of, fast_rule, own, plain_rule
from .tuples import ListsAsTuples

#: Functions of Python, math and NumPy that a page can run; a test runs each of them.
KNOWN = frozenset(
    "abs absolute acos acosh arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh "
    "atan atan2 atanh bool cbrt ceil copysign cos cosh deg2rad degrees enumerate exp expm1 fabs "
    "float float64 floor fmax fmin fmod hypot int isfinite isinf isnan len log log10 log1p log2 "
    "max maximum mean min minimum pow power prod rad2deg radians range rint round sign "
    "sin sinh slice sqrt square sum tan tanh trunc zip".split()
)

CONTAINERS = {
    types.List: "list", types.ListType: "list", types.Set: "set", types.DictType: "dictionary",
}  # fmt: skip
NUMBERS = "numbers, if, for over range, and functions such as np.sqrt and np.exp"

#: What a page can't do, and what to write in its place.
INSTEAD = {
    "itself": "write the recursion as a loop, with for over range or while",
    "try": "test the numbers with if instead",
    "clip": "write min(max(x, low), high)",
    "where": "write one number if the condition holds else another",
    "nan_to_num": "write 0.0 if np.isnan(x) else x",
    "factorial": "multiply the factors in a loop, for k in range(2, n + 1)",
    "norm": "write np.sqrt of a sum of squares",
    "dot": "add the products in a loop",
    "divmod": "write x // y and x % y",
    "random": "leave chance out: a figure's run is the same each time",
}


def problem(problem, compiled):
    """(loss, gradient) of a reader's Problem, as `kernels.simulate` calls them."""
    problem.f(problem.start)
    problem.grad(problem.start)  # both say what is wrong in Python's terms
    _first_for_the_notebook(problem._native)
    return _loss(problem, compiled), _gradient(problem, compiled)


def _loss(problem, compiled):
    f = _jitted("f", problem._cost)
    loss = loss_of(f, problem._cost_names, problem.data.layout)
    return _ready(f, loss, "loss", "f", "return one number made of theta[0], theta[1], …", compiled)


def _gradient(problem, compiled):
    slope, how = problem._slope, (problem._slope_names, problem.data.layout)
    advice = "return one number a coordinate, as in return 2 * theta[0], 20 * theta[1]"
    if problem._fills:
        advice = "set out[0], out[1], … to numbers"
    else:
        with suppress(TypeError):  # a tuple, a list or np.array([...]): its parts, one by one
            parts = _jitted("grad", slope, pipeline_class=ListsAsTuples)
            fill = parts_of(parts, problem.dim, *how)
            return _ready(parts, fill, "grad", "grad", advice, compiled)
    grad = _jitted("grad", slope)  # it fills out, or gives a view of theta; or it is refused
    return _ready(grad, grad_of(grad, problem._fills, *how), "grad", "grad", advice, compiled)


def step(step, compiled):
    """A reader's step, as `kernels.simulate` calls it."""
    arguments, returns = call_of(step)
    method = own(step, **{name: 1e-3 for name in arguments if name in COLUMNS})
    look_at_step(method, plain_rule(method), np.array([1e-3]))
    _first_for_the_notebook(fast_rule, method)
    rule = _jitted("step", step)
    advice = f"return plain numbers instead: return {', '.join(returns)}"
    outer = rule_of(rule, arguments, (), returns, (), whole=False)
    return _ready(rule, outer, "rule", "step", advice, compiled)


def missing(symbol):
    """The last net: code that is left to call something which a page does not have."""
    return TypeError(
        f"your functions need {symbol.removeprefix('numba_')}, which a page does not have; "
        f"write them with {NUMBERS}"
    )


def _jitted(who, function, **options):
    """A dispatcher of its own, so that the reader's is left as it is."""
    wanted = getattr(function, "targetoptions", {})
    wanted = {k: v for k, v in wanted.items() if k in ("fastmath", "boundscheck")}
    function = getattr(function, "py_func", function)
    if not inspect.isfunction(function):
        raise TypeError(f"{who} must be written as a function, with def, for a page to run it")
    with jitting():
        return njit(**wanted, **kernels.OPTIONS, **options)(function)


@contextmanager
def jitting():
    """A page needs compiled code, even where NUMBA_DISABLE_JIT keeps the notebook from it."""
    before, config.DISABLE_JIT = config.DISABLE_JIT, 0
    try:
        yield
    finally:
        config.DISABLE_JIT = before


def _first_for_the_notebook(compile_, *arguments):
    """What a reader's functions call gets compiled with them: not by us, who leave code slow."""
    with suppress(Exception):  # it is tried again, and refused, below
        compile_(*arguments)


def _ready(inner, outer, kind, who, advice, compiled):
    """`outer`, which calls the reader's `inner`, compiled; TypeError where a page can't run it."""
    try:
        done = compiled(outer, kind)
    except Exception as error:  # Numba has many, and some are only Exceptions
        _look(who, inner, advice, set())  # may know more than Numba says
        raise TypeError(_sentence(who, inner.py_func, str(error))) from None
    _look(who, inner, advice, set())
    return done


def _sentence(who, function, error):
    """What Numba's error says, in one sentence about the reader's line."""
    if trouble := _written_trouble(function):
        what, line, instead = trouble
        return f"{who} {what} (line {line}); {instead}"
    file = function.__code__.co_filename
    found = re.search(rf'{re.escape(basename(file))}", line (\d+)|Raised from .*\((\d+)\)', error)
    line = int(found[1] or found[2]) if found else function.__code__.co_firstlineno
    unknown = re.search(r"Untyped global name '(\w+)'.*<class '(\w+)'>", error)
    if unknown and unknown[2] == "function":
        return (
            f"{who} calls {unknown[1]}, which is not compiled (line {line}); "
            f"put @njit above {unknown[1]}, or write its formula in {who}"
        )
    if unknown:
        return (
            f"{who} uses {unknown[1]}, which is no number, array or compiled function "
            f"(line {line}); write it with {NUMBERS}"
        )
    text = getline(file, line).strip() if found else ""
    text = f": {text}" if 0 < len(text) <= 60 else ""
    return f"{who} can't be compiled (line {line}{text}); write it with {NUMBERS}"


def _written_trouble(function):
    """(what it does, line, what to write instead) where a function's text has what no page can."""
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):  # typed at a prompt, or half a statement: a lambda
        return None
    around = {tree: function.__name__}  # the function that each part of the text is in
    for node in ast.walk(tree):
        inside = node.name if isinstance(node, ast.FunctionDef) else around[node]
        around |= dict.fromkeys(ast.iter_child_nodes(node), inside)
        line = first - 1 + getattr(node, "lineno", 1)
        if isinstance(node, ast.Try):
            return "catches exceptions with try", line, INSTEAD["try"]
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == around[node]:
            return "calls itself", line, INSTEAD["itself"]
        if instead := _instead(called):
            return f"calls {called}, which a page does not have", line, instead
    return None


def _instead(called):
    """What to write in place of a function such as np.clip, or None."""
    parts = called.split(".")
    return INSTEAD.get("random" if "random" in parts else parts[-1])


# --- Looking through compiled functions ---------------------------------------------


def _look(who, dispatcher, advice, seen):
    """Refuse what allocates or calls the unknown, in a function and in those it calls."""
    if dispatcher in seen:
        return
    seen.add(dispatcher)
    if dispatcher.targetoptions.get("parallel"):
        name = dispatcher.py_func.__name__
        raise TypeError(f"{who} calls {name}, which has parallel=True; a page has one processor")
    for overload in list(dispatcher.overloads.values()):
        annotation = overload.type_annotation
        if isinstance(annotation, str):  # it came from the disk, without what is needed here
            fresh = _jitted(who, dispatcher)
            fresh.compile(overload.signature.args)
            return _look(who, fresh, advice, seen)
        for block in annotation.blocks.values():
            for statement in block.body:
                trouble = _trouble(statement, annotation.typemap)
                if trouble:
                    what, where, instead = trouble
                    where = f"{where}, " if where else ""
                    raise TypeError(
                        f"{who} {what} ({where}line {statement.loc.line}); {instead or advice}"
                    )
        for callee in annotation.typemap.values():
            if isinstance(callee, types.Dispatcher):
                _look(who, callee.dispatcher, advice, seen)


def _trouble(statement, typemap):
    """(what it does, with what, what to do instead) where a page can't do a statement, or None."""
    if isinstance(statement, ir.Print):
        return "prints", "print", "leave print out, and look at the numbers in the notebook"
    if not (isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Expr)):
        return None
    made, expression = typemap[statement.target.name], statement.value
    name, known = "", True
    if expression.op == "call":
        name, known = _callee(typemap[expression.func.name])
    elif expression.op == "binop" and expression.fn is operator.matmul:
        name, known = "@", False
    if name == "str" or isinstance(made, types.UnicodeType):
        return "makes text", name, f"write it with {NUMBERS}"
    for kind, noun in CONTAINERS.items():
        if isinstance(made, kind):
            return f"makes a {noun}", "", None
    arrays = [t for t in (made, *getattr(made, "types", ())) if isinstance(t, types.Array)]
    if arrays and expression.op in ("call", "binop", "unary", "arrayexpr"):
        if name == "np.empty" and "array(" in getline(statement.loc.filename, statement.loc.line):
            name = "np.array"  # for which Numba fills np.empty
        return "makes an array", name or "arithmetic on whole arrays", _instead(name)
    if name == "numba.core.unsafe.eh.mark_try_block":
        return "catches exceptions", "try", INSTEAD["try"]
    if name.startswith("numba.core.inline_closurecall"):
        return "makes a list", "a comprehension", None
    if not known:
        reason = "" if name in ("itself", "an object") else ", which a page does not have"
        return f"calls {name}{reason}", "", _instead(name) or f"write it with {NUMBERS}"
    return None


def _callee(callee):
    """(name of what is called, whether a page can run it), from its Numba type."""
    if isinstance(callee, types.Dispatcher):
        return callee.dispatcher.py_func.__name__, True
    if isinstance(callee, (types.NumberClass, types.ExceptionClass)):
        return str(callee), True
    key = getattr(callee, "typing_key", callee)
    if isinstance(callee, types.BoundFunction):
        name = key[-1] if isinstance(key, tuple) else key.split(".")[-1]
        return name, name in ("mean", "prod", "sum")
    if not isinstance(callee, types.Function):
        return "itself" if isinstance(callee, types.RecursiveCall) else "an object", False
    module, name = getattr(key, "__module__", None) or "numpy", key.__name__
    known = name in KNOWN and module in ("builtins", "math", "numpy")
    known = known and (module, name) not in (("numpy", "max"), ("numpy", "min"))
    prefix = {"builtins": "", "numpy": "np."}.get(module, module.replace("numpy.", "np.") + ".")
    return prefix + name, known
