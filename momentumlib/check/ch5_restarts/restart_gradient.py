"""NAG that restarts by the gradient scheme."""

from .loops import NEW_V, RESET, TEST, TESTS
from .runs import restarting

UPHILL = "(g * (path[-1] - path[-2]) > 0)"
STOPPED = f"v, age = np.where{UPHILL[:-1]}, 0, v)"
MISTAKES = (
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
    ("coordinates stopped one by one",
     "Your restart stops only the coordinates that go uphill: one scalar product decides for all, "
     "and then all of `v` is zero.",
     {"TEST": UPHILL + ".any()", RESET: STOPPED + ", 0"},
     {"TEST": UPHILL + ".any()", RESET: STOPPED + ", age"}, {RESET: STOPPED + ", 0"}),
)  # fmt: skip

#: (line of the chapter's solution, a wrong one beside it in the puzzle, the mistake that it makes).
PUZZLE = (
    ("g = problem.grad(path[-1] - gamma(age) * v)", "g = problem.grad(path[-1])",
     "momentum in place of NAG"),
    ("v, age = np.zeros(problem.dim), 0", "v = np.zeros(problem.dim)", "gamma runs on"),
)  # fmt: skip

EXERCISE = restarting(
    "gradient", MISTAKES,
    "The step goes uphill when `g @ (theta - before)` is greater than 0.",
)  # fmt: skip


def restart_gradient(restarted):
    """Check NAG with the gradient scheme: `restarted(problem, eta, gamma, steps)`.

    Arguments and path as in `restart_every`, without k. A restart follows a step with
    g·(θ_{t+1} − θ_t) > 0, with the g that NAG measured for it. Chapter 5.
    Source: O'Donoghue & Candès (2015), section 3.2.

    >>> restart_gradient(lambda problem, eta, gamma, steps: problem.start).mistake
    'wrong shape'
    """
    return EXERCISE.check(restarted)
