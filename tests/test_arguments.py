"""Bad input gets one sentence that names the argument; good input at the edges is taken."""

import functools
from fractions import Fraction

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import arguments as looks

nan, inf = float("nan"), float("inf")
VALLEY = ml.problems.quadratic(kappa=10)
PLANE = np.eye(2)


def run(**settings):
    return ml.minimize(VALLEY, ml.gd(0.1), **settings)


def with_own(**hyper):
    return ml.own(lambda theta, g, eta: theta - eta * g, **hyper)


def use(method, steps=5):
    return ml.minimize(VALLEY, method, steps=steps)


def problem(f=lambda theta: theta[0], grad=lambda theta: [1.0], **settings):
    return ml.Problem(f, grad, **{"start": [1.0], **settings})


def raises(*_):
    raise KeyError("no such weight")


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError


def speechless(theta):
    raise Speechless


def rebinding(theta, out):
    out = 2 * theta  # noqa: F841 - as readers write it


def adding(theta, out):
    out += 2 * theta


def forgetting(theta, X):
    return X * theta


def run_with(grad, **settings):
    return ml.minimize(ml.Problem(lambda theta: theta @ theta, grad, dim=2, **settings), ml.gd(0.1))


def sweep(eta=0.1, **settings):
    return ml.sweep(VALLEY, ml.momentum, eta=eta, steps=3, **{"progress": False, **settings})


def contest(entrants=None, **settings):
    entrants = entrants or {"GD": (ml.gd, {"eta": [0.1]})}
    return ml.contest(VALLEY, entrants, steps=3, progress=False, **settings)


def jitted_that_fails(theta):
    return {"a": 1, 2: "b"}[theta]


BOWL = dict(f=lambda theta: theta @ theta / 2, start=[3.0, 1.0], check=True)
methods = [ml.gd, ml.momentum, ml.nag, ml.rmsprop, ml.adam, ml.nadam, ml.amsgrad, ml.adamw, ml.lion]

BAD = {
    # argument named: (error, call), …
    "eta": [
        *[
            (error, functools.partial(method, bad))
            for method in methods
            for error, bads in ((ValueError, (0, -1, nan, inf)), (TypeError, ("0.1", "fast", None)))
            for bad in bads
        ],
        (TypeError, lambda: ml.gd([0.1, "fast"])),
        (TypeError, lambda: ml.gd(["0.1", "0.2"])),
        (TypeError, lambda: ml.gd(1 + 2j)),
        (TypeError, lambda: ml.gd({"eta": 1})),
        (TypeError, lambda: ml.gd([0.1, [0.2]])),
        (ValueError, lambda: ml.gd([0.1, nan])),
        (ValueError, lambda: ml.gd([0.1, -0.1])),
        (ValueError, lambda: ml.gd(PLANE)),
        (ValueError, lambda: use(ml.gd([0.1] * 4))),
        (ValueError, lambda: use(ml.gd(np.array([])))),
        (ValueError, lambda: use(ml.gd(lambda t: -0.1))),
        (ValueError, lambda: use(ml.gd(lambda t: 0.1 if t < 3 else nan))),
        (ValueError, lambda: use(ml.gd(lambda t: "fast"))),
        (ValueError, lambda: use(ml.gd(lambda t: None))),
        (ValueError, lambda: use(ml.gd(raises))),
        (ValueError, lambda: use(ml.gd(lambda: 0.1))),
        (ValueError, lambda: use(ml.gd(lambda t: ["0.1"] * np.size(t)))),
        (ValueError, lambda: use(ml.gd(lambda t: 0.1 + 0j * np.asarray(t)))),
        (ValueError, lambda: use(ml.Method("gd"))),
        (ValueError, lambda: ml.apply(ml.Method("adam"), np.ones(2), np.ones(2))),
        (ValueError, lambda: with_own(eta=-1)),
        (TypeError, lambda: with_own()),
        (TypeError, lambda: ml.theory.rate(ml.gd(ml.schedules.constant(0.1)), [1, 2])),
        (ValueError, lambda: ml.theory.effective_eta(0, 0.9)),
        (ValueError, lambda: ml.theory.critical_gamma(0, 1)),
        (ValueError, lambda: ml.theory.stationary_variance(4.0, 0.9, 1, 1)),
        (ValueError, lambda: ml.theory.stationary_variance(-1, 0.9, 1, 1)),
    ],
    "gamma": [
        *[
            (ValueError, functools.partial(method, 0.1, gamma=bad))
            for method in (ml.momentum, ml.nag, ml.rmsprop)
            for bad in (-0.1, 1.1, nan, inf, [0.5, 1.5], PLANE)
        ],
        (TypeError, lambda: ml.momentum(0.1, "heavy")),
        (TypeError, lambda: ml.nag(0.1, None)),
        (ValueError, lambda: use(ml.momentum(0.1, [0.9] * 4))),
        (ValueError, lambda: use(ml.nag(0.1, lambda t: 0.5 + t))),
        (ValueError, lambda: use(ml.nag(0.1, ml.schedules.linear(0, 2, steps=4)))),
        (TypeError, lambda: with_own(eta=0.1, gamma=0.5)),
        (ValueError, lambda: ml.theory.memory(1)),
        (ValueError, lambda: ml.theory.half_life(-0.1)),
        (ValueError, lambda: ml.theory.eta_limit("nag", 1.1, 1)),
        (TypeError, lambda: ml.theory.eta_limit("nag", "heavy", 1)),
        (ValueError, lambda: ml.theory.stationary_variance(0.1, 1, 1, 1)),
        (TypeError, lambda: ml.own(lambda theta, gamma, beta1: theta, gamma=0.5, beta1=0.9)),
    ],
    "beta1": [
        *[
            (ValueError, functools.partial(method, 0.1, beta1=bad))
            for method in (ml.adam, ml.nadam, ml.amsgrad, ml.adamw, ml.lion)
            for bad in (1, 1.5, -0.1, nan)
        ],
        (TypeError, lambda: ml.adam(0.1, beta1="long")),
        (ValueError, lambda: use(ml.adam(0.1, beta1=ml.schedules.linear(0, 1, steps=3)))),
    ],
    "beta2": [
        *[
            (ValueError, functools.partial(method, 0.1, beta2=bad))
            for method in (ml.rmsprop, ml.adam, ml.nadam, ml.amsgrad, ml.adamw, ml.lion)
            for bad in (1, 1.5, -0.1, nan)
        ],
        (TypeError, lambda: ml.rmsprop(0.1, beta2="long")),
    ],
    "eps": [
        (ValueError, lambda: ml.adam(0.1, eps=-1e-8)),
        (ValueError, lambda: ml.adam(0.1, eps=nan)),
        (TypeError, lambda: ml.adam(0.1, eps="tiny")),
        (ValueError, lambda: ml.rmsprop(0.1, eps=[1e-8, -1e-8])),
        (ValueError, lambda: use(ml.rmsprop(0.1, eps=lambda t: 1e-8 - t))),
        (ValueError, lambda: use(ml.rmsprop(0.1, eps=[1e-8] * 4))),
    ],
    "weight_decay": [
        (ValueError, lambda: ml.adamw(0.1, weight_decay=-1)),
        (ValueError, lambda: ml.lion(0.1, weight_decay=inf)),
        (TypeError, lambda: ml.lion(0.1, weight_decay="some")),
        (ValueError, lambda: ml.adamw(0.1, weight_decay=[0.1, -0.1])),
        (ValueError, lambda: use(ml.lion(0.1, weight_decay=lambda t: nan))),
    ],
    "start": [
        (ValueError, lambda: run(start=[1.0])),
        (ValueError, lambda: run(start=[1.0, 2.0, 3.0])),
        (ValueError, lambda: run(start=3.0)),
        (ValueError, lambda: run(start=PLANE)),
        (ValueError, lambda: run(start=[])),
        (ValueError, lambda: run(start=[1.0, nan])),
        (ValueError, lambda: run(start=[inf, 0.0])),
        (TypeError, lambda: run(start="here")),
        (TypeError, lambda: run(start=["1", "2"])),
        (TypeError, lambda: run(start=["left", 2.0])),
        (TypeError, lambda: run(start=[[1.0], [1.0, 2.0]])),
        (TypeError, lambda: run(start=[1 + 1j, 0])),
        (TypeError, lambda: run(start={0: 1.0})),
        (ValueError, lambda: problem(start=[nan])),
        (ValueError, lambda: problem(start=[1.0, 2.0], dim=3)),
        (TypeError, lambda: problem(start="left")),
        (ValueError, lambda: problem(start=None)),
        (ValueError, lambda: setattr(problem(), "start", [1.0, 2.0])),
        (ValueError, lambda: setattr(problem(), "start", [nan])),
    ],
    "steps": [
        (ValueError, lambda: run(steps=-1)),
        (TypeError, lambda: run(steps=2.5)),
        (TypeError, lambda: run(steps=10.0)),
        (TypeError, lambda: run(steps="many")),
        (TypeError, lambda: run(steps=None)),
        (TypeError, lambda: run(steps=True)),
        (TypeError, lambda: run(steps=nan)),
        (ValueError, lambda: run(steps=10**25, keep=2**62, tol=1e9)),
        (ValueError, lambda: run(steps=10**5000)),
        (ValueError, lambda: ml.sweep(VALLEY, lambda k: ml.gd(lambda t: 0.1), k=[1], steps=10**13)),
        *[(ValueError, functools.partial(ml.schedules.linear_to_one, 0.5, bad)) for bad in (0, -3)],
        (TypeError, lambda: ml.schedules.cosine(0.1, steps=1.5)),
        (ValueError, lambda: ml.schedules.warmup(-1, then=0.1)),
        (ValueError, lambda: ml.schedules.one_cycle(0.1, 0.2, steps=0)),
        (ValueError, lambda: ml.schedules.linear(0.1, 0.2, steps=0)),
    ],
    "tol": [
        (ValueError, lambda: run(tol=-1e-9)),
        (ValueError, lambda: run(tol=nan)),
        (TypeError, lambda: run(tol="small")),
        (TypeError, lambda: run(tol=PLANE)),
    ],
    "noise": [
        (ValueError, lambda: run(noise=-1)),
        (ValueError, lambda: run(noise=inf)),
        (TypeError, lambda: run(noise=[0.1, 0.2])),
    ],
    "seed": [
        (ValueError, lambda: run(seed=-1)),
        (TypeError, lambda: run(seed=0.5)),
        (TypeError, lambda: run(seed=None)),
    ],
    "restart": [
        (TypeError, lambda: run(restart=10)),
        (TypeError, lambda: run(restart="every")),
        (TypeError, lambda: run(restart=ml.restarts.on_gradient)),
    ],
    "k": [
        (ValueError, lambda: ml.restarts.every(0)),
        (ValueError, lambda: ml.restarts.every(-5)),
        (TypeError, lambda: ml.restarts.every(2.5)),
        (TypeError, lambda: ml.restarts.every("often")),
        (TypeError, lambda: ml.restarts.every(True)),
    ],
    "problem": [
        (TypeError, lambda: ml.minimize(lambda theta: 0, ml.gd(0.1))),
        (TypeError, lambda: ml.minimize(PLANE, ml.gd(0.1))),
        (TypeError, lambda: ml.minimize(ml.problems.quadratic, ml.gd(0.1))),
    ],
    "method": [
        (TypeError, lambda: ml.minimize(VALLEY, "momentum")),
        (TypeError, lambda: ml.minimize(VALLEY, ml.momentum)),
        (TypeError, lambda: ml.minimize(VALLEY, None)),
        (TypeError, lambda: ml.minimize(VALLEY, lambda theta, g: theta - g)),
        (TypeError, lambda: ml.minimize(VALLEY, 0.1)),
        (TypeError, lambda: ml.minimize(VALLEY, [PLANE, PLANE])),
        (TypeError, lambda: ml.theory.rate(ml.adam(0.1), [1, 2])),
        (TypeError, lambda: ml.theory.rate("momentum", [1, 2])),
    ],
    "step": [
        (TypeError, lambda: ml.own("step")),
        (TypeError, lambda: ml.own(lambda theta, speed: theta)),
        (TypeError, lambda: ml.own(lambda *everything: 0)),
        (TypeError, lambda: ml.own(max)),
        (TypeError, lambda: use(ml.own(lambda theta, v, g: theta))),
        (TypeError, lambda: use(ml.own(lambda theta, g: (theta, g)))),
        (TypeError, lambda: use(ml.own(lambda theta, g: "down"))),
        (TypeError, lambda: use(ml.own(lambda theta, g: None))),
        (ValueError, lambda: use(ml.own(lambda theta, g: raises()))),
        (TypeError, lambda: use(ml.own(lambda theta, g: "0.5"))),
        (TypeError, lambda: use(ml.own(lambda theta, g: 10**400))),
        (TypeError, lambda: use(ml.own_vector(lambda theta, g: theta + 1j))),
    ],
    "states": [(TypeError, lambda: run(states="no")), (TypeError, lambda: run(states=PLANE))],
    "check": [(TypeError, lambda: problem(check="a"))],
    "data": [(TypeError, lambda: ml.Method("gd", {"eta": 0.1}, data=[1]))],
    "compile": [(TypeError, lambda: ml.Method("gd", {"eta": 0.1}, compile="yes"))],
    "formula": [
        (ValueError, functools.partial(ml.schedules.Schedule("mine", formula), t))
        for formula in (lambda t: [1] * 7, lambda t: None, lambda t: "1", lambda t: t + 1j, raises)
        for t in (1, np.arange(3))
    ],
    "study": [
        (ValueError, lambda: sweep(study="")),
        (ValueError, lambda: sweep(study="a\0b")),
        (TypeError, lambda: contest(study=5)),
        (TypeError, lambda: contest(study=b"x")),
        (ValueError, lambda: contest(study="")),
    ],
    "progress": [(TypeError, lambda: sweep(progress="no"))],
    "seeds": [
        (TypeError, lambda: sweep(seeds=np.array(3))),
        (TypeError, lambda: sweep(seeds=np.array([1], "m8[s]"))),
        (TypeError, lambda: contest(judging={"seeds": 5})),
        (TypeError, lambda: contest(judging={"seeds": None})),
        (TypeError, lambda: contest(tuning={"seeds": [[1]]})),
    ],
    "entrants": [
        (TypeError, lambda: contest({1: (ml.gd, {"eta": [0.1]})})),
        (TypeError, lambda: contest({"a": (ml.gd, {"eta": [[0.1], [0.1, 0.2]]})})),
    ],
    "results": [(TypeError, lambda: ml.bands({None: [1.0]}))],
    "kappa": [
        *[
            (ValueError, functools.partial(ml.problems.quadratic, bad))
            for bad in (0.99, 0, -5, nan, inf)
        ],
        (TypeError, lambda: ml.problems.quadratic("narrow")),
        (ValueError, lambda: ml.theory.restart_interval(0.5)),
    ],
    "dim": [
        (ValueError, lambda: ml.problems.quadratic(10, dim=0)),
        (TypeError, lambda: ml.problems.quadratic(10, dim=2.5)),
        (ValueError, lambda: ml.problems.nesterov_worst(dim=0)),
        (TypeError, lambda: ml.problems.logistic(dim="five")),
        (ValueError, lambda: ml.Problem(lambda theta: 0, lambda theta: [0], dim=-1)),
        (TypeError, lambda: ml.Problem(lambda theta: 0, lambda theta: [0], dim="two")),
        (TypeError, lambda: problem(dim="one")),
        (ValueError, lambda: ml.Problem(lambda theta: 0, lambda theta: [0], dim=10**12)),
    ],
    "angle": [
        (ValueError, lambda: ml.problems.quadratic(10, angle=nan)),
        (TypeError, lambda: ml.problems.quadratic(10, angle="steep")),
    ],
    "f": [
        (TypeError, lambda: problem(f=3)),
        (TypeError, lambda: ml.minimize(problem(f=lambda theta: "low"), ml.gd(0.1))),
        (TypeError, lambda: ml.minimize(problem(f=lambda theta: None), ml.gd(0.1))),
        (TypeError, lambda: ml.minimize(problem(f=lambda theta: [1.0, 2.0]), ml.gd(0.1))),
        (ValueError, lambda: ml.minimize(problem(f=raises), ml.gd(0.1))),
        (ValueError, lambda: ml.minimize(problem(f=speechless), ml.gd(0.1))),
        (TypeError, lambda: problem(f=lambda theta: "1.5").f([1.0])),
        (TypeError, lambda: problem(f=lambda theta: 10**400).f([1.0])),
    ],
    "grad": [
        (TypeError, lambda: problem(grad=None)),
        (ValueError, lambda: ml.minimize(problem(grad=lambda theta: [1.0, 2.0]), ml.gd(0.1))),
        (ValueError, lambda: ml.minimize(problem(grad=lambda theta: 1.0), ml.gd(0.1))),
        (ValueError, lambda: ml.minimize(problem(grad=lambda theta: [[1.0]]), ml.gd(0.1))),
        (TypeError, lambda: ml.minimize(problem(grad=lambda theta: ["down"]), ml.gd(0.1))),
        (TypeError, lambda: ml.minimize(problem(grad=lambda theta: {}), ml.gd(0.1))),
        (ValueError, lambda: ml.minimize(problem(grad=raises), ml.gd(0.1))),
        (ValueError, lambda: ml.minimize(problem(grad=lambda theta: theta[5:6][0]), ml.gd(0.1))),
        (ValueError, lambda: ml.Problem(grad=lambda theta: -theta, **BOWL)),
        (ValueError, lambda: ml.Problem(grad=lambda theta: 2 * theta, **BOWL)),
        (ValueError, lambda: ml.Problem(grad=lambda theta: theta[:1], **BOWL)),
        (ValueError, lambda: ml.Problem(grad=lambda theta: theta * nan, **BOWL)),
        (TypeError, lambda: problem(grad=lambda theta: theta + 1j).grad([1.0])),
        (TypeError, lambda: problem(grad=lambda theta: ["1"]).grad([1.0])),
        (TypeError, lambda: problem(grad=lambda theta: [None]).grad([1.0])),
        (TypeError, lambda: problem(grad=lambda theta: [10**400]).grad([1.0])),
        (TypeError, lambda: problem(grad=lambda theta: np.ma.array(theta, mask=[1])).grad([1.0])),
        *[
            (ValueError, functools.partial(run_with, grad, compile=compile))
            for grad in (rebinding, adding, forgetting)
            for compile in (None, False)
        ],
    ],
    "minimizer": [
        (ValueError, lambda: problem(minimizer=[1.0, 2.0])),
        (ValueError, lambda: problem(minimizer=1.0)),
        (ValueError, lambda: problem(minimizer=[nan])),
        (TypeError, lambda: problem(minimizer=["left"])),
        (ValueError, lambda: problem(minimizer=np.empty((0, 1)))),
        (ValueError, lambda: problem(minimizer=[[0.0], [nan]])),
        (ValueError, lambda: problem(minimizer=np.zeros((2, 2, 1)))),
    ],
    "minimum": [
        (TypeError, lambda: problem(minimum="low")),
        (ValueError, lambda: problem(minimum=nan)),
    ],
    "theta": [
        (ValueError, lambda: VALLEY.f([1.0])),
        (ValueError, lambda: VALLEY.grad([1.0, nan])),
        (TypeError, lambda: VALLEY.grad("here")),
    ],
    "points": [
        (ValueError, lambda: sweep(eta=np.ones(10**6), gamma=np.ones(10**6), seeds=[1])),
        (ValueError, lambda: VALLEY.values([1.0, 2.0, 3.0, 4.0])),
        (ValueError, lambda: VALLEY.values(np.ones((4, 3)))),
        (ValueError, lambda: VALLEY.values(3.0)),
        (TypeError, lambda: VALLEY.values("here")),
        (ValueError, lambda: VALLEY.distance(np.ones((4, 3)))),
    ],
    "steepness": [(ValueError, lambda: ml.problems.rosenbrock(0))],
    "along": [(ValueError, lambda: ml.problems.ravine(along=-1))],
    "across": [(ValueError, lambda: ml.problems.ravine(across=0))],
    "bend": [(TypeError, lambda: ml.problems.ravine(bend="left"))],
    "curvature": [(ValueError, lambda: ml.problems.wavy(curvature=0))],
    "depth": [(ValueError, lambda: ml.problems.wavy(depth=nan))],
    "frequency": [(ValueError, lambda: ml.problems.wavy(frequency=-1))],
    "rows": [(ValueError, lambda: ml.problems.logistic(rows=0))],
    "ridge": [(ValueError, lambda: ml.problems.logistic(ridge=0))],
    "L": [
        (ValueError, lambda: ml.theory.polyak(2, 1)),
        (ValueError, lambda: ml.theory.nesterov(1, inf)),
        (ValueError, lambda: ml.problems.nesterov_worst(L=0)),
        (ValueError, lambda: ml.theory.nesterov_bound(-1, 1, 1)),
    ],
    "mu": [
        (ValueError, lambda: ml.theory.lessard(0, 1)),
        (TypeError, lambda: ml.theory.gd("flat", 1)),
    ],
    "lam": [
        (ValueError, lambda: ml.theory.eta_limit("momentum", 0.9, 0)),
        (ValueError, lambda: ml.theory.stationary_variance(0.1, 0.9, -1, 1)),
        (ValueError, lambda: ml.theory.critical_gamma(0.1, -1)),
    ],
    "sigma": [
        (ValueError, lambda: ml.theory.stationary_variance(0.1, 0.9, 1, nan)),
        (TypeError, lambda: ml.theory.stationary_variance(0.1, 0.9, 1, "loud")),
    ],
    "distance": [(TypeError, lambda: ml.theory.lower_bound(1, "far", 1))],
    "name": [
        (ValueError, lambda: ml.theory.rate_map("adam", [0.1], [0.9], [1])),
        (ValueError, lambda: ml.theory.eta_limit("adam", 0.9, 1)),
    ],
    "eigenvalues": [
        (ValueError, lambda: ml.theory.rate(ml.gd(0.1), [1, nan])),
        (ValueError, lambda: ml.theory.rate(ml.gd(0.1), [])),
        (TypeError, lambda: ml.theory.rate(ml.gd(0.1), "steep")),
    ],
    "every": [(ValueError, lambda: ml.schedules.step(0.1, 0.5, every=0))],
    "factor": [(ValueError, lambda: ml.schedules.step(0.1, 0, every=5))],
    "then": [(TypeError, lambda: ml.schedules.warmup(5, then="cosine"))],
    "rise": [
        (ValueError, lambda: ml.schedules.one_cycle(0.1, 0.2, 10, rise=1)),
        (TypeError, lambda: ml.schedules.one_cycle(0.1, 0.2, 10, rise="early")),
    ],
    "peak": [(ValueError, lambda: ml.schedules.one_cycle(0.1, inf, 10))],
    "value": [(TypeError, lambda: ml.schedules.constant("high"))],
    "gamma0": [(ValueError, lambda: ml.schedules.linear_to_one(nan, 10))],
    "gamma_max": [(TypeError, lambda: ml.schedules.sutskever("most"))],
    "end": [(TypeError, lambda: ml.schedules.cosine(0.1, 10, end="zero"))],
}  # fmt: skip
TABLE = [(name, *case) for name, cases in BAD.items() for case in cases]


@pytest.mark.parametrize(
    ("argument", "error", "call"), TABLE, ids=[f"{row[0]}-{i}" for i, row in enumerate(TABLE)]
)
def test_bad_input_gets_one_sentence(argument, error, call):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    text = str(caught.value)
    assert type(caught.value) is error, f"{type(caught.value).__name__}: {text}"
    assert argument in text.replace(",", " ").replace(":", " ").split(), text
    assert "\n" not in text
    assert len(text) < 240


def test_the_sentence_of_a_wrong_sign_says_so():
    with pytest.raises(ValueError, match="its sign is wrong"):
        ml.Problem(grad=lambda theta: -theta, **BOWL)


def test_a_jitted_function_that_fails_gets_one_sentence():
    numba = pytest.importorskip("numba")
    for wrong in ({"f": numba.njit(jitted_that_fails)}, {"grad": numba.njit(jitted_that_fails)}):
        with pytest.raises((ValueError, TypeError)) as caught:
            ml.minimize(problem(**wrong), ml.gd(0.1))
        assert str(caught.value).startswith(next(iter(wrong)))
        assert "\n" not in str(caught.value)


def test_a_long_message_of_the_reader_s_function_stays_one_line():
    def grad(theta):
        raise RuntimeError("first line\nsecond line")

    with pytest.raises(ValueError, match=r"^grad raised RuntimeError") as caught:
        ml.minimize(problem(grad=grad), ml.gd(0.1))
    assert "\n" not in str(caught.value)


def test_an_attribute_that_is_not_there():
    with pytest.raises(AttributeError, match="momentumlib has no 'sgd'"):
        _ = ml.sgd


GOOD = {
    "γ of 0 and 1": lambda: (ml.momentum(0.1, 0), ml.momentum(0.1, 1), ml.nag(0.1, 1.0)),
    "β of 0": lambda: ml.adam(0.1, beta1=0, beta2=0.0),
    "ε of 0": lambda: ml.adam(0.1, eps=0),
    "NumPy's numbers": lambda: run(steps=np.int64(3), tol=np.float32(0.1), seed=np.uint8(1)),
    "arrays of one number": lambda: use(ml.gd(np.array(0.1))),
    "longer schedules": lambda: use(ml.gd([0.1] * 9)),
    "η that ends at 0": lambda: use(ml.gd([0.1, 0.1, 0.1, 0.1, 0.0])),
    "integers as start": lambda: run(start=(3, 1), steps=2),
    "κ = 1": lambda: ml.minimize(ml.problems.quadratic(1), ml.gd(1.0), steps=3),
    "whole γ schedules": lambda: use(ml.nag(0.1, ml.schedules.linear_to_one(0.5, 3))),
}


@pytest.mark.parametrize("call", GOOD.values(), ids=GOOD)
def test_good_input_at_the_edges_is_taken(call):
    assert call() is not None


# --- The looks themselves ---------------------------------------------------------------

TINY = 5e-324
LOOKS = [  # a look and its settings; what it takes; what it does not, and how its sentence ends
    (looks.number, (), 1e308, inf, "must be a finite number, but is inf"),
    (looks.number, (), np.float32(0.5), [0.5], r"must be a number, but is \[0.5\]"),
    (looks.number, (), np.array(2), "2", "must be a number, but is '2'"),
    (looks.number, (), 10**300, 10**400, "must hold finite numbers, but is 1000.*"),
    (looks.positive, (), TINY, 0, "must be greater than 0, but is 0"),
    (looks.least_zero, (), 0, -TINY, "must be at least 0, but is -4.94066e-324"),
    (looks.within, (1, 2), 1, 0.999, "must be from 1 to 2, but is 0.999"),
    (looks.within, (1, 2), 2, 2.001, "must be from 1 to 2, but is 2.001"),
    (looks.fraction, (), 0, -TINY, r"must be in \[0, 1\), but is -4.94066e-324"),
    (looks.fraction, (), 1 - 2**-53, 1, r"must be in \[0, 1\), but is 1"),
    (looks.span, (), (0, TINY), (1, 1), r"must grow, \(low, high\), but is \(1, 1\)"),
    (looks.span, (), [0, 1], [0, 1, 2], r"must be a pair \(low, high\), but is \[0, 1, 2\]"),
    (looks.whole, (3,), 3, 2, "must be at least 3, but is 2"),
    (looks.whole, (3, 5), 5, 6, "must be at most 5, but is 6"),
    (looks.whole, (0,), np.int8(1), True, "must be a whole number, but is True"),
    (looks.whole, (0,), 1, np.timedelta64(1, "s"), "must be a whole number, but is .*"),
    (looks.flag, (), np.True_, 1, "must be True or False, but is 1"),
    (looks.text, (), "a", b"a", "must be a text, but is b'a'"),
    (looks.finite, (), 3, [], "must hold at least one number, but is empty"),
    (looks.finite, (), [[1]], [nan, 1], r"must hold finite numbers, but is \[nan 1.\]"),
    (looks.vector, (None,), [1], 1, r"must have shape \(dim,\), but has shape \(\)"),
    (looks.vector, (None,), [1, 2, 3], [], r"must have shape \(dim,\), but has shape \(0,\)"),
    (looks.vector, (2,), [1, 2], [1], r"must have shape \(2,\), but has shape \(1,\)"),
    (looks.coordinates, (2,), np.ones((3, 2)), 1, r"must have shape \(..., 2\), but has shape .*"),
    (looks.coordinates, (2,), [1, 2], [1], r"must have shape \(..., 2\), but has shape \(1,\)"),
    (looks.numbers, (), [2**70, 1], [2**70, 1.5], r"must hold numbers, but is \[.*, 1.5\]"),
    (looks.numbers, (), [(1, 2)], [(1, True)], r"must hold numbers, but is \[\(1, True\)\]"),
    (looks.numbers, (), 1, True, "must hold numbers, but is True"),
    (looks.numbers, (), np.array([1]), np.array([1 > 0]), r"must hold numbers, but is \[ *True\]"),
    (looks.listed, (), "a b".split(), "ab", "must be a list, but is 'ab'"),
    (looks.listed, (), (1,), (), "must hold at least 1 entry, but holds 0"),
    (looks.listed, (2,), range(2), [1], "must hold at least 2 entries, but holds 1"),
    (looks.listed, (0,), [], 3, "must be a list, but is 3"),
    (looks.one_of, ("ab",), "a", "c", "must be one of a, b, but is 'c'"),
    (looks.one_of, ("abcdefghijklmnop",), "p", 1, "must be one of a, .*, o, p, but is 1"),
    (looks.one_of, ("abcdefghijklmnopq",), "q", 1, "must be one of a, .*, o, p, …, but is 1"),
]


@pytest.mark.parametrize(("look", "settings", "good", "bad", "sentence"), LOOKS)
def test_a_look_takes_its_edge_and_nothing_beyond(look, settings, good, bad, sentence):
    found = look("it", good, *settings)
    assert np.array_equal(found, np.asarray(good, type(found) if np.ndim(found) == 0 else None))
    with pytest.raises((TypeError, ValueError), match=rf"^it {sentence}$"):
        look("it", bad, *settings)


def test_a_value_is_told_on_one_line_of_sixty_letters():
    assert looks.short("x" * 58) == repr("x" * 58)
    assert looks.short("x" * 59) == "'" + "x" * 56 + "..."
    assert looks.short(np.array([1.23456, 2])) == "[1.2346 2. ]"
    assert looks.short("a\n  b") == r"'a\n b'"
    assert looks.short(10**5000) == "a value of type int"
    assert looks.first_line(ValueError("one\ntwo")) == "one"
    assert looks.first_line(ValueError()) == looks.first_line(Speechless()) == ""


def test_what_a_reader_s_function_returns_becomes_floats_where_nothing_is_lost():
    halves = looks.floats([Fraction(1, 2), 2**70])
    assert (halves.dtype, halves.tolist()) == (float, [0.5, 2.0**70])
    assert looks.floats(True).tolist() == 1.0
    unmasked = np.ma.array([1.0, 2.0], mask=[False, False])
    assert looks.floats(unmasked).tolist() == [1, 2]
    for lost in (None, [None], "1", 1j, np.ma.array([1.0], mask=[True])):
        with pytest.raises(TypeError):
            looks.floats(lost)


def test_an_array_is_frozen_for_good():
    own = np.arange(3.0)
    kept = looks.frozen(own)
    assert kept is not own
    assert looks.frozen(kept) is kept
    assert looks.frozen(kept[1:]).base is kept  # of what nobody writes into, a part is as safe
    still = np.frombuffer(own.tobytes())
    assert looks.frozen(still) is still
    seen = own.view()
    seen.flags.writeable = False
    for other in (own, seen, np.frombuffer(bytearray(own.tobytes()))):
        found = looks.frozen(other)
        assert not found.flags.writeable
        assert not np.shares_memory(found, other)
