"""The loops that the exercises on restarts ask for, and their wrong variants."""

from functools import partial

import numpy as np

from ..engine.exercise import Written

#: What each loop takes.
TAKES = {
    "every": ("problem", "eta", "gamma", "k", "steps"),
    "gradient": ("problem", "eta", "gamma", "steps"),
    "function": ("problem", "eta", "gamma", "steps"),
}
#: The test of each scheme, in the forms that differ once something else is wrong.
TESTS = {
    "every": ("age == k", "age >= k", "(t + 1) % k == 0"),
    "gradient": ("g @ (path[-1] - path[-2]) > 0", "g @ (theta - before) > 0", "g @ v < 0"),
    "function": (
        "problem.f(path[-1]) > problem.f(path[-2])",
        "problem.f(theta) > problem.f(before)",
    ),
}

#: The loop of chapter 5, line by line; a mistake is one or more of its lines, replaced.
BEGIN = "theta, v, age = problem.start.copy(), np.zeros(problem.dim), 0"
SLOPE = "g = problem.grad(theta - gamma(age) * v)"
NEW_V = "v = gamma(age) * v + eta * g"
MOVE = "theta, age = theta - v, age + 1"
STORE = "path.append(theta)"
TEST = "if TEST:"
RESET = "v, age = np.zeros(problem.dim), 0"
LOOP = f"""\
{BEGIN}
path = [theta]
for t in range(steps):
    before = theta
    {SLOPE}
    {NEW_V}
    {MOVE}
    {STORE}
    {TEST}
        {RESET}
return np.array(path)
"""

#: Mistakes of the restart itself, and of NAG.
MISTAKES = (
    ("theta reset",
     "Your restart sends theta back to the start: it forgets the velocity only, and theta goes on "
     "from where it is.",
     {RESET: "theta, v, age = problem.start, np.zeros(problem.dim), 0"},
     {RESET: "theta, v = problem.start, np.zeros(problem.dim)"}),
    ("step undone",
     "Your restart takes the last step back: the step stays, and only the velocity is forgotten.",
     {RESET: "theta, v, age = path[-2], np.zeros(problem.dim), 0; path[-1] = theta"},
     {RESET: "theta, v, age = path[-2], np.zeros(problem.dim), 1; path[-1] = theta"},
     {RESET: "theta, v, age = path[-2], np.zeros(problem.dim), 0"}),
    ("v kept",
     "Your restart keeps the velocity: it must set `v` to zero.",
     {RESET: "age = 0"}),
    ("v shortened", "Your restart only shortens the velocity: it must set `v` to zero.",
     {RESET: "v, age = gamma(age) * v, 0"}, {RESET: "v, age = v / 2, 0"},
     {RESET: "v, age = eta * g, 0"}),
    ("v turned round", "Your restart turns the velocity round: it must set `v` to zero.",
     {RESET: "v, age = -v, 0"}),
    ("gamma runs on",
     "Your restart sets v to zero, but γ runs on: set `age` to 0 as well.",
     {RESET: "v = np.zeros(problem.dim)"}),
    ("clock off by one after a restart",
     "After a restart your clock begins at 1: `age` must be 0 when the next step begins.",
     {RESET: "v, age = np.zeros(problem.dim), 1"}),
    ("gamma one step early",
     "Your γ is one step ahead: a cycle begins with `gamma(0)`, and so does the loop.",
     {"gamma(age)": "gamma(age + 1)"}),
    ("gamma one step late",
     "Your γ is one step behind: it is `gamma(age)` with the age before the step, 0 at first.",
     {"gamma(age)": "gamma(max(age - 1, 0))"}),
    ("constant gamma",
     "Your γ does not grow: use `gamma(age)`, with the steps since the last restart.",
     {"gamma(age)": "gamma(0)"}, {"gamma(age)": "0.9"}),
    ("gamma of your own", "You write γ yourself; use the function `gamma` that your loop is given.",
     {"gamma(age)": "(age / (age + 3))"}, {"gamma(age)": "((age + 1) / (age + 4))"}),
    ("momentum in place of NAG",
     "The gradient is measured at theta, as in momentum: NAG measures it ahead, at θ − γv.",
     {SLOPE: "g = problem.grad(theta)"},
     {SLOPE: "g = problem.grad(theta)", "TEST": "problem.grad(theta) @ (theta - path[-2]) > 0"}),
    ("look-ahead with the wrong sign", "You look back instead of ahead: measure at θ − γv.",
     {SLOPE: "g = problem.grad(theta + gamma(age) * v)"}),
    ("wrong sign",
     "Your steps climb: the gradient must enter `v` with a plus, and `v` leave `theta`.",
     {NEW_V: "v = gamma(age) * v - eta * g"}, {MOVE: "theta, age = theta + v, age + 1"}),
    ("theta does not move", "Your theta never moves: each step must set `theta = theta - v`.",
     {MOVE: "age = age + 1"}),
    ("eta missing", "Your step forgets `eta`.", {NEW_V: "v = gamma(age) * v + g"}),
    ("eta applied twice", "Your step multiplies by `eta` twice; it is inside `v` already.",
     {MOVE: "theta, age = theta - eta * v, age + 1"}),
    ("average", "You average with the weight `1 - gamma`; the velocity is a sum.",
     {NEW_V: "v = gamma(age) * v + (1 - gamma(age)) * eta * g"}),
)  # fmt: skip

#: Mistakes of the adaptive tests.
ADAPTIVE = (
    ("test the wrong way round",
     "Your loop restarts after every good step, so no velocity builds up: turn the test round.",
     {TEST: "if not (TEST):"}, {TEST: "if True:"}),
    ("one step late",
     "Your test compares the step before the last one, so each restart comes one step late.",
     {STORE: "pass",
     TEST: "late = len(path) > 1 and (TEST)\n    path.append(theta)\n    if late:"}),
    ("no restart",
     "Your loop never restarts, so the path is plain NAG's: look at what your test compares, and "
     "when.",
     {TEST: "if False:"},
     {SLOPE: "ahead = theta - gamma(age) * v; g = problem.grad(ahead)",
      TEST: "if problem.f(theta) > problem.f(ahead):"}),
    ("only one restart", "Your loop restarts once and then never again.",
     {BEGIN: BEGIN + "; again = True", TEST: "if again and TEST:",
     RESET: RESET + "; again = False"}),
)  # fmt: skip

OF_THE_SCHEME = {
    "every": (
        ("restart after every step",
         "Your loop restarts after every step, so no velocity builds up: restart when `age` has "
         "reached `k`.", {TEST: "if not (TEST):"}, {TEST: "if True:"}, {TEST: "if age <= k:"}),
        ("no restart",
         "Your loop never restarts, so the path is plain NAG's: ask after each step whether `age` "
         "has reached `k`.", {TEST: "if False:"}),
        ("only one restart", "Your loop restarts once and then never again: count the steps since "
         "the last restart.", {TEST: "if t + 1 == k:"}, {TEST: "if t == k:"}),
        ("first restart at once",
         "Your first restart comes after the first step: behind the step `t + 1` steps are done, "
         "not `t`.", {TEST: "if t % k == 0:"},
         {TEST: "if t % k == 0:", RESET: "v = np.zeros(problem.dim)"}),
        ("first restart one step late",
         "Your first restart comes one step late, the others after `k` steps: behind the step "
         "`t + 1` steps are done, not `t`.", {TEST: "if t > 0 and t % k == 0:"},
         {TEST: "if t > 0 and t % k == 0:", RESET: "v = np.zeros(problem.dim)"}),
        ("cycles one step too long",
         "Your cycles have k + 1 steps: restart as soon as `k` steps are made.",
         {TEST: "if age > k:"}, {TEST: "if (t + 1) % (k + 1) == 0:"}),
        ("cycles one step too short", "Your cycles have k − 1 steps: test after `age` has grown.",
         {TEST: "if age >= k - 1:"}, {TEST: "if (t + 1) % max(k - 1, 1) == 0:"}),
        ("counted after the test",
         "You count the step behind the test: first let `age` grow, then ask whether it is `k`.",
         {MOVE: "theta = theta - v", RESET: f"{RESET}\n    age = age + 1", "TEST": "age == k"}),
        ("k restarts in all",
         "You make `k` restarts in all; make one after every `k` steps.",
         {TEST: "if age == max(steps // k, 1):"}),
    ),
    "gradient": (
        ("function scheme",
         "This is the function scheme, which asks whether J rises; this exercise asks "
         "for the sign of `g @ (theta - before)`.", {"TEST": TESTS["function"][0]}),
        ("tested before the step",
         "Your test comes before the step, with the velocity of the step before: first move, then "
         "test the step that was made.",
         {NEW_V: f"if g @ v < 0: {RESET}\n    {NEW_V}", TEST: "if False:"}),
        ("gradient at theta",
         "Your test measures another gradient: take the `g` that led to the step, measured at the "
         "look-ahead point.",
         {"TEST": "problem.grad(path[-2]) @ (path[-1] - path[-2]) > 0"},
         {"TEST": "problem.grad(path[-1]) @ (path[-1] - path[-2]) > 0"}),
        ("position in place of the step",
         "Multiply `g` by the step, `theta - before`, not by the place itself.",
         {"TEST": "g @ theta > 0"}, {"TEST": "g @ theta < 0"},
         {"TEST": "g @ (theta - path[0]) > 0"}),
        ("one coordinate suffices",
         "You look at single coordinates: the test is one scalar product, `g @ step`.",
         {"TEST": "(g * (path[-1] - path[-2]) > 0).any()"},
         {"TEST": "(g * (path[-1] - path[-2]) > 0).all()"},
         {"TEST": "g[0] * (path[-1] - path[-2])[0] > 0"}),
    ),
    "function": (
        ("gradient scheme",
         "This is the gradient scheme; this exercise asks whether J rises from the "
         "step before to now.", {"TEST": TESTS["gradient"][0]},
         {"TEST": "problem.grad(path[-1]) @ (path[-1] - path[-2]) > 0"}),
        ("tested before the step",
         "Your test comes before the step, at the look-ahead point: first move, then compare J at "
         "the new theta with J at the one before.",
         {SLOPE: f"if problem.f(theta - gamma(age) * v) > problem.f(theta): {RESET}\n    {SLOPE}",
          TEST: "if False:"}),
        ("compared with the start",
         "You compare J with its value at the start; compare it with the step before.",
         {"TEST": "problem.f(theta) > problem.f(path[0])"}),
        ("compared with two steps before",
         "You compare J with its value two steps before; compare it with the step before.",
         {"TEST": "len(path) > 2 and problem.f(theta) > problem.f(path[-3])"}),
        ("J at the look-ahead point",
         "You measure J at the look-ahead point; compare J where the step arrived, at θ.",
         {"TEST": "problem.f(theta - gamma(age) * v) > problem.f(path[-2])"},
         {"TEST": "problem.f(theta - gamma(age - 1) * v) > problem.f(path[-2])"}),
        ("compared with the lowest",
         "You compare J with the lowest so far; compare it with the step before.",
         {"TEST": "problem.f(theta) > min(problem.f(p) for p in path[:-1])"}),
        ("length of the gradient",
         "You ask whether the gradient grows; the function scheme asks whether J does.",
         {"TEST": "abs(problem.grad(path[-1])).max() > abs(problem.grad(path[-2])).max()"},
         {"TEST": "np.sum(problem.grad(path[-1])**2) > np.sum(problem.grad(path[-2])**2)"}),
    ),
}  # fmt: skip


def known(scheme):
    """Every mistake of a scheme, as (name, what to say, its loops)."""
    adaptive = ADAPTIVE if scheme != "every" else ()
    for name, says, *changes in (*MISTAKES, *adaptive, *OF_THE_SCHEME[scheme]):
        yield name, says, Written([loop for change in changes for loop in forms(change, scheme)])


def forms(changes, scheme):
    """What makes the loop with some of its lines replaced; with each test where these then differ.

    (The adaptive ones do where theta moves in another way, the plans with another clock.)
    """
    differ = scheme == "every" or any("theta" in changes.get(line, "") for line in (MOVE, RESET))
    tests = TESTS[scheme] if differ else TESTS[scheme][:1]
    tests = (changes["TEST"],) if "TEST" in changes else tests
    lines = {line: other for line, other in changes.items() if line != "TEST"}
    return [partial(written, lines, test, TAKES[scheme]) for test in tests]


def written(changes, test, takes):
    """The loop with some of its lines replaced, and with this test."""
    text = LOOP
    for line, other in changes.items():
        text = text.replace(line, other)
    scope = {"np": np}
    lines = text.replace("TEST", test).splitlines()
    exec(f"def answer({', '.join(takes)}):\n    " + "\n    ".join(lines), scope)
    return scope["answer"]
