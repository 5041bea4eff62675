"""Whatever is tested writes into folders of the tests' own: code, examples, notebooks.

The cells of notebooks are run by nbval and compared by tools/outputs.py.
"""

import gc
import os
import shutil
import sys
import tempfile

import pytest

from outputs import difference

# With nbval comes jsonschema, which would parse the grammar of all kinds of addresses: two seconds
# in every process, for what no notebook holds. So pyproject.toml leaves it to this file to load.
sys.modules.setdefault("rfc3987_syntax", None)
pytest_plugins = ["nbval.plugin"] * ("nbval.plugin" not in sys.modules)

#: Runs where Jupyter reads it; in frameworks that a chapter shows; on several machines.
collect_ignore = [
    "tools/lab.py",
    "tools/page_python/numpy_random.py",  # in a page alone
    "tools/page_python/site/page_loops.py",
]
collect_ignore_glob = ["chapters/*/*.py"]

# Numba reads its variable once, when it is imported; so both are set before any test is.
# A test's processes have them, too, and pytest-xdist's have those of the first process.
OWN = []
if "PYTEST_XDIST_WORKER" not in os.environ:
    OWN = ["MOMENTUMLIB_DATA"] + ["NUMBA_CACHE_DIR"] * ("NUMBA_CACHE_DIR" not in os.environ)
for name in OWN:
    os.environ[name] = tempfile.mkdtemp(prefix=f"{name.lower()}-")
# The thousands of answers that are no danger need no process of their own.
os.environ["MOMENTUMLIB_APART"] = "0"


def pytest_configure():
    """nbval compares as this book does."""
    from nbval.plugin import IPyNbCell

    IPyNbCell.compare_outputs = compare_outputs


def pytest_unconfigure():
    """Remove the folders that these tests made."""
    for name in OWN:
        shutil.rmtree(os.environ[name], ignore_errors=True)


def compare_outputs(cell, fresh, stored, skip_compare=None):
    """nbval's comparison of a cell: numbers as what they are, all else to the letter."""
    said = difference(stored, fresh)
    cell.comparison_traceback = [f"stored and new differ: {said}"] * (said is not None)
    return said is None


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items):
    """What shares code that is compiled runs in one process; what takes long begins first.

    The cells of a notebook are one run. The tests of a file call the same functions, which would
    be compiled in every process that has one of them. One process builds the book while another
    runs the first chapter, which compiles what the others take from the disk. Then there are pages
    to look at, and short tests come last, so that all processes end together.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(group(item.path)))
    first = next((item.path for item in items if item.path.suffix == ".ipynb"), None)
    items.sort(key=lambda item: stage(item, first))


def pytest_collection_finish():
    """What thousands of tests consist of stays; no collection of garbage looks through it again."""
    gc.collect()
    gc.freeze()


def group(path):
    """What runs in one process: a file's tests, or the examples of a folder's docstrings."""
    whole = path.name.startswith("test_") or path.suffix == ".ipynb"
    return path.name if whole else path.parent.name


def stage(item, first):
    """Where a test stands in the order of all; first : the notebook that compiles for others."""
    path = item.path
    if path.name == "test_book.py":
        return 0
    if path.suffix == ".ipynb":
        return 1 if path == first else 3
    if path.name.startswith("test_check"):  # they compile next to nothing
        return 2
    return 4 if item.get_closest_marker("browser") else 5
