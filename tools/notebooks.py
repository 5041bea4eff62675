"""Runs every chapter and stores its outputs: `make notebooks`.

The stored notebook depends on nothing but its cells and the library. An output that
is equal (tools/outputs.py) stays as it is stored. Cell ids stay, no times are stored;
live figures get the same ids each time and leave to the library what the library has
of them. A stamp names the sources of momentumlib that the outputs came from.

    python tools/notebooks.py [notebook ...]
"""

import argparse
import hashlib
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from momentumlib.live.frame.notebook import emptied
from outputs import difference, of_value

ROOT = Path(__file__).resolve().parent.parent
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def sources_stamp(root=ROOT):
    """SHA-256 over the names and contents of momentumlib's source files."""
    digest = hashlib.sha256()
    library = Path(root, "momentumlib")
    for path in sorted(library.rglob("*")):
        if path.suffix in {".py", ".js", ".css"} and "__pycache__" not in path.parts:
            digest.update(path.relative_to(library).as_posix().encode() + b"\0")
            digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def fixed_widget_ids(text, name):
    """The notebook's JSON with each live figure's random id replaced by one of its key.

    Two figures may not have one key; another figure above does not change the ids below.
    """
    figures = json.loads(text)["metadata"]["momentumlib"].get("figures", {})
    for model, figure in figures.items():
        state = figure["state"]
        if "key" in state:
            layout = state["layout"].removeprefix("IPY_MODEL_")
            for old, of in (model, "figure"), (layout, "layout"):
                new = hashlib.sha256(f"{name}:{state['key']}:{of}".encode()).hexdigest()[:32]
                text = text.replace(old, new)
    return nbformat.writes(nbformat.reads(text, as_version=4))  # sorts them by their ids


def with_stored(text, stored_text):
    """The notebook's JSON with the outputs and figures of `stored_text` where they are equal."""
    new, old = (nbformat.reads(each, as_version=4) for each in (text, stored_text))
    stored = {cell.get("id"): cell for cell in old.cells if cell.cell_type == "code"}
    for cell in new.cells:
        if cell.cell_type == "code" and cell.id in stored:
            outputs = stored[cell.id].outputs
            about = [
                [output.get("metadata") for output in each] for each in (outputs, cell.outputs)
            ]
            if difference(outputs, cell.outputs) is None and about[0] == about[1]:
                cell.outputs = outputs
    kept, was = (notebook.metadata.get("momentumlib", {}) for notebook in (new, old))
    figures, known = kept.get("figures", {}), was.get("figures", {})
    # The same code and library give modules that do the same; their bytes depend on what
    # Numba had compiled before in its process.
    code, was_code = (
        [cell.source for cell in book.cells if cell.cell_type == "code"] for book in (new, old)
    )
    unchanged = kept.get("sources") == was.get("sources") and code == was_code
    beside = {"buffers"} if unchanged else set()
    for id_ in figures.keys() & known.keys():
        before, now = (
            {key: value for key, value in figure.items() if key not in beside}
            for figure in (known[id_], figures[id_])
        )
        if of_value(before, now) is None:
            figures[id_] = known[id_]
    modules = {**was.get("modules", {}), **kept.get("modules", {})}
    used = {part["module"] for figure in figures.values() for part in figure.get("buffers", [])}
    if "modules" in kept:
        kept["modules"] = {name: modules[name] for name in used}
    return nbformat.writes(new)


def run(path):
    """Execute one notebook in place. Raises RuntimeError naming the cell that failed."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "predict" in cell.metadata.get("tags", []):  # its code names the answer
                cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
        cell.setdefault("id", f"cell-{number}")
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    with TemporaryDirectory() as folder:
        os.environ["MOMENTUMLIB_DATA"] = folder  # what a chapter passes is no reader's progress
        # The kernel talks through files of this user alone, not through open ports.
        sockets = {"transport": "ipc", "ip": f"{folder}/kernel"} if os.name != "nt" else {}
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            config=Config({"KernelManager": sockets}),
            record_timing=False,
            store_widget_state=True,
            coalesce_streams=True,
            timeout=600,
            resources={"metadata": {"path": str(path.parent)}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise RuntimeError(f"{path.name}: {error}") from None
    notebook.metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
        **{k: v for k, v in notebook.metadata.items() if k not in ("kernelspec", "language_info")},
        "momentumlib": {"sources": sources_stamp()},
    }
    nbformat.validate(emptied(notebook))
    text = with_stored(fixed_widget_ids(nbformat.writes(notebook), path.stem), before)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def main():
    """Run the notebooks named on the command line, or all; exit code 1 if any failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--jobs", type=int, default=2, help="notebooks run at the same time")
    options = parser.parse_args()
    paths = options.notebooks or sorted(ROOT.glob("chapters/*.ipynb"))
    failed = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        running = {pool.submit(run, path.resolve()): path for path in paths}
        for done, future in enumerate(as_completed(running), 1):
            error = future.exception()
            failed += error is not None
            print(f"[{done}/{len(paths)}] {running[future].name}: {error or 'done'}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
