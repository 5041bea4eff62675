"""What an argument must be, or one sentence that names it and says what it is."""

import sys
from math import isfinite

import numpy as np


def masked(value):
    """Whether a value is an array with masked entries.

    There is none before somebody has loaded NumPy's masked arrays, which this does not: they
    take longer than all else that is needed, and a page of the book is without them.
    """
    ma = sys.modules.get("numpy.ma")
    return ma is not None and ma.is_masked(value)


def numbers(argument, value):
    """`value` as a fresh float array of any shape.

    Text, truth values, masked entries and ragged lists are no numbers.
    """
    if masked(value):
        raise TypeError(f"{argument} must hold numbers, but some of them are masked")
    try:
        array = np.array(value)
        if array.dtype == object and all(type(one) is int for one in array.ravel()):
            array = array.astype(float)  # whole numbers of more than 64 bits
    except OverflowError:
        raise ValueError(f"{argument} must hold finite numbers, but is {short(value)}") from None
    except Exception:  # what a stranger's type raises when it is no array
        array = np.array(None)
    if array.dtype.kind not in "iuf" or (array.ndim and _holds_truth(value)):
        raise TypeError(f"{argument} must hold numbers, but is {short(value)}")
    return array.astype(float)


def _holds_truth(value):
    """Whether True or False stands in a list: NumPy takes them for 1 and 0 beside a number."""
    if isinstance(value, (list, tuple)):
        return any(isinstance(one, (bool, np.bool_)) or _holds_truth(one) for one in value)
    return False


def number(argument, value):
    """`value` as a finite float, or a sentence that names the argument."""
    if type(value) is float and isfinite(value):  # a short run is made of little else than looks
        return value
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


def within(argument, value, low, high):
    """`value` as a float from low to high."""
    value = number(argument, value)
    if not low <= value <= high:
        raise ValueError(f"{argument} must be from {low:g} to {high:g}, but is {value:g}")
    return value


def fraction(argument, value):
    """`value` as a float from 0 to just below 1."""
    value = number(argument, value)
    if not 0 <= value < 1:
        raise ValueError(f"{argument} must be in [0, 1), but is {value:g}")
    return value


def finite(argument, value):
    """`value` as a fresh float array of any shape, with at least one number, all finite."""
    array = numbers(argument, value)
    if array.size == 0:
        raise ValueError(f"{argument} must hold at least one number, but is empty")
    if not np.isfinite(array).all():
        raise ValueError(f"{argument} must hold finite numbers, but is {short(array)}")
    return array


def vector(argument, value, dim):
    """`value` as a fresh (dim,) array of finite numbers; any length where dim is None."""
    array = numbers(argument, value)
    if array.ndim != 1 or array.size == 0 or (dim is not None and array.size != dim):
        wanted = f"({dim},)" if dim is not None else "(dim,)"
        raise ValueError(f"{argument} must have shape {wanted}, but has shape {array.shape}")
    return finite(argument, array)


def coordinates(argument, value, dim):
    """`value` as an array of shape (..., dim)."""
    array = numbers(argument, value)
    if array.ndim == 0 or array.shape[-1] != dim:
        raise ValueError(f"{argument} must have shape (..., {dim}), but has shape {array.shape}")
    return array


def span(argument, value):
    """`value` as (low, high), two finite numbers that grow."""
    array = numbers(argument, value)
    if array.shape != (2,):
        raise ValueError(f"{argument} must be a pair (low, high), but is {short(value)}")
    low, high = finite(argument, array)
    if not low < high:
        raise ValueError(f"{argument} must grow, (low, high), but is {short(value)}")
    return float(low), float(high)


def whole(argument, value, least, most=None):
    """`value` as an int of at least `least`, and at most `most`."""
    if type(value) is int and value >= least and (most is None or value <= most):
        return value
    if not isinstance(value, (int, np.integer)) or isinstance(value, (bool, np.timedelta64)):
        raise TypeError(f"{argument} must be a whole number, but is {short(value)}")
    if value < least:
        raise ValueError(f"{argument} must be at least {least}, but is {short(value)}")
    if most is not None and value > most:
        raise ValueError(f"{argument} must be at most {most}, but is {short(value)}")
    return int(value)


def flag(argument, value):
    """`value` as True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{argument} must be True or False, but is {short(value)}")
    return bool(value)


def text(argument, value):
    """`value`, which is a text."""
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a text, but is {short(value)}")
    return value


def one_of(argument, value, known):
    """`value`, which is one of the texts in `known`."""
    if not isinstance(value, str) or value not in known:
        listed = ", ".join(list(known)[:16]) + (", …" if len(known) > 16 else "")
        raise ValueError(f"{argument} must be one of {listed}, but is {short(value)}")
    return value


def listed(argument, value, least=1):
    """`value` as a list of at least `least` entries; a text is one entry, not many."""
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        raise TypeError(f"{argument} must be a list, but is {short(value)}")
    try:
        value = list(value)
    except Exception:  # an array without axes, and strangers
        raise TypeError(f"{argument} must be a list, but is {short(value)}") from None
    if len(value) < least:
        wanted = f"{least} entr{'y' if least == 1 else 'ies'}"
        raise ValueError(f"{argument} must hold at least {wanted}, but holds {len(value)}")
    return value


def floats(value):
    """What a reader's function returned as an array of floats; an error where that loses something.

    Raises TypeError, ValueError or OverflowError, for who knows the function to say it.
    """
    try:
        array = np.asarray(value)
    except Exception:  # a stranger's own
        raise TypeError from None
    kind = array.dtype.kind
    if kind == "O" and all(hasattr(one, "__float__") for one in array.ravel().tolist()):
        kind = "f"  # fractions, large whole numbers; None, which has none, would become nan
    if kind not in "biuf" or (type(value) is not type(array) and masked(value)):
        raise TypeError
    return array.astype(float)


def frozen(array):
    """`array` so that nobody can write into it: itself where nobody can, else a copy."""
    base = array
    while isinstance(base, np.ndarray) and not base.flags.writeable:
        base = base.base
    if base is not None and not isinstance(base, bytes):  # a bytearray, a file: others write there
        array = array.copy()
        array.flags.writeable = False
    return array


def first_line(error):
    """What an exception says, as part of a sentence."""
    try:
        return (str(error).splitlines() or [""])[0]
    except Exception:  # a stranger's own, which cannot say it
        return ""


def short(value):
    """`value` on one line, cut where it is long."""
    try:
        array = isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray)
        text = np.array2string(value, precision=4) if array else repr(value)
    except Exception:  # a whole number of thousands of digits, and strangers
        text = f"a value of type {type(value).__name__}"
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
