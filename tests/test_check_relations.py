"""A check claims what holds: answers that nobody listed, and what is said of them."""

import signal

import numpy as np
import pytest

import momentumlib as ml
from momentumlib.check.engine import answer
from momentumlib.check.engine.relations import related
from momentumlib.check.engine.sandbox import parent

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


RIGHT = np.array([[0.3127], [1.7343], [6.5291], [0.0491]])
ETA = np.array([0.1, 0.3, 0.7, 0.55])

#: What is done to the right number b, with an argument x: what is said of it.
RELATED = [
    (lambda b, x: -b, "has the right size, and the wrong sign"),
    (lambda b, x: 1 / b, "one divided by the right one"),
    (lambda b, x: b**2, "the square of the right one"),
    (lambda b, x: b**0.5, "the root of the right one"),
    (lambda b, x: 1 - b, "1 minus the right one"),
    (lambda b, x: np.log(b), "the logarithm of the right one"),
    (lambda b, x: np.exp(b), "e to the power of the right one"),
    (lambda b, x: b * x, "the right one times `eta`"),
    (lambda b, x: b / x, "the right one divided by `eta`"),
    (lambda b, x: b + x, "the right one plus `eta`"),
    (lambda b, x: b - x, "the right one minus `eta`"),
    (lambda b, x: b * x * x, "times the square of `eta`"),
    (lambda b, x: b / x**0.5, "divided by the root of `eta`"),
    (lambda b, x: b * (1 - x), "times `1 - eta`"),
    (lambda b, x: b / (1 + x), "divided by `1 + eta`"),
    (lambda b, x: b * np.pi, "is 3.142 (π) times"),
    (lambda b, x: b / np.pi, "is 0.3183 (1/π) times"),
    (lambda b, x: b * np.e, "is 2.718 (e) times"),
    (lambda b, x: b / np.e, "is 0.3679 (1/e) times"),
    (lambda b, x: b / np.log(2), "is 1.443 (1/ln 2: a logarithm to base 2) times"),
    (lambda b, x: b * np.log(2), "is 0.6931 (ln 2) times"),
    (lambda b, x: b / np.log(10), "is 0.4343 (1/ln 10: a logarithm to base 10) times"),
    (lambda b, x: b * np.log(10), "is 2.303 (ln 10) times"),
    (lambda b, x: b * 2**0.5, "is 1.414 (√2) times"),
    (lambda b, x: b / 2**0.5, "is 0.7071 (1/√2) times"),
    (lambda b, x: 5 * b, "is 5 times"),
    (lambda b, x: b + 0.25, "is 0.25 too large"),
    (lambda b, x: b - 0.25, "is 0.25 too small"),
    (lambda b, x: 0 * b + 3, "all the same"),
    (lambda b, x: 0 * b, "All your numbers are 0"),
    (lambda b, x: np.round(b), "rounded to the nearest whole number"),
    (lambda b, x: np.floor(b), "rounded down to a whole number"),
    (lambda b, x: np.ceil(b), "rounded up to a whole number"),
    (lambda b, x: b.round(1), "rounded to 1 digit behind the point"),
    (lambda b, x: b.round(3), "rounded to 3 digits behind the point"),
    (lambda b, x: np.array([[0.3], [2.0], [7.0], [0.05]]), "is rounded to 1 digit:"),
    (lambda b, x: np.array([[0.313], [1.73], [6.53], [0.0491]]), "is rounded to 3 digits:"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "says"), RELATED, ids=[says for _, says in RELATED])
def test_each_relation_has_its_sentence(made, says):
    wrong = made(RIGHT, ETA[:, None])
    assert says in related(wrong, RIGHT, {"eta": ETA})[1]


def test_a_relation_holds_for_every_number_to_a_millionth():
    """Five digits behind the point are a rounding, six are none that could be told."""
    near, off = (3 * RIGHT * (1 + share * np.eye(4)[:, :1]) for share in (0.9e-6, 1.1e-6))
    assert related(near, RIGHT)[0] == "factor"
    assert related(off, RIGHT) is None
    exact = np.array([[1.31286412], [2.17343371], [6.52916743], [0.45491689]])
    assert "to 5 digits behind" in related(exact.round(5), exact)[1]
    assert related(RIGHT * (1 + 0.9e-6), RIGHT) is None  # that is right
    assert related(RIGHT[:2] * 2, RIGHT[:2]) is None  # two numbers may agree by chance
    assert related(RIGHT[:3] * 2, RIGHT[:3])[0] == "factor"


def test_turned_round_is_told_before_all_else():
    rows = np.hstack([RIGHT, RIGHT + 0.5])
    assert related(rows[:, ::-1], rows)[0] == "wrong order"
    assert related(-rows, rows)[0] == "wrong sign"


@pytest.mark.parametrize(
    ("near", "mistake"),
    [(2.549, None), (2.451, None), (2.551, ""), (2.449, ""), (2500, "power of ten"),
     (0.0025, "power of ten"), (25, "power of ten"), (0.025, "percent")],
)  # fmt: skip
def test_a_number_may_be_two_percent_away(near, mistake):
    verdict = ml.check.number(near, right=2.5)
    assert verdict.passed == (mistake is None)
    assert verdict.mistake == (mistake or "")


WITHIN = "Within 2 percent: "


@pytest.mark.parametrize(
    ("given", "within"),
    [(7 / 3, ""), (2.3333, ""), (2.33, ""), (2.34, WITHIN), (2.32, WITHIN)],
)
def test_of_what_is_only_near_to_a_known_mistake_it_is_said_how_near(given, within):
    says = "You count the first one twice."
    verdict = ml.check.number(given, right=2.5, mistakes={says: 7 / 3})
    assert verdict.message == within + says


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (1.7, "1.7: it is too small"),
        (2.66, "2.66: it is near, but more than 2 percent too large"),
        (np.nan, "nan"),
        ((3.0, 0.81), "[3, 0.81]"),
        ((0.81, 7.0), "[0.81, 7]: number 1 is right, number 2 is too large"),
        ((0.7, 2.9), "[0.7, 2.9]: number 1 is too small, number 2 is near, but more than 2 "
         "percent too small"),
    ],
)  # fmt: skip
def test_where_a_number_lies_is_said(given, shown):
    right = (0.81, 3.0) if np.ndim(given) else 2.5
    assert ml.check.number(given, right=right).difference == f"Yours is {shown}."


def test_limits_are_what_the_documentation_says():
    seconds, memory = f"{answer.LIMIT:g} seconds", f"{parent.MEMORY / 2**30:g} GB"
    assert f"with {seconds} and {memory} of memory" in " ".join(ml.check.__doc__.split())
    assert answer.PRINTED == 1_000_000  # "more than a million characters"
    assert answer.WALL == 10 * answer.LIMIT or not hasattr(signal, "setitimer")


@pytest.mark.parametrize(
    ("check", "answer", "where"),
    [
        ("warmup", lambda t, eta, steps: eta * (t + 1) / (steps + 1) if t < steps else None,
         " at t = 21, eta = 0.3, steps = 20: each way"),
        ("batch_sigma", lambda sigma, batch: [].append(sigma), ": it must `return` sigma"),
    ],
)  # fmt: skip
def test_where_an_answer_returns_nothing_is_said(check, answer, where):
    assert f"Your function returns nothing{where}" in getattr(ml.check, check)(answer).message


def test_where_a_number_is_broken_is_said():
    verdict = ml.check.batch_sigma(lambda sigma, batch: np.sqrt(2.5 - sigma) / batch**2)
    assert verdict.mistake == "not a number"
    assert "(nan) at sigma = 5, batch = 7: look" in verdict.message
    verdict = ml.check.batch_sigma(lambda sigma, batch: sigma / np.float64(batch // 3))
    assert "infinite at sigma = 1, batch = 2" in verdict.message
    verdict = ml.check.batch_sigma(lambda sigma, batch: sigma / np.float64(batch // 99))
    assert "infinite: look" in verdict.message  # there it is the first difference


@pytest.mark.parametrize(
    ("check", "answer", "mistake"),
    [
        ("noisy_variance", lambda eta, gamma, lam, sigma: eta * sigma**2 * (1 + gamma)
         / (lam * (1 - gamma) * (2 * 1 + gamma - eta * lam)), "brackets missing"),
        ("warmup", lambda t, eta, steps: eta * min(t + 1 / (steps + 1), 1), "brackets missing"),
        ("mended_gamma", lambda gamma, old, new: gamma * old // new, "whole-number division"),
        ("floor_eta", lambda floor, lam, sigma: 0.0, "constant"),  # and no quotient is cut
    ],
)  # fmt: skip
def test_slips_of_the_pen_have_a_name(check, answer, mistake):
    assert getattr(ml.check, check)(answer).mistake == mistake


def test_a_product_of_arrays_is_none_of_numbers():
    verdict = ml.check.batch_sigma(lambda sigma, batch: sigma @ np.ones(batch))
    assert "with a number, write `*`" in verdict.message


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
