"""What an argument must be, or one sentence that names it and says what it is."""

import numpy as np


def numbers(argument, value):
    """`value` as a fresh float array of any shape; text and ragged lists are no numbers."""
    try:
        array = np.array(value)
    except (TypeError, ValueError):
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{argument} must hold numbers, but is {short(value)}")
    return array.astype(float)


def number(argument, value):
    """`value` as a finite float, or a sentence that names the argument."""
    try:
        array = numbers(argument, value)
    except TypeError:
        array = np.empty(0)
    if array.ndim != 0:
        raise TypeError(f"{argument} must be a number, but is {short(value)}")
    if not np.isfinite(array):
        raise ValueError(f"{argument} must be a finite number, but is {array}")
    return float(array)


def positive(argument, value):
    """`value` as a float greater than 0."""
    value = number(argument, value)
    if value <= 0:
        raise ValueError(f"{argument} must be greater than 0, but is {value:g}")
    return value


def least_zero(argument, value):
    """`value` as a float of at least 0."""
    value = number(argument, value)
    if value < 0:
        raise ValueError(f"{argument} must be at least 0, but is {value:g}")
    return value


def vector(argument, value, dim):
    """`value` as a fresh (dim,) array of finite numbers; any length where dim is None."""
    array = numbers(argument, value)
    if array.ndim != 1 or array.size == 0 or (dim is not None and array.size != dim):
        wanted = f"({dim},)" if dim is not None else "(dim,)"
        raise ValueError(f"{argument} must have shape {wanted}, but has shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{argument} must hold finite numbers, but is {short(array)}")
    return array


def coordinates(argument, value, dim):
    """`value` as an array of shape (..., dim)."""
    array = numbers(argument, value)
    if array.ndim == 0 or array.shape[-1] != dim:
        raise ValueError(f"{argument} must have shape (..., {dim}), but has shape {array.shape}")
    return array


def whole(argument, value, least):
    """`value` as an int of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{argument} must be a whole number, but is {short(value)}")
    if value < least:
        raise ValueError(f"{argument} must be at least {least}, but is {value}")
    return int(value)


def first_line(error):
    """What an exception says, as part of a sentence."""
    return (str(error).splitlines() or [""])[0]


def short(value):
    """`value` on one line, cut where it is long."""
    text = np.array2string(value, precision=4) if isinstance(value, np.ndarray) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
