"""Every method on every problem against the formulas of the papers; what must not change a path."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import formulas
import momentumlib as ml
from cases import CASES, UNJITTED, Uncompiled, heavy_ball, own_momentum
from momentumlib import kernels, methods, run

# One learning rate a problem suits the methods that step by η·g; the others step by η.
ETAS = {
    "quadratic": 0.02, "quadratic, turned": 0.01, "quadratic, 1": 0.03, "quadratic, 4 turned": 0.01,
    "rosenbrock": 3e-4, "rosenbrock, 7": 3e-3, "beale": 2e-3, "himmelblau": 3e-3, "ravine": 0.02,
    "ravine, other": 0.02, "saddle": 0.04, "wavy": 0.04, "wavy, other": 0.04, "wavy, 1": 0.04,
    "lessard": 0.01, "nesterov_worst": 0.7, "nesterov_worst, 1": 0.2, "logistic": 0.1,
}  # fmt: skip
# β₂ = 0.8 lets s fall again within the run (else AMSGrad is Adam), and ε = 0.03 is
# large enough that its place, outside the root, shows.
METHODS = {
    "gd": {},
    "momentum": {"gamma": 0.85},
    "nag": {"gamma": 0.85},
    "rmsprop": {"beta2": 0.8, "eps": 0.03},
    "rmsprop with momentum": {"beta2": 0.8, "eps": 0.03, "gamma": 0.7},
    "adam": {"beta1": 0.85, "beta2": 0.8, "eps": 0.03},
    "nadam": {"beta1": 0.85, "beta2": 0.8, "eps": 0.03},
    "amsgrad": {"beta1": 0.85, "beta2": 0.8, "eps": 0.03},
    "adamw": {"beta1": 0.85, "beta2": 0.8, "eps": 0.03, "weight_decay": 0.3},
    "lion": {"beta1": 0.85, "beta2": 0.8, "weight_decay": 0.3},
}
STEPS = 60


def both(name, eta, hyper):
    """The library's method and the tests' formula with the same hyperparameters."""
    kind = name.split()[0]
    method = getattr(ml, kind)(eta=eta, **hyper)
    formula = getattr(formulas, kind)
    return method, lambda grad, start, steps: formula(grad, start, steps, eta=eta, **hyper)


@pytest.mark.parametrize("place", CASES)
@pytest.mark.parametrize("name", METHODS)
def test_path_is_the_paper_s(name, place):
    problem, cost = CASES[place]
    eta = ETAS[place] if name in ("gd", "momentum", "nag") else 0.037
    method, formula = both(name, eta, METHODS[name])
    grad = lambda theta: formulas.gradient(cost, theta)
    run = ml.minimize(problem, method, steps=STEPS)
    wanted = formula(grad, problem.start, STEPS)
    assert run.theta == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert run.loss == pytest.approx(
        [cost(theta + 0j).real for theta in wanted], rel=1e-8, abs=1e-9
    )
    lengths = [np.linalg.norm(grad(theta)) for theta in wanted]
    assert run.grad_norm == pytest.approx(lengths, rel=1e-7, abs=1e-7)
    assert (run.status, run.steps, run.compiled) == ("max_steps", STEPS, kernels.HAVE_NUMBA)
    assert np.abs(run.theta[-1] - run.theta[0]).max() > 0.03


@pytest.mark.parametrize("name", ["momentum", "nag"])
def test_hyperparameters_change_with_the_step(name):
    eta, gamma = np.linspace(0.03, 0.01, STEPS), np.linspace(0.2, 1, STEPS)
    problem, cost = CASES["quadratic, turned"]
    wanted = getattr(formulas, name)(
        lambda theta: formulas.gradient(cost, theta), problem.start, STEPS, eta, gamma
    )
    for form in (
        {"eta": eta, "gamma": gamma},
        {
            "eta": lambda t: 0.03 - 0.02 * t / (STEPS - 1),
            "gamma": lambda t: 0.2 + 0.8 * t / (STEPS - 1),
        },
        {"eta": lambda t: float(eta[t]), "gamma": lambda t: 0.2 if t == 0 else gamma[t]},
        {"eta": [*eta, 1.0], "gamma": ml.schedules.linear(0.2, 1, STEPS - 1)},
    ):
        found = ml.minimize(problem, getattr(ml, name)(**form), steps=STEPS).theta
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_adam_s_corrections_follow_changing_betas():
    """1 − β₁ᵗ becomes 1 − Πβ₁: with constant gradients, m̂ = g whatever β₁ did."""
    line = ml.Problem(lambda theta: 2 * theta[0], lambda theta: [2.0], start=[5.0])
    betas = {"beta1": ml.schedules.linear(0.5, 0.95, 30), "beta2": np.linspace(0.99, 0.6, 50)}
    path = ml.minimize(line, ml.adam(eta=0.1, eps=0, **betas), steps=50).theta[:, 0]
    assert path == pytest.approx(5 - 0.1 * np.arange(51))


def test_adam_without_correction():
    problem, cost = CASES["quadratic"]
    hyper = {"eta": 0.05, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}
    wanted = formulas.adam(
        lambda theta: formulas.gradient(cost, theta), problem.start, STEPS, **hyper, correct=False
    )
    found = ml.minimize(problem, ml.adam(**hyper, bias_correction=False), steps=STEPS).theta
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_the_defaults_are_the_papers():
    assert ml.momentum(1).hyper == {"eta": 1, "gamma": 0.9}
    assert ml.nag(1).hyper == {"eta": 1, "gamma": 0.9}
    assert ml.rmsprop(1).hyper == {"eta": 1, "beta2": 0.9, "eps": 1e-8, "gamma": 0}
    adam = {"eta": 1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    assert ml.adam(1).hyper == ml.nadam(1).hyper == ml.amsgrad(1).hyper == adam
    assert ml.adamw(1).hyper == adam | {"weight_decay": 0.01}
    assert ml.lion(1).hyper == {"eta": 1, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0}


@pytest.mark.parametrize("name", ["momentum", "nag"])
def test_the_velocity_kept_is_the_step_taken(name):
    run = ml.minimize(ml.problems.beale(), getattr(ml, name)(2e-3), steps=40, states=True)
    assert run.v[0].tolist() == [0, 0]
    assert run.v[1:] == pytest.approx(-np.diff(run.theta, axis=0), abs=1e-14)
    assert not run.s.any()


def test_the_moments_kept_are_fading_sums():
    problem = ml.problems.beale()
    run = ml.minimize(problem, ml.adam(0.02, 0.8, 0.95), steps=40, states=True)
    g = np.array([problem.grad(theta) for theta in run.theta[:-1]])
    assert run.v[40] == pytest.approx(formulas.fading_sum(g, 0.8))
    assert run.s[40] == pytest.approx(formulas.fading_sum(g**2, 0.95))
    assert run.v.shape == run.s.shape == run.theta.shape


def test_lion_s_steps_have_one_length():
    path = ml.minimize(ml.problems.beale(), ml.lion(0.01), steps=30).theta
    assert np.abs(np.diff(path, axis=0)) == pytest.approx(0.01)


def test_lion_stands_still_without_a_gradient():
    flat = ml.Problem(lambda theta: 0.0, lambda theta: [0.0], start=[3.0])
    assert ml.minimize(flat, ml.lion(0.01), steps=5).theta[:, 0].tolist() == [3.0] * 6


def test_amsgrad_never_grows_its_step():
    """A large gradient now and then is remembered: Reddi et al.'s point, with noise."""
    noise = {"noise": 3.0, "seed": 3}
    problem = ml.problems.quadratic(kappa=5)
    adam = ml.minimize(problem, ml.adam(0.1, 0.0, 0.8), steps=80, **noise)
    amsgrad = ml.minimize(problem, ml.amsgrad(0.1, 0.0, 0.8), steps=80, states=True, **noise)
    largest = amsgrad.states[:, 2]
    assert (np.diff(largest, axis=0) >= 0).all()
    assert (largest >= amsgrad.s).all()
    assert largest[-1] == pytest.approx(amsgrad.s.max(axis=0))
    assert not np.allclose(adam.theta, amsgrad.theta)


# --- A reader's own step ----------------------------------------------------------


def plain(theta, grad, eta):
    return theta - eta * grad


def averaged(theta, m, s, g, t, eta, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    return (
        theta - eta * m / (1 - beta1 ** (t + 1)) / (np.sqrt(s / (1 - beta2 ** (t + 1))) + eps),
        m,
        s,
    )


OWN = {
    "gd": (ml.own(plain, eta=0.02), ml.gd(0.02)),
    "momentum": (own_momentum(0.02, 0.9), ml.momentum(0.02, 0.9)),
    "nag": (ml.own(heavy_ball, eta=0.02, gamma=0.9, look_ahead=True), ml.nag(0.02, 0.9)),
    "adam": (
        ml.own(averaged, eta=0.1, beta1=0.9, beta2=0.99, eps=1e-3),
        ml.adam(0.1, 0.9, 0.99, 1e-3),
    ),
    "gd with look-ahead": (ml.own(plain, eta=0.02, gamma=0.9, look_ahead=True), ml.gd(0.02)),
    "schedule": (
        ml.own(heavy_ball, eta=0.02, gamma=ml.schedules.nesterov()),
        ml.momentum(0.02, ml.schedules.nesterov()),
    ),
}


@pytest.mark.parametrize(("mine", "book_s"), OWN.values(), ids=OWN)
def test_own_step_is_run_like_the_book_s(mine, book_s):
    problem = ml.problems.quadratic(kappa=20, angle=10)
    for settings_ in ({}, {"restart": ml.restarts.every(17)}, {"noise": 0.1}):
        if "beta1" in mine.hyper and "restart" in settings_:
            continue  # the book's Adam starts its correction again, too
        found = ml.minimize(problem, mine, steps=STEPS, states=True, **settings_)
        wanted = ml.minimize(problem, book_s, steps=STEPS, states=True, **settings_)
        assert found.theta == pytest.approx(wanted.theta, rel=1e-9, abs=1e-12)
        assert found.s == pytest.approx(wanted.s, rel=1e-9, abs=1e-12)
        assert found.compiled == kernels.HAVE_NUMBA


def test_own_step_that_cannot_be_compiled():
    memory = {}

    def counted(theta, v, g, eta, gamma):
        memory["calls"] = memory.get("calls", 0) + 1
        return heavy_ball(theta, v, g, eta, gamma)

    problem = ml.problems.quadratic(kappa=20)
    run = ml.minimize(problem, ml.own(counted, eta=0.02, gamma=0.9), steps=STEPS)
    assert not run.compiled or UNJITTED
    assert memory["calls"] >= STEPS * problem.dim
    assert (run.theta == ml.minimize(problem, ml.momentum(0.02, 0.9), steps=STEPS).theta).all()


def test_own_step_counts_from_zero():
    clock = ml.own(lambda theta, g, t: theta - g * t)
    slope = ml.Problem(lambda theta: theta[0], lambda theta: [1.0], start=[0.0])
    assert ml.minimize(slope, clock, steps=4).theta[:, 0].tolist() == [0, 0, -1, -3, -6]


# --- What must not change a path --------------------------------------------------

rates = st.floats(1e-4, 0.05)
angles = st.floats(-180, 180)
plain_methods = st.sampled_from(["gd", "momentum", "nag"])
scale_free = st.sampled_from(["adam", "nadam", "amsgrad", "rmsprop", "lion"])
gammas = st.floats(0, 1)
starts = st.lists(st.floats(-5, 5), min_size=2, max_size=2)
kappas = st.floats(1, 30)
few = settings(max_examples=30, deadline=None, derandomize=True)


def path(problem, method, start=None, **settings_):
    return ml.minimize(problem, method, start=start, steps=40, **settings_).theta


def transformed(problem, to, scale=1.0):
    """θ ↦ scale·J(to(θ)) for an orthogonal matrix `to`, run as plain Python."""
    inside = lambda theta: scale * problem.f(to @ theta)
    slope = lambda theta: scale * to.T @ problem.grad(to @ theta)
    return ml.Problem(Uncompiled(inside), Uncompiled(slope), dim=problem.dim)


@few
@given(rates, starts, st.sampled_from(["momentum", "nag"]))
def test_gd_is_momentum_without_memory(eta, start, name):
    valley = ml.problems.quadratic(kappa=20, angle=30)
    assert (
        path(valley, ml.gd(eta), start) == path(valley, getattr(ml, name)(eta, 0.0), start)
    ).all()


@few
@given(rates, gammas, starts, st.sampled_from(["momentum", "nag"]))
def test_a_restart_every_step_leaves_gd(eta, gamma, start, name):
    banana = ml.problems.rosenbrock(steepness=2)
    restarted = path(banana, getattr(ml, name)(eta, gamma), start, restart=ml.restarts.every(1))
    assert (restarted == path(banana, ml.gd(eta), start)).all()


@few
@given(rates, gammas, st.floats(0.01, 100), plain_methods)
def test_a_steeper_cost_is_a_smaller_eta(eta, gamma, scale, name):
    """J → cJ with η → η/c: the same path. Costs grow, η·g does not."""
    hyper = {} if name == "gd" else {"gamma": gamma}
    flat, steep = (ml.problems.nesterov_worst(dim=5, L=L) for L in (1, scale))
    wanted = path(flat, getattr(ml, name)(20 * eta, **hyper))
    assert path(steep, getattr(ml, name)(20 * eta / scale, **hyper)) == pytest.approx(wanted)


@few
@given(rates, st.floats(0.01, 100), scale_free)
def test_adaptive_methods_do_not_feel_a_scale(eta, scale, name):
    """J → cJ leaves Adam's path as it is when ε = 0 (and Lion's always)."""
    hyper = {} if name == "lion" else {"eps": 0}
    method = getattr(ml, name)(eta, **hyper)
    start = [2.0, -1.0, 0.5, 3.0, 1.0]
    flat, steep = (ml.problems.nesterov_worst(dim=5, L=L) for L in (1, scale))
    assert path(steep, method, start) == pytest.approx(path(flat, method, start), rel=1e-7)


@few
@given(rates, gammas, starts, kappas, angles, plain_methods)
def test_momentum_does_not_see_the_axes(eta, gamma, start, kappa, degrees, name):
    """Turn the valley and the start, and the path turns with them."""
    hyper = {} if name == "gd" else {"gamma": gamma}
    method = getattr(ml, name)(eta / kappa, **hyper)
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[c, -s], [s, c]])
    straight = path(ml.problems.quadratic(kappa=kappa), method, start)
    turned = path(ml.problems.quadratic(kappa=kappa, angle=degrees), method, turn @ start)
    assert turned == pytest.approx(straight @ turn.T, abs=1e-9)
    bent = ml.problems.ravine()
    wanted = path(bent, method, start) @ turn.T
    assert path(transformed(bent, turn.T), method, turn @ start) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("name", [n for n in METHODS if n not in ("gd", "momentum", "nag")])
def test_adaptive_methods_see_the_axes(name):
    """Turned by 90° the path turns along (axes stay axes); turned by 45° it does not."""
    kind, hyper = name.split()[0], METHODS[name]
    method = getattr(ml, kind)(eta=0.037, **hyper)
    start = np.array([-4.0, 2.5])
    straight = path(ml.problems.quadratic(kappa=20), method, start)
    for degrees, same in ((90, True), (45, False)):
        c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        turn = np.array([[c, -s], [s, c]])
        turned = path(ml.problems.quadratic(kappa=20, angle=degrees), method, turn @ start)
        gap = np.abs(turned - straight @ turn.T).max()
        assert (gap < 1e-9) if same else (gap > 0.1)


@few
@given(st.permutations(range(4)), st.sampled_from(list(METHODS)), st.booleans())
def test_the_order_of_coordinates_does_not_matter(order, name, mirrored):
    kind = name.split()[0]
    method = getattr(ml, kind)(eta=0.02, **METHODS[name])
    valley = ml.problems.quadratic(kappa=27, dim=4, angle=20)
    start = np.array([3.0, -1.0, 2.0, 0.5])
    to = np.eye(4)[list(order)] * (-1 if mirrored else 1)
    wanted = path(valley, method, start) @ to.T
    assert path(transformed(valley, to.T), method, to @ start) == pytest.approx(wanted, abs=1e-9)


# --- Hyperparameters: one value a step, and none of them can change ------------------


class OneAStep:
    """A hyperparameter for the tests' formulas, which ask for it once a step."""

    __array_ufunc__ = None  # NumPy leaves sums and products with it to it

    def __init__(self, values):
        self.left = iter(values)

    def __radd__(self, x):
        return x + next(self.left)

    def __mul__(self, x):
        return next(self.left) * x


@pytest.mark.parametrize("keep", [1, STEPS], ids=["every step", "only the end"])
@pytest.mark.parametrize("name", [n for n in METHODS if "eps" in METHODS[n] or n == "lion"])
def test_eps_and_weight_decay_may_have_one_value_a_step(name, keep):
    problem, cost = CASES["quadratic"]
    fixed = {n: v for n, v in METHODS[name].items() if n not in ("eps", "weight_decay")}
    growing = {n: v * np.linspace(0, 2, STEPS) for n, v in METHODS[name].items() if n not in fixed}
    functions = {n: lambda t, v=v: v[t] for n, v in growing.items()}
    grad = lambda theta: formulas.gradient(cost, theta)
    once = {n: OneAStep(v) for n, v in growing.items()}
    formula = getattr(formulas, name.split()[0])
    wanted = formula(grad, problem.start, STEPS, 0.037, **fixed, **once)
    for hyper in (growing, functions):
        method, _ = both(name, 0.037, fixed | hyper)
        found = ml.minimize(problem, method, steps=STEPS, keep=keep)
        assert found.theta == pytest.approx(wanted[found.t], rel=1e-9, abs=1e-9)


def test_what_a_method_was_made_with_cannot_change():
    etas = np.array([0.1, 0.2])
    method = ml.gd(etas)
    etas[0] = -1
    assert method.hyper["eta"].tolist() == [0.1, 0.2]
    with pytest.raises(ValueError, match="read-only"):
        method.hyper["eta"][0] = -1
    with pytest.raises(TypeError):
        method.hyper["eta"] = -1
    with pytest.raises(AttributeError):
        method.hyper = {}
    given = {"eta": 0.1}
    method = ml.Method("gd", given)
    given["eta"] = -1
    assert method.hyper == {"eta": 0.1}


def test_methods_with_arrays_are_equal_and_hashed_by_their_numbers():
    one, same, other = (ml.momentum([0.1, 0.2], gamma) for gamma in (0.9, 0.9, 0.8))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != ml.nag([0.1, 0.2], 0.9)
    assert one != ml.momentum([0.1, 0.3], 0.9)
    assert one != ml.momentum([0.1, 0.2, 0.2], 0.9)
    assert one != ml.momentum(0.1, 0.9)
    assert len({one, same, other}) == 2
    rising = ml.schedules.linear(0.1, 0.2, 10)
    assert ml.gd(rising) == ml.gd(ml.schedules.linear(0.1, 0.2, 10))
    assert ml.gd(rising) != ml.gd(ml.schedules.linear(0.1, 0.2, 11))


@pytest.mark.parametrize(
    "way", [lambda x: pickle.loads(pickle.dumps(x)), copy.copy, copy.deepcopy],
    ids=["pickle", "copy", "deepcopy"],
)  # fmt: skip
def test_copies_of_a_method_are_equal_and_frozen(way):
    method = ml.adam([0.1, 0.2], beta1=ml.schedules.nesterov(), bias_correction=False)
    twin = way(method)
    assert twin == method
    with pytest.raises(ValueError, match="read-only"):
        twin.hyper["eta"][0] = -1
    changed = dataclasses.replace(twin, hyper={**twin.hyper, "eta": 0.3})
    assert changed == ml.adam(0.3, beta1=ml.schedules.nesterov(), bias_correction=False)


# --- Names and numbers ------------------------------------------------------------


def test_the_numbers_are_the_kernels():
    assert {name: getattr(kernels, name.upper()) for name in methods.CODES} == methods.CODES
    columns = {name: "GAMMA" if name == "beta1" else name.upper() for name in methods.COLUMNS}
    columns["weight_decay"] = "DECAY"
    assert {name: getattr(kernels, column) for name, column in columns.items()} == methods.COLUMNS
    wanted = [kernels.MAX_STEPS, kernels.CONVERGED, kernels.DIVERGED]
    assert [run.STATUS.index(s) for s in ("max_steps", "converged", "diverged")] == wanted


def test_a_name_that_no_column_has_is_told():
    every = dict.fromkeys(methods.COLUMNS, 0.5)
    assert ml.Method("gd", every).hyper == every
    for hyper in ({"speed": 1.0}, every | {"speed": 1.0}):
        with pytest.raises(ValueError, match=r"^hyper's names must be one of eta.*but is 'speed'$"):
            ml.Method("gd", hyper)


def test_every_method_has_its_formula():
    for name in methods.CODES:
        assert callable(getattr(ml, name))
        assert name.startswith("own") or callable(getattr(formulas, name))


def test_labels_and_repr():
    assert ml.momentum(0.1, 0.9).label == "momentum, γ = 0.9"
    assert ml.nag(0.1, ml.schedules.nesterov()).label == "NAG"
    assert ml.adam(0.1).label == "Adam"
    assert ml.rmsprop(0.1).label == "RMSprop"
    assert ml.rmsprop(0.1, gamma=0.5).label == "RMSprop, γ = 0.5"
    assert ml.own(heavy_ball, eta=1, gamma=0.5).label.startswith("heavy_ball")
    assert repr(ml.own(heavy_ball, eta=1, gamma=0.5)) == "own(heavy_ball, eta=1, gamma=0.5)"
    assert repr(ml.nag(0.1, ml.schedules.nesterov())) == "nag(eta=0.1, gamma=nesterov())"


def test_a_value_out_of_range_is_named_with_its_step():
    for make, sentence in (
        (lambda: ml.momentum(0.1, 1.5), "gamma must be in [0, 1], but is 1.5"),
        (lambda: ml.nag(0.1, [0.5, 1.0, 1.5]), "gamma must be in [0, 1], but is 1.5 at step 2"),
        (lambda: ml.momentum(0.1, [0.5, -0.5]), "gamma must be in [0, 1], but is -0.5 at step 1"),
        (lambda: ml.momentum(0.1, [1.5]), "gamma must be in [0, 1], but is 1.5"),
        (lambda: ml.adam(0.1, beta1=1.0), "beta1 must be in [0, 1), but is 1"),
        (lambda: ml.adam(0.1, beta2=[0.9, 1.0]), "beta2 must be in [0, 1), but is 1 at step 1"),
        (lambda: ml.gd([0.1, np.inf]), "eta must be finite and at least 0, but is inf at step 1"),
        (lambda: ml.gd(-0.5), "eta must be greater than 0, but is -0.5"),
        (lambda: ml.gd(0), "eta must be greater than 0, but is 0"),
        (lambda: ml.gd([[0.1, 0.2]]), "eta must be one number or one number a step, but has "
                                      "shape (1, 2)"),
        (lambda: ml.gd([]), "eta must be one number or one number a step, but has shape (0,)"),
    ):  # fmt: skip
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            make()
        assert str(caught.value) == sentence
    for edge in (ml.momentum(0.1, 1.0), ml.momentum(0.1, [0.0, 1.0]), ml.gd([0.1, 0.0]),
                 ml.adam(0.1, beta1=0.0, beta2=[0.0, 0.5], eps=0)):  # fmt: skip
        assert edge.table(2).shape == (2, 5)
