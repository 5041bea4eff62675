"""The formulas of the methods, and the loops that run them, compiled or as plain Python.

formulas.py holds the formulas, loop.py the loop of one run, grids.py and abreast.py those of a
sweep (one run after the other, and many side by side), summaries.py what is kept of each, maps.py
the maps of the rate, loops.py writes loops with one formula in each, compilation.py is what Numba
has to do with it, and fused.py a loop for short runs, which ready.py finds as machine code.

Names are loaded with their first use: Numba takes longer to import than most runs take.
"""

from importlib import import_module

#: Each file, and what others use of it.
_FILES = {
    "codes": "CONVERGED DIVERGED EVERY FAR MANY MAX_STEPS NO_RESTART ON_GRADIENT ON_INCREASE",
    "compilation": "HAVE_NUMBA OPTIONS WHY_NOT checked compile_function compiled in_place jit "
                   "landscape nothing reason signatures",
    "formulas": "ADAM ADAMW AMSGRAD BETA2 DECAY EPS ETA GAMMA GD LION MOMENTUM NADAM NAG OWN "
                "OWN_VECTOR RMSPROP adam adamw amsgrad gd lion look_ahead momentum nadam rmsprop "
                "step",
    "grids": "grid",
    "loop": "advance evaluate near simulate squares update",
    "maps": "rates",
    "ready": "addresses plain_run",
    "summaries": "summarize",
}  # fmt: skip
_WHERE = {name: file for file, names in _FILES.items() for name in names.split()}

__all__ = sorted(_WHERE)


def __getattr__(name):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
