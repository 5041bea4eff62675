"""Pyodide's two scripts and the worker as one classic script, which imports and fetches nothing.

From disk Chromium makes no module worker, and WebKit imports nothing in one: so Pyodide's
modules become functions. Its text is patched, and each patch says so when Pyodide has changed.
"""

import json
from pathlib import Path

HERE = Path(__file__).parent

#: Bytes that the page's Python may hold: an answer that wants more gets a MemoryError.
MEMORY = 2**29

LOADER = (
    ("\n//# sourceMappingURL=pyodide.mjs.map", ""),
    ("export{dt as loadPyodide,U as version};", "return dt;"),
)

MODULE = (
    ("export default _createPyodideModule;", "const createPyodideModule = _createPyodideModule;"),
    ("getHeapMax=()=>4294901760", f"getHeapMax=()=>{MEMORY}"),
    # A snapshot needs to know where each extension module was put, to put it there again.
    (
        "var memoryBase=metadata.memorySize?",
        "var place=Module.places?.[libName];var memoryBase=place?place.memory:metadata.memorySize?",
    ),
    (
        "var tableBase=metadata.tableSize?wasmTable.length:0;",
        "var tableBase=place?place.table:metadata.tableSize?wasmTable.length:0;"
        "(Module.placed??=[]).push({name:libName,memory:memoryBase,table:tableBase,"
        "size:metadata.tableSize,handle});",
    ),
    (
        "if(metadata.tableSize){wasmTable.grow(metadata.tableSize)}",
        "if(metadata.tableSize&&!place){wasmTable.grow(metadata.tableSize)}",
    ),
    (
        "var module=binary instanceof WebAssembly.Module?binary:new WebAssembly.Module(binary);",
        "var module=binary instanceof WebAssembly.Module?binary:"
        "Module.compiled?.(libName)??new WebAssembly.Module(binary);"
        "Module.placed.at(-1).module=module;",
    ),
)


def patched(text, patches):
    """The text with each old part, which it must hold once, replaced by the new one.

    >>> patched("let a=1;", [("a=1", "a=2")])
    'let a=2;'
    >>> patched("let b=1;", [("a=1", "a=2")])
    Traceback (most recent call last):
    ...
    ValueError: Pyodide's text has changed: 0 times 'a=1'
    """
    for old, new in patches:
        if text.count(old) != 1:
            raise ValueError(f"Pyodide's text has changed: {text.count(old)} times {old!r}")
        text = text.replace(old, new)
    return text


def script(core):
    """The worker's script, of the core's files {name: content}."""
    loader = patched(core["pyodide.mjs"].decode(), LOADER)
    module = patched(core["pyodide.asm.mjs"].decode(), MODULE)
    module = module.replace("import.meta.url", '"mem:/pyodide.asm.mjs"')
    info = json.dumps(json.loads(core["pyodide-lock.json"])["info"])
    own = [(HERE / name).read_text(encoding="utf-8") for name in ("snapshot.js", "worker.js")]
    # Pyodide refuses classic workers, which it knows by importScripts.
    return f"""(() => {{ "use strict";
self.importScripts = () => {{ throw Error("this page's Python imports no scripts"); }};
const LOCK_INFO = {info};
const loadPyodide = (() => {{{loader}}})();
{module}
{"".join(own)}}})();
"""
