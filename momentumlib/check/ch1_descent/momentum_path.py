"""The whole loop of momentum: the path of many steps."""

from functools import partial

import numpy as np

from ..engine.answer import call
from ..engine.cases import Case, bowl, flat, told, valley
from ..engine.exercise import Exercise, Mistake, Trace, Written, made
from ..engine.paths import path

TAKES = "grad", "start", "eta", "gamma", "steps"

#: The loop, line by line; a mistake is one or more of its lines, replaced.
BEGIN = "theta, v = start.copy(), 0 * start"
FIRST = "path = [theta]"
EACH = "for t in range(steps):"
SLOPE = "g = grad(theta)"
NEW_V = "v = gamma * v + eta * g"
MOVE = "theta = theta - v"
STORE = "path.append(theta)"
LOOP = f"""\
{BEGIN}
{FIRST}
{EACH}
    {SLOPE}
    {NEW_V}
    {MOVE}
    {STORE}
return np.array(path)
"""

MISTAKES = (
    ("v begins anew",
     "Your path is gradient descent's, so nothing is remembered from step to step: set `v` to zero "
     "once, before the loop, and let `gamma * v` enter the new `v`.",
     {NEW_V: "v = eta * g"}),
    ("gradient at the start",
     "Your gradient is the start's in every step: call `grad(theta)` inside the loop.",
     {SLOPE: "g = grad(start)"}),
    ("leaves from the start",
     "Each of your steps leaves from `start`: it must leave from the theta of the step before.",
     {MOVE: "theta = start - v"}),
    ("start missing",
     "Your first row is the theta after one step: the path begins with the start itself.",
     {FIRST: "path = []", EACH: "for t in range(steps + 1):"}),
    ("one row late",
     "Your second row is the start once more, and each later one comes a row late: first make the "
     "new `v`, then move theta by it, then store theta.",
     {STORE: "pass", SLOPE: "path.append(theta); g = grad(theta)"}),
    ("a step before the loop",
     "You make one step before the loop's first: the second row must be one step from the start.",
     {BEGIN: "v = eta * grad(start); theta = start - v", FIRST: "path = [start]"}),
    ("v begins with a gradient",
     "Your `v` does not begin at zero, so the first step is too long: nothing moves at the start.",
     {BEGIN: "theta, v = start.copy(), grad(start)"},
     {BEGIN: "theta, v = start.copy(), eta * grad(start)"},
     {BEGIN: "theta, v = start.copy(), np.ones(len(start))"},
     {BEGIN: "theta, v = start.copy(), start.copy()"}),
    ("old v used",
     "Your theta moves by the v of the step before: compute the new `v` first, then move.",
     {NEW_V: "old = v; v = gamma * v + eta * g", MOVE: "theta = theta - old"}),
    ("wrong sign",
     "Your steps climb: the gradient must enter `v` with a plus, and `v` be taken away from theta.",
     {MOVE: "theta = theta + v"}, {NEW_V: "v = gamma * v - eta * g"}),
    ("velocity braked", "Your old velocity brakes the step: `gamma * v` enters with a plus.",
     {NEW_V: "v = eta * g - gamma * v"}),
    ("eta missing", "Your step forgets `eta`: the gradient enters `v` as `eta * g`.",
     {NEW_V: "v = gamma * v + g"}),
    ("eta on everything",
     "Your `eta` multiplies the old velocity, too; it belongs to the gradient alone.",
     {NEW_V: "v = eta * (gamma * v + g)"}),
    ("eta applied twice", "You multiply by `eta` twice: it is inside `v` already.",
     {MOVE: "theta = theta - eta * v"}, {NEW_V: "v = gamma * v + eta**2 * g"}),
    ("gamma missing",
     "Nothing fades: the old `v` must be multiplied by `gamma` before the gradient is added.",
     {NEW_V: "v = v + eta * g"}),
    ("gamma on everything",
     "Your `gamma` multiplies the new gradient, too; it belongs to the old `v` alone.",
     {NEW_V: "v = gamma * (v + eta * g)"}),
    ("average",
     "You average with the weight `1 - gamma`; momentum's v is a sum: the new gradient enters "
     "with `eta` alone.",
     {NEW_V: "v = gamma * v + (1 - gamma) * eta * g"},
     {NEW_V: "v = gamma * v + (1 - gamma) * g"}),
    ("1 - gamma in place of gamma",
     "`gamma` is the part of the old `v` that stays; you keep `1 - gamma` of it.",
     {NEW_V: "v = (1 - gamma) * v + eta * g"}),
    ("look-ahead",
     "You measure the gradient ahead, at `theta - gamma * v`, which is NAG's: momentum measures it "
     "at theta.",
     {SLOPE: "g = grad(theta - gamma * v)"}),
    ("v stored", "You store `v`: the path has a row for each theta.",
     {STORE: "path.append(v)"}, {STORE: "path.append(v)", FIRST: "path = [v]"}),
    ("nothing moves", "All rows of your path are the start: keep the new theta of each step.",
     {MOVE: "pass"}),
    ("moved twice", "You take `v` away twice in each step; once is enough.",
     {MOVE: "theta = theta - v - v"}),
    ("gradient one step old",
     "Your gradient is that of the step before: measure it at the theta that you have now.",
     {SLOPE: "g = grad(path[-2] if len(path) > 1 else start)"}),
    ("last row left empty", "Your last row is still zero: your loop makes one step too few.",
     {EACH: "for t in range(steps - 1):",
      "return np.array(path)": "return np.array([*path, 0 * start])"}),
)  # fmt: skip


def _written(changes):
    """The loop with some of its lines replaced."""
    text = LOOP
    for line, other in changes.items():
        text = text.replace(line, other)
    return made(TAKES, text.splitlines())


def _run(function, case, printed=None):
    start = case.state["theta"].copy()
    result = call(function, case.slope, start, *case.hyper.values(), case.steps)
    rows = path(result, case.steps, case.state["theta"], bool(printed and printed.getvalue()))
    given = f"from {told('start', case.state['theta'])}, {told('grad', case.slope)}"
    trace = Trace({"theta": rows}, [f"after step {t}, {given}" for t in range(len(rows))])
    trace.labels[0] = f"at the start, {given}"
    if np.any(start != case.state["theta"]):
        trace.damage = (
            "It changes `start`, which the caller may still need: better begin with "
            "`theta = start.copy()`."
        )
    return trace


def _exercise():
    rng = np.random.default_rng(109)
    place = lambda dim: {"theta": 3 * rng.normal(size=dim) + 1}
    values = lambda eta, gamma: {"eta": eta, "gamma": gamma}
    cases = (
        Case(place(2), valley(rng, 2), values(0.2, 0.7), 12),
        Case(place(3), valley(rng, 3), values(0.07, 0.9), 30),
        Case({"theta": np.array([1.0, -2.0])}, bowl, values(0.25, 0.5), 3,
             rule="in a bowl, where the gradient is the place itself, you can follow the steps"),
        Case(place(2), valley(rng, 2), values(0.15, 0.0), 6,
             rule="with gamma = 0 the path must be gradient descent's"),
        Case(place(3), valley(rng, 3), values(0.3, 0.5), 1,
             rule="the first step must be gradient descent's"),
        Case(place(2), flat, values(0.3, 0.5), 1, rule="where the gradient is 0, theta stays"),
    )  # fmt: skip
    return Exercise(
        "momentum_path", TAKES, _written({}),
        tuple(Mistake(name, says, Written([partial(_written, change) for change in changes]))
              for name, says, *changes in MISTAKES),
        cases, _run,
        (
            "Before the loop: theta, a velocity of zeros, and a list that holds the start. "
            "In the loop: the gradient at theta, then your momentum step, then the list.",
            "`theta = theta - v` makes a new array; `theta -= v` changes the one that you stored.",
            "In the loop: `v = gamma * v + eta * grad(theta)`, `theta = theta - v`, "
            "`path.append(theta)`. At the end: `return np.array(path)`.",
        ),
    )  # fmt: skip


#: (line of the chapter's solution, a wrong one beside it in the puzzle, the mistake that it makes).
PUZZLE = (
    ("v = gamma * v + eta * grad(path[-1])", "v = eta * grad(path[-1])", "v begins anew"),
    ("path.append(path[-1] - v)", "path.append(start - v)", "leaves from the start"),
)

EXERCISE = _exercise()


def momentum_path(run_momentum):
    """Check the whole loop: `run_momentum(grad, start, eta, gamma, steps)` returns the path.

    grad : the function ∇J;  start : array of shape (dim,);  the velocity begins at zero. The
    path has a row for each theta, the start first: shape (steps + 1, dim). Chapter 1.

    >>> def run_momentum(grad, start, eta, gamma, steps):
    ...     path = [start]
    ...     for t in range(steps):
    ...         v = np.zeros(start.size)
    ...         v = gamma * v + eta * grad(path[-1])
    ...         path.append(path[-1] - v)
    ...     return np.array(path)
    >>> momentum_path(run_momentum).mistake
    'v begins anew'
    """
    return EXERCISE.check(run_momentum)
