"""Many runs at once: grids over hyperparameters, starts and seeds, in parallel."""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from . import kernels
from .arguments import number, positive, short, vector, whole
from .methods import CODES, Method
from .problems import Problem
from .run import STATUS, bind


@dataclass(frozen=True, eq=False)
class Sweep:
    """The outcome of a sweep: arrays with one axis for each entry of `axes`, in its order.

    axes : name -> values ("eta", "gamma", …, then "start" and "seed" where they were given).
    loss : J at the end, inf where the run diverged.
    steps : the first step from which J − J* stays below tol·(J(θ₀) − J*); −1 for never.
    rate : the measured factor per step by which √(J − J*) shrinks; above 1 it grows.
    status : "converged" (reached tol), "max_steps" or "diverged".
    """

    axes: dict
    loss: np.ndarray
    steps: np.ndarray
    rate: np.ndarray
    status: np.ndarray

    def best(self):
        """The grid point that reaches tol first, or ends lowest where none does: name -> value.

        Starts and seeds count together: the worst of them stands for the point.
        """
        others = tuple(i for i, name in enumerate(self.axes) if name in ("start", "seed"))
        never = np.where(self.steps < 0, np.inf, self.steps).max(axis=others)
        score = never if np.isfinite(never).any() else self.loss.max(axis=others)
        index = np.unravel_index(np.argmin(score), score.shape)
        names = [name for name in self.axes if name not in ("start", "seed")]
        return {name: float(self.axes[name][i]) for name, i in zip(names, index, strict=True)}

    def __repr__(self):
        sizes = " × ".join(f"{len(values)} {name}" for name, values in self.axes.items())
        counts = ", ".join(f"{np.sum(self.status == s)} {s}" for s in STATUS)
        return f"<Sweep over {sizes}: {counts}>"


def sweep(
    problem, method, *, steps=500, start=None, starts=None, seeds=None, noise=0.0, tol=1e-6,
    executor=None, progress=True, **hyper,
):  # fmt: skip
    """Run a method at every point of a grid.

    Parameters
    ----------
    problem : Problem
    method : callable
        `ml.momentum` itself, or any function that takes the hyperparameters below and
        returns a method.
    hyper : numbers or arrays, by name
        `eta=np.geomspace(1e-3, 1, 50), gamma=np.linspace(0, 1, 40)`: every array is one
        axis of the grid, in the order given; a number stays fixed.
    steps : int
        Steps of every run, at least 1.
    start, starts : array-like (dim,) or (n, dim), optional
        One start for all, or an axis of starts; the problem's own by default.
    seeds : list of int, optional
        An axis of seeds for the gradient noise, of standard deviation `noise`; one run is
        `ml.minimize(…, noise=noise, seed=seed)`.
    tol : float
        What counts as arrived: J − J* below tol times its first value.
    executor : concurrent.futures.Executor, optional
        Where the blocks of the grid run: threads of this process by default; a process
        pool, or a cluster through Dask's `client.get_executor()`, give the same numbers.
    progress : bool
        Show a progress bar when it takes longer than a second.

    Returns
    -------
    Sweep

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be; the sentence names it.

    Examples
    --------
    >>> import momentumlib as ml
    >>> valley = ml.problems.quadratic(kappa=100)
    >>> result = ml.sweep(valley, ml.momentum, eta=[0.01, 0.03], gamma=[0.0, 0.67, 0.9])
    >>> result.loss.shape, result.best()
    ((2, 3), {'eta': 0.03, 'gamma': 0.67})
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, but is {short(problem)}")
    if not callable(method):
        raise TypeError(f"method must be a function such as ml.momentum, but is {short(method)}")
    whole("steps", steps, 1)
    axes = {name: _axis(name, value) for name, value in hyper.items() if np.ndim(value)}
    if start is not None and starts is not None:
        raise ValueError("start and starts exclude each other: give one of them")
    one = problem.start if start is None else start
    places = np.array(
        [vector("starts", s, problem.dim) for s in ([one] if starts is None else starts)]
    )
    if starts is not None:
        axes["start"] = places
    noise = number("noise", noise)
    if seeds is not None:
        axes["seed"] = np.array([whole("seeds", int(seed), 0) for seed in seeds])
    shape = tuple(len(values) for values in axes.values())
    index = [i.ravel() for i in np.indices(shape)] if shape else []
    at = dict(zip(axes, index, strict=False))
    count = int(np.prod(shape))
    settings = {n: axes[n][at[n]] if n in axes else value for n, value in hyper.items()}
    made = method(**settings)
    if not isinstance(made, Method):
        raise TypeError(f"method must return a method, but returned {short(made)}")
    tables = made.table(count)
    rows = places[at["start"]] if "start" in at else np.repeat(places, count, axis=0)
    seed = axes["seed"][at["seed"]] if "seed" in at else np.zeros(count, int)

    if executor is None:  # compile once, before the threads start
        fast = _fast(problem, bind(problem, made, rows[0]), noise)
        kernels.compiled("grid_quadratic" if fast else "grid")
    size = _block_size(problem, count, steps)
    blocks = [slice(first, min(first + size, count)) for first in range(0, count, size)]
    plain = Method(made.name, {}, made.look_ahead, made.bias_correction, made.step)
    tasks = [
        (problem, plain, rows[b], tables[b], noise, seed[b], steps, positive("tol", tol))
        for b in blocks
    ]
    results = _gather(tasks, executor, progress)
    loss, reached, rate, status = (
        np.concatenate(part).reshape(shape) for part in zip(*results, strict=True)
    )
    return Sweep(axes, loss, reached, rate, np.array(STATUS)[status])


def _axis(name, value):
    values = np.asarray(value, float)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{name} must be a number or a list of numbers, but is {short(value)}")
    if name == "eta" and not (values > 0).all():
        raise ValueError(f"eta must be greater than 0, but is {values[~(values > 0)][0]:g}")
    return values


def _block_size(problem, count, steps):
    """Small enough to share out and to show progress, large enough to fill the SIMD lanes."""
    if _diagonal(problem):
        return kernels.LANES * max(1, min(16, count // (8 * kernels.LANES)))
    return max(1, min(count // 16 + 1, 20_000_000 // (steps * problem.dim)))


def _diagonal(problem):
    """Whether the problem is a quadratic along the axes, on which coordinates don't mix."""
    return problem.eigenvalues is not None and problem._params[-1] == 0.0


def _fast(problem, bound, noise):
    return _diagonal(problem) and bound.compiled and bound.method[0] != CODES["own"] and not noise


def block(problem, method, starts, hypers, noise, seeds, steps, tol):
    """The runs of one block of a grid: (loss, steps, rate, status number), each (n,)."""
    n = len(starts)
    out = np.empty(n), np.empty(n, np.int64), np.empty(n), np.empty(n, np.int64)
    bound = bind(problem, method, starts[0])
    if _fast(problem, bound, noise):
        code, ahead, correct, _ = bound.method
        bound.call(
            "grid_quadratic", code, ahead, correct, problem.eigenvalues, starts, hypers, steps,
            tol, *out,
        )  # fmt: skip
        return out
    shaken = np.empty((0, steps, problem.dim))
    if noise:
        draw = lambda seed: np.random.default_rng(seed).standard_normal((steps, problem.dim))
        shaken = noise * np.array([draw(seed) for seed in seeds])
    floor = 0.0 if problem.minimum is None else float(problem.minimum)
    bound.call(
        "grid", *bound.method, *bound.problem, bound.params, starts, hypers, shaken, steps, tol,
        floor, *out,
    )  # fmt: skip
    return out


def _gather(tasks, executor, progress):
    """The results of all tasks, in their order, whoever computes them."""
    own = executor is None and ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        futures = {(own or executor).submit(block, *task): i for i, task in enumerate(tasks)}
        results = [None] * len(tasks)
        done = as_completed(futures)
        for future in tqdm(done, "sweep", len(tasks), delay=1, leave=False, disable=not progress):
            results[futures[future]] = future.result()
        return results
    finally:
        if own:
            own.shutdown(cancel_futures=True)
