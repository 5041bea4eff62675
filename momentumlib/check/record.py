"""What a reader has done: the names of the checks that passed, in one small file of theirs.

The file lies in the user's data folder, or in the folder that the environment variable
MOMENTUMLIB_DATA names. Nothing else is recorded, and nothing leaves the machine. A file
that cannot be read or written costs a sentence, never a check.

In the browser (Pyodide) the same file lies in the memory of the page's kernel: it is there
until the kernel ends. With MOMENTUMLIB_DATA set to a folder of the notebooks it stays.
"""

import json
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

from platformdirs import user_data_path

from ..arguments import short
from .chapters import CHAPTERS

SIGNS = {True: "✓", False: "○"}


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


def progress(*, export=None, reset=False):
    """What is done of the exercises, chapter by chapter.

    export : a path, to which the record is written, too, as JSON;
    reset : forget everything (after the export, where both are asked for).
    Raises ValueError where there is nothing that can be exported, or no place for it.

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
    try:
        done, problem = _read(), ""
    except Unkept as error:
        done, problem = (), str(error)
    if export is not None:
        if problem:
            raise ValueError(f"there is nothing to export: {problem}")
        try:
            _write(Path(export), done)
        except Unkept as error:
            raise ValueError(f"export must be a file that can be written: {error}") from None
    if reset:
        try:
            _write(_file(), ())
            done, problem = (), ""
        except Unkept as error:
            problem = str(error)
    return Progress(done, _file(), problem)


def keep(name):
    """Record that a check passed; "" or a sentence on why it could not be recorded."""
    try:
        done = _read()
        if name not in done:
            _write(_file(), (*done, name))
    except Unkept as error:
        return f"Your progress is not recorded: {error}"
    return ""


# --- The file -----------------------------------------------------------------------


def _file():
    given = os.environ.get("MOMENTUMLIB_DATA")
    folder = Path(given) if given else user_data_path("momentumlib", appauthor=False)
    return folder / "progress.json"


def _read():
    """The names in the file; none where there is no file."""
    file = _file()
    try:
        done = json.loads(file.read_text(encoding="utf-8"))["done"]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise Unkept(f"{file} cannot be read ({error.strerror}).") from None
    except (ValueError, LookupError, TypeError, RecursionError):
        done = None
    if not isinstance(done, list) or not all(isinstance(name, str) for name in done):
        again = "`ml.check.progress(reset=True)` begins a new one"
        raise Unkept(f"{file} is damaged; {again}.")
    return tuple(dict.fromkeys(done))


def _write(file, done):
    """Write the names at once: a reader of the file sees the old ones or the new ones."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_text(json.dumps({"done": done}, indent=1) + "\n", encoding="utf-8")
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise Unkept(f"{file} cannot be written ({getattr(error, 'strerror', error)}).") from None
