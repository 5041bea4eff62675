"""The checks on networks: parameters, softmax's cost and slope, accuracy, the power method."""

import numpy as np
import pytest

import momentumlib as ml
from checking import held
from momentumlib.check import ch6_fruit

EXERCISES = held(*ch6_fruit.EXERCISES)
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
RIGHT = {
    "layer_parameters": [
        "def count(size, below, channels): return (size**2 * below + 1) * channels",
        "def count(size, below, channels): return size * size * below * channels + channels",
        """
        def count(size, below, channels):
            weights = np.zeros((channels, size, size, below))
            biases = np.zeros(channels)
            return weights.size + biases.size
        """,
    ],
    "guessing_cost": [
        "def cost(classes): return np.log(classes)",
        "def cost(classes): return -np.log(1 / classes)",
        """
        def cost(classes):
            p = np.full(classes, 1 / classes)
            return -np.log(p[0])
        """,
    ],
    "cross_entropy": [
        "def cost(scores, label): return np.log(np.sum(np.exp(scores))) - scores[label]",
        """
        def cost(scores, label):
            p = np.exp(scores) / np.exp(scores).sum()
            return -np.log(p[label])
        """,
        """
        def cost(scores, label):
            odds = np.exp(scores - scores.max())
            return np.log(odds.sum() / odds[label])
        """,
        "def cost(scores, label): return np.log(np.sum(np.exp(scores - scores[label])))",
    ],
    "score_slope": [
        """
        def slope(scores, label):
            p = np.exp(scores) / np.exp(scores).sum()
            p[label] -= 1
            return p
        """,
        """
        def slope(scores, label):
            odds = np.exp(scores - scores.max())
            right = np.zeros(len(scores))
            right[label] = 1
            return odds / odds.sum() - right
        """,
        """
        def slope(scores, label):
            total = sum(np.exp(z) for z in scores)
            return [np.exp(z) / total - (k == label) for k, z in enumerate(scores)]
        """,
    ],
    "accuracy": [
        "def share(probabilities, labels): return np.mean(probabilities.argmax(axis=1) == labels)",
        """
        def share(probabilities, labels):
            right = 0
            for p, label in zip(probabilities, labels):
                if np.argmax(p) == label:
                    right += 1
            return right / len(labels)
        """,
        """
        def share(probabilities, labels):
            best = probabilities.max(axis=1)
            return np.mean(probabilities[np.arange(len(labels)), labels] == best)
        """,
    ],
    "top_curvature": [
        """
        def top(H, z, steps):
            for _ in range(steps):
                z = H @ z
                z = z / np.linalg.norm(z)
            return z @ H @ z
        """,
        """
        def top(H, z, steps):
            for _ in range(steps):
                z = H @ (z / np.linalg.norm(z))
            return z @ H @ z / (z @ z)
        """,
        """
        def top(H, z, steps):
            for _ in range(steps):
                z = H @ z / np.abs(z).max()
            return np.sum(z * (H @ z)) / np.sum(z**2)
        """,
    ],
}


def _odds(rng):
    p = rng.exponential(size=(9, 3))
    return [p / p.sum(axis=1, keepdims=True), rng.integers(0, 3, 9)]


def _matrix(rng):
    a = rng.normal(size=(4, 4))
    return [a @ a.T, rng.normal(size=4), int(rng.integers(1, 9))]


DRAW = {
    "layer_parameters": lambda rng: [int(n) for n in rng.integers(1, 9, 3)],
    "guessing_cost": lambda rng: [int(rng.integers(2, 99))],
    "cross_entropy": lambda rng: [rng.normal(size=4), int(rng.integers(4))],
    "score_slope": lambda rng: [rng.normal(size=4), int(rng.integers(4))],
    "accuracy": _odds,
    "top_curvature": _matrix,
}


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_stub_is_not_tried(name):
    verdict = CHECKS[name](lambda *arguments: ...)
    assert not verdict.tried


def test_what_is_no_answer_is_told():
    assert "wrong shape" in CHECKS["score_slope"](lambda scores, label: scores[label]).mistake
    verdict = CHECKS["top_curvature"](lambda H, z, steps: z)
    assert not verdict.passed
    assert verdict.message


def test_an_unknown_mistake_shows_both_values():
    verdict = CHECKS["cross_entropy"](lambda scores, label: 3 * np.log(2 + np.abs(scores[label])))
    assert verdict.mistake == ""
    assert "must be" in verdict.difference
    assert "yours is" in verdict.difference
