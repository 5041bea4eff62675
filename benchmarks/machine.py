"""The machine: its name, and how fast it can be at most, measured."""

import platform
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numba import njit

from clock import ROUNDS, installed, timed
from momentumlib.cores import cores

PACKAGES = ("numpy", "numba", "scipy", "torch", "jax", "optax", "keras", "distributed")
#: Multiply-adds side by side: enough to fill the pipelines, few enough for the registers, where
#: four or eight numbers share one.
CHAINS = 48, 96


def environment():
    """What the numbers depend on; no names of machines or folders."""
    return {
        "processor": processor(),
        "cores": cores(),
        "system": platform.system(),
        "rounds": ROUNDS,
        "python": platform.python_version(),
        "packages": {name: installed(name) for name in PACKAGES if installed(name)},
        "missing": [name for name in ("torch", "jax", "optax") if not installed(name)],
    }


def processor():
    """The processor's own name."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (names or [platform.processor() or platform.machine()])[0]


def chains_of(count, joined):
    """n multiply-adds in each of `count` numbers; joined : in one instruction, or in two."""

    @njit(fastmath=joined, nogil=True)
    def chains(x, a, b, n):
        for _ in range(n):
            for i in range(count):
                x[i] = x[i] * a + b

    return chains


@njit(fastmath=True, nogil=True)
def axpy(a, x, y):
    """y ← a x + y: the simplest loop that the memory limits."""
    for i in range(x.size):
        y[i] += a * x[i]


@njit(nogil=True)
def pointer_chase(x, n):
    """n additions, each waiting for the last."""
    for _ in range(n):
        x = x + 1.0000001
    return x


@njit(nogil=True, error_model="numpy")
def divide(x, n):
    """n divisions, each waiting for the last."""
    for _ in range(n):
        x = 1.5 / x
    return x


@njit(nogil=True)
def take_roots(x, n):
    """n roots and n additions, each waiting for the last."""
    for _ in range(n):
        x = np.sqrt(x + 1.0000001)
    return x


def chained(joined=True, steps=200_000):
    """[(operations, a run of so many)]: multiply-adds, compiled, everything in registers."""
    runs = []
    for count in CHAINS:
        chains, x = chains_of(count, joined), np.ones(count)
        chains(x, 0.999, 1e-3, 1)
        runs.append((2 * count * steps, partial(chains, x, 0.999, 1e-3, steps)))
    return runs


def peak(runs, rounds=9):
    """GF/s of the fastest of such runs on one core: a multiply-add is two operations."""
    return max(count / min(timed(run) for _ in range(rounds)) / 1e9 for count, run in runs)


def latency(chain=pointer_chase, rounds=9, steps=100_000):
    """Nanoseconds from one operation to the next that needs it: additions, or another chain."""
    chain(1.0, 1)
    return 1e9 / steps * min(timed(lambda: chain(1.0, steps)) for _ in range(rounds))


class Axpy:
    """axpy over n numbers of a type, shared by threads."""

    def __init__(self, n, dtype, threads):
        self.x, self.y = np.ones(n, dtype), np.ones(n, dtype)
        self.bytes = 3 * n * self.x.itemsize
        self.pool = ThreadPoolExecutor(threads)
        edges = [n * k // threads for k in range(threads + 1)]
        self.parts = [slice(a, b) for a, b in pairwise(edges)]
        self.a = self.x.dtype.type(0.5)

    def __call__(self):
        list(self.pool.map(lambda s: axpy(self.a, self.x[s], self.y[s]), self.parts))


def parts():
    """The limits of this machine."""
    adding = latency()
    limits = {
        "peak": peak(chained()), "latency": adding, "division": latency(divide),
        "root": latency(take_roots) - adding,
    }  # fmt: skip
    return {"limits": limits, "rows": []}
