"""A chapter's cell in the page's Python: what it needs of the cells above, then the cell.

In the page it is the module `page_cells`. All cells share one namespace, as in a notebook.
What a cell has defined is kept, so that it runs again only when it, or one that it needs, has
changed.
"""

import ast
import contextlib
import copy
import importlib
import json
import sys
import warnings
from itertools import count
from pathlib import Path

import numpy as np
from page_reader import GIVEN, Printed, failure, needed, places, run, sets, shortened

from columns import numeric, parts_of
from momentumlib.check.engine import limit

#: Seconds for a cell and those that it needs: a sweep of chapter 1 takes thirty, of a fast machine.
SECONDS = 300
#: The packs that hold what is not there from the start.
DRAWS, SHOWS, DATA, LOOPS = ("plots", "figures"), ("figures",), ("data",), ("loops",)
STUDIES = ("studies",)
LATER = {
    **dict.fromkeys(("matplotlib", "PIL", "contourpy", "kiwisolver", "cycler"), DRAWS),
    **dict.fromkeys(("momentumlib.plot", "momentumlib.drawing"), DRAWS),
    **dict.fromkeys(("momentumlib.live", "page_figures", "anywidget", "traitlets"), SHOWS),
}
IMPORT = ast.Import, ast.ImportFrom
SITE = Path(np.__file__).parents[1]

#: The namespace; what cells above have defined, by what it depends on; what the page can bring;
#: where what is drawn goes, the last one first; the cells' numbers.
scope, kept, offered, shows, numbers = {}, {}, set(), [], count(1)


class Wanted(BaseException):
    """Packs that the page has, and that must be there before the cell can go on."""


class Finder:
    """Asks for the packs of a module that is not there yet."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Raise Wanted where the page can bring what holds the module."""
        want(LATER.get(name, ()))


def want(packs):
    """Ask for those of the packs that are not there."""
    if missing := [pack for pack in packs if pack in offered]:
        raise Wanted(missing)


def tell(text, share):
    """Say how far it is, where a page listens."""
    if sys.platform == "emscripten":
        import js

        js.tell(text, share)


class Outputs(list):
    """What a cell shows, in order, as the page takes it."""

    def __init__(self, table=""):
        self.table, self.printed = table, Printed()

    def flush(self):
        """What has been printed, as it is shown: in columns where the cell is a table."""
        text = self.printed.getvalue()
        self.printed.seek(0)
        self.printed.truncate()
        parts = parts_of(text) if self.table and text else [shortened(text)]
        if all(isinstance(part, str) for part in parts):
            parts = [shortened(text)]
        for part in filter(None, parts):
            if isinstance(part, str):
                self.append({"printed": part})
            else:
                head = self.table == "table"
                self.append({"rows": part, "head": head, "numeric": numeric(part, head)})

    def figures(self):
        """The figures of matplotlib that are open, as SVG; they are closed."""
        plt = sys.modules.get("matplotlib.pyplot")
        if plt is None or not plt.get_fignums():
            return
        import page_figures

        self.flush()
        for number in plt.get_fignums():
            self.append({"svg": page_figures.drawing(plt.figure(number))})

    def value(self, value):
        """The value of the cell's last line."""
        self.flush()
        if value is None:
            return
        if hasattr(value, "_esm"):
            import page_figures

            self.append({"figure": page_figures.state(value)})
        elif hasattr(value, "_repr_html_"):
            self.append({"html": value._repr_html_()})
        else:
            self.append({"value": shortened(repr(value))})


class Unshown:
    """Where what cells above draw goes."""

    def figures(self):
        """Nothing is shown."""


def told(job):
    """What comes of a cell, as JSON.

    job : JSON of {"cell": code, "before": the codes above it in the page, "table": "table",
    "rows" or "", "packs": the packs that the page can bring}. The result has `outputs`,
    `error` (a sentence, "" without one), `trace`, `ran` (how many cells above ran first), and
    `wants`, the packs that must be there first.
    """
    job, out = json.loads(job), {"error": "", "trace": "", "wants": [], "ran": 0}
    outputs = Outputs(job["table"])
    offered.clear()
    offered.update(job["packs"])
    importlib.invalidate_caches()
    if Finder not in sys.meta_path:
        sys.meta_path.append(Finder)
    with (
        contextlib.redirect_stdout(outputs.printed),
        contextlib.redirect_stderr(outputs.printed),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", "Unable to import Axes3D")  # which is left out
        _run(job, outputs, out)
    return json.dumps(out | {"outputs": outputs})


def _run(job, outputs, out):
    """Run a cell and what it needs; put what comes of it into `outputs` and `out`."""
    lost, file = {}, f"cell {next(numbers)}"  # of its own: a function's text stays known
    before = [part for source in job["before"] for part in parts(source)]
    sources = [*needed(before, job["cell"]), job["cell"]]
    try:
        with limit.limited(SECONDS):
            want(LOOPS + STUDIES * any("studies/" in source for source in sources))
            if (SITE / "page_loops.py").is_file():
                import page_loops  # noqa: F401 (it takes the plain loops' places)
            if (SITE / "matplotlib").is_dir():
                import page_figures

                page_figures.begin(show)
            out["ran"] = _above(sources[:-1], lost)
            with _showing(outputs):
                outputs.value(run(job["cell"], scope, file))
            _keep(_key(sources, len(sources) - 1, {}), job["cell"])
    except Wanted as error:
        out["wants"] = error.args[0]
    except BaseException as error:
        out["error"], out["trace"] = failure(error, SECONDS, lost, file)
        if lost and not (set(lost.values()) & {out["error"].rpartition("run here: ")[2]}):
            out["error"] += f" A cell above does not run here: {next(iter(lost.values()))}"
    outputs.flush()


def show(*_, **__):
    """What `plt.show` does."""
    shows[-1].figures()


@contextlib.contextmanager
def _showing(outputs):
    """What is drawn inside goes to `outputs`; ask for the library's pictures where it has none."""
    shows.append(outputs)
    try:
        yield
        outputs.figures()
    except FileNotFoundError as error:
        if str(error.filename).endswith(".npz"):
            want(DATA)
        raise
    finally:
        shows.pop()
        if plt := sys.modules.get("matplotlib.pyplot"):
            plt.close("all")


def _above(sources, lost):
    """Run the cells that are needed, but for those that have; how many ran."""
    scope.clear()
    scope.update({"__name__": "__main__"} | GIVEN)
    keys, ran = {}, 0
    new = [source for k, source in enumerate(sources) if _key(sources, k, keys) not in kept]
    for k, source in enumerate(sources):
        key = _key(sources, k, keys)
        if key not in kept:
            ran += not is_import(source)
            tell("Running the cells above that it needs", (new.index(source) + 1) / len(new))
            try:
                with contextlib.redirect_stdout(Printed()), _showing(Unshown()):
                    run(source, scope, f"cell {next(numbers)}")
            except Exception as error:
                told = (
                    lost.get(getattr(error, "name", None)) or failure(error, SECONDS, lost, "")[0]
                )
                lost |= dict.fromkeys(sets(source), told)
                continue
            _keep(key, source)
        scope.update(_fresh(kept[key]))
    return ran


def parts(source):
    """A cell as its imports, one by one, and the rest, which keeps its lines.

    So a cell that reads one name of the chapter's imports does not wait for matplotlib.

    >>> parts("import a\\nfrom b import c\\nd = 1")
    ['import a', 'from b import c', '\\n\\nd = 1']
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return [source]
    lines, found = source.split("\n"), []
    for node in tree.body:
        if isinstance(node, IMPORT) and ";" not in lines[node.lineno - 1]:
            found.append(ast.unparse(node))
            for k in range(node.lineno - 1, node.end_lineno):
                lines[k] = ""
    rest = "\n".join(lines)
    return [*found, rest] if rest.strip() else found


def is_import(source):
    """Whether a part of a cell imports something."""
    return source.startswith(("import ", "from "))


def _keep(key, source):
    """Keep what a cell has defined."""
    kept[key] = {name: scope[name] for name in sets(source) if name in scope}


def _key(sources, k, keys):
    """What the outcome of a cell depends on: its text, and that of those it needs."""
    if k not in keys:
        mine = places(sources[:k], sources[k])
        keys[k] = sources[k], tuple(_key(sources, each, keys) for each in mine)
    return keys[k]


def _fresh(values):
    """The values with containers copied: a cell may change what it was given."""
    changeable = list, dict, set, np.ndarray
    return {n: copy.copy(v) if type(v) in changeable else v for n, v in values.items()}
