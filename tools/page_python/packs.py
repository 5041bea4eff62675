"""The packs: what is in them, and the scripts that hand them over to a page."""

import base64
import gzip
import hashlib
import io
import json
import struct
import subprocess
import tarfile
import tempfile
import zipfile
from contextlib import suppress
from importlib.metadata import files as installed
from pathlib import Path

from . import engine, slim
from .sources import ROOT, Missing, core, node, wheel

HERE = Path(__file__).parent
READER = "site/page_reader.py"
#: Characters of a script: a page counts the scripts to tell how far it is.
PART = 2**20


def base(cache):
    """The packs that do not change with the library: {name: content}, and the core's files."""
    with tarfile.open(core(cache)) as archive:
        content = {
            member.name.removeprefix("package/"): archive.extractfile(member).read()
            for member in archive.getmembers()
            if member.isfile()
        }
    stdlib = slim.entries(io.BytesIO(content["python_stdlib.zip"]), slim.STDLIB)
    numpy = slim.entries(wheel(), slim.NUMPY + slim.NAMELESS)
    python = {f"stdlib/{name}": data for name, data in stdlib.items()}
    python |= {f"site/{name}": data for name, data in numpy.items()}
    return python, content


def library():
    """The library's sources as the page needs them, and what they import: {name: content}."""
    found = {READER: (HERE / "reader.py").read_bytes()}
    paths = {path.relative_to(ROOT): path for path in (ROOT / "momentumlib").rglob("*")}
    for package in ("platformdirs", "tqdm"):
        paths |= {Path(file): file.locate() for file in installed(package)}
    for name, path in sorted(paths.items()):
        if path.suffix in (".py", ".npz", ".js", ".css") and "__pycache__" not in path.parts:
            if slim.kept(name.as_posix(), slim.LIBRARY + slim.NAMELESS):
                found[f"site/{name.as_posix()}"] = path.read_bytes()
    return found


def compiled(python, library, content):
    """Both with byte code, of this very Pyodide, in place of the sources that a start loads.

    Python in WebAssembly compiles slowly: a start with sources takes twice as long.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, data in content.items():
            (folder / name).write_bytes(data)
        (folder / "pack").write_bytes(container(in_place(python) | library))
        command = [node(), HERE / "compile.mjs", folder, folder / "pack", folder / "made.json"]
        done = subprocess.run(
            [*command, "numpy", "page_reader"], capture_output=True, text=True, cwd=folder
        )
        if done.returncode:
            raise Missing(f"Pyodide does not start in node: {done.stderr.strip()}")
        made = json.loads((folder / "made.json").read_text(encoding="utf-8"))
    codes = {f"{name}c": base64.b64decode(text) for name, text in made.items()}

    def with_codes(pack):
        stay = {name: data for name, data in pack.items() if name not in made}
        return stay | {f"{name}c": codes[f"{name}c"] for name in pack if name in made}

    return with_codes(python), with_codes(library)


def in_place(python):
    """The files as Pyodide takes them: the standard library is one archive.

    Its parts are stored, since the pack is compressed as a whole.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for name, data in sorted(python.items()):
            if name.startswith("stdlib/"):
                info = zipfile.ZipInfo(name.removeprefix("stdlib/"), (2026, 1, 1, 0, 0, 0))
                out.writestr(info, data)
    site = {name: data for name, data in python.items() if name.startswith("site/")}
    return {"python_stdlib.zip": archive.getvalue()} | site


def container(files):
    """One block of bytes: the length of a list, the list {name: size}, the contents.

    Files of a kind stand together, which gzip likes.
    """
    order = sorted(files, key=lambda name: (name.rsplit(".", 1)[-1], name))
    head = json.dumps({name: len(files[name]) for name in order}).encode()
    return struct.pack("<I", len(head)) + head + b"".join(files[name] for name in order)


def scripts(name, data, folder):
    """Write a pack as scripts into the folder; their names, which change with the content."""
    text = base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
    names = []
    for number, start in enumerate(range(0, len(text), PART)):
        part = text[start : start + PART]
        mark = hashlib.sha256(part.encode()).hexdigest()[:8]
        names.append(f"{name}-{number}.{mark}.js")
        told = f'inPage.part("{name}",{number},"{part}");\n'
        (folder / names[-1]).write_text(told, encoding="ascii")
    return names


def key(*contents):
    """A name for what is made of these."""
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


def made(cache):
    """The folder, in the folder `cache`, with the scripts and `packs.json`, which lists them.

    Made where it is not there for today's sources; two processes may make it at once.
    """
    own = [path.read_bytes() for path in sorted(HERE.iterdir()) if path.is_file()]
    parts = library()
    pinned = [wheel().name.encode(), core(cache).name.encode(), node().encode()]
    folder = cache / key(*own, *pinned, *(x for n, d in parts.items() for x in (n.encode(), d)))
    if not folder.is_dir():
        python, content = base(cache)
        python, parts = compiled(python, parts, content)
        packs = {
            "engine": engine.script(content).encode(),
            "wasm": content["pyodide.asm.wasm"],
            "python": container(in_place(python)),
            "library": container(parts),
        }
        with tempfile.TemporaryDirectory(dir=cache) as part:
            part = Path(part)
            names = {name: scripts(name, data, part) for name, data in packs.items()}
            (part / "packs.json").write_text(json.dumps(names), encoding="utf-8")
            part.chmod(0o755)
            with suppress(OSError):  # another process has made it meanwhile
                part.rename(folder)
                part.mkdir()
    return folder
