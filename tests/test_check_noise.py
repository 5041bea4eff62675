"""The checks of the chapters on noise and on frameworks."""

import pytest

import momentumlib as ml
from checking import function, held
from momentumlib.check import ch7_noise, ch8_frameworks
from momentumlib.check.engine import exercise

EXERCISES = held(*ch7_noise.EXERCISES, *ch8_frameworks.EXERCISES)
CHECKS = {name: getattr(ml.check, name) for name in EXERCISES}
RIGHT = {
    "batch_sigma": [
        "def spread(sigma, batch): return sigma / np.sqrt(batch)",
        "def spread(sigma, batch): return (sigma**2 / batch) ** 0.5",
        """
        import math
        def spread(s, B):
            return s * math.exp(-math.log(B) / 2)
        """,
    ],
    "noisy_variance": [
        """
        def variance(eta, gamma, lam, sigma):
            above = eta * sigma**2 * (1 + gamma)
            return above / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam))
        """,
        "def variance(e, c, lam, s): return ml.theory.stationary_variance(e, c, lam, s)",
        """
        def variance(eta, gamma, lam, sigma):
            a = 1 + gamma - eta * lam
            # V = a² V + γ² V − 2 a γ C + η² σ²,  C = a V / (1 + γ)
            share = 1 - a * a - gamma**2 + 2 * a * a * gamma / (1 + gamma)
            return eta**2 * sigma**2 / share
        """,
    ],
    "quieter": [
        "def ratio(r, gamma): return (2 - r) / (2 - r * (1 - gamma) / (1 + gamma))",
        """
        def ratio(r, gamma):
            variance = ml.theory.stationary_variance
            return variance(r * (1 - gamma), gamma, 1.0, 1.0) / variance(r, 0.0, 1.0, 1.0)
        """,
        "def ratio(r, c): return (2 - r) * (1 + c) / (2 * (1 + c) - r * (1 - c))",
    ],
    "tail_average": [
        "def tail(path, first): return path[first:].mean(axis=0)",
        "def tail(path, first): return np.sum(path[first:], 0) / (len(path) - first)",
        """
        def tail(path, first):
            mean, count = np.zeros(path.shape[1]), 0
            for row in path[first:]:
                count = count + 1
                mean = mean + (row - mean) / count
            return mean
        """,
    ],
    "floor_eta": [
        "def rate(floor, lam, sigma): return 2 * floor * lam / (sigma**2 + floor * lam**2)",
        "def rate(V, lam, sigma): return 2 / (lam + sigma**2 / (V * lam))",
        """
        def rate(floor, lam, sigma):
            low, high = 0.0, 2 / lam
            for _ in range(200):
                eta = (low + high) / 2
                if eta * sigma**2 < floor * lam * (2 - eta * lam):
                    low = eta
                else:
                    high = eta
            return low
        """,
    ],
    "ema_eta": [
        "def rate(eta, gamma): return eta / (1 - gamma)",
        "def rate(eta, gamma): return ml.theory.effective_eta(eta, gamma)",
        "def rate(eta, gamma): return eta * (1 - gamma) ** -1.0",
    ],
    "decay_kept": [
        "def part(decay, etas): return np.prod(1 - decay * etas)",
        """
        def part(w, etas):
            left = 1.0
            for eta in etas:
                left -= eta * w * left
            return left
        """,
        "def part(decay, etas): return np.exp(np.sum(np.log(1 - decay * etas)))",
    ],
    "torch_step": [
        """
        def step(theta, buffer, grad, lr, momentum):
            buffer = momentum * buffer + grad
            return theta - lr * buffer, buffer
        """,
        """
        def step(theta, buffer, grad, lr, momentum):
            buffer *= momentum
            buffer += grad
            theta -= lr * buffer
            return theta, buffer
        """,
        """
        def step(theta, b, grad, lr, momentum):
            new = [momentum * x + g for x, g in zip(b, grad)]
            return [x - lr * y for x, y in zip(theta, new)], new
        """,
    ],
    "mended_gamma": [
        "def momentum(gamma, old, new): return gamma * old / new",
        "def momentum(gamma, old, new): return gamma / (new / old)",
        "def momentum(gamma, old, new): return gamma * np.exp(np.log(old) - np.log(new))",
    ],
    "stored_theta": [
        "def theta(stored, buffer, lr, momentum): return stored + momentum * lr * buffer",
        "def theta(s, b, lr, mu): return np.array([x + mu * (lr * y) for x, y in zip(s, b)])",
        """
        def theta(stored, buffer, lr, momentum):
            v = lr * buffer
            return stored - -momentum * v
        """,
    ],
}
DRAW = {
    "batch_sigma": lambda rng: [rng.uniform(0.1, 5), int(rng.integers(1, 200))],
    "noisy_variance": lambda rng: [
        rng.uniform(0.01, 0.5), rng.uniform(0, 0.95), rng.uniform(0.2, 3), rng.uniform(0.2, 3),
    ],
    "tail_average": lambda rng: [rng.normal(size=(12, 3)), int(rng.integers(1, 11))],
    "quieter": lambda rng: [rng.uniform(0.05, 1.95), rng.uniform(0, 0.95)],
    "floor_eta": lambda rng: list(rng.uniform(0.05, 3, 3)),
    "ema_eta": lambda rng: [rng.uniform(0.001, 1), rng.uniform(0, 0.99)],
    "torch_step": lambda rng: [
        *(rng.normal(size=3) for _ in range(3)), rng.uniform(0.01, 2), rng.uniform(0, 1),
    ],
    "decay_kept": lambda rng: [rng.uniform(0.1, 1), rng.uniform(0.05, 0.9, 5)],
    "mended_gamma": lambda rng: list(rng.uniform(0.05, 0.95, 3)),
    "stored_theta": lambda rng: [
        rng.normal(size=3), rng.normal(size=3), rng.uniform(0.01, 2), rng.uniform(0, 1),
    ],
}  # fmt: skip


# As readers write them: independent of the texts in the library.
READERS = [
    ("batch_sigma", "return sigma * batch ** -1", "divided by batch"),
    ("batch_sigma", "return sigma * batch ** 0.5", "growing"),
    ("batch_sigma", "return (sigma / batch) ** 0.5", "root of sigma"),
    ("noisy_variance", "return eta / (1 - gamma) * sigma * sigma / lam / 2", "small eta only"),
    ("noisy_variance", "return eta * sigma**2 / lam / (2 - eta * lam)", "gradient descent"),
    ("quieter", "return (1 - r / (1 + gamma) * (1 - gamma) / 2) / (1 - r / 2)", "upside down"),
    ("quieter", "return (2 - r) * (1 + gamma) / (2 + 2 * gamma - r)", "momentum's eta"),
    ("decay_kept", "return np.exp(-sum(etas) * decay)", "exponential"),
    ("decay_kept", "return 1 - sum(etas) * decay", "added up"),
    ("tail_average", "return sum(path[first:]) / path.shape[0]", "divided by all"),
    ("tail_average", "return path[:first].mean(0)", "the beginning"),
    ("tail_average", "return path.mean(0)", "whole path"),
    ("floor_eta", "return floor * 2 / sigma**2 * lam", "small eta only"),
    ("floor_eta", "return 2 * floor * lam / (sigma * sigma - lam * lam * floor)", "sign"),
    ("ema_eta", "return (1 - gamma) * eta", "times 1 - gamma"),
    ("ema_eta", "return eta", "eta unchanged"),
    ("mended_gamma", "return new / old * gamma", "upside down"),
    ("mended_gamma", "return gamma", "gamma unchanged"),
    ("stored_theta", "return stored - lr * momentum * buffer", "wrong sign"),
    ("stored_theta", "return stored + buffer * momentum", "lr missing"),
    ("torch_step", "v = buffer * momentum + lr * grad; return theta - v, v", "eta inside"),
    ("torch_step", "m = momentum * buffer + grad * (1 - momentum); return theta - m * lr, m",
     "average"),
    ("torch_step", "n = momentum * buffer + grad; return theta - lr * n, buffer",
     "buffer not kept"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "text", "name"), READERS)
def test_mistakes_are_named_as_readers_write_them(check, text, name):
    verdict = CHECKS[check](exercise.written(EXERCISES[check].takes, text))
    assert verdict.mistake == name, verdict


def test_what_is_no_answer():
    for name in EXERCISES:
        takes = ", ".join(EXERCISES[name].takes)
        assert not CHECKS[name](...).tried
        assert not CHECKS[name](function(f"def answer({takes}): ...")).tried
        assert CHECKS[name](function(f"def answer({takes}): print(1)")).mistake == "returns None"
        assert CHECKS[name](3.0).mistake == "no function"
