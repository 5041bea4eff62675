"""The checks on networks: momentum on minibatches, contests, noise; and what a network computes."""

import numpy as np
import pytest

import momentumlib as ml
from checking import held
from momentumlib.check import ch6_fruit

EXERCISES = held(*ch6_fruit.EXERCISES)
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
RIGHT = {
    "rounds_remembered": [
        "def rounds(gamma, batch, pictures): return batch / ((1 - gamma) * pictures)",
        "def rounds(gamma, batch, pictures): return (1 / (1 - gamma)) / (pictures / batch)",
        """
        def rounds(gamma, batch, pictures):
            seen, weight = 0.0, 1.0
            for _ in range(5000):
                seen = seen + weight * batch
                weight = weight * gamma
            return seen / pictures
        """,
    ],
    "steps_to_target": [
        """
        def first(costs, every, target):
            hit = np.flatnonzero(costs <= target)
            return hit[0] * every if hit.size else -1
        """,
        """
        def first(costs, every, target):
            for k, J in enumerate(costs):
                if J <= target:
                    return k * every
            return -1
        """,
        """
        def first(costs, every, target):
            there = costs <= target
            return there.argmax() * every if there.any() else -1
        """,
    ],
    "minibatch_epoch": [
        """
        def one_round(theta, v, x, order, batch, eta, gamma):
            for k in range(0, len(order), batch):
                g = theta - x[order[k : k + batch]].mean()
                v = gamma * v + eta * g
                theta = theta - v
            return theta, v
        """,
        """
        def one_round(theta, v, x, order, batch, eta, gamma):
            left = [x[i] for i in order]
            while left:
                some, left = left[:batch], left[batch:]
                v = gamma * v + eta * sum(theta - each for each in some) / len(some)
                theta -= v
            return [theta, v]
        """,
        """
        def one_round(theta, v, x, order, batch, eta, gamma):
            for rows in np.split(order, range(batch, len(order), batch)):
                v = gamma * v + eta * np.mean(theta - x[rows])
                theta = theta - v
            return theta, v
        """,
    ],
    "winner": [
        """
        def who(costs):
            low, high = costs.min(axis=1), costs.max(axis=1)
            k = high.argmin()
            return k if high[k] < np.delete(low, k).min() else -1
        """,
        """
        def who(costs):
            for k, mine in enumerate(costs):
                if all(mine.max() < other.min() for j, other in enumerate(costs) if j != k):
                    return k
            return -1
        """,
        """
        def who(costs):
            k = costs.mean(axis=1).argmin()
            rest = [row for j, row in enumerate(costs) if j != k]
            return k if costs[k].max() < np.min(rest) else -1
        """,
    ],
    "noise_scale": [
        """
        def equal(drawn, full, batch):
            noise = np.mean(np.sum((drawn - full) ** 2, axis=1))
            return batch * noise / np.sum(full**2)
        """,
        """
        def equal(drawn, full, batch):
            lengths = np.linalg.norm(drawn - full, axis=1)
            return batch * np.mean(lengths**2) / (full @ full)
        """,
        """
        def equal(drawn, full, batch):
            one = sum((g - full) @ (g - full) for g in drawn) * batch / len(drawn)
            return one / np.linalg.norm(full) ** 2
        """,
    ],
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


def _round(rng):
    count = int(rng.integers(3, 14))
    x, order = rng.normal(size=count), rng.permutation(count)
    batch, (eta, gamma) = int(rng.integers(1, 7)), rng.uniform(0.05, 0.9, 2)
    return [*rng.normal(size=2), x, order, batch, eta, gamma]


def _looks(rng):
    costs = rng.uniform(0, 2, 5)
    target = rng.choice([*costs, rng.uniform(0, 1)])  # often one of them: at it is arrived, too
    return [costs, int(rng.integers(2, 40)), target]


DRAW = {
    "rounds_remembered": lambda rng: [
        rng.uniform(0.1, 0.99), int(rng.integers(1, 99)), int(rng.integers(100, 5000)),
    ],
    "steps_to_target": _looks,
    "minibatch_epoch": _round,
    "winner": lambda rng: [rng.uniform(size=(3, 3)) + 0.7 * rng.integers(0, 2, (3, 1))],
    "noise_scale": lambda rng: [
        rng.normal(size=(6, 3)), rng.normal(size=3), int(rng.integers(1, 99)),
    ],
    "layer_parameters": lambda rng: [int(n) for n in rng.integers(1, 9, 3)],
    "guessing_cost": lambda rng: [int(rng.integers(2, 99))],
    "cross_entropy": lambda rng: [rng.normal(size=4), int(rng.integers(4))],
    "score_slope": lambda rng: [rng.normal(size=4), int(rng.integers(4))],
    "accuracy": _odds,
    "top_curvature": _matrix,
}  # fmt: skip


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
