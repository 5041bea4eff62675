"""What all tests share: the built book; no test knows what was tried in another."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

import tiers

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser):
    """`--book DIR` tests pages that are built already, while you work on them."""
    parser.addoption("--book", metavar="DIR", help="built pages to test, not built anew")


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by marks
def pytest_collection_modifyitems(config, items):
    """The measured slow tests are marked as the others are."""
    tiers.leave(items, whole=not any("::" in each for each in config.args))


@pytest.fixture(autouse=True)
def fresh_tries():
    """No attempt at an exercise is remembered (a test of pages does not import the checks)."""
    if exercise := sys.modules.get("momentumlib.check.engine.exercise"):
        exercise.tries.clear()


@pytest.fixture(scope="session")
def build(request, tmp_path_factory):
    """The strict build: the folder of its pages, its exit code and what it said.

    To compile what pages' cells call takes as long as to write half of the pages; the slow tests
    build a book that has it.
    """
    if given := request.config.getoption("--book"):
        return Path(given).resolve(), 0, ""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out, told = shared / "book", shared / "book.json"
    try:
        out.mkdir()
    except FileExistsError:  # another process builds it for all
        while not told.exists():
            time.sleep(0.2)
    else:
        program = shutil.which("jupyter-book", path=sysconfig.get_path("scripts"))
        command = [program, "build", str(ROOT)]
        command += ["--all", "-n", "-W", "--keep-going", "--path-output", str(out)]
        quick = "not slow" in request.config.option.markexpr
        env = os.environ | ({"MOMENTUM_QUICK_BOOK": "1"} if quick else {})
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env)
        part = told.with_suffix(".part")
        part.write_text(json.dumps([done.returncode, done.stdout + done.stderr]), "utf-8")
        part.rename(told)
    code, said = json.loads(told.read_text("utf-8"))
    return out / "_build" / "html", code, said


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """A client of two Dask workers: processes of their own, reached through the loopback.

    Tests that use it are of the group "executors", so that it is started once.
    """
    from distributed import Client, LocalCluster

    settings = {"threads_per_worker": 1, "dashboard_address": None}
    folder = tmp_path_factory.mktemp("dask")
    with (
        LocalCluster(n_workers=2, local_directory=str(folder), **settings) as workers,
        Client(workers) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def book(build):
    """The folder of the built pages."""
    folder, code, said = build
    if code:
        pytest.fail(f"the book does not build:\n{said[-3000:]}", pytrace=False)
    return folder
