"""Checks of exercises: each runs your answer on hidden cases and names the mistake.

    ml.check.momentum(my_step)

gives a Verdict: what is wrong in a sentence or two, the step at which it first differs,
the expected value and yours, and a small picture of the two paths. Every check takes
the function (or the number) that its exercise asks for, written in any way that does the
same as the formula: in place or not, with loops or arrays, returning a tuple, a list or
an array. A check never raises for a wrong answer; it is false then. The names of the
checks that passed are kept on your machine, for `ml.check.progress()`.

Your function runs in a process of its own, with 3 seconds and 1 GB of memory, so that a loop
without end, or a crash, ends in a sentence and your notebook lives. What it reads of your
variables it gets as a copy: changes to them do not come back. In the browser there is one
process only, and `MOMENTUMLIB_APART=0` asks for the same elsewhere.

>>> from momentumlib.check import momentum
>>> def momentum_step(theta, v, grad, eta, gamma):
...     v = gamma * v + grad
...     return theta - eta * v, v
>>> momentum(momentum_step).message  # doctest: +NORMALIZE_WHITESPACE
'You multiply `v` by `eta` where it is used; in this book `eta` is inside: `v` takes in
`eta` times the gradient, and `theta - v` has no eta.'
"""

import importlib

from .chapters import MODULES
from .engine.record import Progress, progress
from .engine.values import number
from .engine.verdict import Verdict

__all__ = [*MODULES, "number", "progress", "Verdict", "Progress"]


def __getattr__(name):
    """The check of an exercise, whose file is loaded when it is asked for."""
    if name not in MODULES:
        raise AttributeError(f"momentumlib.check has no {name!r}; it has {', '.join(__all__)}")
    globals()[name] = check = getattr(importlib.import_module(MODULES[name]), name)
    return check


def __dir__():
    return sorted({*globals(), *__all__})
