"""Live figures: widgets that run the library's kernels in the page, as WebAssembly.

>>> import momentumlib as ml
>>> figure = ml.live.race(ml.problems.quadratic(kappa=100), [ml.gd(0.01), ml.momentum(0.01)])
>>> figure.eta
0.01
"""

from .ball import Ball, ball
from .designer import Designer, designer
from .goals import goal
from .memory import Memory, memory
from .noise import Noise, noise
from .one_step import OneStep, one_step
from .per_coordinate import PerCoordinate, per_coordinate
from .race import Race, race
from .rate_map import RateMap, rate_map
from .translator import Translator, translator

__all__ = [
    "Ball",
    "Designer",
    "Memory",
    "Noise",
    "OneStep",
    "PerCoordinate",
    "Race",
    "RateMap",
    "Translator",
    "ball",
    "designer",
    "goal",
    "memory",
    "noise",
    "one_step",
    "per_coordinate",
    "race",
    "rate_map",
    "translator",
]
