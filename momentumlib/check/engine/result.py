"""What an answer returned, as arrays of numbers; what is none is told as a Wrong."""

import numpy as np

from ...arguments import masked, short
from .answer import Wrong


def as_array(value):
    """`value` as a fresh array; of None where it is ragged, masked, or a list that holds itself."""

    def depth(part, left=4):
        inside = isinstance(part, (list, tuple)) and left
        return 1 + max((depth(p, left - 1) for p in part), default=0) if inside else 0

    try:
        return np.array(value if depth(value) < 4 and not masked(value) else None)
    except MemoryError:  # has a sentence of its own
        raise
    except Exception:  # a stranger's own
        return np.array(None)


def vector(value, name, size):
    """`value` as a fresh float array of `size` numbers (one number for size 0)."""
    if value is None:
        raise Wrong("returns None", f"Your function returns None for {name}.")
    array = as_array(value)
    if array.dtype.kind == "c":
        says = f"Your {name} is complex: `np.abs` gives the size of a complex number."
        raise Wrong("complex number", says)
    if array.dtype.kind not in "iuf":
        raise Wrong("no numbers", f"Your {name} must hold numbers, but is {short(value)}.")
    if size == 0:
        if array.size != 1:
            raise Wrong(
                "wrong shape", f"Your {name} must be one number, but has shape {array.shape}."
            )
        return array.reshape(1)
    if array.shape != (size,):
        raise Wrong(
            "wrong shape", f"Your {name} must have shape ({size},), but has shape {array.shape}."
        )
    return array


def returned(result, names, size, printed=""):
    """What an answer returned, as a list of one array for each of `names`."""
    shown = ", ".join(names)
    if result is None:
        also = " Printing is not enough." if printed else ""
        raise Wrong(
            "returns None",
            f"Your function returns nothing: it must end with `return {shown}`.{also}",
        )
    if len(names) == 1:
        if isinstance(result, tuple) and len(result) == 1:
            result = result[0]
        elif isinstance(result, tuple) and len(result) != size:
            says = f"Your function must return {shown} alone, but returns {len(result)} things."
            raise Wrong("wrong number of results", says)
        return [vector(result, names[0], size)]
    if not isinstance(result, (tuple, list, np.ndarray)):
        says = f"Your function must return `{shown}`, but returns {short(result)}."
        raise Wrong("wrong number of results", says)
    if len(result) != len(names) or (isinstance(result, np.ndarray) and result.ndim == 1):
        count = 1 if all(as_array(part).ndim == 0 for part in result) else len(result)
        says = f"Your function must return {len(names)} things, `{shown}`, but returns {count}."
        raise Wrong("wrong number of results", says)
    return [vector(part, name, size) for part, name in zip(result, names, strict=True)]
