"""Runs the chapters as other machines would, and compares outputs: `make test-machines`.

Other processors choose other kernels of NumPy's BLAS, other loops of NumPy and other
instructions for Numba, which all round in their own way. Environment variables choose them
here. A kernel that this processor cannot run is named and left out.

    python tools/machines.py [--only nehalem,generic] [chapter ...]
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
KERNELS = ["Haswell", "SkylakeX", "Zen", "Nehalem"]

#: What a setting is free of, unless it sets it.
CHOICES = {
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS",
    "NPY_DISABLE_CPU_FEATURES", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_NUM_THREADS",
}  # fmt: skip

#: What a process says of its NumPy: the loops that can be switched off, the BLAS's kernel.
PROBE = """
import json
import numpy as np
from numpy._core import _multiarray_umath as core
from threadpoolctl import threadpool_info
a = np.linspace(0, 1, 90_000).reshape(300, 300)
a @ a
loops = [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]
kernel = [pool["architecture"] for pool in threadpool_info() if pool["user_api"] == "blas"]
print(json.dumps([loops, kernel]))
"""


def settings():
    """{name: environment variables} of the machines."""
    return {
        "default": {},
        **{kernel.lower(): {"OPENBLAS_CORETYPE": kernel} for kernel in KERNELS},
        "no-simd": {"NPY_DISABLE_CPU_FEATURES": " ".join(probe({})[0])},
        "generic": {"NUMBA_CPU_NAME": "generic"},
        "one-thread": {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
        "two-threads": {"OPENBLAS_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"},
    }


def environment(variables):
    """This process's environment with a setting's variables and no other choice."""
    return {k: v for k, v in os.environ.items() if k not in CHOICES} | variables


def probe(variables):
    """What `PROBE` says under a setting; None where the process dies of it."""
    command = [sys.executable, "-c", PROBE]
    done = subprocess.run(command, env=environment(variables), capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def why_not(variables):
    """Why this machine cannot stand for another one, or None."""
    kernel, said = variables.get("OPENBLAS_CORETYPE"), probe(variables)
    if said is None:
        return "this processor cannot run it"
    # OpenBLAS calls Zen's kernels by the name of those that they are.
    if kernel and not {kernel, "Haswell" if kernel == "Zen" else kernel} & set(said[1]):
        return f"NumPy's BLAS has no such kernel here: {', '.join(said[1]) or 'none'}"
    if variables.get("NPY_DISABLE_CPU_FEATURES") == "":
        return "NumPy has no loops here that can be switched off"
    return None


def run(variables, chapters, jobs):
    """(whether the chapters' outputs are the stored ones, what pytest said)."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-n", str(jobs), "--dist", "loadgroup", "--nbval", *map(str, chapters)]
    with TemporaryDirectory() as cache:  # nothing compiled for another machine
        own = environment({**variables, "NUMBA_CACHE_DIR": cache})
        done = subprocess.run(command, env=own, cwd=ROOT, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def main():
    """Run the chapters under each setting; exit code 1 if an output differed under any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", nargs="*", type=Path, help="notebooks; all if none is named")
    parser.add_argument("--only", default="", help="names of settings, with commas between")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks run at the same time")
    options = parser.parse_args()
    chapters = options.chapters or sorted(ROOT.glob("chapters/*.ipynb"))
    chapters = [path.resolve() for path in chapters]
    known = settings()
    names = options.only.split(",") if options.only else list(known)
    if unknown := set(names) - set(known):
        parser.error(f"--only knows {', '.join(known)}, not {', '.join(sorted(unknown))}")
    failed = ran = 0
    for name in names:
        chosen = " ".join(f"{k}={v!r}" for k, v in known[name].items())
        print(f"{name:12}{chosen}", flush=True)
        if reason := why_not(known[name]):
            print(f"{'':12}left out: {reason}", flush=True)
            continue
        began = time.monotonic()
        passed, said = run(known[name], chapters, options.jobs)
        ran, failed = ran + 1, failed + (not passed)
        print(said if not passed else "", end="")
        seconds = time.monotonic() - began
        print(f"{'':12}{'passed' if passed else 'FAILED'} in {seconds:.0f} s", flush=True)
    if not ran:
        print("Nothing was run.")
    sys.exit(1 if failed or not ran else 0)


if __name__ == "__main__":
    main()
