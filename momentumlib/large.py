"""One step on very many parameters, in place, on every core: what a trainer of its own needs."""

from dataclasses import dataclass, field

import numpy as np

from . import kernels
from .arguments import masked, short, whole
from .cores import cores, threads
from .methods import CODES, COLUMNS, Method, whole_of
from .values import values_of

__all__ = ["Momenta", "apply"]

#: Fewer numbers than this are not worth a second thread.
SHARE = 50_000
#: What each method remembers of the past, beside θ.
REMEMBERED = {
    "gd": (), "momentum": ("v",), "nag": ("v",), "lion": ("v",), "rmsprop": ("v", "s"),
    "adam": ("v", "s"), "nadam": ("v", "s"), "adamw": ("v", "s"), "amsgrad": ("v", "s", "s_max"),
}  # fmt: skip


@dataclass(eq=False)
class Momenta:
    """What a method remembers between two calls of `apply`; begins at zero.

    t : steps taken;  v, s, s_max : (n,) velocity (Adam: m), second moment and its maximum, of
    length 0 where the method has none;  powers : β₁ᵗ and β₂ᵗ, or zeros for no bias correction.
    """

    t: int
    v: np.ndarray
    s: np.ndarray = field(repr=False)
    s_max: np.ndarray = field(repr=False)
    powers: tuple = (1.0, 1.0)


def apply(method, theta, grad, past=None):
    """Take one step: theta changes in place, and so does what the method remembers.

    Parameters
    ----------
    method : Method
        One of the book's, such as `ml.adam(0.001)`.
    theta : array (n,) of float32 or float64
        The parameters. Computed is in double precision, kept in theta's own.
    grad : array, like theta
        ∇J(θ); for `ml.nag` at the look-ahead point θ − γ v, with `past.v`.
    past : Momenta, optional
        What the last call returned; None for the first step.

    Returns
    -------
    Momenta

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be; the sentence names it.

    Examples
    --------
    >>> import momentumlib as ml
    >>> theta, past = np.array([4.0, -2.0], np.float32), None
    >>> for step in range(100):
    ...     past = ml.apply(ml.momentum(0.1, 0.5), theta, theta.copy(), past)  # J = ½‖θ‖²
    >>> past.t, bool(np.abs(theta).max() < 1e-6)
    (100, True)
    """
    if not isinstance(method, Method):
        raise TypeError(
            f"method must be a method such as ml.momentum(eta=0.01), but is {short(method)}"
        )
    if method.step is not None:
        raise TypeError("method must be one of the book's: your own step runs in ml.minimize")
    whole_of(method)
    theta, grad = _looked_at("theta", theta), _looked_at("grad", grad)
    if not theta.flags.writeable:
        raise ValueError("theta must be writeable: the step changes it in place")
    if np.may_share_memory(theta, grad) and theta.ctypes.data != grad.ctypes.data:
        raise ValueError("grad must not overlap theta, which the step changes in place")
    if (grad.shape, grad.dtype) != (theta.shape, theta.dtype):
        raise ValueError(
            f"grad must be like theta, {theta.dtype} of shape {theta.shape}, but is "
            f"{grad.dtype} of shape {grad.shape}"
        )
    if past is None:
        kept = REMEMBERED[method.name]
        room = (np.zeros(theta.size * (k in kept), theta.dtype) for k in ("v", "s", "s_max"))
        past = Momenta(0, *room)
    elif not isinstance(past, Momenta):
        raise TypeError(f"past must be what apply returned, but is {short(past)}")
    else:
        whole("past.t", past.t, 0)
    for name in REMEMBERED[method.name]:
        array = _looked_at(f"past.{name}", getattr(past, name))
        if (array.shape, array.dtype, array.flags.writeable) != (theta.shape, theta.dtype, True):
            raise ValueError(
                f"past must be of a run with {method.name} on this theta: look at {name}"
            )
    hyper = np.zeros(5)
    for name, value in method.hyper.items():
        hyper[COLUMNS[name]] = _at(name, value, past.t)
    correct = float(method.bias_correction)
    past.powers = tuple(
        p * b * correct for p, b in zip(past.powers, hyper[1:3].tolist(), strict=True)
    )
    code, powers = CODES[method.name], past.powers
    if method.name in ("adam", "amsgrad", "adamw"):
        # η m̂ / (√ŝ + ε) with the corrections taken out of the loop
        root = np.sqrt(1 - powers[1])
        longer = root / (1 - powers[0])
        hyper[0] *= longer
        hyper[3] *= root
        hyper[4] /= longer
        powers = 0.0, 0.0
    numbers = *hyper.tolist(), *powers
    arrays = theta, past.v, past.s, past.s_max, grad
    if kernels.HAVE_NUMBA:
        _shared(kernels.in_place(code, theta.dtype.name), arrays, numbers)
    else:
        with np.errstate(all="ignore"):
            after = kernels.step(code, *arrays, *numbers)
        for name, array, new in zip(("theta", "v", "s", "s_max"), arrays, after, strict=False):
            if name == "theta" or array.size:
                array[:] = new
    past.t += 1
    return past


def _looked_at(argument, array):
    if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64):
        raise TypeError(f"{argument} must be an array of float32 or float64, but is {short(array)}")
    if masked(array):
        raise TypeError(f"{argument} must hold numbers, but some of them are masked")
    if array.ndim != 1 or not (array.flags.c_contiguous and array.flags.aligned):
        raise ValueError(
            f"{argument} must be one contiguous row of numbers, but has shape {array.shape}"
            f"{'' if array.flags.c_contiguous else ', with gaps'}"
            f"{'' if array.flags.aligned else ', and begins between two numbers'}"
        )
    return array.view(np.ndarray)


def _at(argument, value, t):
    """A hyperparameter's value at step t."""
    if callable(value):
        return float(values_of(argument, value, np.array([t]))[0])
    if np.ndim(value) == 0:
        return value
    return float(values_of(argument, value, np.arange(t + 1))[-1])


def _shared(kernel, arrays, numbers):
    """The kernel on equal parts of the arrays, one a core; the first here, the others beside."""
    n = arrays[0].size
    parts = max(1, min(cores(), n // SHARE))
    edges = [n * k // parts // 16 * 16 for k in range(parts)] + [n]  # 16: parts share no cache line
    work = lambda k: kernel(
        *(a[edges[k] : edges[k + 1]] if a.size else a for a in arrays), *numbers
    )
    others = [threads().submit(work, k) for k in range(1, parts)]
    work(0)
    for other in others:
        other.result()
