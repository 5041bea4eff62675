"""Settings by name that stay as they were given: what a method or a schedule is made with."""

from collections.abc import Mapping

import numpy as np

from .arguments import frozen


class Settings(Mapping):
    """Names with values, like a dict that cannot change; arrays are copies that cannot either.

    Equal to whatever holds equal values under the same names; it can be hashed and pickled.

    >>> one = Settings(eta=np.array([0.1, 0.2]))
    >>> one == Settings(eta=np.array([0.1, 0.2])), one == Settings(eta=0.1)
    (True, False)
    >>> one["eta"][0] = -1
    Traceback (most recent call last):
    ...
    ValueError: assignment destination is read-only
    """

    __slots__ = ("_kept",)

    def __init__(self, values=(), **more):
        kept = dict(values, **more)
        for name, value in kept.items():
            if isinstance(value, np.ndarray):
                kept[name] = frozen(value)
        self._kept = kept

    def __getitem__(self, name):
        return self._kept[name]

    def __iter__(self):
        return iter(self._kept)

    def __len__(self):
        return len(self._kept)

    def items(self):
        return self._kept.items()

    def values(self):
        return self._kept.values()

    def _key(self):
        return {name: _comparable(value) for name, value in self._kept.items()}

    def __eq__(self, other):
        return isinstance(other, Mapping) and self._key() == Settings(other)._key()

    def __hash__(self):
        return hash(frozenset(self._key().items()))

    def __reduce__(self):  # an array from a pickle can be written into; this one is made anew
        return Settings, (self._kept,)

    def __repr__(self):
        return repr(self._kept)


def _comparable(value):
    """Of an array, what == compares as a whole."""
    return (value.shape, tuple(value.ravel())) if isinstance(value, np.ndarray) else value
