"""Many runs at once: grids over hyperparameters, starts and seeds, in parallel."""

from dataclasses import dataclass
from math import prod

import numpy as np

from .arguments import (
    coordinates,
    flag,
    least_zero,
    listed,
    numbers,
    one_of,
    positive,
    short,
    vector,
    whole,
)
from .blocks import block, prepare, size_of
from .memory import fits
from .points import groups_of, travelling
from .problem import Problem
from .restarts import numbered
from .run import MOST, STATUS
from .study import Study, mark_of
from .workers import gather, looked_at, processes


@dataclass(frozen=True, eq=False)
class Sweep:
    """The outcome of a sweep: arrays with one axis for each entry of `axes`, in its order.

    axes : name -> values ("eta", "gamma", …, then "start" and "seed" where they were given).
    loss : J at the end, inf where the run diverged.
    steps : the first step from which J − J* stays below tol·(J(θ₀) − J*); −1 for never.
    rate : the measured factor per step by which √(J − J*) shrinks; above 1 it grows;
        nan where a run ends within 4 steps, too early to measure.
    status : "converged" (reached tol), "max_steps" or "diverged".
    known : whether J* is: without `problem.minimum` there is nothing to arrive at, so that no
        run is "converged", steps is −1 and rate nan everywhere, and loss is all there is.
    A problem with minibatches is looked at only at a run's end: steps is that end or −1, and
    rate is nan.
    """

    axes: dict
    loss: np.ndarray
    steps: np.ndarray
    rate: np.ndarray
    status: np.ndarray
    known: bool

    def best(self, by="steps"):
        """The grid point that reaches tol first, or ends lowest where none does: name -> value.

        Ends lowest, too, where no minimum is known or `by="loss"` asks for it. The worst of
        starts and seeds stands for a point. ValueError where all diverged or have no cost.
        """
        one_of("by", by, ("steps", "loss"))
        others = tuple(i for i, name in enumerate(self.axes) if name in ("start", "seed"))
        never = np.where(self.steps < 0, np.inf, self.steps).max(axis=others)
        ends = np.where(np.isnan(self.loss), np.inf, self.loss).max(axis=others)
        score = never if by == "steps" and np.isfinite(never).any() else ends
        if not (score < np.inf).any():
            raise ValueError(
                "no point of the sweep is best: from each, a run diverged (try a smaller eta)"
            )
        index = np.unravel_index(np.argmin(score), score.shape)
        names = [name for name in self.axes if name not in ("start", "seed")]
        return {name: float(self.axes[name][i]) for name, i in zip(names, index, strict=True)}

    def __repr__(self):
        sizes = " × ".join(f"{len(values)} {name}" for name, values in self.axes.items())
        counts = ", ".join(f"{np.sum(self.status == s)} {s}" for s in STATUS)
        unknown = "" if self.known else "; no minimum is known to converge to"
        return f"<Sweep over {sizes}: {counts}{unknown}>"


def sweep(
    problem, method, *, steps=500, start=None, starts=None, seeds=None, noise=0.0, restart=None,
    tol=1e-6, executor=None, study=None, progress=True, **hyper,
):  # fmt: skip
    """Run a method at every point of a grid.

    Parameters
    ----------
    problem : Problem
    method : callable
        `ml.momentum` itself, or any function that takes the hyperparameters below, one
        number each, and returns a method; schedules inside it run as in `ml.minimize`.
    hyper : numbers or arrays, by name
        `eta=np.geomspace(1e-3, 1, 50), gamma=np.linspace(0, 1, 40)`: every array is one
        axis of the grid, in the order given; a number or a schedule stays fixed.
    steps : int
        Steps of every run, at least 1.
    start, starts : array-like (dim,) or (n, dim), optional
        One start for all, or an axis of starts; the problem's own by default.
    seeds : list of int, optional
        An axis of seeds for the gradient noise, of standard deviation `noise`; one run is
        `ml.minimize(…, noise=noise, seed=seed)`.
    restart : Restart, optional
        The same rule for all runs.
    tol : float
        What counts as arrived: J − J* below tol times its first value.
    executor : concurrent.futures.Executor, optional
        Where the blocks of the grid run: threads of this process by default; a process
        pool, or a cluster through Dask's `client.get_executor()`, give the same numbers.
    study : path, optional
        A folder that keeps each part of the grid when it is done. The same call with the
        same folder goes on where an earlier one ended, or was killed; runs that stopped
        halfway begin anew. A folder with another sweep's results is refused.
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
    executor = looked_at(executor)
    hyper = {
        n: v.item() if isinstance(v, np.ndarray) and not v.ndim else v for n, v in hyper.items()
    }
    if start is not None and starts is not None:
        raise ValueError("start and starts exclude each other: give one of them")
    whole("steps", steps, 1, MOST)
    flag("progress", progress)
    noise = least_zero("noise", noise)
    one = vector("start", problem.start if start is None else start, problem.dim)
    axes = {n: _axis(n, v) for n, v in hyper.items() if not callable(v) and not np.isscalar(v)}
    if starts is not None:
        places = listed("starts", coordinates("starts", starts, problem.dim))
        axes["start"] = np.array([vector("starts", s, problem.dim) for s in places])
    if seeds is not None:
        axes["seed"] = np.array([whole("seeds", s, 0) for s in listed("seeds", seeds)])
    shape = tuple(len(values) for values in axes.values())
    count = prod(shape)
    if not fits(count * (len(axes) + 2 * problem.dim + 10)):
        raise ValueError(f"{', '.join(axes)}: a grid of {count:,} points does not fit into memory")
    at = dict(zip(axes, np.indices(shape).reshape(len(shape), count), strict=True))
    rows = axes["start"][at["start"]] if "start" in at else np.repeat(one[None], count, axis=0)
    seed = axes["seed"][at["seed"]] if "seed" in at else np.zeros(count, int)
    settings = {n: axes[n][at[n]] if n in axes else value for n, value in hyper.items()}
    asked = {n: axes[n] for n in hyper if n in axes}
    try:
        groups = groups_of(method, settings, asked, count, steps)
    except MemoryError:
        raise ValueError(f"steps: the schedules of {steps} steps do not fit into memory") from None
    shared = noise, numbered(restart), steps, positive("tol", tol)
    tasks, places = [], []
    for group in groups:
        plain, far = group.method, isinstance(executor, processes())
        if far:
            plain = travelling(problem, group)
        elif executor is None and not problem.minibatches:
            prepare(problem, plain, rows[group.points[0]], group.tables, *shared[:3])
        size = size_of(problem, len(group.points), *shared[:3])
        for first in range(0, len(group.points), size):
            part = slice(first, first + size)
            at = group.points[part]
            tasks.append((problem, plain, rows[at], group.tables[part], seed[at], *shared))
            places.append(at)
    results, keep = {}, None
    if study is not None:
        every = [g.tables for g in groups]
        mark = mark_of(problem, [g.method for g in groups], rows, seed, *shared, *every, *places)
        kept = Study(study, mark)
        results, keep = kept.blocks(len(tasks)), kept.put
    order = np.concatenate(places)
    try:
        results = gather(block, tasks, executor, results, keep, progress)
    except MemoryError:
        raise ValueError(f"steps: {steps} steps of a run do not fit into memory") from None
    loss, reached, rate, status = (
        _in_order(np.concatenate(part), order).reshape(shape) for part in zip(*results, strict=True)
    )
    known = problem.minimum is not None
    return Sweep(axes, loss, reached, rate, np.array(STATUS)[status], known)


def _in_order(values, order):
    """values[k] to the place order[k]."""
    out = np.empty_like(values)
    out[order] = values
    return out


def _axis(name, value):
    values = np.array(value) if _flags(value) else numbers(name, value)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{name} must be a number or a list of numbers, but is {short(value)}")
    return values


def _flags(value):
    """Whether it is a list of True and False: an axis of what is on or off."""
    if isinstance(value, np.ndarray):
        return value.dtype == bool
    return isinstance(value, (list, tuple)) and all(isinstance(one, bool) for one in value)
