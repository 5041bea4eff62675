"""What is in the packs: files, as {name in the pack: content}."""

import io
import json
import os
import re
import sys
import tarfile
import zipfile
from importlib.metadata import files as installed
from pathlib import Path

from momentumlib.live import wasm

from . import slim
from .sources import ROOT, core, wheel

# What runs in the page finds its modules as it does there.
sys.path.insert(0, str(Path(__file__).parent / "site"))
from page_javascript import translated

HERE = Path(__file__).parent
SITE = HERE / "site"
#: What runs in the page beside the library: the modules' names there, and their files.
READERS = {
    "page_reader": SITE / "page_reader.py",
    "page_cells": SITE / "page_cells.py",
    "columns": ROOT / "extensions" / "columns.py",
}
#: And what comes with the figures.
SHOWERS = {
    "page_figures": SITE / "page_figures.py",
    "page_javascript": SITE / "page_javascript.py",
    "page_trees": SITE / "page_trees.py",
    "page_words": SITE / "page_words.py",
    "momentumlib/live/wasm/__init__": SITE / "page_modules.py",
    "anywidget": SITE / "page_anywidget.py",
}
#: What the packs import beside the wheels, taken from where this Python has it.
PURE = {
    "library": ("platformdirs", "tqdm"),
    "figures": ("traitlets",),
    "plots": ("cycler", "packaging", "pyparsing", "python-dateutil"),
}
#: Which of the library's files come in a pack of their own, when a cell asks for them.
LATER = {"figures": r"^momentumlib/(live/|plot\.py|drawing\.py)", "data": r"\.npz$"}


def unpacked(cache):
    """The files of Pyodide's npm package: {name: content}."""
    with tarfile.open(core(cache)) as archive:
        return {
            member.name.removeprefix("package/"): archive.extractfile(member).read()
            for member in archive.getmembers()
            if member.isfile()
        }


def python(content):
    """The standard library, from the core's files, and NumPy: {name: content}, as sources."""
    stdlib = slim.entries(io.BytesIO(content["python_stdlib.zip"]), slim.STDLIB)
    numpy = slim.entries(wheel(), slim.NUMPY + slim.NAMELESS)
    numpy["numpy/random/_all.py"] = numpy["numpy/random/__init__.py"]
    numpy["numpy/random/__init__.py"] = (HERE / "numpy_random.py").read_bytes()
    found = {f"stdlib/{name}": data for name, data in stdlib.items()}
    return found | {f"site/{name}": data for name, data in numpy.items()}


def drawing(content, wheels):
    """matplotlib and what it needs, of the standard library, too: {name: content}, as sources."""
    rules = slim.PLOTS + slim.NAMELESS
    found = pure("plots", rules)
    for path in wheels:
        found |= slim.entries(path, rules)
    with zipfile.ZipFile(io.BytesIO(content["python_stdlib.zip"])) as archive:
        found |= {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.endswith("/") and not slim.kept(name, slim.FOR_PLOTS)
        }
    return {f"site/{name}": data for name, data in found.items()}


def pure(pack, rules):
    """The files of a pack that are taken from this Python: {name: content}."""
    return {
        file.as_posix(): file.read_binary()
        for package in PURE[pack]
        for file in installed(package)
        if file.suffix == ".py" and ".." not in file.parts and slim.kept(file.as_posix(), rules)
    }


def library():
    """The packs that change with the library: {pack: {name: content}}, as sources."""
    rules = slim.LIBRARY + slim.NAMELESS
    packs = {"library": pure("library", rules), "figures": pure("figures", rules), "data": {}}
    for path in sorted((ROOT / "momentumlib").rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in (".py", ".npz", ".js", ".css") and "__pycache__" not in path.parts:
            if slim.kept(name, rules):
                pack = next((p for p, rule in LATER.items() if re.search(rule, name)), "library")
                packs[pack][name] = path.read_bytes()
    for pack, modules in {"library": READERS, "figures": SHOWERS}.items():
        packs[pack] |= {f"{module}.py": path.read_bytes() for module, path in modules.items()}
    packs["figures"]["momentumlib/live/wasm/book.json"] = json.dumps(book()).encode()
    packs["loops"] = loops()
    site = {
        pack: {f"site/{name}": data for name, data in files.items()}
        for pack, files in packs.items()
    }
    return site | {"studies": studies()}


def quick():
    """Whether what cells need alone is not compiled: a book for tests, whose cells are slow."""
    return os.environ.get("MOMENTUM_QUICK_BOOK") == "1"


def loops():
    """The library's compiled loops, for cells."""
    if quick():
        return {}
    source = (SITE / "page_loops.py").read_bytes()
    return {"page_loops.py": source, "page_loops.wasm": wasm.build_loops()}


def studies():
    """What long trainings gave, which the chapters read from disk: {name: content}."""
    chapters = ROOT / "chapters"
    files = sorted(path for path in (chapters / "studies").rglob("*") if path.is_file())
    return {f"home/{path.relative_to(chapters).as_posix()}": path.read_bytes() for path in files}


def book():
    """The library's landscapes and formulas as JavaScript: {kind: [loss, gradient], "step": …}.

    They are translated here, where their sources are.
    """
    from momentumlib import landscapes
    from momentumlib.kernels import formulas

    def pair(kind):
        loss, grad = getattr(landscapes, kind), getattr(landscapes, f"{kind}_grad")
        arrays = "theta", "params", "out"
        return [translated(loss, kind, arrays), translated(grad, kind, arrays)]

    kinds = [name.removesuffix("_grad") for name in vars(landscapes) if name.endswith("_grad")]
    return {kind: pair(kind) for kind in kinds} | {"step": translated(formulas.step, "step")}


def notices(wheels):
    """The licences of all that is packed, as a text that is published beside it."""
    texts = [(HERE / "NOTICES.txt").read_text(encoding="utf-8")]
    found = {}
    for path in (wheel(), *wheels):
        with zipfile.ZipFile(path) as archive:
            found |= {name: archive.read(name) for name in sorted(archive.namelist())}
    for file in (file for pack in PURE.values() for name in pack for file in installed(name)):
        if ".dist-info" in str(file):
            found[str(file)] = file.read_binary()
    for name, text in found.items():
        if re.search(r"\.dist-info/.*(licenses/|LICENSE|COPYING)|/LICENSE_DEJAVU", name):
            texts.append(f"{'-' * 80}\n{name}\n\n{text.decode('utf-8', 'replace')}")
    return "\n".join(texts)
