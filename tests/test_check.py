"""The checks of exercises: right answers pass however written, each mistake has its name."""

import inspect
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from checking import changed, function, held, sentences
from momentumlib.check.engine import answer, exercise, limit, picture

EXERCISES = held("gd", "momentum", "nag", "rmsprop", "adam", "half_life")
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}


# --- Right answers, written in many ways ------------------------------------------

RIGHT = {
    "gd": [
        """
        def step(theta, grad, eta):
            return theta - eta * grad
        """,
        """
        def step(theta, grad, eta):
            theta -= eta * grad
            return theta
        """,
        """
        def step(x, g, lr):
            return [x[i] - lr * g[i] for i in range(len(x))]
        """,
        """
        def step(theta, grad, eta):
            return (theta / eta - grad) * eta,
        """,
    ],
    "momentum": [
        """
        def step(theta, v, grad, eta, gamma):
            v *= gamma
            v += eta * grad
            theta -= v
            return theta, v
        """,
        """
        def step(theta, v, grad, eta, gamma):
            new_v = [gamma * a + eta * b for a, b in zip(v, grad)]
            return [[x - a for x, a in zip(theta, new_v)], new_v]
        """,
        """
        def step(theta, v, grad, eta, gamma):
            moved = theta - eta * grad - gamma * v
            return np.array([moved, theta - moved])
        """,
        """
        def step(theta, v, grad, eta, gamma):
            new_theta, new_v = np.zeros_like(theta), np.zeros_like(v)
            for i in range(theta.size):
                new_v[i] = gamma * v[i] + eta * grad[i]
                new_theta[i] = theta[i] - new_v[i]
            return new_theta, new_v
        """,
        """
        def step(theta, v, grad, eta, gamma=0.9):
            v = eta * (gamma * (v / eta) + grad)
            return (theta - v).astype(np.float32), v.astype(np.float32)
        """,
    ],
    "nag": [
        """
        def step(theta, v, grad, eta, gamma):
            ahead = theta - gamma * v
            new = ahead - eta * grad(ahead)
            return new, theta - new
        """,
        """
        def step(theta, v, grad, eta, gamma):
            g = grad([t - gamma * w for t, w in zip(theta, v)])
            return tuple(theta - gamma * v - eta * g), tuple(gamma * v + eta * g)
        """,
        """
        def step(theta, v, grad, eta, gamma):
            g = grad(theta - gamma * v)
            v[:] = gamma * v + eta * g
            theta[:] = theta - v
            return theta, v
        """,
    ],
    "rmsprop": [
        """
        def step(theta, s, grad, eta, beta2, eps):
            s += (1 - beta2) * (grad * grad - s)
            return theta - eta * grad / (s ** 0.5 + eps), s
        """,
        """
        def step(theta, s, grad, eta, beta2, eps):
            s = beta2 * s + grad ** 2 - beta2 * grad ** 2
            rate = eta / (eps + np.sqrt(s))
            return theta - rate * grad, s
        """,
        """
        import math
        def step(theta, s, grad, eta, beta2, eps):
            new_s = [beta2 * a + (1 - beta2) * g * g for a, g in zip(s, grad)]
            new = [x - eta * g / (math.sqrt(a) + eps) for x, g, a in zip(theta, grad, new_s)]
            return new, new_s
        """,
    ],
    "adam": [
        """
        def step(theta, m, s, grad, t, eta, beta1, beta2, eps):
            m = beta1 * m + (1 - beta1) * grad
            s = beta2 * s + (1 - beta2) * grad ** 2
            m_hat = m / (1 - beta1 ** (t + 1))
            s_hat = s / (1 - beta2 ** (t + 1))
            return theta - eta * m_hat / (np.sqrt(s_hat) + eps), m, s
        """,
        """
        def step(theta, m, s, grad, t, eta, beta1, beta2, eps):
            t = t + 1
            m += (1 - beta1) * (grad - m)
            s += (1 - beta2) * (grad ** 2 - s)
            root = np.sqrt(1 - beta2 ** t)
            rate = eta * root / (1 - beta1 ** t)
            theta -= rate * m / (np.sqrt(s) + eps * root)
            return theta, m, s
        """,
        """
        import math
        def step(theta, m, s, grad, t, eta, beta1, beta2, eps):
            out = [[], [], []]
            for x, a, b, g in zip(theta, m, s, grad):
                a, b = beta1 * a + (1 - beta1) * g, beta2 * b + (1 - beta2) * g * g
                hat = b / (1 - math.pow(beta2, t + 1))
                x -= eta * a / (1 - math.pow(beta1, t + 1)) / (math.sqrt(hat) + eps)
                for row, value in zip(out, (x, a, b)):
                    row.append(value)
            return out
        """,
    ],
    "half_life": [
        "def half_life(gamma): return np.log(0.5) / np.log(gamma)",
        "def half_life(gamma): return -1 / np.log2(gamma)",
        """
        import math
        def half_life(gamma):
            return math.log(1 / 2, gamma)
        """,
        "def half_life(gamma): return np.log10(2) / np.log10(1 / gamma)",
    ],
}


def test_the_library_own_formulas_pass():
    """The kernels' formulas, which the chapters compare theirs with."""
    kernels = ml.kernels

    def adam(theta, m, s, g, t, eta, beta1, beta2, eps):
        powers = beta1 ** (t + 1), beta2 ** (t + 1)
        return kernels.adam(theta, m, s, g, eta, beta1, beta2, eps, *powers)

    def rmsprop(theta, s, g, eta, beta2, eps):
        theta, _, s = kernels.rmsprop(theta, 0.0, s, g, eta, 0.0, beta2, eps)
        return theta, s

    assert ml.check.gd(kernels.gd)
    assert ml.check.momentum(kernels.momentum)
    assert ml.check.rmsprop(rmsprop)
    assert ml.check.adam(adam)


def test_a_compiled_answer_passes():
    numba = pytest.importorskip("numba")
    step = numba.njit(function(RIGHT["momentum"][3]))
    assert ml.check.momentum(step)


# --- Known mistakes ---------------------------------------------------------------


# As readers write them: independent of the texts in the library.
VELOCITY = {
    "wrong sign": """
        velocity = gamma * v
        velocity = velocity - eta * g
        return theta - velocity, velocity
    """,
    "v points the other way": """
        v *= gamma
        v -= eta * g
        theta += v
        return theta, v
    """,
    "eta applied twice": """
        step = gamma * v + eta * g
        return theta - step * eta, step
    """,
    "eta missing": """
        v = np.array([gamma * a + b for a, b in zip(v, g)])
        return theta - v, v
    """,
    "eta outside v": """
        v = g + v * gamma
        theta = theta - v * eta
        return theta, v
    """,
    "v not kept": """
        step = gamma * v + eta * g
        theta = theta - step
        return theta, v
    """,
    "no momentum": """
        v = eta * g
        theta = theta - v
        return theta, v
    """,
    "average": """
        v = (1 - gamma) * (eta * g) + v * gamma
        return theta - v, v
    """,
    "weights swapped": """
        beta = 1 - gamma
        v = beta * v + (1 - beta) * eta * g
        return theta - v, v
    """,
    "1 - gamma in place of gamma": """
        beta = 1 - gamma
        v = beta * v + eta * g
        return theta - v, v
    """,
    "gamma on the gradient": """
        v = v + eta * gamma * g
        return theta - v, v
    """,
    "old v used": """
        theta = theta - v
        v = gamma * v + eta * g
        return theta, v
    """,
    "gamma missing": """
        v += eta * g
        return theta - v, v
    """,
    "gamma on everything": """
        v = v + eta * g
        v = v * gamma
        return theta - v, v
    """,
    "gamma applied twice": """
        v = gamma * v + eta * g
        theta = theta - gamma * v
        return theta, v
    """,
    "eta and gamma swapped": """
        v = eta * v
        v = v + gamma * g
        return theta - v, v
    """,
    "velocity braked": """
        v = -gamma * v + eta * g
        return theta - v, v
    """,
    "returned in the wrong order": """
        v = gamma * v + eta * g
        theta = theta - v
        return v, theta
    """,
    "only the displacement": """
        v = gamma * v + eta * g
        return -v, v
    """,
    "theta does not move": """
        v = gamma * v + eta * g
        theta - v
        return theta, v
    """,
    "nothing changes": """
        new_v = gamma * v + eta * g
        new_theta = theta - new_v
        return theta, v
    """,
}
MOMENTUM_ONLY = {
    "look-ahead": """
        v = gamma * v + eta * g
        return theta - (gamma * v + eta * g), v
    """,
    "old and new v used": """
        new = gamma * v + eta * g
        return theta - (v + new), new
    """,
}
NAG_ONLY = {
    "gradient at theta": """
        v = gamma * v + eta * grad(theta)
        return theta - v, v
    """,
    "look-ahead with the wrong sign": """
        ahead = theta + gamma * v
        v = gamma * v + eta * grad(ahead)
        return theta - v, v
    """,
    "look-ahead without gamma": """
        ahead = theta - v
        v = gamma * v + eta * grad(ahead)
        return theta - v, v
    """,
    "look-ahead by eta": """
        v = gamma * v + eta * grad(theta - eta * v)
        return theta - v, v
    """,
    "gradient of v": """
        v = gamma * v + eta * grad(gamma * v)
        return theta - v, v
    """,
    "look-ahead kept": """
        theta -= gamma * v
        v = gamma * v + eta * grad(theta)
        return theta - v, v
    """,
    "theta is the look-ahead point": """
        g = grad(theta)
        v = gamma * v + eta * g
        theta = theta - gamma * v - eta * g
        return theta, v
    """,
    "gradient after the step": """
        theta = theta - v
        v = gamma * v + eta * grad(theta)
        theta = theta - v
        return theta, v
    """,
}
ADAM = {
    "wrong sign": ("theta - eta", "theta + eta"),
    "eta missing": ("eta * m_hat", "m_hat"),
    "eta applied twice": ("eta * m_hat", "eta * eta * m_hat"),
    "no bias correction": ("m / (1 - beta1 ** (t + 1))", "m",
                           "s / (1 - beta2 ** (t + 1))", "s"),
    "only m corrected": ("s / (1 - beta2 ** (t + 1))", "s"),
    "only s corrected": ("m / (1 - beta1 ** (t + 1))", "m"),
    "correction one step late": ("(t + 1)", "t"),
    "correction one step early": ("(t + 1)", "(t + 2)"),
    "correction with one beta": ("1 - beta2 **", "1 - beta1 **"),
    "correction without a power": ("beta1 ** (t + 1)", "beta1", "beta2 ** (t + 1)", "beta2"),
    "correction multiplied": ("m / (", "m * (", "s / (", "s * ("),
    "correction without 1 -": ("/ (1 - beta1 ** (t + 1))", "/ beta1 ** (t + 1)",
                               "/ (1 - beta2 ** (t + 1))", "/ beta2 ** (t + 1)"),
    "corrected values kept": ("m_hat", "m", "s_hat", "s"),
    "eps inside the root": ("np.sqrt(s_hat) + eps", "np.sqrt(s_hat + eps)"),
    "eps missing": (" + eps", ""),
    "brackets missing": ("(np.sqrt(s_hat) + eps)", "np.sqrt(s_hat) + eps"),
    "s in place of its root": ("np.sqrt(s_hat)", "s_hat"),
    "m and s swapped": ("m_hat / (np.sqrt(s_hat)", "s_hat / (np.sqrt(m_hat)"),
    "betas swapped": ("m = beta1 * m + (1 - beta1)", "m = beta2 * m + (1 - beta2)",
                      "s = beta2 * s + (1 - beta2)", "s = beta1 * s + (1 - beta1)"),
    "one beta for both": ("s = beta2 * s + (1 - beta2)", "s = beta1 * s + (1 - beta1)"),
    "sums in place of averages": ("(1 - beta1) * grad", "grad", "(1 - beta2) * grad", "grad"),
    "weights swapped": ("beta1 * m + (1 - beta1)", "(1 - beta1) * m + beta1"),
    "not squared": ("grad ** 2", "abs(grad)"),
    "square of m": ("grad ** 2", "m * m"),
    "gradient in place of m": ("eta * m_hat", "eta * grad"),
    "one s for all coordinates": ("grad ** 2", "grad @ grad"),
    "returned in the wrong order": ("eps), m, s", "eps), s, m"),
    "correction outside the root": ("np.sqrt(s_hat)", "np.sqrt(s) / (1 - beta2 ** (t + 1))"),
    "power of 1 - beta": ("(1 - beta1 ** (t + 1))", "(1 - beta1) ** (t + 1)",
                          "(1 - beta2 ** (t + 1))", "(1 - beta2) ** (t + 1)"),
    "first correction twice": ("(t + 1)", "max(t, 1)"),
    "only the first step corrected": ("** (t + 1)", "** (t + 1) * (t < 1)"),
    "m ahead": ("eta * m_hat", "eta * (beta1 * m_hat + (1 - beta1) * grad)"),
}  # fmt: skip
RMSPROP = {
    "wrong sign": ("theta - eta", "theta + eta"),
    "eta missing": ("eta * grad", "grad"),
    "eta applied twice": ("eta * grad", "eta ** 2 * grad"),
    "s in place of its root": ("np.sqrt(s)", "s"),
    "eps inside the root": ("np.sqrt(s) + eps", "np.sqrt(s + eps)"),
    "eps missing": (" + eps", ""),
    "eps taken away": ("+ eps", "- eps"),
    "brackets missing": ("(np.sqrt(s) + eps)", "np.sqrt(s) + eps"),
    "not squared": ("grad ** 2", "grad"),
    "weights swapped": ("beta2 * s + (1 - beta2)", "(1 - beta2) * s + beta2"),
    "1 - beta2 missing": ("(1 - beta2) * grad", "grad"),
    "nothing forgotten": ("beta2 * s + (1 - beta2) *", "s +"),
    "s not kept": ("beta2 * s + ", ""),
    "one s for all coordinates": ("grad ** 2", "(grad ** 2).mean()"),
    "multiplied by the root": ("/ (np", "* (np"),
    "not divided": ("/ (np.sqrt(s) + eps)", ""),
    "square above the root": ("eta * grad", "eta * grad ** 2"),
    "returned in the wrong order": ("return theta - eta * grad / (np.sqrt(s) + eps), s",
                                    "return s, theta - eta * grad / (np.sqrt(s) + eps)"),
}  # fmt: skip


def written():
    """(check, name of the mistake, a reader's text)."""
    head = "def step(theta, v, grad, eta, gamma):"
    body = lambda text: textwrap.indent(textwrap.dedent(text), "    ")
    for name, text in {**VELOCITY, **MOMENTUM_ONLY}.items():
        yield "momentum", name, f"{head}\n    g = grad\n{body(text)}"
    for name, text in VELOCITY.items():
        yield "nag", name, f"{head}\n    g = grad(theta - gamma * v)\n{body(text)}"
    for name, text in NAG_ONLY.items():
        yield "nag", name, f"{head}\n{body(text)}"
    rmsprop = """
        def step(theta, s, grad, eta, beta2, eps):
            s = beta2 * s + (1 - beta2) * grad ** 2
            return theta - eta * grad / (np.sqrt(s) + eps), s
    """
    for name, change in RMSPROP.items():
        yield "rmsprop", name, changed(rmsprop, change)
    for name, change in ADAM.items():
        yield "adam", name, changed(RIGHT["adam"][0], change)
    both = "(t + 1)", "t", "m_hat", "m", "s_hat", "s"
    yield "adam", "correction one step late", changed(RIGHT["adam"][0], both)


@pytest.mark.parametrize(("check", "name", "text"), list(written()))
def test_mistakes_are_named_as_readers_write_them(check, name, text):
    verdict = CHECKS[check](function(text))
    assert verdict.mistake == name, verdict
    assert not verdict
    assert verdict.difference.startswith("First difference")
    assert "<svg" in verdict._repr_html_()


def test_the_readers_mistakes_cover_the_table():
    """Eight or more of the known mistakes of each main check are written independently."""
    for check in ("momentum", "nag", "adam", "rmsprop"):
        known = {mistake.name for mistake in EXERCISES[check].mistakes}
        names = {name for which, name, _ in written() if which == check}
        assert names <= known
        assert len(names) >= 0.7 * len(known)


def test_the_other_exercises_mistakes():
    gd, half_life = ml.check.gd, ml.check.half_life
    assert gd(lambda theta, grad, eta: theta + eta * grad).mistake == "wrong sign"
    assert gd(lambda theta, grad, eta: theta - grad).mistake == "eta missing"
    assert gd(lambda theta, grad, eta: -grad * eta).mistake == "only the displacement"
    assert half_life(lambda gamma: np.log(gamma) / -np.log(2)).mistake == "fraction upside down"
    rounded = lambda gamma: round(np.log(0.5) / np.log(gamma))
    assert half_life(rounded).mistake == "rounded"
    assert "divide two logarithms" in half_life(lambda gamma: np.log(0.5, gamma)).message
    without_import = function("def f(gamma): return math.log(0.5) / math.log(gamma)")
    assert half_life(without_import).message.endswith("Import it in your answer, or use `np`.")
    assert "or use `np.e`." in half_life(function("def f(gamma): return e ** gamma")).message
    own = function("def f(gamma): return mathematics")
    assert half_life(own).message.endswith("is not defined.")


# --- Mistakes that are not in the numbers ----------------------------------------

HEAD = "def step(theta, v, grad, eta, gamma):\n    "


@pytest.mark.parametrize(
    ("body", "mistake", "said"),
    [
        ("v = gamma * v + eta * grad", "returns None", "return theta, v"),
        ("print(theta - gamma * v)", "returns None", "Printing"),
        ("return theta - gamma * v - eta * grad", "wrong number of results", "2 things"),
        ("return theta, v, v", "wrong number of results", "returns 3"),
        ("return 0.0", "wrong number of results", "returns 0.0"),
        ("return theta[0] - eta * grad[0], v[0]", "wrong shape", "has shape ()"),
        ("return theta[:, None], v[:, None]", "wrong shape", "must have shape (2,)"),
        ("return np.array([theta[0], theta[1]]), np.array([v[0], v[1]])", "nothing changes", ""),
        ("return theta[:2] + 0, v[:2] + 0", "wrong shape", "must have shape (3,)"),
        ("return 'a', 'b'", "no numbers", "must hold numbers"),
        ("return None, v", "returns None", "theta"),
        ("return [[1, 2], [3]], v", "no numbers", "must hold numbers"),
        ("return [[[[]]]], v", "no numbers", "must hold numbers"),
        ("return [[[]]], v", "wrong shape", r"shape (1, 1, 0)"),
        ("return {'theta': theta, 'v': v}", "wrong number of results", "must return"),
        ("v = gamma * v + eta * grad; return (theta - v).astype(int), v.astype(int)",
         "whole numbers", "rounds"),
        ("v = gamma * v + eta * grad; return np.round(theta - v), np.round(v)",
         "whole numbers", ""),
        ("return theta - grad(theta), v", "raises", "not a function"),
        ("return theta - np.ones(7), v", "raises", "Two arrays of different shapes"),
        ("return theta - (grad if grad > 0 else 0), v", "raises", "ask about one number"),
        ("import sys; sys.exit()", "raises", "SystemExit"),
        ("return step(theta, v, grad, eta, gamma)", "raises", "RecursionError"),
    ],
)  # fmt: skip
def test_what_is_wrong_besides_the_numbers(body, mistake, said):
    verdict = ml.check.momentum(function(HEAD + body))
    if "v[0]), v[1]" in body or mistake == "nothing changes":  # right for two coordinates only
        assert verdict.mistake == "wrong shape"
        return
    assert verdict.mistake == mistake, verdict
    assert said in verdict.message
    assert 1 <= sentences(verdict.message) <= 3
    assert not verdict.passed


#: Right answers that change what they are given, and what they are told.
CHANGE = {
    "momentum": (HEAD + "grad *= eta; v = gamma * v + grad; return theta - v, v", "`grad`"),
    "momentum on the way": (
        HEAD + "v *= gamma; return theta - (v + eta * grad), v + eta * grad", "`v`"
    ),
    "look_ahead": (
        "def step(theta, v, gamma): theta -= gamma * v; return theta", "a copy"
    ),
    "gd_limit": (
        "def step(curvatures): curvatures.sort(); return 2 / curvatures[-1]", "a copy"
    ),
    "weighted_sum": (
        "def step(gradients, eta, gamma):\n gradients *= eta\n"
        " return gamma ** np.arange(len(gradients))[::-1] @ gradients", "a copy",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGE)
def test_a_right_answer_that_changes_what_it_is_given_is_right_and_told(name):
    text, said = CHANGE[name]
    verdict = getattr(ml.check, name.split()[0])(function(text))
    assert verdict.passed, verdict
    assert said in verdict.message


def test_nag_without_a_call_of_grad():
    verdict = ml.check.nag(function(HEAD + "v = gamma * v + eta * grad\n    return theta - v, v"))
    assert verdict.mistake == "raises"
    assert "call it at a point" in verdict.message


@pytest.mark.parametrize(
    "text",
    [
        "def step(v, theta, grad, eta, gamma): return theta, v",
        "def step(theta, grad, v, eta, gamma): return theta, v",
    ],
)
def test_arguments_in_another_order(text):
    verdict = ml.check.momentum(function(text))
    assert verdict.mistake == "order of the arguments"
    assert "(theta, v, grad, eta, gamma)" in verdict.message


def test_too_few_arguments():
    verdict = ml.check.momentum(lambda theta, grad, eta: theta - eta * grad)
    assert verdict.mistake == "wrong arguments"
    assert "(theta, grad, eta)" in verdict.message


@pytest.mark.parametrize("given", [3, "momentum", np.zeros(2), [1]])
def test_no_function(given):
    assert ml.check.momentum(given).mistake == "no function"


def broken(theta, v, grad, eta, gamma):
    v = gamma * v + eta * grad
    theta = theta - velocities  # noqa: F821 - the slip is the point
    return theta, v


def breaks_inside_numpy(theta, v, grad, eta, gamma):
    return np.stack([theta, v, np.zeros(7)]), v


@pytest.mark.parametrize(
    ("wrong", "line", "error"),
    [
        (broken, "theta = theta - velocities", "NameError: name 'velocities' is not defined"),
        (breaks_inside_numpy, "return np.stack([theta, v, np.zeros(7)]), v", "ValueError"),
    ],
)
def test_the_readers_own_line_is_shown(wrong, line, error):
    verdict = ml.check.momentum(wrong)
    assert verdict.mistake == "raises"
    assert error in verdict.message
    number = inspect.getsourcelines(wrong)[1] + [
        line in text for text in inspect.getsourcelines(wrong)[0]
    ].index(True)
    assert f"Your line {number}, `{line}" in verdict.message
    assert "momentumlib" not in verdict.message


def test_a_division_by_zero_is_told_with_its_line():
    def step(theta, grad, eta):
        return theta - eta / int(0 * eta) * grad

    verdict = ml.check.gd(step)
    assert verdict.mistake == "raises"
    assert "ZeroDivisionError" in verdict.message


def test_adam_with_the_power_t_divides_by_zero_and_is_named():
    def step(theta, m, s, grad, t, eta, beta1, beta2, eps):
        m = beta1 * m + (1 - beta1) * grad
        s = beta2 * s + (1 - beta2) * grad**2
        rate = eta * np.sqrt(1 - beta2**t) * (1 / (1 - beta1**t))  # floats: this raises
        return theta - rate * m / (np.sqrt(s) + eps), m, s

    assert ml.check.adam(step).mistake == "correction one step late"


# --- Endless answers --------------------------------------------------------------


@pytest.fixture
def short_limit(monkeypatch):
    monkeypatch.setattr(answer, "LIMIT", 0.2)
    monkeypatch.setattr(answer, "WALL", 0.4)


ENDLESS = {
    "loop": "while True: pass",
    "guarded": "while True:\n        try: theta = theta + 1\n        except Exception: pass",
    "sleep": "import time; time.sleep(60)",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_answer_is_stopped(body, short_limit):
    begun = time.monotonic()
    verdict = ml.check.momentum(function(HEAD + body))
    assert verdict.mistake == "never ends"
    assert "0.2 seconds" in verdict.message
    assert time.monotonic() - begun < 30


def endless(theta, grad, eta):
    while True:
        theta = theta - eta * grad


def test_the_line_of_an_endless_answer_is_shown(short_limit):
    assert "`theta = theta - eta * grad`" in ml.check.gd(endless).message or (
        "`while True:`" in ml.check.gd(endless).message
    )


def test_an_endless_answer_is_stopped_in_another_thread(short_limit):
    got = []
    thread = threading.Thread(target=lambda: got.append(ml.check.gd(endless)), daemon=True)
    thread.start()
    thread.join(30)
    assert got[0].mistake == "never ends"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this platform has no alarm")
@pytest.mark.parametrize("threaded", [False, True])
def test_time_that_goes_to_others_does_not_count(threaded, monkeypatch):
    """As on a busy machine: the seconds of the wall are over, those of the processor are not."""
    monkeypatch.setattr(answer, "LIMIT", 0.1)
    got = []
    waits = "import time\n    time.sleep(0.15 * (theta.size == 3))\n    "
    waits = function(HEAD + waits + "v = gamma * v + eta * grad\n    return theta - v, v")
    check = lambda: got.append(ml.check.momentum(waits))
    if threaded and not hasattr(time, "pthread_getcpuclockid"):
        pytest.skip("this system does not tell another thread's processor time")
    if threaded:
        thread = threading.Thread(target=check)
        thread.start()
        thread.join(30)
    else:
        check()
    assert got[0].passed, got[0]


def test_another_thread_can_check_a_right_answer():
    got = []
    right = function(RIGHT["gd"][0])
    thread = threading.Thread(target=lambda: got.append(ml.check.gd(right)))
    thread.start()
    thread.join(30)
    assert got[0].passed


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this platform has no alarm")
def test_somebody_elses_alarm_survives():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    other = signal.setitimer(signal.ITIMER_REAL, 50)
    try:
        assert ml.check.gd(function(RIGHT["gd"][0]))
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left <= 50
        with limit.limited(5):
            assert not rung
        signal.raise_signal(signal.SIGALRM)
        assert rung
    finally:
        signal.setitimer(signal.ITIMER_REAL, *other)
        signal.signal(signal.SIGALRM, before)


# --- Stubs, hints, and unknown mistakes --------------------------------------------


def empty(theta, grad, eta): ...


def documented(theta, grad, eta):
    """The new theta."""


def passed(theta, grad, eta):
    pass


def unwritten(theta, grad, eta):
    raise NotImplementedError("write me")


def blank(theta, grad, eta):
    theta = ...
    return theta


def half_blank(theta, grad, eta):
    return theta - ... * grad


@pytest.mark.parametrize(
    "stub",
    [empty, documented, passed, unwritten, blank, half_blank, None, ...],
    ids=lambda it: getattr(it, "__name__", repr(it)),
)
def test_an_untouched_stub_is_not_tried_yet(stub):
    verdict = ml.check.gd(stub)
    assert (verdict.passed, verdict.tried, verdict.mistake) == (False, False, "")
    assert repr(verdict).startswith("○ gd: not tried yet")
    assert "Hint" not in repr(verdict)
    assert not exercise.tries


@pytest.mark.parametrize("untried", [None, ..., (..., ...)])
def test_a_number_that_is_not_given_is_not_tried_yet(untried):
    assert not ml.check.number(untried, right=2.0).tried
    assert not ml.check.momentum_limit(untried).tried
    assert not ml.check.polyak_tuning(untried).tried


def test_each_new_wrong_answer_offers_the_next_hint():
    climbs = lambda theta, grad, eta: theta + eta * grad
    forgets = lambda theta, grad, eta: theta - grad
    still = lambda theta, grad, eta: theta
    twice = lambda theta, grad, eta: theta - eta * eta * grad
    assert ml.check.gd(climbs).hint == ""
    assert ml.check.gd(climbs).hint == ""  # the same answer, run again
    assert ml.check.gd(forgets).hint.startswith("Hint 1 of 3")
    assert ml.check.gd(still).hint.startswith("Hint 2 of 3")
    assert ml.check.gd(twice).hint.startswith("Hint 3 of 3")
    assert ml.check.gd(lambda theta, grad, eta: 2 * theta).hint.startswith("Hint 3 of 3")
    assert ml.check.momentum(function(HEAD + "return theta, v")).hint == ""  # another check
    assert ml.check.gd(function(RIGHT["gd"][0]))
    assert ml.check.gd(climbs).hint == ""  # begins again


def test_hints_are_folded_until_they_are_offered():
    stub = ml.check.gd(empty)
    shown = stub._repr_html_()
    assert "<details open>" not in shown
    for number, hint in enumerate(EXERCISES["gd"].hints, 1):
        assert f">Hint {number} of 3</summary>" in shown
        assert hint.split("`")[0] in shown
        assert hint.split("`")[0] not in repr(stub)
    ml.check.gd(lambda theta, grad, eta: theta + eta * grad)
    second = ml.check.gd(lambda theta, grad, eta: theta - grad)._repr_html_()
    assert second.count("<details") == 3
    assert re.findall(r"<details open><summary [^>]*>(Hint \d of 3)<", second) == ["Hint 1 of 3"]
    assert second.count("<details open>") == 1
    assert "<details" not in ml.check.gd(function(RIGHT["gd"][0]))._repr_html_()


def test_hints_count_by_number_for_numbers():
    assert ml.check.momentum_limit(0.5).hint == ""
    assert ml.check.momentum_limit(0.6).hint.startswith("Hint 1 of 2")


def test_an_unknown_mistake_names_a_broken_rule_and_the_first_difference():
    def step(theta, v, grad, eta, gamma):
        v = gamma * v + (eta + 0.1) * grad
        return theta - v, v

    verdict = ml.check.momentum(step)
    assert verdict.mistake == ""
    assert "none of the known mistakes" in verdict.message
    assert "with gamma = 0 the step must be gradient descent's" in verdict.message
    assert "gamma = 0:" in verdict.difference


def test_an_unknown_mistake_that_keeps_the_rules():
    def step(theta, v, grad, eta, gamma):
        v = gamma * v + eta * grad * (1 + gamma * np.abs(v))
        return theta - v, v

    verdict = ml.check.momentum(step)
    assert verdict.mistake == ""
    found = re.search(
        r"after step (\d+),.* must be \[(.*)\], yours is \[(.*)\]\.", verdict.difference
    )
    assert found.group(1) == "2"
    assert found.group(2) != found.group(3)


def test_the_first_difference_has_the_numbers_of_the_step():
    case = EXERCISES["gd"].cases[0]
    verdict = ml.check.gd(lambda theta, grad, eta: theta + eta * grad)
    theta, eta = case.state["theta"], case.hyper["eta"]
    shown = lambda array: "[" + ", ".join(f"{x:.4g}" for x in array) + "]"
    assert verdict.difference == (
        f"First difference after step 1, from theta = {shown(theta)}, "
        f"grad = {shown(case.slope(theta))}, eta = {eta:g}: "
        f"theta must be {shown(theta - eta * case.slope(theta))}, "
        f"yours is {shown(theta + eta * case.slope(theta))}."
    )


def test_close_numbers_are_shown_with_the_digits_that_differ():
    close = exercise.figures(np.array([1.23456789]), np.array([1.23456780]))
    assert close == ["1.2345679", "1.2345678"]


# --- Gradients --------------------------------------------------------------------

RAVINE = ml.problems.ravine()


def hand(theta):
    """The ravine's gradient as a reader writes it."""
    x, y = theta
    gap = y - np.sin(x)
    return np.array([0.1 * x - 10 * gap * np.cos(x), 10 * gap])


@pytest.mark.parametrize(
    "right",
    [
        hand,
        RAVINE.grad,
        lambda theta: list(hand(theta)),
        lambda theta: tuple(hand(theta)),
        lambda theta: np.array([(RAVINE.f(theta + e) - RAVINE.f(theta - e)) / 2e-5
                                for e in 1e-5 * np.eye(2)]),
    ],
)  # fmt: skip
def test_right_gradients_pass(right):
    assert ml.check.gradient(RAVINE.f, right)


@pytest.mark.parametrize(
    ("wrong", "mistake"),
    [
        (lambda theta: -hand(theta), "wrong sign"),
        (lambda theta: 2 * hand(theta), "factor"),
        (lambda theta: hand(theta)[::-1], "coordinates in the wrong order"),
        (lambda theta: hand(theta) * [1, -1], "one sign wrong"),
        (lambda theta: hand(theta) * [2, 1], "one factor wrong"),
        (lambda theta: hand(theta) * [0, 1], "one derivative missing"),
        (lambda theta: np.full(2, hand(theta).sum()), "derivatives added up"),
        (lambda theta: hand(theta) / np.linalg.norm(hand(theta)), "length lost"),
        (lambda theta: np.full(2, RAVINE.f(theta)), "value in place of the slope"),
        (lambda theta: np.zeros(2), "always zero"),
        (lambda theta: hand(theta) + np.array([0, theta[0]]), "one derivative wrong"),
        (lambda theta: hand(theta) * [1, 1 / (0 * theta.size)], "raises"),
        (lambda theta: hand(theta).sum(), "wrong shape"),
        (lambda theta: RAVINE.f(theta), "wrong shape"),
        (lambda theta: None, "returns None"),
        (lambda theta: hand(theta) + theta[0], ""),
    ],
)
def test_wrong_gradients_are_named(wrong, mistake):
    def grad(theta):
        return wrong(theta)

    verdict = ml.check.gradient(RAVINE.f, grad)
    assert verdict.mistake == mistake, verdict
    assert not verdict


@pytest.mark.parametrize("factor", [2, 1 / 2, 3, 1 / 3, 4, 1 / 4, -2, -1 / 2])
def test_a_gradient_with_a_factor_too_many(factor):
    verdict = ml.check.gradient(RAVINE.f, lambda theta: factor * hand(theta))
    assert "the right one times a constant" in verdict.message
    if factor in (2, 1 / 2):
        for one in ([factor, 1], [1, factor]):
            verdict = ml.check.gradient(RAVINE.f, lambda theta, one=one: one * hand(theta))
            assert verdict.mistake == "one factor wrong"


@pytest.mark.parametrize(
    ("wrong", "mistake", "said"),
    [
        (lambda x, y: [2 * x, 10 * y], "mixed term forgotten", "constant, not zero"),
        (lambda x, y: [2 * x, x + 10 * y], "mixed term forgotten", "constant, not zero"),
        (lambda x, y: [2 * x + y, x + 5 * y], "one derivative wrong", "by `theta[1]` is wrong"),
        (lambda x, y: [x + y, x + 10 * y], "one derivative wrong", "by `theta[0]` is wrong"),
        (lambda x, y: [x + y, x + 5 * y], "", "none of the known"),
    ],
)
def test_wrong_slopes_of_a_turned_valley(wrong, mistake, said):
    turned = lambda theta: theta[0] ** 2 + theta[0] * theta[1] + 5 * theta[1] ** 2
    verdict = ml.check.gradient(turned, lambda theta: wrong(*theta))
    assert verdict.mistake == mistake, verdict
    assert said in verdict.message


def test_a_cost_without_a_value_on_the_axes():
    cost = lambda theta: theta[1] / theta[0]
    assert ml.check.gradient(cost, lambda theta: [-theta[1] / theta[0] ** 2, 1 / theta[0]])
    assert ml.check.gradient(cost, lambda theta: [theta[1], theta[0]]).mistake == ""


def test_a_gradient_in_other_dimensions():
    bowl = lambda theta: float(theta @ theta)
    assert ml.check.gradient(bowl, lambda theta: 2 * theta, dim=5)
    assert ml.check.gradient(bowl, lambda theta: 2 * theta, dim=1)
    assert ml.check.gradient(bowl, lambda theta: -2 * theta, dim=1).mistake == "wrong sign"

    verdict = ml.check.gradient(bowl, lambda theta: theta * [2, 1, 2, 2, 3], dim=5)
    assert verdict.mistake == "several derivatives wrong"
    assert "by `theta[1]`, `theta[4]` are wrong" in verdict.message

    def damages(theta):
        theta *= 2
        return theta

    assert "work on a copy" in ml.check.gradient(bowl, damages).message

    def reads_it_later(theta):
        theta[0] = 2 * theta[0]
        theta[1] = theta[0] + theta[1]
        return theta

    verdict = ml.check.gradient(bowl, reads_it_later)
    assert verdict.mistake == "input changed"
    assert "what reads it after that gets new numbers" in verdict.message


def test_a_cost_that_is_wrong_itself():
    assert ml.check.gradient(lambda theta: theta, hand).mistake == "f is no number"
    assert ml.check.gradient(lambda theta: theta[5], hand).mistake == "raises"
    assert ml.check.gradient(lambda theta: ..., hand).tried is False
    with pytest.raises(TypeError, match="f must be a function"):
        ml.check.gradient(3, hand)


# --- Numbers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        (-2.5, "wrong sign"), (250.0, "percent"), (0.25, "power of ten"), (0.4, "upside down"),
        (5, "double"), (1.25, "half"), (6.25, "square"), (2.5**0.5, "root"), (3.3, ""),
        (np.nan, ""), (np.inf, ""), ("2.5", "no numbers"), (True, "no numbers"),
        (1j, "complex number"), (lambda: 2.5, "no numbers"), ([2.5, 2.5], "wrong shape"),
    ],
)  # fmt: skip
def test_wrong_numbers_are_named_and_the_right_one_is_not_shown(given, mistake):
    verdict = ml.check.number(given, right=2.5, name="half-life")
    assert (verdict.passed, verdict.mistake) == (False, mistake)
    assert verdict.name == "half-life"
    if given not in ("2.5", [2.5, 2.5]) and not callable(given):
        assert "2.5" not in repr(verdict).replace("-2.5", "").replace("6.25", "").replace(
            "1.25", ""
        )


@pytest.mark.parametrize("given", [2.5, 2.51, np.float32(2.5), np.array(2.5), np.array([2.49])])
def test_right_numbers_pass(given):
    assert ml.check.number(given, right=2.5)


def test_several_numbers_and_own_mistakes():
    own = {"right": (0.81, 3.0), "mistakes": {"You forgot the square.": (0.9, 3.0)}}
    assert ml.check.number((0.81, 3.0), **own)
    assert ml.check.number((0.9, 3.0), **own).message == "You forgot the square."
    assert ml.check.number((0.7, 3.0), **own).mistake == ""
    assert ml.check.number(0.9, **own).mistake == "wrong shape"


# --- The verdict ------------------------------------------------------------------


def test_a_verdict_reads_without_color():
    right = ml.check.gd(function(RIGHT["gd"][0]))
    wrong = ml.check.gd(lambda theta, grad, eta: theta + eta * grad)
    assert repr(right).startswith("✓ gd: right")
    assert repr(wrong).startswith("✗ gd: not right yet (wrong sign)\n  Your step climbs")
    html = wrong._repr_html_()
    assert "<strong>✗ gd: not right yet (wrong sign)</strong>" in html
    assert "<code>eta * grad</code>" in html
    assert "var(--fig-bad," in html
    assert 'aria-label="theta' in html
    assert "expected" in html
    assert "stroke-dasharray" in html
    assert "<svg" not in repr(wrong)
    assert (right.passed, bool(wrong)) == (True, False)


def test_what_a_reader_returns_is_escaped():
    verdict = ml.check.gd(lambda theta, grad, eta: "<script>alert(1)</script>")
    assert "<script>" not in verdict._repr_html_()
    assert "&lt;script&gt;" in verdict._repr_html_()


def test_a_verdict_is_the_same_each_time():
    wrong = lambda theta, grad, eta: theta + eta * grad
    assert ml.check.gd(wrong)._repr_html_() == ml.check.gd(wrong)._repr_html_()


def test_a_picture_of_a_path_that_runs_away():
    expected = np.cumsum(np.ones((9, 2)), axis=0)
    given = expected * 10.0 ** np.arange(9)[:, None]
    given[7:] = np.inf
    svg = picture.paths(expected, given, "theta")
    numbers = [float(x) for x in re.findall(r"-?\d+\.\d", svg)]
    assert max(numbers) <= max(picture.WIDTH, picture.HEIGHT)
    assert "inf" not in svg
    assert "nan" not in svg
    assert picture.paths(expected[:1], given[:1], "theta") == ""


def test_a_formula_and_a_hidden_number_have_no_picture():
    assert ml.check.gd(lambda theta, grad, eta: theta).picture
    assert ml.check.accuracy(lambda p, labels: np.mean(p**3)).picture == ""  # not drawn
    assert ml.check.number(3.0, right=2.0).picture == ""  # not shown


def test_nothing_that_a_reader_prints_is_shown(capsys):
    def step(theta, grad, eta):
        print("here")
        return theta - eta * grad

    assert ml.check.gd(step)
    assert capsys.readouterr().out == ""


def test_no_warning_reaches_the_reader(recwarn):
    assert not ml.check.rmsprop(lambda theta, s, grad, eta, beta2, eps: (theta / 0, np.sqrt(-s)))
    assert not recwarn.list


def test_an_in_place_answer_is_told_so():
    assert "works in place" in ml.check.momentum(function(RIGHT["momentum"][0])).message
    assert "in place" not in ml.check.momentum(function(RIGHT["momentum"][1])).message
    v_alone = function(HEAD + "v *= gamma; v += eta * grad; return theta - v, v")
    assert "changes the caller's `v` in place" in ml.check.momentum(v_alone).message


def test_the_module_is_light():
    """It comes without numba and matplotlib, and with the first use."""
    code = (
        "import sys; import momentumlib as ml; "
        "assert 'momentumlib.check' not in sys.modules; "
        "ml.check.gd(lambda theta, grad, eta: theta); "
        "print([name for name in ('numba', 'matplotlib', 'ipywidgets') if name in sys.modules])"
    )
    root = Path(ml.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
