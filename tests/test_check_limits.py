"""The checks of learning rates that are too large: gradient descent, momentum, NAG."""

import pytest

import momentumlib as ml
from checking import function, held
from momentumlib.check.ch2_gamma import limits

EXERCISES = held("gd_limit")
CHECKS = {name: getattr(ml.check, name) for name in ("gd_limit", "momentum_limit", "nag_limit")}
RIGHT = {
    "gd_limit": [
        "def largest_eta(curvatures): return 2 / max(curvatures)",
        "def largest_eta(curvatures): return np.min(2 / curvatures)",
        """
        def largest_eta(curvatures):
            steepest = 0
            for lam in curvatures:
                if lam > steepest:
                    steepest = lam
            return 2 / steepest
        """,
        "def largest_eta(curvatures): return 2 / np.sort(curvatures)[-1:]",
    ],
    "momentum_limit": [
        "def eta_max(gamma, lam): return (1 + (1 + gamma) + gamma) / lam",
        "def eta_max(gamma, lam): return 2 / lam + 2 * gamma / lam",
        "def eta_max(gamma, lam): return ml.theory.eta_limit('momentum', gamma, lam)",
    ],
    "nag_limit": [
        "def eta_max(gamma, lam): return (1 + gamma) / (0.5 + gamma) / lam",
        "def eta_max(gamma, lam): return (1 + 1 / (1 + 2 * gamma)) / lam",
        "def eta_max(gamma, lam): return ml.theory.eta_limit('nag', gamma, lam)",
    ],
}
DRAW = {
    "gd_limit": lambda rng: [rng.uniform(0.1, 50, int(rng.integers(1, 6)))],
    "momentum_limit": lambda rng: [rng.uniform(0, 1), rng.uniform(0.1, 50)],
    "nag_limit": lambda rng: [rng.uniform(0, 1), rng.uniform(0.1, 50)],
}


# --- From the curvatures of all directions ------------------------------------------


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("return 2 / sum(curvatures)", "curvatures added up"),
        ("return 2 / min(curvatures)", "smallest curvature"),
        ("return max(2 / curvatures)", "smallest curvature"),
        ("return (2 / curvatures).mean()", ""),
        ("return max(curvatures) ** -1", "half the limit"),
        ("return 2 / curvatures", "wrong shape"),
        ("return 2 / np.max(curvatures) * np.ones(2)", "wrong shape"),
        ("print(2 / max(curvatures))", "returns None"),
        ("return round(2 / max(curvatures), 3)", "rounded"),
        ("return 2 / lam", "raises"),
        ("...", ""),
    ],
)
def test_wrong_limits_from_curvatures(body, mistake):
    verdict = ml.check.gd_limit(function(f"def largest_eta(curvatures): {body}"))
    assert not verdict
    assert verdict.mistake == mistake, verdict
    assert verdict.tried == (body != "...")


# --- From gamma and the largest curvature --------------------------------------------


@pytest.mark.parametrize("name", ["momentum", "nag"])
def test_the_limit_as_a_number_or_a_formula(name):
    check, limit = CHECKS[f"{name}_limit"], ml.theory.eta_limit(name, 0.9, 100.0)
    assert check(limit)
    assert check(limit * 1.015)
    assert not check(limit * 1.03)
    assert check(lambda gamma, lam: ml.theory.eta_limit(name, gamma, lam))
    assert check(100 * limit).mistake == "lambda missing"
    assert check(100**2 * limit).mistake == "multiplied"
    _, known = limits.known_limits(name, "")
    for mistake in known:
        for wrong in mistake.answers:
            assert check(wrong).mistake == mistake.name


def test_the_limits_of_the_other_methods_are_named():
    limit = lambda name: ml.theory.eta_limit(name, 0.0 if name == "gd" else 0.9, 100.0)
    assert ml.check.momentum_limit(limit("gd")).mistake == "gradient descent's limit"
    assert ml.check.momentum_limit(limit("nag")).mistake == "NAG's limit"
    assert ml.check.nag_limit(limit("momentum")).mistake == "momentum's limit"


@pytest.mark.parametrize(
    ("of_the_right", "mistake"),
    [
        (lambda eta: -eta, "wrong sign"),
        (lambda eta: eta**2, "square"),
        (lambda eta: eta**0.5, "root"),
        (lambda eta: 1000 * eta, "power of ten"),
        (lambda eta: 0.9 * eta, "factor gamma"),
        (lambda eta: eta / 0.9, "factor gamma"),
        (lambda eta: eta + 0.9, "gamma added"),
        (lambda eta: eta / 100, "percent"),
        (lambda eta: eta / 7, "still converges"),
        (lambda eta: 1.3 * eta, "diverges already"),
        (lambda eta: -3 * eta, "no learning rate"),
        (lambda eta: 1e200 * eta, ""),
    ],
)
def test_what_a_number_has_to_do_with_the_right_one_is_said(of_the_right, mistake):
    verdict = ml.check.momentum_limit(of_the_right(0.038), gamma=0.9, lam=100)
    assert verdict.mistake == mistake, verdict
    assert "0.038" not in verdict.message


@pytest.mark.parametrize(("name", "eta"), [("momentum", 0.036), ("nag", 0.0162), ("nag", 0.0128)])
def test_what_a_run_does_with_another_number_is_said(name, eta):
    """Its rate is that of the library's theory."""
    rate = ml.theory.rate(getattr(ml, name)(eta, 0.9), 100.0)
    verdict = CHECKS[f"{name}_limit"](eta, gamma=0.9, lam=100)
    assert verdict.mistake == ("still converges" if rate < 1 else "diverges already")
    assert f"its rate is {rate:.4g}" in verdict.message


@pytest.mark.parametrize("given", [..., None])
def test_a_limit_that_is_not_given_is_not_tried_yet(given):
    assert ml.check.momentum_limit(given).tried is False


def test_bad_arguments_of_the_author():
    with pytest.raises(ValueError, match="lam"):
        ml.check.momentum_limit(0.1, lam=-1.0)
