"""The closed forms against eigenvalues computed here, and against what runs do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import formulas
import momentumlib as ml
from cases import Uncompiled
from momentumlib import kernels, theory

few = settings(max_examples=60, deadline=None, derandomize=True)
kappas = st.floats(1.01, 1e4)


def recurrence(name, eta, gamma, lam):
    """The matrix of (θ_t, θ_{t−1}) → (θ_{t+1}, θ_t) in a direction of curvature lam."""
    if name == "nag":  # θ_{t+1} = (1 − ηλ)(θ_t + γ (θ_t − θ_{t−1}))
        first, second = (1 - eta * lam) * (1 + gamma), -(1 - eta * lam) * gamma
    else:  # θ_{t+1} = θ_t − ηλθ_t + γ (θ_t − θ_{t−1})
        first, second = 1 - eta * lam + gamma, -gamma
    return np.array([[first, second], [1.0, 0.0]])


def radius(name, eta, gamma, curvatures):
    matrices = [recurrence(name, eta, gamma, lam) for lam in np.atleast_1d(curvatures)]
    return np.abs(np.linalg.eigvals(np.array(matrices))).max()


def method(name, eta, gamma):
    return ml.gd(eta) if name == "gd" else getattr(ml, name)(eta, gamma)


names = st.sampled_from(["gd", "momentum", "nag"])


@few
@given(names, st.floats(1e-3, 3), st.floats(0, 1), st.floats(0.1, 10))
def test_roots_are_the_recurrence_s_eigenvalues(name, eta, gamma, lam):
    gamma = 0.0 if name == "gd" else gamma
    found = theory.roots(method(name, eta, gamma), lam)
    # Sum and product determine the two roots, also where they are double and rounding splits them.
    matrix = recurrence(name, eta, gamma, lam)
    assert found.sum() == pytest.approx(np.trace(matrix), rel=1e-12, abs=1e-12)
    assert found.prod() == pytest.approx(np.linalg.det(matrix), rel=1e-12, abs=1e-12)
    wanted = np.abs(np.linalg.eigvals(matrix)).max()
    assert theory.rate(method(name, eta, gamma), lam) == pytest.approx(wanted, rel=1e-6)


def test_roots_of_many_curvatures():
    found = theory.roots(ml.nag(0.01, 0.9), [[1.0, 50.0, 100.0]])
    assert found.shape == (1, 3, 2)
    for lam, pair in zip([1, 50, 100], found[0], strict=True):
        wanted = np.linalg.eigvals(recurrence("nag", 0.01, 0.9, lam))
        assert np.sort_complex(pair) == pytest.approx(np.sort_complex(wanted.astype(complex)))


def test_on_flat_ground_the_velocity_fades_and_the_rest_stays():
    for chosen in (ml.momentum(0.1, 0.75), ml.nag(0.1, 0.75)):
        assert theory.roots(chosen, 0.0).tolist() == [1, 0.75]
    assert theory.roots(ml.gd(0.1), 0.0).tolist() == [1, 0]


@pytest.mark.parametrize("name", ["momentum", "nag"])
def test_rate_map_is_the_rate_at_every_point(name):
    etas, gammas, curvatures = np.linspace(0.01, 0.5, 7), np.linspace(0, 1, 5), [1, 3, 10]
    found = theory.rate_map(name, etas, gammas, curvatures)
    wanted = [[radius(name, eta, gamma, curvatures) for eta in etas] for gamma in gammas]
    assert found == pytest.approx(np.array(wanted), rel=1e-7)


@pytest.mark.parametrize("name", ["momentum", "nag"])
def test_the_kernel_of_the_rate_map_is_theory_s(name):
    etas, gammas = np.linspace(0.001, 0.5, 31), np.linspace(0, 1, 21)
    curvatures, found = np.array([1.0, 3.0, 10.0]), np.empty((21, 31))
    kernels.rates(int(name == "nag"), etas, gammas, curvatures, found)
    assert found == pytest.approx(theory.rate_map(name, etas, gammas, curvatures), rel=1e-12)


RATES = {
    "gd": (ml.gd(0.015), [1, 100]),
    "gd, fast across": (ml.gd(0.01995), [1, 100]),
    "momentum, swinging": (ml.momentum(0.01, 0.95), [1, 100]),
    "momentum, creeping": (ml.momentum(0.003, 0.5), [1, 100]),
    "momentum, near the edge": (ml.momentum(0.0298, 0.5), [1, 100]),
    "nag": (ml.nag(0.01, 0.9), [1, 100]),
    "nag, creeping": (ml.nag(0.005, 0.5), [1, 100]),
    "momentum, diverging": (ml.momentum(0.0305, 0.5), [1, 100]),
    "nag, diverging": (ml.nag(0.0152, 0.8), [1, 100]),
}


@pytest.mark.parametrize(("chosen", "curvatures"), RATES.values(), ids=RATES)
def test_runs_shrink_at_the_rate(chosen, curvatures):
    """Divided by rate^t the errors neither grow nor shrink, swings apart."""
    run = ml.minimize(ml.problems.quadratic(kappa=100), chosen, steps=700)
    rate = theory.rate(chosen, curvatures)
    level = run.distance / rate ** np.arange(701)
    drift = level[500:700].max() / level[200:400].max()
    assert drift ** (1 / 300) == pytest.approx(1, abs=1e-4)


# --- Best tunings -----------------------------------------------------------------

TUNINGS = {"gd": "gd", "polyak": "momentum", "nesterov": "nag", "lessard": "nag"}


@pytest.mark.parametrize("tuning", TUNINGS)
@few
@given(kappas, st.floats(0.01, 100))
def test_tunings_have_their_rate(tuning, kappa, mu):
    eta, gamma, rate = getattr(theory, tuning)(mu, kappa * mu)
    between = np.geomspace(mu, kappa * mu, 40)
    # At a double root, eigenvalues are exact to √(rounding) only.
    assert rate == pytest.approx(radius(TUNINGS[tuning], eta, gamma, between), abs=1e-6)


def test_tunings_are_the_book_s():
    """At κ = 100: 0.980, 0.818, 0.900 and 0.885."""
    rates = [getattr(theory, name)(1, 100).rate for name in TUNINGS]
    assert rates == pytest.approx([99 / 101, 9 / 11, 0.9, 1 - 2 / np.sqrt(301)])
    assert theory.polyak(1, 100)[:2] == pytest.approx((4 / 121, (9 / 11) ** 2))
    assert theory.nesterov(1, 100)[:2] == pytest.approx((0.01, 9 / 11))
    root = np.sqrt(301)
    assert theory.lessard(1, 100)[:2] == pytest.approx((4 / 301, (root - 2) / (root + 2)))
    assert theory.gd(1, 100)[:2] == pytest.approx((2 / 101, 0))


@pytest.mark.parametrize("tuning", ["gd", "polyak", "lessard"])
@few
@given(kappas, st.floats(-1, 1), st.floats(-1, 1), st.floats(-6, 0))
def test_no_other_constants_are_better(tuning, kappa, eta_turn, gamma_turn, magnitude):
    eta, gamma, rate = getattr(theory, tuning)(1, kappa)
    eta *= np.exp(eta_turn * 10**magnitude)
    if tuning != "gd":
        gamma = np.clip(gamma + gamma_turn * 10**magnitude, 0, 1)
    assert radius(TUNINGS[tuning], eta, gamma, np.geomspace(1, kappa, 20)) >= rate - 1e-7


@pytest.mark.parametrize("tuning", ["gd", "polyak", "lessard"])
def test_a_search_finds_the_tuning(tuning):
    """The best point of a fine grid around the tuning is the tuning."""
    eta, gamma, rate = getattr(theory, tuning)(1, 50)
    etas = eta * np.linspace(0.8, 1.2, 81)
    gammas = [0.0] if tuning == "gd" else np.linspace(gamma - 0.1, gamma + 0.1, 81)
    worst = np.array([[radius(TUNINGS[tuning], a, b, [1, 10, 50]) for a in etas] for b in gammas])
    row, column = np.unravel_index(worst.argmin(), worst.shape)
    assert column == 40
    assert row == (0 if tuning == "gd" else 40)
    assert worst.min() == pytest.approx(rate, abs=1e-6)


def test_equal_curvatures_need_no_momentum():
    for tuning in TUNINGS:
        eta, gamma, rate = getattr(theory, tuning)(4, 4)
        assert (eta, gamma, rate) == pytest.approx((0.25, 0, 0), abs=1e-12)


# --- Stability and damping --------------------------------------------------------


@few
@given(names, st.floats(0, 0.99), st.floats(0.1, 10))
def test_beyond_eta_limit_a_direction_diverges(name, gamma, lam):
    gamma = 0.0 if name == "gd" else gamma
    limit = theory.eta_limit(name, gamma, lam)
    assert radius(name, 0.999 * limit, gamma, lam) < 1 < radius(name, 1.001 * limit, gamma, lam)


def test_gd_s_limit_is_two_over_the_curvature():
    assert theory.eta_limit("gd", 0.0, 8.0) == 0.25


@few
@given(st.floats(0.001, 0.9), st.floats(0.1, 1))
def test_critical_gamma_is_the_edge_of_swinging(eta, lam):
    gamma = theory.critical_gamma(eta, lam)
    swings = lambda g: abs(np.linalg.eigvals(recurrence("momentum", eta, g, lam)).imag).max() > 0
    assert swings(gamma + 1e-3 * (1 - gamma))
    assert not swings(gamma * (1 - 1e-3))


def test_critical_gamma_of_arrays():
    wanted = [(1 - 0.1) ** 2, (1 - 0.2) ** 2]
    assert theory.critical_gamma(0.01, [1.0, 4.0]) == pytest.approx(wanted)
    assert isinstance(theory.critical_gamma(0.01, 1.0), float)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 0.9, 0.99])
def test_memory_and_half_life_are_those_of_the_weights(gamma):
    weights = gamma ** np.arange(10_000)
    assert theory.memory(gamma) == pytest.approx(weights.sum())
    assert gamma ** theory.half_life(gamma) == pytest.approx(0.5 if gamma else 1)


def test_effective_eta_is_the_terminal_velocity():
    slope = ml.Problem(lambda theta: 3 * theta[0], lambda theta: [3.0], start=[0.0])
    run = ml.minimize(slope, ml.momentum(0.01, 0.9), steps=400, states=True)
    assert run.v[-1, 0] == pytest.approx(3 * theory.effective_eta(0.01, 0.9))


# --- Bounds -----------------------------------------------------------------------


def test_bounds_are_their_formulas():
    k = np.array([0, 1, 9])
    assert theory.nesterov_bound(5.0, 2.0, k) == pytest.approx([40, 10, 0.4])
    assert theory.lower_bound(5.0, 2.0, k) == pytest.approx([60 / 32, 15 / 32, 0.6 / 32])


SMOOTH = {
    "worst": (ml.problems.nesterov_worst(dim=201), 1.0),
    "quadratic": (ml.problems.quadratic(kappa=10_000, dim=40), 10_000.0),
    "one direction": (ml.problems.quadratic(kappa=1, dim=1), 1.0),
}


@pytest.mark.parametrize(("problem", "L"), SMOOTH.values(), ids=SMOOTH)
def test_nag_keeps_its_guarantee(problem, L):
    run = ml.minimize(problem, ml.nag(1 / L, ml.schedules.nesterov()), steps=2000)
    bound = theory.nesterov_bound(L, run.distance[0], np.arange(2001))
    assert (run.gap[1:] <= bound[1:]).all()


def test_nag_keeps_its_guarantee_on_kinks_made_smooth():
    """|θ| with its kink rounded within ±width: the hard cases of one dimension."""

    def cost(theta, width):
        x = abs(theta[0])
        return x**2 / width / 2 if x < width else x - width / 2

    for width in np.geomspace(1e-3, 1, 12):
        f = Uncompiled(lambda theta, w=width: cost(theta, w))
        grad = Uncompiled(lambda theta, w=width: [np.clip(theta[0] / w, -1, 1)])
        huber = ml.Problem(f, grad, start=[1.0], minimizer=[0.0], check=True)
        run = ml.minimize(huber, ml.nag(width, ml.schedules.nesterov()), steps=300)
        bound = theory.nesterov_bound(1 / width, 1.0, np.arange(301))
        assert (run.gap[1:] <= bound[1:]).all()


CHOSEN = [
    ml.gd(1.0), ml.gd(1.9), ml.momentum(1.0, 0.9), ml.momentum(3.0, 0.95), ml.nag(1.0, 0.9),
    ml.nag(1.0, ml.schedules.nesterov()),
]  # fmt: skip


@pytest.mark.parametrize("chosen", CHOSEN, ids=repr)
@pytest.mark.parametrize("k", [1, 2, 7, 50])
def test_nothing_beats_the_lower_bound(chosen, k):
    """Nesterov's theorem: for every k there is a function, the worst one with 2k + 1 parameters."""
    run = ml.minimize(ml.problems.nesterov_worst(dim=2 * k + 1), chosen, steps=k)
    assert run.gap[k] >= theory.lower_bound(1.0, run.distance[0], k)


@pytest.mark.parametrize("k", [0, 1, 5, 12])
def test_worst_gap_is_what_the_first_axes_leave(k):
    """The least J − J* of Nesterov's worst function with only the first k coordinates free."""
    matrix = 2 * np.eye(12) - np.eye(12, k=1) - np.eye(12, k=-1)
    least = np.zeros(12)
    least[:k] = np.linalg.solve(matrix[:k, :k], np.eye(12)[0, :k])
    worst = ml.problems.nesterov_worst(dim=12, L=3.0)
    assert worst.f(least) - worst.minimum == pytest.approx(theory.worst_gap(3.0, 12, k), abs=1e-15)


@pytest.mark.parametrize("chosen", CHOSEN, ids=repr)
def test_nothing_leaves_the_axes_seen_so_far(chosen):
    """On one worst function: after k steps J − J* is at least L/8·(1/(k + 1) − 1/(dim + 1))."""
    run = ml.minimize(ml.problems.nesterov_worst(dim=101, L=1.0), chosen, steps=100)
    assert (run.gap >= theory.worst_gap(1.0, 101, np.arange(101)) - 1e-15).all()
    assert not np.triu(run.theta).any()  # the row of step k: zeros from axis k + 1 on


def test_restart_interval_makes_the_guarantee_best():
    """k steps leave 8κ/k² of J − J* at most (guarantee and strong convexity): which k is best?"""
    for kappa in (100.0, 4000.0):
        k = np.arange(int(np.sqrt(8 * kappa)) + 1, 2000)
        per_step = (8 * kappa / k**2) ** (1 / k)
        assert theory.restart_interval(kappa) == pytest.approx(k[per_step.argmin()], abs=1)


def test_restarts_at_the_interval_shrink_as_promised():
    """By e² from restart to restart; five times more or fewer restarts are far behind."""
    valley = ml.problems.quadratic(kappa=400, dim=20)
    method = ml.nag(1 / 400, ml.schedules.nesterov())
    best = round(theory.restart_interval(400))
    run = lambda k: ml.minimize(valley, method, steps=9 * best, restart=ml.restarts.every(k))
    gaps = run(best).gap[::best]
    assert (gaps[1:] <= gaps[:-1] * np.exp(-1.99)).all()
    assert gaps[-1] < 1e-6 * min(run(best // 5).gap[-1], run(5 * best).gap[-1])


# --- Noise ------------------------------------------------------------------------


def stationary_covariance(eta, gamma, lam, sigma):
    """P = A P Aᵀ + Q for (θ_t, θ_{t−1}), solved as a linear system."""
    A = recurrence("momentum", eta, gamma, lam)
    Q = np.diag([(eta * sigma) ** 2, 0])
    return np.linalg.solve(np.eye(4) - np.kron(A, A), Q.ravel()).reshape(2, 2)


@few
@given(st.floats(0, 0.99), st.floats(0.01, 0.95), st.floats(0.1, 10), st.floats(0, 5))
def test_stationary_variance_solves_lyapunov_s_equation(gamma, fraction, lam, sigma):
    eta = fraction * 2 * (1 + gamma) / lam
    wanted = stationary_covariance(eta, gamma, lam, sigma)
    found = theory.stationary_variance(eta, gamma, lam, sigma)
    assert found == pytest.approx(wanted[0, 0], rel=1e-7, abs=1e-15)


@pytest.mark.parametrize(("eta", "gamma"), [(0.1, 0.0), (0.1, 0.9), (0.01, 0.9), (0.5, 0.5)])
def test_a_long_run_has_the_stationary_variance(eta, gamma):
    bowl = ml.problems.quadratic(kappa=2, dim=1)
    run = ml.minimize(bowl, ml.momentum(eta, gamma), start=[0.0], steps=400_000, noise=0.7, seed=1)
    wanted = theory.stationary_variance(eta, gamma, 2.0, 0.7)
    assert run.theta[1000:].var() == pytest.approx(wanted, rel=0.03)


def test_momentum_does_not_average_the_noise_away():
    variance = theory.stationary_variance
    assert variance(0.01, 0.9, 1, 1) / variance(0.01, 0, 1, 1) == pytest.approx(10, rel=0.01)
    assert variance(0.001, 0.9, 1, 1) / variance(0.01, 0, 1, 1) == pytest.approx(1, rel=0.01)


def test_the_formulas_of_these_tests_agree_with_each_other():
    """The two-point form of the oracle is the recurrence whose eigenvalues are used here."""
    for name in ("momentum", "nag"):
        path = getattr(formulas, name)(lambda theta: 3 * theta, np.array([1.0]), 9, 0.2, 0.7)[:, 0]
        A = recurrence(name, 0.2, 0.7, 3.0)
        wanted = [(np.linalg.matrix_power(A, t) @ [1, 1])[0] for t in range(10)]
        assert path == pytest.approx(wanted)


def test_there_is_no_worst_gap_past_the_last_coordinate():
    assert theory.worst_gap(1.0, 5, 5) == 0
    with pytest.raises(ValueError, match="k must be at most dim, 5, but is 6"):
        theory.worst_gap(1.0, 5, 6)


#: What is the last to be taken; what is the first that is not, and its sentence.
EDGES = [
    (lambda: theory.gd(2, 2), lambda: theory.gd(2, 1.999), "L must be at least mu .*, but 1.999 <"),
    (lambda: theory.restart_interval(1), lambda: theory.restart_interval(0.999), "kappa must be"),
    (
        lambda: theory.stationary_variance(1.999, 0, 1, 1),
        lambda: theory.stationary_variance(2, 0, 1, 1),
        "eta must be below 2, where the run is stable for lam = 1, but is 2",
    ),
    (
        lambda: theory.stationary_variance(1, 0, 1, 0),
        lambda: theory.stationary_variance(1, 0, 1, 1.5e150),
        "sigma must be from 0 to 1e.150, but is 1.5e.150",
    ),
    (
        lambda: theory.lower_bound(1, 0, 0), lambda: theory.lower_bound(1, -1e-9, 0),
        "distance must be from 0 to 1e.150, but is -1e-09",
    ),
    (
        lambda: theory.nesterov_bound(1, 1e150, 2**53),
        lambda: theory.nesterov_bound(1, 1, 2**53 + 2),
        "k must count steps, from 0 to 9007199254740992, but is 9007199254740994",
    ),
    (
        lambda: theory.nesterov_bound(1, 1, [0, 1]), lambda: theory.nesterov_bound(1, 1, [0, -1]),
        "k must count steps",
    ),
    (
        lambda: theory.rate(ml.gd(1), [1e150, -1]), lambda: theory.rate(ml.gd(1), [1, -1.5e150]),
        r"eta times eigenvalues must be below 1e.150, but they are 1 and \[ 1.0e.000 -1.5e.150\]",
    ),
    (
        lambda: theory.rate(ml.gd(1.5), 6e149), lambda: theory.rate(ml.gd(1.5), 7e149),
        "eta times eigenvalues must be below",
    ),
    (
        lambda: theory.rate(ml.gd(0.5), 1e150), lambda: theory.rate(ml.gd(0.5), 1.1e150),
        "eta times eigenvalues must be below",
    ),
    (
        lambda: theory.rate_map("nag", [0], [0, 1], 1),
        lambda: theory.rate_map("nag", [-0.1, 0], [0], 1), "eta must be at least 0, but holds -0.1",
    ),
    (
        lambda: theory.rate_map("nag", [1], [1], 1), lambda: theory.rate_map("nag", [1], [1.1], 1),
        r"gamma must be in \[0, 1\], but is \[1.1\]",
    ),
    (
        lambda: theory.rate_map("nag", [1], [0], 1), lambda: theory.rate_map("nag", [1], [-0.1], 1),
        r"gamma must be in \[0, 1\], but is \[-0.1\]",
    ),
    (lambda: theory.memory(0), lambda: theory.memory(-1e-9), r"gamma must be in \[0, 1\), but is"),
    (
        lambda: theory.eta_limit("gd", 1, 1), lambda: theory.eta_limit("gd", 1.1, 1),
        r"gamma must be in \[0, 1\], but is 1.1",
    ),
    (
        lambda: theory.critical_gamma([1, 2], [[1], [2]]),
        lambda: theory.critical_gamma([1, 2], [1, 2, 3]), r"eta and lam must fit: \(2,\) and",
    ),
    (
        lambda: theory.critical_gamma([1, 2], 1), lambda: theory.critical_gamma([1, 0], 1),
        "eta and lam must be greater than 0",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("taken", "refused", "sentence"), EDGES)
def test_the_edges_of_the_arguments(taken, refused, sentence):
    assert np.isfinite(taken()).all()
    with pytest.raises(ValueError, match=f"^{sentence}"):
        refused()
