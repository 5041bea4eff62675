"""The linker, and how a module is put together, on modules of a few lines."""

import ctypes
from types import SimpleNamespace

import llvmlite.binding as llvm
import numpy as np
import pytest
import wasmtime
from numba import njit
from numba.core import config
from numba.core.registry import cpu_target
from numba.core.typing.templates import _OverloadFunctionTemplate

import momentumlib as ml
from momentumlib import kernels, landscapes
from momentumlib.live.wasm import compiler, linker

# 100 numbers, a word of 3 bytes behind them, and a function that nobody asks for between others.
TEXT = """
@numbers = internal constant [100 x double] [{numbers}]
@word = internal constant [3 x i8] c"abc", align 1
declare double @{borrowed}(double)
define internal double @inner(double %x) noinline {{
  %y = call double @{borrowed}(double %x)
  ret double %y
}}
define double @unasked(double %x) {{
  ret double %x
}}
define double @number(i32 %i) {{
  %at = getelementptr [100 x double], ptr @numbers, i32 0, i32 %i
  %x = load double, ptr %at
  %y = call double @inner(double %x)
  ret double %y
}}
define i32 @letter(i32 %i) {{
  %at = getelementptr [3 x i8], ptr @word, i32 0, i32 %i
  %x = load i8, ptr %at
  %y = zext i8 %x to i32
  ret i32 %y
}}
"""
NUMBERS = np.arange(100) / 4


def emitted(borrowed, names):
    """TEXT as a module that borrows one function."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    numbers = ", ".join(f"double {x}" for x in NUMBERS)
    module = llvm.parse_assembly(TEXT.format(numbers=numbers, borrowed=borrowed))
    machine = llvm.Target.from_triple("wasm32-unknown-unknown").create_target_machine(
        opt=0, reloc="static"
    )
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    return linker.link(machine.emit_object(module), names)


def test_constants_lie_below_the_heap_and_functions_are_where_they_were():
    code = emitted("cos", ["letter", "number"])
    store = wasmtime.Store()
    module = wasmtime.Module(store.engine, code)
    memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(3, None)))
    double = wasmtime.ValType.f64()
    cos = wasmtime.Func(store, wasmtime.FuncType([double], [double]), lambda x: x + 1000)
    assert [(item.module, item.name) for item in module.imports] == [
        ("env", "memory"), ("env", "cos")
    ]  # fmt: skip
    page = wasmtime.Instance(store, module, [memory, cos]).exports(store)
    assert [item.name for item in module.exports] == ["letter", "number", "heap"]
    assert [page["number"](store, i) for i in (0, 1, 99)] == [1000, 1000.25, 1024.75]
    assert bytes(page["letter"](store, i) for i in range(3)) == b"abc"
    # 800 bytes and 3, to a multiple of 16, then the stack
    assert page["heap"].value(store) == 816 + linker.STACK
    base = ctypes.addressof(memory.data_ptr(store).contents)
    assert np.array_equal(np.frombuffer((ctypes.c_double * 100).from_address(base)), NUMBERS)


def test_what_a_page_cannot_lend_is_named():
    with pytest.raises(LookupError) as error:
        emitted("gamma", ["number"])
    assert error.value.args == ("gamma",)


@pytest.fixture
def put_together(monkeypatch):
    """Modules as what they would be made of: {name: (function, kind)}, exports, simd."""
    monkeypatch.setattr(compiler, "compiled", lambda f, kind: (f.__name__, kind))
    monkeypatch.setattr(compiler, "_module", lambda pieces, exports, simd: (pieces, exports, simd))
    monkeypatch.setattr(compiler.reader, "step", lambda step, make: make(step, "rule"))
    own = lambda problem, make: (make(problem._cost, "loss"), make(problem._slope, "grad"))
    monkeypatch.setattr(compiler.reader, "problem", own)


def test_what_a_module_of_runs_is_made_of(put_together):
    def cost(theta):
        return theta[0]

    def slope(theta):
        return (1.0,)

    def first(theta, g, eta):
        return theta - eta * g

    def second(theta, g, eta):
        return theta

    own = ml.Problem(cost, slope, dim=1, compile=False)
    pieces, exports, simd = compiler.run_module(["saddle", own], [first, second], False)
    assert simd is False
    assert pieces == {
        "rule.0": ("first", "rule"), "rule.1": ("second", "rule"), "loss.0": ("saddle", "loss"),
        "grad.0": ("saddle_grad", "grad"), "loss.1": ("cost", "loss"), "grad.1": ("slope", "grad"),
    }  # fmt: skip
    at = lambda p, rule: {"loss": f"loss.{p}", "grad": f"grad.{p}", "rule": rule}
    wanted = []
    for p in (0, 1):
        wanted += [(f"{name}{p}", name, at(p, "nothing.")) for name in ("run", "values", "grad")]
        wanted += [(f"run{p}_{r}", "run", at(p, f"rule.{r}")) for r in (0, 1)]
    assert exports == wanted
    assert compiler.run_module([], [], True) == ({}, [], True)


def test_what_the_other_modules_are_made_of(put_together):
    assert compiler.map_module() == ({}, [("rates", "rates", {})], True)
    layers = ("load forward rectify mask weight_grad input_grad cost move").split()
    assert compiler.network_module() == ({}, [(name, name, {}) for name in layers], True)
    pieces, exports, simd = compiler.loops_module()
    both = [*layers, *(f"double_{name}" for name in layers)]
    kinds = [name.removesuffix("_grad") for name in vars(landscapes) if name.endswith("_grad")]
    assert len(kinds) > 8
    assert (simd, exports[:16]) == (True, [(name, name, {}) for name in both])
    assert exports[16:] == [
        (f"advance_{kind}", "advance",
         {"loss": f"loss.{kind}", "grad": f"grad.{kind}", "rule": "nothing."}) for kind in kinds
    ]  # fmt: skip
    assert pieces == {f"loss.{kind}": (kind, "loss") for kind in kinds} | {
        f"grad.{kind}": (f"{kind}_grad", "grad") for kind in kinds
    }


def test_what_is_left_to_call_is_looked_at(monkeypatch):
    """The layers' cost needs a logarithm, as an instruction of LLVM's and then as a function."""
    asked = ({}, [("cost", "cost", {})], True)
    says = "your functions need {}, which a page does not have"
    with monkeypatch.context() as patch:
        patch.setattr(compiler, "re", SimpleNamespace(match=lambda *_: None))
        with pytest.raises(TypeError, match=says.format(r"llvm\.(log|exp)\.f64")):
            compiler._module(*asked)
    monkeypatch.setattr(linker, "MATHS", frozenset({"exp"}))
    with pytest.raises(TypeError, match=says.format("log")):
        compiler._module(*asked)


def test_numba_s_own_parts_are_put_aside_and_back():
    context, parts = cpu_target.target_context, _OverloadFunctionTemplate.__subclasses__()
    inside, caches = context.cached_internal_func, [part._impl_cache for part in parts]
    before = config.OPT, config.LOOP_VECTORIZE

    def fails():
        with compiler._as_written():
            seen.append((context.cached_internal_func, int(config.OPT), config.LOOP_VECTORIZE))
            seen.append([part._impl_cache for part in parts if part._impl_cache])
            raise KeyError

    seen = []
    with pytest.raises(KeyError):
        fails()
    assert seen == [({}, 0, 0), []]
    assert context.cached_internal_func is inside
    assert all(part._impl_cache is was for part, was in zip(parts, caches, strict=True))
    assert (config.OPT, config.LOOP_VECTORIZE) == before


def test_for_what_a_function_is_compiled(monkeypatch):
    asked = []
    monkeypatch.setattr(compiler, "njit", lambda *given, **named: asked.append((given, named)) or (
        lambda function: function))  # fmt: skip
    assert compiler.compiled(abs, "loss") is abs
    assert compiler.compiled(abs, "float64(float64)") is abs
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **kernels.OPTIONS}
    assert asked == [((kernels.signatures()["loss"],), options), (("float64(float64)",), options)]
    assert njit is not compiler.njit
