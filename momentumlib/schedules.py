"""Values of η or γ over the steps of a run: functions t -> value; t may be an array."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from .arguments import finite, first_line, number, numbers, positive, short, text, whole
from .settings import Settings

#: The most steps that a schedule is stretched over.
MOST = 2**53


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A function of the step t (from 0), with a readable name; draw it with `plot.schedule`.

    name : as it is shown;  formula : a function of t (an array) and the settings;
    settings : its numbers by name, Settings that cannot change.
    """

    name: str
    formula: object
    settings: Settings = dataclasses.field(default_factory=Settings)

    def __post_init__(self):
        text("name", self.name)
        if not callable(self.formula):
            raise TypeError(f"formula must be a function of t, but is {short(self.formula)}")
        if not isinstance(self.settings, Mapping):
            raise TypeError(f"settings must hold values by name, but is {short(self.settings)}")
        object.__setattr__(self, "settings", Settings(self.settings))

    def __call__(self, t):
        steps = numbers("t", t)
        if steps.size and not (finite("t", steps) >= 0).all():
            raise ValueError(f"t must count steps from 0, but is {short(t)}")
        shape = steps.shape
        try:
            with np.errstate(all="ignore"):
                value = numbers("what it gives", self.formula(steps, **self.settings))
            value = np.broadcast_to(value, shape)
        except Exception as error:
            raise ValueError(
                f"formula of {self.name} must give one number for each t, but fails: "
                f"{first_line(error)}"
            ) from error
        return value.copy() if shape else float(value)

    def __repr__(self):
        return f"{self.name}({', '.join(f'{k}={v}' for k, v in self.settings.items())})"


def _constant(t, value):
    return np.full(t.shape, value)


def constant(value):
    """The same value at every step.

    >>> constant(0.9)(7)
    0.9
    """
    return Schedule("constant", _constant, {"value": number("value", value)})


def _linear(t, start, end, steps):
    return start + (end - start) * np.minimum(t / steps, 1)


def linear(start, end, steps):
    """From start at t = 0 to end at t = steps in a straight line, then end.

    >>> linear(0.5, 0.95, steps=100)([0, 50, 100, 500])
    array([0.5  , 0.725, 0.95 , 0.95 ])
    """
    settings = {"start": number("start", start), "end": number("end", end)}
    return Schedule("linear", _linear, {**settings, "steps": whole("steps", steps, 1, MOST)})


def _linear_to_one(t, gamma0, steps):
    return np.minimum(gamma0 + (1 - gamma0) * t / steps, 1)


def linear_to_one(gamma0, steps):
    """γ_t = γ₀ + (1 − γ₀) t/T with T = steps: no damping is left from t = T on.

    Past T it stays at 1. Chapter 5 shows what that does.

    >>> linear_to_one(0.5, steps=100)([0, 50, 100, 150])
    array([0.5 , 0.75, 1.  , 1.  ])
    """
    settings = {"gamma0": number("gamma0", gamma0), "steps": whole("steps", steps, 1, MOST)}
    return Schedule("linear_to_one", _linear_to_one, settings)


def _sutskever(t, gamma_max):
    return np.minimum(1 - 2 ** (-1 - np.log2(np.floor(t / 250) + 1)), gamma_max)


def sutskever(gamma_max=0.99):
    """γ_t = min(1 − 2^(−1 − log₂(⌊t/250⌋ + 1)), γ_max): 0.5, 0.75, 0.833, … every 250 steps.

    Source: Sutskever et al. (2013), equation (5).

    >>> sutskever(0.99)([0, 250, 1000])
    array([0.5 , 0.75, 0.9 ])
    """
    return Schedule("sutskever", _sutskever, {"gamma_max": number("gamma_max", gamma_max)})


def _nesterov(t):
    return t / (t + 3)


def nesterov():
    """γ_t = t/(t + 3): Nesterov's growing momentum for convex functions.

    Source: Nesterov (1983); in this form, but from one step later,
    Su, Boyd & Candès (2016).

    >>> nesterov()([0, 3, 27])
    array([0. , 0.5, 0.9])
    """
    return Schedule("nesterov", _nesterov)


def _step(t, start, factor, every):
    return start * factor ** np.floor(t / every)


def step(start, factor, every):
    """Multiplied by factor after every so many steps.

    >>> step(0.1, factor=0.5, every=100)([0, 99, 100, 250])
    array([0.1  , 0.1  , 0.05 , 0.025])
    """
    settings = {"start": number("start", start), "factor": positive("factor", factor)}
    return Schedule("step", _step, {**settings, "every": whole("every", every, 1, MOST)})


def _cosine(t, start, steps, end):
    return end + (start - end) * (1 + np.cos(np.pi * np.minimum(t / steps, 1))) / 2


def cosine(start, steps, end=0.0):
    """Half a cosine from start at t = 0 to end at t = steps, then end.

    Source: Loshchilov & Hutter (2017), equation (5), one period.

    >>> cosine(0.1, steps=100)([0, 50, 100]).round(12)
    array([0.1 , 0.05, 0.  ])
    """
    settings = {"start": number("start", start), "steps": whole("steps", steps, 1, MOST)}
    return Schedule("cosine", _cosine, {**settings, "end": number("end", end)})


def _warmup(t, steps, then):
    later = numbers("then", then(t)) if callable(then) else np.full(t.shape, then)
    return np.minimum((t + 1) / (steps + 1), 1) * later


def warmup(steps, then):
    """The first `steps` steps grow linearly to `then`, a number or another schedule.

    >>> warmup(4, then=0.5)([0, 1, 4, 9])
    array([0.1, 0.2, 0.5, 0.5])
    """
    if not callable(then):
        then = number("then", then)
    return Schedule("warmup", _warmup, {"steps": whole("steps", steps, 0, MOST), "then": then})


def _one_cycle(t, start, peak, steps, end, rise):
    t = np.minimum(t / steps, 1)
    up, down = t / rise, (t - rise) / (1 - rise)
    half = lambda a, b, u: a + (b - a) * (1 - np.cos(np.pi * u)) / 2
    return np.where(t < rise, half(start, peak, up), half(peak, end, down))


def one_cycle(start, peak, steps, end=None, rise=0.3):
    """From start to peak in the first part `rise` of the steps, then to end (start by default).

    One for η and, with a peak below its start, one for γ that moves against it.
    Source: the 1cycle policy of Smith (2018), with cosine flanks.

    >>> one_cycle(0.01, 0.1, steps=100, rise=0.5)([0, 50, 100]).round(12)
    array([0.01, 0.1 , 0.01])
    """
    rise = number("rise", rise)
    if not 0 < rise < 1:
        raise ValueError(f"rise must be between 0 and 1, but is {rise:g}")
    start, peak = number("start", start), number("peak", peak)
    settings = {"start": start, "peak": peak, "steps": whole("steps", steps, 1, MOST)}
    settings |= {"end": start if end is None else number("end", end), "rise": rise}
    return Schedule("one_cycle", _one_cycle, settings)
