"""A reader's code means the same compiled as in Python, or runs as Python and says so."""

# ruff: noqa: NPY002 - a reader's code may have the old generator

import math
import random
from types import ModuleType

import numpy as np
import pytest

import momentumlib as ml
from cases import UNJITTED, Uncompiled
from momentumlib import kernels
from momentumlib.agreement import _Differs, _Teller

VALLEY = ml.problems.quadratic(10)
jitted = pytest.mark.skipif(UNJITTED, reason="nothing is compiled")


def bowl(theta):
    return theta[0] ** 2 + theta[1] ** 2


def slope(theta):
    return [2 * theta[0], 2 * theta[1]]


def in_python(method, problem=VALLEY, **settings):
    """The path that plain Python takes."""
    f, grad = Uncompiled(problem.f), Uncompiled(problem.grad)
    return ml.minimize(ml.Problem(f, grad, start=problem.start), method, **settings).theta


# --- What compiled code would take for something else --------------------------------


def halved(theta, g, t):
    return theta - 0.05 * 2 ** -(int(t) // 10) * g


def late(theta, g, t):
    return theta - 0.01 * (1.0 if t < 500 else 2 ** -(int(t) // 500)) * g


def large(theta, g):
    return theta - 1e-24 * 2**70 * g


def random_sign(theta, g):
    return theta - 0.01 * np.random.random() * g


def other_random(theta, g):
    return theta - 0.01 * random.random() * g


STEPS = {"powers": halved, "late powers": late, "NumPy's random": random_sign}
STEPS |= {"long integers": large, "Python's random": other_random}


@jitted
@pytest.mark.parametrize("keep", [1, 7])
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_that_differs_runs_as_python_and_says_so(step, keep):
    def seeded(run, *given):
        random.seed(3)
        np.random.seed(3)
        return run(*given, ml.own(step), steps=600, keep=keep)

    runs = [seeded(ml.minimize, VALLEY) for _ in range(2)]
    wanted = seeded(lambda method, **settings: in_python(method, **settings))
    for run in runs:
        assert (run.theta == wanted).all()
        assert not run.compiled
        assert run.why.startswith("step ")
        assert f"as Python: {run.why}" in repr(run)


@jitted
def test_what_differs_is_told_with_both_numbers():
    run = ml.minimize(VALLEY, ml.own(halved), steps=99)
    assert "in Python, but" in run.why
    assert "compiled, at t = 10" in run.why


@jitted
def test_an_error_of_python_is_one():
    """math.log(-1) is nan in compiled code."""
    f = lambda theta: math.log(theta[0]) ** 2
    grad = lambda theta: [2 * math.log(theta[0]) / theta[0]]
    problem = ml.Problem(f, grad, start=[4.0])
    run = ml.minimize(problem, ml.gd(0.1), steps=20)
    assert run.compiled
    with pytest.raises(ValueError, match=r"f raised ValueError at theta = .*math domain error"):
        ml.minimize(problem, ml.gd(9.0), steps=20)
    far = lambda theta, g, t: theta - math.sqrt(200.0 - t)
    with pytest.raises(ValueError, match=r"step raised ValueError: math domain error"):
        ml.minimize(VALLEY, ml.own(far), steps=300)
    assert ml.minimize(VALLEY, ml.own(far), steps=200).compiled


@jitted
def test_a_cost_that_differs_is_computed_in_python():
    problem = ml.Problem(lambda theta: 2 ** -int(theta[0]) + 0.0, lambda theta: [1.0], start=[3.5])
    run = ml.minimize(problem, ml.gd(0.1), steps=5)
    assert run.loss[0] == 0.125
    assert not run.compiled
    assert run.why.startswith("f gives 0.125 in Python, but 0 compiled, at theta = [3.5]")
    assert problem.values([[3.5], [1.0]]).tolist() == [0.125, 0.5]
    for first in (1, 15, 40):  # where it differs at the last place alone
        assert problem.values([[0.5]] * first + [[3.5]]).tolist() == [1.0] * first + [0.125]


@jitted
def test_a_cost_that_differs_far_along_is_computed_in_python():
    """Beyond the first steps, a few points of the path are looked at as well."""
    cost = lambda theta: theta[0] + (2 ** -(int(-theta[0]) // 200) if theta[0] < -100 else 0)
    problem = ml.Problem(cost, lambda theta: [1.0], start=[0.0])
    run = ml.minimize(problem, ml.gd(1.0), steps=400)
    assert not run.compiled
    assert run.loss[-1] == -399.75


@jitted
def test_globals_that_change_are_seen():
    scope = {}
    exec(
        "c = 2.0\n"
        "def f(theta): return c * theta[0] ** 2\n"
        "def grad(theta): return [2 * c * theta[0]]\n",
        scope,
    )
    problem = ml.Problem(scope["f"], scope["grad"], start=[1.0])
    first = ml.minimize(problem, ml.gd(0.1), steps=3)
    assert first.compiled
    scope["c"] = 1.0
    second = ml.minimize(problem, ml.gd(0.1), steps=3)
    assert second.theta[:, 0] == pytest.approx([0.8**t for t in range(4)])
    assert not second.compiled
    assert second.why == "f reads c, which has changed since f was compiled: " \
        "give it as data={'c': ...}"  # fmt: skip
    assert second.why in repr(second)
    scope["c"] = 2.0
    assert ml.minimize(problem, ml.gd(0.1), steps=3).compiled


@jitted
def test_what_changes_in_a_function_that_a_reader_calls_is_seen():
    scope = {"jit": pytest.importorskip("numba").njit}
    exec(
        "c = 2.0\n"
        "@jit\n"
        "def steep(): return c\n"
        "def f(theta): return steep() * theta[0] ** 2\n"
        "def grad(theta): return [2 * steep() * theta[0]]\n",
        scope,
    )
    problem = ml.Problem(scope["f"], scope["grad"], start=[1.0])
    assert ml.minimize(problem, ml.gd(0.1), steps=3).compiled
    scope["c"] = 1.0
    run = ml.minimize(problem, ml.gd(0.1), steps=3)
    assert not run.compiled
    assert run.why.startswith("f reads steep, which has changed since f was compiled")


@jitted
def test_an_array_that_is_changed_is_seen():
    curvatures = np.array([1.0, 10.0])
    problem = ml.Problem(
        lambda theta: np.sum(curvatures * theta * theta) / 2,
        lambda theta: curvatures * theta, start=[1.0, 1.0],
    )  # fmt: skip
    assert ml.minimize(problem, ml.gd(0.1), steps=1).theta[1].tolist() == [0.9, 0.0]
    curvatures[0] = 5.0
    assert ml.minimize(problem, ml.gd(0.1), steps=1).theta[1].tolist() == [0.5, 0.0]


@jitted
def test_to_try_takes_no_random_numbers_away():
    np.random.seed(5)
    wanted = np.random.random()
    np.random.seed(5)
    ml.minimize(VALLEY, ml.own(random_sign), steps=0)
    assert np.random.random() == wanted


@jitted
def test_it_is_compared_once(monkeypatch):
    from momentumlib import binding

    looked = []  # how many steps each time
    real = binding.disagreement
    monkeypatch.setattr(binding, "disagreement", lambda *to: looked.append(to[-1]) or real(*to))
    problem, method = ml.Problem(bowl, slope, start=[1.0, 2.0]), ml.momentum(0.01)
    for _ in range(3):
        ml.minimize(problem, method, steps=50)
    assert looked == [50]
    ml.minimize(problem, method, steps=51)  # a longer run may differ later
    assert looked == [50, 51]
    ml.minimize(VALLEY, method, steps=50)
    assert looked == [50, 51]  # the book's own are not compared
    for steps in (20, 51, 5, 52):  # from elsewhere the first steps alone, where they are known
        ml.minimize(problem, method, steps=steps, start=[steps, 1.0])
    assert looked == [50, 51, 8, 8, 5, 52]
    other = ml.Problem(bowl, slope, start=[1.0, 2.0])
    for steps in (0, 1, 1):
        ml.minimize(other, method, steps=steps)
    assert looked[6:] == [0, 1]
    wrong = ml.own(halved)
    for steps in (30, 30, 40, 20, 20):  # what differs is not compared again, but a shorter run is
        ml.minimize(VALLEY, wrong, steps=steps)
    assert looked[8:] == [30, 20]


@jitted
def test_rounding_is_no_difference():
    """np.sum and ** may end in another digit; a chaotic run makes much of it, and is compiled."""
    f = lambda theta: np.sum(np.exp(np.sin(5 * theta))) + np.sum(theta**4)
    grad = lambda theta: 5 * np.cos(5 * theta) * np.exp(np.sin(5 * theta)) + 4 * theta**3
    problem = ml.Problem(f, grad, start=np.linspace(-1, 1, 40), check=True)
    for method in (ml.gd(0.2), ml.lion(0.1), ml.adam(0.5, eps=0)):
        assert ml.minimize(problem, method, steps=300).compiled


def test_two_numbers_agree_to_nine_digits():
    """Of the largest so far of their kind; where θ moves, to eight roundings of θ itself."""
    eps = np.finfo(float).eps
    for near, far, base in ((3e-9, 3.01e-9, 0.0), (-3e-9, -3.01e-9, 0.0), (3e-9 + 7 * eps, 1, 1.0)):
        tell = _Teller()
        tell("f", 3.0, 3.0, 0)
        tell("f", np.array([1 + near * 0.999, np.nan]), np.array([1.0, np.nan]), 0, base)
        with np.errstate(all="ignore"):
            tell("f", np.inf, np.inf, 0)
        with pytest.raises(_Differs, match=r"^f gives 1 in Python, but .* compiled, at t = 5$"):
            tell("f", 1 + far, 1.0, 5, base)
        with pytest.raises(_Differs, match=r"^step changes theta by 0 in Python, but 1 compiled"):
            tell("step", [0.0, 1.0], [0.0, 0.0], 0)
        with pytest.raises(_Differs, match=r"^step makes v 0 in .*, at theta = \[1. 2.\]$"):
            tell("step", 1.0, 0.0, np.array([1.0, 2.0]), what="makes v ")
    tell = _Teller()
    tell("step", 8 * eps, 0.0, 0, 1.0)
    with pytest.raises(_Differs, match="in Python"):
        tell("step", 8.1 * eps, 0.0, 0, 1.0)


# --- compile=True and False -----------------------------------------------------------


def test_compile_false_is_python():
    problem = ml.Problem(bowl, slope, start=[1.0, 2.0], compile=False)
    run = ml.minimize(problem, ml.gd(0.1), steps=5)
    assert (run.compiled, run.why) == (False, kernels.WHY_NOT or "compile=False")
    assert "as Python" not in repr(run)  # no surprise
    method = ml.own(lambda theta, g: theta - 0.1 * g, compile=False)
    run = ml.minimize(VALLEY, method, steps=5)
    assert (run.compiled, run.why) == (False, kernels.WHY_NOT or "compile=False")


@jitted
def test_compile_true_compiles_or_says_why_not():
    table = {"a": 1.0, 2: "b"}
    with pytest.raises(TypeError, match=r"^compile=True: f can't be compiled: .*table"):
        ml.Problem(lambda theta: table["a"], slope, dim=2, compile=True)
    with pytest.raises(TypeError, match=r"^compile=True: grad can't be compiled: .*table"):
        ml.Problem(bowl, lambda theta: [table["a"], 1.0], dim=2, compile=True)
    with pytest.raises(TypeError, match=r"^compile=True: step can't be compiled: .*table"):
        ml.own(lambda theta, g: theta - table["a"] * g, compile=True)
    with pytest.raises(TypeError, match="f can't be compiled: it is no function of Python's"):
        ml.Problem(Uncompiled(bowl), slope, dim=2, compile=True)
    assert ml.minimize(ml.Problem(bowl, slope, dim=2, compile=True), ml.gd(0.1)).compiled
    forced = ml.minimize(VALLEY, ml.own(halved, compile=True), steps=30)
    assert forced.compiled  # as was asked for, whatever it means
    assert (forced.theta != in_python(ml.own(halved), steps=30)).any()


@pytest.mark.parametrize("value", [1, "yes", 0.0])
def test_compile_is_true_false_or_none(value):
    for make in (
        lambda: ml.Problem(bowl, slope, dim=2, compile=value),
        lambda: ml.own(lambda theta, g: theta, compile=value),
    ):
        with pytest.raises(TypeError, match="compile must be True, False or None"):
            make()


def test_why_says_what_numba_says():
    table = {"a": 1.0, 2: "b"}
    run = ml.minimize(VALLEY, ml.own(lambda theta, g: theta - table["a"] * g), steps=3)
    assert run.why.startswith(kernels.WHY_NOT or "step can't be compiled: ")
    assert "as Python" not in repr(run)


# --- Bounds ---------------------------------------------------------------------------


def test_an_index_beyond_a_table_is_an_error():
    tab = np.full(4, 0.1)
    step = lambda theta, g, t: theta - tab[int(t)] * g
    with pytest.raises(ValueError, match=r"^step raised IndexError: index 4 is out of bounds"):
        ml.minimize(VALLEY, ml.own(step), steps=300)
    assert ml.minimize(VALLEY, ml.own(step), steps=4).compiled == kernels.HAVE_NUMBA


def test_a_gradient_that_writes_far_away_is_an_error():
    def grad(theta, out):
        out[0] = theta[0]
        if theta[0] < 0.9:
            out[10**7] = 1.0

    problem = ml.Problem(lambda theta: theta[0] ** 2 / 2, grad, start=[10.0])
    with pytest.raises(ValueError, match=r"^grad raised IndexError at theta = .*out of bounds"):
        ml.minimize(problem, ml.gd(0.01), steps=1000)
    assert ml.minimize(problem, ml.gd(0.01), steps=100).compiled == kernels.HAVE_NUMBA


@jitted
def test_a_function_that_numba_compiled_is_looked_at_too():
    numba = pytest.importorskip("numba")
    tab = np.full(100, 0.1)

    @numba.njit
    def step(theta, g, t):
        return theta - tab[int(t)] * g

    with pytest.raises(ValueError, match=r"^step raised IndexError"):
        ml.minimize(VALLEY, ml.own(step), steps=300)


def test_a_cost_is_looked_at_too():
    tab = np.arange(20.0)
    problem = ml.Problem(lambda theta: tab[int(theta[0])], lambda theta: [-1.0], start=[0.0])
    with pytest.raises(ValueError, match=r"^f raised IndexError"):
        ml.minimize(problem, ml.gd(1.0), steps=100)
    with pytest.raises(ValueError, match=r"^f raised IndexError"):
        problem.values([[0.0], [10**8]])


# --- What has changed since -----------------------------------------------------------


@jitted
def test_a_constant_of_a_module_that_changes_is_seen(monkeypatch):
    constants = ModuleType("constants")
    constants.K = 1.0
    step = lambda theta, g: theta - 0.1 * constants.K * g
    method = ml.own(step)
    assert ml.minimize(VALLEY, method, steps=9).compiled
    monkeypatch.setattr(constants, "K", 2.0)
    run = ml.minimize(VALLEY, method, steps=9)
    assert run.why.startswith("step reads constants.K, which has changed")
    assert run.why.endswith("give it as data={'K': ...}")
    assert run.theta[1].tolist() == [-3.2, -2.0]


@jitted
def test_a_function_whose_code_or_default_is_exchanged_is_another():
    """As %autoreload does it: the function stays, and gets new parts."""

    def step(theta, g, k=0.1):
        return theta - k * g

    method = ml.own(step)
    first = ml.minimize(VALLEY, method, steps=9)
    step.__code__ = (lambda theta, g, k=0.1: theta + k * g).__code__
    second = ml.minimize(VALLEY, method, steps=9)
    assert (first.compiled, second.compiled) == (True, True)
    assert second.theta[1].tolist() == [-4.4, 4.0]
    step.__defaults__ = (0.0,)
    assert (ml.minimize(VALLEY, method, steps=9).theta == VALLEY.start).all()


@jitted
def test_from_another_start_the_first_steps_are_compared_again():
    """2 to a whole negative power is 0 in compiled code: below 0 alone."""
    cost = lambda theta: theta[0] ** 2 / 2 + (0.0 if theta[0] > 0 else 2 ** -int(1 - theta[0]))
    grad = lambda theta: [theta[0] if theta[0] > 0 else theta[0] + 2 ** -int(1 - theta[0])]
    problem = ml.Problem(cost, grad, start=[5.0])
    assert ml.minimize(problem, ml.gd(0.1), steps=50).compiled
    swept = ml.sweep(problem, ml.gd, eta=0.1, starts=[[5.0], [-2.0]], steps=3, progress=False)
    run = ml.minimize(problem, ml.gd(0.1), start=[-2.0], steps=3)
    assert not run.compiled
    assert run.loss[0] == 2.125
    assert swept.loss[1] == run.loss[-1]


@jitted
def test_a_cost_that_writes_into_its_theta_spoils_no_gradient_of_a_sweep():
    def cost(theta):
        value = theta[0] ** 2 + theta[1] ** 2
        theta[:] = 99.0
        return value

    problem = ml.Problem(cost, slope, start=[1.0, 2.0])
    result = ml.sweep(problem, ml.gd, eta=[0.1], steps=3, progress=False)
    assert result.loss == pytest.approx(5 * 0.8**6)
