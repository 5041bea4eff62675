"""What all tests share: a cache of compiled kernels of their own, and the built book."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Numba reads this once, when it is imported; so it is set before any test is.
if "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="numba-")
    OWN_CACHE = os.environ["NUMBA_CACHE_DIR"]
else:
    OWN_CACHE = None


def pytest_addoption(parser):
    """`--book DIR` tests pages that are built already, while you work on them."""
    parser.addoption("--book", metavar="DIR", help="built pages to test, not built anew")


def pytest_unconfigure():
    """Remove the cache that these tests made."""
    if OWN_CACHE:
        shutil.rmtree(OWN_CACHE, ignore_errors=True)


@pytest.fixture(scope="session")
def build(request, tmp_path_factory):
    """The strict build: the folder of its pages, its exit code and what it said."""
    if given := request.config.getoption("--book"):
        return Path(given).resolve(), 0, ""
    out = tmp_path_factory.mktemp("book")
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(ROOT)]
    command += ["--all", "-n", "-W", "--keep-going", "--path-output", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return out / "_build" / "html", done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def book(build):
    """The folder of the built pages."""
    folder, code, said = build
    if code:
        pytest.fail(f"the book does not build:\n{said[-3000:]}", pytrace=False)
    return folder
