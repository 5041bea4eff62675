"""The packs: what is in them, and the scripts that hand them over to a page."""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zipfile
from contextlib import contextmanager, suppress
from functools import reduce
from importlib.metadata import files as installed
from operator import or_
from pathlib import Path

from momentumlib.live import wasm

from . import engine, slim
from .site.page_javascript import translated
from .sources import ROOT, Missing, core, node, plots, wheel

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
#: Each exercise's module, which is loaded when its check is asked for.
EXERCISES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted(ROOT.glob("momentumlib/check/ch*/*.py"))
]
#: What is compiled, with all that it loads: what a start needs, the exercises, a sweep, figures.
STARTED = (
    "numpy", "numpy.random._all", "page_reader", "page_cells", "numpy.ma", "momentumlib.sweeps",
    "momentumlib.kernels.grids", *EXERCISES,
)  # fmt: skip
FIGURES = "momentumlib.datasets", "page_figures"
DRAWN = "momentumlib.drawing", "momentumlib.plot"
#: What stays as its source, since a chapter shows it.
READ = frozenset({"site/momentumlib/kernels/formulas.py"})
#: The packs that do not change with the library.
BASE = "python", "plots"
#: How many folders are kept: those of other branches, too.
KEPT = 8
#: Characters of a script: a page counts the scripts to tell how far it is.
PART = 2**20


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


def compiled(content, modules, *packs):
    """The packs with byte code, of this very Pyodide, in place of what the modules load.

    Python in WebAssembly compiles slowly: a start with sources takes twice as long.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, data in content.items():
            (folder / name).write_bytes(data)
        (folder / "pack").write_bytes(container(in_place(reduce(or_, packs))))
        command = [node(), HERE / "compile.mjs", folder, folder / "pack", folder / "made.json"]
        done = subprocess.run([*command, *modules], capture_output=True, text=True, cwd=folder)
        if done.returncode:
            raise Missing(f"Pyodide does not start in node: {done.stderr.strip()}")
        made = json.loads((folder / "made.json").read_text(encoding="utf-8"))
    made = {name: text for name, text in made.items() if name not in READ}
    codes = {f"{name}c": base64.b64decode(text) for name, text in made.items()}

    def with_codes(pack):
        stay = {name: data for name, data in pack.items() if name not in made}
        return stay | {f"{name}c": codes[f"{name}c"] for name in pack if name in made}

    return map(with_codes, packs)


def in_place(files):
    """The files as Pyodide takes them: the standard library is one archive.

    Its parts are stored, since the pack is compressed as a whole.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for name, data in sorted(files.items()):
            if name.startswith("stdlib/"):
                info = zipfile.ZipInfo(name.removeprefix("stdlib/"), (2026, 1, 1, 0, 0, 0))
                out.writestr(info, data)
    site = {name: data for name, data in files.items() if name.startswith("site/")}
    return {"python_stdlib.zip": archive.getvalue()} | site


def container(files):
    """One block of bytes: the length of a list, the list {name: size}, the contents.

    Files of a kind stand together, which gzip likes.

    >>> opened(container({"b": b"two", "a": b"one"}))
    {'a': b'one', 'b': b'two'}
    """
    order = sorted(files, key=lambda name: (name.rsplit(".", 1)[-1], name))
    head = json.dumps({name: len(files[name]) for name in order}).encode()
    return struct.pack("<I", len(head)) + head + b"".join(files[name] for name in order)


def opened(block):
    """The files of a container."""
    at = 4 + struct.unpack_from("<I", block)[0]
    files = {}
    for name, size in json.loads(block[4:at]).items():
        files[name] = block[at : at + size]
        at += size
    return files


def scripts(name, data, folder):
    """Write a pack as scripts `name-mark-number.js` into the folder; (mark, how many).

    The mark changes with the content, so that a browser may keep what it has.
    """
    text = base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    starts = range(0, len(text), PART)
    for number, start in enumerate(starts):
        told = f'inPage.part("{name}",{number},"{text[start : start + PART]}");\n'
        (folder / f"{name}-{mark}-{number}.js").write_text(told, encoding="ascii")
    return mark, len(starts)


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


def key(*contents):
    """A name for what is made of these."""
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


def made(cache):
    """The folder, in the folder `cache`, with the scripts and `packs.json`, which lists them;
    and what is left out, in a line.

    Made where it is not there for today's sources. What does not change with the library is
    kept by itself, so that only the library's pack is made when only that has changed.
    """
    tools = [path.read_bytes() for path in sorted(HERE.iterdir()) if path.is_file()]
    wheels, lacking = plots()
    pinned = [path.name for path in (wheel(), *wheels, core(cache))]
    others = "\0".join([*pinned, node(), str(quick())]).encode()
    base, parts = cache / key(*tools, others), library()
    everything = container(reduce(or_, parts.values()))
    folder = cache / key(base.name.encode(), everything)
    if not folder.is_dir():
        content = unpacked(cache)
        if base.is_dir():
            kept_files = {pack: opened((base / f"{pack}.pack").read_bytes()) for pack in BASE}
        else:
            kept_files = {"python": python(content), "plots": drawing(content, wheels)}
        modules = STARTED if quick() else (*STARTED, *FIGURES, *(DRAWN if wheels else ()))
        sources = kept_files | parts
        files = dict(zip(sources, compiled(content, modules, *sources.values()), strict=True))
        if not base.is_dir():
            with kept(base) as part:
                packs = {
                    "engine": engine.script(content).encode(),
                    "wasm": content["pyodide.asm.wasm"],
                    "python": container(in_place(files["python"])),
                }
                if wheels:
                    packs["plots"] = container(files["plots"])
                write(part, packs, {})
                for pack in BASE:
                    (part / f"{pack}.pack").write_bytes(container(files[pack]))
                (part / "LICENSES.txt").write_text(notices(wheels), encoding="utf-8")
        with kept(folder) as part:
            for path in (*base.glob("*.js"), base / "LICENSES.txt"):
                os.link(path, part / path.name)
            names = json.loads((base / "packs.json").read_text(encoding="utf-8"))
            write(part, {pack: container(files[pack]) for pack in parts}, names)
        for old in sorted(filter(Path.is_dir, cache.iterdir()), key=os.path.getmtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    os.utime(base)
    os.utime(folder)
    return folder, lacking


def write(folder, packs, others):
    """The packs as scripts into the folder, and the list of them and of others."""
    names = others | {name: scripts(name, data, folder) for name, data in packs.items()}
    (folder / "packs.json").write_text(json.dumps(names), encoding="utf-8")


@contextmanager
def kept(folder):
    """A folder to fill, which then becomes this one; two processes may do so at once."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as part:
        part = Path(part)
        yield part
        part.chmod(0o755)
        with suppress(OSError):  # the other one was first
            part.rename(folder)
            part.mkdir()
