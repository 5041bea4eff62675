"""Predictions: the reader guesses first, then the answer stands beside the guess.

A choice among words, a number on a slider, a point in a plane. Each is a widget, for a
notebook and for a page without a kernel:

>>> import momentumlib as ml
>>> first = ml.predict.choice(
...     "ch1-first", "Which one arrives first?", ["gradient descent", "momentum"],
...     answer="momentum", why="It keeps its speed along the valley.",
... )
>>> first
prediction ch1-first: Which one arrives first?

What the reader guessed is `first.guess`, None before; `first.settled` is True once the
answer is shown.
"""

from .choice import Choice, choice
from .number import Number, number
from .point import Point, point
from .prediction import Prediction

__all__ = ["Choice", "Number", "Point", "Prediction", "choice", "number", "point"]
