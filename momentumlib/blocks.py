"""A block of a sweep's grid: the runs that one thread, or one process, takes at a time."""

import numpy as np

from . import kernels
from .binding import bind
from .kernels import columns
from .kernels.lanes import LANES
from .methods import CODES, Method
from .problems import Landscape
from .run import STATUS, long_run
from .steps import fast_lane

#: Methods that take several steps at a time on a quadratic along the axes.
LINEAR = [CODES[name] for name in ("gd", "momentum", "nag")]
#: Up to so many parameters, a point of any problem fits into the processor's registers.
FEW = 4
#: Of so many starts in a block the first steps of a reader's functions are compared with Python's.
STARTS = 16


def prepare(problem, method, start, tables, noise, restart, steps):
    """Compile what the blocks of a group will call, once and before threads start."""
    bound = bind(problem, method, start, tables[0], steps)
    if not _lanes(problem, method, bound, tables, noise, restart) and bound.compiled:
        kernels.compiled("grid")


def size_of(problem, count, noise, restart, steps):
    """Runs in a block: few enough to share out and to show progress, enough to fill the lanes."""
    if problem.minibatches:  # a training is long enough to be shared out alone
        return 1
    small = problem._along_axes or problem.dim <= FEW
    if small and not noise and not restart[0] and problem._native():
        return LANES * max(1, min(64, count // (8 * LANES)))
    if _in_columns(problem, restart):
        return max(1, min(count, columns.MOST // ((steps + 1) * problem.dim)))
    return max(1, min(count // 16 + 1, 20_000_000 // (steps * problem.dim)))


def _in_columns(problem, restart):
    """What NumPy takes the runs side by side with, where Numba is missing; None elsewhere."""
    return None if kernels.HAVE_NUMBA or restart[0] else columns.pair_of(problem)


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
    for start in _looked_at(problem, starts):
        bound = bind(problem, method, start, tables[0], steps)
        if not bound.compiled:
            break
    try:
        return _grid(bound, *about)
    except Exception:
        if not bound.compiled:
            raise
    return _grid(bind(problem, method, starts[0], compiled=False), *about)  # it names the culprit


def _looked_at(problem, starts):
    """The starts at which what is compiled is compared with Python, the block's first before all.

    Elsewhere a reader's functions may mean something else; the book's do not.
    """
    if problem._built_in:
        return starts[:1]
    first = np.unique(starts, axis=0, return_index=True)[1]
    return starts[np.sort(first)[:STARTS]]


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
    if method.step is None and (pair := _in_columns(problem, restart)):
        flags = CODES[method.name], int(method.look_ahead), int(method.bias_correction)
        about = starts, tables, shaken, steps, tol, floor
        columns.grid(*flags, pair, problem._params, *about, *out)
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
