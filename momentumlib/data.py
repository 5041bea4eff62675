"""The numbers that a reader's functions are about, given to them by name.

Compiled code gets them packed into one vector of float64, and takes them apart again; so the
same compiled function serves all data of the same shapes, and equal bytes are equal data.
"""

import keyword

import numpy as np

from .arguments import short


class Data:
    """Named numbers and arrays: copied, write-protected, of float64, whole numbers or bools.

    given : dict, name -> number or array;  taken : names that a function has for itself.

    Raises TypeError or ValueError, in a sentence, where it is something else.

    >>> data = Data({"X": [[1.0, 2.0], [3.0, 4.0]], "k": 3})
    >>> data["X"].flags.writeable, data["k"], data.packed
    (False, 3, array([1., 2., 3., 4., 3.]))
    """

    def __init__(self, given=None, taken=()):
        if given is None:
            given = {}
        if isinstance(given, Data):
            given = given.items
        if not isinstance(given, dict):
            raise TypeError(f"data must be a dict, name -> number or array, but is {short(given)}")
        self.items = {}
        for name, value in given.items():
            if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
                raise ValueError(f"data: {name!r} can't be the name of an argument")
            if name in taken:
                raise ValueError(f"data: the name {name!r} is taken, choose another")
            self.items[name] = _fixed(name, value)
        parts = [np.asarray(value, float).ravel() for value in self.items.values()]
        self.packed = np.concatenate(parts) if parts else np.zeros(0)
        self.packed.flags.writeable = False
        self.layout = tuple(
            (name, np.shape(value), np.asarray(value).dtype.kind)
            for name, value in self.items.items()
        )
        #: What tells it from other data.
        self.key = self.layout, self.packed.tobytes()

    def __getitem__(self, name):
        return self.items[name]

    def __contains__(self, name):
        return name in self.items

    def __bool__(self):
        return bool(self.items)

    def __eq__(self, other):
        return isinstance(other, Data) and self.key == other.key

    def __hash__(self):
        return hash(self.key)

    def __repr__(self):
        return f"{{{', '.join(f'{name!r}: {short(value)}' for name, value in self.items.items())}}}"

    def __reduce__(self):  # arrays do not travel write-protected
        return Data, (dict(self.items),)


def unpacked(layout, vector):
    """Python expressions, name -> text, that take the numbers out of the packed `vector`."""
    texts, at = {}, 0
    for name, shape, kind in layout:
        size = int(np.prod(shape))
        if shape == ():
            one = f"{vector}[{at}]"
            texts[name] = {"i": f"int({one})", "b": f"{one} != 0.0", "f": one}[kind]
        else:
            part = f"{vector}[{at}:{at + size}]"
            part = {"i": f"{part}.astype(np.int64)", "b": f"({part} != 0.0)", "f": part}[kind]
            texts[name] = part if len(shape) == 1 else f"{part}.reshape({shape})"
        at += size
    return texts


def _fixed(name, value):
    """A number of Python's, or an array that nobody can change."""
    try:
        array = np.array(value)
    except Exception:  # a ragged list, and strangers
        array = np.array(None)
    if np.ma.isMaskedArray(value) or array.dtype.kind not in "biuf" or array.size == 0:
        raise TypeError(
            f"data: {name} must be a number or an array of numbers, but is {short(value)}"
        )
    kind = {"b": bool, "f": float}.get(array.dtype.kind, np.int64)
    if kind is np.int64 and np.abs(array.astype(float)).max() > 2**53:
        raise ValueError(f"data: {name} must hold whole numbers of at most 2**53")
    array = array.astype(kind)
    if array.ndim == 0:
        return array.item()
    array.flags.writeable = False
    return array
