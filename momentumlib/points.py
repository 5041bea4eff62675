"""The method at every point of a grid, in groups that differ in their numbers alone."""

import inspect
import pickle
from dataclasses import replace
from functools import partial
from types import FunctionType
from typing import NamedTuple

import numpy as np

from . import methods
from .arguments import first_line, short
from .arithmetic import is_arithmetic
from .identity import PLAIN, Unclear, identity
from .methods import COLUMNS, Method


class Group(NamedTuple):
    """Points whose methods are one formula, one step and one closure with other numbers.

    method : without its hyperparameters;  points : (n,) which of the grid's;
    tables : (n, steps, 5) their hyperparameters, or (n, 1, 5) where they are constant;
    recipe : makes `method` again, for another process that its step cannot be sent to.
    """

    method: Method
    points: np.ndarray
    tables: np.ndarray
    recipe: object


def groups_of(method, settings, axes, count, steps):
    """The methods of all points, as groups.

    method : makes a method of its hyperparameters;  settings : name -> values, (count,)
    for the names in `axes`, anything else as it is given;  axes : name -> its values.
    """
    if getattr(methods, getattr(method, "__name__", ""), None) is method and all(
        name in axes or np.isscalar(value) for name, value in settings.items()
    ):
        if COLUMNS.keys() >= axes.keys():
            return [_formula(method, settings, axes, count)]
    if is_arithmetic(method) and (group := _at_once(method, settings, axes, count)):
        return [group]
    fixed = {name: value for name, value in settings.items() if name not in axes}
    names = [name for name in settings if name in axes]
    columns = [settings[name].tolist() for name in names]
    found = {}  # key -> (the first point's method and settings, all points, their numbers)
    once = {}  # the starts and seeds of one setting share its method
    for k, values in enumerate(zip(*columns, strict=True) if names else [()] * count):
        if values not in once:
            point = dict(zip(names, values, strict=True), **fixed)
            made = _make(method, point)
            key = _key(made)
            group = found.setdefault(key, (made, point, [], []))
            once[values] = group, tuple(made.hyper.values()) if key[0] else made.table(steps)
        (*_, points, numbers), own = once[values]
        points.append(k)
        numbers.append(own)
    groups = []
    for (constant, *_), (made, point, points, numbers) in found.items():
        if constant:
            tables = np.zeros((len(points), 1, 5))
            for name, values in zip(made.hyper, zip(*numbers, strict=True), strict=True):
                tables[:, 0, COLUMNS[name]] = values
        else:
            tables = np.array(numbers)
        again = partial(_again, method, point)
        groups.append(Group(_bare(made), np.array(points), tables, again))
    return groups


def _formula(method, settings, axes, count):
    """The group of one of the book's methods: its numbers are looked at once for each axis."""
    one = {name: axes[name][0].item() if name in axes else v for name, v in settings.items()}
    first = _make(method, one)
    for name, values in axes.items():  # what is allowed lies between two bounds
        for value in (values.min(), values.max()):
            _make(method, {**one, name: value.item()})
    tables = np.zeros((count, 1, 5))
    for name, value in first.hyper.items():
        tables[:, 0, COLUMNS[name]] = settings.get(name, value)
    return Group(_bare(first), np.arange(count), tables, partial(_again, method, one))


def _at_once(method, settings, axes, count):
    """The group of a function that is arithmetic, called once; None where that fails."""
    try:
        with np.errstate(all="raise"):
            made = method(**settings)
        whole = all(np.shape(value) in ((), (count,)) for value in made.hyper.values())
    except Exception:  # point by point it will be seen where
        return None
    if not whole or any(callable(value) for value in made.hyper.values()):
        return None
    tables, ends = np.zeros((count, 1, 5)), {0}
    for name, value in made.hyper.items():
        tables[:, 0, COLUMNS[name]] = value
        if np.ndim(value):
            ends |= {int(np.argmin(value)), int(np.argmax(value))}
    for k in sorted(ends):  # what is allowed lies between two bounds
        point = {name: v[k].item() if name in axes else v for name, v in settings.items()}
        one = _make(method, point)
    return Group(_bare(one), np.arange(count), tables, partial(_again, method, point))


def _make(method, point):
    """One point's method."""
    try:
        made = method(**point)
    except TypeError as error:
        if _takes(method, point):
            raise
        raise TypeError(f"method must take {', '.join(point)}: {first_line(error)}") from None
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(
            f"method raised {type(error).__name__} at {short(point)}: {first_line(error)}"
        ) from error
    if not isinstance(made, Method):
        raise TypeError(f"method must return a method, but returned {short(made)}")
    return made


def _takes(method, point):
    """Whether a function takes these names."""
    try:
        inspect.signature(method).bind(**point)
    except (TypeError, ValueError):  # it does not, or Python cannot tell
        return False
    return True


def _bare(method):
    return replace(method, hyper={})


def _again(method, point):
    return _bare(method(**point))


def _key(method):
    """What two methods have in common that one loop can run: all but their numbers."""
    hyper = method.hyper
    constant = all(type(value) is float for value in hyper.values())
    flags = method.name, method.look_ahead, method.bias_correction, method.compile
    flags += (method.data.key,)
    return constant, *flags, *hyper, _step(method.step)


def _step(step):
    """Tells a step from others; quickly where its closure holds plain values alone."""
    if isinstance(step, FunctionType):
        try:
            cells = [cell.cell_contents for cell in step.__closure__ or ()]
        except ValueError:  # a cell that is still empty
            return id(step)
        plain = all(type(value) in PLAIN for value in cells)
        if plain and not (step.__defaults__ or step.__kwdefaults__ or vars(step)):
            return id(step.__code__), id(step.__globals__), *map(repr, cells)
    elif step is None:
        return None
    try:
        return identity(step)
    except Unclear:  # what cannot be told apart is taken for different
        return id(step)


def travelling(problem, group):
    """The group's method, or what makes it, as another process can get it; else a sentence."""
    parts = [("f", getattr(problem, "_cost", None)), ("grad", getattr(problem, "_slope", None))]
    for argument, part in [*parts, ("problem", problem)]:
        if not _travels(part):
            raise TypeError(_stays(argument, part))
    for way in (group.method, group.recipe):
        if _travels(way):
            return way
    raise TypeError(_stays("step", group.method.step))


def _stays(argument, part):
    name = getattr(part, "__qualname__", None) or short(part)
    return (
        f"executor: {argument} ({name}) cannot be sent to another process, as lambdas and what is "
        "made inside functions cannot: define it with def at the top of a file, or use threads"
    )


def _travels(thing):
    try:
        pickle.dumps(thing)
    except Exception:  # pickle raises AttributeError, TypeError, PicklingError and the object's own
        return False
    return True
