"""What a page can call, and the modules' bytes, as they were when the book was written.

    python tests/golden/entries.py

writes entries.json beside this file: of each export the page's arguments, the kernel's types and
the code between the two; of modules their bytes' digests, by the versions that made them. After
a change that is meant, record again, and try the pages in a browser.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from llvmlite import ir

import momentumlib as ml
from momentumlib.live import wasm
from momentumlib.live.wasm import compiler
from momentumlib.live.wasm.entries import ENTRIES, parameters

FILE = Path(__file__).with_name("entries.json")
FUNCTIONS = {"loss": "loss.0", "grad": "grad.0", "rule": "nothing."}


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def glue(entry):
    """The code of an export: each instruction with what it takes, by place or value."""
    module = ir.Module()
    functions = FUNCTIONS if any(name in FUNCTIONS for name in parameters(entry)) else {}
    compiler._entry(module, "export", entry, functions)
    made = module.globals["export"]
    known = {id(each): f"argument {k}" for k, each in enumerate(made.args)}
    lines = []
    for block in made.blocks:
        known[id(block)] = f"block {len(known)}"
        for each in block.instructions:
            known[id(each)] = f"value {len(known)}"
            takes = [known.get(id(o), getattr(o, "name", None) or str(o)) for o in each.operands]
            more = [str(getattr(each, name)) for name in ("op", "indices") if hasattr(each, name)]
            lines.append(" ".join([each.opname, str(each.type), *more, *takes]))
    return [str(made.ftype), *lines]


def entry(name):
    """An export in words: its kernel, what the page gives, what the kernel takes, its code."""
    kernel, page, shapes = ENTRIES[name]
    takes = [f"{one}: {kind}" for one, kind in parameters(name).items()]
    return [kernel, page, {k: list(v) for k, v in shapes.items()}, takes, digest(
        "\n".join(glue(name)).encode())]  # fmt: skip


def versions():
    return {name: version(name) for name in ("numba", "llvmlite")}


def modules():
    """Digests of modules that other tests use, too."""
    valley, asked = ml.problems.quadratic(), ml.problems.himmelblau()
    made = wasm.build([valley]), wasm.build([asked]), wasm.build_map(), wasm.build_network()
    return [digest(code) for code in made]


if __name__ == "__main__":
    told = {name: entry(name) for name in ENTRIES}
    told |= {"versions": versions(), "modules": modules()}
    text = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in told.items())
    FILE.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
