"""Many runs at once: grids over hyperparameters, starts and seeds, in parallel."""

from dataclasses import dataclass
from math import prod

import numpy as np

from . import kernels
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
from .kernels import columns
from .kernels.lanes import LANES
from .methods import CODES, Method
from .points import groups_of, travelling
from .problems import Landscape, Problem
from .restarts import numbered
from .run import MOST, STATUS, bind, fits, long_run
from .steps import fast_lane
from .study import Study, mark_of
from .workers import gather, looked_at, processes

#: Methods that take several steps at a time on a quadratic along the axes.
LINEAR = [CODES[name] for name in ("gd", "momentum", "nag")]
#: Up to so many parameters, a point of any problem fits into the processor's registers.
FEW = 4
#: Of so many starts in a block the first steps of a reader's functions are compared with Python's.
STARTS = 16


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
        elif executor is None and not problem.minibatches:  # compile once, before threads start
            bound = bind(problem, plain, rows[group.points[0]], group.tables[0], steps)
            if not _lanes(problem, plain, bound, group.tables, *shared[:2]) and bound.compiled:
                kernels.compiled("grid")
        size = _block_size(problem, len(group.points), steps, *shared[:2])
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


def _block_size(problem, count, steps, noise, restart):
    """Small enough to share out and to show progress, large enough to fill the SIMD lanes."""
    if problem.minibatches:  # a training is long enough to be shared out alone
        return 1
    small = problem._along_axes or problem.dim <= FEW
    if small and not noise and not restart[0] and problem._native():
        return LANES * max(1, min(64, count // (8 * LANES)))
    if _in_columns(problem, restart):
        return max(1, min(count, columns.MOST // ((steps + 1) * problem.dim)))
    return max(1, min(count // 16 + 1, 20_000_000 // (steps * problem.dim)))


def _in_columns(problem, restart):
    """Whether NumPy takes the runs side by side: where Numba is missing, and formulas allow it."""
    return not (kernels.HAVE_NUMBA or restart[0]) and getattr(problem, "_kind", "") in columns.KINDS


def _lanes(problem, method, bound, tables, noise, restart):
    """The compiled pieces of a step in all lanes, or None where the runs go one by one."""
    if not bound.compiled or noise or restart[0] or method.name == "own_vector":
        return None
    from .kernels import abreast

    code, dim = bound.method[0], problem.dim
    strides = 0
    if problem._along_axes:
        slopes = abreast.book_slopes("diagonal", 0)
        strides = int(tables.shape[1] == 1 and code in LINEAR and dim <= FEW)
    elif dim > FEW:
        return None
    elif isinstance(problem, Landscape):
        slopes = abreast.book_slopes(problem._kind, dim)
    else:
        slopes = abreast.own_slopes(*bound.problem, dim)
    moves = abreast.own_moves(fast_lane(method)) if method.step else abreast.book_moves()
    march = abreast.march(dim if strides else 1, bool(bound.method[1]))
    abreast.compiled_lanes()
    return slopes, moves, march, method.data.packed, *bound.method[:3], strides


def block(problem, method, starts, tables, seeds, noise, restart, steps, tol):
    """The runs of one block of a grid: (loss, steps, rate, status number), each (n,)."""
    method = method if isinstance(method, Method) else method()  # its recipe
    if problem.minibatches:
        return _trained(problem, method, starts, tables, seeds, noise, restart, steps, tol)
    about = problem, method, starts, tables, seeds, noise, restart, steps, tol
    bound = bind(problem, method, starts[0], tables[0], steps)
    if bound.reader and bound.compiled and not problem._built_in:
        for start in np.unique(starts, axis=0)[:STARTS]:  # elsewhere it may mean something else
            bound = bind(problem, method, start, tables[0], steps)
            if not bound.compiled:
                break
    try:
        return _grid(bound, *about)
    except Exception:
        if not bound.compiled:
            raise
    return _grid(bind(problem, method, starts[0], compiled=False), *about)  # it names the culprit


def _grid(bound, problem, method, starts, tables, seeds, noise, restart, steps, tol):
    n = len(starts)
    out = np.empty(n), np.empty(n, np.int64), np.empty(n), np.empty(n, np.int64)
    floor = np.nan if problem.minimum is None else float(problem.minimum)
    pieces = _lanes(problem, method, bound, tables, noise, restart)
    if pieces:
        from .kernels import abreast

        run = abreast.compiled_lanes()
        run(*pieces, bound.params, starts, tables, steps, tol, floor, *out)
        return out
    shaken = np.empty((0, steps, problem.dim))
    if noise:
        draw = lambda seed: np.random.default_rng(seed).standard_normal((steps, problem.dim))
        drawn = {seed: noise * draw(seed) for seed in set(seeds.tolist())}
        shaken = np.array([drawn[seed] for seed in seeds.tolist()])
    if method.step is None and _in_columns(problem, restart):
        flags = CODES[method.name], int(method.look_ahead), int(method.bias_correction)
        about = starts, tables, shaken, steps, tol, floor
        columns.grid(*flags, problem._simplest, problem._params, *about, *out)
        return out
    bound.call(
        "grid", *bound.method, *bound.problem, bound.params, starts, tables, shaken, restart,
        steps, tol, floor, *out,
    )  # fmt: skip
    return out


def _trained(problem, method, starts, tables, seeds, noise, restart, steps, tol):
    """`block` for a problem with minibatches: only the ends of its runs are looked at."""
    results = []
    for start, table, seed in zip(starts, tables, seeds, strict=True):
        hyper = np.broadcast_to(table, (steps, table.shape[1]))
        run = long_run(problem, method, hyper, start, seed, noise, restart, keep=steps)
        gap = run.loss - (np.nan if problem.minimum is None else problem.minimum)
        lost = run.status == "diverged"
        reached = steps if not lost and gap[-1] < tol * gap[0] else -1
        status = "diverged" if lost else "converged" if reached > 0 else "max_steps"
        results.append((np.inf if lost else run.loss[-1], reached, np.nan, STATUS.index(status)))
    return tuple(np.array(part) for part in zip(*results, strict=True))
