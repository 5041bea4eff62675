"""What the first minutes cost: the import, the first run ever, and that of a second process."""

import os
import subprocess
import sys
import tempfile
from statistics import median

NUMPY, LIBRARY = "import numpy", "import momentumlib"
RUN = """
import momentumlib as ml
ml.minimize(ml.problems.quadratic(kappa=100), ml.momentum(0.01), steps=100)
"""
FIRST = f"import time; begun = time.perf_counter()\n{RUN}\nprint(time.perf_counter() - begun)"
#: What listens to Numba loads it: counted in a process of its own.
COUNTED = f"""
from numba.core import event
recorder = event.install_recorder("numba:compile")
with recorder as compiled:
    exec({RUN!r})
print(sum(kind.is_start for _, kind in compiled.buffer))
"""
#: Numba by itself: its import, and what it loads before it can find what it kept.
NUMBA = """
import numba
from numba.core.registry import cpu_target
cpu_target.target_context.refresh()
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
    seconds = {"cold": [], "warm": [], "numpy": [], "import": [], "Numba alone": []}
    with tempfile.TemporaryDirectory() as folder:
        seconds["cold"].append(run(FIRST, folder)[0])
        for _ in range(rounds):
            seconds["warm"] += run(FIRST, folder)
            seconds["numpy"] += run(TIMED.format(NUMPY), folder)
            seconds["import"] += run(TIMED.format(LIBRARY), folder)
            seconds["Numba alone"] += run(TIMED.format(f"exec({NUMBA!r})"), folder)
        (compilations,) = run(COUNTED, folder)
    ms = {name: 1e3 * median(all_) for name, all_ in seconds.items()}
    ms["beyond NumPy"] = ms.pop("import") - ms.pop("numpy")
    return {"rows": [], "limits": {"ms": ms, "compilations in a second process": compilations}}
