"""Steps of the reader's own: what they may take, their data, one coordinate or the whole vector."""

import math
from dataclasses import replace

import numpy as np
import pytest

import momentumlib as ml
from cases import UNJITTED, heavy_ball
from momentumlib import kernels

VALLEY = ml.problems.quadratic(30, dim=5, angle=20)
SETTINGS = {
    "plain": {}, "noise": {"noise": 0.1, "seed": 4}, "restart": {"restart": ml.restarts.every(7)},
    "uphill": {"restart": ml.restarts.on_gradient()}, "states": {"states": True},
    "increase": {"restart": ml.restarts.on_increase()}, "tol": {"tol": 1e-2},
}  # fmt: skip


def in_python(method):
    return replace(method, compile=False)


def vector_ball(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v


def normalized(theta, g, eta):
    return theta - eta * g / np.sqrt(np.sum(g * g) + 1e-30)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("keep", [1, 6])
@pytest.mark.parametrize("ahead", [False, True])
def test_both_kinds_are_the_book_s_momentum(settings, keep, ahead):
    hyper = {"eta": 0.01, "gamma": ml.schedules.linear(0.5, 0.9, 50)}
    wanted = ml.minimize(
        VALLEY, ml.nag(**hyper) if ahead else ml.momentum(**hyper), steps=80, keep=keep, **settings
    )
    for make, step in ((ml.own, heavy_ball), (ml.own_vector, vector_ball)):
        method = make(step, look_ahead=ahead, **hyper)
        for one in (method, in_python(method)):
            run = ml.minimize(VALLEY, one, steps=80, keep=keep, **settings)
            assert run.compiled == (kernels.HAVE_NUMBA and one is method)
            assert (run.theta == wanted.theta).all()
            assert (run.t == wanted.t).all()
            assert (run.restarts == wanted.restarts).all()
            assert run.status == wanted.status
            assert run.loss == pytest.approx(wanted.loss, rel=1e-13)
            if "states" in settings:
                assert (run.v == wanted.v).all()
        assert run.compiled is False
        assert ml.minimize(VALLEY, method, steps=9, **settings).compiled == kernels.HAVE_NUMBA


@pytest.mark.parametrize("keep", [1, 4])
def test_a_norm_needs_the_whole_vector(keep):
    run = ml.minimize(VALLEY, ml.own_vector(normalized, eta=0.1), steps=24, keep=keep)
    moves = np.linalg.norm(np.diff(run.theta, axis=0), axis=1)
    assert (moves <= 0.1 * keep * (1 + 1e-12)).all()
    if keep == 1:
        assert moves == pytest.approx(np.full(24, 0.1), rel=1e-12)
    scalar = ml.minimize(VALLEY, ml.own(normalized, eta=0.1), steps=24, keep=keep)  # a sign
    assert scalar.theta[-1] != pytest.approx(run.theta[-1])
    assert (run.compiled, scalar.compiled) == (kernels.HAVE_NUMBA,) * 2
    wide = ml.problems.quadratic(30, dim=40)  # of so many some are compared, but not of a vector
    assert ml.minimize(wide, ml.own_vector(normalized, eta=0.1), steps=3).compiled == run.compiled


def test_a_scalar_step_is_the_same_with_keep():
    sign = ml.own(normalized, eta=0.1)
    every, fifth = (ml.minimize(VALLEY, sign, steps=25, keep=keep) for keep in (1, 5))
    assert (every.theta[::5] == fifth.theta).all()


def test_steps_use_if_and_math():
    def careful(theta, v, g, t, eta):
        if abs(g) > 1:
            g = math.copysign(1.0, g)
        return theta - eta * g * math.exp(-t / 100), v

    method = ml.own(careful, eta=0.1)
    wanted = ml.minimize(VALLEY, in_python(method), steps=40)
    for keep in (1, 8):
        run = ml.minimize(VALLEY, method, steps=40, keep=keep)
        assert run.theta == pytest.approx(wanted.theta[::keep], rel=1e-13)
        assert run.compiled == kernels.HAVE_NUMBA


def test_a_vector_step_may_write_into_what_it_gets():
    def careless(theta, v, g, eta):
        g *= eta
        v += g
        theta -= v
        return theta, v

    run = ml.minimize(VALLEY, ml.own_vector(careless, eta=0.01), steps=30)
    wanted = ml.minimize(VALLEY, ml.momentum(0.01, 1.0), steps=30)
    assert run.theta == pytest.approx(wanted.theta, rel=1e-12)


def test_a_vector_of_another_length_is_told():
    shrinks = ml.own_vector(lambda theta, g, t: theta - 0.01 * g if t < 70 else theta[1:])
    with pytest.raises(TypeError, match=r"step must return theta, as arrays of shape \(5,\)"):
        ml.minimize(VALLEY, shrinks, steps=80)


# --- Parameters with defaults, and by name ----------------------------------------------


def test_defaults_are_kept_or_are_hyperparameters():
    def step(theta, g, eta=0.01, twice=2.0):
        return theta - twice * eta * g

    assert ml.own(step).hyper == {"eta": 0.01}
    for method in (ml.own(step), ml.own(step, eta=0.005, data={"twice": 4.0})):
        run = ml.minimize(VALLEY, method, steps=9)
        assert run.theta == pytest.approx(ml.minimize(VALLEY, ml.gd(0.02), steps=9).theta)
        assert run.compiled == kernels.HAVE_NUMBA


def test_a_clock_with_a_default_is_the_loop_s():
    run = ml.minimize(VALLEY, ml.own(lambda theta, g, t=5: theta - t), start=np.zeros(5), steps=3)
    assert run.theta[:, 0].tolist() == [0, 0, -1, -3]


def test_keyword_only_arguments_run_as_python():
    def step(theta, g, *, eta):
        return theta - eta * g

    run = ml.minimize(VALLEY, ml.own(step, eta=0.02), steps=9)
    assert (run.theta == ml.minimize(VALLEY, ml.gd(0.02), steps=9).theta).all()
    assert not run.compiled
    why = "step can't be compiled: Numba knows no * among the arguments, leave it out"
    assert run.why == (kernels.WHY_NOT or why)


def test_what_nobody_gives_is_refused():
    with pytest.raises(TypeError, match=r"step takes 'speed', which the loop does not have"):
        ml.own(lambda theta, speed: theta)
    with pytest.raises(TypeError, match=r"a default, or a value in data=\{'speed': \.\.\.\}"):
        ml.own(lambda theta, *, speed: theta)
    with pytest.raises(TypeError, match="step must take theta by its name"):
        exec("def step(theta, /, g): return theta\nown(step)", {"own": ml.own})
    with pytest.raises(TypeError, match="eta is missing"):
        ml.own_vector(lambda theta, g, eta: theta)


# --- Data ---------------------------------------------------------------------------------

TABLE = np.linspace(0.02, 0.001, 50)


def tabled(theta, g, t, table, k, on):
    return theta - table[int(t) // k] * g if on else theta


@pytest.mark.parametrize("keep", [1, 9])
def test_a_step_reads_its_data(keep):
    method = ml.own(tabled, data={"table": TABLE, "k": 2, "on": True})
    eta = lambda t: TABLE[np.asarray(t, int) // 2]
    run = ml.minimize(VALLEY, method, steps=90, keep=keep)
    assert (run.theta == ml.minimize(VALLEY, ml.gd(eta), steps=90, keep=keep).theta).all()
    assert (run.compiled, run.why) == (kernels.HAVE_NUMBA, kernels.WHY_NOT)


def test_whole_numbers_are_data_as_far_as_floats_count():
    method = ml.own(lambda theta, g, a: theta - g, data={"a": [2**53, -(2**53)]})
    assert method.data["a"].tolist() == [2**53, -(2**53)]
    assert method.data.packed.tolist() == [2.0**53, -(2.0**53)]


def test_other_data_need_no_other_code():
    from momentumlib.readers import _compiled

    before = _compiled.cache_info().misses
    ends = []
    for k in (1, 2, 5):
        method = ml.own(tabled, data={"table": TABLE / k, "k": k, "on": True})
        ends.append(ml.minimize(VALLEY, method, steps=40).theta[-1].tolist())
    assert _compiled.cache_info().misses <= before + 1
    assert len({*map(tuple, ends)}) == 3


def test_data_are_a_copy_that_nobody_changes():
    table = TABLE.copy()
    method = ml.own(tabled, data={"table": table, "k": 1, "on": True})
    table[:] = 9
    assert method.data["table"].tolist() == TABLE.tolist()
    assert not method.data.packed.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        method.data["table"][0] = 1

    def spoils(theta, g, table):
        table[0] = 0.5
        return theta

    with pytest.raises(ValueError, match="step raised ValueError: assignment destination is read"):
        ml.minimize(VALLEY, ml.own(spoils, data={"table": TABLE}), steps=3)


def test_a_data_table_has_bounds():
    with pytest.raises(ValueError, match="step raised IndexError"):
        ml.minimize(VALLEY, ml.own(tabled, data={"table": TABLE, "k": 1, "on": True}), steps=300)


WRONG = [
    (TypeError, [1], "data must be a dict"), (TypeError, {"a": "b"}, "data: a must be a number or"),
    (TypeError, {"a": [[1], [2, 3]]}, "data: a must be"), (TypeError, {"a": []}, "data: a must be"),
    (TypeError, {"a": 1j}, "data: a must be"), (ValueError, {"a b": 1}, "can't be the name"),
    (TypeError, {"a": np.ma.masked_array([1.0], [True])}, "data: a must be"),
    (ValueError, {"eta": 1}, "the name 'eta' is taken"), (ValueError, {"a": -(2**60)}, "at most 2"),
    (ValueError, {"a": [1, 2**53 + 2]}, r"data: a must hold whole numbers of at most 2\*\*53$"),
    (TypeError, {"a": 1.0, "b": 1.0}, "data holds 'b', but step does not take it"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "data", "sentence"), WRONG)
def test_data_that_are_none_get_their_sentence(error, data, sentence):
    with pytest.raises(error, match=sentence):
        ml.own(lambda theta, g, a: theta - a * g, data=data)


# --- With minibatches -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def model():
    return ml.models.softmax(ml.datasets.digits(), batch=50)


@pytest.mark.parametrize("make", [ml.own, ml.own_vector])
def test_minibatches_take_either_kind(model, make):
    method = make(heavy_ball, eta=0.05, gamma=0.9)
    wanted = ml.minimize(model, ml.momentum(0.05), steps=12, keep=4)
    run = ml.minimize(model, method, steps=12, keep=4)
    assert (run.theta == wanted.theta).all()
    assert (run.compiled, wanted.compiled) == (kernels.HAVE_NUMBA,) * 2
    plain = ml.minimize(model, in_python(method), steps=4, keep=4)
    assert (plain.theta == run.theta[:2]).all()
    assert plain.why == (kernels.WHY_NOT or "compile=False")


def test_minibatches_see_one_coordinate(model):
    run = ml.minimize(model, ml.own(lambda theta, g: theta - (0.1 if g > 0 else -0.1)), steps=3)
    moves = np.abs(np.diff(run.theta, axis=0))
    assert moves == pytest.approx(np.full_like(moves, 0.1))


@pytest.mark.skipif(UNJITTED, reason="nothing is compiled")
def test_a_step_that_differs_trains_as_python(model):
    step = lambda theta, g, t: theta - 2 ** -(int(t)) * g
    run = ml.minimize(model, ml.own(step), steps=4, keep=4)
    assert not run.compiled
    assert run.why.startswith("step changes theta by")
    wanted = ml.minimize(model, ml.gd([1.0, 0.5, 0.25, 0.125]), steps=4, keep=4)
    assert (run.theta == wanted.theta).all()


def test_a_step_that_remembers_is_called_once_a_step():
    """To look at it first would change what it remembers."""

    class Ball:
        def __init__(self):
            self.v = np.zeros(5)

        def __call__(self, theta, g, eta, gamma):
            self.v = gamma * self.v + eta * g
            return theta - self.v

    run = ml.minimize(VALLEY, ml.own_vector(Ball(), eta=0.01, gamma=0.9), steps=30)
    assert run.theta == pytest.approx(ml.minimize(VALLEY, ml.momentum(0.01, 0.9), steps=30).theta)
