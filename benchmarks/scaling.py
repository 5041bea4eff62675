"""How time grows with points, steps, dimensions, threads and Dask's workers."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import momentumlib as ml
from clock import Contender, installed, race


def row(axis, size, run):
    """One size of one axis."""
    title = f"{axis}: {size:,}"
    return race(title, {"momentumlib": Contender(run)}, rounds=3, key=f"{axis} {size}", size=size)


def swept(side, pool, steps=200):
    """A sweep over side × side points."""
    grid = {"eta": np.geomspace(1e-4, 0.019, side), "gamma": np.linspace(0, 0.99, side)}
    valley = ml.problems.quadratic(kappa=100)
    return lambda: ml.sweep(valley, ml.momentum, **grid, steps=steps, executor=pool, progress=False)


def dask():
    """The same sweep with ten times the steps, by one worker of Dask and by two.

    Each is a process of its own, which gets its part of the grid and sends back what it found.
    """
    if not installed("distributed"):
        return
    from distributed import Client, LocalCluster

    for workers in (1, 2):
        settings = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
        with LocalCluster(**settings) as cluster, Client(cluster) as client:
            yield row("Dask workers", workers, swept(300, client.get_executor(), 2000))


def parts():
    """Each axis by itself."""
    valley, method, rows = ml.problems.quadratic(kappa=100), ml.momentum(2e-5), []
    for side in (10, 30, 100, 300):
        rows.append(row("points", side * side, swept(side, ThreadPoolExecutor(1))))
    for threads in (1, 2, 4):
        rows.append(row("threads", threads, swept(300, ThreadPoolExecutor(threads))))
    rows += dask()
    for steps in (100, 1_000, 10_000, 100_000):
        run = lambda steps=steps: ml.minimize(valley, method, steps=steps)
        rows.append(row("steps", steps, run))
    for dim in (2, 8, 64, 512, 4096):
        wide = ml.problems.quadratic(kappa=100, dim=dim)
        run = lambda wide=wide: ml.minimize(wide, method, steps=1000)
        rows.append(row("dimensions", dim, run))
    return {"rows": rows}
