"""Compilation by Numba: on demand, kept on disk where a folder can be written.

Nothing is compiled at import. Without Numba, or with NUMBA_DISABLE_JIT, the same functions
run as plain Python.
"""

import importlib
from contextlib import suppress
from functools import cache, partial

from .. import landscapes
from .sources import stamp

try:
    from numba import boolean, config, float64, int64, njit, types
    from numba.core.dispatcher import Dispatcher
    from numba.extending import overload as _overload
    from numba.extending import register_jitable as _register_jitable

    from .pointers import Pointer, PointerType

    HAVE_NUMBA = not config.DISABLE_JIT
    WHY_NOT = "" if HAVE_NUMBA else "NUMBA_DISABLE_JIT is set"
    # Whatever a kernel calls becomes a part of it: a call with many arrays costs more than a step,
    # and a way in from Python, which nobody uses, a fifth of the time to compile.
    INNER = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    overload = partial(_overload, strict=False, jit_options=INNER)
    register_jitable = _register_jitable(**INNER)
except ImportError:  # in the browser: the same functions, uncompiled
    HAVE_NUMBA, WHY_NOT = False, "Numba is not installed"

    def register_jitable(function):
        return function

    def overload(function):
        return register_jitable


OPTIONS = {"nogil": True, "error_model": "numpy"}
# Nobody comes in from C; and a reader's function is called by compiled code alone. These ways in
# take a third of the time to compile a short function.
FROM_PYTHON = {"no_cfunc_wrapper": True, **OPTIONS}
FROM_KERNELS = {"no_cpython_wrapper": True, **FROM_PYTHON}

#: Where each kernel is written.
KERNELS = {
    "advance": "loop", "evaluate": "loop", "many": "many", "grid": "grids",
    "nothing": "compilation", "all_near": "loop", "all_ahead": "loop",
}  # fmt: skip


# --- Numba, and its cache ---------------------------------------------------------


def jit(function, signature=None, cached=True, sources=None):
    """`function` compiled by Numba, and kept on disk where some folder can be written.

    signature : compiled now, for this one; else when it is called;  sources : names what else
    is compiled into it, as Numba looks at changes of the function's own file only; the function
    has a name of its own in its file, for each thing that it closes over.
    Left alone, Numba refuses to compile where it finds no such folder, or the disk is full.
    Without Numba the function stays as it is.
    """
    if not HAVE_NUMBA:
        return function
    done = njit(**FROM_PYTHON)(function)
    if cached:
        with suppress(Exception):  # also what a damaged folder raises
            done.enable_caching()
            save = done._cache.save_overload
            done._cache.save_overload = lambda *given: _if_possible(save, *given)
            if sources:
                done._cache._cache_file._source_stamp = sources
                done._cache._index_key = _key
    if signature is not None:
        try:
            done.compile(signature)
        except Exception:
            if not cached:
                raise
            return jit(function, signature, cached=False)
        done.disable_compile()
    return done


def _if_possible(save, *given):
    """To keep what is compiled is a convenience, and no reason to fail."""
    with suppress(OSError):
        save(*given)


def _key(signature, codegen):
    """What tells the versions of one kernel apart: its name and its sources fix all else.

    Numba adds a pickle of what the function closes over, whose bytes are others where Python
    reads a module from its source (the first process) and from bytecode (all later ones).
    """
    return signature, codegen.magic_tuple()


# --- What the loop calls ----------------------------------------------------------


@register_jitable
def nothing(
    code, theta, v, s, s_max, g, t, eta, gamma, beta2, eps, decay, power1, power2, data, out
):  # fmt: skip
    """Fills the place of the reader's own step where there is none."""


@cache
def signatures():
    """Numba's types of what a problem and a reader's own step look like to the loop."""
    vec = float64[::1]
    fixed = types.Array(float64, 1, "C", readonly=True)
    return {
        "loss": float64(vec, fixed),
        "grad": types.void(vec, fixed, vec),
        "rule": types.void(int64, *[vec] * 5, *[float64] * 8, fixed, vec),
        "lane": types.UniTuple(float64, 3)(*[float64] * 9, fixed),
    }


@cache
def compiled(name):
    """The kernel `name`, compiled for its one signature; as it is without Numba."""
    function = getattr(importlib.import_module(f".{KERNELS[name]}", __package__), name)
    if not HAVE_NUMBA:
        return function
    loss, grad, rule = (PointerType(signatures()[k]) for k in ("loss", "grad", "rule"))
    vec, mat, cube = float64[::1], float64[:, ::1], float64[:, :, ::1]
    fixed, whole, flags = types.Array(float64, 1, "C", readonly=True), int64[::1], [int64] * 3
    signature = {
        "advance": types.void(
            *flags, int64, rule, fixed, loss, grad, fixed, mat, vec, mat, mat, whole, float64,
            *[int64] * 4, mat, vec, vec, cube, whole, whole,
        ),
        "evaluate": types.void(loss, fixed, mat, vec, vec),
        "many": signatures()["rule"],
        "all_near": boolean(mat, int64),
        "all_ahead": types.void(mat, int64, vec, float64, vec),
        "grid": types.void(
            *flags, int64, rule, fixed, loss, grad, fixed, mat, cube, cube, whole, int64, float64,
            float64, vec, whole, vec, whole,
        ),
        "nothing": signatures()["rule"],
    }[name]  # fmt: skip
    done = jit(function, signature, sources=stamp())
    return Pointer(done, signature) if name in ("nothing", "many") else done


@cache
def landscape(kind):
    """(loss, grad) of landscapes.py, compiled; None without Numba."""
    if not HAVE_NUMBA:
        return None
    pair = getattr(landscapes, kind), getattr(landscapes, kind + "_grad")
    return tuple(
        Pointer(jit(f, signatures()[k]), signatures()[k])
        for f, k in zip(pair, ("loss", "grad"), strict=True)
    )


@cache
def in_place(code, dtype):
    """A method's step on very many numbers of one type, "float32" or "float64": many.py."""
    from .many import in_place_of

    vec, fixed = getattr(types, dtype)[::1], types.Array(getattr(types, dtype), 1, "C", True)
    done = in_place_of(code)
    done.__qualname__ += f"_{dtype}"
    return jit(done, types.void(*[vec] * 4, fixed, *[float64] * 7), sources=stamp())


# --- A reader's functions ---------------------------------------------------------


def checked(function):
    """A reader's function for compiled code to call: with its indices looked at.

    One that is compiled already keeps its options, and its looks, if it says so.
    """
    if not isinstance(function, Dispatcher):
        return njit(boundscheck=True, **FROM_KERNELS)(function)
    given = {k: v for k, v in function.targetoptions.items() if k not in ("nopython", "forceobj")}
    if given.get("parallel") or given.get("boundscheck") is not None:
        return function
    return njit(**{**given, "boundscheck": True})(function.py_func)


def compile_function(function, kind):
    """A "loss", "grad", "rule" or "lane" that calls a reader's function, compiled.

    kind : one of these, or a signature of Numba's.
    Raises TypeError with Numba's reason where that cannot be.
    """
    try:
        if not isinstance(kind, str):
            return njit(kind, **FROM_PYTHON)(function)
        return Pointer(njit(signatures()[kind], **FROM_PYTHON)(function), signatures()[kind])
    except Exception as error:  # Numba has many
        raise TypeError(reason(error)) from None


def reason(error):
    """What Numba says, on one line."""
    lines = [line.strip() for line in str(error).splitlines()]
    skipped = ("Failed in", "During:", "File", "-", "^", "<")
    told = [line for line in lines if line and not line.startswith(skipped)]
    return (told or ["Numba cannot compile it"])[0].rstrip(".")
