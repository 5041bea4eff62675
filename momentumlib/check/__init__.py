"""Checks of exercises: each runs your answer on hidden cases and names the mistake.

    ml.check.momentum(my_step)

gives a Verdict: what is wrong in a sentence or two, the step at which it first differs,
the expected value and yours, and a small picture of the two paths. Every check takes
the function (or the number) that its exercise asks for, written in any way that does the
same as the formula: in place or not, with loops or arrays, returning a tuple, a list or
an array. A check never raises for a wrong answer; it is false then. The names of the
checks that passed are kept on your machine, for `ml.check.progress()`.

>>> def momentum_step(theta, v, grad, eta, gamma):
...     v = gamma * v + grad
...     return theta - eta * v, v
>>> momentum(momentum_step).message  # doctest: +NORMALIZE_WHITESPACE
'You multiply `v` by `eta` where it is used; in this book `eta` is inside: `v` takes in
`eta` times the gradient, and `theta - v` has no eta.'
"""

from .conventions import ema_eta, mended_gamma, stored_theta, torch_step
from .descent import gd
from .formulas import half_life, schedule
from .moments import adam
from .noise import batch_sigma, floor_eta, noisy_variance, tail_average
from .record import Progress, progress
from .restarting import restart
from .scaling import rmsprop
from .slopes import gradient
from .values import eta_limit, number, tuning
from .velocity import momentum, nag
from .verdict import Verdict

__all__ = [  # noqa: RUF022 - in reading order
    "gd", "momentum", "half_life", "eta_limit", "tuning", "nag", "rmsprop", "adam", "schedule",
    "restart", "gradient", "number",
    "batch_sigma", "noisy_variance", "tail_average", "floor_eta",
    "ema_eta", "torch_step", "mended_gamma", "stored_theta",
    "progress", "Verdict", "Progress",
]  # fmt: skip
