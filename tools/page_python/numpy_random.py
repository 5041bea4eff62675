"""`numpy.random` of a page: today's generators at once, what is older when it is asked for.

It stands in the place of NumPy's own file, which is `numpy.random._all` there: that one loads
nine extension modules, which takes half of a first check.
"""

import importlib

from ._generator import Generator, default_rng
from ._pcg64 import PCG64, PCG64DXSM
from .bit_generator import BitGenerator, SeedSequence

__all__ = ["PCG64", "PCG64DXSM", "BitGenerator", "Generator", "SeedSequence", "default_rng"]


def __getattr__(name):
    if not name.startswith("__") and name != "_all":
        found = vars(importlib.import_module(f"{__name__}._all"))
        globals().update((n, value) for n, value in found.items() if not n.startswith("__"))
    if name not in globals():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals()[name]
