"""Computes the chapters' stored trainings anew: `make studies`.

A cell that names a folder of chapters/studies reads its results there and takes no time.
Here these folders are removed, and the cells that fill them run again, with those that they
need: all cells of a chapter up to the last that names one, without its exercises.

    python tools/studies.py [notebook ...]
"""

import argparse
import os
import re
import shutil
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
FOLDER = re.compile(r"studies/([\w-]+)(?![\w.-])")  # no file, as studies/torch.json
APART = {"exercise", "check", "solution", "predict"}


def recipe(path):
    """{cell's id: its code} of the cells that fill a chapter's studies, in order."""
    cells = [
        cell for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code" and not APART.intersection(cell.metadata.get("tags", []))
    ]  # fmt: skip
    last = max((k for k, cell in enumerate(cells) if FOLDER.search(cell.source)), default=-1)
    return {cell.id: cell.source for cell in cells[: last + 1]}


def run(path):
    """Run a chapter's recipe in its folder, where its studies lie."""
    names, began = {"__name__": "__main__"}, time.monotonic()
    for name, source in recipe(path).items():
        print(f"{time.monotonic() - began:6.0f} s  {name}", flush=True)
        exec(compile(source, name, "exec"), names)


def main():
    """Run the recipes of the notebooks named on the command line, or of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    paths = parser.parse_args().notebooks or sorted(ROOT.glob("chapters/*.ipynb"))
    paths = [path.resolve() for path in paths]
    os.environ["MPLBACKEND"] = "agg"
    os.chdir(ROOT / "chapters")
    for path in paths:
        if recipe(path):
            for name in set(FOLDER.findall("".join(recipe(path).values()))):
                shutil.rmtree(Path("studies", name), ignore_errors=True)
            run(path)


if __name__ == "__main__":
    main()
