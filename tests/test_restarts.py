"""Restarts against loops written out here: when v returns to zero, and what it is good for."""

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import kernels, restarts

VALLEY = ml.problems.quadratic(kappa=50, angle=20)
GROWING = ml.schedules.nesterov()


def restarted(problem, steps, eta, gamma, look_ahead, again):
    """(path, rows restarted from): θ_{t+1} = y − η g, y = θ_t + γ (θ_t − θ_{t−1}).

    A restart forgets θ_{t−1} and begins γ's schedule again; `again` decides, from the
    step's number since the last restart, the gradient used, the points before and after.
    """
    theta = back = problem.start
    path, marks, since = [theta], [], 0
    for t in range(steps):
        step = gamma(since) * (theta - back)
        g = problem.grad(theta + step if look_ahead else theta)
        back, theta = theta, theta + step - eta(t) * g
        path.append(theta)
        since += 1
        if again(since, g, back, theta) and t < steps - 1:
            back, since = theta, 0
            marks.append(t + 1)
    return np.array(path), marks


RULES = {
    "every": (ml.restarts.every(13), lambda since, g, old, new: since == 13),
    "on_increase": (
        ml.restarts.on_increase(),
        lambda since, g, old, new: VALLEY.f(new) > VALLEY.f(old),
    ),
    "on_gradient": (ml.restarts.on_gradient(), lambda since, g, old, new: g @ (new - old) > 0),
    "never": (None, lambda since, g, old, new: False),
}


@pytest.mark.parametrize("gamma", [lambda t: 0.95, GROWING], ids=["constant", "growing"])
@pytest.mark.parametrize("name", ["momentum", "nag"])
@pytest.mark.parametrize(("rule", "again"), RULES.values(), ids=RULES)
def test_restarts_where_the_rule_says(rule, again, name, gamma):
    eta = ml.schedules.cosine(0.015, steps=150, end=0.005)  # runs on through restarts
    wanted, marks = restarted(VALLEY, 150, eta, gamma, name == "nag", again)
    run = ml.minimize(VALLEY, getattr(ml, name)(eta, gamma), steps=150, restart=rule, states=True)
    assert run.restarts.tolist() == marks
    assert run.theta == pytest.approx(wanted, rel=1e-9, abs=1e-11)
    assert (run.v[marks] == 0).all()
    assert (rule is None) == (len(marks) == 0)


def test_noise_is_part_of_the_gradient_that_decides():
    noise = np.random.default_rng(4).standard_normal((60, 2))
    run = ml.minimize(
        VALLEY, ml.momentum(0.01, 0.9), steps=60, noise=1.0, seed=4, states=True,
        restart=ml.restarts.on_gradient(),
    )  # fmt: skip
    g = np.array([VALLEY.grad(theta) for theta in run.theta[:-1]]) + noise
    uphill = np.sum(g * np.diff(run.theta, axis=0), axis=1) > 0
    assert run.restarts.tolist() == [t + 1 for t in range(59) if uphill[t]]
    assert 0 < len(run.restarts) < 59


def test_every_step_and_the_last():
    method = ml.momentum(0.01, 0.9)
    run = lambda k, steps: ml.minimize(VALLEY, method, steps=steps, restart=ml.restarts.every(k))
    assert run(1, 5).restarts.tolist() == [1, 2, 3, 4]  # nothing begins at the last row
    assert run(5, 5).restarts.tolist() == []
    assert run(5, 6).restarts.tolist() == [5]
    assert run(7, 5).restarts.tolist() == []


def test_adam_s_restart_forgets_m_and_keeps_s():
    """m starts at zero and its correction at t = 1; s goes on with its own."""
    eta, beta1, beta2, eps = 0.05, 0.9, 0.99, 1e-3
    theta, m, s, path = VALLEY.start, 0, 0, [VALLEY.start]
    for t in range(1, 41):
        g = VALLEY.grad(theta)
        if t == 16 or t == 31:
            m = 0
        since = (t - 1) % 15 + 1
        m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
        theta = theta - eta * m / (1 - beta1**since) / (np.sqrt(s / (1 - beta2**t)) + eps)
        path.append(theta)
    method = ml.adam(eta, beta1, beta2, eps)
    run = ml.minimize(VALLEY, method, steps=40, restart=ml.restarts.every(15))
    assert run.restarts.tolist() == [15, 30]
    assert run.theta == pytest.approx(np.array(path), rel=1e-9, abs=1e-11)


def test_gd_has_nothing_to_forget():
    plain = ml.minimize(VALLEY, ml.gd(0.01), steps=30)
    run = ml.minimize(VALLEY, ml.gd(0.01), steps=30, restart=ml.restarts.every(10))
    assert run.restarts.tolist() == [10, 20]
    assert (run.theta == plain.theta).all()


@pytest.mark.parametrize("rule", [ml.restarts.on_increase(), ml.restarts.on_gradient()])
def test_adaptive_restarts_recover_the_fast_rate(rule):
    """Without knowing κ, within twice the steps of NAG tuned to κ; without them, ten times off."""
    valley = ml.problems.quadratic(kappa=1000)
    tuned = ml.theory.nesterov(1, 1000)
    reach = lambda method, **more: ml.minimize(valley, method, steps=20_000, tol=1e-9, **more).steps
    best = reach(ml.nag(tuned.eta, tuned.gamma))
    growing = ml.nag(tuned.eta, GROWING)
    assert reach(growing, restart=rule) < 2 * best
    assert reach(growing) > 5 * best


def test_the_numbers_are_the_kernels():
    assert {kind: getattr(kernels, kind.upper()) for kind in restarts.KINDS} == restarts.KINDS
    assert kernels.NO_RESTART == 0


def test_repr_reads_like_the_call():
    rules = (ml.restarts.every(3), ml.restarts.on_increase(), ml.restarts.on_gradient())
    assert [repr(rule) for rule in rules] == ["every(3)", "on_increase()", "on_gradient()"]


def test_a_rule_made_by_hand_is_looked_at():
    assert restarts.Restart("every", 3) == restarts.every(3)
    for bad in (("every", 0), ("every",), ("never", 3), ("on_increase", 3)):
        with pytest.raises(ValueError, match=r"kind|k must be"):
            restarts.Restart(*bad)


def test_a_rule_in_the_loop_s_numbers():
    assert restarts.numbered(None).tolist() == [kernels.NO_RESTART, 0]
    assert restarts.numbered(ml.restarts.every(3)).tolist() == [kernels.EVERY, 3]
    assert restarts.numbered(ml.restarts.on_increase()).tolist() == [kernels.ON_INCREASE, 0]
    with pytest.raises(ValueError, match="k must be at least 1, but is 0"):
        ml.restarts.every(0)
    with pytest.raises(TypeError, match=r"restart must be every\(k\), on_increase.*, but is 7"):
        restarts.numbered(7)
