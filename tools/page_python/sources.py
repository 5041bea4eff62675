"""What the page's Python is made from: pinned, and verified before it is used."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Pyodide's core is an npm package; its Python is the one that the wheel is built for.
PYODIDE = "314.0.6"
CORE = f"pyodide-{PYODIDE}.tgz"
TAG = "cp314-cp314-pyemscripten_2026_0_wasm32.whl"
NUMPY = f"numpy-2.4.6-{TAG}"
#: matplotlib and what it needs in WebAssembly: for cells that draw.
PLOTS = tuple(
    f"{name}-{TAG}"
    for name in ("matplotlib-3.10.8", "pillow-12.2.0", "contourpy-1.4.0", "kiwisolver-1.5.0")
)
SHA256 = dict(
    zip(
        (CORE, NUMPY, *PLOTS),
        (
            "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2",
            "e159858bcdb899efa79deb90fd7e465e578f66d80134939b258d46ae16f2923d",
            "071b5029c5fdea5a85edc70e83f391140430a5c45507fce39394773db846bd5d",
            "cfa30cd8e63814e38e7a9b185980629a6c6058f594e9b6e92950f48afa21b347",
            "fa1b787362a3856e63dd2b89449f6c384d55ee1beb8f94f4bcc871b40f02462c",
            "34e3f330920f4bb53548e325e3d19c6305ed1ab75632b651a0c06dcfaf9657bc",
        ),
        strict=True,
    )
)


class Missing(Exception):
    """Something that the page's Python is made from cannot be had; the text says what, and how."""


def verified(path):
    """The path, if the file is the pinned one; Missing if it is another."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256[path.name]:
        raise Missing(f"{path} is another file than the pinned one (its sha256 is {found})")
    return path


def wheel(name=NUMPY):
    """A wheel for Pyodide, NumPy's or one of PLOTS, in the folder that PYODIDE_WHEELS names."""
    folder = Path(os.environ.get("PYODIDE_WHEELS") or ROOT.parent / "shared" / "pyodide-wheels")
    path = folder / name
    if not path.is_file():
        raise Missing(
            f"PYODIDE_WHEELS must name the folder that holds {name}, and {folder} does not"
        )
    return verified(path)


def plots():
    """The wheels of PLOTS; none of them, and why, where one cannot be had."""
    try:
        return [wheel(name) for name in PLOTS], ""
    except Missing as error:
        return [], f"Pages that draw nothing: {error}"


def node():
    """The node program, which starts Pyodide to compile what it loads."""
    program = shutil.which("node")
    if program is None or shutil.which("npm") is None:
        raise Missing("node and npm must be installed")
    return program


def core(cache):
    """The npm package of Pyodide, as npm packs it; kept in the folder `cache`."""
    path = cache / CORE
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            command = ["npm", "pack", f"pyodide@{PYODIDE}", "--silent"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            got = Path(folder, CORE)
            if done.returncode or not got.is_file():
                said = (done.stderr.strip() or "npm says nothing").splitlines()[0]
                raise Missing(f"npm cannot get pyodide {PYODIDE}: {said}")
            verified(got).replace(path)
    return verified(path)
