"""Schedules against their formulas, one t at a time, and how a run reads them."""

import math
import pickle

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import values

s = ml.schedules
T = np.arange(0, 1200)


def line(t, start, end, steps):
    return start + (end - start) * t / steps if t < steps else end


def cosine(t, start, steps, end):
    return end + (start - end) * math.cos(math.pi / 2 * min(t, steps) / steps) ** 2


def cycle(t, start, peak, steps, end, rise):
    top = rise * steps
    if t < top:
        return start + (peak - start) * math.sin(math.pi / 2 * t / top) ** 2
    return cosine(t - top, peak, steps - top, end)


CASES = {
    "constant": (s.constant(0.3), lambda t: 0.3),
    "linear": (s.linear(0.5, 0.95, steps=400), lambda t: line(t, 0.5, 0.95, 400)),
    "linear, down": (s.linear(0.1, 0, steps=7), lambda t: line(t, 0.1, 0, 7)),
    "linear_to_one": (s.linear_to_one(0.6, steps=300), lambda t: min(0.6 + 0.4 * t / 300, 1)),
    "sutskever": (s.sutskever(0.9), lambda t: min(1 - 0.5 / (t // 250 + 1), 0.9)),
    "sutskever, 0.8": (s.sutskever(0.8), lambda t: min(1 - 0.5 / (t // 250 + 1), 0.8)),
    "nesterov": (s.nesterov(), lambda t: t / (t + 3)),
    "step": (s.step(0.2, factor=0.5, every=100), lambda t: 0.2 / 2 ** (t // 100)),
    "cosine": (s.cosine(0.1, steps=500), lambda t: cosine(t, 0.1, 500, 0)),
    "cosine, end": (s.cosine(0.1, steps=500, end=0.02), lambda t: cosine(t, 0.1, 500, 0.02)),
    "warmup": (s.warmup(9, then=0.4), lambda t: 0.4 * min((t + 1) / 10, 1)),
    "warmup, none": (s.warmup(0, then=0.4), lambda t: 0.4),
    "warmup, then": (
        s.warmup(20, then=s.cosine(0.1, steps=500)),
        lambda t: cosine(t, 0.1, 500, 0) * min((t + 1) / 21, 1),
    ),
    "one_cycle": (
        s.one_cycle(0.01, 0.1, steps=900, end=0.001, rise=0.25),
        lambda t: cycle(t, 0.01, 0.1, 900, 0.001, 0.25),
    ),
    "one_cycle, γ": (
        s.one_cycle(0.95, 0.85, steps=900),
        lambda t: cycle(t, 0.95, 0.85, 900, 0.95, 0.3),
    ),
}
each = pytest.mark.parametrize(("schedule", "formula"), CASES.values(), ids=CASES)


@each
def test_schedule_is_the_formula(schedule, formula):
    wanted = [formula(t) for t in T.tolist()]
    assert schedule(T) == pytest.approx(wanted, abs=1e-12)
    assert schedule(list(range(1200))).tolist() == schedule(T).tolist()


@each
def test_one_step_at_a_time_is_the_same(schedule, formula):
    values = schedule(T)
    for t in (0, 1, 9, 10, 249, 250, 251, 399, 400, 500, 1199):
        assert isinstance(schedule(t), float)
        assert schedule(t) == values[t]


def test_what_is_returned_is_the_caller_s():
    for schedule in (s.constant(0.5), s.sutskever(0.9)):
        values = schedule(T)
        values[:] = 7
        assert schedule(0) == 0.5


def test_nesterov_starts_without_memory_and_forgets_friction():
    assert s.nesterov()(0) == 0
    assert 0.99 < s.nesterov()(1000) < 1


def test_a_run_reads_the_schedule_at_its_steps():
    """On a constant slope the path is the sum of what was read."""
    slope = ml.Problem(lambda theta: theta[0], lambda theta: [1.0], start=[0.0])
    eta = s.step(1.0, factor=0.5, every=2)
    path = ml.minimize(slope, ml.gd(eta), steps=6).theta[:, 0]
    assert -np.diff(path) == pytest.approx([1, 1, 0.5, 0.5, 0.25, 0.25])
    momentum = ml.minimize(slope, ml.momentum(1.0, s.linear(0.0, 1.0, steps=2)), steps=4)
    assert -np.diff(momentum.theta[:, 0]) == pytest.approx([1, 1.5, 2.5, 3.5])  # γ = 0, ½, 1, 1


def test_repr_reads_like_the_call():
    assert repr(s.linear(0.5, 0.95, steps=100)) == "linear(start=0.5, end=0.95, steps=100)"
    assert repr(s.nesterov()) == "nesterov()"


def test_linear_to_one_takes_the_damping_away():
    """Past t = T nothing brakes: the run swings for ever at the height it had there."""
    valley = ml.problems.quadratic(kappa=1, dim=1)
    run = ml.minimize(valley, ml.momentum(0.01, s.linear_to_one(0.5, steps=100)), steps=3000)
    early, late = run.loss[200:1200], run.loss[2000:]
    assert late.max() == pytest.approx(early.max(), rel=0.02)
    capped = ml.minimize(valley, ml.momentum(0.01, s.linear(0.5, 0.95, steps=100)), steps=3000)
    assert capped.loss[-1] < 1e-20 < late.max()


def test_a_schedule_keeps_its_settings():
    schedule = s.linear(0.1, 0.2, 10)
    with pytest.raises(TypeError):
        schedule.settings["end"] = 0.9
    assert schedule == s.linear(0.1, 0.2, 10)
    assert len({schedule, s.linear(0.1, 0.2, 10), s.linear(0.1, 0.2, 11)}) == 2
    assert pickle.loads(pickle.dumps(s.warmup(3, schedule))) == s.warmup(3, schedule)


@pytest.mark.parametrize("t", ["late", -1, [0, -1], float("nan"), [True], None])
def test_a_schedule_counts_steps_from_zero(t):
    for schedule in (s.constant(0.9), s.sutskever(), s.nesterov()):
        with pytest.raises((TypeError, ValueError), match=r"^t must"):
            schedule(t)


SHORTEST = {
    "linear": (lambda n: s.linear(0.5, 0.9, n), [0.5, 0.9, 0.9]),
    "linear_to_one": (lambda n: s.linear_to_one(0.5, n), [0.5, 1, 1]),
    "step": (lambda n: s.step(0.8, 0.5, n), [0.8, 0.4, 0.2]),
    "cosine": (lambda n: s.cosine(0.8, n), [0.8, 0, 0]),
    "one_cycle": (lambda n: s.one_cycle(0.1, 0.8, n), [0.1, 0.1, 0.1]),
}


@pytest.mark.parametrize(("make", "values"), SHORTEST.values(), ids=SHORTEST)
def test_the_shortest_is_one_step_long(make, values):
    assert make(1)([0, 1, 2]).tolist() == pytest.approx(values)
    with pytest.raises(ValueError, match=r"^(steps|every) must be at least 1, but is 0$"):
        make(0)


def test_the_edges_of_the_settings():
    assert s.warmup(0, 0.5)(0) == 0.5
    with pytest.raises(ValueError, match="steps must be at least 0, but is -1"):
        s.warmup(-1, 0.5)
    for rise in (0, 1, -0.5, 1.5):
        with pytest.raises(ValueError, match=f"rise must be between 0 and 1, but is {rise:g}"):
            s.one_cycle(0.1, 0.2, 10, rise=rise)
    assert s.one_cycle(0.1, 0.2, 10, rise=0.999)(9) > 0.19
    assert s.one_cycle(0.1, 0.2, 10, rise=0.001)(1) > 0.19
    with pytest.raises(ValueError, match="factor must be greater than 0, but is 0"):
        s.step(0.1, 0, 5)
    assert s.sutskever()(10**6) == 0.99


@pytest.mark.parametrize(
    "eta",
    [
        lambda t: 0.05 / (1 + t**12),  # more than 64 bits
        lambda t: 0.01 * len(str(t)),
        lambda t: 0.05 if isinstance(t, int) else 0.01,
        lambda t: 0.1 * 2**-t,
        lambda t: max(0.01, 0.05 - 0.01 * t),
    ],
)
def test_a_function_gives_for_all_t_what_it_gives_for_each(eta):
    assert ml.gd(eta).table(60)[:, 0] == pytest.approx([eta(t) for t in range(60)], rel=1e-14)


def test_two_values_are_alike_to_nine_digits():
    """Where an array and single steps are computed in another order."""
    inf, nan = np.inf, np.nan
    one = np.array([1.0, 1.0, -1.0, 0.0, inf, nan, inf, 0.0, 1e-300])
    other = np.array([1 + 0.9e-9, 1 + 1.1e-9, -1 - 0.9e-9, 0.0, inf, nan, 1.0, 1e-300, 2e-300])
    wanted = [True, False, True, True, True, True, False, False, False]
    assert values._alike(one, other).tolist() == wanted


def test_a_function_that_writes_into_t_spoils_it_for_nobody():
    def eta(t):
        t += 1
        return 0.1 / t

    table = ml.momentum(eta, lambda t: np.minimum(t / 5, 1)).table(4)
    assert table[:, 0] == pytest.approx([0.1, 0.05, 0.1 / 3, 0.025])
    assert table[:, 1] == pytest.approx([0, 0.2, 0.4, 0.6])


@pytest.mark.parametrize("draw", [lambda rng, t: rng.random(), lambda rng, t: rng.random(t.shape)])
def test_a_number_drawn_anew_is_no_function_of_t(draw):
    rng = np.random.default_rng(1)
    sentence = r"^eta must give the same number for the same t, but at t = 0 gives .* and then"
    with pytest.raises(ValueError, match=sentence):
        ml.gd(lambda t: draw(rng, np.asarray(t))).table(9)
