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

>>> def momentum_step(theta, v, grad, eta, gamma):
...     v = gamma * v + grad
...     return theta - eta * v, v
>>> momentum(momentum_step).message  # doctest: +NORMALIZE_WHITESPACE
'You multiply `v` by `eta` where it is used; in this book `eta` is inside: `v` takes in
`eta` times the gradient, and `theta - v` has no eta.'
"""

from .ch1_descent.gd import gd
from .ch1_descent.gradient import gradient
from .ch1_descent.momentum_path import momentum_path
from .ch1_descent.velocity import momentum, nag
from .ch1_descent.weighted_sum import retuned_eta, weighted_sum
from .ch2_gamma.limits import gd_limit, momentum_limit, nag_limit
from .ch2_gamma.swept_best import swept_best
from .ch2_gamma.tunings import nesterov_tuning, polyak_tuning
from .ch2_gamma.valley_rate import critical_gamma, valley_rate
from .ch3_nesterov.friction import friction
from .ch3_nesterov.guarantee import guarantee
from .ch3_nesterov.nag_ahead import look_ahead, nag_ahead
from .ch4_adam.adam import adam
from .ch4_adam.adamw import adamw, amsgrad
from .ch4_adam.first_step import first_step, learning_rates, resting_distance
from .ch4_adam.rmsprop import rmsprop
from .ch5_restarts.cosine import cosine, warmup
from .ch5_restarts.runs import restart_every, restart_function, restart_gradient
from .ch5_restarts.sutskever import schedule, sutskever
from .ch6_fruit.top_curvature import (
    accuracy,
    cross_entropy,
    guessing_cost,
    layer_parameters,
    score_slope,
    top_curvature,
)
from .ch7_noise.noisy_variance import batch_sigma, floor_eta, noisy_variance, quieter, tail_average
from .ch8_frameworks.torch_step import decay_kept, ema_eta, mended_gamma, stored_theta, torch_step
from .engine.formulas import half_life, restart_interval
from .engine.record import Progress, progress
from .engine.values import number
from .engine.verdict import Verdict

__all__ = [  # noqa: RUF022 - in reading order
    "gradient", "gd", "weighted_sum", "momentum", "gd_limit", "momentum_path",
    "half_life", "retuned_eta", "critical_gamma", "momentum_limit", "polyak_tuning",
    "swept_best", "valley_rate",
    "look_ahead", "friction", "nag", "nag_limit", "nesterov_tuning", "nag_ahead", "guarantee",
    "learning_rates", "first_step", "rmsprop", "adam", "adamw", "resting_distance", "amsgrad",
    "schedule", "warmup", "sutskever", "cosine",
    "restart_every", "restart_gradient", "restart_function", "restart_interval",
    "layer_parameters", "guessing_cost", "cross_entropy", "score_slope", "accuracy",
    "top_curvature",
    "batch_sigma", "noisy_variance", "quieter", "tail_average", "floor_eta",
    "ema_eta", "torch_step", "decay_kept", "mended_gamma", "stored_theta",
    "number",
    "progress", "Verdict", "Progress",
]  # fmt: skip
