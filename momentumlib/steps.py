"""Methods of the reader's own: a formula for one coordinate, or for the whole vector."""

import numpy as np

from .arguments import first_line, floats, short
from .data import Data
from .methods import COLUMNS, Method
from .readers import compiled, lane_of, parameters, plain, rule_of

#: What a reader's own step may ask for, and the loop's name of what it gets.
SLOTS = {
    "theta": "theta", "v": "v", "m": "v", "s": "s", "g": "g", "grad": "g", "t": "t",
    "eta": "eta", "gamma": "gamma", "beta1": "gamma", "beta2": "beta2", "eps": "eps",
}  # fmt: skip


def own(step, *, data=None, compile=None, look_ahead=False, **hyper):
    """Your own method: a formula for one coordinate, run by the same loop.

    step : takes any of theta, v (or m), s, g, t, eta, gamma (or beta1), beta2, eps, by
        these names, and returns the new theta, then v (or m) and s where it takes them:
        floats. t counts from 0. It may take names of data, too; what has a default and is
        neither keeps its default, and a hyperparameter that is not given its default.
    data : dict, name -> number or array, optional
        Numbers that step is about; they are copied.
    compile : bool, optional
        True: compile step, or say why that can't be; False: run it as Python. By default it
        is compiled where that can be and gives the same numbers (`Run.why` says why not).
    look_ahead : measure the gradient at θ − γ v, as NAG does.
    hyper : values for the hyperparameters that step takes.

    A formula that needs all coordinates at once, a norm of the gradient say, is a method
    for `own_vector`.

    Raises TypeError where step takes something else, a hyperparameter is missing, or step
    can't be compiled though it must.

    >>> import momentumlib as ml
    >>> def heavy_ball(theta, v, g, eta, gamma):
    ...     v = gamma * v + eta * g
    ...     return theta - v, v
    >>> method = ml.own(heavy_ball, eta=0.01, gamma=0.9)
    >>> valley = ml.problems.quadratic(kappa=100)
    >>> mine = ml.minimize(valley, method, steps=50)
    >>> bool((mine.theta == ml.minimize(valley, ml.momentum(0.01, 0.9), steps=50).theta).all())
    True

    Data of its own:

    >>> clipped = lambda theta, g, eta, most: theta - eta * min(max(g, -most), most)
    >>> ml.minimize(valley, ml.own(clipped, data={"most": 1.0}, eta=0.1), steps=2).theta
    array([[-4. ,  2. ],
           [-3.9,  1.9],
           [-3.8,  1.8]])
    """
    return _made("own", step, data, compile, look_ahead, hyper)


def own_vector(step, *, data=None, compile=None, look_ahead=False, **hyper):
    """Your own method for the whole vector: theta, v, s and g are arrays of shape (dim,).

    Arguments and errors as for `own`; step returns arrays of shape (dim,).

    >>> import momentumlib as ml
    >>> unit = lambda theta, g, eta: theta - eta * g / np.sqrt(np.sum(g * g))
    >>> run = ml.minimize(ml.problems.quadratic(), ml.own_vector(unit, eta=0.1), steps=20)
    >>> np.linalg.norm(np.diff(run.theta, axis=0), axis=1).round(12)[:3]
    array([0.1, 0.1, 0.1])
    """
    return _made("own_vector", step, data, compile, look_ahead, hyper)


def _made(kind, step, data, compile, look_ahead, hyper):
    if not callable(step):
        raise TypeError(f"step must be a function, not {type(step).__name__}")
    if compile is not None and not isinstance(compile, bool):
        raise TypeError(f"compile must be True, False or None, but is {short(compile)}")
    data = Data(data, taken=SLOTS)
    found = parameters(step)
    if found is None:
        raise TypeError("step must be a Python function, whose arguments have names")
    names = [one.name for one in found]
    for a, b in (("v", "m"), ("g", "grad"), ("gamma", "beta1")):
        if a in names and b in names:
            raise TypeError(f"step takes both {a} and {b}, which are the same thing: take one")
    hyper = dict(hyper)
    for one in found:
        if one.kind is one.POSITIONAL_ONLY:
            raise TypeError(f"step must take {one.name} by its name: leave out the / behind it")
        if one.name in COLUMNS and one.name in SLOTS and one.name not in hyper:
            if one.default is one.empty:
                raise TypeError(
                    f"{one.name} is missing: step takes it, so give {kind}() a value for it"
                )
            hyper[one.name] = one.default
        elif one.name not in SLOTS and one.name not in data and one.default is one.empty:
            raise TypeError(
                f"step takes {one.name!r}, which the loop does not have; it has "
                f"{', '.join(SLOTS)}; anything else needs a default, or a value in "
                f"data={{{one.name!r}: ...}}"
            )
    for name in hyper:
        if name not in names and not (name == "gamma" and look_ahead):
            raise TypeError(f"{name} is given, but step does not take it")
    for name in data.items:
        if name not in names:
            raise TypeError(f"data holds {name!r}, but step does not take it")
    method = Method(kind, hyper, look_ahead=look_ahead, step=step, data=data, compile=compile)
    if compile:
        rule, why = fast_rule(method)
        if rule is None:
            raise TypeError(f"compile=True: {why}")
    return method


def takes(step):
    """The names of what the loop gives a reader's step, in its order."""
    found = parameters(step)
    if found is None:
        raise TypeError("step must be a Python function, whose arguments have names")
    return [one.name for one in found if one.name in SLOTS]


def call_of(step):
    """(what a step takes, parameter -> the loop's name of it; the names of what it returns)."""
    arguments = {name: SLOTS[name] for name in takes(step)}
    return arguments, ["theta", *(name for name in ("v", "s") if name in arguments.values())]


def fast_rule(method):
    """A method's own step as the loop calls it, compiled, and ""; or None, and why not."""
    arguments, returns = call_of(method.step)
    whole = method.name == "own_vector"
    names = _data_names(method)
    how = tuple(arguments.items()), names, tuple(returns), method.data.layout, whole
    return compiled("rule", "step", method.step, _rule, *how)


def _rule(step, arguments, *how):
    return rule_of(step, dict(arguments), *how)


def fast_lane(method):
    """A method's own step for one coordinate, compiled for the numbers of one run; or None."""
    arguments, returns = call_of(method.step)
    how = tuple(arguments.items()), _data_names(method), tuple(returns), method.data.layout
    return compiled("lane", "step", method.step, _lane, *how)[0]


def _lane(step, arguments, *how):
    return lane_of(step, dict(arguments), *how)


def _data_names(method):
    return tuple(one.name for one in parameters(method.step) if one.name in method.data)


def plain_rule(method):
    """A method's own step as the loop calls it, in Python, with what it returns looked at."""
    arguments, returns = call_of(method.step)
    whole = method.name == "own_vector"
    shown = " and ".join(filter(None, [", ".join(returns[:-1]), returns[-1]]))
    extra = {name: method.data[name] for name in _data_names(method)}
    step = plain(method.step)

    def called(dim, **values):
        try:
            result = step(**values, **extra)
        except ArithmeticError:  # as in compiled code
            nan = np.full(dim, np.nan) if whole else np.nan
            result = (nan,) * len(returns)
        except Exception as error:
            hint = (
                "" if whole or not isinstance(error, (IndexError, TypeError))
                else " (it gets one coordinate, a number; own_vector gives it the whole vector)"
            )  # fmt: skip
            raise ValueError(
                f"step raised {type(error).__name__}: {first_line(error)}{hint}"
            ) from error
        parts = result if isinstance(result, tuple) else (result,)
        try:
            numbers = [_converted(part, dim if whole else None) for part in parts]
        except (TypeError, ValueError, OverflowError):
            numbers = ()
        if len(numbers) != len(returns):
            kind = f"arrays of shape ({dim},)" if whole else "numbers"
            raise TypeError(f"step must return {shown}, as {kind}, but returned {short(result)}")
        return numbers

    def rule(
        code, theta, v, s, s_max, g, t, eta, gamma, beta2, eps, decay, power1, power2, data, out
    ):  # fmt: skip
        loop = {"theta": theta, "v": v, "s": s, "g": g, "t": t, "eta": eta, "gamma": gamma,
                "beta2": beta2, "eps": eps}  # fmt: skip
        left = [out if name == "theta" else loop[name] for name in returns]
        for i in range(1 if whole else out.size):
            given = {}
            for name, slot in arguments.items():
                value = loop[slot]
                if isinstance(value, np.ndarray):
                    value = value.copy() if whole else float(value[i])
                given[name] = float(value) if np.ndim(value) == 0 else value
            for array, value in zip(left, called(out.size, **given), strict=True):
                array[... if whole else i] = value

    rule.scalar = not whole
    return rule


def _converted(part, dim):
    if isinstance(part, float) and dim is None:
        return float(part)
    part = floats(part)
    if part.shape != (() if dim is None else (dim,)):
        raise ValueError
    return part
