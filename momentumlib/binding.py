"""A problem and a method, as the loops take them: all compiled, or all plain Python."""

import threading
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np

from . import kernels
from .agreement import disagreement
from .arguments import short
from .methods import CODES
from .problem import Problem
from .readers import undisturbed
from .steps import fast_rule, plain_rule

#: Up to so many parameters stay in the processor's registers.
FEW = 2
#: From so many starts so many steps are compared with Python's, where a longer run agreed before.
PLACES, FIRST = 256, 8


@dataclass(frozen=True)
class Bound:
    """A problem and a method as the kernels take them: all compiled, or all plain Python.

    method : (code, ahead, correct, by_rule, rule, data);  problem : (loss, grad);  params : its
    numbers;  compiled, why : whether they are compiled, and why not;  surprising : whether a reader
    might wonder;  reader : whether a reader's own code is in it;  fresh : whether it was
    compared with Python for the first time.
    """

    method: tuple
    problem: tuple
    params: np.ndarray
    compiled: bool
    why: str = ""
    surprising: bool = False
    reader: bool = False
    fresh: bool = False

    def call(self, kernel, *arguments):
        """Call a kernel with what it takes."""
        self.calls(kernel, [arguments])

    def calls(self, kernel, batches):
        """Call a kernel with each of batches, one after the other; Ctrl-C ends it between two.

        A reader's own compiled code runs in a thread beside, so that Ctrl-C comes back even
        where that code never ends. Nothing can stop such a thread: it goes on until the
        process ends, and writes only to what it was given.
        """
        find = kernels.compiled if self.compiled else partial(getattr, kernels)
        function = find(kernel)
        if self.compiled and self.reader and _in_main_thread():
            return _beside(function, batches)
        with nullcontext() if self.compiled else np.errstate(all="ignore"):
            for arguments in batches:
                function(*arguments)


def _in_main_thread():  # only there Ctrl-C is heard
    return threading.current_thread() is threading.main_thread()


def _beside(function, batches):
    stop, errors = threading.Event(), []

    def work():
        try:
            for arguments in batches:
                if stop.is_set():
                    return
                function(*arguments)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.2)
    finally:
        stop.set()
    if errors:
        raise errors[0]


def loop_of(problem):
    """The loop of fused.py for a landscape of the book; None without Numba."""
    few, many = problem.dim <= FEW, problem.dim >= kernels.MANY
    return kernels.plain_run(problem._simplest, problem.dim if few else kernels.MANY if many else 0)


def bind(problem, method, start, hyper=None, steps=1, compiled=True):
    """Look at the reader's functions once, at `start`, and compile them where that can be.

    hyper, steps : the method's table, (steps or 1, 5), and how far it will run: what is
    compiled is compared with Python for its first steps; asked only if compiled.
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, but is {short(problem)}")
    own, reader = method.step is not None, method.step is not None or not problem._built_in
    flags = CODES[method.name], int(method.look_ahead), int(method.bias_correction)
    rule = plain_rule(method) if own else kernels.nothing
    if reader:
        _look(problem, start)
    pair, why, surprising, fresh = None, "", False, False
    if not kernels.HAVE_NUMBA:
        why = kernels.WHY_NOT
    elif compiled:
        pair, fast, why = _compiled(problem, method)
        if pair and own:
            look_at_step(method, rule, start)
        if pair and reader:
            plain = rule, problem._loss, problem._fill
            why, fresh = _agree(problem, method, plain, (fast, *pair), start, hyper, steps)
            surprising = bool(why)
        surprising = surprising or "has changed since" in why
    if pair and not why:
        by_rule = int(own or problem.dim >= kernels.MANY)
        made = (*flags, by_rule, fast, method.data.packed), pair, problem._params, True
        return Bound(*made, reader=reader, fresh=fresh)
    calm = _calm(problem._loss), _calm(problem._fill)
    return Bound(
        (*flags, int(own), rule, method.data.packed),
        calm,
        problem._params,
        False,
        why,
        surprising,
        reader,
    )


def _look(problem, start):
    """What is wrong with a reader's problem at once, in Python's terms."""
    with undisturbed():
        problem.f(start)
        problem.grad(start)


def look_at_step(method, rule, start):
    """Take one step of a reader's own, to see what it returns.

    Only where it can be compiled: then it remembers nothing, and one call more is no harm.
    """
    few = 1 if method.name == "own" else start.size
    state, out = np.full((4, few), 1e-3), np.empty(few)
    with undisturbed():
        rule(CODES[method.name], start[:few], *state, *[1e-3] * 8, method.data.packed, out)


def _compiled(problem, method):
    """((loss, grad), rule, "") compiled, or (None, None, why not)."""
    pair, why = problem._pair()
    if pair is None:
        return None, None, why
    if method.step is None:
        return pair, kernels.compiled("many" if problem.dim >= kernels.MANY else "nothing"), ""
    fast, why = _fast(method)
    return (pair, fast, "") if fast else (None, None, why)


def _fast(method):
    """(A reader's own step compiled, ""), or (None, why not)."""
    if method.compile is False and kernels.HAVE_NUMBA:
        return None, "compile=False"
    return fast_rule(method)


def _agree(problem, method, plain, fast, start, hyper, steps):
    """("" where compiled and plain agree, or why not; whether that was looked at just now).

    It is remembered, for runs that are no longer; from another start, the first steps are
    compared again.
    """
    theirs = not problem._built_in and not problem.compile
    looks = method.step is not None and not method.compile, theirs, theirs
    if not any(looks):
        return "", False
    known = problem.__dict__.setdefault("_agreed", {})
    key = method.name, method.step, method.data.key, *map(id, fast)
    agreed, differed, why, places = known.get(key, (-1, np.inf, "", set()))
    if steps >= differed:
        return why, False
    place, count = hash(start.tobytes()), steps
    if steps <= agreed:
        if place in places or len(places) >= PLACES:
            return "", False
        count = min(steps, FIRST)
    why = disagreement(problem, method, plain, fast, looks, start, hyper, count)
    if why:
        known[key] = agreed, count, why, places
    else:
        known[key] = max(steps, agreed), differed, "", places | {place}
    return why, True


def trained_rule(problem, method, start, hyper, steps):
    """(rule, "" or why it is plain Python, whether that surprises) for minibatches.

    Their gradients come from Python; of a reader's code there is the step alone.
    """
    if method.step is None:
        return None, kernels.WHY_NOT, False
    rule = plain_rule(method)
    fast, why = _fast(method)
    if not fast:
        return rule, why, "has changed since" in why
    look_at_step(method, rule, start)
    plain, compiled = (rule, None, problem._fill), (fast, None, None)
    why, _ = _agree(problem, method, plain, compiled, start, hyper, steps)
    return (rule, why, True) if why else (fast, "", False)


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
