"""The checks of chapters 3 and 4 beyond the plain steps: right answers, mistakes, wrong inputs."""

import textwrap

import numpy as np
import pytest

import momentumlib as ml
from checking import function, held
from test_check import changed

EXERCISES = held(
    "look_ahead", "nag_ahead", "friction", "guarantee", "first_step", "learning_rates",
    "resting_distance", "adamw", "amsgrad",
)  # fmt: skip
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
HEADS = {name: f"def answer({', '.join(one.takes)}):" for name, one in EXERCISES.items()}

# --- Right answers, written in many ways ------------------------------------------

BODIES = {
    "look_ahead": [
        "return theta - gamma * v",
        "return [x - gamma * w for x, w in zip(theta, v)]",
        """
        carry = np.multiply(gamma, v)
        return np.subtract(theta, carry)
        """,
        """
        point = theta.copy()
        for i in range(len(point)):
            point[i] += -gamma * v[i]
        return tuple(point)
        """,
    ],
    "friction": [
        "return gamma * (1 - eta * lam)",
        "return gamma - gamma * eta * lam",
        "return np.array([-gamma * (lam * eta - 1)])",
        """
        lost = eta * lam
        return (1 - lost) * gamma
        """,
    ],
    "nag_ahead": [
        """
        g = grad(y)
        v = gamma * v + eta * g
        return y - gamma_next * v - eta * g, v
        """,
        """
        theta = y + gamma * v
        v = gamma * v + eta * grad(y)
        theta = theta - v
        return theta - gamma_next * v, v
        """,
        """
        step = eta * grad(y)
        theta = y - step
        v = [gamma * a + b for a, b in zip(v, step)]
        return [x - gamma_next * a for x, a in zip(theta, v)], v
        """,
        """
        g = grad(y)
        v *= gamma
        v += eta * g
        y -= gamma_next * v + eta * g
        return y, v
        """,
    ],
    "guarantee": [
        "return np.ceil(np.sqrt(2 * L * distance**2 / tol) - 1)",
        """
        k = 1
        while 2 * L * distance**2 / (k + 1) ** 2 > tol:
            k += 1
        return k
        """,
        """
        import math
        return math.ceil(distance * math.sqrt(2 * L / tol)) - 1
        """,
        """
        k = np.arange(1, 100_000)
        return k[ml.theory.nesterov_bound(L, distance, k) <= tol][0]
        """,
    ],
    "first_step": [
        "return (1 - beta1) / np.sqrt(1 - beta2)",
        """
        m, s = (1 - beta1) * 3.0, (1 - beta2) * 3.0**2
        return m / s**0.5
        """,
"""
        m, s = 0.0, 0.0
        m = beta1 * m + (1 - beta1) * -7
        s = beta2 * s + (1 - beta2) * 49
        return abs(m) / np.sqrt(s)
        """,
        "return (1 - beta2) ** -0.5 - beta1 * (1 - beta2) ** -0.5",
    ],
    "learning_rates": [
        "return eta / (np.sqrt(s) + eps)",
        "return [eta / (eps + x**0.5) for x in s]",
        """
        import math
        rates = np.empty(3)
        for i in range(3):
            rates[i] = eta / (math.sqrt(s[i]) + eps)
        return rates
        """,
    ],
    "resting_distance": [
        "return eta / (2 * (1 + gamma))",
        "return 0.5 * eta / (1 + gamma)",
        "return eta / (2 + 2 * gamma)",
        "return eta / ml.theory.eta_limit('momentum', gamma, 1.0)",
    ],
    "adamw": [
        """
        theta = theta - eta * weight_decay * theta
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad ** 2
        m_hat = m / (1 - beta1 ** (t + 1))
        s_hat = s / (1 - beta2 ** (t + 1))
        return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s
        """,
        """
        powers = beta1 ** (t + 1), beta2 ** (t + 1)
        return ml.kernels.adamw(
            theta, m, s, grad, eta, beta1, beta2, eps, *powers, weight_decay)
        """,
        """
        t = t + 1
        m += (1 - beta1) * (grad - m)
        s += (1 - beta2) * (grad ** 2 - s)
        scaled = m / (1 - beta1 ** t) / (np.sqrt(s / (1 - beta2 ** t)) + eps)
        theta -= eta * (scaled + weight_decay * theta)
        return theta, m, s
        """,
        """
        m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grad)]
        s = [beta2 * b + (1 - beta2) * g * g for b, g in zip(s, grad)]
        new = []
        for x, a, b in zip(theta, m, s):
            root = (b / (1 - beta2 ** (t + 1))) ** 0.5
            step = eta * a / (1 - beta1 ** (t + 1)) / (root + eps)
            new.append(x * (1 - eta * weight_decay) - step)
        return new, m, s
        """,
    ],
    "amsgrad": [
        """
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad ** 2
        s_max = np.maximum(s_max, s)
        m_hat = m / (1 - beta1 ** (t + 1))
        s_hat = s_max / (1 - beta2 ** (t + 1))
        return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s, s_max
        """,
        """
        powers = beta1 ** (t + 1), beta2 ** (t + 1)
        return ml.kernels.amsgrad(theta, m, s, s_max, grad, eta, beta1, beta2, eps, *powers)
        """,
        """
        m += (1 - beta1) * (grad - m)
        s += (1 - beta2) * (grad * grad - s)
        larger = s > s_max
        s_max[larger] = s[larger]
        root = np.sqrt(1 - beta2 ** (t + 1))
        theta -= eta * root / (1 - beta1 ** (t + 1)) * m / (np.sqrt(s_max) + eps * root)
        return theta, m, s, s_max
        """,
        """
        rows = []
        for x, a, b, c, g in zip(theta, m, s, s_max, grad):
            a, b = beta1 * a + (1 - beta1) * g, beta2 * b + (1 - beta2) * g * g
            c = max(b, c)
            scale = (c / (1 - beta2 ** (t + 1))) ** 0.5 + eps
            rows.append([x - eta * a / (1 - beta1 ** (t + 1)) / scale, a, b, c])
        return np.array(rows).T
        """,
    ],
}  # fmt: skip


def text(name, body):
    """The whole text of an answer, from its body."""
    return f"{HEADS[name]}\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")


RIGHT = {name: [text(name, body) for body in bodies] for name, bodies in BODIES.items()}


# --- Random arguments for the judges of mutants -----------------------------------


def arrays(rng, count):
    """Arrays of three numbers."""
    return [rng.normal(size=3) for _ in range(count)]


def bowl(rng):
    """The gradient of a bowl of three parameters."""
    matrix = rng.normal(size=(3, 3))
    return lambda y: (matrix @ matrix.T + np.eye(3)) @ np.asarray(y) - 1


DRAW = {
    "look_ahead": lambda rng: [rng.normal(size=2), rng.normal(size=2), rng.uniform(0, 1)],
    "friction": lambda rng: [*rng.uniform(0.01, 1, 2), rng.uniform(0.1, 9)],
    "nag_ahead": lambda rng: [*arrays(rng, 2), bowl(rng), *rng.uniform(0.05, 1, 3)],
    "guarantee": lambda rng: [*rng.uniform(1, 9, 2), rng.uniform(0.01, 0.4)],
    "first_step": lambda rng: list(rng.uniform(0.05, 0.99, 2)),
    "learning_rates": lambda rng: [rng.uniform(0, 4, 3), *rng.uniform(0.05, 0.9, 2)],
    "resting_distance": lambda rng: list(rng.uniform(0.05, 0.95, 2)),
    "adamw": lambda rng: [
        *arrays(rng, 2), rng.uniform(0, 2, 3), rng.normal(size=3), int(rng.integers(0, 9)),
        *rng.uniform(0.05, 0.9, 5),
    ],
    "amsgrad": lambda rng: [
        *arrays(rng, 2), *rng.uniform(0, 2, (2, 3)), rng.normal(size=3),
        int(rng.integers(0, 9)), *rng.uniform(0.05, 0.9, 4),
    ],
}  # fmt: skip

# --- Known mistakes ---------------------------------------------------------------


#: As readers write them: changes of the first right answer.
READERS = {
    "look_ahead": {
        "wrong sign": ("theta - ", "theta + "),
        "gamma missing": ("gamma * v", "v"),
        "only the displacement": ("theta - ", "-"),
        "no look": (" - gamma * v", ""),
        "gamma on theta": ("theta - gamma * v", "(theta - v) * gamma"),
        "average": ("theta - gamma", "(1 - gamma) * theta + gamma"),
    },
    "friction": {
        "no curvature": (" * (1 - eta * lam)", ""),
        "brackets missing": ("(1 - eta * lam)", "1 - eta * lam"),
        "wrong sign in the bracket": ("1 - eta", "1 + eta"),
        "eta missing": ("eta * lam", "lam"),
        "rate": ("gamma * (1 - eta * lam)", "np.sqrt(gamma * (1 - eta * lam))"),
        "negative values cut off": ("gamma * (1 - eta * lam)", "max(gamma * (1 - eta * lam), 0)"),
        "absolute value": ("gamma * (1 - eta * lam)", "abs(gamma * (1 - eta * lam))"),
        "what is lost": ("gamma * (1 - eta * lam)", "gamma - gamma * (1 - eta * lam)"),
    },
    "nag_ahead": {
        "gamma in both places": ("gamma_next", "gamma"),
        "gamma_next in both places": ("v = gamma *", "v = gamma_next *"),
        "gammas swapped": ("v = gamma *", "v = x *", "gamma_next", "gamma", "x *", "gamma_next *"),
        "gradient ahead of y": ("grad(y)", "grad(y - gamma * v)"),
        "theta stored": ("grad(y)", "grad(y - gamma * v)", "gamma_next * v - eta * g", "v"),
        "gradient at theta": ("grad(y)", "grad(y + gamma * v)"),
        "momentum": ("gamma_next * v - eta * g", "v"),
        "theta returned": ("gamma_next * v - ", ""),
        "new v on the way back": ("return y - gamma_next * v - eta * g",
                                  "theta = y + gamma * v; theta = theta - v\n"
                                  "return theta - gamma_next * v"),
        "gradient missing in y": (" - eta * g, v", ", v"),
        "look-ahead taken twice": ("y - gamma_next * v - eta * g", "(y - v) - gamma_next * v"),
        "v not kept": ("v = gamma", "n = gamma", "gamma_next * v", "gamma_next * n"),
        "wrong sign": ("y - gamma_next * v - eta * g", "y + gamma_next * v + eta * g"),
        "eta missing": ("eta * g", "g"),
        "returned in the wrong order": ("y - gamma_next * v - eta * g, v",
                                        "v, y - gamma_next * v - eta * g"),
    },
    "guarantee": {
        "not rounded": ("np.ceil", ""),
        "rounded down": ("np.ceil", "int"),
        "k + 1 in place of k": ("np.ceil", "", " - 1)", ")"),
        "rounded to the nearest": ("np.ceil", "round"),
        "one step too many": (" - 1)", ")"),
        "k² not rooted": ("np.sqrt", ""),
        "distance not squared": ("**2", ""),
        "factor 2 missing": ("2 * L", "L"),
        "tol above": ("/ tol", "* tol"),
    },
    "first_step": {
        "always 1": ("(1 - beta1) / np.sqrt(1 - beta2)", "1"),
        "root missing": ("np.sqrt", ""),
        "root of beta2": ("np.sqrt(1 - beta2)", "(1 - np.sqrt(beta2))"),
        "betas swapped": ("beta1", "x", "beta2", "beta1", "x", "beta2"),
        "upside down": ("(1 - beta1) / np.sqrt(1 - beta2)", "np.sqrt(1 - beta2) / (1 - beta1)"),
        "old part in place of the new": ("1 - beta2", "beta2"),
    },
    "learning_rates": {
        "eps inside the root": ("np.sqrt(s) + eps", "np.sqrt(s + eps)"),
        "s in place of its root": ("np.sqrt(s)", "s"),
        "eps missing": (" + eps", ""),
        "brackets missing": ("(np.sqrt(s) + eps)", "np.sqrt(s) + eps"),
        "multiplied": ("/", "*"),
        "upside down": ("eta / (np.sqrt(s) + eps)", "np.sqrt(s) / eta"),
        "the same for all": ("np.sqrt(s)", "0 * s + np.sqrt(s.mean())"),
    },
    "resting_distance": {
        "Adam's distance": ("eta /", "eta * (1 - gamma) /"),
        "no momentum": ("(2 * (1 + gamma))", "2"),
        "twice the distance": ("2 * ", ""),
        "1 - gamma in place of 1 + gamma": ("1 + gamma", "1 - gamma"),
        "brackets missing": ("(2 * (1 + gamma))", "2 * (1 + gamma)"),
    },
    "adamw": {
        "decay inside the gradient": ("theta = theta - eta * weight_decay * theta",
                                      "grad = grad + weight_decay * theta"),
        "decay scaled by the root": ("theta = theta - eta * weight_decay * theta", "pass",
                                     "eta * m_hat /", "eta * (m_hat + weight_decay * theta) /"),
        "decay without eta": ("eta * weight_decay", "weight_decay"),
        "decay with the wrong sign": ("theta = theta - ", "theta = theta + "),
        "no decay": ("theta = theta - eta * weight_decay * theta", "pass"),
        "decay after the step": ("theta = theta - eta * weight_decay * theta", "pass",
                                 "return theta - eta * m_hat / (np.sqrt(s_hat) + eps)",
                                 "theta = theta - eta * m_hat / (np.sqrt(s_hat) + eps)\n"
                                 "return theta - eta * weight_decay * theta"),
        "decay of a fixed length": ("eta * weight_decay * theta", "eta * weight_decay"),
        "decay squared or halved": ("eta * weight_decay * theta", "eta * weight_decay * theta / 2"),
        "no bias correction": (" / (1 - beta1 ** (t + 1))", "", " / (1 - beta2 ** (t + 1))", ""),
        "correction one step late": ("(t + 1)", "t"),
        "eps inside the root": ("np.sqrt(s_hat) + eps", "np.sqrt(s_hat + eps)"),
        "weights swapped": ("beta1 * m + (1 - beta1)", "(1 - beta1) * m + beta1"),
    },
    "amsgrad": {
        "Adam's divisor": ("s_max / (1", "s / (1"),
        "s_max not kept": ("s_max = np.maximum(s_max, s)", "top = np.maximum(s_max, s)",
                           "s_max / (1", "top / (1"),
        "no maximum": ("s_max = np.maximum(s_max, s)", "s_max = s"),
        "smaller in place of larger": ("maximum", "minimum"),
        "maximum kept as s": ("s = beta2 * s + (1 - beta2) * grad ** 2",
                              "s = np.maximum(s, beta2 * s + (1 - beta2) * grad ** 2)",
                              "np.maximum(s_max, s)", "s"),
        "maximum of corrected values": (
            "s_max = np.maximum(s_max, s)", "s_max = np.maximum(s_max, s / (1 - beta2 ** (t + 1)))",
            "s_hat = s_max / (1 - beta2 ** (t + 1))", "s_hat = s_max"),
        "correction missing for s_max": ("s_max / (1 - beta2 ** (t + 1))", "s_max"),
        "maximum of the squares": ("np.maximum(s_max, s)", "np.maximum(s_max, grad * grad)"),
        "one maximum for all coordinates": ("np.maximum(s_max, s)",
                                            "np.full(len(s), max(*s, *s_max))"),
        "no bias correction": (" / (1 - beta1 ** (t + 1))", "", " / (1 - beta2 ** (t + 1))", ""),
        "eps inside the root": ("np.sqrt(s_hat) + eps", "np.sqrt(s_hat + eps)"),
        "s in place of its root": ("np.sqrt(s_hat)", "s_hat"),
        "gradient in place of m": ("eta * m_hat", "eta * grad"),
        "returned in the wrong order": ("m, s, s_max", "m, s_max, s"),
    },
}  # fmt: skip


#: Other ways to make them.
AGAIN = {
    "adamw": {
        "decay without eta": ("theta = theta - eta * weight_decay * theta", "pass",
                              "return theta - eta * m_hat / (np.sqrt(s_hat) + eps)",
                              "theta = theta - eta * m_hat / (np.sqrt(s_hat) + eps)\n"
                              "return theta - weight_decay * theta"),
        "correction one step late": ("(t + 1)", "t", "m_hat", "m", "s_hat", "s"),
    },
    "amsgrad": {"correction one step late": ("(t + 1)", "t", "m_hat", "m")},
    "learning_rates": {"upside down": ("eta / (np.sqrt(s) + eps)", "s / eta")},
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "name", "change"),
    [
        (check, *row)
        for table in (READERS, AGAIN)
        for check in table
        for row in table[check].items()
    ],
)
def test_mistakes_are_named_as_readers_write_them(check, name, change):
    wrong = changed(textwrap.dedent(BODIES[check][0]), change)
    verdict = CHECKS[check](function(text(check, wrong)))
    assert verdict.mistake == name, verdict
    assert verdict.difference.startswith("First difference")


# --- Mistakes that are not in the numbers, and unknown ones ------------------------


@pytest.mark.parametrize(
    ("check", "body", "mistake", "said"),
    [
        ("look_ahead", "theta - gamma * v", "returns None", "return"),
        ("look_ahead", "return theta[0] - gamma * v[0]", "wrong shape", "(2,)"),
        ("look_ahead", "return theta - gamma * v, v", "wrong shape", "(2,)"),
        ("friction", "return 'gamma'", "no numbers", "must hold numbers"),
        ("friction", "return gamma * (1 - eta * lambda_)", "raises", "NameError"),
        ("friction", "return 1 / 0", "raises", "ZeroDivisionError"),
        ("nag_ahead", "return y - eta * grad, v", "raises", "call it at a point"),
        ("nag_ahead", "return y - eta * grad(y)", "wrong number of results", "2 things"),
        ("nag_ahead", "return (y - v).astype(int), v.astype(int)", "whole numbers", "rounds"),
        ("guarantee", "while True: pass", "never ends", "end"),
        ("learning_rates", "return eta / (np.sqrt(s.sum()) + eps)", "wrong shape", "(3,)"),
        ("adamw", "return theta, m", "wrong number of results", "3 things"),
        ("adamw", "grad += weight_decay; return theta, m, s", "nothing changes", "as they came"),
        ("adamw", "return theta / (1 - beta1**t) * 0, m, s", "not a number", "0 divided by 0"),
        ("amsgrad", "return theta, m, s, max(s, s_max)", "raises", "`np.maximum`"),
    ],
)  # fmt: skip
def test_what_is_wrong_besides_the_numbers(check, body, mistake, said, monkeypatch):
    monkeypatch.setattr("momentumlib.check.engine.answer.LIMIT", 0.2)
    verdict = CHECKS[check](function(text(check, body)))
    assert verdict.mistake == mistake, verdict
    assert said in verdict.message
    assert not verdict


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_stub_is_not_tried_yet(name):
    verdict = CHECKS[name](function(f"{HEADS[name]} ..."))
    assert (verdict.passed, verdict.tried) == (False, False)


@pytest.mark.parametrize(
    ("check", "body", "said"),
    [
        ("friction", "return gamma * (1 - eta * lam) ** 3", "It is none of the known mistakes"),
        ("friction", "return 0.9 * (1 - eta * lam)", "coefficient is gamma"),
        ("guarantee", "return 7 * L + tol", "none of the known mistakes"),
        ("first_step", "return 3.16 + beta1**3", "RMSprop's first step"),
        ("resting_distance", "return 0.026 + gamma**3 * eta", "η/2"),
        ("adamw", "return 0.9 * theta, m, s", "1 - eta * weight_decay"),
    ],
)
def test_an_unknown_mistake_names_a_broken_rule(check, body, said):
    verdict = CHECKS[check](function(text(check, body)))
    assert verdict.mistake == ""
    assert said in verdict.message
    assert "must be" in verdict.difference


# --- The formulas, against the library --------------------------------------------


def test_the_first_step_and_the_rest_are_what_runs_do():
    """The two formulas of step lengths against runs of the library."""
    slope = ml.Problem(lambda theta: theta[0], lambda theta: [1.0], start=[0.0])
    raw = ml.adam(0.1, 0.8, 0.95, bias_correction=False)
    length = -ml.minimize(slope, raw, steps=1).theta[1, 0] / 0.1
    assert np.isclose(EXERCISES["first_step"].solution(0.8, 0.95), length)
    valley = ml.problems.quadratic(kappa=100)
    late = ml.minimize(valley, ml.rmsprop(0.1, gamma=0.9), steps=20_000).theta[-5000:]
    typical = np.sqrt((late**2).mean(axis=0))
    assert np.allclose(EXERCISES["resting_distance"].solution(0.1, 0.9), typical, rtol=0.15)


def test_nag_that_stores_the_look_ahead_is_nag():
    """With a γ that grows, y + γv is the θ of the library's NAG."""
    valley, gammas = ml.problems.quadratic(kappa=25), ml.schedules.nesterov()
    run = ml.minimize(valley, ml.nag(0.03, gammas), steps=40)
    y, v = valley.start, np.zeros(2)
    for t in range(40):
        two = float(gammas(t)), float(gammas(t + 1))
        y, v = EXERCISES["nag_ahead"].solution(y, v, valley.grad, 0.03, *two)
    assert np.allclose(y + float(gammas(40)) * v, run.theta[-1], atol=1e-12)


def test_the_friction_is_what_makes_momentum_nag():
    line = ml.problems.quadratic(kappa=25, dim=1)
    gamma = EXERCISES["friction"].solution(0.9, 0.03, 25.0)
    runs = [ml.minimize(line, m, steps=30) for m in (ml.momentum(0.03, gamma), ml.nag(0.03, 0.9))]
    assert np.allclose(runs[0].theta, runs[1].theta, atol=1e-12)


def test_the_guaranteed_step_is_the_first():
    for L, distance, tol in ((1.0, 4.0, 1e-3), (2.0, 5.0, 1.0), (100.0, 0.9, 0.2)):
        k = EXERCISES["guarantee"].solution(L, distance, tol)
        assert ml.theory.nesterov_bound(L, distance, k) <= tol
        assert ml.theory.nesterov_bound(L, distance, k - 1) > tol
