"""Bad input gets one sentence that names the argument; good input at the edges is taken."""

import functools

import numpy as np
import pytest

import momentumlib as ml

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
