"""Writes the chapters as a class gets them: `make student`.

The solutions of the exercises are removed, and so are all outputs: whoever opens
a notebook runs it. Nothing else changes, so that a chapter and its copy stay comparable.

    python tools/student.py [folder]
"""

import argparse
import shutil
from pathlib import Path

import nbformat

from exercises import kind

ROOT = Path(__file__).resolve().parent.parent


def handout(notebook):
    """The notebook without solutions and outputs; the given one stays as it is."""
    notebook = nbformat.from_dict(notebook)
    notebook.cells = [cell for cell in notebook.cells if kind(cell) != "solution"]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for made in ("widgets", "momentumlib"):
        notebook.metadata.pop(made, None)
    return notebook


def main():
    """Write every chapter's copy into the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "student")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        nbformat.write(handout(nbformat.read(path, as_version=4)), folder / path.name)
        print(folder / path.name)
    # Long trainings, which the chapters read.
    shutil.copytree(ROOT / "chapters" / "studies", folder / "studies", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
