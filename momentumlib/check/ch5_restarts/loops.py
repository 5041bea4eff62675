"""The loop that the exercises on restarts ask for, and its wrong variants."""

from functools import partial

from ..engine.exercise import Written, made

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
     {RESET: "theta, v = problem.start, np.zeros(problem.dim)"},
     {RESET: "theta, v, age = problem.start, np.zeros(problem.dim), 0; path[-1] = theta"}),
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


def known(scheme, own):
    """Every mistake of a scheme, its own too, as (name, what to say, its loops)."""
    adaptive = ADAPTIVE if scheme != "every" else ()
    for name, says, *changes in (*MISTAKES, *adaptive, *own):
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
    return made(takes, text.replace("TEST", test).splitlines())
