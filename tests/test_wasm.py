"""The modules behind the live figures: the numbers of native runs, or a sentence.

Run here by wasmtime instead of a browser. + − × ÷ √ are exact everywhere; sin, exp and
the like come from Python's math here, from JavaScript's Math in a page.
"""

import ctypes
import json
import math
import os
import re
import subprocess
import sys
import textwrap
from functools import cache

import numpy as np
import pytest
import wasmtime
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numba import njit

import momentumlib as ml
from cases import CASES
from momentumlib import kernels
from momentumlib.live import wasm
from momentumlib.live.wasm import compiler, linker, reader, store
from momentumlib.methods import CODES
from momentumlib.restarts import KINDS
from momentumlib.run import STATUS
from tiers import first

PROBLEMS = {name: case[0] for name, case in CASES.items()}
METHODS = {
    "gd": ml.gd(ml.schedules.cosine(0.02, 80)),
    "momentum": ml.momentum(0.01, 0.9),
    "nag": ml.nag(0.005, ml.schedules.linear(0.5, 0.95, 80)),
    "rmsprop": ml.rmsprop(0.02, gamma=0.5),
    "adam": ml.adam(0.1),
    "nadam": ml.nadam(0.05, beta2=0.99),
    "amsgrad": ml.amsgrad(0.1, beta1=0.8),
    "adamw": ml.adamw(0.1, weight_decay=0.1),
    "lion": ml.lion(0.03, weight_decay=0.01),
}


def host(name):
    """A function of JavaScript's Math, which has no exceptions."""
    function = math.fmod if name == "fmod" else getattr(math, name)

    def called(*values):
        try:
            return function(*values)
        except OverflowError:
            return math.inf
        except ValueError:
            return -math.inf if name.startswith("log") and values[0] == 0 else math.nan

    return called


class Page:
    """What a page does with a module: memory, Math, and arrays from `heap` on."""

    def __init__(self, code):
        self.store = wasmtime.Store()
        module = wasmtime.Module(self.store.engine, code)
        limits = wasmtime.Limits(64, None)
        self.memory = wasmtime.Memory(self.store, wasmtime.MemoryType(limits))
        self.borrowed, imports = [], []
        for item in module.imports:
            assert item.module == "env"
            if isinstance(item.type, wasmtime.MemoryType):
                assert item.name == "memory"
                imports.append(self.memory)
            else:
                assert item.name in linker.MATHS
                self.borrowed.append(item.name)
                imports.append(wasmtime.Func(self.store, item.type, host(item.name)))
        self.exports = wasmtime.Instance(self.store, module, imports).exports(self.store)
        self.heap = self.top = self.exports["heap"].value(self.store)

    def put(self, values, dtype=float):
        """(address, array in the module's memory) of a copy of `values`."""
        values = np.asarray(values, dtype)
        address = self.top
        self.top += (values.nbytes + 15) // 16 * 16
        short = self.top - self.memory.data_len(self.store)
        if short > 0:
            self.memory.grow(self.store, short // 65536 + 1)
        base = ctypes.addressof(self.memory.data_ptr(self.store).contents)
        buffer = (ctypes.c_char * max(values.nbytes, 1)).from_address(base + address)
        array = np.frombuffer(buffer, dtype, values.size).reshape(values.shape)
        array[...] = values
        return address, array

    def call(self, name, *arguments):
        return self.exports[name](self.store, *arguments)

    def values(self, points, problem, p=0):
        self.top = self.heap
        points = np.atleast_2d(points)
        params = self.put(problem._params)[0]
        where, (out, values) = self.put(points)[0], self.put(np.zeros(len(points)))
        shape = problem.dim, problem._params.size
        assert self.call(f"values{p}", params, *shape, where, len(points), out) == 0
        return values.copy()

    def grad(self, theta, problem, p=0):
        self.top = self.heap
        params, where = self.put(problem._params)[0], self.put(theta)[0]
        out, slope = self.put(np.zeros(problem.dim))
        shape = problem.dim, problem._params.size
        assert self.call(f"grad{p}", params, *shape, where, out) == 0
        return slope.copy()

    def run(
        self, problem, method, *, start=None, steps=80, restart=None, tol=0.0, states=False,
        name="run0", failed=0,
    ):  # fmt: skip
        self.top, dim = self.heap, problem.dim
        params, hyper = self.put(problem._params)[0], self.put(method.table(steps))[0]
        work = self.put(np.full((6, dim), np.nan))[0]
        path, theta = self.put(np.full((steps + 1, dim), np.nan))
        theta[0] = problem.start if start is None else start
        kept, state = self.put(np.zeros((steps + 1, 3, dim)))
        (marks, rows_of), (result, ends) = (self.put(np.zeros(n), np.int32) for n in (steps, 3))
        rule = (KINDS[restart.kind], restart.k) if restart else (0, 0)
        status = self.call(
            name, CODES[method.name], int(method.look_ahead), int(method.bias_correction), params,
            dim, problem._params.size, work, hyper, steps, *rule, tol, path,
            kept if states else 0, marks, result,
        )  # fmt: skip
        assert (status != 0) == bool(failed)
        rows, end, restarts = ends
        return theta[:rows].copy(), STATUS[end], rows_of[:restarts].tolist(), state[:rows].copy()


@cache
def page(*problems, own=(), simd=False):
    return Page(wasm.build(problems, own, simd))


@pytest.fixture(autouse=True, scope="module")
def put_away():
    """Modules go before the interpreter does; wasmtime complains otherwise."""
    yield
    page.cache_clear()


def assert_same(made, problem, method, exact, **options):
    """The module's run is the native run; `exact` to the last bit."""
    theta, status, restarts, state = made
    native = ml.minimize(problem, method, **{"steps": 80, **options})
    assert (status, restarts) == (native.status, native.restarts.tolist())
    assert theta.shape == native.theta.shape
    assert_close(theta, native.theta, exact)
    if native.states is not None:
        assert_close(state, native.states, exact)


def assert_close(one, other, exact):
    if exact:
        assert np.array_equal(one, other, equal_nan=True)
    else:
        scale = np.abs(other).max() or 1.0
        np.testing.assert_allclose(one / scale, other / scale, rtol=1e-12, atol=1e-12)


# --- The library's own problems and methods -----------------------------------------


@pytest.mark.parametrize("name", first(("quadratic", "himmelblau"), PROBLEMS))
def test_every_method_on_every_problem(name):
    problem = PROBLEMS[name]
    there = page(problem)
    for method in METHODS.values():
        made = there.run(problem, method, states=True)
        assert_same(made, problem, method, exact=not there.borrowed, states=True)


@pytest.mark.parametrize("name", first(("quadratic", "himmelblau"), PROBLEMS))
def test_losses_and_gradients(name):
    problem = PROBLEMS[name]
    there, points = page(problem), np.random.default_rng(0).normal(size=(20, problem.dim))
    assert_close(there.values(points, problem), problem.values(points), not there.borrowed)
    for point in points:
        assert_close(there.grad(point, problem), problem.grad(point), not there.borrowed)


@pytest.mark.slow
def test_what_each_problem_borrows_from_the_page():
    borrowed = {p._kind: set(page(p).borrowed) for p in PROBLEMS.values()}
    expected = {"ravine": {"sin", "cos"}, "wavy": {"sin", "cos"}, "logistic": {"exp", "log"}}
    assert borrowed == {kind: expected.get(kind, set()) for kind in borrowed}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(
    "restart", [ml.restarts.every(7), ml.restarts.on_increase(), ml.restarts.on_gradient()]
)
def test_restarts(restart, method):
    problem = PROBLEMS["rosenbrock"]
    made = page(problem).run(problem, method, restart=restart, start=[0.5, 1.0], states=True)
    assert_same(made, problem, method, True, restart=restart, start=[0.5, 1.0], states=True)


def test_restarts_happen():
    problem, method = ml.problems.quadratic(kappa=100), ml.nag(0.01, ml.schedules.nesterov())
    for restart in (ml.restarts.every(9), ml.restarts.on_increase(), ml.restarts.on_gradient()):
        _, _, marks, _ = page(problem).run(problem, method, restart=restart)
        assert marks


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_tolerance(method):
    problem = ml.problems.quadratic(kappa=5, angle=20)
    options = {"tol": 0.05, "steps": 600, "states": True}
    assert_same(page(problem).run(problem, method, **options), problem, method, True, **options)


def test_converged_diverged_and_no_steps_at_all():
    problem, page_ = ml.problems.quadratic(kappa=5), page(ml.problems.quadratic())
    for method, options, status in (
        (ml.gd(0.2), {"tol": 1e-6, "steps": 500}, "converged"),
        (ml.gd(0.5), {"steps": 2000}, "diverged"),
        (ml.momentum(0.3, 1.0), {"steps": 0}, "max_steps"),
        (ml.momentum(0.3, 1.0), {"steps": 0, "tol": 1e-3, "start": [0.0, 0.0]}, "converged"),
    ):
        made = page_.run(problem, method, **options)
        assert made[1] == status
        assert_same(made, problem, method, True, **options)


def test_bias_correction_off():
    problem, method = PROBLEMS["beale"], ml.adam(0.1, bias_correction=False)
    assert_same(page(problem).run(problem, method), problem, method, True)


def test_the_work_array_need_not_be_clean():
    problem, method = ml.problems.saddle(), ml.amsgrad(0.1)
    first, second = (page(problem).run(problem, method)[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_problems_of_one_kind_share_their_code():
    q, s = ml.problems.quadratic, ml.problems.saddle()
    problems = [q(4.0), s, q(9.0, angle=30), ml.problems.beale()]
    assert wasm.index(problems) == [0, 1, 0, 2]
    assert wasm.build([q(4.0)]) is wasm.build([q(9.0), q(3.0, dim=7)])
    there = page(*problems)
    for problem, p in zip(problems, wasm.index(problems), strict=True):
        made = there.run(problem, ml.momentum(0.02), name=f"run{p}")
        assert_same(made, problem, ml.momentum(0.02), True)


def test_many_parameters():
    problem, method = ml.problems.nesterov_worst(dim=3001), ml.nag(1.0)
    assert_same(page(problem).run(problem, method, steps=5), problem, method, True, steps=5)
    value = page(problem).values(problem.minimizer, problem)
    assert value == problem.f(problem.minimizer)


def test_vector_instructions_give_the_same_numbers():
    problem = ml.problems.quadratic(kappa=50, dim=9, angle=10)
    there = page(problem, simd=True)
    assert b"simd" not in wasm.build([problem], simd=True)  # no section but the code
    for method in METHODS.values():
        assert_same(there.run(problem, method), problem, method, True)


# --- The module ---------------------------------------------------------------------


def sections(code):
    kinds, source = [], linker._Bytes(code[8:])
    while source:
        kinds.append(source.byte())
        source.block()
    return kinds


@pytest.mark.parametrize("name", first(("quadratic", "himmelblau"), PROBLEMS))
def test_a_module_is_small_and_holds_nothing_but_code(name):
    code = wasm.build([PROBLEMS[name]])
    assert len(code) < 5000
    assert 0 not in sections(code)  # names and other custom sections
    exports = wasmtime.Module(wasmtime.Engine(), code).exports
    assert [e.name for e in exports] == ["run0", "values0", "grad0", "heap"]


BEFORE = """
import hashlib, sys
import momentumlib as ml
from momentumlib.live import wasm
cost, slope = lambda theta: theta[0] ** 2 + theta[1] ** 3, lambda theta: (2 * theta[0], 0.0)
problem, step = ml.Problem(cost, slope, dim=2), lambda theta, g: theta - 0.1 * g
if sys.argv[1:]:
    for one in (ml.problems.rosenbrock(), problem):
        for method in (ml.momentum(1e-3), ml.own(step)):
            ml.minimize(one, method, steps=5, start=[1.0, 1.0])
built = wasm.build([ml.problems.rosenbrock()]), wasm.build([problem], [step])
print(*(hashlib.sha256(code).hexdigest() for code in built))
"""


@pytest.mark.slow
def test_what_ran_before_changes_no_byte(tmp_path):
    """Numba keeps the parts of what it compiled, but optimized for this processor."""
    made = [
        subprocess.run(
            [sys.executable, "-c", BEFORE, *before], capture_output=True, text=True, check=True,
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / f"{len(before)}")},
        ).stdout
        for before in ([], ["runs"])
    ]  # fmt: skip
    assert made[0] == made[1]


@pytest.mark.slow
def test_a_second_process_takes_what_the_first_stored(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    wasm._build.cache_clear()
    code = wasm.build([ml.problems.saddle()])
    wasm._build.cache_clear()
    with monkeypatch.context() as patch:
        patch.delattr(compiler, "run_module")
        assert wasm.build([ml.problems.saddle()]) == code
    wasm._build.cache_clear()
    (tmp_path / "source.py").write_text("changed", "utf-8")
    monkeypatch.setattr(store, "SOURCES", [*store.SOURCES, tmp_path / "source.py"])
    monkeypatch.setattr(compiler, "run_module", lambda *_: b"made anew")
    assert wasm.build([ml.problems.saddle()]) == b"made anew"
    wasm._build.cache_clear()


def test_what_is_stored_is_found_again_under_its_key_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "new" / "folder"))
    assert store.stored("key", lambda: b"first") == b"first"
    assert store.stored("key", lambda: b"another") == b"first"
    assert store.stored("other key", lambda: b"another") == b"another"
    names = [path.name for path in (tmp_path / "new" / "folder").iterdir()]
    assert len(names) == 2
    assert all(re.fullmatch("[0-9a-f]{32}\\.wasm", name) for name in names)
    monkeypatch.setattr(store, "version", lambda name: "another")
    assert store.stored("key", lambda: b"anew") == b"anew"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(store, "user_cache_dir", lambda name: str(tmp_path / name))
    store.stored("key", lambda: b"")
    assert [path.parent.name for path in tmp_path.glob("momentumlib/*.wasm")] == ["momentumlib"]


def test_a_disk_that_cannot_be_written_is_no_obstacle(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert store.stored("key", lambda: b"bytes") == b"bytes"


def test_without_numba_it_says_so(monkeypatch):
    def missing(name):
        raise store.PackageNotFoundError(name)

    monkeypatch.setattr(store, "version", missing)
    with pytest.raises(ImportError, match="Numba, which is not installed"):
        store.stored("key", bytes)


@pytest.mark.parametrize("name", ["momentum", "nag"])
def test_rate_map(name):
    there = Page(wasm.build_map())
    assert there.borrowed == []
    eta, gamma = np.linspace(0, 0.05, 37), np.linspace(0, 1, 11)
    eigenvalues, nag = np.array([1.0, 30.0, 100.0]), int(name == "nag")
    expected = np.empty((gamma.size, eta.size))
    kernels.rates(nag, eta, gamma, eigenvalues, expected)
    arguments = [x for a in (eta, gamma, eigenvalues) for x in (there.put(a)[0], a.size)]
    out, made = there.put(np.full(expected.shape, np.nan))
    assert there.call("rates", nag, *arguments, out) == 0
    assert np.array_equal(made, expected)
    roots = ml.theory.rate_map(name, eta, gamma, eigenvalues)
    np.testing.assert_allclose(made, roots, rtol=1e-7)  # double roots: √ of a rounding error


# --- The reader's functions ---------------------------------------------------------

MEMORY = np.arange(1.0, 1001.0)
WEIGHT = 3.0


@njit
def doubled(x):
    return 2 * x


@pytest.mark.slow
def test_ways_to_return_a_gradient():
    def fill(theta, out):
        out[0], out[1] = 2 * theta[0], 20

    ways = [
        lambda theta: (2 * theta[0], 20),
        lambda theta: [2 * theta[0], 20],
        lambda theta: np.array([2 * theta[0], 20]),
        lambda theta: np.asarray((2 * theta[0], 20)),
        njit(lambda theta: np.array([doubled(theta[0]), 20])),
        fill,
    ]
    problems = [
        ml.Problem(lambda theta: theta[0] ** 2 + 20 * theta[1], way, dim=2, check=True)
        for way in ways
    ]
    there = page(*problems)
    for p, problem in enumerate(problems):
        made = there.run(problem, ml.momentum(0.1), name=f"run{p}")
        assert_same(made, problem, ml.momentum(0.1), True)


@pytest.mark.slow
def test_the_gradient_may_be_a_view_of_theta():
    problem = ml.Problem(lambda theta: 0.5 * theta[0] ** 2, lambda theta: theta, start=[3.0])
    assert_same(page(problem).run(problem, ml.nag(0.1)), problem, ml.nag(0.1), True)


@pytest.mark.slow
def test_numbers_and_arrays_of_the_notebook_are_constants():
    def f(theta):
        total = 0.0
        for i in range(MEMORY.size):
            total += MEMORY[i] * (theta[0] - WEIGHT) ** 2
        return total

    def grad(theta):
        return [2 * MEMORY.sum() * (theta[0] - WEIGHT)]

    problem = ml.Problem(f, grad, start=[1.0])
    there = page(problem)
    assert there.heap >= MEMORY.nbytes + linker.STACK
    assert there.values([[2.0], [5.0]], problem).tolist() == [500500.0, 2002000.0]
    assert_same(there.run(problem, ml.gd(1e-7)), problem, ml.gd(1e-7), True)


@pytest.mark.slow
def test_an_exception_ends_the_call():
    def f(theta):
        if theta[0] > 4:
            raise ValueError("too far")
        return theta[0] ** 2

    def grad(theta):
        if theta[0] > 5:
            raise ValueError("too far")
        return [2 * theta[0]]

    problem = ml.Problem(f, grad, start=[3.0])
    there = page(problem)
    assert_same(there.run(problem, ml.gd(0.1)), problem, ml.gd(0.1), True)
    there.run(problem, ml.gd(0.1), start=[6.0], failed=1)
    where, out = there.put([9.0])[0], there.put([0.0])[0]
    assert there.call("values0", 0, 1, 0, where, 1, out) != 0
    assert there.call("grad0", 0, 1, 0, where, out) != 0


CALLS = """
abs(x) np.absolute(x) np.fabs(x) math.acos(u) np.arccos(u) math.asin(u) np.arcsin(u) math.atan(x)
np.arctan(x) math.acosh(1+u) np.arccosh(1+u) math.asinh(x) np.arcsinh(x) math.atanh(u) np.arctanh(u)
math.atan2(x,u) np.arctan2(u,x) bool(x) np.cbrt(x) math.ceil(x) np.ceil(x) math.copysign(u,x)
np.copysign(u,x) math.cos(x) np.cos(x) math.cosh(x) np.cosh(x) math.degrees(x) np.degrees(x)
np.rad2deg(x) math.radians(x) np.radians(x) np.deg2rad(x) math.exp(x) np.exp(x) math.expm1(x)
np.expm1(x) math.fabs(x) float(int(x)) np.float64(x) math.floor(x) np.floor(x) np.fmax(x,u)
np.fmin(x,u) np.fmod(x,u) x%u x//u math.hypot(x,u) np.hypot(x,u) math.isfinite(x)
np.isfinite(x) math.isinf(x) np.isinf(x) math.isnan(x) np.isnan(x) len(theta) math.log(u) np.log(u)
math.log10(u) np.log10(u) math.log1p(u) np.log1p(u) math.log2(u) np.log2(u) max(x,u) np.maximum(x,u)
max(theta) min(x,u) np.minimum(x,u) min(theta) theta.mean()
np.mean(theta) math.pow(u,x) np.power(u,x) u**x u**3 x**2 u**-2 pow(u,3) np.prod(theta) theta.prod()
np.square(x) round(x) np.rint(x) np.sign(x) math.sin(x) np.sin(x) math.sinh(x) np.sinh(x)
math.sqrt(u) np.sqrt(u) np.sum(theta) theta.sum() math.tan(x) np.tan(x) math.tanh(x) np.tanh(x)
math.trunc(x) np.trunc(x) total(theta)
x**int(8*u) float(int(x)**3) float(int(x)//2) float(int(x)%3) round(x,2) int(4*x)>>1^3&5
""".split()


@njit
def total(theta):
    out = 0.0
    for i, x in enumerate(theta):
        out += i * x
    for x, y in zip(theta, theta[::-1]):  # noqa: B905  Numba's zip has no strict
        out += x * y
    for i in range(0, theta.size, 2):
        out = 0.5 * out + theta[i]
    return out


@pytest.mark.slow
def test_every_function_that_is_promised():
    named = set(re.findall(r"[a-z]\w+", " ".join(CALLS)))
    inside = {"enumerate", "zip", "range", "slice"}  # in total()
    assert reader.KNOWN <= named | inside
    lines = ["def f(theta):", "    x, u, which = theta[0], theta[1], theta[2]"]
    for i, call in enumerate(CALLS):
        value = f"1.0 if {call} else 0.0" if re.search(r"\.is|bool", call) else f"float({call})"
        lines += [f"    if which == {i}:", f"        return {value}"]
    lines.append("    return 0.0")
    scope = {"np": np, "math": math, "total": total}
    exec("\n".join(lines), scope)
    f = scope["f"]
    problem = ml.Problem(f, lambda theta: [0.0, 0.0, 0.0], start=[1.5, 0.25, 0.0])
    there = page(problem)
    points = [
        (x, u, i)
        for i in range(len(CALLS))
        for x in (-2.5, -1.0, 0.5, 1.5, 2.0)
        for u in (0.125, 0.7)
    ]
    expected = problem.values(points)
    made = there.values(points, problem)
    for (x, u, i), one, other in zip(points, made, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-15), (CALLS[i], x, u)


def test_the_page_can_lend_all_that_a_module_may_want():
    """Each of them, in JavaScript, is a property of Math, or written as %."""
    out = subprocess.run(
        ["node", "-p", "JSON.stringify(Object.getOwnPropertyNames(Math))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(json.loads(out.stdout)) >= linker.MATHS - {"fmod"}


coefficients = st.floats(-4, 4, allow_subnormal=False).map(lambda x: round(x, 3))
terms = st.tuples(coefficients, st.integers(0, 4), st.integers(0, 4))


def polynomial(terms):
    """A Problem of the reader's: J and its gradient, typed out."""

    def text(terms):
        return " + ".join(f"{c!r} * theta[0]**{i} * theta[1]**{j}" for c, i, j in terms) or "0.0"

    along = [(c * i, i - 1, j) for c, i, j in terms if i]
    across = [(c * j, i, j - 1) for c, i, j in terms if j]
    scope = {}
    exec(
        f"def f(theta):\n    return {text(terms)}\n"
        f"def grad(theta):\n    return [{text(along)}, {text(across)}]\n",
        scope,
    )
    return ml.Problem(scope["f"], scope["grad"], start=[0.7, -0.4])


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    st.lists(terms, min_size=1, max_size=4), st.floats(1e-3, 0.1), st.sampled_from(sorted(METHODS))
)
def test_polynomials(terms, eta, name):
    problem = polynomial(terms)
    method = getattr(ml, name)(eta)
    # One that flies off to nan is run again as Python, which rounds powers in another way. (Which
    # polynomials are tried depends on the modules that are loaded.)
    assume(ml.minimize(problem, method, steps=80).compiled)
    there = Page(wasm.build([problem]))
    assert there.borrowed == []
    assert_same(there.run(problem, method, states=True), problem, method, True, states=True)
    points = np.array([[0.3, 1.1], [-2.0, 0.5]])
    assert np.array_equal(there.values(points, problem), problem.values(points))


def heavy_ball(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v


@njit
def sign_descent(theta, g, t, eta):
    return theta - eta * np.sign(g) / np.sqrt(t + 1)


def scaled(theta, m, s, grad, eta, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    s = max(beta2 * s, abs(grad))
    return theta - eta * m / (s + eps), m, s


@pytest.mark.slow
def test_own_steps():
    problem = ml.problems.rosenbrock()
    own = [
        ml.own(heavy_ball, eta=1e-3, gamma=ml.schedules.linear(0.5, 0.9, 80)),
        ml.own(sign_descent, eta=0.1),
        ml.own(scaled, eta=0.05, beta1=0.9, beta2=0.99, eps=1e-8),
        ml.own(heavy_ball, look_ahead=True, eta=1e-3, gamma=0.9),
    ]
    there = page(problem, own=tuple(method.step for method in own))
    assert there.borrowed == []
    for r, method in enumerate(own):
        made = there.run(problem, method, name=f"run0_{r}", states=True)
        assert_same(made, problem, method, True, states=True)
    made = there.run(problem, own[3], name="run0_3")
    assert np.array_equal(made[0], there.run(problem, ml.nag(1e-3, 0.9))[0])
    assert_same(there.run(problem, ml.adam(0.1)), problem, ml.adam(0.1), True)


def test_own_step_on_own_problem():
    problem = polynomial([(1.0, 2, 0), (0.5, 2, 2), (3.0, 0, 2)])
    method = ml.own(heavy_ball, eta=0.02, gamma=0.8)
    made = page(problem, own=(heavy_ball,)).run(problem, method, name="run0_0")
    assert_same(made, problem, method, True)


def test_the_readers_own_function_is_left_as_it_is():
    step = njit(lambda theta, g, eta: theta - eta * g)
    wasm.build([ml.problems.saddle()], [step])
    assert step.overloads == {} or all(
        not o.library.get_llvm_str().count("optnone") for o in step.overloads.values()
    )
    options = compiler.config.OPT, compiler.config.LOOP_VECTORIZE
    with pytest.raises(TypeError):
        wasm.build([ml.problems.saddle()], [lambda theta, g: [theta][0] - np.array([g])[0]])
    assert (compiler.config.OPT, compiler.config.LOOP_VECTORIZE) == options


# --- What is refused ----------------------------------------------------------------

# What a function does, which sentence it gets, and what it is told to do instead.
PLAIN = "return plain numbers instead: return theta"
COORDINATES = "return one number a coordinate, as in return 2 * theta[0], 20 * theta[1]"
ONE = "return one number made of theta[0], theta[1], …"
ONE_CORE = "a page has one processor"
NUMBERS = f"write it with {reader.NUMBERS}"
REFUSED = [
    ("step", "return theta - np.array([eta * g])[0]", "makes an array (np.array, line 3)", PLAIN),
    (
        "step",
        "out = np.zeros(1)\n    out[0] = g\n    return theta - eta * out[0]",
        "makes an array (np.zeros, line 3)",
        PLAIN,
    ),
    (
        "step",
        "parts = [theta, g]\n    return parts[0] - eta * parts[1]",
        "makes a list (line 3)",
        PLAIN,
    ),
    ("step", "return theta - eta * sum([g for _ in range(2)])", "makes a list (line 3)", PLAIN),
    (
        "step",
        "parts = {1: g}\n    return theta - eta * parts[1]",
        "makes a dictionary (line 3)",
        PLAIN,
    ),
    (
        "step",
        "parts = {g, eta}\n    return theta - eta * len(parts)",
        "makes a set (line 3)",
        PLAIN,
    ),
    (
        "step",
        "print(theta)\n    return theta - eta * g",
        "prints (print, line 3)",
        "leave print out, and look at the numbers in the notebook",
    ),
    ("step", "return theta - eta * len(str(1))", "makes text (str, line 3)", NUMBERS),
    (
        "step",
        "return theta - eta * helper(g)",
        "calls helper, which is not compiled (line 3)",
        "put @njit above helper, or write its formula in step",
    ),
    ("step", "return theta - eta * pointer(g)", "calls an object (line 3)", NUMBERS),
    (
        "step",
        "return theta - eta * recursive(g)",
        "calls itself (line 5)",
        reader.INSTEAD["itself"],
    ),
    (
        "step",
        "return theta - eta * parallel(g)",
        "calls parallel, which has parallel=True",
        ONE_CORE,
    ),
    ("step", "return theta - eta * allocating(g)", "makes an array (np.empty, line 2)", PLAIN),
    ("step", "return theta - eta * stored(g)", "makes an array (np.zeros, line 3)", PLAIN),
    (
        "step",
        "return theta - eta * np.random.normal()",
        "calls np.random.normal, which a page does not have (line 3)",
        reader.INSTEAD["random"],
    ),
    (
        "step",
        "return theta - eta * math.gamma(g)",
        "calls math.gamma, which a page does not have (line 3)",
        NUMBERS,
    ),
    ("step", 'return theta - eta * float(f"{g}")', "can't be compiled (line 2)", NUMBERS),
    (
        "step",
        "with open(os.devnull):\n        return theta - eta * g",
        "can't be compiled (line 3: with open(os.devnull):)",
        NUMBERS,
    ),
    (
        "step",
        "import math\n    return theta - eta * g",
        "can't be compiled (line 3: import math)",
        NUMBERS,
    ),
    (
        "step",
        "try:\n        return theta - eta / g\n    except Exception:\n        return theta",
        "catches exceptions (try, line 4)",
        "test the numbers with if instead",
    ),
    (
        "step",
        "try:\n        return theta - eta / g\n    except ZeroDivisionError:\n        return theta",
        "catches exceptions with try (line 3)",
        "test the numbers with if instead",
    ),
    (
        "step",
        "return theta - eta * np.clip(g, -1, 1)",
        "calls np.clip, which a page does not have (line 3)",
        reader.INSTEAD["clip"],
    ),
    (
        "step",
        "return theta - eta * g / math.factorial(3)",
        "calls math.factorial, which a page does not have (line 3)",
        reader.INSTEAD["factorial"],
    ),
    (
        "step",
        "def f(n):\n        return 1 if n < 2 else n * f(n - 1)\n    return theta - f(3) * g",
        "calls itself (line 4)",
        reader.INSTEAD["itself"],
    ),
    (
        "step",
        "return theta if eta < 1e-9 else step(theta, g, eta / 2)",
        "calls itself (line 3)",
        reader.INSTEAD["itself"],
    ),
    (
        "step",
        "return theta - eta * Thing().x",
        "uses Thing, which is no number, array or compiled function (line 3)",
        NUMBERS,
    ),
    (
        "grad",
        "return 2 * theta",
        "makes an array (arithmetic on whole arrays, line 3)",
        COORDINATES,
    ),
    ("grad", "return -theta", "makes an array (arithmetic on whole arrays, line 3)", COORDINATES),
    ("grad", "return theta.copy()", "makes an array (copy, line 3)", COORDINATES),
    (
        "grad",
        "return np.array([theta[0], theta[1]]) * 2",
        "makes an array (np.array, line 3)",
        COORDINATES,
    ),
    (
        "grad",
        "return np.array([2 * x for x in theta])",
        "makes a list (a comprehension, line 2)",
        COORDINATES,
    ),
    ("grad", "return part(theta)", "makes an array (part, line 3)", COORDINATES),
    ("grad", "return A @ theta", "makes an array (@, line 3)", COORDINATES),
    ("f", "return np.sum(theta ** 2)", "makes an array (arithmetic on whole arrays, line 3)", ONE),
    ("f", "return theta @ theta", "calls @, which a page does not have (line 3)", NUMBERS),
    (
        "f",
        "return np.dot(theta, theta)",
        "calls np.dot, which a page does not have (line 3)",
        reader.INSTEAD["dot"],
    ),
    (
        "f",
        "return np.linalg.norm(theta)",
        "calls np.linalg.norm, which a page does not have (line 3)",
        reader.INSTEAD["norm"],
    ),
    ("f", "return theta[np.array([0, 1])][0]", "makes an array (np.array, line 3)", ONE),
    ("f", "return np.max(theta)", "calls np.max, which a page does not have (line 3)", NUMBERS),
    ("f", "return theta.max()", "calls max, which a page does not have (line 3)", NUMBERS),
    ("f", "return np.where(theta[0] > 0, 1.0, 2.0)", "makes an array (np.where, line 3)",
     reader.INSTEAD["where"]),
]  # fmt: skip
HEADS = {"step": "def step(theta, g, eta):", "grad": "def grad(theta):", "f": "def f(theta):"}

CHILD = """
import json, linecache, math, os, sys
import numpy as np
from numba import njit
import momentumlib as ml
from momentumlib.live.wasm import reader
from momentumlib.live import wasm

A = np.eye(2)
class Thing:
    x = 1.0
def helper(x):
    return x
@njit
def part(theta):
    return theta[:]

def source(name, text, **scope):
    linecache.cache[name] = len(text), None, text.splitlines(True), name
    scope.update(globals())
    exec(compile(text, name, "exec"), scope)
    return scope

made = "def allocating(x):\\n    out = np.empty(2)\\n    out[0] = x\\n    return out[0]\\n"
allocating = njit(source("made.py", made)["allocating"])
sys.path.insert(0, sys.argv[1])
from helpers import parallel, pointer, recursive, stored

for number, (what, text) in enumerate(json.load(sys.stdin)):
    function = source(f"cell{number}.py", text)[what]
    try:
        if what == "step":
            wasm.build([ml.problems.saddle()], [function])
        else:
            both = {"f": lambda theta: theta[0], "grad": lambda theta: (1.0, 0.0), what: function}
            wasm.build([ml.Problem(**both, dim=2)])
        said = "nothing"
    except TypeError as error:
        said = str(error)
    print(json.dumps(said), flush=True)
"""


# In a file, so that Numba takes the function from the disk the second time.
HELPERS = """import numpy as np, numba
@numba.njit("float64(float64)", cache=True)
def stored(x): return np.zeros(2)[0] + x
@numba.njit
def recursive(x): return 1.0 if x < 1 else recursive(x - 1)
@numba.njit(parallel=True)
def parallel(x):
    total = 0.0
    for i in numba.prange(3): total += x
    return total
pointer = numba.cfunc("float64(float64)")(lambda x: x)
"""


def child(code, cases, folder):
    """What a process said of each case, and how it ended."""
    (folder / "helpers.py").write_text(HELPERS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], input=json.dumps(cases), capture_output=True,
        text=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines() if line[0] == '"'], done


def refused():
    for what, body, trouble, advice in REFUSED:
        text = f"# the reader's cell\n{HEADS[what]}\n    {body}\n"
        yield what, text, f"{what} {trouble}; {advice}"


@pytest.mark.slow
def test_what_is_refused_and_how(tmp_path):
    cases = list(refused())
    said, done = child(CHILD, [case[:2] for case in cases], tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert said == [sentence for *_, sentence in cases]


@pytest.mark.slow
def test_the_last_net(tmp_path):
    """With no look at the source at all, what is left to call is still looked at."""
    blind = CHILD.replace("for number", "reader._look = lambda *_: None\nfor number")
    allocating = [case[:2] for case in refused() if "makes" in case[2] and "part" not in case[1]]
    cases = allocating[::2]
    said, done = child(blind, cases, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(said) == len(cases)
    for case, sentence in zip(cases, said, strict=True):
        assert "which a page does not have" in sentence or "can't be compiled" in sentence, case


def test_arguments_that_are_no_problems_or_steps():
    with pytest.raises(TypeError, match="problems must hold Problems, but one is 3"):
        wasm.build([3])
    with pytest.raises(TypeError, match="f must be written as a function, with def"):
        wasm.build([ml.Problem(np.sum, lambda theta: (1.0, 1.0), dim=2)])
    with pytest.raises(TypeError, match="step must return theta and v, as numbers"):
        wasm.build([ml.problems.saddle()], [lambda theta, v, g: theta])


def test_numbers_of_a_module_are_leb128():
    """Seven bits a byte, the lowest first; all but the last byte have the eighth bit."""
    for n in (0, 1, 127, 128, 300, 16383, 16384, 624485, 2**31):
        bits = f"{n:b}".zfill(7 * max(1, -(-n.bit_length() // 7)))
        sevens = [int(bits[k : k + 7], 2) for k in range(0, len(bits), 7)][::-1]
        wanted = bytes([seven + 128 for seven in sevens[:-1]] + sevens[-1:])
        assert linker._number(n) == wanted
        assert linker._Bytes(wanted + b"rest").number() == n
        # i32.const takes a signed number: the bit before the last seven is its sign
        assert linker._constant(n) == b"\x41" + wanted[:-1] + bytes([wanted[-1] | 128, 0, 0x0B])
    source = linker._Bytes(linker._block(b"x" * 200) + b"y")
    assert (source.block(), source.byte(), bool(source)) == (b"x" * 200, ord("y"), False)


def test_what_numba_could_not_type_is_said_of_the_readers_line():
    def step(theta, g, eta):
        return theta - eta * g

    error = "Untyped global name '{}': Cannot determine Numba type of <class '{}'>\n{}"
    place = 'File "test_wasm.py", line 7:'
    assert reader._sentence("step", step, error.format("helper", "function", place)) == (
        "step calls helper, which is not compiled (line 7); "
        "put @njit above helper, or write its formula in step"
    )
    assert reader._sentence("step", step, error.format("Thing", "type", place)) == (
        "step uses Thing, which is no number, array or compiled function (line 7); "
        f"write it with {reader.NUMBERS}"
    )
    first = step.__code__.co_firstlineno
    assert f"(line {first})" in reader._sentence("step", step, "something else")
    assert reader._instead("np.random.normal") == reader.INSTEAD["random"]
    assert reader._instead("np.linalg.norm") == reader.INSTEAD["norm"]
    assert reader._instead("np.sqrt") is None


def test_what_is_written_in_a_function_is_found_with_its_line():
    def tries(theta):
        try:
            return 1 / theta
        except ZeroDivisionError:
            return 0.0

    def again(n):
        return 1 if n < 2 else n * again(n - 1)

    def clipped(theta):
        total = abs(theta)
        return np.clip(total, 0, 1)

    for function, down, what, instead in (
        (tries, 1, "catches exceptions with try", "try"),
        (again, 1, "calls itself", "itself"),
        (clipped, 2, "calls np.clip, which a page does not have", "clip"),
    ):
        line = function.__code__.co_firstlineno + down
        assert reader._written_trouble(function) == (what, line, reader.INSTEAD[instead])
    assert reader._written_trouble(assert_close) is None


def test_long_lines_are_not_quoted():
    sentence = reader._sentence("f", lambda: 0, "no line in here")
    assert re.fullmatch(r"f can't be compiled \(line \d+\); write it with .*", sentence)
    assert textwrap.shorten(sentence, 300) == sentence


WITHOUT_JIT = """
import hashlib, json
import momentumlib as ml
from momentumlib import kernels
from momentumlib.live import wasm
def step(theta, g, eta):
    return theta - eta * g
own = ml.Problem(lambda theta: theta[0] ** 2, lambda theta: (2 * theta[0], 0.0), dim=2)
built = wasm.build([ml.problems.quadratic(10)]), wasm.build_map()
print(json.dumps([hashlib.sha256(module).hexdigest() for module in built]))
assert wasm.build([own], [step]).startswith(b"\\0asm")
"""


@pytest.mark.slow
def test_figures_are_compiled_where_numba_s_compiler_is_switched_off(tmp_path):
    def built(**switch):
        folder = tmp_path / f"cache{len(switch)}"
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_JIT], capture_output=True, text=True,
            env={**os.environ, "NUMBA_CACHE_DIR": str(folder), **switch},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    assert built(NUMBA_DISABLE_JIT="1") == built()


@pytest.mark.slow
def test_no_file_is_read_in_the_machine_s_own_encoding():
    code = "import momentumlib as ml; ml.live.race; ml.predict.choice; ml.datasets; ml.models"
    command = [sys.executable, "-X", "warn_default_encoding", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    said = [line for line in done.stderr.splitlines() if "EncodingWarning" in line]
    assert not [line for line in said if "momentumlib" in line]


def test_a_step_that_makes_an_array_is_refused():
    """One of the many of `test_what_is_refused_and_how`, without a process of its own."""

    def step(theta, g, eta):
        room = np.empty(2)
        room[0] = eta * g
        return theta - room[0]

    with pytest.raises(TypeError, match=r"^step makes an array \(np.empty, line \d+\)"):
        wasm.build([ml.problems.quadratic()], [step])
