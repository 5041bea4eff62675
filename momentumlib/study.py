"""A study on disk: the blocks of a sweep that are done, so that a killed sweep goes on."""

import os
import re
import time
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from .arguments import first_line, short
from .identity import Unclear, identity

NAMES = "loss", "steps", "rate", "status"


class Study:
    """A folder with one file a block, written when the block is done.

    folder : path; made where it does not exist yet.
    mark : names the sweep, as `mark_of` gives it; a folder holds the blocks of one sweep.
    names : what the arrays of a block are called in its file.

    A file appears under its name whole or not at all, so it does not matter when, or how,
    the process that writes it ends, nor how many write at once. Each block holds the mark and
    a checksum: one that is damaged, or of another sweep, counts as not there.

    >>> from tempfile import TemporaryDirectory
    >>> one = np.zeros(2), np.ones(2, int), np.ones(2), np.ones(2, int)
    >>> with TemporaryDirectory() as folder:
    ...     Study(folder, "a sweep").put(0, one)
    ...     list(Study(folder, "a sweep").blocks(3))
    [0]
    """

    def __init__(self, folder, mark, names=NAMES):
        self.mark, self.names = mark, names
        try:
            self.folder = Path(os.path.expanduser(folder))
        except TypeError:
            raise TypeError(f"study must be the path of a folder, but is {short(folder)}") from None
        if not os.fspath(folder) or "\0" in os.fspath(folder):
            raise ValueError(f"study must be the path of a folder, but is {short(folder)}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep_up()
            self._claim()
        except OSError as error:
            raise ValueError(f"study: {first_line(error)}") from None

    def _claim(self):
        """See that the folder is this sweep's, or nobody's."""
        name, mark = self.folder / "sweep.txt", self.mark.encode("utf-8", "replace")
        try:
            found = name.read_bytes()
        except FileNotFoundError:
            found = None
        if found == mark:
            return
        # sweep.txt is lost, damaged or another's: the blocks know whose they are
        files = sorted(f for f in self.folder.iterdir() if re.fullmatch(r"\d{6,}\.npz", f.name))
        owners = {self._owner(file) for file in files} - {None}
        if (found is None and not files) or owners == {self.mark}:
            self._write(name, lambda file: file.write(mark), again=found is not None)
            if name.read_bytes() == mark:  # else another sweep came first, this very moment
                return
        what = "the results of another sweep (another problem, grid or setting, or another value "
        what += "that a function reads)"
        if found is None and owners <= {self.mark}:
            what = "blocks, but no sweep.txt, and none of them is whole"
        raise ValueError(
            f"study: {self.folder} holds {what}: give this one a folder of its own"
            f"{_recipe(self.folder)}"
        )

    def blocks(self, count):
        """The results that are there: {number of the block: its arrays}."""
        found = {i: self._read(i) for i in range(count)}
        return {i: results for i, results in found.items() if results}

    def put(self, i, results):
        """Keep the results of block i."""
        arrays = dict(zip(self.names, results, strict=True))
        arrays["mark"] = np.array(self.mark)
        try:
            self._write(
                self._path(i),
                lambda file: np.savez(file, sum=_sum(i, self.mark, arrays, self.names), **arrays),
            )
        except OSError as error:
            if self._read(i) is None:  # else another process has written it
                raise ValueError(
                    f"study: a block cannot be written ({first_line(error)}); what was written "
                    "before is kept"
                ) from None

    def _path(self, i):
        return self.folder / f"{i:06d}.npz"

    def _read(self, i):
        """The arrays of block i, or None where there is no such block of this sweep."""
        arrays = _load(self._path(i), self.names)
        if arrays is None or str(arrays["mark"]) != self.mark:
            return None
        if str(arrays["sum"]) != _sum(i, self.mark, arrays, self.names):
            return None
        return tuple(arrays[name] for name in self.names)

    def _owner(self, file):
        """The mark in a block's file; None where it is damaged, or no block."""
        arrays = _load(file, self.names)
        if arrays is None:
            return None
        whole = str(arrays["sum"]) == _sum(int(file.stem), str(arrays["mark"]), arrays, self.names)
        return str(arrays["mark"]) if whole else None

    def _write(self, path, fill, again=True):
        """A file that is there whole or not at all; `again` to replace one that is there."""
        with NamedTemporaryFile(dir=self.folder, prefix=".part-", delete=False) as file:
            try:
                fill(file)
                file.close()
                if again:
                    os.replace(file.name, path)
                else:
                    _first(file.name, path)
            finally:
                Path(file.name).unlink(missing_ok=True)

    def _sweep_up(self):
        """Remove what a killed process had begun to write, an hour ago or more."""
        for file in self.folder.glob(".part-*"):
            with suppress(OSError):  # another process has just given it its name
                if time.time() - file.stat().st_mtime > 3600:
                    file.unlink()


def _recipe(folder):
    """What makes the folder's results anew, as a `recipe.txt` there or above says."""
    for place in (folder, *folder.parents[:2]):
        with suppress(OSError):
            return f", or compute it anew: {(place / 'recipe.txt').read_text('utf-8').strip()}"
    return ""


def _first(source, path):
    """Give a file its name where nobody has it yet."""
    try:
        os.link(source, path)
    except FileExistsError:
        pass
    except (OSError, AttributeError):  # a file system, or a Python, without links
        os.replace(source, path)


def _load(file, names):
    """The arrays of a block's file; None where it is not there, not whole, or no block."""
    try:
        with open(file, "rb") as opened, np.load(opened) as kept:
            return {name: kept[name] for name in (*names, "mark", "sum")}
    except Exception:  # whatever NumPy says of bits that flipped: there is no such block
        return None


def _sum(i, mark, arrays, names):
    """The checksum of a block: of its number, its sweep and its results."""
    return identity([i, mark, [arrays[name] for name in names]])


def mark_of(problem, methods, *arrays):
    """A text that is the same for the same sweep, on every machine: of its functions and numbers.

    Fractions in `arrays` count to nine digits, since the last digit of a cosine is another on
    another processor.
    Raises ValueError where a function cannot be told from another: it reads what has no
    content to compare, such as a file or a lock.
    """
    try:
        name = identity([problem._about(), list(methods), [_nine_digits(a) for a in arrays]])
    except Unclear as error:
        raise ValueError(
            f"study: {error}, so that a study cannot know its sweep again; sweep without study, "
            "or let the function read numbers and arrays alone"
        ) from None
    title = " ".join(f"{problem.name}, {methods[0].name}".split())
    return f"{title}: {name}\n"


def _nine_digits(array):
    """An array of fractions as whole numbers: 30 bits of each, and its power of 2."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        return array.astype(np.int64) if isinstance(array, np.ndarray) else array
    part, power = np.frexp(array)
    known = np.isfinite(array)
    bits = np.rint(np.where(known, part, 0) * 2.0**30).astype(np.int64)
    return [bits, np.where(known, power, 0).astype(np.int64), array[~known]]
