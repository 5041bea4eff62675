"""The checks on the roots of the recurrence: critical damping, the rate of a valley."""

import numpy as np
import pytest

import momentumlib as ml
from checking import function, held

EXERCISES = held("critical_gamma", "valley_rate")
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
RIGHT = {
    "critical_gamma": [
        """
        def critical(eta, lam):
            root = 1 - np.sqrt(eta * lam)
            return root ** 2
        """,
        "def critical(eta, lam): return 1 + eta * lam - 2 * (eta * lam) ** 0.5",
        "def critical(eta, lam): return (np.sqrt(lam * eta) - 1) ** 2",
        """
        def critical(eta, lam):
            product = eta * lam
            both = np.roots([1, -2 - 2 * product, (1 - product) ** 2])
            return min(both)
        """,
    ],
    "valley_rate": [
        """
        def rate(eta, gamma, eigenvalues):
            slowest = 0.0
            for lam in eigenvalues:
                both = np.roots([1, -(1 + gamma - eta * lam), gamma])
                slowest = max(slowest, np.abs(both).max())
            return slowest
        """,
        """
        def rate(eta, gamma, eigenvalues):
            b = 1 + gamma - eta * np.asarray(eigenvalues)
            root = np.sqrt(b * b - 4 * gamma + 0j)
            return max(np.abs(b + root).max(), np.abs(b - root).max()) / 2
        """,
        """
        def rate(eta, gamma, eigenvalues):
            sizes = []
            for lam in eigenvalues:
                matrix = [[1 - eta * lam, -gamma], [eta * lam, gamma]]
                sizes.extend(np.abs(np.linalg.eigvals(matrix)))
            return max(sizes)
        """,
        """
        def rate(eta, gamma, eigenvalues):
            def one(lam):
                b = 1 + gamma - eta * lam
                under = b * b - 4 * gamma
                return gamma ** 0.5 if under < 0 else (abs(b) + under ** 0.5) / 2
            return max(one(lam) for lam in (min(eigenvalues), max(eigenvalues)))
        """,
        "def rate(eta, gamma, eigenvalues): "
        "return ml.theory.rate(ml.momentum(eta, gamma), eigenvalues)",
    ],
}
DRAW = {
    "critical_gamma": lambda rng: [rng.uniform(0.01, 0.4), rng.uniform(0.1, 9)],
    "valley_rate": lambda rng: [
        rng.uniform(0.001, 0.3), rng.uniform(0, 1), rng.uniform(0.1, 30, int(rng.integers(1, 6))),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("sizes = []\n for lam in eigenvalues:\n  "
         "sizes.append(min(abs(np.roots([1, -(1 + gamma - eta * lam), gamma]))))\n "
         "return max(sizes)", "smallest root"),
        ("lam = max(eigenvalues)\n "
         "return max(abs(np.roots([1, -(1 + gamma - eta * lam), gamma])))", "only one eigenvalue"),
        ("b = 1 + gamma - eta * np.array(eigenvalues)\n "
         "return max((b + np.sqrt(b ** 2 - 4 * gamma)) / 2)", "not a number"),
        ("b = 1 + gamma - eta * np.array(eigenvalues)\n "
         "return np.max((b + np.sqrt(b ** 2 - 4 * gamma)) / 2)", "root of a negative number"),
        ("return max(np.roots([1, -(1 + gamma - eta * eigenvalues[0]), gamma]) + 0j)",
         "complex number"),
        ("slowest = 0\n for lam in eigenvalues:\n  b = 1 + gamma - eta * lam\n  "
         "slowest = max(slowest, (b + np.sqrt(b * b - 4 * gamma)) / 2)\n return slowest",
         "complex roots lost"),
        ("slowest = 0\n for lam in eigenvalues:\n  b = 1 + gamma - eta * lam\n  "
         "d = b * b - 4 * gamma\n  size = gamma ** 0.5 if d < 0 else (b + d ** 0.5) / 2\n  "
         "slowest = max(slowest, size)\n return slowest", "size missing"),
        ("return gamma ** 0.5", "always the root of gamma"),
        ("return np.abs(1 - eta * eigenvalues).max()", "gradient descent's rate"),
        ("return np.sqrt(gamma) * np.ones(len(eigenvalues))", "wrong shape"),
    ],
)  # fmt: skip
def test_wrong_rates_are_named_as_readers_write_them(body, mistake):
    verdict = ml.check.valley_rate(function(f"def rate(eta, gamma, eigenvalues):\n {body}"))
    assert verdict.mistake == mistake, verdict
    assert not verdict


def test_wrong_dampings_are_named_as_readers_write_them():
    check = ml.check.critical_gamma
    assert check(lambda eta, lam: 1 - (eta * lam) ** 0.5).mistake == "square missing"
    assert check(lambda eta, lam: (1 + (eta * lam) ** 0.5) ** 2).mistake == "the other solution"
    assert check(lambda eta, lam: (1 - eta * lam) ** 2).mistake == "root missing"
    assert check(lambda eta, lam: np.sqrt(1 - eta * lam)).mistake == "not a number"
