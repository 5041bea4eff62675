"""A function and its arguments as bytes: what a notebook defines travels by value."""

import builtins
import io
import linecache
import os
import pickle
import sys

import cloudpickle


class _Pickler(cloudpickle.Pickler):
    def reducer_override(self, thing):
        kind = type(thing)
        if kind.__module__.startswith("numba.") and hasattr(thing, "py_func"):
            return _same, (thing.py_func,)  # a check asks what the Python code means
        if kind.__name__.endswith("ExitAutocall"):  # IPython's own, which holds its kernel
            return getattr, (builtins, "exit")
        return super().reducer_override(thing)


def _same(thing):
    return thing


def packed(act, arguments, seconds, wall, memory, sources):
    """The job as bytes; Exception of any kind where something of it cannot travel.

    sources : names of files whose lines a message may quote (a notebook's cells are no files).
    """
    job = io.BytesIO()
    _Pickler(job).dump((act, arguments))
    about = {
        "job": job.getvalue(),
        "seconds": seconds,
        "wall": wall,
        "memory": memory,
        "lines": {name: linecache.getlines(name) for name in sources},
        "path": sys.path,
        "folder": os.getcwd(),
    }
    return pickle.dumps(about)
