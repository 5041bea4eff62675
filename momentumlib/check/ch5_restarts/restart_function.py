"""NAG that restarts by the function scheme."""

from .loops import RESET, SLOPE, TEST, TESTS
from .runs import restarting

MISTAKES = (
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
     {"TEST": "problem.f(theta - gamma(age - 1) * v) > problem.f(path[-2])"},
     {SLOPE: f"ahead = theta - gamma(age) * v\n    {SLOPE}",
      "TEST": "problem.f(ahead) > problem.f(path[-2])"}),
    ("compared with the lowest",
     "You compare J with the lowest so far; compare it with the step before.",
     {"TEST": "problem.f(theta) > min(problem.f(p) for p in path[:-1])"}),
    ("length of the gradient",
     "You ask whether the gradient grows; the function scheme asks whether J does.",
     {"TEST": "abs(problem.grad(path[-1])).max() > abs(problem.grad(path[-2])).max()"},
     {"TEST": "np.sum(problem.grad(path[-1])**2) > np.sum(problem.grad(path[-2])**2)"}),
)  # fmt: skip

EXERCISE = restarting(
    "function", MISTAKES,
    "J has risen when `problem.f(theta)` is greater than `problem.f(before)`.",
)  # fmt: skip


def restart_function(restarted):
    """Check NAG with the function scheme: `restarted(problem, eta, gamma, steps)`.

    Arguments and path as in `restart_every`, without k. A restart follows a step that
    raised the cost, J(θ_{t+1}) > J(θ_t). Chapter 5.
    Source: O'Donoghue & Candès (2015), section 3.2.

    >>> restart_function(lambda problem, eta, gamma, steps: print(eta)).mistake
    'returns None'
    """
    return EXERCISE.check(restarted)
