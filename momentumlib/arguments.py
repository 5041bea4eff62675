"""What an argument must be, or one sentence that names it and says what it is."""

import numpy as np


def number(argument, value):
    """`value` as a finite float, or a sentence that names the argument."""
    if isinstance(value, (str, bytes)) or np.ndim(value) != 0:
        raise TypeError(f"{argument} must be a number, but is {short(value)}")
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{argument} must be a number, but is {short(value)}") from None
    if not np.isfinite(value):
        raise ValueError(f"{argument} must be a finite number, but is {value}")
    return value


def positive(argument, value):
    value = number(argument, value)
    if value <= 0:
        raise ValueError(f"{argument} must be greater than 0, but is {value:g}")
    return value


def vector(argument, value, dim):
    """`value` as a fresh (dim,) array of finite numbers; any length where dim is None."""
    try:
        array = np.array(value, float)
    except (TypeError, ValueError):
        raise TypeError(f"{argument} must be a list of numbers, but is {short(value)}") from None
    if array.ndim != 1 or array.size == 0 or (dim is not None and array.size != dim):
        wanted = f"({dim},)" if dim is not None else "(dim,)"
        raise ValueError(f"{argument} must have shape {wanted}, but has shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{argument} must hold finite numbers, but is {short(array)}")
    return array


def whole(argument, value, least):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{argument} must be a whole number, but is {short(value)}")
    if value < least:
        raise ValueError(f"{argument} must be at least {least}, but is {value}")
    return int(value)


def first_line(error):
    """What an exception says, as part of a sentence."""
    return (str(error).splitlines() or [""])[0]


def short(value):
    text = np.array2string(value, precision=4) if isinstance(value, np.ndarray) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
