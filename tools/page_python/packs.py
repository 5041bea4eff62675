"""The packs: their byte code, and the scripts that hand them over to a page."""

import base64
import gzip
import hashlib
import io
import json
import os
import shutil
import struct
import subprocess
import tempfile
import zipfile
from contextlib import contextmanager, suppress
from functools import reduce
from operator import or_
from pathlib import Path

from . import engine
from .contents import drawing, library, notices, python, quick, unpacked
from .sources import ROOT, Missing, core, node, plots, wheel

HERE = Path(__file__).parent
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
