"""Each claim of the summaries of chapters 7 and 8, as a run that would deny it if it were false.

As in test_claims.py the runs are made anew, with other numbers than the chapters have.
"""

from dataclasses import replace

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import frameworks

VALLEY = ml.problems.quadratic(kappa=100)
MANY = ml.problems.quadratic(kappa=1, dim=1000)  # as many equal directions at once
variance = ml.theory.stationary_variance


def cloud(method, noise=1.0, steps=700, seed=2):
    """The steps of the second half of a run that begins at the minimum: (steps/2, 1000)."""
    run = ml.minimize(MANY, method, start=np.zeros(1000), steps=steps, noise=noise, seed=seed)
    return run.theta[steps // 2 :]


# --- Chapter 7: momentum and noise ------------------------------------------------


def test_a_minibatch_of_four_times_as_many_examples_has_half_the_noise():
    rng = np.random.default_rng(1)
    examples = rng.exponential(size=5000)
    spread = [rng.choice(examples, (4000, batch)).mean(axis=1).std() for batch in (4, 16)]
    assert spread == pytest.approx([examples.std() / 2, examples.std() / 4], rel=0.05)


def test_at_equal_eta_the_variance_is_ten_times_larger_at_gamma_0_9():
    pair = [cloud(ml.momentum(0.03, gamma)).var() for gamma in (0.0, 0.9)]
    assert pair[1] / pair[0] == pytest.approx(10, rel=0.05)


def test_along_flat_directions_only_the_effective_eta_counts():
    for gamma in (0.5, 0.9):
        got = cloud(ml.momentum(0.05 * (1 - gamma), gamma)).var()
        assert got == pytest.approx(0.05 / 2, rel=0.04)
        ratio = variance(0.001 * (1 - gamma), gamma, 1, 1) / variance(0.001, 0.0, 1, 1)
        assert ratio == pytest.approx(1, rel=1e-3)


def test_along_steep_directions_momentum_is_quieter_and_never_below_the_flat_formula():
    got = cloud(ml.momentum(0.15, 0.9)).var() / cloud(ml.gd(1.5)).var()
    assert got == pytest.approx(0.26, abs=0.02)
    for gamma in (0.0, 0.5, 0.9, 0.99):
        for r in (0.01, 0.5, 1.0, 1.9):
            exact = variance(r * (1 - gamma), gamma, 1, 1)
            assert exact > r / 2
            law = (2 - r) / (2 - r * (1 - gamma) / (1 + gamma))
            assert exact / variance(r, 0.0, 1, 1) == pytest.approx(law)


@pytest.mark.parametrize("r", [0.1, 1.5])
@pytest.mark.parametrize("gamma", [0.0, 0.9])
def test_a_push_has_one_area_and_the_variance_is_the_sum_of_its_squares(r, gamma):
    wrong = [1.0, *np.zeros(400)]  # the first gradient is too small by 1, on J = θ²/2
    line = ml.Problem(lambda p: 0.0, lambda p: p, start=[0.0], compile=False)
    theta, v, path = line.start, 0.0, []
    for each in wrong:
        v = gamma * v + r * (1 - gamma) * (line.grad(theta) - each)
        theta = theta - v
        path.append(theta[0])
    assert np.sum(path) == pytest.approx(1)
    assert np.sum(np.square(path)) == pytest.approx(variance(r * (1 - gamma), gamma, 1, 1))


def test_at_equal_effective_eta_momentum_takes_shorter_steps_and_wanders_as_far():
    paths = [cloud(ml.gd(0.05)), cloud(ml.momentum(0.005, 0.9))]
    steps, spread = (
        [f(path) for path in paths] for f in (lambda p: np.diff(p, axis=0).std(), np.std)
    )
    assert steps[1] < 0.25 * steps[0]
    assert spread[1] == pytest.approx(spread[0], rel=0.05)
    same_eta = cloud(ml.momentum(0.05, 0.9))
    assert np.diff(same_eta, axis=0).std() > 2 * steps[0]  # and not at equal η


def test_the_noise_of_a_fit_is_as_steep_as_its_valley():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(20_000, 2)) * [1, 3]
    slopes = x * rng.normal(size=(20_000, 1))  # of (x·θ − y)²/2 at the minimum, residuals 1
    assert slopes.var(axis=0) == pytest.approx((x**2).mean(axis=0), rel=0.05)


@pytest.mark.parametrize(("gamma", "times"), [(0.0, 1.0), (0.9, 0.5)])
def test_shuffled_noise_cancels_over_an_epoch(gamma, times):
    """In a direction slower than an epoch; a memory as long as the epoch gains more."""
    n, rate, runs, rng = 20, 0.01, 100, np.random.default_rng(3)
    noise = np.linspace(-1, 1, n)
    noise /= noise.std()
    orders = rng.permuted(np.tile(np.arange(n), (runs, 200, 1)), axis=2).reshape(runs, -1)
    theta, v, seen = np.zeros(runs), 0.0, []
    for pick in orders.T:
        v = gamma * v + rate * (1 - gamma) * (theta + noise[pick])
        theta = theta - v
        seen.append(theta)
    ratio = np.var(seen[2000:]) / variance(rate * (1 - gamma), gamma, 1, 1)
    assert ratio < 1.1 * times * n * rate / 3
    if gamma == 0:
        assert ratio == pytest.approx(n * rate / 3, rel=0.1)


def fewest(gamma, sigma, kappa=100.0, goal=0.01, steps=2600):
    """The fewest steps to a mean gap that stays below the goal, over η: exact means."""
    lam, start = np.array([1.0, kappa]), np.array([4.0, 2.0]) ** 2
    eta = np.geomspace(0.002, 0.99, 60)[:, None] * ml.theory.eta_limit("momentum", gamma, kappa)
    a, gaps = 1 + gamma - eta * lam, []
    now = cross = before = start
    for _ in range(steps):
        new = a * a * now - 2 * a * gamma * cross + gamma**2 * before + (eta * sigma) ** 2
        now, cross, before = new, a * now - gamma * cross, now
        gaps.append((lam * now).sum(axis=-1) / 2)
    above = np.array(gaps) >= goal
    return np.where(above[-1], np.inf, steps + 1 - above[::-1].argmax(axis=0)).min()


def test_momentum_pays_with_large_batches_in_narrow_valleys_and_hardly_with_small_ones():
    one, two, large = ([fewest(g, 3 / b**0.5) for g in (0.0, 0.9)] for b in (1, 2, 1024))
    assert 1 < one[0] / one[1] < 1.15
    assert large[0] / large[1] > 1.8
    assert two[0] / one[0] == pytest.approx(0.5, abs=0.04)  # twice the batch, half the steps
    late = [fewest(g, 3 / 32**0.5) / fewest(g, 3 / 16**0.5) for g in (0.0, 0.9)]
    assert min(late) > 0.75  # and no longer beyond the critical batch
    early = [fewest(g, 3 / 16**0.5) / fewest(g, 3 / 8**0.5) for g in (0.0, 0.9)]
    assert early[1] < 0.5 < 0.65 < early[0]  # which is larger with momentum
    wide = [fewest(g, 0.0, kappa=2.0) for g in (0.0, 0.5)]
    assert wide[0] <= wide[1]


def test_the_batch_and_eta_scale_linearly_up_to_the_limit_and_with_a_root_for_adam():
    small = cloud(ml.momentum(0.01, 0.9)).var()
    assert cloud(ml.momentum(0.16, 0.9), 16**-0.5).var() == pytest.approx(small, rel=0.1)
    assert variance(2.56, 0.9, 1, 1 / 16) > 2.5 * small
    adam = [cloud(ml.adam(0.02 * k, 0.9), 16**-0.5).var() for k in (4, 16)]
    one = cloud(ml.adam(0.02, 0.9)).var()
    assert adam[0] == pytest.approx(one, rel=0.1)
    assert adam[1] > 3 * one


@pytest.mark.parametrize(("eta", "gamma"), [(0.5, 0.0), (0.1, 0.0), (0.02, 0.9)])
def test_the_mean_of_w_points_has_a_variance_without_eta_and_gamma(eta, gamma):
    mean = cloud(ml.momentum(eta, gamma), steps=1200).mean(axis=0)
    assert 600 * mean.var() == pytest.approx(1, abs=0.15)
    assert mean.var() < 0.1 * variance(eta, gamma, 1, 1)


def test_a_falling_eta_and_an_average_both_get_below_the_floor():
    ends = []
    for eta in (0.01, ml.schedules.cosine(0.01, 1000)):
        runs = [
            ml.minimize(VALLEY, ml.momentum(eta, 0.9), steps=1000, noise=1.0, seed=seed)
            for seed in range(15)
        ]
        ends.append(np.mean([run.gap[-1] for run in runs]))
        ends.append(np.mean([VALLEY.f(run.theta[200:].mean(axis=0)) for run in runs]))
    constant, averaged, falling, both = ends
    assert max(averaged, falling, both) < 0.1 * constant


def test_in_a_bent_valley_a_falling_eta_beats_the_mean_where_the_noise_spans_the_bend():
    bend, ends = ml.problems.rosenbrock(steepness=20), {}
    for noise in (0.3, 3.0):
        constant, falling = (
            [ml.minimize(bend, ml.momentum(eta, 0.9), steps=2000, noise=noise, seed=seed).theta
             for seed in range(8)]
            for eta in (0.004, ml.schedules.cosine(0.004, 2000))
        )  # fmt: skip
        mean = np.mean([bend.f(theta[1000:].mean(axis=0)) for theta in constant])
        ends[noise] = mean, np.mean([bend.f(theta[-1]) for theta in falling])
    assert ends[3.0][1] < 0.4 * ends[3.0][0]
    assert ends[0.3][0] < 2 * ends[0.3][1]  # a shorter cloud does not feel the bend


def test_a_tenth_of_eta_tells_noise_from_a_plateau_and_a_larger_batch_does_the_same():
    cut = lambda t: np.where(t < 300, 0.01, 0.001)
    runs = [
        ml.minimize(VALLEY, ml.momentum(cut, 0.9), steps=600, noise=1.0, seed=seed).gap
        for seed in range(15)
    ]
    gap = np.mean(runs, axis=0)
    assert gap[400:450].mean() < 0.35 * gap[200:300].mean()
    quiet = ml.minimize(VALLEY, ml.momentum(cut, 0.99), steps=600).gap  # no noise, no drop
    plain = ml.minimize(VALLEY, ml.momentum(0.01, 0.99), steps=600).gap
    assert quiet[400:450].mean() > 0.5 * plain[400:450].mean()
    batch, eta = cloud(ml.momentum(0.03, 0.9), 10**-0.5).var(), cloud(ml.momentum(0.003, 0.9)).var()
    assert batch == pytest.approx(eta, rel=0.1)


def test_the_middle_of_ten_noisy_ends_is_known_only_roughly():
    """Gradient descent with the η of chapter 7's contest, which printed 0.00046 for its middle."""
    rng, lam = np.random.default_rng(3), np.array([1.0, 100.0])
    theta = np.tile([-4.0, 2.0], (2000, 1))
    for _ in range(1200):
        theta = theta - 0.0049 * (lam * theta + rng.normal(size=theta.shape))
    ends = (lam * theta**2).sum(axis=1) / 2
    assert np.median(ends) == pytest.approx(4 * 0.00046, rel=0.2)
    low, high = np.percentile(np.median(ends.reshape(200, 10), axis=1), [10, 90])
    assert high > 2.5 * low


# --- Chapter 8: the same formula in your framework --------------------------------


def as_python(make):
    """The method of a framework, not compiled: that costs more than its few steps here."""
    return lambda *args, **settings: replace(make(*args, **settings), compile=False)


torch_sgd, keras_sgd, optax_ema, keras_adam, torch_rmsprop, keras_rmsprop = map(
    as_python,
    (
        frameworks.torch_sgd, frameworks.keras_sgd, frameworks.optax_ema,
        frameworks.keras_adam, frameworks.torch_rmsprop, frameworks.keras_rmsprop,
    ),
)  # fmt: skip
DROP = ml.schedules.step(0.02, factor=0.1, every=15)


def test_where_eta_stands_matters_only_when_it_changes():
    makes = ml.momentum, torch_sgd, keras_sgd
    same = [ml.minimize(VALLEY, make(0.02, 0.8), steps=60).theta for make in makes]
    assert same[1] == pytest.approx(same[0], abs=1e-12)
    assert np.array_equal(same[2], same[0])
    ours, torch, keras = (ml.minimize(VALLEY, make(DROP, 0.8), steps=29) for make in makes)
    assert keras.theta == pytest.approx(ours.theta, abs=1e-12)
    assert torch.theta[:16] == pytest.approx(ours.theta[:16], abs=1e-12)
    plain = ml.minimize(VALLEY, torch_sgd(0.02, 0.8), steps=16)
    step, uncut, inside = (run.theta[16] - run.theta[15] for run in (torch, plain, ours))
    assert step == pytest.approx(uncut / 10)  # PyTorch brakes at once
    assert np.linalg.norm(inside) > 2 * np.linalg.norm(step)


def test_inside_v_the_old_velocity_coasts_for_one_memory():
    gradients = np.ones(80)
    v, u, coasting = 0.0, 0.0, []
    for t, g in enumerate(gradients):
        eta = 1.0 if t < 40 else 0.1
        v, u = 0.9 * v + eta * g, 0.9 * u + g
        coasting.append(v - eta * u)
    assert sum(coasting[40:]) / coasting[40] == pytest.approx(10, rel=0.02)  # 1/(1 − γ) steps of it


def test_a_smaller_eta_in_a_swing_is_worse_than_nothing_with_eta_inside_v_alone():
    cut = lambda t: np.where(t < 300, 0.01, 0.001)
    inside, outside, plain = (
        ml.minimize(VALLEY, method, steps=600).gap[550:].max()
        for method in (
            ml.momentum(cut, 0.99), torch_sgd(cut, 0.99), ml.momentum(0.01, 0.99)
        )
    )  # fmt: skip
    assert outside < plain < inside


def test_old_over_new_eta_for_one_step_changes_conventions():
    theta, b, old = VALLEY.start, np.zeros(2), DROP(0)
    for t in range(29):
        b = 0.8 * old / DROP(t) * b + VALLEY.grad(theta)
        theta, old = theta - DROP(t) * b, DROP(t)
    ours = ml.minimize(VALLEY, ml.momentum(DROP, 0.8), steps=29)
    assert theta == pytest.approx(ours.theta[-1], abs=1e-12)
    # Goyal et al. corrected the other way round: v times new over old is PyTorch's run
    theta, v, old = VALLEY.start, np.zeros(2), DROP(0)
    for t in range(29):
        v = 0.8 * DROP(t) / old * v + DROP(t) * VALLEY.grad(theta)
        theta, old = theta - v, DROP(t)
    torch = ml.minimize(VALLEY, torch_sgd(DROP, 0.8), steps=29)
    assert theta == pytest.approx(torch.theta[-1], abs=1e-12)


def test_an_average_needs_eta_over_one_minus_gamma():
    ours = ml.minimize(VALLEY, ml.momentum(0.004, 0.8), steps=80)
    ema = ml.minimize(VALLEY, optax_ema(0.02, 0.8, debias=False), steps=80)
    assert ema.theta == pytest.approx(ours.theta, abs=1e-12)


def test_a_corrected_average_is_a_sum_whose_eta_opens_wide():
    opening = lambda t: 0.01 / (1 - 0.8 ** (t + 1))
    ema = ml.minimize(VALLEY, optax_ema(0.05, 0.8, debias=True), steps=60)
    wide = ml.minimize(VALLEY, torch_sgd(opening, 0.8), steps=60)
    assert ema.theta == pytest.approx(wide.theta, abs=1e-12)
    assert opening(0) == pytest.approx(0.05)


def test_kerass_nag_is_the_books_while_eta_changes_and_not_while_gamma_does():
    rising = ml.schedules.linear(0.5, 0.9, steps=20)
    off = {}
    drop = ml.schedules.step(0.01, factor=0.1, every=15)
    for name, eta, gamma in (("eta", drop, lambda t: 0.8 + 0 * t), ("gamma", 0.005, rising)):
        nag = ml.minimize(VALLEY, ml.nag(eta, gamma), steps=40, states=True)
        ahead = nag.theta - gamma(np.arange(41))[:, None] * nag.v
        for make in (keras_sgd, torch_sgd):
            stored = ml.minimize(VALLEY, make(eta, gamma, nesterov=True), steps=40).theta
            off[name, make] = abs(stored - ahead).max()
        next_one = gamma(np.arange(1, 42))  # with the next step's γ it is exact
        y, v, step = VALLEY.start, np.zeros(2), eta if callable(eta) else lambda t: 0.005
        for t in range(40):
            g = VALLEY.grad(y)
            v = gamma(t) * v + step(t) * g
            y = y - step(t) * g - next_one[t] * v
        assert y == pytest.approx(ahead[-1], abs=1e-12)
    assert off["eta", keras_sgd] < 1e-12 < 1e-3 < off["eta", torch_sgd]
    assert off["gamma", keras_sgd] == pytest.approx(off["gamma", torch_sgd])
    assert off["gamma", keras_sgd] > 1e-3


def test_with_eta_inside_a_warm_up_protects_better():
    walls = ml.Problem(
        lambda p: (0.01 * p[0] ** 2 + p[1] ** 2) / 2 + p[1] ** 4 / 4,
        lambda p: [0.01 * p[0], p[1] + p[1] ** 3], start=[-4.0, 3.0], compile=False,
    )  # fmt: skip
    plan = ml.schedules.warmup(40, then=1.0)
    runs = [ml.minimize(walls, make(plan, 0.9), steps=200) for make in (ml.momentum, torch_sgd)]
    assert [run.status for run in runs] == ["max_steps", "diverged"]


def test_a_stored_look_ahead_is_the_same_method_with_another_logged_loss():
    nag = ml.minimize(VALLEY, ml.nag(0.005, 0.8), steps=80, states=True)
    stored = ml.minimize(VALLEY, keras_sgd(0.005, 0.8, nesterov=True), steps=80)
    assert stored.theta == pytest.approx(nag.theta - 0.8 * nag.v, abs=1e-12)
    assert abs(stored.loss[1] - nag.loss[1]) > 0.1 * nag.loss[1]


def test_pytorchs_first_step_ignores_dampening_and_the_others_do_not():
    one, two = (
        ml.minimize(VALLEY, torch_sgd(0.001, 0.8, dampening=tau), steps=2).theta
        for tau in (0.0, 0.6)
    )
    assert np.array_equal(one[1], two[1])
    v = 0.8 * VALLEY.grad(two[0]) + 0.4 * VALLEY.grad(two[1])
    assert two[2] == pytest.approx(two[1] - 0.001 * v)
    b, plain = 0.0, 0.0  # on a slope: what the first push adds fades by γ a step
    for t in range(30):
        b, plain = 0.8 * b + (0.4 if t else 1.0), 0.8 * plain + 0.4
    assert b - plain == pytest.approx(0.6 * 0.8**29)


@pytest.mark.parametrize("gamma", [0.5, 0.9])
def test_as_a_penalty_weight_decay_pulls_harder_than_beside_the_step(gamma):
    hill = ml.Problem(lambda p: (p[0] - 1) ** 2 / 2, lambda p: p - 1, start=[0.0], compile=False)
    runs = [
        ml.minimize(hill, make(0.05, gamma, weight_decay=w), steps=3000).theta[:, 0]
        for make, w in (
            (torch_sgd, 0.3), (keras_sgd, 0.3),
            (keras_sgd, 0.3 / (1 - gamma)),
        )
    ]  # fmt: skip
    assert runs[2].max() <= runs[0].max()  # beside the step it overshoots less
    penalty, beside, mended = (theta[-1] for theta in runs)
    pulls = [1 / end - 1 for end in (penalty, beside, mended)]
    assert pulls == pytest.approx([0.3, 0.3 * (1 - gamma), 0.3], rel=1e-6)


def test_decoupled_decay_takes_away_the_sum_of_all_eta():
    flat = ml.Problem(lambda p: 0.0, lambda p: [0.0], start=[1.0], compile=False)
    kept = {}
    for name, eta in {"all": 0.1, "cosine": ml.schedules.cosine(0.1, 500), "half": 0.05}.items():
        method = keras_sgd(eta, 0.9, weight_decay=0.04)
        kept[name] = ml.minimize(flat, method, steps=500).theta[-1, 0]
    assert kept["all"] == pytest.approx(np.exp(-2), rel=0.01)
    assert kept["cosine"] == pytest.approx(kept["half"], rel=0.01)
    assert kept["half"] == pytest.approx(np.exp(-1), rel=0.01)


def test_a_clipped_gradient_spares_the_velocity_and_a_clipped_step_does_not():
    def wrong_steps(gradient=np.inf, step=np.inf):
        v, taken = 0.0, []
        for t in range(120):
            g = 500.0 if t == 20 else (1.0 if t < 22 else -1.0)
            v = 0.9 * v + np.clip(g, -gradient, gradient)
            taken.append(np.clip(v, -step, step))
        return sum(each > 0 for each in taken[22:])

    assert wrong_steps(gradient=2) < 10
    assert wrong_steps(step=10) == wrong_steps() > 30
    v = 0.0
    for _ in range(200):
        v = 0.9 * v + min(5.0, 2.0)
    assert v == pytest.approx(2 / (1 - 0.9))  # clipped at 2, and ten times as long


def test_the_place_of_eps_matters_where_gradients_are_small():
    def first(method, size):
        slope = ml.Problem(lambda p: size * p[0], lambda p: [size], start=[0.0], compile=False)
        return -ml.minimize(slope, method, steps=1).theta[1, 0]

    adam, keras = ml.adam(1.0, eps=1e-7), keras_adam(1.0, epsilon=1e-7)
    root = torch_rmsprop(1.0, 0.9, 1e-7), keras_rmsprop(1.0, epsilon=1e-7)
    assert first(keras, 1e-2) == pytest.approx(first(adam, 1e-2), rel=1e-3)
    assert first(keras, 1e-7) < 0.1 * first(adam, 1e-7)
    assert first(root[1], 1e-5) < 0.1 * first(root[0], 1e-5)
    assert np.float16(1e-8) == 0
    assert np.float32(1e-8).view(np.uint32) >> 16 > 0  # bfloat16: the upper half of a float32


def test_the_first_step_tells_dampening_decay_and_eps_and_a_later_one_where_eta_stands():
    grown = ml.schedules.warmup(10, 0.01)
    ours, torch = (
        ml.minimize(VALLEY, make(grown, 0.9), steps=8).theta for make in (keras_sgd, torch_sgd)
    )
    assert torch[1] == pytest.approx(ours[1], abs=1e-12)
    assert abs(torch[2:] - ours[2:]).max() > 1e-3
    for other in ({"weight_decay": 0.5}, {"dampening": 0.5}):
        eta = 0.02 if "dampening" in other else 0.01  # the same gain η(1 − τ)
        changed = ml.minimize(VALLEY, torch_sgd(eta, 0.9, **other), steps=1).theta[1]
        plain = ml.minimize(VALLEY, torch_sgd(0.01, 0.9), steps=1).theta[1]
        assert abs(changed - plain).max() > 1e-3
