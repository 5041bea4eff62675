"""Each claim of a chapter's summary or "In practice", as a run that would deny it if it were false.

The tests do not read the notebooks: they compute the claim anew, with other numbers where
that makes the claim wider. A claim that is a definition, or a name in another package, has
its test elsewhere (test_theory.py, test_frameworks.py, test_peers.py).
"""

import numpy as np
import pytest

import momentumlib as ml

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


def test_a_search_for_another_gamma_begins_at_the_eta_that_keeps_the_ratio():
    valley = ml.problems.rosenbrock(steepness=20)
    counts = [
        first_arrival(valley, ml.momentum, [0.01 * (1 - gamma)], gamma=gamma)
        for gamma in (0.8, 0.9, 0.95)
    ]
    assert np.ptp(counts) < 0.1 * np.mean(counts)
    kept = ml.sweep(valley, ml.momentum, eta=[0.008], gamma=0.99, progress=False)
    assert kept.status[0] == "diverged"  # the η that is best at 0.9
