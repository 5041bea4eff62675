"""Numba and LLVM: problems, steps and kernels as one WebAssembly module.

No formula is written again. Numba compiles the functions that the notebook runs; LLVM
inlines a problem and a step into `kernels.simulate` and translates that. JavaScript's
`Math` lends sin, exp, pow and the like; + − × ÷ √ are instructions, so that runs with
nothing else are bit-identical to native ones.

LLVM does not raise on code that it cannot translate: it ends the process. So a reader's
functions are looked through first (reader.py), and then what is left to call.
"""

import inspect
import re
from contextlib import contextmanager

import llvmlite.binding as llvm
from llvmlite import ir
from numba import float64, int32, njit, types
from numba.core import cgutils, config
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.core.typing.templates import _OverloadFunctionTemplate
from numba.experimental import function_type
from numba.np.arrayobj import make_array, populate_array

from .. import kernels, landscapes
from . import reader
from .linker import MATHS, link
from .store import stored

# Each export: its kernel, its parameters, and the shapes of the kernel's arrays. Arrays
# that the page does not give (noise, at, carry) are scratch on the stack.
ENTRIES = {
    "run": (
        "simulate",
        "code ahead correct params dim nparams work hyper steps restart_kind restart_k tol "
        "path states marks result",
        {
            "params": ["nparams"], "work": [6, "dim"], "hyper": ["steps", 5], "noise": [0, "dim"],
            "path": ["rows", "dim"], "states": ["kept", 3, "dim"], "marks": ["steps"],
            "result": [3], "carry": [6],
        },
    ),
    "values": (
        "evaluate",
        "params dim nparams points n out",
        {"params": ["nparams"], "points": ["n", "dim"], "at": ["dim"], "out": ["n"]},
    ),
    "grad": (
        "grad",
        "params dim nparams theta out",
        {"params": ["nparams"], "theta": ["dim"], "out": ["dim"]},
    ),
    "rates": (
        "rates",
        "nag eta n_eta gamma n_gamma eigenvalues n_eig out",
        {
            "eta": ["n_eta"], "gamma": ["n_gamma"], "eigenvalues": ["n_eig"],
            "out": ["n_gamma", "n_eta"],
        },
    ),
}  # fmt: skip
KERNELS = ("simulate", "evaluate", "rates", "nothing")

# What compiled functions call and WebAssembly has as an instruction. Numba counts the
# references to arrays that it owns; the page owns these.
RUNTIME = """
define void @NRT_incref(ptr %p) alwaysinline { ret void }
define void @NRT_decref(ptr %p) alwaysinline { ret void }
""" + "".join(
    f"""
declare double @llvm.{name}.f64(double)
define double @{name}(double %x) alwaysinline {{
  %y = call double @llvm.{name}.f64(double %x)
  ret double %y
}}"""
    for name in ("sqrt", "fabs", "floor", "ceil", "trunc", "rint")
)


def run_module(codes, own, simd):
    """The module of `wasm.build`; codes: kinds of landscapes, or the reader's Problems."""
    pieces, exports = {}, []
    for r, step in enumerate(own):
        pieces[f"rule.{r}"] = reader.step(step, compiled)
    for p, code in enumerate(codes):
        if isinstance(code, str):
            pair = getattr(landscapes, code), getattr(landscapes, code + "_grad")
            pair = [compiled(f, kind) for f, kind in zip(pair, ("loss", "grad"), strict=True)]
        else:
            pair = reader.problem(code, compiled)
        pieces[f"loss.{p}"], pieces[f"grad.{p}"] = pair
        functions = {"loss": f"loss.{p}", "grad": f"grad.{p}", "rule": "nothing."}
        exports += [(f"{entry}{p}", entry, functions) for entry in ("run", "values", "grad")]
        exports += [
            (f"run{p}_{r}", "run", {**functions, "rule": f"rule.{r}"}) for r in range(len(own))
        ]
    return _module(pieces, exports, simd)


def map_module():
    """The module of `wasm.build_map`."""
    return _module({}, [("rates", "rates", {})], simd=True)


# --- Numba: functions as LLVM code --------------------------------------------------


@contextmanager
def _as_written():
    """Numba without LLVM's optimizations, which are this processor's, not the page's."""
    assert cpu_target.target_context  # made now: it keeps what is set when it is made
    assert function_type  # without it, and with NUMBA_DISABLE_JIT, no function is an argument
    with global_compiler_lock, reader.jitting(), _nothing_compiled():
        before = config.OPT, config.LOOP_VECTORIZE
        config.OPT, config.LOOP_VECTORIZE = type(config.OPT)(0), 0
        try:
            yield
        finally:
            config.OPT, config.LOOP_VECTORIZE = before


@contextmanager
def _nothing_compiled():
    """What a function calls is compiled anew: Numba keeps its own parts and `register_jitable`'s
    as they were when they were first called, optimized for the notebook or not at all.

    A module has the same bytes whatever ran before, and what runs later is as fast.
    """
    context = cpu_target.target_context
    before = {part: part._impl_cache for part in _OverloadFunctionTemplate.__subclasses__()}
    inside, context.cached_internal_func = context.cached_internal_func, {}
    for part in before:
        part._impl_cache = {}
    try:
        yield
    finally:
        context.cached_internal_func = inside
        for part, kept in before.items():
            part._impl_cache = kept


def compiled(function, kind):
    """`function` compiled as a "loss", a "grad" or a "rule", or for the signature `kind`."""
    signature = kernels.signatures().get(kind, kind)
    wrappers = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    with _as_written():
        return njit(signature, **wrappers, **kernels.OPTIONS)(function)


def _code(dispatcher, name):
    """LLVM module of a compiled function: it is called `name`, what it calls is its own."""
    (overload,) = dispatcher.overloads.values()
    module = llvm.parse_assembly(overload.library.get_llvm_str())
    for function in module.functions:
        if not (function.is_declaration or function.name.startswith("NRT_")):
            function.linkage = "internal"
    for variable in module.global_variables:
        if variable.linkage == llvm.Linkage.common:  # WebAssembly has no such thing
            variable.linkage = "internal"
    main = module.get_function(overload.fndesc.llvm_func_name)
    main.linkage, main.name = "external", name
    if name.endswith("."):  # a kernel: inlined, so that it calls a problem by its name
        main.add_function_attribute("alwaysinline")
    return module


def _kernel(name):
    """Bitcode of a kernel; it takes its functions as arguments, so one serves all."""

    def make():
        if name == "nothing":
            return _code(compiled(kernels.nothing, "rule"), "nothing.").as_bitcode()
        (entry,) = (entry for entry, (kernel, *_) in ENTRIES.items() if kernel == name)
        signature = types.void(*_parameters(entry).values())
        return _code(compiled(getattr(kernels, name), signature), name + ".").as_bitcode()

    return stored(name, make)


def _parameters(entry):
    """The parameters of an export's kernel, and their Numba types."""
    kernel, _, shapes = ENTRIES[entry]
    any_gradient = landscapes.saddle_grad

    def numba_type(name):
        if name in kernels.signatures():
            return types.FunctionType(kernels.signatures()[name])
        if name in shapes:
            number = int32 if name in ("marks", "result") else float64
            return types.Array(number, len(shapes[name]), "C", readonly=name == "params")
        return {"restart": types.UniTuple(int32, 2), "tol": float64}.get(name, int32)

    names = inspect.signature(getattr(kernels, kernel, any_gradient)).parameters
    return {name: numba_type(name) for name in names}


# --- LLVM: the module ---------------------------------------------------------------


def _entry(module, export, entry, functions):
    """Code of an export: makes what the kernel takes of the page's numbers and pointers."""
    context, parameters = cpu_target.target_context, _parameters(entry)
    kernel, page, shapes = ENTRIES[entry]
    page = page.split()
    word, wide = ir.IntType(32), ir.IntType(64)
    numbers = {name: context.get_data_type(parameters[name].dtype) for name in shapes}
    kinds = {"tol": ir.DoubleType(), **{name: n.as_pointer() for name, n in numbers.items()}}
    function_type = ir.FunctionType(word, [kinds.get(name, word) for name in page])
    function = ir.Function(module, function_type, export)
    b = ir.IRBuilder(function.append_basic_block())
    given = dict(zip(page, function.args, strict=True))
    size = {name: b.sext(value, wide) for name, value in given.items() if value.type == word}
    if entry == "run":
        size["rows"] = b.add(size["steps"], wide(1))
        none = cgutils.is_null(b, given["states"])
        size["kept"] = b.select(none, wide(0), size["rows"])
        cgutils.memset(b, given["work"], b.mul(size["dim"], wide(6 * 8)), 0)

    def declared(name, signature):
        kind = context.call_conv.get_function_type(signature.return_type, signature.args)
        return module.globals.get(name) or ir.Function(module, kind, name)

    def argument(name, ty):
        if isinstance(ty, types.FunctionType):
            pointer = cgutils.create_struct_proxy(ty)(context, b)
            target = declared(functions[name], kernels.signatures()[name])
            pointer.jit_addr = b.bitcast(target, pointer.jit_addr.type)
            return pointer._getvalue()
        if isinstance(ty, types.Array):
            shape = [size[n] if n in size else wide(n) for n in shapes[name]]
            strides, count = [wide(ty.dtype.bitwidth // 8)], wide(1)
            for n in reversed(shape):
                strides.insert(0, b.mul(strides[0], n))
                count = b.mul(count, n)
            data = given.get(name) or b.alloca(numbers[name], count)
            array = make_array(ty)(context, b)
            populate_array(array, data, shape, strides[1:], strides[-1], None)
            return array._getvalue()
        if name == "restart":
            return context.make_tuple(b, ty, [given["restart_kind"], given["restart_k"]])
        return given[name]

    values = [argument(name, ty) for name, ty in parameters.items()]
    signature = types.void(*parameters.values())
    callee = declared(functions.get(kernel, kernel + "."), signature)
    status, _ = context.call_conv.call_function(b, callee, types.none, signature.args, values)
    b.ret(status.code)


def _module(pieces, exports, simd):
    """WebAssembly of compiled functions (by name) under (export, entry, its functions)."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple("wasm32-unknown-unknown").create_target_machine(
        opt=3, features="+simd128" if simd else "", reloc="static"
    )
    entries = ir.Module("momentumlib")
    for export in exports:
        _entry(entries, *export)
    whole = llvm.parse_assembly(str(entries) + RUNTIME)
    called = {function.name for function in whole.functions}
    parts = [_code(dispatcher, name) for name, dispatcher in pieces.items()]
    parts += [llvm.parse_bitcode(_kernel(name)) for name in KERNELS if name + "." in called]
    for part in (whole, *parts):
        part.triple, part.data_layout = machine.triple, str(machine.target_data)
    for part in parts:
        whole.link_in(part)
    names = [export for export, *_ in exports]
    for function in whole.functions:
        if not function.is_declaration and function.name not in names:
            function.linkage = "internal"
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization, options.loop_unrolling = simd, False
    options.slp_vectorization = False
    passes = llvm.create_pass_builder(machine, options)
    passes.getModulePassManager().run(whole, passes)
    for function in whole.functions:
        known = function.name in MATHS or re.match(r"llvm\.(?!x86|aarch64|arm|ppc)", function.name)
        if function.is_declaration and not known:
            raise reader.missing(function.name)
    try:
        return link(machine.emit_object(whole), names)
    except LookupError as error:
        raise reader.missing(error.args[0]) from None
