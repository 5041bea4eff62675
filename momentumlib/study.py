"""A study on disk: the blocks of a sweep that are done, so that a killed sweep goes on."""

import hashlib
import os
import zipfile
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import CodeType

import numpy as np

from .arguments import first_line

NAMES = "loss", "steps", "rate", "status"


class Study:
    """A folder with one file a block, written when the block is done.

    folder : path; made where it does not exist yet.
    mark : names the sweep, as `mark_of` gives it; a folder holds the blocks of one sweep.

    A file appears under its name whole or not at all, so it does not matter when, or how,
    the process that writes it ends.

    >>> from tempfile import TemporaryDirectory
    >>> one = np.zeros(2), np.ones(2, int), np.ones(2), np.ones(2, int)
    >>> with TemporaryDirectory() as folder:
    ...     Study(folder, "a sweep").put(0, one)
    ...     list(Study(folder, "a sweep").blocks(3))
    [0]
    """

    def __init__(self, folder, mark):
        try:
            self.folder = Path(folder)
        except TypeError:
            raise TypeError(f"study must be the path of a folder, but is {folder!r}") from None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = self.folder / "sweep.txt"
            if not name.exists():
                self._write(name, lambda file: file.write(mark.encode()))
            found = name.read_text("utf-8")
        except OSError as error:
            raise ValueError(f"study: {first_line(error)}") from None
        if found != mark:
            raise ValueError(
                f"study: {self.folder} holds the results of another sweep (another problem, grid "
                "or setting): give this one a folder of its own"
            )

    def blocks(self, count):
        """The results that are there: {number of the block: its four arrays}."""
        found = {}
        for i in range(count):
            try:
                with open(self._path(i), "rb") as file, np.load(file) as kept:
                    found[i] = tuple(kept[name] for name in NAMES)
            except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
                continue  # not there, or damaged by hand: it is computed again
        return found

    def put(self, i, results):
        """Keep the results of block i."""
        self._write(
            self._path(i), lambda file: np.savez(file, **dict(zip(NAMES, results, strict=True)))
        )

    def _path(self, i):
        return self.folder / f"{i:06d}.npz"

    def _write(self, path, fill):
        with NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as file:
            fill(file)
        os.replace(file.name, path)


def mark_of(problem, method, *arrays):
    """A text that is the same for the same sweep: of the functions' code, and all numbers.

    What functions read from elsewhere (globals) is not part of it.
    """
    functions = getattr(problem, "_cost", None), getattr(problem, "_slope", None), method.step
    parts = [repr(problem), method.name, method.look_ahead, method.bias_correction]
    parts += [_code(getattr(getattr(f, "py_func", f), "__code__", None)) for f in functions]
    digest = hashlib.sha256(repr(parts).encode())
    for array in (*problem._numbers(), *arrays):
        digest.update(repr(np.shape(array)).encode() + np.asarray(array, float).tobytes())
    return f"{problem.name}, {method.name}: {digest.hexdigest()}\n"


def _code(part):
    """Code or a constant as text, without addresses and places in files."""
    if isinstance(part, CodeType):
        return part.co_code, part.co_names, [_code(constant) for constant in part.co_consts]
    return sorted(map(repr, part)) if isinstance(part, frozenset) else repr(part)
