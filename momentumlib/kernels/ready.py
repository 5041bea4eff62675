"""The loops of fused.py as machine code, from an earlier process where it left them.

To import Numba, and all that it needs to find what it kept, takes longer than most runs. LLVM
alone loads a loop in milliseconds. So a loop is written to disk as it came out of the compiler,
with a mark of everything that it depends on, and is compiled anew where any of that differs.
"""

import hashlib
import importlib.util
import os
import sys
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from .sources import stamp

try:
    import ctypes
except ImportError:  # a Python that was built without it
    ctypes = None

#: What of Numba's settings does not change its code.
ASIDE = "NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "NUMBA_DEBUG_CACHE"
#: Bytes of a SHA-256 sum.
SUM = 32


@cache
def plain_run(kind, dim=0):
    """The loop on a landscape of the book: fused.py says what it takes, and what dim is.

    None without Numba, and where this machine's LLVM cannot load it: the general loop takes the
    same steps.
    """
    if ctypes is None:
        return None
    paths = [one / f"fused_{kind}_{dim}.{sys.implementation.cache_tag}.o" for one in _folders()]
    for path in paths:
        if found := _read(path):
            return found
    from .compilation import HAVE_NUMBA

    if not HAVE_NUMBA:
        return None
    from .fused import machine_code

    try:
        name, code = machine_code(kind, dim)
        loop = _loaded(name, code)
    except Exception:  # LLVM, its linker and the system have many
        return None
    for path in paths:
        with suppress(OSError):  # to keep it is a convenience, and no reason to fail
            _write(path, name.encode() + b"\n" + code)
            break
    return loop


def addresses(arrays):
    """Where the numbers of arrays begin; none of them is empty."""
    try:  # what NumPy would say of itself takes three times as long
        return [ctypes.addressof(ctypes.c_char.from_buffer(array)) for array in arrays]
    except TypeError:  # one that cannot be written into
        return [array.ctypes.data for array in arrays]


def _folders():
    """Where machine code is kept: beside this file, or where its reader may write."""
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        return [Path(given)]
    own = os.environ.get("XDG_CACHE_HOME") or Path(os.path.expanduser("~"), ".cache")
    beside = [Path(__file__).parent / "__pycache__"]
    return beside if own == Path("~/.cache") else [*beside, Path(own, "momentumlib")]  # no home


@cache
def _mark():
    """A sum over all that the code depends on: sources, compiler, its settings, processor."""
    import llvmlite
    from llvmlite import binding as llvm

    numba = Path(importlib.util.find_spec("numba").origin)
    settings = {k: v for k, v in os.environ.items() if k.startswith("NUMBA_") and k not in ASIDE}
    parts = (
        stamp(), sys.version, str(numba), numba.with_name("_version.py").stat().st_mtime_ns,
        llvmlite.__version__, sorted(settings.items()), llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).digest()


def _read(path):
    """The loop that is kept there; None where there is none, or one of something else."""
    with suppress(Exception):  # no such file, a damaged one, no LLVM
        kept = path.read_bytes()
        mark, total, rest = kept[:SUM], kept[SUM : 2 * SUM], kept[2 * SUM :]
        if mark == _mark() and total == hashlib.sha256(rest).digest():
            name, code = rest.split(b"\n", 1)
            return _loaded(name.decode(), code)
    return None


def _loaded(name, code):
    """Machine code as a function."""
    from llvmlite import binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    # two addresses that nothing comes of, ten whole numbers, and seven addresses
    called = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_int64] * 19)
    loop, room = called(engine.get_function_address(name)), ctypes.c_int64()
    loop.code = engine, room  # they live as long as the loop
    return partial(loop, ctypes.addressof(room), 0)


def _write(path, rest):
    """Keep a loop; whoever reads meanwhile finds the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(_mark() + hashlib.sha256(rest).digest() + rest)
    part.replace(path)
