"""A schedule of η: half a cosine."""

from .plans import EVERY, planned

WAVE = "np.cos(np.pi * min(t / steps, 1))"
EXERCISE = planned(
    "cosine", "eta", ("t", "eta", "steps"), f"eta * (1 + {WAVE}) / 2", "1",
    (
        ("half missing", "At t = 0 you have twice `eta`: 1 + cos reaches 2, so take half of it.",
         f"eta * (1 + {WAVE})"),
        ("one missing", "Your rate goes below 0: it is 1 + cos that falls from 2 to 0.",
         f"eta * {WAVE}", f"eta * {WAVE} / 2", f"eta * max({WAVE}, 0)"),
        ("rising", "Your rate rises: it must begin at `eta` and end at 0.",
         f"eta * (1 - {WAVE}) / 2", f"eta * (1 - {WAVE})",
         f"eta * (1 - {WAVE}) / 2 if t < steps else 0.0"),
        ("rises again",
         "After t = `steps` your rate rises again: hold the share t/steps at 1.",
         "eta * (1 + np.cos(np.pi * t / steps)) / 2"),
        ("back to eta", "After t = `steps` your rate is `eta` again; it must stay at 0.",
         "eta * (1 + np.cos(np.pi * (t / steps if t < steps else 0))) / 2",
         "eta * (1 + np.cos(np.pi * (t / steps if t <= steps else 0))) / 2",
         "eta * (1 + np.cos(np.pi * (t % steps) / steps)) / 2"),
        ("whole wave",
         "You go through a whole wave, down and up again: half a wave is π, not 2π.",
         "eta * (1 + np.cos(2 * np.pi * min(t / steps, 1))) / 2",
         "eta * (1 + np.cos(2 * np.pi * t / steps)) / 2",
         "eta * (1 + np.cos(2 * np.pi * t / steps)) / 2 if t < steps else 0.0"),
        ("quarter of a wave",
         "You stop after a quarter of a wave: the angle must go from 0 to π.",
         "eta * (1 + np.cos(np.pi * min(t / steps, 1) / 2)) / 2",
         "eta * np.cos(np.pi * min(t / steps, 1) / 2)",
         "eta * np.cos(np.pi / 2 * t / steps)"),
        ("degrees", "`np.cos` takes radians: half a wave is `np.pi`, not 180.",
         "eta * (1 + np.cos(180 * min(t / steps, 1))) / 2",
         "eta * (1 + np.cos(180 * t / steps)) / 2",
         "eta * (1 + np.cos(180 * t / steps)) / 2 if t < steps else 0.0"),
        ("pi missing", "The angle must go from 0 to π: multiply the share t/steps by `np.pi`.",
         "eta * (1 + np.cos(min(t / steps, 1))) / 2", "eta * (1 + np.cos(t / steps)) / 2"),
        ("share missing",
         "The angle must go from 0 to π while t goes from 0 to `steps`: divide t by `steps`.",
         "eta * (1 + np.cos(np.pi * t)) / 2", "eta * (1 + np.cos(np.pi * min(t, steps))) / 2"),
        ("sine", "At t = 0 the wave must be at its top: that is the cosine, not the sine.",
         "eta * (1 + np.sin(np.pi * min(t / steps, 1))) / 2",
         "eta * (1 + np.sin(np.pi * t / steps)) / 2"),
        ("eta missing", "Your result is a share between 0 and 1: multiply it by `eta`.",
         f"(1 + {WAVE}) / 2"),
        ("brackets missing",
         "Put brackets round 1 + cos: all of it is multiplied by `eta` and halved.",
         f"eta * 1 + {WAVE} / 2", f"eta / 2 * 1 + {WAVE}", f"eta * (1 + {WAVE} / 2)",
         f"(eta + {WAVE}) / 2"),
        ("one step ahead", "At t = 0 you are one step on: there the rate must be `eta`.",
         "eta * (1 + np.cos(np.pi * min((t + 1) / steps, 1))) / 2",
         "eta * (1 + np.cos(np.pi * min((t + 1) / (steps + 1), 1))) / 2"),
        ("one step too short",
         "Your angle is π at t = steps − 1, one step early: it must be at t = `steps`.",
         "eta * (1 + np.cos(np.pi * min(t / (steps - 1), 1))) / 2"),
        ("one step too long",
         "Your angle would be π one step late: it must be at t = `steps`.",
         "eta * (1 + np.cos(np.pi * min(t / (steps + 1), 1))) / 2",
         "eta * (1 + np.cos(np.pi * t / (steps + 1))) / 2 if t < steps else 0.0"),
        ("last rate kept",
         "From t = `steps` on you keep the rate of the step before; hold t at `steps`, where the "
         "rate is 0.", "eta * (1 + np.cos(np.pi * np.minimum(t, steps - 1) / steps)) / 2"),
        ("cosine of pi alone",
         "The share belongs into the cosine: `np.cos(np.pi)` is always −1.",
         "eta * (1 + np.cos(np.pi) * min(t / steps, 1)) / 2",
         "eta * (1 + np.cos(np.pi) * t / steps) / 2 if t < steps else 0.0"),
        ("straight line", "This is a straight line from `eta` to 0, without the cosine.",
         "eta * (1 - min(t / steps, 1))", "eta * (1 - t / steps)"),
        ("larger in place of smaller",
         "You take the larger of the share and 1; the smaller one is right.",
         "eta * (1 + np.cos(np.pi * max(t / steps, 1))) / 2"),
        ("constant", "Your schedule does not depend on t.", "eta"),
    ),
    (
        {"eta": 0.3, "steps": 40, "t": EVERY},
        {"eta": 0.02, "steps": 7, "t": (0, 1, 2, 5, 6, 7, 8, 30)},
        {"eta": 0.1, "steps": 25, "t": (0,), "rule": "at t = 0 it must be eta"},
        {"eta": 0.1, "steps": 25, "t": (25, 26, 50, 75), "rule": "from t = steps on it must be 0"},
    ),
    (
        "1 + cos falls from 2 to 0 while the angle goes from 0 to π.",
        "The angle is π times the share t/steps, but never more than π.",
        "The share is `min(t / steps, 1)`.",
    ),
)  # fmt: skip


def cosine(f):
    """Check half a cosine: `f(t, eta, steps)` falls from eta at t = 0 to 0 at t = steps, then 0.

    η_t = ½ η (1 + cos(π t/T)) with T = steps. t : whole number, from 0. Chapter 5.
    Source: Loshchilov & Hutter (2017), equation (5), one period down to 0.

    >>> import numpy as np
    >>> cosine(lambda t, eta, steps: eta * (1 + np.cos(np.pi * t / steps)) / 2).mistake
    'rises again'
    """
    return EXERCISE.check(f)
