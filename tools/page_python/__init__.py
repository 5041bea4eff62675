"""The Python that runs in the book's pages: Pyodide, NumPy and the library, in files for a page.

    python -m page_python               (in tools/)

makes them in the environment's folder, once for the same sources, and says where. A page from
disk may fetch nothing, so each file is a script that hands over a part of a pack; `packs.json`
lists them:

    engine   Pyodide's two scripts and `worker.js`, as one script for a worker
    wasm     Pyodide's WebAssembly
    python   the standard library and NumPy, without what no page needs (`slim.py`)
    library  momentumlib, and what it imports

and those that come only when a cell asks for them:

    plots    matplotlib, and what it imports
    figures  the live figures and what draws, of momentumlib
    data     the pictures of momentumlib.datasets
    loops    the library's compiled loops, for every cell
    studies  what long trainings gave, for cells that read it

Where something of it cannot be had, one line says what, and the exit code is 3.
"""
