"""The checks of schedules, and of the interval between restarts."""

import numpy as np
import pytest

import momentumlib as ml
from checking import function, held

EXERCISES = held("schedule", "warmup", "sutskever", "cosine", "restart_interval")
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
RIGHT = {
    "schedule": [
        "def gamma(t, gamma0, steps, cap): return min(gamma0 + (1 - gamma0) * t / steps, cap)",
        """
        def gamma(t, gamma0, steps, cap):
            value = 1 - (1 - gamma0) * (1 - t / steps)
            if value > cap:
                return cap
            return value
        """,
        "def gamma(t, g, T, cap): return np.minimum(ml.schedules.linear_to_one(g, T)(t), cap)",
        """
        def gamma(t, gamma0, steps, cap):
            share = np.clip(t / steps, 0, 1)
            return np.array([np.clip(gamma0 * (1 - share) + share, None, cap)])
        """,
    ],
    "warmup": [
        "def rate(t, eta, steps): return eta * min((t + 1) / (steps + 1), 1)",
        """
        def rate(t, eta, steps):
            if t < steps:
                return eta / (steps + 1) * (t + 1)
            return eta
        """,
        "def rate(t, eta, W): return ml.schedules.warmup(W, then=eta)(t)",
        "def rate(t, eta, steps): return np.interp(t, [-1, steps], [0, eta])",
    ],
    "sutskever": [
        """
        def gamma(t, gamma_max):
            return min(1 - 2 ** (-1 - np.log2(t // 250 + 1)), gamma_max)
        """,
        "def gamma(t, gamma_max): return np.minimum(1 - 0.5 / (np.floor(t / 250) + 1), gamma_max)",
        """
        import math
        def gamma(t, gamma_max):
            stair = 1 + math.floor(t / 250)
            value = 1 - math.pow(2, -1 - math.log(stair, 2))
            return gamma_max if value > gamma_max else value
        """,
        "def gamma(t, gamma_max): return ml.schedules.sutskever(gamma_max)(t)",
    ],
    "cosine": [
        "def rate(t, eta, steps): return eta * (1 + np.cos(np.pi * min(t / steps, 1))) / 2",
        """
        import math
        def rate(t, eta, steps):
            if t >= steps:
                return 0
            return 0.5 * eta * (1 + math.cos(math.pi * t / steps))
        """,
        "def rate(t, eta, T): return eta * np.cos(np.pi / 2 * np.clip(t / T, 0, 1)) ** 2",
        "def rate(t, eta, T): return ml.schedules.cosine(eta, T)(t)",
    ],
    "restart_interval": [
        "def interval(kappa, c): return np.e * np.sqrt(2 * c * kappa)",
        "def interval(kappa, c): return np.exp(1 + np.log(2 * c * kappa) / 2)",
        """
        import math
        def interval(kappa, c):
            return ml.theory.restart_interval(kappa) * math.sqrt(c / 4)
        """,
        "def interval(kappa, c): return (2 * np.exp(2) * c * kappa) ** 0.5",
    ],
}
DRAW = {
    "schedule": lambda rng: [
        int(rng.integers(0, 50)), rng.uniform(0.1, 0.6), int(rng.integers(10, 40)),
        rng.uniform(0.65, 1),
    ],
    "warmup": lambda rng: [
        int(rng.integers(0, 50)), rng.uniform(0.01, 3), int(rng.integers(3, 40)),
    ],
    "sutskever": lambda rng: [
        int(rng.choice([0, 249, 250, 500, *rng.integers(0, 3000, 4)])), rng.uniform(0.7, 1),
    ],
    "cosine": lambda rng: [
        int(rng.integers(0, 50)), rng.uniform(0.01, 3), int(rng.integers(10, 40)),
    ],
    "restart_interval": lambda rng: [rng.uniform(2, 4000), rng.uniform(0.2, 9)],
}  # fmt: skip


# As readers write them: independent of the texts in the library.
READERS = [
    ("schedule", "return min(cap, gamma0 + (1 - gamma0) / steps * (t + 1))", "one step early"),
    ("schedule", "return min(cap, gamma0 + (1 - gamma0) / (steps - 1) * t)",
     "number of steps off by one"),
    ("schedule", "return gamma0 + (1 - gamma0) * min(1, t / steps)", "no cap"),
    ("schedule", "return np.linspace(gamma0, cap, steps + 1)[min(t, steps)]", "line to the cap"),
    ("warmup", "return t / steps * eta if t < steps else eta", "begins at zero"),
    ("warmup", "return np.linspace(0, eta, steps + 1)[min(t, steps)]", "begins at zero"),
    ("warmup", "return np.linspace(eta / steps, eta, steps)[min(t, steps - 1)]",
     "arrives one step early"),
    ("warmup", "return (1 + t) * eta / (1 + steps)", "no end"),
    ("warmup", "return np.minimum(eta * (t + 1) / (steps + 1), 1.0)", "held at 1"),
    ("warmup", "return (t + 1) / (steps + 1) if t < steps else eta", "eta missing"),
    ("warmup", "return np.clip((t + 1) / (steps + 1), 0, 1)", "eta missing"),
    ("sutskever", "return 1 - 0.5 / (t // 250 + 1)", "no cap"),
    ("sutskever", "return min(gamma_max, 1 - 0.5 / (t / 250 + 1))", "stairs missing"),
    ("sutskever", "return min(gamma_max, 1 - 2 ** (-1 - np.log2((t + 1) // 250 + 1)))",
     "stair one step early"),
    ("sutskever", "return min(gamma_max, 1 - 2 ** (-1 - np.log(t // 250 + 1)))",
     "another logarithm"),
    ("sutskever", "return min(gamma_max, 1 - 2 ** (-1 - np.log2(t // 250)))", "plus one missing"),
    ("sutskever", "return max(gamma_max, 1 - 0.5 / (t // 250 + 1))", "larger in place of smaller"),
    ("cosine", "return eta / 2 * (1 + np.cos(np.pi * t / steps))", "rises again"),
    ("cosine", "return eta / 2 * 1 + np.cos(np.pi * t / steps)", "brackets missing"),
    ("cosine", "return eta * np.cos(np.pi * np.minimum(t, steps) / steps)", "one missing"),
    ("cosine", "return (1 + np.cos(np.pi * min(t, steps) / steps)) * eta", "half missing"),
    ("cosine", "return 0.5 * eta * (1 + np.cos(np.radians(180) * min(t, steps)))", "share missing"),
    ("cosine", "return 0.5 * eta * (1 + np.cos(180 * min(t, steps) / steps))", "degrees"),
    ("cosine", "return 0.5 * eta * (1 - np.cos(np.pi * min(t, steps) / steps))", "rising"),
    ("cosine", "return eta * (1 - t / steps) if t < steps else 0", "straight line"),
    ("restart_interval", "return np.e * (8 * kappa) ** 0.5", "the chapter's guarantee"),
    ("restart_interval", "return np.e * (c * kappa) ** 0.5", "half missing"),
    ("restart_interval", "return np.e * (8 * kappa / c) ** 0.5", "c upside down"),
    ("restart_interval", "return (2 * c * kappa) ** 0.5", "a cycle that gains nothing"),
    ("restart_interval", "return round(np.exp(1) * np.sqrt(2 * c * kappa))", "rounded"),
    ("restart_interval", "return round(np.exp(1) * np.sqrt(8 * kappa))", "the chapter's guarantee"),
    ("restart_interval", "return np.exp(2) * 2 * c * kappa", "root missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "mistake"), READERS)
def test_mistakes_are_named_as_readers_write_them(name, body, mistake):
    verdict = CHECKS[name](function(f"def f({', '.join(EXERCISES[name].takes)}): {body}"))
    assert not verdict
    assert verdict.mistake == mistake, verdict
    assert verdict.difference.startswith("First difference at ")


@pytest.mark.parametrize(
    ("body", "mistake", "said"),
    [
        ("...", "", "in place of the `...`"),
        ("return ...", "", "in place of the `...`"),
        ("eta * (1 + np.cos(np.pi * t / steps)) / 2", "returns None", "must `return` eta"),
        ("print(eta)", "returns None", "Printing is not enough"),
        ("return 'high'", "no numbers", "must hold numbers"),
        ("return [eta, eta]", "wrong shape", "must be one number"),
        ("return eta, t", "wrong shape", "must be one number"),
        ("return eta * math.cos(t)", "raises", "NameError"),
        ("return eta * 2^np.cos(t)", "raises", "A power is written `**`"),
        ("import math; return eta * math.log2(0 * t)", "raises", "A logarithm needs a number"),
        ("return eta * 2", "", "none of the known mistakes"),
        (
            "return int(eta * (1 + np.cos(np.pi * min(t / steps, 1))) / 2)",
            "constant",
            "cut fractions",
        ),
    ],
)
def test_what_is_wrong_besides_the_numbers(body, mistake, said):
    verdict = ml.check.cosine(function(f"def rate(t, eta, steps): {body}"))
    assert not verdict
    assert verdict.mistake == mistake, verdict
    assert said in verdict.message
    assert verdict.tried == ("..." not in body)


def test_arguments_in_another_order():
    verdict = ml.check.cosine(lambda eta, t, steps: eta)
    assert verdict.mistake == "order of the arguments"
    assert ml.check.restart_interval(lambda kappa: kappa).mistake == "wrong arguments"
    assert ml.check.restart_interval(54.4).mistake == "no function"


def test_a_division_by_zero_is_told_with_its_line():
    verdict = ml.check.warmup(lambda t, eta, steps: eta * min((steps + 1) / t, 1))
    assert verdict.mistake == "raises"
    assert "ZeroDivisionError" in verdict.message


def test_the_interval_minimizes_the_guarantee():
    """Against a search over whole k, in the words of the exercise."""
    k = np.arange(2, 2000)
    for kappa, c in ((100, 2), (1000, 4), (50, 1)):
        best = k[np.argmin(np.log(2 * c * kappa / k**2) / k)]
        right = function(RIGHT["restart_interval"][0])(kappa, c)
        assert abs(best - right) <= 1
