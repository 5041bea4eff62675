"""The methods by name: each is a formula of kernels/formulas.py with its hyperparameters' values.

Throughout, t counts steps from 0, η is `eta`, γ is `gamma`. Every hyperparameter is a
number, an array with one value a step, or a function of t (see schedules). The state
(v, m, s) starts at zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .arguments import flag, number, numbers, one_of, short, whole
from .data import Data
from .settings import Settings
from .values import in_range, values_of

# The method's number and the columns of its hyperparameters, as kernels/formulas.py has them
# (repeated here so that importing the library does not import Numba; a test compares).
CODES = {
    name: code
    for code, name in enumerate(
        "gd momentum nag rmsprop adam nadam amsgrad adamw lion own own_vector".split()
    )
}
COLUMNS = {"eta": 0, "gamma": 1, "beta1": 1, "beta2": 2, "eps": 3, "weight_decay": 4}


NO_DATA = Data()


@dataclass(frozen=True)
class Method:
    """One method with its hyperparameters; made by `gd`, `momentum`, … or `own`.

    name : which formula;  hyper : its hyperparameters by name, Settings that cannot change;
    look_ahead : whether the gradient is measured at θ − γv;  bias_correction : Adam's, on or
    off;  step : the reader's own formula, for `own` and `own_vector`, with its data, and
    whether it must be compiled (True), must not (False), or may be (None).

    Methods with the same formula and the same numbers are equal.

    >>> gd([0.1, 0.2]) == gd((0.1, 0.2)), gd(0.1) == momentum(0.1, 0.0)
    (True, False)
    """

    name: str
    hyper: Settings = field(default_factory=Settings)
    look_ahead: bool = False
    bias_correction: bool = True
    step: object = None
    data: Data = NO_DATA
    compile: bool | None = None

    def __post_init__(self):
        one_of("name", self.name, CODES)
        if type(self.hyper) is not dict and not isinstance(self.hyper, Mapping):
            raise TypeError(f"hyper must hold values by name, but is {short(self.hyper)}")
        if not self.hyper.keys() <= COLUMNS.keys():  # a sweep makes many methods
            for name in self.hyper:
                one_of("hyper's names", name, COLUMNS)
        own = self.name in ("own", "own_vector")
        if own and not callable(self.step):
            raise TypeError(f"step must be a function, but is {short(self.step)}")
        if not own and self.step is not None:
            raise TypeError(f"step must be None for {self.name}, but is {short(self.step)}")
        if not isinstance(self.data, Data):
            raise TypeError(f"data must be Data, but is {short(self.data)}")
        if self.compile is not None and type(self.compile) is not bool:
            raise TypeError(f"compile must be True, False or None, but is {short(self.compile)}")
        kept = Settings({name: checked(name, value) for name, value in self.hyper.items()})
        object.__setattr__(self, "hyper", kept)
        for name in ("look_ahead", "bias_correction"):
            if type(value := getattr(self, name)) is not bool:
                object.__setattr__(self, name, flag(name, value))

    @property
    def label(self):
        """The method's name and numbers, for legends: ``momentum, γ = 0.9``."""
        signs = {"gamma": "γ", "beta1": "β₁"}
        shown = [
            f"{signs[k]} = {v:g}" for k, v in self.hyper.items() if k in signs
            and isinstance(v, float) and (self.name in ("momentum", "nag") or (k == "gamma" and v))
        ]  # fmt: skip
        title = {
            "gd": "GD", "nag": "NAG", "rmsprop": "RMSprop", "adam": "Adam", "nadam": "NAdam",
            "amsgrad": "AMSGrad", "adamw": "AdamW", "lion": "Lion",
        }.get(self.name, getattr(self.step, "__name__", "").lstrip("_") or self.name)  # fmt: skip
        return ", ".join([title, *shown])

    def table(self, steps):
        """The hyperparameters of each step: shape (steps, 5), columns as in `COLUMNS`.

        Raises ValueError where a schedule is shorter than `steps` or leaves its range, and where
        there is no eta.
        """
        whole_of(self)
        t = np.arange(whole("steps", steps, 0))
        table = np.zeros((steps, 5))
        for argument, value in self.hyper.items():
            table[:, COLUMNS[argument]] = values_of(argument, value, t)
        return table

    @cached_property
    def _row(self):
        """`table(1)`, where no hyperparameter changes from step to step; else None."""
        return self.table(1) if all(type(v) is float for v in self.hyper.values()) else None

    def __getstate__(self):  # what was computed from it is no part of it
        return {name: value for name, value in self.__dict__.items() if name != "_row"}

    def __repr__(self):
        settings = [
            f"{k}={v:g}" if isinstance(v, float) else f"{k}={short(v)}"
            for k, v in self.hyper.items()
        ]
        first = [getattr(self.step, "__name__", repr(self.step))] if self.step else []
        settings += [f"data={self.data!r}"] if self.data else []
        return f"{self.name}({', '.join(first + settings)})"


def gd(eta):
    """Gradient descent: θ ← θ − η g.

    eta : learning rate, greater than 0 (number, array or function of t).

    >>> import momentumlib as ml
    >>> ml.minimize(ml.problems.quadratic(kappa=10), ml.gd(eta=0.1), steps=2).theta[:, 1]
    array([2., 0., 0.])
    """
    return Method("gd", {"eta": eta})


def momentum(eta, gamma=0.9):
    """Momentum (heavy ball): v ← γ v + η g, θ ← θ − v.

    eta : learning rate, greater than 0.  gamma : momentum coefficient, in [0, 1];
    0 is gradient descent, 1 has no friction left.
    Source: Polyak (1964), written with the velocity.

    >>> momentum(eta=0.01, gamma=0.9)
    momentum(eta=0.01, gamma=0.9)
    """
    return Method("momentum", {"eta": eta, "gamma": gamma})


def nag(eta, gamma=0.9):
    """Nesterov's accelerated gradient: v ← γ v + η ∇J(θ − γ v), θ ← θ − v.

    eta, gamma : as for `momentum`; `schedules.nesterov()` is Nesterov's growing γ.
    Source: Nesterov (1983); in this form Sutskever et al. (2013), equations (3) and (4).

    >>> nag(eta=0.01, gamma=0.9)
    nag(eta=0.01, gamma=0.9)
    """
    return Method("nag", {"eta": eta, "gamma": gamma}, look_ahead=True)


def rmsprop(eta, beta2=0.9, eps=1e-8, gamma=0.0):
    """RMSprop: s ← β₂ s + (1 − β₂) g², v ← γ v + η g / (√s + ε), θ ← θ − v.

    eta : learning rate, greater than 0.  beta2 : memory of the squares, in [0, 1).
    eps : at least 0, outside the root.  gamma : momentum on the scaled step, 0 for none.
    Source: Tieleman & Hinton (2012), lecture 6.5.

    >>> rmsprop(eta=0.01)
    rmsprop(eta=0.01, beta2=0.9, eps=1e-08, gamma=0)
    """
    return Method("rmsprop", {"eta": eta, "beta2": beta2, "eps": eps, "gamma": gamma})


def adam(eta, beta1=0.9, beta2=0.999, eps=1e-8, *, bias_correction=True):
    """Adam: m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², θ ← θ − η m̂ / (√ŝ + ε).

    m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ) after the t-th step (t from 1 here); with
    `bias_correction=False`, m̂ = m and ŝ = s. A restart sets m to zero and starts its
    correction again; s stays.

    eta : learning rate, greater than 0.  beta1, beta2 : in [0, 1).  eps : at least 0.
    Source: Kingma & Ba (2015), algorithm 1.

    >>> adam(eta=0.001)
    adam(eta=0.001, beta1=0.9, beta2=0.999, eps=1e-08)
    """
    hyper = {"eta": eta, "beta1": beta1, "beta2": beta2, "eps": eps}
    return Method("adam", hyper, bias_correction=bias_correction)


def nadam(eta, beta1=0.9, beta2=0.999, eps=1e-8):
    """NAdam: Adam whose m̂ looks one step ahead: β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ).

    Arguments as for `adam`. Source: Dozat (2016), with constant β₁.

    >>> nadam(eta=0.001)
    nadam(eta=0.001, beta1=0.9, beta2=0.999, eps=1e-08)
    """
    return Method("nadam", {"eta": eta, "beta1": beta1, "beta2": beta2, "eps": eps})


def amsgrad(eta, beta1=0.9, beta2=0.999, eps=1e-8):
    """AMSGrad: Adam that divides by the largest s so far.

    Arguments as for `adam`; the largest s is corrected like s, as in PyTorch; the paper
    has no correction, and there the divisor never falls.
    Source: Reddi, Kale & Kumar (2018), algorithm 2.

    >>> amsgrad(eta=0.001)
    amsgrad(eta=0.001, beta1=0.9, beta2=0.999, eps=1e-08)
    """
    return Method("amsgrad", {"eta": eta, "beta1": beta1, "beta2": beta2, "eps": eps})


def adamw(eta, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """AdamW: θ ← θ − η·weight_decay·θ beside Adam's step, not through its scaling.

    Arguments as for `adam`; weight_decay : at least 0.
    Source: Loshchilov & Hutter (2019), algorithm 2.

    >>> adamw(eta=0.001)
    adamw(eta=0.001, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)
    """
    hyper = {"eta": eta, "beta1": beta1, "beta2": beta2, "eps": eps, "weight_decay": weight_decay}
    return Method("adamw", hyper)


def lion(eta, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """Lion: θ ← θ − η (sign(β₁ m + (1 − β₁) g) + weight_decay·θ), m ← β₂ m + (1 − β₂) g.

    eta : the length of every step, greater than 0.  beta1, beta2 : in [0, 1).
    Source: Chen et al. (2023), algorithm 2.

    >>> lion(eta=0.001)
    lion(eta=0.001, beta1=0.9, beta2=0.99, weight_decay=0)
    """
    hyper = {"eta": eta, "beta1": beta1, "beta2": beta2, "weight_decay": weight_decay}
    return Method("lion", hyper)


# --- Checks -----------------------------------------------------------------------


def checked(name, value, called=None):
    """The hyperparameter `name` as a method keeps it: a float, an array or a function of t.

    called : what the reader calls it.
    """
    if type(value) is float and 0 < value < 1:  # inside every range; a sweep makes many methods
        return value
    called = called or name
    if callable(value):
        return value
    plain = value is None or isinstance(value, str) or np.isscalar(value)
    array = np.array(number(called, value)) if plain else numbers(called, value)
    if array.ndim > 1 or array.size == 0:
        raise ValueError(
            f"{called} must be one number or one number a step, but has shape {array.shape}"
        )
    if array.ndim == 0 and number(called, array) <= 0 and name == "eta":
        raise ValueError(f"{called} must be greater than 0, but is {array:g}")
    in_range(name, np.atleast_1d(array), called)
    return array if array.ndim else float(array)


def whole_of(method):
    """A method that has what its steps are made of; ValueError where it has no eta."""
    if method.step is None and "eta" not in method.hyper:
        raise ValueError(f"method has no eta: make it with ml.{method.name}(eta=...)")
    return method
