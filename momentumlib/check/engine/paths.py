"""What an answer returned as a path: one row for each theta, the start first."""

import numpy as np

from .answer import Wrong
from .result import as_array


def path(result, steps, start, printed=False):
    """The path as an array of shape (steps + 1, dim); Wrong, with a sentence, for another."""
    if result is None:
        also = " Printing is not enough." if printed else ""
        says = "Your function returns nothing: it must end with `return np.array(path)`."
        raise Wrong("returns None", says + also)
    if isinstance(result, tuple) and len(result) == 2 and as_array(result[0]).ndim == 2:
        says = "Your function must return the path alone, but returns something beside it."
        raise Wrong("wrong number of results", says)
    rows = as_array(result)
    if rows.dtype.kind not in "iuf":
        says = "Your function must return the path: one row of numbers for each theta."
        raise Wrong("no numbers", says)
    dim = start.size
    if rows.dtype.kind in "iu" and np.any(start % 1):
        says = "Your path holds whole numbers: an array of integers cuts off what is put into it."
        raise Wrong("whole numbers", f"{says} Make it with `np.zeros(...)`, or without a dtype.")
    if rows.shape[1:] == (dim,) and len(rows) > 3:
        if np.all(rows[1:] == rows[-1]) and np.any(rows[-1] != start):
            raise Wrong(
                "one array in every row",
                "All rows of your path are the same: `theta -= v` changes the one array that you "
                "store each time. Write `theta = theta - v`.",
            )
    if rows.shape != (steps + 1, dim):
        says = f"Your path must have shape ({steps + 1}, {dim}), but has {rows.shape}"
        also = {
            (dim,): ": return all the thetas, not the last one",
            (steps, dim): ": the start belongs to it, as its first row, and one row for each step",
            (steps + 2, dim): ": that is one step too many",
            (dim, steps + 1): ": turn it, one row for each theta",
        }
        if rows.shape == (steps, dim) and np.all(rows[0] == start):
            also[steps, dim] = ": it begins at the start, so your loop makes one step too few"
        raise Wrong("wrong shape", f"{says}{also.get(rows.shape, '')}.")
    return rows.astype(float)
