"""`make bench`: momentumlib beside its rivals. Writes results.json, which the book shows.

    python benchmarks/bench.py [--only small,grid] [--book _build/html]

Each part runs in a process of its own, pinned to one core before anything is loaded, unless
it is about several. What is not installed (requirements-peers.txt) is left out, and said.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
#: Each part: its file, its function, and whether it is about every core.
PARTS = {
    "machine": ("machine", "parts", False),
    "small": ("small", "parts", False),
    "regression": ("regression", "parts", False),
    "grid": ("grid", "parts", False),
    "threads": ("grid", "threaded", True),
    "large": ("large", "parts", True),
    "network": ("network", "parts", True),
    "scaling": ("scaling", "parts", True),
    "startup": ("startup", "parts", False),
    "visits": ("visits", "parts", True),
}
#: Seconds after which a part is given up; to visit all pages takes ten minutes.
LONGEST = 1200
#: Threads of the libraries that others bring; those of a pinned process would stand in line.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def pinned():
    """Stay on the last core that this process may use; the first has the machine's own work."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ.update(dict.fromkeys(THREADS, "1"))


def measure(part, book):
    """In this process: print what the part finds, as JSON; what grows, each time that it has."""
    file, function, every_core = PARTS[part]
    if not every_core:
        pinned()
    run = getattr(importlib.import_module(file), function)
    found = run(book) if part == "visits" else run()
    for so_far in [found] if isinstance(found, dict) else found:
        print(json.dumps(so_far), flush=True)


def heard(command, longest):
    """(the last that a process has printed, in words why it did not come to its end or None).

    What a part had found when it failed, or when its time was over, is measured all the same.
    """
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True, timeout=longest
        )
    except subprocess.SubprocessError as error:
        said, why = error.stdout or "", str(error)
        said = said.decode("utf-8") if isinstance(said, bytes) else said
        said = said[: said.rfind("\n") + 1]  # it may have ended within a line
    else:
        said, why = done.stdout, None
    return (json.loads(said.splitlines()[-1]) if said else None), why


def written(results):
    """The results as text that a diff can show."""
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"


def rounded(value):
    """Numbers with four digits: more are not sure."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def tell(found):
    """Print the part's rows."""
    for row in found["rows"]:
        print(f"\n{row['work']}")
        ours = row["times"]["momentumlib"]["ms"]
        for who, time_ in row["times"].items():
            print(
                f"  {who:28} {time_['ms']:11.3f} ms ({time_['low']:.3f} to {time_['high']:.3f})"
                f" {time_['ms'] / ours:9.2f} × ours; keeps {time_['output']}"
            )
    if found.get("limits"):
        print(f"\n{found['limits']}")


def main():
    """Run the parts that are asked for and keep what they find beside what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help=f"of {', '.join(PARTS)}, with commas")
    parser.add_argument("--book", default="_build/html", help="a built book, for its pages")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        measure(asked.part, asked.book)
        return
    chosen = [part for part in asked.only.replace(",", " ").split() if part]
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {"parts": {}}
    from machine import environment

    results["environment"] = environment()
    for missing in results["environment"]["missing"]:
        print(f"{missing} is not installed, and left out (requirements-peers.txt has it)")
    failed = []
    for part in chosen or PARTS:
        begun = time.perf_counter()
        command = [sys.executable, __file__, "--part", part, "--book", asked.book]
        found, why = heard(command, LONGEST)
        if why:  # the others are measured all the same
            print(f"{part}: {why}")
            failed.append(part)
        if found is None:
            continue
        found = rounded(found)
        found["load"] = rounded(os.getloadavg()[0]) if hasattr(os, "getloadavg") else None
        results["parts"][part] = found
        RESULTS.write_text(written(results), "utf-8")
        tell(found)
        print(f"[{part}: {time.perf_counter() - begun:.0f} s]", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
