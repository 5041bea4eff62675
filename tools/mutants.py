"""Mutation testing: would a test notice? `make mutants`.

Each mutant is the library with one edit (edits.py). The tests that run the edited line are
run on it, the quickest first; a mutant that passes them all has survived. Either a test is
missing, or the edit changes nothing that anyone could see: then it is listed, with the
reason, in mutants_equivalent.toml, which is matched by module, text of the line and edit.

    python tools/mutants.py [--module momentumlib/theory.py ...] [--sample 100] [--seed 0]

What is mutated is a copy. The first time, each file of its tests is run with coverage; the map of
the tests of each line is kept in _build/mutants, and a changed file of tests is run again. Lines
of kernels are not seen so: they meet the tests of HEART, first as plain Python, which an edit
costs no compilation, then compiled. Only what `make test` runs is tried, without the pages and
the notebooks, and without tests that compare the sources themselves.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter, defaultdict
from functools import cache
from hashlib import sha256
from pathlib import Path

from edits import edits

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
SERVER = Path(__file__).with_name("mutants_server.py")
KEPT = ROOT / "_build" / "mutants"
#: What is not run: the pages, the notebooks, other packages, and what asks the sources' stamp.
APART = re.compile(
    r"test_(book|chapters|peers.*|grade|javascript|in_page.*|mutants|notebooks|bench|outputs"
    r"|machines|notation|questions|claims_table|studies)\.py"
)
#: The files of tests that kernels meet.
HEART = "kernels golden problems restarts methods run differential own limits sweep lanes theory"
#: Seconds that a test may take to be in the map, and that a mutant's first tests may take: the
#: others are for who has survived those.
SLOW, ENOUGH = 120, 30


class Copy:
    """A copy of the book to make mutants of, with a server for each mode."""

    def __init__(self):
        self.folder, self.servers = KEPT / "book", {}
        self.caches = {name: KEPT / name for name in ("warm", "fresh", "data")}
        leave = shutil.ignore_patterns(
            ".git", ".venv", "_build", "build", "student", "__pycache__", ".*_cache", ".hypothesis"
        )
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(ROOT, self.folder, ignore=leave)
        for path in self.folder.glob("momentumlib/**/*.py"):
            # A test that notices a comment asks the sources' stamp: it would notice every mutant.
            self.write(path, path.read_bytes() + b"# the same\n")

    def write(self, path, code):
        """Change a file and not its date, by which Numba knows what it has compiled.

        Python would know its own compiled files by it, too: so they go.
        """
        about = path.stat()
        path.write_bytes(code)
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            compiled.unlink()
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))

    def run(self, mode, args, timeout, fresh=False, map=None):
        """pytest's exit code (None after `timeout` seconds) on the copy as it is now."""
        cache = self.caches["fresh" if fresh else "warm"]
        if fresh:
            shutil.rmtree(cache, ignore_errors=True)
        if mode not in self.servers:
            env = os.environ | {
                "PYTHONPATH": str(self.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "NUMBA_DISABLE_JIT": str(int(mode == "plain")), "PYTHONHASHSEED": "0",
                "MOMENTUMLIB_DATA": str(self.caches["data"]),
                "PYTEST_XDIST_WORKER": "",  # the folders of conftest.py are ours
            }  # fmt: skip
            command = [sys.executable, SERVER, str(self.folder)]
            self.servers[mode] = subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        server = self.servers[mode]
        job = {"args": args, "timeout": timeout, "log": str(self.folder / "log"),
               "map": map and str(map), "env": {"NUMBA_CACHE_DIR": str(cache)}}  # fmt: skip
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())["code"]

    def close(self):
        for server in self.servers.values():
            server.stdin.close()
            server.wait()


# --- Which tests run which lines ------------------------------------------------------------


@cache
def text(name):
    """A file of tests; tests that speak of a module are tried before others that run it."""
    path = ROOT / name
    return path.read_text("utf-8") if path.is_file() else ""


def digest(paths):
    total = sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def has_kernels(module):
    """Whether a module holds loops for Numba, whose lines run only as plain Python."""
    if "kernels" in module or module.endswith(("landscapes.py", "samples.py")):
        return True
    return bool(re.search(r"^ *@\w*(jit|compiled)", (ROOT / module).read_text("utf-8"), re.M))


class Tests:
    """Which tests run a row of a module, and how long each takes; from what is kept if it can."""

    def __init__(self, copy):
        root = copy.folder
        library = digest(sorted(ROOT.glob("momentumlib/**/*.py")))
        shared = {*root.glob("tests/*.py")} - {*root.glob("tests/test_*")}
        shared = digest([root / "conftest.py", *sorted(shared)])
        files = [p for p in sorted(root.glob("tests/test_*.py")) if not APART.fullmatch(p.name)]
        self.seconds, self.rows = {}, defaultdict(lambda: defaultdict(set))
        for path in [root / "momentumlib", *files]:  # first the library's own examples
            key = f"{library} {shared} {path.is_file() and digest([path])}"
            known = self.mapped(copy, path, key)
            self.seconds |= known["tests"]
            for module, rows in known["rows"].items():
                for row, tests in rows.items():
                    self.rows[module][int(row)].update(tests)

    def mapped(self, copy, path, key):
        """The map of one file of tests."""
        name = path.relative_to(copy.folder).as_posix()
        kept = KEPT / f"{path.stem}.json"
        known = json.loads(kept.read_text()) if kept.exists() else {}
        if known.get("key") != key:
            out, began = copy.folder / "map.json", time.monotonic()
            out.write_text('{"tests": {}, "rows": {}}')
            args = ["--maxfail=1000", f"--timeout={SLOW}", name]
            code = copy.run("jit", args, 900, map=out)
            known = {"key": key, **json.loads(out.read_text())}
            kept.write_text(json.dumps(known))
            print(f"  {name}: {len(known['tests'])} tests, exit code {code}, "
                  f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
        return known

    def of(self, module, edit):
        """[(mode, what pytest runs)] for one edit, in the order of trying."""
        rows, total, chosen, rest = self.rows[module], 0, [], []
        tests = set().union(*(rows[row] for row in edit.rows))
        # What is compiled, or runs at import or in another process: whatever runs the module.
        tests = tests or set().union(*rows.values())
        here = Path(module).stem
        near = lambda test: (here not in test, here not in text(test.partition("::")[0]))
        for test in sorted(tests, key=lambda test: (*near(test), self.seconds[test], test)):
            total += self.seconds[test]
            (rest if total > ENOUGH and chosen else chosen).append(test)
        # First those of one file, the own one where there is one: to collect many takes long.
        file = chosen[0].partition("::")[0] if chosen else ""
        first = [test for test in chosen if test.startswith(f"{file}::")]
        others = [test for test in chosen if test not in first]
        heart = [f"tests/test_{name}.py" for name in HEART.split()] * has_kernels(module)
        tries = [("plain", heart), *(("jit", each) for each in (first, others, heart, rest))]
        return [(mode, names) for mode, names in tries if names]


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


def judged(copy, tests, module, source, edit):
    """ "killed", "timed out", "survived", "not run" or "equivalent"."""
    if (module, edit.line, edit.change) in listed():
        return "equivalent"
    kernels, how = has_kernels(module), "not run"
    path = copy.folder / module
    original = path.read_bytes()
    try:
        copy.write(path, edit.applied(source).encode())
        for mode, names in tests.of(module, edit):
            args = copy.folder / "names"
            args.write_text("\n".join(names))
            known = sum(tests.seconds.get(name, 0) for name in names)
            limit = 10 * ENOUGH + 4 * known  # who is not in an endless loop comes to an end
            code = copy.run(mode, [f"@{args}"], limit, fresh=kernels and mode == "jit")
            if code != 0:
                return "timed out" if code is None else "killed"
            how = "survived"
    finally:
        copy.write(path, original)
    return how


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
    options = parser.parse_args()
    if not hasattr(os, "fork"):
        parser.error("this system copies no process, in which a mutant could run")
    every = [p.relative_to(ROOT).as_posix() for p in sorted(ROOT.glob("momentumlib/**/*.py"))]
    paths = [f"momentumlib/{m.removeprefix('momentumlib/')}" for m in options.module or [""]]
    modules = [m for m in every if any(m == p or m.startswith(p.rstrip("/") + "/") for p in paths)]
    sources = {module: (ROOT / module).read_text("utf-8") for module in modules}
    found = [(module, edit) for module, source in sources.items() for edit in edits(source)]
    if options.sample and options.sample < len(found):
        found = random.Random(options.seed).sample(found, options.sample)
    counts, survivors = defaultdict(Counter), 0
    copy = Copy()
    tests = Tests(copy)
    for number, (module, edit) in enumerate(found, 1):
        how = judged(copy, tests, module, sources[module], edit)
        counts[Path(module).parent.as_posix()][how] += 1
        if how in ("survived", "not run"):
            survivors += 1
            print(f"[{number}/{len(found)}] {how}: {shown(module, edit)}", flush=True)
        elif number % 10 == 0:
            print(f"[{number}/{len(found)}]", flush=True)
    copy.close()
    kinds = ("killed", "timed out", "survived", "not run", "equivalent")
    print(f"\n{'':32}", *(f"{kind:>10}" for kind in kinds))
    total = sum(counts.values(), Counter())
    for room, count in [*sorted(counts.items()), ("in all", total)]:
        print(f"{room:32}", *(f"{count[kind]:10}" for kind in kinds))
    real = sum(total[kind] for kind in kinds[:4])
    print(f"\n{(total['killed'] + total['timed out']) / max(real, 1):.1%} of {real} were noticed.")
    return survivors > 0


if __name__ == "__main__":
    sys.exit(main())
