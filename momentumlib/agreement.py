"""Whether a reader's functions say the same compiled as in Python, where they are to run.

Compiled code speaks a slightly other language: a whole number to a negative power is a whole
number, `math.log(-1)` is nan, random numbers have a seed of their own, and what a function
reads from elsewhere is frozen. So before a reader's functions run compiled, the first steps
are taken both ways, one step at a time from the same numbers.
"""

from contextlib import suppress
from time import perf_counter

import numpy as np

from .arguments import short
from .methods import CODES
from .readers import undisturbed

#: So many steps are compared, or fewer if Python needs more than so many seconds for them.
STEPS, SECONDS = 64, 0.2
#: Coordinates whose steps are compared.
SAMPLE = 32


def disagreement(problem, method, plain, fast, looks, start, hyper, steps):
    """What differs, in a sentence; or "".

    plain, fast : (rule, loss, grad) in Python and compiled;  looks : which of them to compare;
    hyper : (steps or 1, 5), the method's table.
    """
    tell = _Teller()
    try:
        with undisturbed(), np.errstate(all="ignore"):
            _walk(problem, method, plain, fast, looks, start, hyper, steps, tell)
    except _Differs as difference:
        return f"{difference}"
    except Exception as error:  # the run in Python will say it in its own place
        return str(error)
    return ""


def _walk(problem, method, plain, fast, looks, start, hyper, steps, tell):
    from . import kernels

    data, params, dim = method.data.packed, problem._params, start.size
    code, own = CODES[method.name], method.step is not None
    place, began = np.zeros((2, dim)), perf_counter()
    v, s, s_max, g, other = np.zeros((5, dim))
    place[0] = start
    row = lambda t: hyper[min(t, len(hyper) - 1)]
    for t in range(min(steps, STEPS) + 1):
        if t > 1 and perf_counter() - began > SECONDS:
            break
        at = place[0]
        if looks[1]:
            tell("f", fast[1](at.copy(), params), plain[1](at.copy(), params), at)
        if method.look_ahead and t < steps:
            at = kernels.look_ahead(at, v, row(t)[1])
        plain[2](at.copy(), params, g)
        if looks[2]:
            fast[2](at.copy(), params, other)
            tell("grad", other, g, at)
        if t == steps:
            break
        if own:
            _both(plain[0], fast[0], looks[0], code, place, v, s, g, t, row(t), data, tell)
        else:
            eta, gamma, beta2, eps, decay = row(t)
            powers = [method.bias_correction * beta ** (t + 1) for beta in (gamma, beta2)]
            state = v, s, s_max, g
            kernels.update(
                code, 0, None, data, place, 0, 1, *state, t, eta, gamma, beta2, eps, decay, *powers
            )
        if not kernels.near(place, 1):
            break
        place[0] = place[1]
    for t in (steps // 4, steps // 2, 3 * steps // 4, steps - 1):
        if looks[0] and t > STEPS:  # a step may ask for t: the later ones too, from where we are
            _both(plain[0], fast[0], True, code, place, v, s, g, t, row(t), data, tell)


def _both(plain, fast, look, code, place, v, s, g, t, hyper, data, tell):
    """One step both ways; what compiled code makes of it goes on."""
    dim, numbers = g.size, (float(t), *hyper, 0.0, 0.0, data)
    few = plain.scalar and dim > SAMPLE
    some = np.linspace(0, dim - 1, SAMPLE).astype(int) if few else np.arange(dim)
    theta, out, v1, s1 = place[0][some], np.empty(some.size), v[some], s[some]
    if look:
        plain(code, theta, v1, s1, s1.copy(), g[some], *numbers, out)
    fast(code, place[0].copy(), v, s, s.copy(), g.copy(), *numbers, place[1])
    if look:
        tell("step", place[1][some] - theta, out - theta, t, np.abs(theta))
        tell("step", v[some], v1, t, what="makes v ")
        tell("step", s[some], s1, t, what="makes s ")


def rows_agree(problem, fast, rows):
    """Where f and grad, compiled as `fast`, differ from Python at one of rows; or ""."""
    tell, g, other = _Teller(), np.empty(problem.dim), np.empty(problem.dim)
    try:
        with undisturbed(), np.errstate(all="ignore"):
            for theta in rows:
                tell("f", fast[0](theta.copy(), problem._params), problem.f(theta), theta)
                problem._fill(theta.copy(), problem._params, g)
                fast[1](theta.copy(), problem._params, other)
                tell("grad", other, g, theta)
    except Exception as error:
        return str(error)
    return ""


class _Differs(Exception):
    """Compiled and plain Python do not agree; the text says where."""


class _Teller:
    """Compares numbers, to the digits that another order of rounding may change."""

    def __init__(self):
        self.largest = {}

    def __call__(self, who, compiled, plain, where, base=0.0, what=""):
        compiled, plain = np.atleast_1d(compiled), np.atleast_1d(plain)
        finite = plain[np.isfinite(plain)]
        size = max(self.largest.get((who, what), 0.0), np.abs(finite).max(initial=0.0))
        self.largest[who, what] = size
        near = np.abs(compiled - plain) <= 1e-9 * size + 8 * np.finfo(float).eps * base
        same = near | (compiled == plain) | (np.isnan(compiled) & np.isnan(plain))
        if not same.all():
            i = int(np.argmin(same))
            at = f"t = {where}" if np.ndim(where) == 0 else f"theta = {short(where)}"
            does = what or ("changes theta by " if who == "step" else "gives ")
            raise _Differs(
                f"{who} {does}{plain[i]:.6g} in Python, but {compiled[i]:.6g} compiled, at {at}"
            )


def values(problem, rows):
    """J at each of rows (n, dim): compiled, where that agrees with Python at a few of them."""
    from . import kernels

    pair, out = problem._native(), np.empty(len(rows))
    arguments = problem._params, rows, np.empty(problem.dim), out
    with np.errstate(all="ignore"):
        if pair:
            with suppress(Exception):  # Python will say what it is
                kernels.compiled("evaluate")(pair[0], *arguments)
                if problem._built_in or _agrees(problem, rows, out):
                    return out
        kernels.evaluate(problem._loss, *arguments)
    return out


def _agrees(problem, rows, out):
    """Whether `out` is what Python makes of a few of the rows; it may raise what Python does."""
    tell = _Teller()
    with undisturbed():
        for k in np.unique(np.linspace(0, len(rows) - 1, 16).astype(int)) if len(rows) else ():
            tell("f", out[k], problem.f(rows[k]), rows[k])
    return True
