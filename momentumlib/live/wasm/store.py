"""What was compiled once, kept on disk for the next process."""

import hashlib
import os
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from platformdirs import user_cache_dir

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1]

#: Bytes of a SHA-256 sum, which stands before what is stored.
SUM = 32

#: Whatever is stored was made from these, and by Numba and LLVM.
SOURCES = [
    *(LIBRARY / f"{name}.py" for name in ("landscapes", "samples", "layers")),
    *sorted(LIBRARY.joinpath("kernels").glob("*.py")),
    *(
        HERE / f"{name}.py"
        for name in ("__init__", "compiler", "entries", "linker", "networks", "store")
    ),
]


def stored(key, make):
    """The bytes that make() gives, or that an earlier process got from it.

    They lie where Numba keeps its own (NUMBA_CACHE_DIR), or in the user's cache, under
    a name that holds `key` and all they were made from.
    """
    try:
        digest = hashlib.sha256(f"{key} {version('numba')} {version('llvmlite')}".encode())
    except PackageNotFoundError:
        raise ImportError("live figures are compiled by Numba, which is not installed") from None
    for source in SOURCES:
        digest.update(source.read_bytes())
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or user_cache_dir("momentumlib"))
    path = folder / f"{digest.hexdigest()[:32]}.wasm"
    with suppress(OSError):  # it is not there, or may not be read
        total, data = (kept := path.read_bytes())[:SUM], kept[SUM:]
        if total == hashlib.sha256(data).digest():  # else the disk has damaged it
            return data
    data = make()
    if folder.parts[:1] == ("~",):  # who has no home folder would get one of this name, here
        return data
    with suppress(OSError):  # a disk that cannot be written: the next process makes it again
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(hashlib.sha256(data).digest() + data)
        unfinished.replace(path)
    return data
