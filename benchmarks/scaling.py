"""How time grows with points, steps, dimensions and threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import momentumlib as ml
from clock import Contender, race


def row(axis, size, run):
    """One size of one axis."""
    title = f"{axis}: {size:,}"
    return race(title, {"momentumlib": Contender(run)}, rounds=3, key=f"{axis} {size}", size=size)


def swept(side, threads):
    """A sweep over side × side points, 200 steps."""
    grid = {"eta": np.geomspace(1e-4, 0.019, side), "gamma": np.linspace(0, 0.99, side)}
    pool = ThreadPoolExecutor(threads)
    valley = ml.problems.quadratic(kappa=100)
    return lambda: ml.sweep(valley, ml.momentum, **grid, steps=200, executor=pool, progress=False)


def parts():
    """Each axis by itself."""
    valley, method, rows = ml.problems.quadratic(kappa=100), ml.momentum(2e-5), []
    for side in (10, 30, 100, 300):
        rows.append(row("points", side * side, swept(side, 1)))
    for threads in (1, 2, 4):
        rows.append(row("threads", threads, swept(300, threads)))
    for steps in (100, 1_000, 10_000, 100_000):
        run = lambda steps=steps: ml.minimize(valley, method, steps=steps)
        rows.append(row("steps", steps, run))
    for dim in (2, 8, 64, 512, 4096):
        wide = ml.problems.quadratic(kappa=100, dim=dim)
        run = lambda wide=wide: ml.minimize(wide, method, steps=1000)
        rows.append(row("dimensions", dim, run))
    return {"rows": rows}
