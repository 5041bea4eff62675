"""What a run may cost: Ctrl-C ends it, memory is asked for in a sentence, no folder is needed."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from cases import UNJITTED
from momentumlib import binding

VALLEY = ml.problems.quadratic(10)


# --- Ctrl-C -----------------------------------------------------------------------------

INTERRUPTED = """
import json, os, signal, sys, threading, time
import numpy as np
import momentumlib as ml
valley = ml.problems.quadratic(10, dim=2)
def endless(theta, g, t):
    while t > 70:
        t += 1
    return theta - 0.01 * g
def cost(theta):
    while theta[0] < 1:
        theta[0] -= 1e-300
    return theta[0]
problems = {
    "built in": (valley, ml.gd(1e-9), {"steps": 10**10, "keep": 10**9}),
    "chunks": (valley, ml.own(lambda theta, g: theta - 1e-9 * g), {"steps": 10**10, "keep": 10**9}),
    "endless step": (valley, ml.own(endless), {"steps": 200}),
    "endless cost": (ml.Problem(cost, lambda theta: [1.0], start=[99.0]), ml.gd(1.0),
                     {"steps": 200}),
}
problem, method, settings = problems[sys.argv[1]]
ml.minimize(problem, method, **settings | {"steps": 60})  # compiles what the interrupted one runs
threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    ml.minimize(problem, method, **settings)
except KeyboardInterrupt:
    after = ml.minimize(ml.problems.quadratic(10), ml.gd(0.01), steps=10)
    print(json.dumps({"after": after.steps, "threads": threading.active_count()}))
"""


def python(code, *arguments, **environment):
    command = [sys.executable, "-c", code, *arguments]
    given = {**os.environ, "PYTHONPATH": str(Path(ml.__file__).parents[1]), **environment}
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.skipif(UNJITTED, reason="Python hears Ctrl-C by itself")
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way")
@pytest.mark.parametrize("kind", ["built in", "chunks", "endless step", "endless cost"])
def test_ctrl_c_ends_a_compiled_run(kind):
    """Even an endless loop: its thread stays behind, and ends with the process."""
    assert python(INTERRUPTED, kind)["after"] == 10


def test_ctrl_c_comes_back_at_once_and_the_thread_beside_begins_no_other_piece(monkeypatch):
    began, go, threads, seen = threading.Event(), threading.Event(), [], []

    class Interrupted(threading.Thread):
        def join(self, timeout=None):
            threads.append(self)
            assert began.wait(20)
            raise KeyboardInterrupt

    def piece(number):
        seen.append(number)
        began.set()
        go.wait(20)

    with monkeypatch.context() as patch:
        patch.setattr(binding.threading, "Thread", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            binding._beside(piece, [(1,), (2,)])
    go.set()
    threading.Thread.join(threads[0], 20)
    assert seen == [1]
    assert threads[0].daemon
    with pytest.raises(ZeroDivisionError):
        binding._beside(divmod, [(1, 1), (1, 0), (1, 1)])
    binding._beside(lambda number: seen.append(number), [(5,), (6,)])
    assert seen == [1, 5, 6]


def test_a_run_in_pieces_is_the_same_run(monkeypatch):
    from momentumlib import run

    settings = [
        {"noise": 0.2, "seed": 3}, {"restart": ml.restarts.every(13), "states": True},
        {"restart": ml.restarts.on_increase()}, {"tol": 1e-3}, {"keep": 7, "states": True},
        {"keep": 9, "restart": ml.restarts.on_gradient()}, {"keep": 8, "noise": 0.1},
    ]  # fmt: skip
    methods = [ml.nag(0.01, ml.schedules.nesterov()), ml.adam(0.1), ml.gd(0.3),
               ml.own(lambda theta, v, g, t: (theta - 0.01 * (g + v), 0.5 * v + g))]  # fmt: skip
    for method in methods:
        for given in settings:
            found = []
            # all in one, ten steps a piece (one with noise), or one, of which each is too much
            for touched in (50_000_000, 560, 1):
                monkeypatch.setattr(run, "TOUCHED", touched)
                found.append(ml.minimize(VALLEY, method, steps=300, **given))
            whole, *others = found
            for pieces in others:
                for name in ("theta", "loss", "grad_norm", "restarts", "t", "status"):
                    assert np.array_equal(getattr(whole, name), getattr(pieces, name)), (
                        name,
                        given,
                    )
                if "states" in given:
                    assert np.array_equal(whole.states, pieces.states)


# --- Memory -----------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{}, {"states": True}, {"restart": ml.restarts.every(5)}])
def test_more_steps_than_memory_is_a_sentence(settings):
    size = {"": "32,000", "states": "80,000", "restart": "40,000"}["".join(settings)]
    with pytest.raises(ValueError, match=f"^steps = 1,000,000,000,000 would fill {size} GB of mem"):
        ml.minimize(VALLEY, ml.gd(0.1), steps=10**12, **settings)


def test_the_sentence_says_how_to_go_on():
    with pytest.raises(ValueError, match=r"keep fewer of them, as with keep=1000, or take fewer"):
        ml.minimize(VALLEY, ml.gd(0.1), steps=10**12)
    with pytest.raises(ValueError, match=r"GB of memory; take fewer steps"):
        ml.minimize(VALLEY, ml.gd(0.1), steps=10**13, keep=2)
    with pytest.raises(ValueError, match="GB of memory"):  # one value of η a step
        ml.minimize(VALLEY, ml.gd(ml.schedules.constant(0.1)), steps=10**12, keep=10**11)


def test_a_long_run_with_few_rows_needs_little_memory():
    run = ml.minimize(VALLEY, ml.gd(0.1), steps=10**12, keep=10**11, start=[0, 0], tol=1e-9)
    assert (run.status, run.steps) == ("converged", 0)


# --- What is too small, and too large ---------------------------------------------------

METHOD = ml.gd(0.1)
#: name of the argument, what takes it, its least value, and its largest, None for no end.
WHOLE = [
    ("steps", lambda n: ml.schedules.linear(0, 1, n), 1, 2**53),
    ("steps", lambda n: ml.schedules.linear_to_one(0.5, n), 1, 2**53),
    ("every", lambda n: ml.schedules.step(0.1, 0.5, n), 1, 2**53),
    ("steps", lambda n: ml.schedules.cosine(0.1, n), 1, 2**53),
    ("steps", lambda n: ml.schedules.warmup(n, 0.1), 0, 2**53),
    ("steps", lambda n: ml.schedules.one_cycle(0.01, 0.1, n), 1, 2**53),
    ("k", ml.restarts.every, 1, 2**31 - 1),
    ("keep", lambda n: ml.minimize(VALLEY, METHOD, steps=2, keep=n), 1, 2**62),
    ("steps", lambda n: ml.minimize(VALLEY, METHOD, steps=n), 0, None),
    ("seed", lambda n: ml.minimize(VALLEY, METHOD, steps=1, seed=n), 0, None),
    ("steps", lambda n: ml.sweep(VALLEY, ml.gd, eta=[0.1], steps=n), 1, None),
    ("dim", lambda n: ml.theory.worst_gap(1.0, n, 0), 1, 2**53),
    ("dim", lambda n: ml.problems.quadratic(dim=n), 1, 2**26),  # half a gigabyte
    ("dim", lambda n: ml.problems.wavy(dim=n), 1, 2**26),
    ("dim", lambda n: ml.problems.nesterov_worst(dim=n), 1, 2**26),
    ("dim", lambda n: ml.problems.logistic(rows=1, dim=n), 1, 2**26),
    ("rows", lambda n: ml.problems.logistic(rows=n, dim=4), 1, 2**24),
    ("channels", lambda n: ml.models.Layer(n), 1, 2**26),
    ("size", lambda n: ml.models.Layer(1, n), 0, 2**26),
    ("stride", lambda n: ml.models.Layer(1, 1, n), 1, 2**26),
    ("pad", lambda n: ml.models.Layer(1, 2**26, 1, n), 0, 2**26),
]  # fmt: skip


@pytest.mark.parametrize(("name", "take", "least", "most"), WHOLE)
def test_a_whole_number_has_its_ends(name, take, least, most):
    take(least)
    with pytest.raises(ValueError, match=f"^{name} must be at least {least}, but is {least - 1}$"):
        take(least - 1)
    if most is not None:
        with pytest.raises(ValueError, match=f"^{name} must be at most {most}, but is {most + 1}$"):
            take(most + 1)
        if name not in ("dim", "rows", "pad"):  # which would fill the memory
            take(most)


# --- A cost of many parameters ------------------------------------------------------------


def large(dim, wrong=None):
    curvatures = np.linspace(1, 2, dim)

    def grad(theta):
        g = curvatures * theta
        if wrong is not None:
            g[wrong] *= -1 if isinstance(wrong, slice) else 1.001
        return g

    cost = lambda theta: float(curvatures @ theta**2 / 2)
    return lambda: ml.Problem(cost, grad, dim=dim, check=True)


def test_check_looks_at_a_sample_of_many_parameters():
    calls = []

    def cost(theta):
        calls.append(1)
        return float(theta @ theta / 2)

    ml.Problem(cost, lambda theta: theta, dim=20_000, check=True)
    assert len(calls) < 300
    large(20_000)()


def test_check_finds_what_is_wrong_with_many_parameters():
    with pytest.raises(ValueError, match=r"grad disagrees with f .*its sign is wrong"):
        large(20_000, wrong=slice(None))()
    with pytest.raises(ValueError, match=r"its sum with random signs is"):
        large(20_000, wrong=slice(0, 4))()


def test_check_looks_at_each_of_few_parameters():
    for i in (0, 31, 63):
        with pytest.raises(ValueError, match=rf"coordinate {i} is"):
            large(64, wrong=i)()


# --- No folder for compiled code ------------------------------------------------------------

NOWHERE = """
import json, sys
import numpy as np
import momentumlib as ml
from numba.core import caching
from momentumlib import kernels
class Nowhere(caching._CacheLocator):
    @classmethod
    def from_function(cls, function, file):
        return None
if sys.argv[1] == "no folder":
    caching.CacheImpl._locator_classes = [Nowhere]
if sys.argv[1] == "full disk":
    def full(*arguments):
        raise OSError(28, "No space left on device")
    caching.IndexDataCacheFile.save = full
valley = ml.problems.quadratic(10)
run = ml.minimize(valley, ml.own(lambda theta, g: theta - 0.01 * g), steps=20)
said = {"compiled": run.compiled, "theta": run.theta[-1].tolist()}
if sys.argv[2:]:
    model = ml.models.softmax(ml.datasets.digits(), batch=50)
    said["loss"] = ml.minimize(model, ml.adam(0.01), steps=2, keep=2).loss.tolist()
    from numba.core.dispatcher import Dispatcher
    layers = ml.models.layers.forward, ml.models.layers.weight_grad
    said["layers"] = all(isinstance(f, Dispatcher) and f.signatures for f in layers)
    turned = ml.problems.quadratic(10, dim=5, angle=20)
    swept = ml.sweep(turned, ml.gd, eta=[0.01, 0.02], steps=5, progress=False)
    said["swept"] = swept.loss.tolist()
print(json.dumps(said))
"""


@pytest.mark.slow
@pytest.mark.skipif(UNJITTED, reason="nothing is compiled")
def test_no_folder_is_needed_for_compiled_code(tmp_path):
    """Neither the loops nor the layers of networks, which keep what they compile in one way."""
    found = python(NOWHERE, "a folder", "layers")
    assert found["compiled"]
    assert found["layers"]
    assert python(NOWHERE, "no folder", "layers", NUMBA_CACHE_DIR=str(tmp_path)) == found
    run = {name: found[name] for name in ("compiled", "theta")}
    assert python(NOWHERE, "full disk", NUMBA_CACHE_DIR=str(tmp_path)) == run
