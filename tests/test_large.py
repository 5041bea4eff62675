"""Steps on many parameters in place are the steps of ml.minimize."""

import os
import signal
from functools import partial

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import cores, large

CURVATURES = np.geomspace(1, 30, 101)
METHODS = {
    "gd": ml.gd(0.01),
    "momentum": ml.momentum(0.01, 0.9),
    "nag": ml.nag(0.01, ml.schedules.nesterov()),
    "rmsprop": ml.rmsprop(0.01, gamma=0.5),
    "adam": ml.adam(ml.schedules.linear(0.1, 0.01, 30)),
    "uncorrected": ml.adam(0.1, bias_correction=False),
    "nadam": ml.nadam(0.1),
    "amsgrad": ml.amsgrad(0.1),
    "adamw": ml.adamw(0.1, weight_decay=0.1),
    "lion": ml.lion([0.1] * 30, weight_decay=0.1),
}


def taken(method, dtype, steps=30):
    """Where `steps` steps on ½ Σ λᵢ θᵢ² lead."""
    theta, past = np.linspace(-4, 2, 101).astype(dtype), None
    curvatures = CURVATURES.astype(dtype)
    for t in range(steps):
        at = theta
        if method.look_ahead and past is not None:
            at = theta - dtype(method.hyper["gamma"](t)) * past.v
        past = ml.apply(method, theta, curvatures * at, past)
    assert past.t == steps
    return theta


@pytest.mark.parametrize("name", METHODS)
def test_the_steps_are_those_of_minimize(name, monkeypatch):
    monkeypatch.setattr(large, "SHARE", 20)  # a thread for every core, edges between them
    problem = ml.Problem(
        lambda theta: 0.5 * np.sum(CURVATURES * theta**2), lambda theta: CURVATURES * theta,
        start=np.linspace(-4, 2, 101), compile=False,
    )  # fmt: skip
    run = ml.minimize(problem, METHODS[name], steps=30, keep=30)
    assert taken(METHODS[name], np.float64) == pytest.approx(run.theta[-1], rel=1e-12, abs=1e-14)
    single = taken(METHODS[name], np.float32)
    assert single.dtype == np.float32
    if name != "lion":  # whose sign of nearly nothing depends on the last digit
        assert single == pytest.approx(run.theta[-1], rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("name", METHODS)
def test_a_python_without_numba_takes_the_same_steps(name, monkeypatch):
    fast = taken(METHODS[name], np.float64)
    monkeypatch.setattr(large.kernels, "HAVE_NUMBA", False)
    assert taken(METHODS[name], np.float64) == pytest.approx(fast, rel=1e-12, abs=1e-14)


def test_it_remembers_what_its_method_needs():
    theta = np.ones(3)
    kept = lambda past: [past.v.size, past.s.size, past.s_max.size]
    for method, sizes in ((ml.gd(1), [0, 0, 0]), (ml.nag(1), [3, 0, 0]), (ml.adam(1), [3, 3, 0]),
                          (ml.amsgrad(1), [3, 3, 3])):  # fmt: skip
        assert kept(ml.apply(method, theta, np.ones(3))) == sizes
    past = ml.apply(ml.gd(1), theta, np.ones(3))
    assert repr(past) == "Momenta(t=1, v=array([], dtype=float64), powers=(0.0, 0.0))"


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"method": "adam"}, "method must be a method"),
        ({"method": ml.own(lambda theta, v, g, t, eta: (theta - eta * g, v), eta=0.1)},
         "method must be one of the book's"),
        ({"theta": [1.0, 2.0]}, "theta must be an array of float32 or float64"),
        ({"theta": np.ones(2, int)}, "theta must be an array of float32 or float64"),
        ({"theta": np.ones((1, 2))}, r"theta must be one contiguous row .* shape \(1, 2\)"),
        ({"theta": np.ones(4)[::2]}, "theta must be one contiguous row .* with gaps"),
        ({"theta": np.broadcast_to(1.0, 1)}, "theta must be writeable"),
        ({"grad": np.ones(3)}, "grad must be like theta"),
        ({"grad": np.ones(2, np.float32)}, "grad must be like theta"),
        ({"past": 3}, "past must be what apply returned"),
        ({"past": partial(ml.apply, ml.gd(1.0), np.ones(2), np.ones(2))},
         "past must be of a run with mom"),
        ({"past": partial(ml.apply, ml.momentum(1.0), np.ones(3), np.ones(3))},
         "past must be of a run"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(what, sentence):
    given = {"method": ml.momentum(0.1), "theta": np.ones(2), "grad": np.ones(2), "past": None}
    what = {name: value() if isinstance(value, partial) else value for name, value in what.items()}
    with pytest.raises((TypeError, ValueError), match=sentence):
        ml.apply(**{**given, **what})


def test_an_eta_of_zero_leaves_theta_where_it_is():
    """A schedule may end there; 0 divided by 0 would be nan."""
    theta, past = np.ones(3), None
    for _ in range(3):
        past = ml.apply(ml.adamw(lambda t: 0.0, weight_decay=0.1), theta, np.ones(3), past)
    assert theta.tolist() == [1, 1, 1]


def frozen(array):
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("v", frozen(np.ones(3)), "past must be .*: look at v"),
        ("v", [1, 2, 3], "past.v must be an array"),
        ("v", np.ones(6)[::2], "past.v must be one contiguous row"),
        ("t", "a", "past.t must be a whole number"),
    ],
)
def test_a_past_that_is_none(name, value, sentence):
    past = ml.apply(ml.momentum(0.1), np.ones(3), np.ones(3))
    setattr(past, name, value)
    with pytest.raises((TypeError, ValueError), match=sentence):
        ml.apply(ml.momentum(0.1), np.ones(3), np.ones(3), past)


def test_arrays_that_no_loop_takes_get_a_sentence():
    row, odd = np.arange(6.0), np.frombuffer(bytearray(25), np.float64, offset=1)
    masked = np.ma.array(np.ones(3), mask=[0, 1, 0])
    for theta, grad, sentence in [
        (row[1:], row[:-1], "grad must not overlap theta"),
        (odd, np.ones(3), "theta .* begins between two numbers"),
        (np.ones(3), masked, "grad must hold numbers, but some of them are masked"),
    ]:
        with pytest.raises((TypeError, ValueError), match=sentence):
            ml.apply(ml.gd(0.1), theta, grad)
    ml.apply(ml.gd(0.5), row, row)  # of θ²/2: the same numbers may be both
    assert row.tolist() == [0, 0.5, 1, 1.5, 2, 2.5]


def test_cores_are_those_that_this_process_may_use(monkeypatch):
    """All of the machine's where the system does not say; one where nobody knows."""
    allowed = {0: {2, 5, 7}}  # of process 0, which is this one
    monkeypatch.setattr(os, "sched_getaffinity", allowed.__getitem__, raising=False)
    assert cores.cores.__wrapped__() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    for count, found in ((6, 6), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert cores.cores.__wrapped__() == found
    assert cores.threads()._max_workers == cores.cores()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_has_threads_of_its_own(monkeypatch):
    """Its parent's are not there: waiting for them would never end."""
    monkeypatch.setattr(large, "SHARE", 8)
    theta = np.ones(64)
    ml.apply(ml.gd(0.1), theta, theta)
    child = os.fork()
    if child == 0:  # pragma: no cover - counted in the parent alone
        signal.alarm(20)
        ml.apply(ml.gd(0.1), theta, theta)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
