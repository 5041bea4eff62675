"""What the first minutes cost: the import, the first run ever, and that of a second process."""

import os
import subprocess
import sys
import tempfile
from statistics import median

NUMPY, LIBRARY = "import numpy", "import momentumlib"
FIRST = """
import time
begun = time.perf_counter()
from numba.core import event
with event.install_recorder("numba:compile") as compiled:
    import momentumlib as ml
    ml.minimize(ml.problems.quadratic(kappa=100), ml.momentum(0.01), steps=100)
print(time.perf_counter() - begun, sum(kind.is_start for _, kind in compiled.buffer))
"""
TIMED = "import time; begun = time.perf_counter(); {}; print(time.perf_counter() - begun)"


def run(code, folder):
    """What a new process prints, as numbers."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


def parts(rounds=7):
    """Seconds, in turn."""
    seconds = {"cold": [], "warm": [], "numpy": [], "import": []}
    with tempfile.TemporaryDirectory() as folder:
        seconds["cold"].append(run(FIRST, folder)[0])
        for _ in range(rounds):
            took, compilations = run(FIRST, folder)
            seconds["warm"].append(took)
            seconds["numpy"] += run(TIMED.format(NUMPY), folder)
            seconds["import"] += run(TIMED.format(LIBRARY), folder)
    ms = {name: 1e3 * median(all_) for name, all_ in seconds.items()}
    ms["beyond NumPy"] = ms.pop("import") - ms.pop("numpy")
    return {"rows": [], "limits": {"ms": ms, "compilations in a second process": compilations}}
