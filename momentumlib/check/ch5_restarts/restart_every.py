"""NAG that restarts every k steps."""

from .loops import BEGIN, MOVE, RESET, SLOPE, TEST, TESTS
from .runs import restarting

MISTAKES = (
    ("clock begins at 1",
     "Your clock begins at 1: at the start, and after a restart, `age` must be 0.",
     {BEGIN: "theta, v, age = problem.start.copy(), np.zeros(problem.dim), 1",
      RESET: "v, age = np.zeros(problem.dim), 1", "TEST": TESTS["every"][0]}),
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
    ("a step lost",
     "Where your loop restarts it makes no step, so a row stands there twice: reset behind the "
     "step, and go on.",
     {SLOPE: f"if age == k:\n        {RESET}; path.append(theta); continue\n    {SLOPE}",
      TEST: "if False:"}),
)  # fmt: skip

EXERCISE = restarting(
    "every", MISTAKES,
    "`age` counts the steps since the last restart: the test is `age == k`, behind the step.",
)  # fmt: skip


def restart_every(restarted):
    """Check NAG with a restart every k steps: `restarted(problem, eta, gamma, k, steps)`.

    It returns the path, shape (steps + 1, dim): a row for each theta, the start first.
    problem has .f, .grad, .start and .dim;  gamma : a function of age, the number of steps
    since the last restart (from 0);  a restart sets v to zero and age to 0. Chapter 5.

    >>> import numpy as np
    >>> def plain_nag(problem, eta, gamma, k, steps):
    ...     theta, v, path = problem.start, np.zeros(problem.dim), [problem.start]
    ...     for age in range(steps):
    ...         v = gamma(age) * v + eta * problem.grad(theta - gamma(age) * v)
    ...         theta = theta - v
    ...         path.append(theta)
    ...     return np.array(path)
    >>> restart_every(plain_nag).mistake
    'no restart'
    """
    return EXERCISE.check(restarted)
