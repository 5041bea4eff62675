"""The values that a hyperparameter has over the steps of a run."""

import numpy as np

from .arguments import first_line, numbers
from .schedules import Schedule


def values_of(argument, value, t):
    """The values that a hyperparameter has at the steps t = 0, 1, …: a number or an array.

    Raises ValueError where they leave their range, or are not the same for the same t.
    """
    if isinstance(value, float):
        return value
    if callable(value):
        few = np.unique([0, t.size // 2, t.size - 1]) if t.size else t
        try:
            values, wanted = _of_function(argument, value, t, few)
        except Exception as error:
            raise ValueError(
                f"{argument} is a function that fails for t in 0..{t.size - 1}: {first_line(error)}"
            ) from error
        same = _alike(values[few], wanted)
        if not same.all():
            k = int(np.argmin(same))
            raise ValueError(
                f"{argument} must give the same number for the same t, but at t = {t[few[k]]} "
                f"gives {wanted[k]:g} and then {values[few[k]]:g}; an array has one for each step"
            )
        in_range(argument, values)
        return values
    if len(value) < t.size:
        raise ValueError(f"{argument} has {len(value)} values, but the run takes {t.size} steps")
    return value[: t.size]


def _of_function(argument, value, t, few):
    """What a function gives at each t, and what it gives at a few of them, asked alone.

    It is asked for all of them at once, and for a few alone. What is not made for arrays fails
    there or says something else, as len(str(t)) and 10**t do; it is asked for each t.
    """
    alone = lambda which: numbers(argument, [value(int(k)) for k in which])
    try:
        values = numbers(argument, value(t.copy()))
        values = np.broadcast_to(values, t.shape)
    except Exception:
        values = None
    if values is not None and isinstance(value, Schedule):
        return values, values[few]
    wanted = alone(t[few])
    if values is None or not _alike(values[few], wanted).all():
        values = alone(t).reshape(t.shape)
    return values, wanted


def _alike(one, other):
    """Where two arrays agree, but for the last digits."""
    with np.errstate(all="ignore"):
        near = np.abs(one - other) <= 1e-9 * np.abs(other)
    return near | (one == other) | (np.isnan(one) & np.isnan(other))


def in_range(name, values, called=None):
    """Raise where a value leaves its range; a schedule may let eta end at 0."""
    ranges = {"gamma": "[0, 1]", "beta1": "[0, 1)", "beta2": "[0, 1)"}
    inside = values >= 0
    if name == "gamma":
        inside &= values <= 1
    elif name in ranges:
        inside &= values < 1
    else:
        inside &= np.isfinite(values)
    if not inside.all():
        t = int(np.argmin(inside))
        where = f" at step {t}" if values.size > 1 else ""
        wanted = f"in {ranges[name]}" if name in ranges else "finite and at least 0"
        raise ValueError(f"{called or name} must be {wanted}, but is {values[t]:g}{where}")
