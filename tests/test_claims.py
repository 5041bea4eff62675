"""Each claim of a chapter's summary or "In practice", as a run that would deny it if it were false.

The tests do not read the notebooks: they compute the claim anew, with other numbers where
that makes the claim wider. A claim that is a definition, or a name in another package, has
its test elsewhere (test_theory.py, test_frameworks.py, test_peers.py).
"""

import numpy as np
import pytest

import momentumlib as ml
import worst_cases

VALLEY = ml.problems.quadratic(kappa=100)
FLOOR = [-4.0, 0.1]  # a start close to the valley's floor


def arrival(run, part=1e-8):
    """The step from which J − J* stays below a part of its first value."""
    above = np.flatnonzero(run.gap > part * run.gap[0])
    return above[-1] + 1 if above[-1] < run.steps else np.inf


def first_arrival(problem, method, etas, part=1e-6, steps=2000, **options):
    """The fewest steps to a part of the first gap, over a list of η."""
    found = ml.sweep(problem, method, eta=etas, tol=part, steps=steps, progress=False, **options)
    return found.steps[found.steps >= 0].min()


# --- Chapter 1: gradient descent and momentum -------------------------------------


def test_one_eta_serves_a_steep_and_a_flat_direction_and_the_steep_one_limits_it():
    for kappa in (10, 1000):
        valley = ml.problems.quadratic(kappa=kappa)
        below, above = (ml.minimize(valley, ml.gd(part * 2 / kappa)) for part in (0.999, 1.01))
        assert abs(below.theta[-1, 1]) < abs(below.theta[0, 1])
        assert abs(above.theta[-1, 1]) > abs(above.theta[0, 1])
        rates = [
            ml.theory.rate(ml.gd(eta), [1, kappa]) for eta in np.linspace(0.01, 2, 400) / kappa
        ]
        assert min(rates) >= (kappa - 1) / (kappa + 1)
        assert ml.theory.gd(1, kappa).rate == pytest.approx((kappa - 1) / (kappa + 1))


def test_momentum_without_memory_is_gradient_descent():
    runs = [ml.minimize(VALLEY, m, steps=50) for m in (ml.gd(0.015), ml.momentum(0.015, 0.0))]
    assert np.array_equal(runs[0].theta, runs[1].theta)


@pytest.mark.parametrize("gamma", [0.5, 0.9])
def test_the_velocity_is_a_sum_in_which_steady_gradients_add_and_flipping_ones_cancel(gamma):
    steady = flipping = 0.0
    for t in range(400):
        _, steady = ml.kernels.momentum(0.0, steady, 1.0, 1.0, gamma)
        _, flipping = ml.kernels.momentum(0.0, flipping, (-1.0) ** t, 1.0, gamma)
    assert [steady, abs(flipping)] == pytest.approx([1 / (1 - gamma), 1 / (1 + gamma)])


def test_at_their_best_the_steps_grow_like_kappa_and_like_root_kappa():
    counts = []
    for kappa in (300, 3000):
        best = ml.theory.gd(1, kappa), ml.theory.polyak(1, kappa)
        runs = [
            ml.minimize(ml.problems.quadratic(kappa), method, steps=15_000, tol=1e-9)
            for method in (ml.gd(best[0].eta), ml.momentum(best[1].eta, best[1].gamma))
        ]
        counts.append([arrival(run, 1e-6) for run in runs])
    slopes = np.log10(np.array(counts[1]) / counts[0])
    assert slopes == pytest.approx([1, 0.5], abs=0.06)


def test_momentum_passes_shallow_dips_and_the_lowest_point_as_readily():
    def end(gamma, start, **dips):
        roll = ml.momentum(0.05, gamma)
        return ml.minimize(ml.problems.wavy(**dips), roll, start=start, steps=1500)

    assert end(0.0, [-6.0, 1.0]).loss[-1] > 1
    assert end(0.9, [-6.0, 1.0]).loss[-1] < 1e-6
    beyond = end(0.93, [-6.0, 1.0])
    assert beyond.theta[:, 0].max() > 1
    assert beyond.loss[-1] > 0.4  # through the lowest point, into a dip behind it
    assert end(0.9, [-5.0, 1.0], depth=0.9).loss[-1] > 0.4
    for gamma in (0.9, 0.99):  # from deep inside a dip, below its rim
        assert end(gamma, [-4.0, 1.0]).loss[-1] > 1
        assert end(gamma, [-2.4, 0.0]).loss[-1] > 0.4
    assert end(0.9, [-3.0, 0.0]).loss[-1] < 1e-6  # from its upper edge there is a way out


def test_friction_does_not_prevent_divergence_and_is_not_gamma_alone():
    limit = 2 * (1 + 0.5) / VALLEY.L
    assert ml.minimize(VALLEY, ml.momentum(1.02 * limit, 0.5), steps=5000).status == "diverged"
    bowl = ml.problems.quadratic(kappa=1, dim=1)
    swing = lambda eta, gamma, time: ml.minimize(
        bowl, ml.momentum(eta, gamma), start=[-4.0], steps=round(time / eta**0.5)
    ).theta.max()
    thick, same, kept = (swing(*pair, 9) for pair in ((0.01, 0.9), (0.0025, 0.95), (0.0025, 0.9)))
    assert same == pytest.approx(thick, rel=0.15)  # the same ball: (1 − γ)/√η = 1
    assert kept < 0.1 * thick  # γ kept, η quartered: a thicker liquid


def test_with_momentum_a_tenth_of_eta_is_as_fast_along_the_floor_and_larger_ones_are_allowed():
    descent = ml.minimize(VALLEY, ml.gd(0.019), start=[-4.0, 0.0], steps=200)
    ball = ml.minimize(VALLEY, ml.momentum(0.0019, 0.9), start=[-4.0, 0.0], steps=200)
    assert ball.theta[-1, 0] == pytest.approx(descent.theta[-1, 0], abs=0.05)
    larger = ml.minimize(VALLEY, ml.momentum(0.0095, 0.9), start=[-4.0, 0.0], steps=200)
    assert abs(larger.theta[-1, 0]) < 0.1 * abs(descent.theta[-1, 0])


def test_when_the_cost_explodes_half_the_eta_helps_and_a_smaller_gamma_does_not():
    for gamma in (0.5, 0.9):
        eta = 1.1 * 2 * (1 + gamma) / VALLEY.L
        assert ml.minimize(VALLEY, ml.momentum(eta, gamma), steps=5000).status == "diverged"
        assert ml.minimize(VALLEY, ml.momentum(eta, 0.0), steps=5000).status == "diverged"
        assert ml.minimize(VALLEY, ml.momentum(eta / 2, gamma), steps=5000).gap[-1] < 1e-9


def test_at_equal_eta_a_comparison_may_name_the_loser():
    """At the same η = 0.15 gradient descent is ahead; each at its best, momentum is."""
    valley = ml.problems.quadratic(kappa=10)
    same = [ml.minimize(valley, make(0.15), steps=600) for make in (ml.gd, ml.momentum)]
    assert 2 * arrival(same[0]) < arrival(same[1])
    etas, gammas = np.geomspace(0.03, 0.3, 30), [0.0, 0.2, 0.3, 0.5]
    best = (
        first_arrival(valley, ml.gd, etas),
        first_arrival(valley, ml.momentum, etas, gamma=gammas),
    )
    assert best[1] < 0.5 * best[0]


# --- Chapter 2: choosing γ --------------------------------------------------------


def test_gamma_is_a_memory_of_ten_gradients_at_0_9_which_halves_in_6_6_steps():
    slope = ml.Problem(lambda theta: theta[0], lambda theta: [1.0], start=[0.0])
    moved = -np.diff(ml.minimize(slope, ml.momentum(1.0, 0.9), steps=400).theta[:, 0])
    weights = np.diff(moved, prepend=0.0)  # what a gradient of this age adds to v
    assert weights.sum() == pytest.approx(10)
    assert np.interp(0.5, weights[::-1], np.arange(400)[::-1]) == pytest.approx(6.58, abs=0.02)


def test_along_a_valley_eta_over_one_minus_gamma_acts():
    ends = {}
    for keeps in ("eta", "ratio"):
        etas = [0.001 if keeps == "eta" else 0.01 * (1 - gamma) for gamma in (0, 0.5, 0.9)]
        runs = [
            ml.minimize(VALLEY, ml.momentum(eta, gamma), start=FLOOR, steps=300)
            for eta, gamma in zip(etas, (0, 0.5, 0.9), strict=True)
        ]
        ends[keeps] = [run.theta[-1, 0] for run in runs]
    assert np.ptp(ends["ratio"]) < 0.05
    assert np.ptp(ends["eta"]) > 2.5


def test_a_direction_creeps_below_the_critical_gamma_and_swings_above_with_rate_sqrt_gamma():
    for eta in (0.003, 0.01, 0.1):
        critical = (1 - np.sqrt(eta)) ** 2
        for gamma, swings in ((critical - 0.02, False), (critical + 0.02, True)):
            line = ml.problems.quadratic(kappa=1, dim=1)
            run = ml.minimize(line, ml.momentum(eta, gamma), steps=3000, tol=1e-20)
            assert (run.theta.min() < 0 < run.theta.max()) == swings
        gammas = np.linspace(critical + 1e-6, 0.999, 7)
        rates = [ml.theory.rate(ml.momentum(eta, gamma), 1.0) for gamma in gammas]
        assert rates == pytest.approx(np.sqrt(gammas))


def test_momentum_is_stable_below_two_times_one_plus_gamma():
    for gamma in (0.0, 0.5, 0.9):
        limit = 2 * (1 + gamma) / VALLEY.L
        runs = [
            ml.minimize(VALLEY, ml.momentum(part * limit, gamma), steps=20_000)
            for part in (0.999, 1.01)
        ]
        assert runs[0].gap[-1] < 1e-9 * runs[0].gap[0]
        assert runs[1].status == "diverged"


def test_polyaks_pair_has_the_best_rate_on_a_quadratic():
    for kappa in (4, 100, 1000):
        best = ml.theory.polyak(1, kappa)
        assert best.rate == pytest.approx((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1))
        eta = np.linspace(1e-3, 4, 500) / kappa
        rates = ml.theory.rate_map("momentum", eta, np.linspace(0, 0.999, 250), [1, kappa])
        assert rates.min() > best.rate
    assert ml.theory.polyak(1, 100).gamma == pytest.approx(0.669, abs=5e-4)


def test_below_polyaks_gamma_no_eta_keeps_all_roots_below_his_rate():
    """The folded proof: its two inequalities, and that they contradict each other."""
    for kappa in (1.5, 25.0, 1000.0):
        q = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
        for gamma in q**2 * np.array([0.0, 0.5, 0.99]):
            needed = (1 - q) * (q - gamma) / q  # of ημ, at the least
            allowed = (1 + q) * (q + gamma) / q  # of ηL, at the most
            assert allowed / needed < kappa
            for eta_mu in (0.99 * needed, 1.01 * needed):
                sigma = np.roots([1, -(1 + gamma - eta_mu), gamma])
                assert (abs(sigma).max() > q) == (eta_mu < needed)
            for eta_L in (0.99 * allowed, 1.01 * allowed):
                sigma = np.roots([1, -(1 + gamma - eta_L), gamma])
                assert (sigma.real.min() < -q) == (eta_L > allowed)


def test_gamma_0_99_needs_forty_times_polyaks_steps_in_the_long_run():
    etas, start = np.geomspace(1e-4, 0.0398, 60), {"start": FLOOR, "steps": 8000}
    best = ml.theory.polyak(1, 100)
    ratio = [
        first_arrival(VALLEY, ml.momentum, etas, part, gamma=0.99, **start)
        / first_arrival(VALLEY, ml.momentum, [best.eta], part, gamma=best.gamma, **start)
        for part in (1e-6, 1e-24)
    ]
    assert 20 < ratio[0] < ratio[1] < 40
    assert np.log(best.rate) / np.log(np.sqrt(0.99)) == pytest.approx(39.9, abs=0.05)


def test_in_a_short_run_the_start_and_the_goal_decide_the_best_gamma_and_in_a_long_one_kappa():
    grid = {"eta": np.geomspace(1e-3, 0.04, 60), "gamma": np.arange(20) / 20}
    starts = ([-4.0, 2.0], FLOOR, [-0.01, 2.0])
    best = {}
    for tol in (1e-2, 1e-24):
        found = [
            ml.sweep(VALLEY, ml.momentum, start=s, tol=tol, progress=False, **grid) for s in starts
        ]
        best[tol] = [sweep.best()["gamma"] for sweep in found]
    assert np.ptp(best[1e-2]) > 0.7
    assert np.ptp(best[1e-24]) < 0.06
    assert np.mean(best[1e-24]) == pytest.approx(0.67, abs=0.04)


def test_long_ripples_are_a_sign_of_too_much_momentum():
    ripples = []
    for gamma in (0.5, 0.81, 0.95, 0.99):  # 0.81 is critical along the valley
        gap = ml.minimize(VALLEY, ml.momentum(0.01, gamma), start=[-4.0, 0.0], steps=600).gap
        shown = gap[gap > 1e-12 * gap[0]]
        ripples.append(np.sum((shown[1:-1] < shown[:-2]) & (shown[1:-1] < shown[2:])))
    assert ripples[:2] == [0, 0]
    assert min(ripples[2:]) >= 5


def test_a_long_run_from_almost_every_start_is_polyaks_and_along_one_axis_gds():
    eta, gamma, _ = ml.theory.polyak(1, 100)
    rivals = [ml.momentum(*p) for p in ((0.9 * eta, gamma), (eta, 0.75), (0.95 * eta, 0.67))]
    for start in ([-4.0, 2.0], FLOOR, [-0.01, 2.0]):
        ours, *theirs = (
            arrival(ml.minimize(VALLEY, m, start=start, steps=600), 1e-60)
            for m in (ml.momentum(eta, gamma), *rivals)
        )
        assert ours < min(theirs)
    alone = [ml.minimize(VALLEY, m, start=[-4.0, 0.0]) for m in (ml.momentum(eta, gamma), ml.gd(1))]
    assert arrival(alone[1]) == 1 < arrival(alone[0])


@pytest.mark.parametrize(("gamma", "times"), [(0.0, 3), (0.9, 1.1)])
def test_factors_of_three_find_an_eta_nearly_as_good_with_momentum(gamma, times):
    fine = first_arrival(VALLEY, ml.momentum, np.geomspace(1e-4, 0.038, 80), gamma=gamma)
    for first in (1e-4, 1.7e-4, 2.9e-4):
        coarse = first * 3.0 ** np.arange(6)
        assert first_arrival(VALLEY, ml.momentum, coarse, gamma=gamma) < times * fine


def test_with_noise_a_step_tells_little_and_an_average_over_steps_and_seeds_more():
    ends = np.array(
        [
            ml.minimize(VALLEY, ml.momentum(0.01, 0.9), steps=600, noise=1.0, seed=seed).gap[300:]
            for seed in range(12)
        ]
    )
    one, mean = ends[:, -1], ends.mean(axis=1)
    assert one.std() > 0.5 * one.mean()
    assert mean.std() < 0.4 * one.std()
    assert (np.diff(ends, axis=1) > 0).mean() > 0.4  # it rises at nearly every second step


def test_a_search_for_another_gamma_begins_at_the_eta_that_keeps_the_ratio():
    valley = ml.problems.rosenbrock(steepness=20)
    counts = [
        first_arrival(valley, ml.momentum, [0.01 * (1 - gamma)], gamma=gamma)
        for gamma in (0.8, 0.9, 0.95)
    ]
    assert np.ptp(counts) < 0.1 * np.mean(counts)
    kept = ml.sweep(valley, ml.momentum, eta=[0.008], gamma=0.99, progress=False)
    assert kept.status[0] == "diverged"  # the η that is best at 0.9


# --- Chapter 3: Nesterov's accelerated gradient -----------------------------------


def huber(g):
    """Convex and smooth with L = 1: a parabola up to |θ| = g, then a slope that stays g."""
    cost = lambda theta: min(theta[0] ** 2, g**2) / 2 + g * max(abs(theta[0]) - g, 0)
    pull = lambda theta: [max(-g, min(g, theta[0]))]
    return ml.Problem(cost, pull, start=[1.0], minimizer=[0.0])


def most_of_the_bound(problem, method, L=1.0, distance=1.0, steps=500):
    gap = ml.minimize(problem, method, steps=steps).gap[1:]
    return np.max(gap / ml.theory.nesterov_bound(L, distance, np.arange(1, len(gap) + 1)))


def test_nag_asks_for_one_gradient_a_step_where_the_carry_ends():
    asked = []

    def grad(theta):
        asked.append(theta.copy())
        return VALLEY.grad(theta)

    watched = ml.Problem(VALLEY.f, grad, start=VALLEY.start)
    asked.clear()
    run = ml.minimize(watched, ml.nag(0.01, 0.9), steps=3, states=True)
    seen = [place for place in asked if not np.array_equal(place, watched.start)]
    ahead = run.theta[1:3] - 0.9 * run.v[1:3]
    assert np.isclose(seen, ahead[0]).all(axis=1).any()
    assert np.isclose(seen, ahead[1]).all(axis=1).any()


def test_on_a_quadratic_nag_is_momentum_with_gamma_times_one_minus_eta_lambda():
    nag = ml.minimize(VALLEY, ml.nag(0.012, 0.85), steps=100)
    for i, lam in enumerate(VALLEY.eigenvalues):
        ball = ml.momentum(0.012, 0.85)
        friction = 0.85 * (1 - 0.012 * lam)
        if friction < 0:  # momentum takes no negative γ: its recurrence does
            e = [VALLEY.start[i], VALLEY.start[i] * (1 - 0.012 * lam)]
            for _ in range(99):
                e.append((1 + friction - 0.012 * lam) * e[-1] - friction * e[-2])
        else:
            line = ml.problems.quadratic(kappa=lam, dim=1)
            ball = ml.momentum(0.012, friction)
            e = ml.minimize(line, ball, start=[VALLEY.start[i]], steps=100).theta[:, 0]
        assert nag.theta[:, i] == pytest.approx(np.array(e), abs=1e-12)


def test_nag_is_stable_below_its_earlier_limit_and_with_one_over_L_for_every_gamma():
    for gamma in (0.0, 0.5, 0.9, 0.99):
        limit = (2 + 2 * gamma) / (1 + 2 * gamma)
        assert limit <= 2 * (1 + gamma)
        assert ml.theory.rate(ml.nag(0.999 * limit, gamma), 1.0) < 1
        assert ml.theory.rate(ml.nag(1.001 * limit, gamma), 1.0) > 1
        curvatures = np.linspace(1e-3, 1, 200)  # L = 1
        assert ml.theory.rate(ml.nag(1.0, gamma), curvatures) < 1


def test_on_a_quadratic_nag_is_not_faster_than_a_tuned_heavy_ball():
    tunings = (ml.theory.nesterov, ml.theory.lessard, ml.theory.polyak)
    rates = [tuning(1, 100).rate for tuning in tunings]
    assert rates == pytest.approx([0.900, 0.885, 0.818], abs=5e-4)
    eta, gamma = np.linspace(1e-3, 0.03, 400), np.linspace(0, 0.99, 200)
    assert ml.theory.rate_map("nag", eta, gamma, [1, 100]).min() > rates[2]


def test_nag_with_a_growing_gamma_keeps_its_bound_and_a_constant_gamma_does_not():
    growing, slope = ml.schedules.nesterov(), huber(0.0005)
    assert most_of_the_bound(slope, ml.nag(1.0, growing)) < 1
    for gamma in (0.0, 0.9, 0.99):
        assert most_of_the_bound(slope, ml.nag(1.0, gamma)) > 1.5
        assert most_of_the_bound(slope, ml.momentum(1.0, gamma)) > 1.5


def test_the_heavy_ball_with_the_growing_gamma_has_no_such_guarantee():
    growing = ml.schedules.nesterov()
    assert most_of_the_bound(huber(0.0005), ml.momentum(1.0, growing)) > 1.3
    late = ml.minimize(huber(0.002), ml.momentum(1.0, growing), steps=100_000).distance
    assert late[-20_000:].max() > late[200:1000].max()  # nor does it ever settle there


def test_the_worst_function_for_nag_is_hubers():
    for k in (5, 20, 100):
        g = 1 / (2 * k * (k + 7) / 8 + 1)
        gap = ml.minimize(huber(g), ml.nag(1.0, ml.schedules.nesterov()), steps=k).gap
        assert gap[-1] == pytest.approx(2 / (k**2 + 7 * k + 4))


STORED = np.genfromtxt(worst_cases.FILE, delimiter=",", names=True)


def test_the_stored_worst_cases_are_what_chapter_3_says_of_them():
    k = STORED["k"]
    assert STORED["nag"] == pytest.approx(2 / (k**2 + 7 * k + 4), abs=2e-6)
    quotient = STORED["momentum"] * (k + 1) ** 2 / 2
    assert (quotient > 1).tolist() == (k >= 10).tolist()
    assert quotient[-1] == pytest.approx(2.8, abs=0.05)


@pytest.mark.peers
@pytest.mark.parametrize(("method", "steps"), [("nag", 7), ("momentum", 10)])
def test_the_exact_worst_cases_are_those_that_are_stored(method, steps):
    """The semidefinite programs, solved anew."""
    stored = STORED[method][STORED["k"] == steps]
    assert worst_cases.worst(method, steps) == pytest.approx(stored, abs=5e-6)


def test_a_heavy_ball_tuned_for_quadratics_may_cycle_for_ever():
    bent = ml.problems.lessard()
    ball = ml.momentum(*ml.theory.polyak(1, 25)[:2])
    theta = ml.minimize(bent, ball, start=[3.3], steps=3000).theta[:, 0]
    assert theta[-3:] == pytest.approx(theta[-6:-3])
    assert abs(theta[-3:]).min() > 0.5
    nag = ml.nag(*ml.theory.nesterov(1, 25)[:2])
    assert ml.minimize(bent, nag, start=[3.3], steps=300).distance[-1] < 1e-9


def test_after_the_switch_to_nag_little_changes_far_below_the_limit_and_much_near_it():
    near, far = (
        [ml.minimize(VALLEY, make(eta, 0.9), steps=400) for make in (ml.momentum, ml.nag)]
        for eta in (0.02, 1e-4)
    )
    assert near[0].gap[-1] < 1e-12
    assert near[1].gap[-1] > 1e12 * near[1].gap[0]
    assert far[1].gap[-1] == pytest.approx(far[0].gap[-1], rel=0.1)


def test_nag_calms_the_swing_across_a_valley_and_leaves_the_roll_along_it():
    valley = ml.problems.quadratic(kappa=25)
    ball, nag = (ml.minimize(valley, make(0.03, 0.9), steps=200) for make in (ml.momentum, ml.nag))
    assert nag.theta[:, 1].min() > 0.2 * ball.theta[:, 1].min()  # both negative
    along = [run.theta[:, 0].max() for run in (ball, nag)]
    assert along[1] == pytest.approx(along[0], rel=0.3)
    assert abs(nag.theta[10:, 1]).max() < 1e-3 * abs(ball.theta[10:, 1]).max()


def test_at_equal_settings_nag_swings_less_up_to_one_over_L_and_longer_near_its_limit():
    for gamma in (0.5, 0.8, 0.95):
        begin = 1.001 * ((1 - gamma) / (1 + gamma)) ** 2  # from here on both swing
        for eta_lam in np.linspace(begin, 1, 20):
            rates = [ml.theory.rate(make(eta_lam, gamma), 1.0) for make in (ml.momentum, ml.nag)]
            assert rates[1] <= rates[0] + 1e-9
        near = 0.999 * (2 + 2 * gamma) / (1 + 2 * gamma)
        assert ml.theory.rate(ml.nag(near, gamma), 1.0) > np.sqrt(gamma)


def test_the_growing_gamma_with_restarts_is_fast_on_a_smooth_convex_cost():
    logistic = ml.problems.logistic()
    eta, growing = 0.5, ml.schedules.nesterov()  # 1/L is 0.54
    restarted = ml.minimize(
        logistic, ml.nag(eta, growing), steps=150, restart=ml.restarts.on_gradient()
    )
    plain = ml.minimize(logistic, ml.nag(eta, growing), steps=150)
    descent = ml.minimize(logistic, ml.gd(eta), steps=150)
    assert restarted.grad_norm[-1] < 1e-2 * min(plain.grad_norm[-1], descent.grad_norm[-1])


# --- Chapter 4: RMSprop and Adam --------------------------------------------------

SLOPE = ml.Problem(lambda theta: theta[0], lambda theta: [1.0], start=[0.0])
FLAT = ml.Problem(lambda theta: 0.0, lambda theta: [0.0], start=[1.0])


def step_lengths(method, gradients):
    """The steps of one parameter under given gradients, in units of η (= 1)."""
    theta = m = s = s_max = 0.0
    places, formula = [theta], getattr(ml.kernels, method)
    for t, g in enumerate(gradients, 1):
        powers = 0.9**t, 0.999**t
        if method == "amsgrad":
            theta, m, s, s_max = formula(theta, m, s, s_max, g, 1.0, 0.9, 0.999, 1e-8, *powers)
        else:
            theta, m, s = formula(theta, m, s, g, 1.0, 0.9, 0.999, 1e-8, *powers)
        places.append(theta)
    return -np.diff(places)


def turned_score(method, angle, kappa=1000, steps=2000, tol=1e-4, **fixed):
    """The best η and its steps, for the slowest of eight starts: the chapter's rule."""
    around = np.radians(22.5 + 45 * np.arange(8) + angle)
    starts = 4 * np.column_stack([np.cos(around), np.sin(around)])
    eta = np.geomspace(1e-3, 10, 41)
    found = ml.sweep(
        ml.problems.quadratic(kappa, angle=angle), method, eta=eta, starts=starts,
        steps=steps, tol=tol, progress=False, **fixed,
    )  # fmt: skip
    score = np.where(found.steps < 0, np.inf, found.steps).max(axis=1)
    return eta[score.argmin()], score.min()


def test_the_scale_of_a_coordinate_drops_out_of_rmsprop_and_adam():
    for method in (ml.rmsprop(0.1), ml.adam(0.1)):
        paths = [ml.minimize(ml.problems.quadratic(k), method, steps=100).theta for k in (1, 1e4)]
        assert paths[0] == pytest.approx(paths[1], abs=1e-5)


def test_adams_momentum_is_an_average_with_no_gain_on_a_constant_slope():
    for beta1 in (0.0, 0.9, 0.99):
        theta = ml.minimize(SLOPE, ml.adam(1.0, beta1), steps=1000).theta[:, 0]
        assert theta[-2] - theta[-1] == pytest.approx(1, rel=1e-4)
    theta = ml.minimize(SLOPE, ml.momentum(1.0, 0.99), steps=2000).theta[:, 0]
    assert theta[-2] - theta[-1] == pytest.approx(100, rel=1e-4)


def test_a_new_beta1_needs_a_new_eta():
    best = [turned_score(ml.adam, 45, beta1=beta1)[0] for beta1 in (0.5, 0.9, 0.95)]
    assert best[1] > 4 * best[0]
    assert best[2] > 2 * best[1]
    along = [turned_score(ml.adam, 0, beta1=beta1) for beta1 in (0.5, 0.95)]
    assert along[1][0] < 0.6 * along[0][0]  # the other way round, where nothing swings across
    assert along[1][1] > 3 * along[0][1]


def test_without_bias_correction_the_first_twenty_steps_are_3_to_7_times_too_long():
    raw = ml.minimize(SLOPE, ml.adam(1.0, bias_correction=False), steps=2000).theta[:, 0]
    lengths = -np.diff(raw)
    assert lengths[0] == lengths[:20].min() == pytest.approx(3.16, abs=0.005)
    assert lengths.max() == pytest.approx(6.57, abs=0.005)
    assert -np.diff(ml.minimize(SLOPE, ml.adam(1.0), steps=20).theta[:, 0]) == pytest.approx(1)


def test_eps_inside_the_root_stops_gradients_ten_thousand_times_larger():
    def held(g, inside):
        return g / np.sqrt(g * g + 1e-8) if inside else g / (np.sqrt(g * g) + 1e-8)

    assert held(1e-8, inside=False) == pytest.approx(0.5)
    assert held(1e-8 * 1e4, inside=True) == pytest.approx(np.sqrt(0.5))
    assert held(1e-6, inside=False) > 0.98
    assert held(1e-6, inside=True) < 0.011


def test_scaling_makes_a_valley_along_the_axes_round_and_not_a_turned_one():
    adam = [turned_score(ml.adam, angle)[1] for angle in (0, 45)]
    ball = [turned_score(ml.momentum, angle, gamma=0.9)[1] for angle in (0, 45)]
    assert adam[0] < ball[0] == ball[1]
    assert adam[1] > 2 * ball[1]
    assert turned_score(ml.adam, 0, kappa=10)[1] == pytest.approx(adam[0], rel=0.1)


def test_scaling_by_the_gradients_goes_by_the_start_and_not_by_the_curvature():
    for kappa in (30, 1000):
        for start, left in (([-4.0, 2.0], 2), ([-4.0, 0.1], 40)):
            run = ml.minimize(ml.problems.quadratic(kappa), ml.adam(0.1), start=start, steps=1,
                              states=True)  # fmt: skip
            shoes = np.array([1, kappa]) / np.sqrt(run.s[1] / 0.001)
            assert max(shoes) / min(shoes) == pytest.approx(left)


def test_at_constant_eta_rmsprop_ends_at_eta_over_2_and_adam_near_eta_over_38_with_bursts():
    late = ml.minimize(VALLEY, ml.rmsprop(0.1, beta2=0.9), steps=3000).theta[-1000:]
    assert abs(late) == pytest.approx(np.full_like(late, 0.05), rel=1e-3)
    run = ml.minimize(VALLEY, ml.adam(0.1, beta2=0.99), steps=60_000)
    typical = np.sqrt(np.mean(run.theta[-40_000:] ** 2, axis=0))
    assert typical == pytest.approx(np.full(2, 0.1 / 38), rel=0.25)
    assert abs(run.theta[-40_000:]).max() > 3 * typical.max()


def test_adams_bursts_end_where_eta_falls_or_with_amsgrad_and_are_lower_with_a_lower_beta2():
    def height(method, last=2000):
        return ml.minimize(VALLEY, method, steps=20_000).distance[-last:].max()

    falling = ml.adam(ml.schedules.cosine(0.1, 20_000), beta2=0.99)
    assert height(falling, last=50) < 1e-6
    assert height(ml.amsgrad(0.1, beta2=0.99)) < 1e-9
    assert height(ml.adam(0.01, beta2=0.99)) < 0.2 * height(ml.adam(0.1, beta2=0.99))
    short, long = (
        ml.minimize(VALLEY, ml.adam(0.1, beta2=beta2), steps=100_000).distance
        for beta2 in (0.99, 0.999)
    )
    assert short[20_000:].max() < long[20_000:].max()
    assert np.argmax(short[1000:] > 1e-3) < np.argmax(long[1000:] > 1e-3)  # and earlier


def test_adamw_decays_beside_the_scaling_and_adam_with_a_penalty_does_not():
    half = lambda theta: theta[0] ** 2 / 2
    penalty = ml.Problem(half, lambda theta: theta, start=[1.0])
    ends = {}
    for noise in (0.1, 10.0):
        runs = [
            [ml.minimize(p, m, noise=noise, seed=seed).theta[-1, 0] for seed in range(40)]
            for p, m in ((penalty, ml.adam(0.001)), (FLAT, ml.adamw(0.001, weight_decay=1.0)))
        ]
        ends[noise] = np.mean(runs, axis=1)
    promised = 0.999**1000
    assert [ends[noise][1] for noise in ends] == pytest.approx([promised] * 2, abs=0.02)
    assert ends[10.0][0] - ends[0.1][0] > 0.5


def test_nadam_is_adam_with_nesterovs_look_ahead():
    """Its m is the m of the next step, if the same gradient came again."""
    beta1, t, m, g = 0.9, 4, 0.3, -0.2
    m = beta1 * m + (1 - beta1) * g
    bar = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    theta, _, _ = ml.kernels.nadam(0.0, 0.3, 1.0, g, 1.0, 0.9, 1.0, 0.0, beta1**t, 0.0)
    assert theta == pytest.approx(-bar)


def test_amsgrads_divisor_never_falls_without_correction_and_falls_for_a_while_with_it():
    gradients = np.where(np.arange(8000) < 10, 1.0, 0.001)
    s = s_max = 0.0
    plain, corrected = [], []
    for t, g in enumerate(gradients, 1):
        s = 0.999 * s + 0.001 * g * g
        s_max = max(s_max, s)
        plain.append(np.sqrt(s_max))
        corrected.append(np.sqrt(s_max / (1 - 0.999**t)))
    assert (np.diff(plain) >= 0).all()
    assert corrected[9] == pytest.approx(1)
    assert corrected[99] == pytest.approx(0.323, abs=5e-4)
    assert corrected[-1] == pytest.approx(plain[-1], rel=1e-3)
    # the library's form is the corrected one: its step is m̂ over that divisor
    lengths = step_lengths("amsgrad", gradients[:100])
    m = 0.0
    for g in gradients[:100]:
        m = 0.9 * m + 0.1 * g
    assert lengths[-1] == pytest.approx(m / (1 - 0.9**100) / corrected[99], rel=1e-6)


@pytest.mark.parametrize(("times", "memories"), [(10_000, 10), (100, 1.2)])
def test_one_wild_gradient_freezes_a_parameter_for_as_long_as_it_is_wild(times, memories):
    gradients = np.full(12_000, 1.0)
    gradients[6000] = times
    after = step_lengths("adam", gradients)[6000:]
    half = 100 + np.argmax(after[100:] > 0.5)
    wanted = np.log(0.001 * times**2 / 3) / 0.001
    assert wanted == pytest.approx(1000 * memories, rel=0.05)
    assert (after[100:] < 0.5).all() if wanted > 6000 else half == pytest.approx(wanted, rel=0.01)


def test_a_spike_of_ten_times_hardly_slows_adam():
    gradients = np.full(8000, 1.0)
    gradients[4000] = 10.0
    assert step_lengths("adam", gradients)[4000:].min() > 0.94


def test_a_spike_of_10_000_times_costs_adam_as_much_as_gd_jumps():
    gradients = np.full(40_000, 0.01)
    gradients[20_000] = 100.0
    lengths = step_lengths("adam", gradients)
    after = lengths[20_000:]
    assert after[:60].sum() == pytest.approx(31.9, abs=0.05)
    half = 100 + np.argmax(after[100:] > 0.5)
    assert half == pytest.approx(10 / (1 - 0.999), rel=0.05)
    assert np.sum(1 - after) == pytest.approx(10_000, rel=0.02)  # as many as GD's jump
    clipped = step_lengths("adam", np.minimum(gradients, 0.1))[20_000:]
    assert np.sum(1 - clipped) < 60


def test_under_noise_and_turned_momentum_can_beat_adam_and_not_at_kappa_a_million():
    rng = np.random.default_rng(1)
    starts, judges = 2 * rng.normal(size=(2, 20)), 2 * rng.normal(size=(4, 20))

    def judged(method, memory, kappa, angle):
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        turn = lambda x: np.column_stack(
            [c * x[:, 0] - s * x[:, -1], x[:, 1:-1], s * x[:, 0] + c * x[:, -1]]
        )
        valley = ml.problems.quadratic(kappa, dim=20, angle=angle)
        common = {"steps": 1000, "noise": 1.0, "tol": 1e-12, "progress": False}
        grid = {"eta": np.geomspace(1e-6, 10, 22), memory: [0.9]}
        best = ml.sweep(valley, method, starts=turn(starts), seeds=[0, 1], **grid, **common).best()
        return ml.sweep(
            valley, method, starts=turn(judges), seeds=range(10, 20), **best, **common
        ).loss

    for angle, times in ((0, 1.2), (45, 5)):
        ball = judged(ml.momentum, "gamma", 1000, angle)
        assert times * np.median(ball) < np.median(judged(ml.adam, "beta1", 1000, angle))
    ball = judged(ml.momentum, "gamma", 1e6, 0)
    assert np.median(ball) > 100 * np.median(judged(ml.adam, "beta1", 1e6, 0))


def test_under_noise_an_adam_that_is_quiet_enough_is_too_slow_for_the_way():
    valley = ml.problems.quadratic(1000, dim=20)
    starts = 2 * np.random.default_rng(3).normal(size=(8, 20))
    at, floor = [], []
    for method in (ml.momentum(0.0004), ml.adam(0.0063), ml.adam(0.016)):
        options = {"noise": 1.0, "steps": 3500}
        gaps = [ml.minimize(valley, method, start=x, seed=i, **options).gap
                for i, x in enumerate(starts)]  # fmt: skip
        at.append(np.median(gaps, axis=0)[1000])
        floor.append(np.mean(gaps, axis=0)[2500:].mean())
    assert floor[1] < floor[0] < 0.6 * floor[2]
    assert at[1] > 20 * max(at[0], at[2])


def test_a_good_eta_for_momentum_tells_nothing_about_one_for_adam():
    ratios = []
    for kappa in (10, 1000):
        ball = turned_score(ml.momentum, 0, kappa, gamma=0.9)[0]
        ratios.append(turned_score(ml.adam, 0, kappa)[0] / ball)
    assert ratios[1] > 5 * ratios[0]


def test_adam_keeps_two_numbers_a_parameter_and_momentum_one():
    kept = [
        ml.minimize(VALLEY, method, steps=1, states=True)
        for method in (ml.momentum(0.01), ml.adam(0.1))
    ]
    assert np.any(kept[0].v[1])
    assert not np.any(kept[0].s[1])
    assert np.all(kept[1].v[1] != 0)
    assert np.all(kept[1].s[1] != 0)


# --- Chapter 5: schedules and restarts --------------------------------------------

HILLS = ml.problems.quadratic(kappa=100, dim=50)
GROWING = ml.nag(1 / HILLS.L, ml.schedules.nesterov())


def mean_gap(method, seeds=30, **options):
    runs = [ml.minimize(VALLEY, method, seed=seed, **options).gap for seed in range(seeds)]
    return np.mean(runs, axis=0)


def test_the_taught_schedule_ends_without_damping_and_a_cap_mends_it():
    taught = ml.schedules.linear_to_one(0.5, steps=200)
    capped = lambda t: np.minimum(taught(t), 0.95)
    to_one, to_cap = (
        ml.minimize(VALLEY, ml.momentum(0.01, g), steps=1000) for g in (taught, capped)
    )
    assert to_one.gap[800:].max() == pytest.approx(to_one.gap[200:400].max(), rel=0.05)
    assert to_cap.gap[800:].max() < 1e-10 * to_one.gap[800:].max()
    assert to_one.gap[200] < 10 * to_cap.gap[200]  # stopped at T, the harm is mild


def test_a_ramp_of_gamma_is_a_head_start_once_and_then_as_slow_as_its_last_gamma():
    ramp = ml.schedules.linear(0.5, 0.99, steps=200)
    constant, ramped, critical = (
        ml.minimize(VALLEY, ml.momentum(0.01, gamma), steps=6000) for gamma in (0.99, ramp, 0.81)
    )
    saved = [arrival(constant, part) - arrival(ramped, part) for part in (1e-16, 1e-20)]
    assert saved[0] == pytest.approx(saved[1], rel=0.02)
    assert saved[0] > 0.4 * arrival(constant, 1e-16)
    assert arrival(critical, 1e-16) < 0.15 * arrival(ramped, 1e-16)
    assert ramp(arrival(ramped, 1e-8)) < 0.93  # at 1e-8 it arrives on the ramp
    slow = [
        np.log(run.gap[3500:4000].max() / run.gap[1500:2000].max()) for run in (constant, ramped)
    ]
    assert slow[0] == pytest.approx(slow[1], rel=0.05)


def test_a_warm_up_of_eta_gets_out_of_a_steep_start():
    walls = ml.Problem(
        lambda theta: (0.01 * theta[0] ** 2 + theta[1] ** 2) / 2 + theta[1] ** 4 / 4,
        lambda theta: [0.01 * theta[0], theta[1] + theta[1] ** 3],
        start=[-4.0, 3.0], minimizer=[0.0, 0.0],
    )  # fmt: skip
    at_start, on_floor = (ml.theory.eta_limit("momentum", 0.9, lam) for lam in (28.0, 1.0))
    options = {"steps": 1500, "tol": 1e-8, "progress": False}
    kinds = (
        lambda eta: ml.momentum(eta, 0.9),
        lambda eta: ml.momentum(ml.schedules.warmup(100, then=eta), 0.9),
    )
    low, high = np.geomspace(0.05, at_start, 30), np.geomspace(1.05 * at_start, on_floor, 60)
    constant = [ml.sweep(walls, kinds[0], eta=eta, **options).steps for eta in (low, high)]
    warmed = ml.sweep(walls, kinds[1], eta=high, **options).steps
    assert np.mean(constant[1] >= 0) < 0.05
    assert np.mean(warmed >= 0) > 0.95
    warm = ml.minimize(walls, kinds[1](1.0))
    assert 3 * arrival(warm) < constant[0][constant[0] >= 0].min()
    assert (1 + 3 * warm.theta[:, 1] ** 2).argmax() == 0  # no place is steeper than the start
    assert arrival(ml.minimize(walls, kinds[0](1.0), start=warm.theta[50])) < 200
    assert ml.minimize(walls, kinds[0](1.0)).status == "diverged"
    short = ml.momentum(ml.schedules.warmup(3, then=1.0), 0.9)
    assert ml.minimize(walls, short).status == "diverged"  # so lengthen the warm-up


def test_a_decay_of_eta_lowers_the_floor_that_noise_makes():
    noisy = {"steps": 1000, "noise": 1.0}
    large, small = (mean_gap(ml.momentum(eta, 0.9), **noisy) for eta in (0.02, 0.0005))
    cosine = mean_gap(ml.momentum(ml.schedules.cosine(0.02, 1000), 0.9), **noisy)
    variance = [ml.theory.stationary_variance(0.02, 0.9, lam, 1.0) for lam in (1, 100)]
    floor = variance[0] / 2 + 100 * variance[1] / 2
    assert large[-500:].mean() == pytest.approx(floor, rel=0.1)
    assert cosine[-50:].mean() < 0.05 * floor
    assert cosine[100] < 0.2 * small[100]


def test_one_cycle_moves_momentum_against_eta_and_evens_out_the_effective_eta():
    t = np.arange(1000)
    eta = ml.schedules.one_cycle(0.003, peak=0.03, steps=1000, end=0.0003)(t)
    gamma = ml.schedules.one_cycle(0.95, peak=0.85, steps=1000)(t)
    assert eta.argmax() == gamma.argmin()
    assert np.ptp(np.log(eta / (1 - gamma))) < np.ptp(np.log(eta))


@pytest.mark.parametrize("peak", [0.003, 0.01, 0.03])
def test_on_the_valley_one_cycle_does_not_beat_the_cosine(peak):
    cycle = ml.schedules.one_cycle(peak / 10, peak=peak, steps=1000, end=peak / 100)
    against = ml.schedules.one_cycle(0.95, peak=0.85, steps=1000)
    plans = (ml.schedules.cosine(peak, 1000), 0.9), (cycle, 0.9), (cycle, against)
    noisy = {"steps": 1000, "noise": 1.0, "seeds": 12}
    ends = [mean_gap(ml.momentum(*plan), **noisy)[-50:].mean() for plan in plans]
    assert ends[0] < ends[1] < ends[2]


def test_restarts_every_k_steps_want_k_in_proportion_to_root_kappa_below_the_formula():
    best = {}
    for kappa in (100, 400):
        hills = ml.problems.quadratic(kappa=kappa, dim=50)
        method = ml.nag(1 / kappa, ml.schedules.nesterov())
        factors = np.array([0.5, 2.0, 2.6, 3.4, 4.4, 6.0, 7.7, 30.0])
        steps = [
            arrival(ml.minimize(hills, method, steps=2000, restart=ml.restarts.every(round(k))))
            for k in factors * np.sqrt(kappa)
        ]
        best[kappa] = factors[np.argmin(steps)]
        assert min(steps[0], steps[-1]) > 2 * min(steps)  # too short, too long
        assert steps[-2] < 2 * min(steps)  # e√(8κ) errs on the cheap side
    assert best[100] == best[400] == 3.4


def test_the_gradient_scheme_is_about_as_fast_as_the_known_kappa():
    for kappa in (100, 1000):
        hills = ml.problems.quadratic(kappa=kappa, dim=50)
        growing = ml.nag(1 / kappa, ml.schedules.nesterov())
        known = ml.nag(1 / kappa, ml.theory.nesterov(1, kappa).gamma)
        steps = [
            arrival(ml.minimize(hills, method, steps=3000, restart=rule))
            for method, rule in (
                (growing, ml.restarts.on_gradient()), (known, None), (growing, None)
            )
        ]  # fmt: skip
        assert steps[0] < 1.35 * steps[1]
        assert steps[2] > 2.5 * steps[0]


def test_for_more_digits_the_gradient_scheme_takes_up_to_a_half_more_steps():
    hills = ml.problems.quadratic(kappa=1000, dim=50)
    runs = [
        ml.minimize(hills, method, steps=2000, restart=rule)
        for method, rule in (
            (ml.nag(1e-3, ml.schedules.nesterov()), ml.restarts.on_gradient()),
            (ml.nag(1e-3, ml.theory.nesterov(1, 1000).gamma), None),
        )
    ]
    more = [np.divide(*(arrival(run, part) for run in runs)) for part in (1e-8, 1e-16)]
    assert 1.2 < more[0] < more[1] < 1.55


def test_restarts_make_a_rate_of_the_guarantee_and_the_runs_are_far_better():
    k, goal = ml.theory.restart_interval(100), 1e-8
    assert 8 * 100 / k**2 == pytest.approx(np.exp(-2))  # what a cycle leaves
    restarted = np.log(goal) / np.log(8 * 100 / k**2) * k
    alone, known = np.sqrt(8 * 100 / goal), np.log(goal / 2) / np.log(1 - 1 / 10)
    assert alone > 300 * restarted
    assert restarted / known == pytest.approx(1 / 0.26, rel=0.05)
    plan = ml.restarts.every(round(k))
    gap = ml.minimize(HILLS, GROWING, steps=400, restart=plan).gap
    cycles = gap[:: round(k)]
    assert (cycles[1:] < np.exp(-2) * cycles[:-1]).all()
    assert arrival(ml.minimize(HILLS, GROWING, steps=400)) < 0.002 * alone


def test_adaptive_restarts_hear_the_noise():
    nag = ml.nag(0.01, ml.schedules.nesterov())
    counts = []
    for rule in (ml.restarts.on_increase(), ml.restarts.on_gradient()):
        runs = [
            ml.minimize(VALLEY, nag, steps=1000, noise=1.0, seed=seed, restart=rule)
            for seed in range(10)
        ]
        counts.append(np.mean([len(run.restarts) for run in runs]))
    assert counts[0] > 400
    assert counts[1] > 40
    quiet = ml.minimize(VALLEY, nag, steps=300, restart=ml.restarts.on_gradient())
    assert len(quiet.restarts) < 20


@pytest.mark.parametrize(("kappa", "noise", "harm"), [(100, 1.0, False), (10_000, 10.0, True)])
def test_restarts_on_noise_harm_where_it_is_heard_before_the_way_is_done(kappa, noise, harm):
    hill = ml.problems.quadratic(kappa=kappa)
    nag, descent = ml.nag(1 / kappa, ml.schedules.nesterov()), ml.gd(1 / kappa)
    plan = ml.restarts.every(round(3.4 * kappa**0.5))
    entrants = {
        "none": (nag, None), "function": (nag, ml.restarts.on_increase()),
        "gradient": (nag, ml.restarts.on_gradient()), "plan": (nag, plan), "GD": (descent, None),
    }  # fmt: skip
    middle, end = {}, {}
    for name, (method, rule) in entrants.items():
        gaps = np.mean([
            ml.minimize(hill, method, seed=seed, noise=noise, restart=rule).gap
            for seed in range(8)
        ], axis=0)  # fmt: skip
        middle[name], end[name] = gaps[round(5 * kappa**0.5)], gaps[-100:].mean()
    if harm:
        assert min(end["function"], end["gradient"]) > 0.4 * end["GD"] > 10 * end["plan"]
        assert end["none"] < 0.3 * end["gradient"]
    else:
        assert middle["function"] < 0.02 * middle["GD"]
        assert end["function"] == pytest.approx(end["GD"], rel=0.2)
        assert end["gradient"] < 0.2 * end["none"]


def test_a_restart_ends_a_swing_and_gives_no_push():
    run = ml.minimize(HILLS, GROWING, steps=40, restart=ml.restarts.every(34))
    lengths = np.linalg.norm(np.diff(run.theta, axis=0), axis=1)
    assert lengths[34] < 0.15 * lengths[33]
    assert run.theta[35] == pytest.approx(run.theta[34] - HILLS.grad(run.theta[34]) / HILLS.L)
    dips, ball = ml.problems.wavy(), ml.momentum(0.05, 0.9)
    assert ml.minimize(dips, ball).loss[-1] < 1e-9
    for rule in (ml.restarts.every(20), ml.restarts.on_gradient(), ml.restarts.on_increase()):
        stuck = ml.minimize(dips, ball, restart=rule)
        assert stuck.loss[-1] > 0.4
        assert stuck.grad_norm[-1] < 1e-9


def test_where_a_run_swings_a_cut_of_gamma_ends_it_and_a_cut_of_eta_does_not():
    cut = lambda first, then: lambda t: np.where(t < 300, first, then)
    smaller_eta = ml.momentum(cut(0.01, 0.001), 0.99)
    smaller_gamma = ml.momentum(0.01, cut(0.99, 0.9))
    plain = ml.momentum(0.01, 0.99)
    ends = [
        ml.minimize(VALLEY, m, steps=600).gap[550:].max()
        for m in (plain, smaller_eta, smaller_gamma)
    ]
    assert ends[1] > ends[0]
    assert ends[2] < 1e-6 * ends[0]


def test_what_adapts_in_adam_is_the_divisor_and_not_the_momentum():
    """Its m weighs a gradient of age k by (1 − β₁) β₁ᵏ, early in a run and late in it."""
    for at in (5, 500):
        gradients = np.zeros(at + 20)
        gradients[at] = 1.0
        m = np.zeros(len(gradients) + 1)
        for t, g in enumerate(gradients):
            _, m[t + 1], _ = ml.kernels.adam(
                0.0, m[t], 1.0, g, 1.0, 0.9, 0.999, 1e-8, 0.9 ** (t + 1), 0.999 ** (t + 1)
            )
        assert m[at + 1 :] == pytest.approx(0.1 * 0.9 ** np.arange(20))
    run = ml.minimize(VALLEY, ml.adam(0.1), steps=100, states=True)
    rates = 0.1 / np.sqrt(run.s[100] / (1 - 0.999**100))
    assert rates[0] > 20 * rates[1]


def test_cosine_momentum_needs_its_peak_tuned_and_no_end():
    """With minibatch noise: any peak within a factor of two of the best ends nearly as low."""
    peaks = (0.005, 0.01, 0.02)
    ends = [
        mean_gap(ml.momentum(ml.schedules.cosine(p, 1000), 0.9), steps=1000, noise=1.0)[-20:].mean()
        for p in peaks
    ]
    assert max(ends) < 2 * min(ends)
