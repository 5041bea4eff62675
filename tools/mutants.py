"""Mutation testing: would a test notice? `make mutants`.

Each mutant is the library with one edit (edits.py). The tests that run the edited line are
run on it, the quickest first; a mutant that passes them all has survived. Either a test is
missing, or the edit changes nothing that anyone could see: then it is listed, with the
reason, in mutants_equivalent.toml, which is matched by module, text of the line and edit.

    python tools/mutants.py [--module momentumlib/theory.py ...] [--sample 100] [--seed 0]

What is mutated is a copy. The first time, the copy's tests are run twice, one by one and with
coverage: as they are, and with all kernels as plain Python, where their lines can be seen. The
map of the tests of each line is kept in _build/mutants, and a changed file of tests is run
again. Tests that compare the sources themselves are left out, and so are the pages'.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from edits import edits

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
KEPT = ROOT / "_build" / "mutants"
MODES = ("jit", "plain")
#: What is not run: the pages, the notebooks, other packages, and what asks the sources' stamp.
APART = re.compile(r"tests/test_(book|chapters|peers|peers_frameworks|grade|javascript)\.py")
#: The files of tests that a module meets, beside its own file, its examples and the bad input.
ALSO = {
    stem: names.split()
    for stems, names in {
        "landscapes slopes": "problems",
        "problems problem readers": "problems run own limits",
        "agreement arithmetic binding": "problems run own limits honesty",
        "run steps methods settings": "run methods restarts own limits golden honesty",
        "sweeps points workers study": "sweep study scale",
        "abreast lanes grids maps": "sweep theory lanes",
        "kernels": "kernels methods restarts run own limits differential golden",
        "layers models training": "models training sweep",
        "dialects translation frameworks": "translation frameworks",
        "plot palette live": "figures",
        "rivals": "rivals figures",
        "train_here networks": "train_here figures",
        "contests": "contest",
        "check": "exercises",
        "record": "record",
        "reader compiler linker store wasm": "wasm",
        "drawing": "outputs",
        "arguments": "run theory",
    }.items()
    for stem in stems.split()
}
#: Seconds that a test may take to be in the map, and that all tests of a mutant may take.
SLOW, ENOUGH = 120, 90
#: Bytes that a mutant may fill.
ROOM = 6 * 2**30
PYTEST = [
    "-q", "-x", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "pytest_timeout",
    "-p", "xdist", "-p", "_hypothesis_pytestplugin", "-m", "not browser and not peers",
]  # fmt: skip


# --- A process that runs pytest in forks of itself, all imports paid for --------------------


class Recorder:
    """A plugin of pytest: which lines each test runs, how long it takes, whether it passes."""

    def __init__(self, folder):
        import coverage

        source = str(Path(folder, "momentumlib"))
        self.cover = coverage.Coverage(data_file=None, source=[source], config_file=False)
        self.tests, self.failed = {}, set()
        self.cover.start()

    def pytest_runtest_logstart(self, nodeid):
        self.cover.switch_context(nodeid)

    def pytest_runtest_logreport(self, report):
        self.tests[report.nodeid] = self.tests.get(report.nodeid, 0) + report.duration
        if report.failed or report.skipped:
            self.failed.add(report.nodeid)

    def pytest_runtest_logfinish(self):
        self.cover.switch_context("")

    def map(self, folder):
        """{"tests": {id: seconds}, "rows": {module: {row: [ids]}}}."""
        self.cover.stop()
        data, rows = self.cover.get_data(), {}
        tests = {test: s for test, s in self.tests.items() if test not in self.failed}
        for path in data.measured_files():
            found = {}
            for row, contexts in data.contexts_by_lineno(path).items():
                if kept := [c for c in contexts if c in tests]:
                    found[row] = kept
            rows[Path(path).relative_to(folder).as_posix()] = found
        return {"tests": tests, "rows": rows}


def serve(folder):
    """Take jobs, lines of JSON, and answer each with the exit code of pytest."""
    import resource  # where a process can be copied, it is there

    import hypothesis  # noqa: F401
    import matplotlib.figure  # noqa: F401
    import numba  # noqa: F401
    import numpy  # noqa: F401
    import pytest

    os.chdir(folder)
    sys.path.insert(0, folder)
    for line in sys.stdin:
        job = json.loads(line)
        began, child = time.monotonic(), os.fork()
        if not child:
            os.setsid()
            with open(job["log"], "w") as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_DATA, (ROOM, ROOM))
            os.environ.update(job["env"])
            recorder = Recorder(folder) if job.get("map") else None
            code = pytest.main([*PYTEST, *job["args"]], plugins=[recorder] if recorder else [])
            if recorder:
                Path(job["map"]).write_text(json.dumps(recorder.map(folder)))
            sys.stdout.flush()
            os._exit(code)
        status = None
        while status is None and time.monotonic() < began + job["timeout"]:
            done, how = os.waitpid(child, os.WNOHANG)
            status = os.waitstatus_to_exitcode(how) if done else time.sleep(0.02)
        with suppress(ProcessLookupError):  # whatever the tests have started, too
            os.killpg(child, signal.SIGKILL)
        if status is None:
            os.waitpid(child, 0)
        print(json.dumps({"code": status, "seconds": time.monotonic() - began}), flush=True)


class Copy:
    """A copy of the book to make mutants of, with a server for each mode."""

    def __init__(self, folder):
        self.folder = Path(folder, "book")
        self.caches = {name: Path(folder, name) for name in ("warm", "fresh", "data")}
        leave = shutil.ignore_patterns(
            ".git", ".venv", "_build", "build", "student", "__pycache__", ".*_cache", ".hypothesis"
        )
        shutil.copytree(ROOT, self.folder, ignore=leave)
        # A test that notices a comment asks the sources' stamp: it would notice every mutant.
        for path in self.folder.glob("momentumlib/**/*.py"):
            path.write_text(path.read_text("utf-8") + "# the same\n", "utf-8")
        subprocess.run([sys.executable, "-m", "compileall", "-q", "momentumlib", "tests"],
                       cwd=self.folder, check=True)  # fmt: skip
        self.servers = {}

    def server(self, mode):
        if mode not in self.servers:
            env = os.environ | {
                "PYTHONPATH": str(self.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_DISABLE_JIT": str(int(mode == "plain")),
                "MOMENTUMLIB_DATA": str(self.caches["data"]), "PYTHONHASHSEED": "0",
                "PYTEST_XDIST_WORKER": "",  # the folders of conftest.py are ours
            }  # fmt: skip
            command = [sys.executable, __file__, "--serve", str(self.folder)]
            self.servers[mode] = subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        return self.servers[mode]

    def run(self, mode, args, timeout, fresh=False, map=None):
        """pytest's exit code (None after `timeout` seconds) on the copy as it is now."""
        cache = self.caches["fresh" if fresh else "warm"]
        if fresh:
            shutil.rmtree(cache, ignore_errors=True)
        server, log = self.server(mode), self.folder / "log"
        job = {"args": args, "timeout": timeout, "log": str(log), "map": map and str(map),
               "env": {"NUMBA_CACHE_DIR": str(cache)}}  # fmt: skip
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())["code"]

    def close(self):
        for server in self.servers.values():
            server.stdin.close()
            server.wait()


# --- Which tests run which lines ------------------------------------------------------------


def digest(*paths):
    total = sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def test_files(module):
    """The files of tests that a mutant of a module meets."""
    path = Path(module)
    folder = path.parts[1]  # of the library
    if folder != path.name:
        names = [f"{folder}*", *ALSO.get(path.stem, ALSO.get(folder, ()))]
    else:
        names = [path.stem, f"{path.stem}_*", *ALSO.get(path.stem, ()), "arguments"]
    files = {file for name in names for file in ROOT.glob(f"tests/test_{name}.py")}
    if ">>>" in (ROOT / module).read_text("utf-8"):
        files.add(ROOT / module)
    return sorted(file for file in files if not APART.search(file.as_posix()))


def has_kernels(module):
    """Whether a module holds loops for Numba, whose lines run only as plain Python."""
    if "kernels" in module or module.endswith("landscapes.py"):
        return True
    return bool(re.search(r"^ *@\w*(jit|compiled)", (ROOT / module).read_text("utf-8"), re.M))


def mapped(copy, modules):
    """{mode: {file of tests: its map}}, from what is kept where nothing has changed."""
    library = digest(*sorted(ROOT.glob("momentumlib/**/*.py")))
    shared = digest(ROOT / "conftest.py", *(p for p in sorted(ROOT.glob("tests/*.py"))
                                            if not p.name.startswith("test_")))  # fmt: skip
    KEPT.mkdir(parents=True, exist_ok=True)
    maps = {mode: {} for mode in MODES}
    for module in modules:
        for path, mode in product(test_files(module), MODES if has_kernels(module) else MODES[:1]):
            name = path.relative_to(ROOT).as_posix()
            if name in maps[mode]:
                continue
            kept = KEPT / f"{name.replace('/', '-')}-{mode}.json"
            key = f"{library} {shared} {digest(path)}"
            known = json.loads(kept.read_text()) if kept.exists() else {}
            if known.get("key") != key:
                out, began = copy.folder / "map.json", time.monotonic()
                out.write_text('{"tests": {}, "rows": {}}')
                args = ["--maxfail=1000", f"--timeout={SLOW}", name]
                code = copy.run(mode, args, 3000, map=out)
                known = {"key": key, **json.loads(out.read_text())}
                kept.write_text(json.dumps(known))
                print(f"  {name}, {mode}: {len(known['tests'])} tests, exit code {code}, "
                      f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
            maps[mode][name] = known
    return maps


class Tests:
    """Which tests run a row of a module, and how long each takes."""

    def __init__(self, maps):
        self.seconds = {mode: {} for mode in MODES}
        self.rows = {mode: defaultdict(lambda: defaultdict(set)) for mode in MODES}
        self.maps = maps
        for mode, files in maps.items():
            for known in files.values():
                self.seconds[mode] |= known["tests"]
                for module, rows in known["rows"].items():
                    for row, tests in rows.items():
                        self.rows[mode][module][int(row)].update(tests)

    def named(self, mode, module):
        """All tests of the files that a module meets."""
        names = [path.relative_to(ROOT).as_posix() for path in test_files(module)]
        return set().union(*(self.maps[mode][name]["tests"] for name in names
                             if name in self.maps[mode]))  # fmt: skip

    def of(self, module, edit, kernels):
        """[(mode, tests, the quickest first)] for one edit; plain Python sees kernels' lines."""
        found = []
        for mode in ("plain", "jit") if kernels else ("jit", "plain"):
            rows = self.rows[mode][module]
            tests = set().union(*(rows[row] for row in edit.rows))
            if not tests and not edit.rows:  # at import: whatever runs the module
                tests = set().union(*rows.values())
            seconds, total, chosen = self.seconds[mode], 0, []
            for test in sorted(tests, key=lambda test: (seconds[test], test)):
                total += seconds[test]
                if total > ENOUGH and chosen:
                    break
                chosen.append(test)
            if chosen:
                found.append((mode, chosen, min(total, ENOUGH)))
        if not found:  # what only compiled code or another process runs, or all do at import
            found = [("jit", sorted(self.named("jit", module)), ENOUGH)]
        return found if kernels else found[:1]


# --- The mutants ----------------------------------------------------------------------------


@cache
def listed():
    """The equivalent edits: {(module, line, change): reason}."""
    text = EQUIVALENT.read_text("utf-8") if EQUIVALENT.exists() else ""
    entries = tomllib.loads(text).get("equivalent", [])
    return {
        (entry["module"], entry["line"], change): entry["reason"]
        for entry in entries
        for change in entry["changes"]
    }


def mutants(modules):
    """(module, its source, edit) for each mutant that is not listed as equivalent."""
    for module in modules:
        source = (ROOT / module).read_text("utf-8")
        for edit in edits(source):
            yield module, source, edit


def judged(copy, tests, module, source, edit):
    """ "killed", "timed out", "survived", "not run" or "equivalent"."""
    if (module, edit.line, edit.change) in listed():
        return "equivalent"
    kernels = has_kernels(module)
    path = copy.folder / module
    original = path.read_bytes()
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()
    chosen = tests.of(module, edit, kernels)
    try:
        path.write_text(edit.applied(source), "utf-8")
        for mode, names, seconds in chosen:
            args = copy.folder / "names"
            args.write_text("\n".join(names))
            code = copy.run(mode, [f"@{args}"], 60 + 10 * seconds, fresh=kernels and mode == "jit")
            if code is None:
                return "timed out"
            if code != 0:
                return "killed"
    finally:
        path.write_bytes(original)
    return "survived" if chosen else "not run"


def shown(module, edit):
    """A mutant as a difference of one line."""
    inside = f" in {edit.where}" if edit.where else ""
    return f"{module}:{edit.row}{inside}: {edit.change}\n    {edit.line}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--module", action="append", help="a file or folder of momentumlib; all by default"
    )
    parser.add_argument("--sample", type=int, help="so many mutants, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not hasattr(os, "fork"):
        parser.error("this system copies no process, in which a mutant could run")
    if options.serve:
        return serve(options.serve)
    every = [p.relative_to(ROOT).as_posix() for p in sorted(ROOT.glob("momentumlib/**/*.py"))]
    paths = [f"momentumlib/{m.removeprefix('momentumlib/')}" for m in options.module or [""]]
    modules = [m for m in every if any(m == p or m.startswith(p.rstrip("/") + "/") for p in paths)]
    found = list(mutants(modules))
    if options.sample and options.sample < len(found):
        found = random.Random(options.seed).sample(found, options.sample)
    counts, survivors = defaultdict(Counter), []
    with TemporaryDirectory(prefix="mutants-") as folder:
        copies = [Copy(Path(folder, str(k))) for k in range(options.jobs)]
        tests, free = (
            Tests(mapped(copies[0], sorted({module for module, *_ in found}))),
            SimpleQueue(),
        )
        for copy in copies:
            free.put(copy)

        def judge(mutant):
            copy = free.get()
            try:
                return mutant, judged(copy, tests, *mutant)
            finally:
                free.put(copy)

        with ThreadPoolExecutor(options.jobs) as pool:
            for number, ((module, _, edit), how) in enumerate(pool.map(judge, found), 1):
                counts[module][how] += 1
                if how in ("survived", "not run"):
                    survivors.append(shown(module, edit))
                    print(f"[{number}/{len(found)}] {how}: {survivors[-1]}", flush=True)
        for copy in copies:
            copy.close()
    kinds = ("killed", "timed out", "survived", "not run", "equivalent")
    print(f"\n{'':32}", *(f"{kind:>10}" for kind in kinds))
    total = sum(counts.values(), Counter())
    for module, count in [*counts.items(), ("in all", total)]:
        print(f"{module:32}", *(f"{count[kind]:10}" for kind in kinds))
    real = sum(total[kind] for kind in kinds[:4])
    print(f"\n{(total['killed'] + total['timed out']) / max(real, 1):.1%} of {real} were noticed.")
    return len(survivors) > 0


if __name__ == "__main__":
    sys.exit(main())
