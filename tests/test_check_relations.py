"""A check claims what holds: answers that nobody listed, and what is said of them."""

import numpy as np
import pytest

import momentumlib as ml
from momentumlib.check.engine.relations import related

# --- None of these passes -----------------------------------------------------------


def powers(H, z, steps, end):
    for _ in range(steps):
        z = H @ z
    return end(z, H)


#: Wrong answers that hidden cases with round numbers let pass, and what they are told.
NEARLY = [
    ("top_curvature", lambda H, z, steps: powers(H, z, steps, lambda z, H: z @ H @ z / (z @ z)),
     "not normalized"),
    ("nesterov_tuning", lambda mu, L: (1 / L, (np.sqrt(L // mu) - 1) / (np.sqrt(L // mu) + 1)), ""),
    ("guarantee", lambda L, distance, tol: np.ceil(np.sqrt(2 * L * distance**2 // tol) - 1), ""),
    ("ema_eta", lambda eta, gamma: round(eta / (1 - gamma), 2), "rounded"),
    ("retuned_eta", lambda eta, a, b: round(eta * (1 - b) / (1 - a), 3), "rounded"),
    ("accuracy", lambda p, labels: round(np.mean(p.argmax(axis=1) == labels), 2), "rounded"),
    ("gd_limit", lambda curvatures: min(1, 2 / max(curvatures)), ""),
]  # fmt: skip


@pytest.mark.parametrize(("check", "answer", "mistake"), NEARLY, ids=[row[0] for row in NEARLY])
def test_hidden_cases_are_no_round_numbers(check, answer, mistake):
    verdict = getattr(ml.check, check)(answer)
    assert not verdict.passed
    assert verdict.mistake == mistake
    assert "must be" in verdict.difference


# --- What is said holds --------------------------------------------------------------


def test_whole_numbers_are_no_sign_of_rounding():
    """Each is whole in every case, and rounds nothing."""
    verdict = ml.check.accuracy(lambda p, labels: np.sum(labels == 0))
    assert verdict.mistake == ""
    verdict = ml.check.guessing_cost(lambda classes: classes - 1)
    assert verdict.mistake == ""
    verdict = ml.check.guessing_cost(lambda classes: np.round(np.log(classes)))
    assert verdict.mistake == "whole numbers"


def test_a_rule_is_no_reproach():
    """This answer is never above gamma_max; what is shown is where it differs."""
    late = lambda t, gamma_max: min(gamma_max, 1 - 0.5 / max(t // 250, 1))
    message = ml.check.sutskever(late).message
    assert "broken" not in message


@pytest.mark.parametrize(
    ("check", "answer", "says"),
    [
        ("guessing_cost", lambda n: np.log(n) / np.log(3), "is 0.9102 times the right one"),
        ("half_life", lambda g: -np.log(0.5) / np.log(g) * np.pi, "is -3.142 times"),
        ("ema_eta", lambda eta, gamma: eta**2 / (1 - gamma), "the right one times `eta`"),
        ("batch_sigma", lambda sigma, batch: np.sqrt(batch) / sigma, "one divided by the right"),
        ("noisy_variance", lambda eta, gamma, lam, sigma: 3.0, "all the same"),
        ("retuned_eta", lambda eta, a, b: eta * (1 - b) / (1 - a) + 1, "is 1 too large"),
    ],
)
def test_what_an_answer_has_to_do_with_the_right_one_is_said(check, answer, says):
    verdict = getattr(ml.check, check)(answer)
    assert says in verdict.message


def test_a_first_step_of_another_length():
    verdict = ml.check.gd(lambda theta, grad, eta: theta - 3 * eta * grad)
    assert "Each first step is 3 times the right one" in verdict.message


def test_two_mistakes_at_once():
    verdict = ml.check.restart_interval(lambda kappa, c: round(np.e * np.sqrt(8 * kappa)))
    assert verdict.mistake == "the chapter's guarantee"
    assert "Besides, each of your numbers is rounded to the nearest whole number" in verdict.message


def test_a_right_first_step_is_no_mistake():
    """Here the velocity alone is wrong, so that only the second step is."""
    verdict = ml.check.momentum(lambda theta, v, grad, eta, gamma: (
        theta - gamma * v - eta * grad, gamma * v + eta * grad**3))  # fmt: skip
    assert "times the right one" not in verdict.message


def test_who_always_answers_zero_has_rounded_nothing():
    shares = np.array([[0.25], [0.5], [0.75], [0.3]])
    assert related(0 * shares, shares)[0] == "constant"
    b = np.array([[1.75], [-2.5], [-0.75], [7.3]])
    assert "toward 0" in related(np.trunc(b), b)[1]


def test_few_numbers_prove_nothing():
    twice = np.array([[2.0], [2.0]])
    assert related(2 * twice, twice) is None
    assert related([[np.nan], [1], [2]], [[1], [2], [3]]) is None


# --- A case that a person can compute -------------------------------------------------


@pytest.mark.parametrize(
    ("check", "answer", "shown"),
    [
        ("cross_entropy", lambda scores, label: scores.sum() ** 3, "scores = ["),
        ("accuracy", lambda p, labels: np.mean(p**3), "probabilities = [[0.9, 0.1], [0.4, 0.6]"),
        ("top_curvature", lambda H, z, steps: z.sum() ** 3, "H = [[3., 1.], [1., 2.]], z = [2., "),
        ("tail_average", lambda path, first: path[0] ** 3, "path = [[ 8., 16., -8.]"),
        ("stored_theta", lambda s, b, lr, momentum: s**3, "buffer = ["),
        ("weighted_sum", lambda G, eta, gamma: G[0] ** 3, "gradients = [["),
    ],
)  # fmt: skip
def test_all_inputs_of_the_case_are_shown(check, answer, shown):
    verdict = getattr(ml.check, check)(answer)
    assert verdict.mistake == ""
    assert shown in verdict.difference
