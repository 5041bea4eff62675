"""momentumlib: the methods of the book on momentum, small enough to read.

>>> import momentumlib as ml
>>> valley = ml.problems.quadratic(kappa=100)
>>> run = ml.minimize(valley, ml.momentum(eta=0.01, gamma=0.9), start=[-4.0, 2.0], steps=300)
>>> run.theta.shape, run.status
((301, 2), 'max_steps')
"""

import importlib

from . import problems, restarts, schedules, theory
from .methods import (
    Method,
    adam,
    adamw,
    amsgrad,
    gd,
    lion,
    momentum,
    nadam,
    nag,
    rmsprop,
)
from .problem import Problem
from .steps import own, own_vector

__version__ = "0.1.0"

# Loaded on first use: they bring Numba, matplotlib or the widgets with them.
_LATER = {"minimize": "run", "Run": "run", "sweep": "sweeps", "Sweep": "sweeps", "apply": "large",
          "train": "trained", "Training": "trained", "contest": "contests", "Contest": "standings",
          "bands": "standings", "translate": "translation"}  # fmt: skip
_MODULES = (
    "plot", "live", "check", "predict", "palette", "kernels", "datasets", "models", "frameworks",
)  # fmt: skip

__all__ = [  # noqa: RUF022 - in reading order
    "problems", "Problem", "gd", "momentum", "nag", "rmsprop", "adam", "nadam", "amsgrad",
    "adamw", "lion", "own", "own_vector", "Method", "schedules", "restarts", "minimize", "Run",
    "theory", "sweep", "Sweep", "contest", "Contest", "bands", "apply", "train", "Training", "plot",
    "datasets", "models", "frameworks", "translate",
]  # fmt: skip


def __getattr__(name):
    if name in _LATER:
        value = getattr(importlib.import_module(f".{_LATER[name]}", __name__), name)
    elif name in _MODULES:
        value = importlib.import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"momentumlib has no {name!r}; it has {', '.join(__all__)}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
