"""The checks on what the velocity remembers: the sum of gradients, and η for a new γ."""

import pytest

import momentumlib as ml
from checking import function, held

EXERCISES = held("weighted_sum", "retuned_eta")
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
RIGHT = {
    "weighted_sum": [
        """
        def velocity(gradients, eta, gamma):
            v = np.zeros(gradients.shape[1])
            for g in gradients:
                v = gamma * v + eta * g
            return v
        """,
        """
        def velocity(gradients, eta, gamma):
            newest = len(gradients) - 1
            total = 0
            for i, g in enumerate(gradients):
                total = total + gamma ** (newest - i) * g
            return eta * total
        """,
        """
        def velocity(gradients, eta, gamma):
            weights = gamma ** np.arange(len(gradients))
            return eta * np.sum(weights[:, None] * gradients[::-1], axis=0)
        """,
        """
        def velocity(gradients, eta, gamma):
            v = eta * gradients[0]
            for i in range(1, len(gradients)):
                v *= gamma
                v += eta * gradients[i]
            return list(v)
        """,
        """
        def velocity(gradients, eta, gamma):
            if len(gradients) == 0:
                return np.zeros(gradients.shape[1])
            return gamma * velocity(gradients[:-1], eta, gamma) + eta * gradients[-1]
        """,
    ],
    "retuned_eta": [
        """
        def retuned(eta, gamma, new_gamma):
            effective = eta / (1 - gamma)
            return effective * (1 - new_gamma)
        """,
        "def retuned(eta, gamma, new_gamma): return eta / (1 - gamma) * (1 - new_gamma)",
        "def retuned(eta, gamma, new_gamma): return eta * (new_gamma - 1) / (gamma - 1)",
        """
        def retuned(eta, gamma, new_gamma):
            memory, new_memory = 1 / (1 - gamma), 1 / (1 - new_gamma)
            return eta * memory / new_memory
        """,
    ],
}
DRAW = {
    "weighted_sum": lambda rng: [
        rng.normal(size=(int(rng.integers(1, 8)), 3)), rng.uniform(0.01, 2), rng.uniform(0, 1),
    ],
    "retuned_eta": lambda rng: [rng.uniform(0.001, 2), *rng.uniform(0.05, 0.99, 2)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("v = 0\n for g in gradients: v = gamma * v + (1 - gamma) * g\n return v", "average"),
        ("v = 0\n for g in gradients: v = gamma * v + g\n return v", "eta missing"),
        ("v = 0\n for g in gradients[::-1]: v = gamma * v + eta * g\n return v", "oldest first"),
        ("v = 0\n for g in gradients: v = gamma * (v + eta * g)\n return v", "newest fades, too"),
        ("v = gradients[0]\n for g in gradients[1:]: v = gamma * v + eta * g\n return v",
         "first gradient without eta"),
        ("v = gradients[0]\n for g in gradients: v = gamma * v + eta * g\n return v",
         "v begins with a gradient"),
        ("v = 0\n for g in gradients: v = v + eta * g\n return v", "nothing fades"),
        ("v = 0\n for g in gradients: v = gamma * v - eta * g\n return v", "wrong sign"),
        ("for g in gradients: v = eta * g\n return v", "only the newest"),
        ("return eta * np.sum(gamma * gradients)", "wrong shape"),
        ("v = [0 * gradients[0]]\n for g in gradients: v.append(gamma * v[-1] + eta * g)\n "
         "return np.array(v)", "wrong shape"),
        ("return eta * gamma ** np.arange(3)[::-1] @ gradients", "raises"),
    ],
)  # fmt: skip
def test_wrong_sums_are_named_as_readers_write_them(body, mistake):
    verdict = ml.check.weighted_sum(function(f"def velocity(gradients, eta, gamma):\n {body}"))
    assert verdict.mistake == mistake, verdict
    assert not verdict


def test_wrong_learning_rates_are_named_as_readers_write_them():
    check = ml.check.retuned_eta
    assert check(lambda eta, gamma, new_gamma: eta).mistake == "eta unchanged"
    assert check(lambda eta, gamma, new_gamma: eta / (1 - gamma)).mistake == (
        "effective learning rate"
    )
    assert check(lambda e, g, n: e / (1 - g) / (1 - n)).mistake == ""
    assert check(lambda eta, gamma, new_gamma: print(eta)).mistake == "returns None"
    assert check(lambda eta, gamma, new_gamma: ...).tried is False
