"""Grades a folder of readers' answers: `make grade FOLDER=...`; prints a table as CSV.

Answers are notebooks, or files that a page of the book has saved. One row for each notebook, and
one for each chapter of a page's file: the file, the chapter, what each check says ("right", "wrong"
with the name of the mistake, "not tried", "error" where it could not be run, "missing" where its
cell is gone, "not reached" where the run ended before it), the points (one for each "right"), the
points that are possible, and a remark.

Each file runs in a process of its own, with a limit of time, in a folder that holds only the stored
trainings of the chapters. The checks are those of the chapters, run on the file's own names; what
it prints, or has stored, counts for nothing. Of the cells only those run that an answer needs. A
check runs an answer apart, as everywhere: one that crashes, or never ends, is wrong, and the others
count. The processes have your rights all the same: grade the answers of people whom you know, or
grade in a container.

    python tools/grade.py folder > points.csv
"""

import argparse
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from exercises import CALL, exercises, kind

ROOT = Path(__file__).resolve().parent.parent

#: Notebooks, and what a page saves.
KINDS = {".ipynb", ".json"}


class Chapters:
    """What a folder of chapters asks: by chapter the checks, and the cells that a page shows."""

    def __init__(self, folder=ROOT / "chapters"):
        self.checks, self.cells = {}, {}
        for path in sorted(folder.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            found = exercises(notebook)
            self.checks[path.stem] = {each.name: each.check.source for each in found}
            labels = {id(each.stub): each.label for each in found}
            self.cells[path.stem] = [
                (labels.get(id(cell)), cell.source) for cell in notebook.cells
                if cell.cell_type == "code" and kind(cell) != "solution"
            ]  # fmt: skip

    def answered(self, answers):
        """A chapter's cells by chapter, with a page's answers in the stubs' places."""
        for chapter, cells in self.cells.items():
            if any(label in answers for label, _ in cells if label):
                yield chapter, [answers.get(label, source) for label, source in cells]


def parts(path, chapters):
    """[(chapter, code cells)] of a reader's file. Raises ValueError saying why it cannot be run."""
    if path.suffix == ".json":
        found = list(chapters.answered(saved(path)))
        if not found:
            raise ValueError("holds no answer to an exercise of the book")
        return found
    cells = opened(path)
    calls = called(cells)
    chapter = max(chapters.checks, key=lambda name: len(calls & chapters.checks[name].keys()))
    if not calls & chapters.checks[chapter].keys():
        raise ValueError("holds no check of the book")
    return [(chapter, cells)]


def called(cells):
    """The names of the checks that some code calls."""
    return {name for source in cells for name in CALL.findall(source)}


def saved(path):
    """The answers in a file that a page has saved, {label of the exercise: code}."""
    try:
        answers = json.loads(path.read_text(encoding="utf-8"))["answers"]
        if all(isinstance(text, str) for text in answers.values()):
            return answers
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    raise ValueError("is no file of answers")


def opened(path):
    """The code of a reader's notebook. Raises ValueError saying why it cannot be run."""
    try:
        notebook = nbformat.read(path, as_version=4)
        sources = [(cell.cell_type, cell.source) for cell in notebook.cells]
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except Exception:  # whatever nbformat stumbles over
        raise ValueError("is no notebook") from None
    kernel = notebook.metadata.get("kernelspec", {}).get("language") or "python"
    if notebook.metadata.get("language_info", {}).get("name", kernel) != "python":
        raise ValueError("asks for another language than Python")
    # A cell keeps its number, which a remark names.
    return [source if sort == "code" else "" for sort, source in sources]


def grade(path, chapters, seconds, cell_seconds):
    """The rows of one file: {"chapter", one for each check, "points", "possible", "remark"}."""
    try:
        asked = parts(path, chapters)
    except ValueError as error:
        return [{"points": 0, "remark": str(error)}]
    task = [{"cells": cells, "checks": chapters.checks[chapter]} for chapter, cells in asked]
    rows = []
    told = answers(task, seconds, cell_seconds)
    for (chapter, cells), (results, remark) in zip(asked, told, strict=True):
        calls = called(cells)
        row = {name: "not reached" if name in calls else "missing"
               for name in chapters.checks[chapter]} | results  # fmt: skip
        points = list(row.values()).count("right")
        rows.append({"chapter": chapter, **row, "points": points, "possible": len(row),
                     "remark": remark})  # fmt: skip
    return rows


def answers(parts, seconds, cell_seconds):
    """[({name of the check: result}, remark)] of some parts, run in a process of its own."""
    task = json.dumps({"parts": parts, "seconds": cell_seconds})
    command = [sys.executable, str(ROOT / "tools" / "answers.py")]
    with TemporaryDirectory() as folder:
        # long trainings, which the chapters read
        shutil.copytree(ROOT / "chapters" / "studies", Path(folder, "studies"))
        own = {
            "MPLBACKEND": "agg", "IPYTHONDIR": folder, "MOMENTUMLIB_DATA": folder,
            "MOMENTUMLIB_APART": "1",
        }  # fmt: skip
        said, ending = limited(command, task, folder, os.environ | own, seconds)
    found = [({}, []) for _ in parts]
    part = cell = 0
    for line in said:
        part, cell = line.get("part", part), line.get("cell", cell)
        results, errors = found[part]
        if "error" in line:
            errors.append(line["error"])
        if "check" in line:
            mistake = line["mistake"]
            results[line["check"]] = line["result"] + (f": {mistake}" if mistake else "")
    if not any("end" in line for line in said):
        found[part][1].insert(0, f"{ending} in cell {cell}")
    return [(results, _remark(errors)) for results, errors in found]


def _remark(errors):
    more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f"{errors[0]}{more}" if errors else ""


def limited(command, task, folder, environment, seconds):
    """(what a process said, as JSON line by line; how it ended before its time)."""
    ending = "its process ended"
    with subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(task, timeout=seconds)
        except subprocess.TimeoutExpired:
            ending = f"stopped after {seconds:g} s"
        finally:
            if hasattr(os, "killpg"):
                with suppress(ProcessLookupError, PermissionError):  # nothing is left
                    os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
            else:
                process.kill()
        if ending.startswith("stopped"):
            said, _ = process.communicate()
    return list(map(json.loads, said.splitlines())), ending


def main():
    """Grade every file below the folder; print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=600, help="limit for a file")
    parser.add_argument("--cell-seconds", type=float, default=60, help="limit for a cell")
    parser.add_argument("--jobs", type=int, default=2, help="files graded at the same time")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    paths = sorted(path for path in options.folder.rglob("*") if path.suffix in KINDS)
    paths = [path for path in paths if ".ipynb_checkpoints" not in path.parts]
    chapters = Chapters()
    table = []
    with ThreadPoolExecutor(options.jobs) as pool:
        graded = pool.map(
            lambda path: grade(path, chapters, options.seconds, options.cell_seconds), paths
        )
        for number, (path, rows) in enumerate(zip(paths, graded, strict=True), 1):
            file = path.relative_to(options.folder).as_posix()
            table += [{"file": file, **row} for row in rows]
            said = f"{sum(row['points'] for row in rows)} right"
            remark = next((row["remark"] for row in rows if row["remark"]), "")
            said += f" ({remark})" if remark else ""
            print(f"[{number}/{len(paths)}] {file}: {said}", file=sys.stderr)
    done = {row.get("chapter") for row in table}
    checks = [name for chapter, names in chapters.checks.items() if chapter in done
              for name in names]  # fmt: skip
    names = ["file", "chapter", *checks, "points", "possible", "remark"]
    writer = csv.DictWriter(sys.stdout, names, restval="")
    writer.writeheader()
    writer.writerows(table)


if __name__ == "__main__":
    main()
