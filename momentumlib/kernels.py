"""The formulas of the methods, and the one loop that runs them.

A method is one scalar formula per coordinate, written here once, as in the book.
Everything that runs a method inlines these formulas: the loop below, the sweep,
and the modules behind the live figures. They work on floats and, coordinate by
coordinate, on whole NumPy arrays.

Why formulas and loop share a file: Numba's cache on disk notices a change of the
file that holds the cached function, not of the files it inlines from. Problems
come in as first-class functions, so they live elsewhere (landscapes.py).

Nothing is compiled at import. Without Numba the same code runs as plain Python.
"""

from functools import cache

import numpy as np

from . import landscapes

try:
    from numba import float64, int64, njit, types
    from numba.core.dispatcher import Dispatcher
    from numba.extending import register_jitable

    HAVE_NUMBA = True
except ImportError:  # in the browser: the same functions, uncompiled
    HAVE_NUMBA = False

    def register_jitable(function):
        return function


GD, MOMENTUM, NAG, RMSPROP, ADAM, NADAM, AMSGRAD, ADAMW, LION, OWN = range(10)

# Columns of the table of hyperparameters, one row a step.
ETA, GAMMA, BETA2, EPS, DECAY = range(5)

MAX_STEPS, CONVERGED, DIVERGED = range(3)
NO_RESTART, EVERY, ON_INCREASE, ON_GRADIENT = range(4)

#: A coordinate beyond this has diverged; its square is still a finite number.
FAR = 1e150


# --- The formulas -----------------------------------------------------------------


@register_jitable
def gd(theta, g, eta):
    return theta - eta * g


@register_jitable
def momentum(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v


@register_jitable
def look_ahead(theta, v, gamma):
    """Where NAG measures the gradient; its step is momentum's."""
    return theta - gamma * v


@register_jitable
def rmsprop(theta, v, s, g, eta, gamma, beta2, eps):
    s = beta2 * s + (1 - beta2) * g * g
    v = gamma * v + eta * g / (np.sqrt(s) + eps)
    return theta - v, v, s


@register_jitable
def adam(theta, m, s, g, eta, beta1, beta2, eps, power1, power2):
    """power1 and power2 are beta1**t and beta2**t, or 0 for no bias correction."""
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    m_hat, s_hat = m / (1 - power1), s / (1 - power2)
    return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s


@register_jitable
def nadam(theta, m, s, g, eta, beta1, beta2, eps, power1, power2):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    m_hat = beta1 * m / (1 - power1 * beta1) + (1 - beta1) * g / (1 - power1)
    s_hat = s / (1 - power2)
    return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s


@register_jitable
def amsgrad(theta, m, s, s_max, g, eta, beta1, beta2, eps, power1, power2):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    s_max = np.maximum(s_max, s)
    m_hat, s_hat = m / (1 - power1), s_max / (1 - power2)
    return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s, s_max


@register_jitable
def adamw(theta, m, s, g, eta, beta1, beta2, eps, power1, power2, weight_decay):
    theta = theta - eta * weight_decay * theta
    return adam(theta, m, s, g, eta, beta1, beta2, eps, power1, power2)


@register_jitable
def lion(theta, m, g, eta, beta1, beta2, weight_decay):
    c = beta1 * m + (1 - beta1) * g
    m = beta2 * m + (1 - beta2) * g
    return theta - eta * (np.sign(c) + weight_decay * theta), m


# --- One coordinate, one step -----------------------------------------------------


@register_jitable
def step(code, theta, v, s, s_max, g, eta, gamma, beta2, eps, decay, power1, power2):
    """One step of the built-in method `code`; gamma is beta1 where the method has one."""
    if code == GD:
        theta = gd(theta, g, eta)
    elif code == MOMENTUM or code == NAG:
        theta, v = momentum(theta, v, g, eta, gamma)
    elif code == RMSPROP:
        theta, v, s = rmsprop(theta, v, s, g, eta, gamma, beta2, eps)
    elif code == ADAM:
        theta, v, s = adam(theta, v, s, g, eta, gamma, beta2, eps, power1, power2)
    elif code == NADAM:
        theta, v, s = nadam(theta, v, s, g, eta, gamma, beta2, eps, power1, power2)
    elif code == AMSGRAD:
        theta, v, s, s_max = amsgrad(theta, v, s, s_max, g, eta, gamma, beta2, eps, power1, power2)
    elif code == ADAMW:
        theta, v, s = adamw(theta, v, s, g, eta, gamma, beta2, eps, power1, power2, decay)
    elif code == LION:
        theta, v = lion(theta, v, g, eta, gamma, beta2, decay)
    return theta, v, s, s_max


# --- The loop ---------------------------------------------------------------------


@register_jitable
def simulate(
    code, ahead, correct, rule, loss, grad, params, work, hyper, noise, restart, tol,
    path, states, marks, result,
):  # fmt: skip
    """Run one method on one problem from path[0]; fill path, states, marks, result.

    code, ahead    method; 1 if it measures the gradient at the look-ahead point
    correct        1 for bias correction
    rule           the reader's own scalar step, used when code is OWN
    loss, grad     loss(theta, params) -> float; grad(theta, params, out) fills out
    work           (6, dim) zeros: the point measured at, theta, v, s, s_max, gradient
    hyper          (steps, 5): eta, gamma or beta1, beta2, eps, weight decay
    noise          (steps, dim) added to the gradients, or no rows
    restart        (kind, k): what resets v, and every how many steps
    tol            stop at a gradient norm of tol or less; 0 never stops
    path           (steps + 1, dim): theta after each step
    states         (steps + 1, 3, dim): v, s, s_max after each step, or no rows
    marks          (steps,): the rows from which v starts again at zero
    result         (3,): rows of path filled, status, number of restarts
    """
    steps, dim = hyper.shape[0], path.shape[1]
    at, theta, v, s, s_max, g = work[0], work[1], work[2], work[3], work[4], work[5]
    power1 = power2 = 1.0
    since = 0  # steps since the last restart: where gamma's schedule stands
    restarts = 0
    result[0], result[1], result[2] = 1, MAX_STEPS, 0
    for i in range(dim):
        theta[i] = at[i] = path[0, i]
    before = loss(at, params) if restart[0] == ON_INCREASE else 0.0

    for t in range(steps):
        eta, gamma, beta2 = hyper[t, ETA], hyper[since, GAMMA], hyper[t, BETA2]
        eps, decay = hyper[t, EPS], hyper[t, DECAY]
        if tol > 0:
            for i in range(dim):
                at[i] = theta[i]
            grad(at, params, g)
            norm = 0.0
            for i in range(dim):
                norm += g[i] * g[i]
            if norm <= tol * tol:
                result[1] = CONVERGED
                break
        for i in range(dim):
            at[i] = look_ahead(theta[i], v[i], gamma) if ahead else theta[i]
        if ahead or tol <= 0:
            grad(at, params, g)
        if correct:
            power1 *= gamma
            power2 *= beta2
        else:
            power1 = power2 = 0.0

        finite = True
        uphill = 0.0
        for i in range(dim):
            gi = g[i] + noise[t, i] if noise.shape[0] > 0 else g[i]
            if code == OWN:
                theta[i], v[i], s[i] = rule(
                    theta[i], v[i], s[i], gi, float(t), eta, gamma, beta2, eps
                )
            else:
                theta[i], v[i], s[i], s_max[i] = step(
                    code, theta[i], v[i], s[i], s_max[i], gi,
                    eta, gamma, beta2, eps, decay, power1, power2,
                )  # fmt: skip
            uphill += gi * (theta[i] - path[t, i])
            path[t + 1, i] = theta[i]
            finite = finite and abs(theta[i]) <= FAR  # False for NaN as well
        if not finite:
            result[1] = DIVERGED
            break
        result[0] = t + 2
        since += 1

        again = restart[0] == EVERY and since == restart[1]
        again = again or (restart[0] == ON_GRADIENT and uphill > 0)
        if restart[0] == ON_INCREASE:
            for i in range(dim):
                at[i] = theta[i]
            after = loss(at, params)
            again = after > before
            before = after
        if again and t + 1 < steps:
            for i in range(dim):
                v[i] = 0.0
            power1 = 1.0
            since = 0
            marks[restarts] = t + 1
            restarts += 1
        if states.shape[0] > 0:
            for i in range(dim):
                states[t + 1, 0, i] = v[i]
                states[t + 1, 1, i] = s[i]
                states[t + 1, 2, i] = s_max[i]
    if tol > 0 and result[1] == MAX_STEPS:  # the last row has not been looked at yet
        for i in range(dim):
            at[i] = theta[i]
        grad(at, params, g)
        norm = 0.0
        for i in range(dim):
            norm += g[i] * g[i]
        if norm <= tol * tol:
            result[1] = CONVERGED
    result[2] = restarts


@register_jitable
def evaluate(loss, params, points, at, out):
    """out[k] = J(points[k]); at (dim,) takes each point, so that no f can spoil them."""
    for k in range(points.shape[0]):
        for i in range(at.size):
            at[i] = points[k, i]
        out[k] = loss(at, params)


@register_jitable
def grad_norms(grad, params, points, at, g, out):
    """out[k] = ||grad J(points[k])||."""
    for k in range(points.shape[0]):
        for i in range(at.size):
            at[i] = points[k, i]
        grad(at, params, g)
        total = 0.0
        for i in range(g.size):
            total += g[i] * g[i]
        out[k] = np.sqrt(total)


# --- Rate maps --------------------------------------------------------------------


@register_jitable
def rates(nag, eta, gamma, eigenvalues, out):
    """out[j, i] = the largest |σ| at eta[i], gamma[j]: momentum, or NAG where nag is 1.

    The roots of σ² − aσ + b in each direction: √b where they are complex, else
    (|a| + √(a² − 4b)) / 2. The innermost loops run along eta, so that the compiler
    turns them into SIMD instructions.
    """
    for j in range(gamma.size):
        for i in range(eta.size):
            out[j, i] = 0.0
        for k in range(eigenvalues.size):
            for i in range(eta.size):
                slope = eta[i] * eigenvalues[k]
                a = (1 + gamma[j]) * (1 - slope) if nag else 1 + gamma[j] - slope
                b = gamma[j] * (1 - slope) if nag else gamma[j]
                square = a * a - 4 * b
                root = np.sqrt(b if square < 0 else square)
                sigma = root if square < 0 else 0.5 * (abs(a) + root)
                out[j, i] = sigma if sigma > out[j, i] else out[j, i]


# --- Compilation, on demand -------------------------------------------------------

OPTIONS = {"nogil": True, "error_model": "numpy"}


def nothing(theta, v, s, g, t, eta, gamma, beta2, eps):
    """Fills the place of the reader's own step where there is none."""
    return theta, v, s


@cache
def signatures():
    """Numba's types of what a problem and a reader's own step look like to the loop."""
    vec = float64[::1]
    return {
        "loss": float64(vec, vec),
        "grad": types.void(vec, vec, vec),
        "rule": types.UniTuple(float64, 3)(*[float64] * 9),
    }


@cache
def compiled(name):
    """The kernel `name` of this file, compiled for its one signature; cached on disk."""
    if not HAVE_NUMBA:
        return globals()[name]
    loss, grad, rule = (types.FunctionType(signatures()[k]) for k in ("loss", "grad", "rule"))
    vec, mat, cube = float64[::1], float64[:, ::1], float64[:, :, ::1]
    whole = int64[::1]
    flags = [int64] * 3
    signature = {
        "simulate": types.void(
            *flags, rule, loss, grad, vec, mat, mat, mat, whole, float64, mat, cube, whole, whole
        ),
        "evaluate": types.void(loss, vec, mat, vec, vec),
        "grad_norms": types.void(grad, vec, mat, vec, vec, vec),
        "nothing": signatures()["rule"],
    }[name]  # fmt: skip
    return njit(signature, cache=True, **OPTIONS)(globals()[name])


def compile_function(function, kind, cached=False):
    """`function` compiled as a "loss", a "grad" or a "rule"; None where that cannot be."""
    if not HAVE_NUMBA:
        return None
    try:
        return njit(signatures()[kind], cache=cached, **OPTIONS)(function)
    except Exception:  # Numba has many; whatever it can't compile runs as plain Python
        return None


def jitted(function):
    """A reader's function as one that compiled code can call, or None."""
    if not HAVE_NUMBA:
        return None
    try:
        return function if isinstance(function, Dispatcher) else njit(**OPTIONS)(function)
    except Exception:
        return None


@cache
def landscape(kind):
    """(loss, grad) of landscapes.py, compiled and cached on disk; None without Numba."""
    pair = getattr(landscapes, kind), getattr(landscapes, kind + "_grad")
    loss, grad = (
        compile_function(f, k, cached=True) for f, k in zip(pair, ("loss", "grad"), strict=True)
    )
    return (loss, grad) if loss and grad else None
