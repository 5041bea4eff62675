"""One run of one method on one problem."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from . import kernels
from .arguments import first_line, least_zero, short, vector, whole
from .methods import CODES, SLOTS, Method, takes
from .problems import Problem
from .restarts import numbered

STATUS = ("max_steps", "converged", "diverged")


@dataclass(frozen=True, eq=False)
class Run:
    """What a run did, step by step. Row 0 is the start; row t is after t steps.

    theta : (steps + 1, dim) parameters;  loss : (steps + 1,) J;  grad_norm : (steps + 1,)
    ‖∇J(θ_t)‖, with minibatches that of the one drawn there;  restarts : steps from which v
    began again at zero;  status : "converged" (‖∇J‖ ≤ tol), "max_steps" or "diverged" (the
    last row is the last finite one, and everything before it is kept);
    v, s : (steps + 1, dim) velocity (Adam: m) and second moment, with `states=True`;
    t : the step of each row, 0, 1, 2, …; with `keep=k` every k-th, and the last.
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
            f"{self.steps} steps, loss {self.loss[-1]:.4g}>"
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
    hyper = method.table(whole("steps", steps, 0))
    start = problem.start if start is None else vector("start", start, problem.dim)
    tol, noise = least_zero("tol", tol), least_zero("noise", noise)
    when = numbered(restart)
    dim = problem.dim
    rng = np.random.default_rng(whole("seed", seed, 0))
    if whole("keep", keep, 1) > 1 or problem.minibatches:
        return long_run(problem, method, hyper, start, seed, noise, when, tol, states, keep)
    shaken = noise * rng.standard_normal((steps, dim)) if noise else np.empty((0, dim))
    path, marks, result = np.empty((steps + 1, dim)), np.empty(steps, np.int64), np.zeros(3, int)
    kept = np.zeros((steps + 1 if states else 0, 3, dim))
    path[0] = start

    def run(bound):
        bound.call(
            "simulate", *bound.method, *bound.problem, bound.params, np.zeros((6, dim)), hyper,
            shaken, when, tol, path, kept, marks, result,
        )  # fmt: skip
        theta = path[: result[0]]
        loss, norm = np.empty(len(theta)), np.empty(len(theta))
        bound.call("evaluate", bound.problem[0], bound.params, theta, np.empty(dim), loss)
        bound.call(
            "grad_norms", bound.problem[1], bound.params, theta, np.empty(dim), np.empty(dim), norm
        )
        return theta, loss, norm

    bound = bind(problem, method, start)
    try:
        theta, loss, norm = run(bound)
    except Exception:
        if not bound.compiled:
            raise
        bound = bind(problem, method, start, compiled=False)  # its errors name the culprit
        theta, loss, norm = run(bound)
    return Run(
        problem, method, theta, loss, norm, STATUS[result[1]], marks[: result[2]], bound.compiled,
        kept[: result[0]] if states else None,
    )  # fmt: skip


def long_run(
    problem, method, hyper, start, seed, noise, restart, tol=0.0, states=False, keep=1
):  # fmt: skip
    """The run of a problem with minibatches, or of which not every step is kept.

    Arguments as for `minimize`; hyper is the method's table, restart numbered.
    """
    from .training import train

    rng, draw = np.random.default_rng(seed), problem.batches(seed)
    rule = adapt(method.step, problem.dim) if method.step else None
    with np.errstate(all="ignore"):
        at, theta, state, norm, status, marks = train(
            problem, method, rule, hyper, start,
            draw or (lambda theta, out: problem._fill(theta, problem._params, out)),
            lambda: noise * rng.standard_normal(problem.dim) if noise else 0.0,
            restart, tol, keep,
        )  # fmt: skip
        loss = np.array([problem._loss(row, problem._params) for row in theta])
        if draw is None:  # NAG measured ahead of the rows
            norm = np.array([np.linalg.norm(problem.grad(row)) for row in theta])
    return Run(
        problem, method, theta, loss, norm, STATUS[status], marks, False,
        state if states else None, at,
    )  # fmt: skip


@dataclass(frozen=True)
class Bound:
    """A problem and a method as the kernels take them: all compiled, or all plain Python."""

    method: tuple
    problem: tuple
    params: np.ndarray
    compiled: bool

    def call(self, kernel, *arguments):
        function = kernels.compiled(kernel) if self.compiled else getattr(kernels, kernel)
        with np.errstate(all="ignore"):
            function(*arguments)


def bind(problem, method, start, compiled=True):
    """Look at the reader's functions once, at `start`, and compile them where that can be."""
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, but is {short(problem)}")
    problem.f(start)
    problem.grad(start)
    rule = kernels.nothing
    if method.step is not None:
        rule = adapt(method.step)
        rule(start[0], *[1e-3] * 8)
    pair = _calm(problem._loss), _calm(problem._fill)
    native = problem._native() if compiled else None
    fast = native and (compiled_rule(method.step) if method.step else kernels.compiled("nothing"))
    if fast:
        pair, rule = native, fast
    flags = CODES[method.name], int(method.look_ahead), int(method.bias_correction)
    return Bound((*flags, rule), pair, problem._params, bool(fast))


def _calm(function):
    """Arithmetic that fails far out is a divergence, not an error, as in compiled code."""

    def called(theta, params, *out):
        try:
            return function(theta, params, *out)
        except ValueError as error:
            if not isinstance(error.__cause__, ArithmeticError):
                raise
            for array in out:
                array[:] = np.nan
            return np.inf

    return called


def _slots(step):
    """(what step is called with, what it returns), as lists of the loop's names."""
    slots = [SLOTS[name] for name in takes(step)]
    return slots, ["theta", *(name for name in ("v", "s") if name in slots)]


def _rule(step, arguments, returns):
    """`step` in the loop's form, written out so that Numba can inline it."""
    scope = {"step": step}
    exec(  # the text holds names of SLOTS only
        "def rule(theta, v, s, g, t, eta, gamma, beta2, eps):\n"
        f"    {', '.join(returns)} = step({', '.join(arguments)})\n"
        "    return theta, v, s\n",
        scope,
    )
    return scope["rule"]


def adapt(step, dim=None):
    """`step` in the loop's form, in plain Python, with what it returns looked at.

    With `dim`, for all coordinates at once: arrays of shape (dim,) in and out.
    """
    arguments, returns = _slots(step)
    shown = " and ".join(filter(None, [", ".join(returns[:-1]), returns[-1]]))
    kind = "numbers" if dim is None else f"arrays of shape ({dim},)"
    hint = "" if dim is None else " (it gets all coordinates at once: np.where takes if's place)"

    def converted(part):
        if dim is None:
            return float(part)
        part = np.asarray(part, float)
        if part.shape != (dim,):
            raise ValueError
        return part

    def looked_at(*values):
        try:
            result = getattr(step, "py_func", step)(*values)
        except ArithmeticError:  # as in compiled code
            result = (np.nan,) * len(returns)
        except Exception as error:
            raise ValueError(
                f"step raised {type(error).__name__}: {first_line(error)}{hint}"
            ) from error
        parts = result if isinstance(result, tuple) else (result,)
        try:
            numbers = tuple(converted(part) for part in parts)
        except (TypeError, ValueError):
            numbers = ()
        if len(numbers) != len(returns):
            raise TypeError(f"step must return {shown}, as {kind}, but returned {short(result)}")
        return numbers if len(numbers) > 1 else numbers[0]

    return _rule(looked_at, arguments, returns)


@lru_cache(maxsize=64)
def compiled_rule(step):
    """`step` in the loop's form, compiled; None where Numba can't."""
    inner = kernels.jitted(step)
    return inner and kernels.compile_function(_rule(inner, *_slots(step)), "rule")
