"""What a notebook stores of its live figures: what they show, and nothing that the library has.

Scripts and style sheets are put in from the library when a page is built, or when JupyterLab
opens the notebook. Whatever else opens it finds an ordinary notebook: each figure's picture
stands in its place until the cell runs.
"""

import hashlib
import json
import re
from importlib import import_module

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

FROM_LIBRARY = ("_esm", "_css")
CLASS = re.compile(r"(momentumlib\.(?:live|predict)\.\w+)\.(\w+)")


def emptied(notebook):
    """The notebook (its JSON, changed in place) without what `filled` can put in again.

    Figures move from `metadata.widgets` to `metadata.momentumlib`, each module once, and
    their views from the outputs' data to the outputs' metadata.
    """
    widgets = notebook["metadata"].get("widgets", {})
    models = widgets.get(STATE, {}).get("state", {})
    ours = {id_ for id_, model in models.items() if figure_class(model)}
    ours |= {models[id_]["state"].get("layout", "").removeprefix("IPY_MODEL_") for id_ in ours}
    if not ours:
        return notebook
    modules, figures = {}, {}
    for id_ in [id_ for id_ in models if id_ in ours]:
        model = figures[id_] = models.pop(id_)
        for name in FROM_LIBRARY:
            model["state"].pop(name, None)
        if model["model_name"] == "LayoutModel":  # three dozen properties that say nothing
            model["state"] = {k: v for k, v in model["state"].items() if v is not None}
        for buffer in model.get("buffers", []):
            data = buffer.pop("data")
            buffer["module"] = hashlib.sha256(data.encode()).hexdigest()[:16]
            modules[buffer["module"]] = data
    if not models:
        del notebook["metadata"]["widgets"]
    kept = {"figures": figures, "modules": modules}
    notebook["metadata"]["momentumlib"] = {**notebook["metadata"].get("momentumlib", {}), **kept}
    for output in outputs(notebook):
        if output["data"].get(VIEW, {}).get("model_id") in figures:
            output.setdefault("metadata", {})[VIEW] = output["data"].pop(VIEW)
    return notebook


def filled(notebook):
    """The notebook (its JSON, changed in place) with its figures complete: see `emptied`."""
    kept = notebook["metadata"].get("momentumlib", {})
    figures, modules = kept.pop("figures", {}), kept.pop("modules", {})
    for model in figures.values():
        if made := figure_class(model):
            model["state"] |= {name: getattr(made, name) for name in FROM_LIBRARY}
        for buffer in model.get("buffers", []):
            buffer["data"] = modules[buffer.pop("module")]
    if figures:
        widgets = notebook["metadata"].setdefault("widgets", {})
        part = widgets.setdefault(STATE, {"version_major": 2, "version_minor": 0, "state": {}})
        part["state"] |= figures
    for output in outputs(notebook):
        if output.get("metadata", {}).get(VIEW, {}).get("model_id") in figures:
            output["data"][VIEW] = output["metadata"].pop(VIEW)
    return notebook


def opened(path):
    """The JSON of a notebook file, its figures complete."""
    return filled(json.loads(path.read_text(encoding="utf-8")))


def outputs(notebook):
    """Those of a notebook's outputs that hold data."""
    for cell in notebook["cells"]:
        yield from (output for output in cell.get("outputs", []) if "data" in output)


def figure_class(model):
    """The library's class of a stored widget; None for another's."""
    name = CLASS.fullmatch(model["state"].get("_anywidget_id", ""))
    try:
        return getattr(import_module(name[1]), name[2]) if name else None
    except (ImportError, AttributeError):  # of another version of the library
        return None
