"""The checks of loops that restart themselves: every k steps, gradient and function scheme."""

import numpy as np
import pytest

import momentumlib as ml
from checking import changed, function, held

EXERCISES = held("restart_every", "restart_gradient", "restart_function")
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
RIGHT = {
    "restart_every": [
        """
        def restarted(problem, eta, gamma, k, steps):
            theta, v, age = problem.start, np.zeros(problem.dim), 0
            path = [theta]
            for t in range(steps):
                g = problem.grad(theta - gamma(age) * v)
                v = gamma(age) * v + eta * g
                theta, age = theta - v, age + 1
                path.append(theta)
                if age == k:
                    v, age = 0 * v, 0
            return np.array(path)
        """,
        """
        def restarted(problem, eta, gamma, k, steps):
            path, v = np.zeros((steps + 1, problem.dim)), np.zeros(problem.dim)
            path[0] = problem.start
            for t in range(steps):
                if t % k == 0:
                    v = 0
                ahead = path[t] - gamma(t % k) * v
                path[t + 1] = ahead - eta * problem.grad(ahead)
                v = path[t] - path[t + 1]
            return path
        """,
        """
        def restarted(problem, eta, gamma, k, steps):
            path = [problem.start]
            while len(path) <= steps:
                v = np.zeros(problem.dim)
                for age in range(min(k, steps + 1 - len(path))):
                    v = gamma(age) * v + eta * problem.grad(path[-1] - gamma(age) * v)
                    path.append(path[-1] - v)
            return path
        """,
    ],
    "restart_gradient": [
        """
        def restarted(problem, eta, gamma, steps):
            theta, v, age = problem.start, np.zeros(problem.dim), 0
            path = [theta]
            for t in range(steps):
                g = problem.grad(theta - gamma(age) * v)
                v = gamma(age) * v + eta * g
                theta, age = theta - v, age + 1
                path.append(theta)
                if g @ v < 0:
                    v, age = 0 * v, 0
            return np.array(path)
        """,
        """
        def restarted(problem, eta, gamma, steps):
            path = np.empty((steps + 1, problem.dim))
            path[0] = problem.start
            v, age = np.zeros(problem.dim), 0
            for t in range(steps):
                g = problem.grad(path[t] - gamma(age) * v)
                v *= gamma(age)
                v += eta * g
                path[t + 1] = path[t] - v
                age += 1
                if np.dot(g, path[t + 1] - path[t]) > 0:
                    v[:] = 0
                    age = 0
            return path
        """,
        """
        def restarted(problem, eta, gamma, steps):
            path, last, uphill = [list(problem.start)], 0, True
            for t in range(steps):
                if uphill:
                    before, last = np.array(path[t]), t
                theta = np.array(path[t])
                ahead = theta + gamma(t - last) * (theta - before)
                g = problem.grad(ahead)
                new = ahead - eta * g
                uphill = sum(g * (new - theta)) > 0
                before = theta
                path.append(list(new))
            return path
        """,
    ],
    "restart_function": [
        """
        def restarted(problem, eta, gamma, steps):
            theta, v, age = problem.start, np.zeros(problem.dim), 0
            path = [theta]
            for t in range(steps):
                if t > 0 and problem.f(path[-1]) > problem.f(path[-2]):
                    v, age = np.zeros(problem.dim), 0
                v = gamma(age) * v + eta * problem.grad(theta - gamma(age) * v)
                theta, age = theta - v, age + 1
                path.append(theta)
            return path
        """,
        """
        def restarted(problem, eta, gamma, steps):
            theta, v, age = problem.start.copy(), np.zeros(problem.dim), 0
            path, cost = [theta.copy()], problem.f(theta)
            for _ in range(steps):
                v = gamma(age) * v + eta * problem.grad(theta - gamma(age) * v)
                theta -= v
                path.append(theta.copy())
                before, cost = cost, problem.f(theta)
                age += 1
                if cost > before:
                    v, age = np.zeros_like(v), 0
            return np.vstack(path)
        """,
        """
        def restarted(problem, eta, gamma, steps):
            def cycle(path):
                v = np.zeros(problem.dim)
                for age in range(steps + 1 - len(path)):
                    v = gamma(age) * v + eta * problem.grad(path[-1] - gamma(age) * v)
                    path = path + [path[-1] - v]
                    if problem.f(path[-1]) > problem.f(path[-2]):
                        break
                return path
            path = [problem.start]
            while len(path) < steps + 1:
                path = cycle(path)
            return path
        """,
    ],
}


def drawn(rng, *, interval=False):
    """Random arguments of a loop: a problem, eta, gamma, perhaps k, steps."""
    dim = int(rng.integers(2, 5))
    matrix = rng.normal(size=(dim, dim))
    hessian = matrix @ matrix.T + 0.1 * np.eye(dim)
    quadratic = ml.Problem(
        lambda theta: theta @ hessian @ theta / 2 - theta.sum(),
        lambda theta: hessian @ theta - 1,
        start=4 * rng.normal(size=dim),
    )
    first = rng.uniform(0.1, 0.6)
    grow = lambda age: first + (0.95 - first) * float(age) / (age + 4)
    eta = rng.choice([0.3, 0.6, 1.0]) / np.linalg.eigvalsh(hessian)[-1]
    k = [int(rng.integers(3, 16))] if interval else []
    return quadratic, eta, grow, *k, 40


DRAW = {
    "restart_every": lambda rng: drawn(rng, interval=True),
    "restart_gradient": drawn,
    "restart_function": drawn,
}


@pytest.mark.parametrize(
    ("name", "rule"),
    [("restart_gradient", "on_gradient"), ("restart_function", "on_increase")],
)
def test_the_library_own_restarts_pass(name, rule):
    def restarted(problem, eta, gamma, steps):
        own = ml.Problem(problem.f, problem.grad, start=problem.start)
        method, again = ml.nag(eta, gamma), getattr(ml.restarts, rule)()
        return ml.minimize(own, method, steps=steps, restart=again).theta

    assert CHECKS[name](restarted)


def test_the_library_own_restarts_on_a_plan_pass():
    def restarted(problem, eta, gamma, k, steps):
        own = ml.Problem(problem.f, problem.grad, start=problem.start)
        return ml.minimize(own, ml.nag(eta, gamma), steps=steps, restart=ml.restarts.every(k)).theta

    assert ml.check.restart_every(restarted)


@pytest.mark.parametrize("scheme", ["gradient", "function"])
def test_the_restarts_of_the_cases_are_clear_decisions(scheme):
    """So that another order of the same sums cannot turn one round."""
    for case in EXERCISES[f"restart_{scheme}"].cases:
        problem, v, age = case.problem(), np.zeros(case.start.size), 0
        theta = problem.start
        for _ in range(case.steps):
            g = problem.grad(theta - case.gamma(age) * v)
            v = case.gamma(age) * v + case.eta * g
            before, theta, age = theta, theta - v, age + 1
            slope = -g @ v / np.linalg.norm(g) / np.linalg.norm(v)
            rise = problem.f(theta) / problem.f(before) - 1
            decision = slope if scheme == "gradient" else rise
            assert abs(decision) > 1e-3
            if decision > 0:
                v, age = np.zeros(case.start.size), 0


# --- Known mistakes ---------------------------------------------------------------


# As readers write them: independent of the texts in the library. In right answer 0, …
OF_ALL = {
    "theta reset": ("v, age = 0 * v, 0", "theta, v, age = problem.start, 0 * v, 0"),
    "step undone": ("v, age = 0 * v, 0", "theta, v, age = path[-2], 0 * v, 0"),
    "v kept": ("v, age = 0 * v, 0", "age = 0"),
    "v turned round": ("v, age = 0 * v, 0", "v, age = -v, 0"),
    "gamma runs on": ("v, age = 0 * v, 0", "v = 0 * v"),
    "clock off by one after a restart": ("v, age = 0 * v, 0", "v, age = 0 * v, 1"),
    "gamma one step early": ("gamma(age)", "gamma(age + 1)"),
    "constant gamma": ("gamma(age)", "gamma(0)"),
    "gamma of your own": ("gamma(age)", "age / (age + 3)"),
    "no restart": ("v, age = 0 * v, 0", "pass"),
    "momentum in place of NAG": ("problem.grad(theta - gamma(age) * v)", "problem.grad(theta)"),
    "look-ahead with the wrong sign": ("(theta - gamma", "(theta + gamma"),
    "wrong sign": ("theta - v, age", "theta + v, age"),
    "eta missing": ("eta * g", "g"),
    "eta applied twice": ("theta - v, age", "theta - eta * v, age"),
    "average": ("eta * g", "(1 - gamma(age)) * eta * g"),
}  # fmt: skip
AT_THE_END = """\
                if g @ v < 0:
                    v, age = 0 * v, 0
"""
OF_ONE = {
    "restart_every": {
        "restart after every step": ("age == k", "age < k"),
        "only one restart": ("age == k", "t + 1 == k"),
        "first restart at once": ("age == k", "t % k == 0"),
        "first restart one step late": ("age == k", "t and not t % k"),
        "cycles one step too long": ("age == k", "age > k"),
        "cycles one step too short": ("age == k", "age + 1 == k"),
        "counted after the test": (
            "theta, age = theta - v, age + 1", "theta = theta - v",
            "v, age = 0 * v, 0", "v, age = 0 * v, 0\n                age += 1",
        ),
        "gamma runs on": ("gamma(age)", "gamma(t)"),
        "clock off by one after a restart": (
            "age == k", "(t + 1) % k == 0", "v, age = 0 * v, 0", "v, age = 0 * v, 1",
        ),
    },
    "restart_gradient": {
        "test the wrong way round": ("< 0:", "> 0:"),
        "function scheme": ("g @ v < 0", "problem.f(path[-1]) > problem.f(path[-2])"),
        "gradient at theta": ("g @ v < 0", "problem.grad(theta) @ v < 0"),
        "position in place of the step": ("g @ v < 0", "g @ theta > 0"),
        "one coordinate suffices": ("g @ v < 0", "any(g * v < 0)"),
        "gamma runs on": ("gamma(age)", "gamma(t)"),
        "tested before the step": (
            AT_THE_END, "", "                v = gamma", f"{AT_THE_END}                v = gamma",
        ),
    },
    "restart_function": {
        "test the wrong way round": ("> problem", "< problem"),
        "gradient scheme": ("problem.f(theta) > problem.f(path[-2])", "g @ v < 0"),
        "compared with the start": ("path[-2]", "problem.start"),
        "compared with two steps before": ("problem.f(path[-2])", "problem.f(path[-3:][0])"),
        "J at the look-ahead point": ("f(theta)", "f(theta - gamma(age) * v)"),
        "compared with the lowest": (
            "problem.f(path[-2])", "min([problem.f(p) for p in path[:-1]])",
        ),
        "length of the gradient": (
            "problem.f(theta) > problem.f(path[-2])",
            "np.linalg.norm(problem.grad(theta)) > np.linalg.norm(problem.grad(path[-2]))",
        ),
        "no restart": ("problem.f(path[-2])", "problem.f(path[-1])"),
    },
}  # fmt: skip
FUNCTION = changed(
    RIGHT["restart_gradient"][0], ("g @ v < 0", "problem.f(theta) > problem.f(path[-2])")
)


def written():
    """(check, name of the mistake, a reader's text)."""
    plain = {name: several[0] for name, several in RIGHT.items()} | {"restart_function": FUNCTION}
    for check, text in plain.items():
        for name, change in {**OF_ALL, **OF_ONE[check]}.items():
            yield check, name, changed(text, change)


@pytest.mark.parametrize(("check", "name", "text"), list(written()))
def test_mistakes_are_named_as_readers_write_them(check, name, text):
    verdict = CHECKS[check](function(text))
    assert verdict.mistake == name, verdict
    assert not verdict
    assert verdict.difference.startswith("First difference after step ")
    assert "<svg" in verdict._repr_html_()


@pytest.mark.parametrize("check", EXERCISES)
def test_the_readers_mistakes_cover_the_table(check):
    known = {mistake.name for mistake in EXERCISES[check].mistakes}
    names = {name for which, name, _ in written() if which == check}
    assert names <= known
    assert len(names) >= 0.7 * len(known)


# --- Restarts: the path itself -----------------------------------------------------


def plain_nag(problem, eta, gamma, steps):
    theta, v, path = problem.start, np.zeros(problem.dim), [problem.start]
    for age in range(steps):
        v = gamma(age) * v + eta * problem.grad(theta - gamma(age) * v)
        theta = theta - v
        path.append(theta)
    return np.array(path)


@pytest.mark.parametrize(
    ("wrong", "mistake", "said"),
    [
        (lambda *a: None, "returns None", "np.array(path)"),
        (lambda *a: plain_nag(*a)[-1], "wrong shape", "not the last one"),
        (lambda *a: plain_nag(*a)[1:], "wrong shape", "the start belongs to it"),
        (
            lambda p, eta, gamma, steps: plain_nag(p, eta, gamma, steps - 1),
            "wrong shape",
            "one step too few",
        ),
        (
            lambda p, eta, gamma, steps: plain_nag(p, eta, gamma, steps + 1),
            "wrong shape",
            "one step too many",
        ),
        (lambda *a: "path", "no numbers", "one row"),
        (lambda *a: [[1, 2], [3]], "no numbers", "one row"),
        (lambda *a: (plain_nag(*a), [3]), "wrong number of results", "the path alone"),
        (
            lambda *a: plain_nag(*a).T,
            "wrong shape",
            "must have shape (51, 3), but has (3, 51): turn it",
        ),
    ],
)
def test_the_shape_of_a_path(wrong, mistake, said):
    def restarted(problem, eta, gamma, steps):
        return wrong(problem, eta, gamma, steps)

    verdict = ml.check.restart_gradient(restarted)
    assert verdict.mistake == mistake
    assert said in verdict.message


def test_a_path_of_one_array():
    text = changed(RIGHT["restart_gradient"][0], ("theta, v, age = problem.start,",
                   "theta, v, age = problem.start.copy(),", "theta, age = theta - v, age + 1",
                   "theta -= v; age += 1"))  # fmt: skip
    verdict = ml.check.restart_gradient(function(text))
    assert verdict.mistake == "one array in every row"


def test_a_theta_that_never_moves():
    text = changed(RIGHT["restart_gradient"][0], ("theta, age = theta - v, age + 1", "age += 1"))
    verdict = ml.check.restart_gradient(function(text))
    assert verdict.mistake == "theta does not move"


def test_a_start_is_not_theirs_to_change():
    text = changed(RIGHT["restart_gradient"][0], ("theta, age = theta - v, age + 1",
                   "theta -= v; age += 1", "path.append(theta)", "path.append(theta.copy())",
                   "path = [theta]", "path = [theta.copy()]"))  # fmt: skip
    verdict = ml.check.restart_gradient(function(text))
    assert verdict.mistake == "raises"
    assert "problem.start" in verdict.message
