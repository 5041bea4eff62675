"""What all tests share: the built book."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser):
    """`--book DIR` tests pages that are built already, while you work on them."""
    parser.addoption("--book", metavar="DIR", help="built pages to test, not built anew")


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
