"""Grades a folder of readers' notebooks: `make grade FOLDER=...`; prints a table as CSV.

One row for each notebook: its file, its chapter, what each check says ("right", "wrong",
"not tried", "error" where it could not be run, "missing" where its cell is gone, "not
reached" where the run ended before it), the points (one for each "right") and a remark.

Each notebook runs in a process of its own, with a limit of time, in a folder that holds
only the stored trainings of the chapters. The checks are those of the chapters, run on the
notebook's names where its own check cells stand; what it prints, or has stored, counts for
nothing. A check runs an answer apart, as everywhere: one that crashes, or never ends, is
wrong, and the others count. The processes have your rights all the same: grade the
notebooks of people whom you know, or grade in a container.

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

from exercises import CALL, exercises

ROOT = Path(__file__).resolve().parent.parent


def keys(folder=ROOT / "chapters"):
    """{chapter: {name of the check: its code}} of the book."""
    chapters = {}
    for path in sorted(folder.glob("*.ipynb")):
        found = exercises(nbformat.read(path, as_version=4))
        chapters[path.stem] = {each.name: each.check.source for each in found}
    return chapters


def opened(path):
    """A reader's notebook. Raises ValueError saying why it cannot be run."""
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
    return [source for kind, source in sources if kind == "code"]


def grade(path, chapters, seconds, cell_seconds):
    """The row of one notebook: {"chapter", one for each check, "points", "remark"}."""
    try:
        code = opened(path)
    except ValueError as error:
        return {"points": 0, "remark": str(error)}
    calls = {name for source in code for name in CALL.findall(source)}
    chapter = max(chapters, key=lambda name: len(calls & chapters[name].keys()))
    checks = chapters[chapter]
    if not calls & checks.keys():
        return {"points": 0, "remark": "holds no check of the book"}
    results, remark = answers(path, checks, seconds, cell_seconds)
    row = {name: "not reached" if name in calls else "missing" for name in checks} | results
    points = list(row.values()).count("right")
    return {"chapter": chapter, **row, "points": points, "remark": remark}


def answers(path, checks, seconds, cell_seconds):
    """({name of the check: result}, remark) of a notebook, run in a process of its own."""
    task = {"notebook": str(path.resolve()), "checks": checks, "seconds": cell_seconds}
    command = [sys.executable, str(ROOT / "tools" / "answers.py"), json.dumps(task)]
    with TemporaryDirectory() as folder:
        # long trainings, which the chapters read
        shutil.copytree(ROOT / "chapters" / "studies", Path(folder, "studies"))
        own = {
            "MPLBACKEND": "agg", "IPYTHONDIR": folder, "MOMENTUMLIB_DATA": folder,
            "MOMENTUMLIB_APART": "1",
        }  # fmt: skip
        said, ending = limited(command, folder, os.environ | own, seconds)
    results, errors, cell, ended = {}, [], 0, False
    for line in said:
        cell = line.get("cell", cell)
        ended |= "end" in line
        if "error" in line:
            errors.append(line["error"])
        if "check" in line:
            results[line["check"]] = line["result"]
    if not ended:
        errors.insert(0, f"{ending} in cell {cell}")
    more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
    return results, f"{errors[0]}{more}" if errors else ""


def limited(command, folder, environment, seconds):
    """(what a process said, as JSON line by line; how it ended before its time)."""
    ending = "its process ended"
    with subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=seconds)
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
    """Grade every notebook below the folder; print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=600, help="limit for a notebook")
    parser.add_argument("--cell-seconds", type=float, default=60, help="limit for a cell")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks run at the same time")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    paths = sorted(options.folder.rglob("*.ipynb"))
    paths = [path for path in paths if ".ipynb_checkpoints" not in path.parts]
    chapters = keys()
    rows = []
    with ThreadPoolExecutor(options.jobs) as pool:
        graded = pool.map(
            lambda path: grade(path, chapters, options.seconds, options.cell_seconds), paths
        )
        for number, (path, row) in enumerate(zip(paths, graded, strict=True), 1):
            rows.append({"file": path.relative_to(options.folder).as_posix(), **row})
            said = f"{row['points']} right" + (f" ({row['remark']})" if row["remark"] else "")
            print(f"[{number}/{len(paths)}] {rows[-1]['file']}: {said}", file=sys.stderr)
    done = {row.get("chapter") for row in rows}
    checks = [name for chapter, names in chapters.items() if chapter in done for name in names]
    table = csv.DictWriter(sys.stdout, ["file", "chapter", *checks, "points", "remark"], restval="")
    table.writeheader()
    table.writerows(rows)


if __name__ == "__main__":
    main()
