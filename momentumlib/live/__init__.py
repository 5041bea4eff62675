"""Live figures: widgets that run the library's kernels in the page, as WebAssembly.

>>> import momentumlib as ml
>>> figure = ml.live.race(ml.problems.quadratic(kappa=100), [ml.gd(0.01), ml.momentum(0.01)])
>>> figure.eta
0.01
"""

from .ball import Ball, ball
from .designer import Designer, designer
from .factors import Factors, factors
from .frame.goals import goal
from .memory import Memory, memory
from .noise import Noise, noise
from .one_step import OneStep, one_step
from .per_coordinate import PerCoordinate, per_coordinate
from .race import Race, race
from .rate_map import RateMap, rate_map
from .roots import Roots, roots
from .shoes import Shoes, shoes
from .spectrum import Spectrum, spectrum
from .train_here import TrainHere, train_here
from .translator import Translator, translator

__all__ = [
    "Ball",
    "Designer",
    "Factors",
    "Memory",
    "Noise",
    "OneStep",
    "PerCoordinate",
    "Race",
    "RateMap",
    "Roots",
    "Shoes",
    "Spectrum",
    "TrainHere",
    "Translator",
    "ball",
    "designer",
    "factors",
    "goal",
    "memory",
    "noise",
    "one_step",
    "per_coordinate",
    "race",
    "rate_map",
    "roots",
    "shoes",
    "spectrum",
    "train_here",
    "translator",
]
