"""One run of one method on one problem."""

from dataclasses import dataclass, field, replace

import numpy as np

from . import kernels
from .agreement import rows_agree
from .arguments import flag, least_zero, short, vector, whole
from .binding import Bound, bind, loop_of, trained_rule
from .memory import fits
from .methods import CODES, Method
from .problem import Problem
from .restarts import numbered

__all__ = ["STATUS", "Bound", "Run", "bind", "long_run", "minimize"]

STATUS = ("max_steps", "converged", "diverged")

#: What a compiled loop can count.
MOST = 2**62
#: About so many numbers are touched before Ctrl-C is listened to again.
TOUCHED = 50_000_000


@dataclass(frozen=True, eq=False)
class Run:
    """What a run did, step by step. Row 0 is the start; row t is after t steps.

    theta : (steps + 1, dim) parameters;  loss : (steps + 1,) J;  grad_norm : (steps + 1,)
    ‖∇J(θ_t)‖, with minibatches that of the one drawn there;  restarts : steps from which v
    began again at zero;  status : "converged" (‖∇J‖ ≤ tol), "max_steps" or "diverged" (the
    last row is the last finite one, and everything before it is kept);
    v, s : (steps + 1, dim) velocity (Adam: m) and second moment, with `states=True`;
    t : the step of each row, 0, 1, 2, …; with `keep=k` every k-th, and the last;
    compiled : whether problem and method ran as compiled code;  why : "" or why they did not.
    """

    problem: Problem
    method: Method
    theta: np.ndarray
    loss: np.ndarray
    grad_norm: np.ndarray
    status: str
    restarts: np.ndarray
    compiled: bool
    states: np.ndarray | None = field(default=None, repr=False)
    kept: np.ndarray | None = field(default=None, repr=False)
    why: str = ""
    surprising: bool = field(default=False, repr=False)

    @property
    def t(self):
        """The step of each row."""
        return np.arange(len(self.theta)) if self.kept is None else self.kept

    @property
    def steps(self):
        """Number of steps taken."""
        return int(self.t[-1])

    @property
    def distance(self):
        """Distance to the (nearest) minimizer after each step: (steps + 1,)."""
        return self.problem.distance(self.theta)

    @property
    def gap(self):
        """J(θ_t) − J*, where the problem's minimum is known: (steps + 1,)."""
        if self.problem.minimum is None:
            raise ValueError(f"{self.problem.name} has no known minimum to measure the gap to")
        return self.loss - self.problem.minimum

    @property
    def v(self):
        return self._state(0)

    @property
    def s(self):
        return self._state(1)

    def _state(self, which):
        if self.states is None:
            raise ValueError("the run kept no states; ask for them: minimize(..., states=True)")
        return self.states[:, which]

    def __repr__(self):
        return (
            f"<Run of {self.method} on {self.problem.name}: {self.status} after "
            f"{self.steps} steps, loss {self.loss[-1]:.4g}"
            f"{f'; as Python: {self.why}' if self.surprising else ''}>"
        )


def minimize(
    problem, method, *, start=None, steps=1000, tol=0.0, restart=None, noise=0.0, seed=0,
    states=False, keep=1,
):  # fmt: skip
    """Run `method` on `problem` and keep every step.

    Parameters
    ----------
    problem : Problem
    method : Method
        `ml.momentum(eta=0.01)` and the like, or `ml.own(step, …)`.
    start : array-like (dim,), optional
        θ₀; the problem's own start by default.
    steps : int
        The most steps to take, at least 0.
    tol : float
        Stop at ‖∇J(θ_t)‖ ≤ tol; 0 takes all steps.
    restart : Restart, optional
        `ml.restarts.every(k)`, `on_increase()` or `on_gradient()`.
    noise : float
        Standard deviation of the normal noise added to each coordinate of each gradient.
    seed : int
        Seed of that noise, and of the order of the minibatches where the problem has them.
    states : bool
        Keep v and s of every step, too.
    keep : int
        Keep every so many steps only, and the last: for many parameters and long runs.

    Returns
    -------
    Run

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be (one sentence names it), or the reader's f,
        grad or step failed.

    Examples
    --------
    >>> import momentumlib as ml
    >>> valley = ml.problems.quadratic(kappa=100)
    >>> run = ml.minimize(valley, ml.momentum(eta=0.01, gamma=0.9), steps=300, tol=1e-3)
    >>> run.status, run.steps, run.theta.shape
    ('converged', 179, (180, 2))
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, but is {short(problem)}")
    if not isinstance(method, Method):
        hint = "; wrap your own step: ml.own(step, eta=...)" if callable(method) else ""
        raise TypeError(
            f"method must be a method such as ml.momentum(eta=0.01), but is {short(method)}{hint}"
        )
    start = problem.start if start is None else vector("start", start, problem.dim)
    tol, noise = least_zero("tol", tol), least_zero("noise", noise)
    when, steps = numbered(restart), whole("steps", steps, 0, MOST)
    keep, states = whole("keep", keep, 1, MOST), flag("states", states)
    whole("seed", seed, 0)
    rows = steps // keep + 1 + (steps % keep > 0)
    plan = method._row is None  # some hyperparameter changes from step to step
    size = rows * (problem.dim * (4 if states else 1) + 2) + steps * (15 * plan + bool(when[0]))
    if not fits(size):
        raise ValueError(_too_much(steps, keep, size))
    try:
        hyper = method.table(steps) if plan else method._row
        if problem.minibatches:
            return long_run(
                problem, method, hyper, start, seed, noise, when, tol, states, keep, steps
            )
        asks = noise or tol or when[0] or keep > 1 or method.step is not None
        if not asks and problem._built_in and (loop := loop_of(problem)):
            return _plain_run(loop, problem, method, hyper, start, states, steps)
        settings = hyper, start, seed, noise, when, tol, states, keep, steps, rows
        bound = bind(problem, method, start, hyper, steps)
        try:
            run, why = _run(problem, method, bound, *settings)
        except Exception:
            if not bound.compiled:
                raise
            why = "compiled, it failed"
        if why:
            again = bind(problem, method, start, compiled=False)  # its errors name the culprit
            again = replace(again, why=why, surprising=True)
            run, _ = _run(problem, method, again, *settings)
        return run
    except MemoryError:
        raise ValueError(_too_much(steps, keep, size)) from None


def _run(
    problem, method, bound, hyper, start, seed, noise, restart, tol, states, keep, steps, rows
):
    """(The Run, "" or why what was compiled is not to be trusted)."""
    dim, rng = problem.dim, np.random.default_rng(seed) if noise else None
    path, losses, norms = np.empty((rows, dim)), np.empty(rows), np.empty(rows)
    kept = np.zeros((rows if states else 0, 3, dim))
    work, carry = np.zeros((7 if keep > 1 else 6, dim)), np.zeros(6)
    marks, result = np.empty(steps if restart[0] else 0, np.int64), np.zeros(3, np.int64)
    path[0] = start
    chunk = max(1, TOUCHED // ((50 + dim + bound.params.size) * (10 if noise else 1)))

    def batches():
        for first in range(0, max(steps, 1), chunk):
            last = min(first + chunk, steps)
            shaken = (
                noise * rng.standard_normal((last - first, dim)) if noise else np.empty((0, dim))
            )
            yield (
                *bound.method, *bound.problem, bound.params, work, carry, hyper, shaken, restart,
                tol, keep, first, last, steps, path, losses, norms, kept, marks, result,
            )  # fmt: skip
            if result[1] != kernels.MAX_STEPS:
                return

    bound.calls("advance", batches())
    n, status, restarts = result
    after = (work[6] if keep > 1 else path[n]) if status == kernels.DIVERGED else None
    taken = None
    if keep > 1:
        taken = np.arange(n) * keep
        taken[-1] = carry[5]
        if status == kernels.CONVERGED:  # between two kept rows the loop looks at no cost
            last = slice(n - 1, n)
            bound.call(
                "evaluate", bound.problem[0], bound.params, path[last], np.empty(dim), losses[last]
            )
    run = Run(
        problem, method, path[:n], losses[:n], norms[:n], STATUS[status], marks[:restarts],
        bound.compiled, kept[:n] if states else None, taken, bound.why, bound.surprising,
    )  # fmt: skip
    return run, _doubt(run, bound, after) if bound.compiled and bound.reader else ""


def _plain_run(loop, problem, method, hyper, start, states, steps):
    """The Run of a landscape's own loop, which keeps every row; it takes addresses."""
    dim, params = problem.dim, problem._params
    path, losses, norms = np.empty((steps + 1, dim)), np.empty(steps + 1), np.empty(steps + 1)
    kept = np.empty((steps + 1 if states else 0, 3, dim))
    room, path[0] = np.zeros(6 * dim + 4), start
    hyper = hyper if len(hyper) else np.zeros((1, 5))
    flags = CODES[method.name], method.look_ahead, method.bias_correction
    about = *flags, dim, params.size, len(hyper) > 1, states
    numbers = params if params.size else room, hyper, room, path, losses, norms
    addresses = *kernels.addresses(numbers), kept.ctypes.data if states else 0
    chunk = max(1, TOUCHED // (50 + dim + params.size))
    for first in range(0, max(steps, 1), chunk):  # Ctrl-C is heard between two
        loop(*about, first, min(first + chunk, steps), steps, *addresses)
        rows, status = int(room[-2]), int(room[-1])
        if status != kernels.MAX_STEPS:
            break
    return Run(
        problem, method, path[:rows], losses[:rows], norms[:rows], STATUS[status],
        np.empty(0, np.int64), True, kept[:rows] if states else None,
    )  # fmt: skip


def _doubt(run, bound, after):
    """Why a compiled run of a reader's code may not be Python's, or "".

    Where numbers end (nan), Python may have an error to tell. When a problem and a method run
    together for the first time, a few points of the path are compared as well.
    """
    if after is not None and np.isnan(after).any() and run.steps * after.size <= 1_000_000:
        return "compiled, it ends at nan"
    if run.problem._built_in or run.problem.compile:
        return ""
    odd = np.flatnonzero(~np.isfinite(run.loss))
    n = len(run.theta)
    rows = [n // 4, n // 2, n - 1] if bound.fresh else [int(odd[0])] if odd.size else []
    return rows_agree(run.problem, bound.problem, run.theta[rows])


def long_run(
    problem, method, hyper, start, seed, noise, restart, tol=0.0, states=False, keep=1, steps=None
):  # fmt: skip
    """The run of a problem with minibatches.

    Arguments as for `minimize`; hyper is the method's table, for `steps` steps one row each
    or one row for all; restart is numbered.
    """
    from .training import train

    steps = len(hyper) if steps is None else steps
    rng, draw = np.random.default_rng(seed), problem.batches(seed)
    rule, why, surprising = trained_rule(problem, method, start, hyper, steps)
    with np.errstate(all="ignore"):
        at, theta, state, norm, status, marks = train(
            problem, method, rule, hyper, start, draw,
            lambda: noise * rng.standard_normal(problem.dim) if noise else 0.0,
            restart, tol, keep, steps,
        )  # fmt: skip
        loss = np.array([problem._loss(row, problem._params) for row in theta])
    return Run(
        problem, method, theta, loss, norm, STATUS[status], marks, not why,
        state if states else None, at, why, surprising,
    )  # fmt: skip


def _too_much(steps, keep, numbers):
    advice = (
        "take fewer steps" if keep > 1 else "keep fewer of them, as with keep=1000, or take fewer"
    )
    return f"steps = {steps:,} would fill {8 * numbers / 1e9:,.0f} GB of memory; {advice}"
