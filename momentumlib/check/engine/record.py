"""What a reader has done: the names of the checks that passed, in one small file of theirs.

The file lies in the user's data folder, or in the folder that the environment variable
MOMENTUMLIB_DATA names. Nothing else is recorded, and nothing leaves the machine. A file
that cannot be read or written costs a sentence, never a check. Processes that write at the
same time wait for each other, so that nobody's entry is lost.

In the browser (Pyodide) the same file lies in the memory of the page's kernel: it is there
until the kernel ends. With MOMENTUMLIB_DATA set to a folder of the notebooks it stays.
"""

import contextlib
import errno
import json
import os
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path

from platformdirs import user_data_path

from ...arguments import short
from ..chapters import CHAPTERS

try:
    import fcntl
except ImportError:
    fcntl = None
try:
    import msvcrt  # Windows has this one
except ImportError:
    msvcrt = None

SIGNS = {True: "✓", False: "○"}

#: Seconds for which a writer waits for the others; and between two of its attempts.
WAIT, AGAIN = 5.0, 0.01


class Unkept(Exception):
    """The file cannot be read or written; the text says why."""


@dataclass(frozen=True)
class Progress:
    """What is done: shown as text, and as a table in a notebook.

    done : names of the checks that passed;  file : where they are kept, a path;
    problem : why they could not be read, "" where they could.
    """

    done: tuple
    file: Path
    problem: str = ""

    def chapters(self):
        """Rows (chapter, {name of the check: bool}); the last one has what no chapter asks for."""
        rows = [
            (f"{number} {title}", {name: name in self.done for name in names})
            for number, (title, names) in enumerate(CHAPTERS.items(), 1)
        ]
        asked = {name for names in CHAPTERS.values() for name in names}
        others = {name: True for name in self.done if name not in asked}
        return rows + [("Other checks", others)] * bool(others)

    def _title(self):
        asked = [name for names in CHAPTERS.values() for name in names]
        return f"{sum(name in self.done for name in asked)} of {len(asked)} exercises done"

    def __repr__(self):
        lines = [self._title()]
        for chapter, names in self.chapters():
            lines.append(f"  {chapter}: {sum(names.values())} of {len(names)}")
            lines += [f"    {SIGNS[done]} {name}" for name, done in names.items()]
        return "\n".join([*lines, *filter(None, [self.problem])])

    def _repr_html_(self):
        rows = []
        for chapter, names in self.chapters():
            shown = ", ".join(f"{SIGNS[done]}&nbsp;{escape(name)}" for name, done in names.items())
            count = f"{sum(names.values())}&nbsp;of&nbsp;{len(names)}"
            chapter = f'<th scope="row" style="text-align:left">{escape(chapter)}</th>'
            left = '<td style="text-align:left">'
            rows.append(f"<tr>{chapter}{left}{count}</td>{left}{shown}</td></tr>")
        problem = f"<p>{escape(self.problem)}</p>" if self.problem else ""
        head = f"<p><strong>{self._title()}</strong> (✓ done, ○ open)</p>"
        return f'<div class="check">{head}<table>{"".join(rows)}</table>{problem}</div>'


def progress(*, export=None, reset=False, add=None):
    """What is done of the exercises, chapter by chapter.

    export : a path, to which the record is written, too, as JSON;
    reset : forget everything (after the export, where both are asked for);
    add : the path of a record, an exported one or one that a page of the book has saved,
        whose exercises are done here, too (after the rest).
    Raises ValueError where there is nothing that can be exported or added, or no place for it.

    >>> import numpy as np
    >>> from momentumlib.check import half_life
    >>> half_life(lambda gamma: np.log(0.5) / np.log(gamma)).passed
    True
    >>> "half_life" in progress().done
    True
    """
    if export is not None and not isinstance(export, str | os.PathLike):
        raise TypeError(f"export must be a path, not {short(export)}")
    if not isinstance(reset, bool):
        raise TypeError(f"reset must be True or False, not {short(reset)}")
    if add is not None and not isinstance(add, str | os.PathLike):
        raise TypeError(f"add must be a path, not {short(add)}")
    try:
        done, problem = _read(), ""
    except Unkept as error:
        done, problem = (), str(error)
    if export is not None:
        if problem:
            raise ValueError(f"there is nothing to export: {problem}")
        try:
            _write(Path(os.path.expanduser(export)), done)
        except Unkept as error:
            raise ValueError(f"export must be a file that can be written: {error}") from None
    if reset:
        try:
            with _alone(_file()):
                _write(_file(), ())
            done, problem = (), ""
        except Unkept as error:
            problem = str(error)
    if add is not None:
        try:
            more = _read(Path(os.path.expanduser(add)))
            with _alone(_file()):
                _write(_file(), (*_read(), *more))
                done = _read()
        except Unkept as error:
            raise ValueError(f"add must be a record that can be added: {error}") from None
    return Progress(done, _file(), problem)


def keep(name):
    """Record that a check passed; "" or a sentence on why it could not be recorded."""
    try:
        if name not in _read():
            with _alone(_file()):
                _write(_file(), (*_read(), name))
    except Unkept as error:
        return f"Your progress is not recorded: {error}"
    return ""


# --- The file -----------------------------------------------------------------------


def _file():
    given = os.environ.get("MOMENTUMLIB_DATA")
    folder = os.path.expanduser(given) if given else user_data_path("momentumlib", appauthor=False)
    return Path(folder, "progress.json")


def _read(other=None):
    """The names in the file, or in another, which must be there; none where there is no file."""
    file = other or _file()
    try:
        done = json.loads(file.read_text(encoding="utf-8"))["done"]
    except FileNotFoundError:
        if other:
            raise Unkept(f"{file} is not there.") from None
        return ()
    except OSError as error:
        raise Unkept(f"{file} cannot be read ({error.strerror}).") from None
    except (ValueError, LookupError, TypeError, RecursionError):
        done = None
    if not isinstance(done, list) or not all(isinstance(name, str) for name in done):
        again = "" if other else "; `ml.check.progress(reset=True)` begins a new one"
        raise Unkept(f"{file} is damaged{again}.")
    return tuple(dict.fromkeys(done))


def _write(file, done):
    """Write the names at once: a reader of the file sees the old ones or the new ones."""
    try:
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            text = json.dumps({"done": list(dict.fromkeys(done))}, indent=1) + "\n"
            unfinished.write_text(text, encoding="utf-8")
            _replace(unfinished, file)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise Unkept(f"{file} cannot be written ({getattr(error, 'strerror', error)}).") from None


def _replace(unfinished, file):
    """Put one file in another's place, as soon as nobody reads that (Windows asks for it)."""
    end = time.monotonic() + WAIT
    while True:
        try:
            return unfinished.replace(file)
        except PermissionError:
            if os.name != "nt" or time.monotonic() > end:
                raise
            time.sleep(AGAIN)


@contextlib.contextmanager
def _alone(file):
    """No other process is in such a block at the same time.

    The system's lock on a small file beside it, which is gone when the last writer is: the
    lock of a process that has died is nobody's. Where a file system knows no locks there is
    none; who holds one for longer than WAIT costs a sentence.
    """
    path, end = file.with_name(f"{file.name}.lock"), time.monotonic() + WAIT
    if file.parts[0].startswith("~"):  # who has no home folder would get one of this name, here
        raise Unkept("there is no home folder; MOMENTUMLIB_DATA can name another.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        while (lock := _locked(path)) is None:
            if time.monotonic() > end:
                raise Unkept(f"{file} is held by another process.")
            time.sleep(AGAIN)
    except OSError as error:
        raise Unkept(f"{file} cannot be written ({error.strerror}).") from None
    try:
        yield
    finally:
        if os.name == "nt":  # it takes away no file that is open
            os.close(lock)
            with contextlib.suppress(OSError):  # another one has it: that one will
                path.unlink(missing_ok=True)
        else:
            path.unlink(missing_ok=True)  # still locked: who waits for it begins anew
            os.close(lock)


def _locked(path):
    """The open file, locked; None where another process has it."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT)
    except PermissionError:
        if os.name == "nt":  # it is being taken away
            return None
        raise
    try:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif msvcrt:
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        if os.path.samestat(os.fstat(lock), os.stat(path)):  # else its owner has taken it away
            return lock
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return lock  # no locks here
    os.close(lock)
    return None
