"""How a reader's compiled function is looked through, statement by statement.

Here the statements are made by hand and nothing is compiled; whole functions are refused in
test_wasm.py.
"""

import linecache
import math
import operator
from types import SimpleNamespace

import numpy as np
import pytest
from numba import njit, types
from numba.core import config, ir
from numba.core.compiler import run_frontend
from numba.core.registry import cpu_target

import momentumlib as ml
from momentumlib.live.wasm import reader, tuples

FILE = "the reader's cell"
ARRAY = types.Array(types.float64, 1, "C")
ADVICE = "do this instead"


@pytest.fixture(autouse=True)
def source(monkeypatch):
    lines = ["def f(theta):\n", "    a = np.array([theta])\n", "    b = np.empty(2)\n"]
    monkeypatch.setitem(linecache.cache, FILE, (0, None, lines, FILE))


def place(line=3):
    return ir.Loc(FILE, line)


def variable(name):
    return ir.Var(None, name, place())


def typed(thing):
    """The type that Numba gives to a function that is called."""
    cpu_target.target_context.refresh()  # they learn here what NumPy's functions are
    cpu_target.typing_context.refresh()
    return cpu_target.typing_context.resolve_value_type(thing)


def assigned(value, line=3):
    return ir.Assign(value, variable("made"), place(line))


def call(line=3):
    return assigned(ir.Expr.call(variable("called"), (), (), place(line)), line)


def binop(fn=operator.add):
    return assigned(ir.Expr.binop(fn, variable("a"), variable("b"), place()))


UNARY = assigned(ir.Expr.unary(operator.neg, variable("a"), place()))
VIEW = assigned(ir.Expr.getitem(variable("a"), variable("b"), place()))


def trouble(statement, made=types.float64, called=None):
    return reader._trouble(statement, {"made": made, "called": called})


# --- What is called -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thing", "name", "known"),
    [
        (np.sin, "np.sin", True), (math.sqrt, "math.sqrt", True), (len, "len", True),
        (max, "max", True), (abs, "abs", True), (np.max, "np.max", False),
        (np.min, "np.min", False), (np.sum, "np.sum", True), (math.gamma, "math.gamma", False),
        (np.dot, "np.dot", False), (np.linalg.norm, "np.linalg.norm", False),
        (np.random.normal, "np.random.normal", False), (np.zeros, "np.zeros", False),
    ],
)  # fmt: skip
def test_what_a_page_can_run(thing, name, known):
    assert reader._callee(typed(thing)) == (name, known)


def test_what_is_no_function_of_numpy():
    @njit
    def helper(x):
        return x

    assert reader._callee(typed(helper)) == ("helper", True)
    assert reader._callee(typed(float))[1] is reader._callee(typed(np.float64))[1] is True
    assert reader._callee(typed(ValueError))[1] is True
    assert reader._callee(types.float64) == ("an object", False)
    assert reader._callee(types.RecursiveCall(typed(helper))) == ("itself", False)
    method = cpu_target.typing_context.resolve_getattr
    for name in ("sum", "mean", "prod"):
        assert reader._callee(method(ARRAY, name)) == (name, True)
    for name in ("max", "copy", "std"):
        assert reader._callee(method(ARRAY, name)) == (name, False)


# --- What a statement does --------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [ir.Del("made", place()), assigned(ir.Const(2.0, place())), VIEW, binop(), UNARY, call()],
)
def test_what_makes_numbers_is_no_trouble(statement):
    assert trouble(statement, types.float64, typed(np.sin)) is None
    assert trouble(statement, types.UniTuple(types.float64, 2), typed(np.sin)) is None


def test_an_array_that_is_looked_at_is_none_that_is_made():
    assert trouble(VIEW, ARRAY) is None
    assert trouble(assigned(ir.Expr.getattr(variable("a"), "T", place())), ARRAY) is None


def test_what_prints_or_makes_text():
    assert trouble(ir.Print((), None, place()))[:2] == ("prints", "print")
    says = f"write it with {reader.NUMBERS}"
    assert trouble(call(), types.unicode_type, typed(np.sin)) == ("makes text", "np.sin", says)
    assert trouble(binop(), types.unicode_type) == ("makes text", "", says)
    assert trouble(call(), types.float64, typed(str))[0] == "makes text"


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (types.List(types.float64), "makes a list"),
        (types.ListType(types.float64), "makes a list"),
        (types.Set(types.float64), "makes a set"),
        (types.DictType(types.int64, types.float64), "makes a dictionary"),
    ],
)  # fmt: skip
def test_what_makes_a_container(made, what):
    assert trouble(VIEW, made) == (what, "", None)


def test_what_makes_an_array():
    whole = ("makes an array", "arithmetic on whole arrays", None)
    assert trouble(binop(), ARRAY) == trouble(UNARY, ARRAY) == whole
    both = types.Tuple([types.float64, ARRAY])
    assert trouble(call(), both, typed(np.zeros)) == ("makes an array", "np.zeros", None)
    clipped = ("makes an array", "np.clip", reader.INSTEAD["clip"])
    assert trouble(call(), ARRAY, typed(np.clip)) == clipped
    assert trouble(binop(operator.matmul), ARRAY) == ("makes an array", "@", None)
    # Numba fills np.empty for np.array
    assert trouble(call(2), ARRAY, typed(np.empty))[1] == "np.array"
    assert trouble(call(3), ARRAY, typed(np.empty))[1] == "np.empty"
    assert trouble(call(2), ARRAY, typed(np.zeros))[1] == "np.zeros"


def test_what_calls_what_a_page_has_not(monkeypatch):
    numbers = f"write it with {reader.NUMBERS}"
    absent = "calls {}, which a page does not have"
    assert trouble(call(), called=typed(math.gamma)) == (absent.format("math.gamma"), "", numbers)
    norm = (absent.format("np.linalg.norm"), "", reader.INSTEAD["norm"])
    assert trouble(call(), called=typed(np.linalg.norm)) == norm
    assert trouble(binop(operator.matmul)) == (absent.format("@"), "", numbers)
    assert trouble(call(), called=types.float64) == ("calls an object", "", numbers)
    for name, known, wanted in (
        ("itself", False, ("calls itself", "", reader.INSTEAD["itself"])),
        ("numba.core.unsafe.eh.mark_try_block", False,
         ("catches exceptions", "try", reader.INSTEAD["try"])),
        ("numba.core.inline_closurecall.length_of_iterator", False,
         ("makes a list", "a comprehension", None)),
    ):  # fmt: skip
        monkeypatch.setattr(reader, "_callee", lambda _, pair=(name, known): pair)
        assert trouble(call()) == wanted


# --- Functions, and those that they call ------------------------------------------------


def compiled(*statements, calls=(), **options):
    """Like a dispatcher that has compiled these statements, and calls others."""
    typemap = {"made": types.float64, "called": typed(np.sin)}
    for k, other in enumerate(calls):
        typemap[f"other{k}"] = types.Dispatcher.__new__(types.Dispatcher)
        object.__setattr__(typemap[f"other{k}"], "_hidden", other)
    made = SimpleNamespace(blocks={0: SimpleNamespace(body=list(statements))}, typemap=typemap)
    return SimpleNamespace(
        targetoptions=options, overloads={(): SimpleNamespace(type_annotation=made)},
        py_func=SimpleNamespace(__name__="helper"), typemap=typemap,
    )  # fmt: skip


@pytest.fixture
def nested(monkeypatch):
    """Dispatchers' types that are made by hand, too."""
    monkeypatch.setattr(types.Dispatcher, "dispatcher", property(lambda self: self._hidden))


class Looked:
    """Equal to itself alone, as a dispatcher is, and hashable."""

    def __init__(self, *statements, calls=(), **options):
        self.__dict__ |= vars(compiled(*statements, calls=calls, **options))


def test_the_line_and_the_advice_are_said(nested):
    good, bad = Looked(binop(), call()), Looked(binop(), ir.Print((), None, place(7)))
    assert reader._look("f", good, ADVICE, set()) is None
    says = r"^f prints \(print, line 7\); leave print out, and look"
    for one in (bad, Looked(binop(), calls=[good, bad]), Looked(calls=[Looked(calls=[bad])])):
        with pytest.raises(TypeError, match=says):
            reader._look("f", one, ADVICE, set())
    listed = Looked(VIEW)
    listed.typemap["made"] = types.List(types.float64)
    with pytest.raises(TypeError, match=rf"^f makes a list \(line 3\); {ADVICE}$"):
        reader._look("f", listed, ADVICE, set())
    listed.typemap["made"] = types.Set(types.float64)
    with pytest.raises(TypeError, match=rf"^f makes a set \(line 3\); {ADVICE}$"):
        reader._look("f", listed, ADVICE, set())


def test_no_function_is_looked_at_twice(nested):
    again = Looked(binop())
    again.typemap["other"] = types.Dispatcher.__new__(types.Dispatcher)
    object.__setattr__(again.typemap["other"], "_hidden", again)
    seen = set()
    reader._look("f", again, ADVICE, seen)
    assert seen == {again}


def test_a_page_has_one_processor(nested):
    side = Looked(binop(), parallel=True)
    with pytest.raises(
        TypeError, match=r"^f calls helper, which has parallel=True; a page has one"
    ):
        reader._look("f", Looked(calls=[side]), ADVICE, set())
    reader._look("f", Looked(binop(), parallel=False), ADVICE, set())


def test_what_came_from_the_disk_is_compiled_anew(monkeypatch):
    stored, seen = Looked(binop()), []
    (overload,) = stored.overloads.values()
    overload.type_annotation, overload.signature = "text", SimpleNamespace(args=("float64",))
    fresh = Looked(ir.Print((), None, place()))
    fresh.compile = seen.append
    monkeypatch.setattr(reader, "_jitted", lambda who, one: seen.append((who, one)) or fresh)
    with pytest.raises(TypeError, match=r"^f prints"):
        reader._look("f", stored, ADVICE, set())
    assert seen == [("f", stored), ("float64",)]


# --- Lists that are returned --------------------------------------------------------------


def returned(function):
    """What makes the value of each return, after lists became tuples: names of operations."""
    made, turned = run_frontend(function), tuples._ReturnTuples()
    assert turned.analysis is None  # made as Numba's passes are
    assert turned.run_pass(SimpleNamespace(func_ir=made)) is True
    found = []
    for block in made.blocks.values():
        if isinstance(block.terminator, ir.Return):
            values = {s.target.name: s.value for s in block.body if isinstance(s, ir.Assign)}
            value = values[block.terminator.value.name].value
            while isinstance(value, ir.Var):
                value = values.get(value.name)
            found.append((value.op, len(value.items) if "build" in value.op else 0))
    return found


def test_lists_and_arrays_of_numbers_are_returned_as_tuples():
    A = np.eye(2)

    def kept(theta):
        parts = [theta[0], 1.0]
        return parts

    def either(theta):
        if theta[0] > 0:
            return [theta[0]]
        return np.array([1.0, 2.0, 3.0])

    two = [("build_tuple", 2)]
    assert returned(lambda theta: [theta[0], 1.0]) == two
    assert returned(lambda theta: np.array([theta[0], 1.0])) == two
    assert returned(lambda theta: np.asarray([theta[0], 1.0])) == two
    assert returned(lambda theta: np.array((theta[0], 1.0))) == two
    assert returned(lambda theta: (theta[0], 1.0)) == two
    assert sorted(returned(either)) == [("build_tuple", 1), ("build_tuple", 3)]
    assert returned(lambda theta: np.array([theta[0]], float)) == [("call", 0)]
    assert returned(lambda theta: np.array([theta[0]], dtype=float)) == [("call", 0)]
    assert returned(lambda theta: np.sort([theta[0], 1.0])) == [("call", 0)]
    assert returned(lambda theta: A @ theta) == [("binop", 0)]
    assert returned(kept) == [("build_list", 2)]  # a variable may have other uses


# --- What is compiled, and what is said where it cannot be ------------------------------------


def test_a_reader_s_options_that_change_numbers_are_kept():
    def f(theta):
        return theta[0]

    own = njit(fastmath=True, boundscheck=True, cache=False, nogil=False, inline="never")(f)
    made = reader._jitted("f", own)
    assert made is not own
    assert made.py_func is f
    assert made.targetoptions["fastmath"] is made.targetoptions["boundscheck"] is True
    plain = reader._jitted("f", f).targetoptions
    assert "fastmath" not in plain
    assert (plain["nogil"], plain["error_model"]) == (True, "numpy")
    for wrong in (np.sum, len, operator.itemgetter(0)):
        with pytest.raises(TypeError, match=r"^grad must be written as a function, with def"):
            reader._jitted("grad", wrong)


@pytest.mark.parametrize("before", [0, 1])
def test_the_compiler_is_on_for_a_page_and_then_as_it_was(monkeypatch, before):
    monkeypatch.setattr(config, "DISABLE_JIT", before)

    def fails():
        with reader.jitting():
            seen.append(config.DISABLE_JIT)
            raise KeyError

    seen = []
    with pytest.raises(KeyError):
        fails()
    assert seen == [0]
    assert config.DISABLE_JIT == before


def test_what_a_page_calls_of_a_problem_and_of_a_step(monkeypatch):
    first, asked = [], []
    monkeypatch.setattr(reader, "_first_for_the_notebook", lambda *given: first.append(given[1:]))

    def fill(theta, out):
        out[:] = 2 * theta

    def step(theta, g, eta):
        return theta - eta * g

    def kinds(outer, kind):
        asked.append(kind)
        return len(asked)

    for grad in (lambda theta: (2 * theta[0],), fill):
        problem = ml.Problem(lambda theta: theta[0] ** 2, grad, start=[1.0], compile=False)
        assert reader.problem(problem, kinds) == (1, 2)
        assert asked == ["loss", "grad"]
        assert len(first) == 1
        del asked[:], first[:]
    assert reader.step(step, kinds) == 1
    assert asked == ["rule"]
    ((method,),) = first
    assert method.hyper == {"eta": 1e-3}


def test_what_cannot_be_compiled_is_said_in_a_sentence():
    def f(theta):
        return theta[0]

    inner = njit(f)

    def fails(outer, kind):
        raise ValueError("whatever Numba says")

    with pytest.raises(
        TypeError, match=r"^f can't be compiled \(line \d+\); write it with"
    ) as said:
        reader._ready(inner, None, "loss", "f", ADVICE, fails)
    assert said.value.__suppress_context__
    assert reader._ready(inner, "outer", "loss", "f", ADVICE, lambda *given: given) == (
        "outer", "loss"
    )  # fmt: skip


def test_the_line_of_an_error_is_quoted_where_it_is_short(monkeypatch):
    scope = {}
    name = "cell.py"
    exec(compile("\n\ndef f(theta):\n    return theta\n", name, "exec"), scope)
    for text, shown in (("x" * 60, f": {'x' * 60}"), ("x" * 61, ""), ("", ""), ("y", ": y")):
        lines = ["\n", f"  {text}\n"]
        monkeypatch.setitem(linecache.cache, name, (0, None, lines, name))
        for error in ('in File "cell.py", line 2 of it', "Raised from cell.py (2) and so on"):
            said = reader._sentence("f", scope["f"], error)
            assert said == f"f can't be compiled (line 2{shown}); write it with {reader.NUMBERS}"
    said = reader._sentence("f", scope["f"], "nowhere")
    assert said == f"f can't be compiled (line 3); write it with {reader.NUMBERS}"


def test_the_last_net_names_what_is_missing():
    assert str(reader.missing("numba_dgemm")).startswith("your functions need dgemm, which a page")
    assert str(reader.missing("memcpy")).startswith("your functions need memcpy, which a page")
