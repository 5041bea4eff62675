"""The checks of the best eta and gamma for a spectrum: Polyak's and Nesterov's."""

import numpy as np
import pytest

import momentumlib as ml
from checking import module
from momentumlib.check.ch2_gamma import tunings

CHECKS = {name: getattr(ml.check, name) for name in ("polyak_tuning", "nesterov_tuning")}
RIGHT = {
    "polyak_tuning": [
        """
        def tuned(mu, L):
            root = np.sqrt(L / mu)
            gamma = ((root - 1) / (root + 1)) ** 2
            return (1 + gamma ** 0.5) ** 2 / L, gamma
        """,
        """
        def tuned(mu, L):
            eta = (2 / (L ** 0.5 + mu ** 0.5)) ** 2
            return [eta, (1 - (eta * mu) ** 0.5) ** 2]
        """,
        "def tuned(mu, L): return np.array(ml.theory.polyak(mu, L)[:2])",
    ],
    "nesterov_tuning": [
        """
        def tuned(mu, L):
            root = np.sqrt(L / mu)
            return 1 / L, (root - 1) / (root + 1)
        """,
        """
        def tuned(mu, L):
            share = (mu / L) ** 0.5
            return [1 / L, (1 - share) / (1 + share)]
        """,
        "def tuned(mu, L): return np.array(ml.theory.nesterov(mu, L)[:2])",
    ],
}
DRAW = dict.fromkeys(RIGHT, lambda rng: [rng.uniform(0.1, 2), rng.uniform(3, 90)])


@pytest.mark.parametrize("name", ["polyak", "nesterov"])
def test_every_known_mistake_in_the_constants_is_named(name):
    _, known = tunings.known_tunings(name, module(f"{name}_tuning").OWN)
    assert len(known) >= 8
    for mistake in known:
        for wrong in mistake.answers:
            assert CHECKS[f"{name}_tuning"](wrong).mistake == mistake.name


def test_the_best_constants_of_a_spectrum():
    polyak, lessard = ml.theory.polyak(1, 100), ml.theory.lessard(1, 100)
    nesterov, check = ml.theory.nesterov(1, 100), ml.check.polyak_tuning
    assert check((polyak.eta, polyak.gamma))
    assert check([polyak.eta, polyak.gamma])
    assert check(np.array([polyak.eta, polyak.gamma]))
    assert check((lessard.eta, lessard.gamma)).mistake == "NAG's best tuning"
    assert check((nesterov.eta, nesterov.gamma)).mistake == "NAG's standard tuning"
    assert check((polyak.gamma, polyak.eta)).mistake == "wrong order"
    assert check((polyak.eta, polyak.rate)).mistake == "rate in place of gamma"
    assert check((polyak.eta, 0.2)).mistake == "only eta right"
    assert check((0.2, polyak.gamma)).mistake == "only gamma right"
    assert check((2 / 101, polyak.gamma)).mistake == "eta of gradient descent"
    assert check((2 / 101, 0.9)).mistake == "gradient descent's eta"
    assert "γ is its square" in check((polyak.eta, polyak.rate)).message
    assert (
        check(lambda mu, L: (4 / (L**0.5 + mu) ** 2, ((L**0.5 - mu) / (L**0.5 + mu)) ** 2)).mistake
        == "root of mu missing"
    )
    assert check((2 / 101, 0.0)).mistake == "gradient descent's tuning"
    assert check(0.03).mistake == "wrong number of results"
    assert check((0.03, 1.0)).mistake == "gamma out of range"
    assert check((-0.03, 0.5)).mistake == "no learning rate"
    assert check((..., ...)).tried is False


@pytest.mark.parametrize("name", ["polyak", "nesterov"])
def test_of_another_pair_it_is_said_for_which_spectrum_it_is(name):
    pair = getattr(ml.theory, name)(3.0, 48.0)[:2]
    verdict = CHECKS[f"{name}_tuning"](tuple(pair), mu=0.5, L=32)
    assert verdict.mistake == "another spectrum"
    assert "for curvatures from 3 to 48; here they go from 0.5 to 32" in verdict.message
    assert "eta is too small, gamma is too" in verdict.difference


def test_the_critical_gamma_at_the_cautious_eta_is_not_nags_tuning():
    """They are within 2 percent of each other here."""
    check = lambda gamma: ml.check.polyak_tuning((1 / 32, gamma), mu=0.5, L=32)
    assert check((1 - (1 / 64) ** 0.5) ** 2).mistake == "critical at 1/L"
    assert check(7 / 9).mistake == "NAG's standard tuning"


def test_nesterovs_standard_constants():
    polyak, lessard = ml.theory.polyak(1, 100), ml.theory.lessard(1, 100)
    nesterov, check = ml.theory.nesterov(1, 100), ml.check.nesterov_tuning
    assert check((nesterov.eta, nesterov.gamma))
    assert check((0.01, 0.82))
    assert check((polyak.eta, polyak.gamma)).mistake == "momentum's tuning"
    assert check((lessard.eta, lessard.gamma)).mistake == "NAG's best tuning"
    assert check((nesterov.eta, nesterov.rate)).mistake == "rate in place of gamma"
    assert "square" not in check((nesterov.eta, nesterov.rate)).message
    assert check((2 / 101, 0.9)).mistake == "gradient descent's eta"
    half = lambda mu, L: (1 / L, (np.sqrt(L) - mu) / (np.sqrt(L) + mu))
    assert check(half).mistake == "root of mu missing"
    assert check((nesterov.eta, polyak.gamma)).mistake == "gamma of Polyak"
    assert check((1.0, nesterov.gamma)).mistake == "eta of the smallest curvature"
