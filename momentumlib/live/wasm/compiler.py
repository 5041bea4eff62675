"""Numba and LLVM: problems, steps and kernels as one WebAssembly module.

No formula is written again. Numba compiles the functions that the notebook runs; LLVM
inlines a problem and a step into `kernels.simulate` and translates that. JavaScript's
`Math` lends sin, exp, pow and the like; + − × ÷ √ are instructions, so that runs with
nothing else are bit-identical to native ones.

LLVM does not raise on code that it cannot translate: it ends the process. So a reader's
functions are looked through first (reader.py), and then what is left to call.
"""

import re
from contextlib import contextmanager

import llvmlite.binding as llvm
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils, config
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.core.typing.templates import _OverloadFunctionTemplate
from numba.experimental import function_type
from numba.np.arrayobj import make_array, populate_array

from ... import kernels, landscapes
from . import reader
from .entries import DOUBLE, ENTRIES, KERNELS, LAYERS, kernel, parameters
from .linker import MATHS, link
from .store import stored

# What compiled functions call and WebAssembly has as an instruction. Numba counts the
# references to arrays that it owns; the page owns these. `reshape` asks for the strides of
# the new shape, and every array here lies row by row.
RUNTIME = """
define void @NRT_incref(ptr %p) alwaysinline { ret void }
define void @NRT_decref(ptr %p) alwaysinline { ret void }
define i32 @numba_attempt_nocopy_reshape(i64 %nd, ptr %dims, ptr %strides, i64 %n, ptr %shape,
                                         ptr %out, i64 %itemsize, i32 %order) alwaysinline {
  br label %next
next:
  %i = phi i64 [ %n, %0 ], [ %k, %next ]
  %stride = phi i64 [ %itemsize, %0 ], [ %larger, %next ]
  %k = sub i64 %i, 1
  %at = getelementptr i64, ptr %out, i64 %k
  store i64 %stride, ptr %at
  %along = getelementptr i64, ptr %shape, i64 %k
  %length = load i64, ptr %along
  %larger = mul i64 %stride, %length
  %more = icmp sgt i64 %k, 0
  br i1 %more, label %next, label %end
end:
  ret i32 1
}
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


def network_module():
    """The module of `wasm.build_network`."""
    return _module({}, [(name, name, {}) for name in LAYERS], simd=True)


def loops_module():
    """The module of `wasm.build_loops`."""
    pieces, exports = {}, [(name, name, {}) for name in LAYERS]
    exports += [(DOUBLE + name, DOUBLE + name, {}) for name in LAYERS]
    for kind in (name.removesuffix("_grad") for name in vars(landscapes) if "_grad" in name):
        functions = {"loss": f"loss.{kind}", "grad": f"grad.{kind}", "rule": "nothing."}
        for part, end in (("loss", ""), ("grad", "_grad")):
            pieces[functions[part]] = compiled(getattr(landscapes, kind + end), part)
        exports.append((f"advance_{kind}", "advance", functions))
    return _module(pieces, exports, simd=True)


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
        (entry,) = (entry for entry, (uses, *_) in ENTRIES.items() if uses == name)
        signature = types.void(*parameters(entry).values())
        return _code(compiled(kernel(name), signature), name + ".").as_bitcode()

    return stored(name, make)


# --- LLVM: the module ---------------------------------------------------------------


def _entry(module, export, entry, functions):
    """Code of an export: makes what the kernel takes of the page's numbers and pointers."""
    context, needed = cpu_target.target_context, parameters(entry)
    name, page, shapes = ENTRIES[entry]
    page = page.split()
    word, wide = ir.IntType(32), ir.IntType(64)
    numbers = {name: context.get_data_type(needed[name].dtype) for name in shapes}
    kinds = {n: context.get_data_type(ty) for n, ty in needed.items() if ty in types.number_domain}
    kinds |= {name: number.as_pointer() for name, number in numbers.items()}
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

    values = [argument(name, ty) for name, ty in needed.items()]
    signature = types.void(*needed.values())
    callee = declared(functions.get(name, name + "."), signature)
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
