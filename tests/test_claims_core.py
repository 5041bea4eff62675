"""What chapters 1, 2, 3 and 5 prove beside their main road, each as a run that would deny it.

As in test_claims.py, nothing is read from the notebooks.
"""

import numpy as np
import pytest

import momentumlib as ml

VALLEY = ml.problems.quadratic(kappa=100)


def chebyshev(k, kappa):
    """The least that a polynomial of degree k with p(0) = 1 leaves on [1, κ] at worst."""
    return 1 / np.cosh(k * np.arccosh((kappa + 1) / (kappa - 1)))


# --- Chapter 1: turn the paper, and the larger factor -----------------------------


@pytest.mark.parametrize("angle", [30, 77])
def test_gd_momentum_and_nag_do_not_notice_a_turn_and_adam_does(angle):
    turned = ml.problems.quadratic(kappa=100, angle=angle)
    A = np.array([turned.grad(unit) for unit in np.eye(2)])
    curvatures, Q = np.linalg.eigh(A)
    Q = Q * np.sign(np.diag(Q))
    assert curvatures == pytest.approx([1, 100])
    assert pytest.approx(A) == Q @ np.diag(curvatures) @ Q.T
    apart = {}
    for method in (ml.gd(0.019), ml.momentum(0.019, 0.8), ml.nag(0.01, 0.8), ml.adam(0.3)):
        straight = ml.minimize(VALLEY, method, start=[-4.0, 2.0], steps=40).theta
        tilted = ml.minimize(turned, method, start=Q @ [-4.0, 2.0], steps=40).theta
        apart[method.name] = np.abs(tilted @ Q - straight).max()
    assert apart.pop("adam") > 0.5
    assert max(apart.values()) < 1e-12


def test_gds_best_eta_is_where_its_two_factors_cross():
    eta = np.linspace(0.001, 0.0215, 20_501)
    larger = np.maximum(abs(1 - eta), abs(1 - 100 * eta))
    assert eta[larger.argmin()] == pytest.approx(2 / 101, abs=1e-6)
    assert abs(1 - 2 / 101) == pytest.approx(abs(1 - 200 / 101))


# --- Chapter 2: the double root ---------------------------------------------------


@pytest.mark.parametrize("kappa", [4, 100, 1000])
def test_at_polyaks_pair_the_error_carries_a_factor_that_grows_with_t(kappa):
    best, t = ml.theory.polyak(1, kappa), np.arange(301)
    run = ml.minimize(
        ml.problems.quadratic(kappa), ml.momentum(best.eta, best.gamma), start=[1.0, 1.0], steps=300
    )
    rho = best.rate
    along, across = (1 + (1 - rho) * t) * rho**t, (1 + (1 + rho) * t) * (-rho) ** t
    np.testing.assert_allclose(run.theta, np.stack([along, across], axis=1), rtol=0, atol=1e-10)
    assert (abs(run.theta[1]) > rho).all()  # so ρᵗ is no bound, from the first step on


def test_a_critical_direction_alone_obeys_the_same_formula():
    for eta in (0.01, 0.3):
        sigma, t = 1 - np.sqrt(eta), np.arange(201)
        line = ml.problems.quadratic(kappa=1, dim=1)
        run = ml.minimize(line, ml.momentum(eta, sigma**2), start=[1.0], steps=200)
        assert run.theta[:, 0] == pytest.approx((1 + (1 - sigma) * t) * sigma**t, abs=1e-12)


def test_what_no_constant_eta_mends_a_plan_of_many_does():
    """Gradient descent with Chebyshev's 64 learning rates, in an order that keeps it small."""
    order = [1]
    while len(order) < 64:
        order = [each for k in order for each in (k, 2 * len(order) + 1 - k)]
    nodes = 101 / 2 + 99 / 2 * np.cos(np.pi * (2 * np.array(order) - 1) / 128)
    planned, constant = (ml.minimize(VALLEY, ml.gd(eta), steps=64) for eta in (1 / nodes, 2 / 101))
    assert planned.distance[-1] <= planned.distance[0] / np.cosh(64 * np.arccosh(101 / 99))
    assert planned.gap[-1] < 1e-8 * constant.gap[-1]


# --- Chapter 3: the energy, the floors and the rivals ------------------------------


@pytest.mark.parametrize(("later", "more"), [(1, 1.0), (0, 7 / 4)])
def test_the_energy_of_nag_never_rises(later, more):
    """With the published growth, and with the library's, which begins one step sooner."""
    worst = ml.problems.nesterov_worst(dim=101)
    gamma = lambda t: max(t - later, 0) / (max(t - later, 0) + 3)
    run = ml.minimize(worst, ml.nag(1 / worst.L, gamma), steps=300)
    w = (np.arange(1, 301) + 2 - later) / 2
    lead = w[:, None] * run.theta[1:] - (w - 1)[:, None] * run.theta[:-1] - worst.minimizer
    energy = w**2 * run.gap[1:] + worst.L / 2 * np.sum(lead**2, axis=1)
    first = more * worst.L / 2 * run.distance[0] ** 2  # 7/2 L d²/(k + 2)², or 2 L d²/(k + 1)²
    assert energy[0] <= first
    assert np.diff(energy).max() < 1e-12 * first
    assert (run.gap[1:] <= first / w**2).all()


def conjugate_gradients(problem, steps):
    """J after each step on a quadratic, in plain NumPy."""
    theta, flat = problem.start, problem.grad(np.zeros(problem.dim))
    g, costs = problem.grad(theta), [problem.f(theta)]
    d = -g
    for _ in range(steps):
        Hd = problem.grad(d) - flat
        a = g @ g / (d @ Hd)
        theta, new = theta + a * d, g + a * Hd
        g, d = new, -new + new @ new / (g @ g) * d
        costs.append(problem.f(theta))
    return np.array(costs)


def test_conjugate_gradients_stands_on_the_floor_of_the_chain_and_the_others_above():
    worst, k = ml.problems.nesterov_worst(dim=101), np.arange(51)
    floor = ml.theory.worst_gap(worst.L, 101, k)
    on_it = conjugate_gradients(worst, 50) - worst.minimum
    assert on_it == pytest.approx(floor, rel=1e-9)
    for method in (ml.gd(1.0), ml.momentum(1.0, 0.99), ml.nag(1.0, ml.schedules.nesterov())):
        gap = ml.minimize(worst, method, steps=50).gap
        assert (gap >= floor * (1 - 1e-12)).all()
    assert 1.5 < gap[10] / floor[10] < gap[50] / floor[50] < 4  # NAG, the last one


def test_nags_guarantee_is_64_thirds_of_the_lower_bound_at_every_k():
    k = np.array([1, 10, 1000])
    above = ml.theory.nesterov_bound(1.0, 2.0, k) / ml.theory.lower_bound(1.0, 2.0, k)
    assert above == pytest.approx(64 / 3)


def test_no_constants_beat_chebyshevs_floor_and_polyaks_rate_is_his():
    many = ml.problems.quadratic(kappa=100, dim=200)
    rate = ml.theory.polyak(1, 100).rate
    for method in (
        ml.gd(ml.theory.gd(1, 100).eta),
        ml.nag(*ml.theory.nesterov(1, 100)[:2]),
        ml.nag(*ml.theory.lessard(1, 100)[:2]),
        ml.momentum(*ml.theory.polyak(1, 100)[:2]),
    ):
        theta = ml.minimize(many, method, start=np.ones(200), steps=100).theta
        for k in (10, 50, 100):
            assert np.abs(theta[k]).max() > chebyshev(k, 100)
    for k in (50, 100):
        assert chebyshev(k, 100) == pytest.approx(2 * rate**k / (1 + rate ** (2 * k)))
        assert np.abs(theta[k]).max() == pytest.approx((1 + (1 + rate) * k) * rate**k)


def arrival(gaps, part=1e-8):
    """After how many gradients the gap stays below a part of its first."""
    return np.flatnonzero(np.array(gaps) > part * gaps[0])[-1] + 1


def rival(problem, name):
    """`arrival` of a method of SciPy's."""
    from scipy.optimize import minimize

    gaps = []

    def watched(theta):
        gaps.append(problem.f(theta) - problem.minimum)
        return problem.grad(theta)

    minimize(problem.f, problem.start, jac=watched, method=name, options={"gtol": 1e-9})
    return arrival(gaps)


def test_with_exact_gradients_conjugate_gradients_and_lbfgs_beat_tuned_momentum():
    hills = ml.problems.quadratic(kappa=100, dim=50)
    ball = ml.momentum(*ml.theory.polyak(1, 100)[:2])
    tuned = arrival(ml.minimize(hills, ball, steps=300).gap)
    assert arrival(conjugate_gradients(hills, 60)) < 0.6 * tuned
    assert rival(hills, "L-BFGS-B") < tuned
    bend = ml.problems.rosenbrock(steepness=20)
    grid = {"eta": np.geomspace(1e-3, 0.03, 40), "gamma": np.linspace(0, 0.98, 25)}
    found = ml.sweep(bend, ml.momentum, **grid, steps=1000, tol=1e-8, progress=False)
    tuned = found.steps[found.steps >= 0].min()
    assert max(rival(bend, "CG"), rival(bend, "L-BFGS-B")) < tuned / 3


def test_lbfgs_gives_up_on_noisy_gradients():
    from scipy.optimize import minimize

    hills = ml.problems.quadratic(kappa=100, dim=50)
    for seed in range(2):
        random = np.random.default_rng(seed)
        noisy = lambda theta, random=random: hills.grad(theta) + 0.1 * random.normal(size=50)
        assert not minimize(hills.f, hills.start, jac=noisy, method="L-BFGS-B").success


# --- Chapter 5: where a warm-up of η helps, and where not --------------------------


#: A valley whose walls get steeper the higher you stand; it starts high on one.
WALLS = ml.Problem(
    lambda theta: (0.01 * theta[0] ** 2 + theta[1] ** 2) / 2 + theta[1] ** 4 / 4,
    lambda theta: [0.01 * theta[0], theta[1] + theta[1] ** 3],
    start=[-4.0, 3.0],
    minimizer=[0.0, 0.0],
)


def warmed(steps):
    """Momentum with η = 1 after a warm-up."""
    return ml.momentum(ml.schedules.warmup(steps, then=1.0), 0.9)


def test_a_warm_up_helps_where_the_start_is_the_steepest_place():
    run = ml.minimize(WALLS, warmed(100))
    limit = 3.8 / (1 + 3 * run.theta[:, 1] ** 2)
    eta = np.minimum((np.arange(len(limit)) + 1) / 101, 1)
    assert limit.argmin() == 0
    assert limit[0] < 1 / 7
    assert (eta < 0.5 * limit).all()
    assert ml.minimize(WALLS, ml.momentum(1.0, 0.9)).status == "diverged"
    counts = [arrival(ml.minimize(WALLS, warmed(steps)).gap) for steps in range(25, 101, 15)]
    assert max(counts) < 165
    assert np.ptp(counts) < 12
    assert ml.minimize(WALLS, warmed(10)).status == "diverged"


def test_a_warm_up_helps_where_the_runs_own_speed_takes_it_to_a_steeper_place():
    """Beale's function: its start is not its steepest place."""
    beale, nudges = ml.problems.beale(), 1e-5 * np.eye(2)

    def steepest(theta):
        rows = [(beale.grad(theta + h) - beale.grad(theta - h)) / 2e-5 for h in nudges]
        return np.linalg.eigvalsh(rows)[-1]

    later = lambda eta: ml.schedules.warmup(100, then=eta)
    at_once, slowly = (
        [steepest(theta) for theta in ml.minimize(beale, ml.momentum(eta, 0.9), steps=50).theta]
        for eta in (0.006, later(0.006))
    )
    assert max(at_once[1:]) > 1.3 * at_once[0]
    assert max(slowly[1:]) < slowly[0]
    for eta in (0.01, 0.02):
        assert ml.minimize(beale, ml.momentum(eta, 0.9)).status == "diverged"
        assert arrival(ml.minimize(beale, ml.momentum(later(eta), 0.9)).gap) < 200


def test_below_the_limit_at_the_start_the_velocity_may_reach_steeper_walls():
    limit = ml.theory.eta_limit("momentum", 0.9, 28.0)
    run = ml.minimize(WALLS, ml.momentum(0.12, 0.9), steps=20)
    assert abs(run.theta[:, 1]).max() > 3.5  # it started at 3
    assert limit > 0.135
    assert ml.minimize(WALLS, ml.momentum(0.125, 0.9)).status == "diverged"


def test_a_warm_up_loses_time_from_the_floor_and_saves_nothing_on_a_quadratic():
    floor = [-4.0, 0.1]
    at_once = ml.minimize(WALLS, ml.momentum(1.0, 0.9), start=floor).gap
    later = ml.minimize(WALLS, warmed(100), start=floor).gap
    assert arrival(at_once) < arrival(later)
    eta = 1.01 * ml.theory.eta_limit("momentum", 0.9, VALLEY.L)
    for rate in (eta, ml.schedules.warmup(100, then=eta)):
        run = ml.minimize(VALLEY, ml.momentum(rate, 0.9), steps=2000)
        assert run.loss[-1] > 1e6 * run.loss[0]
