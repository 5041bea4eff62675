"""What is loaded and compiled when: import, the second process, an edited formula, no Numba."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from cases import CASES

PACKAGE = Path(ml.__file__).parent


def python(code, *arguments, package=PACKAGE, cache=None):
    """Run code in a process of its own; what its last line says, read as JSON."""
    paths = os.pathsep.join(map(str, (package.parent, Path(__file__).parent)))
    environment = {**os.environ, "PYTHONPATH": paths}
    environment.pop("NUMBA_DISABLE_JIT", None)
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = str(cache)
        # The second process reads bytecode, as a reader's does.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(
        command, env=environment, cwd=package.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_import_loads_numpy_and_nothing_else():
    """Numba, matplotlib and the widgets come with the first use."""
    loaded = """
import json, sys
import numpy, numpy.lib.format
before = {name.split(".")[0] for name in sys.modules}
import momentumlib
after = {name.split(".")[0] for name in sys.modules}
print(json.dumps(sorted(after - before - set(sys.stdlib_module_names))))
"""
    assert python(loaded) == ["momentumlib"]


def test_describing_a_run_loads_nothing_either():
    """Problems, methods, schedules and theory are plain NumPy: only a run needs Numba."""
    described = """
import json, sys
import momentumlib as ml
valley = ml.problems.quadratic(kappa=100)
valley.f([1, 1]), valley.grad([1, 1])
method = ml.nag(0.01, ml.schedules.nesterov())
method.table(5), ml.restarts.every(3), ml.theory.polyak(1, 100)
print(json.dumps([name for name in ("numba", "matplotlib", "ipywidgets") if name in sys.modules]))
"""
    assert python(described) == []


def test_every_public_name_is_there():
    for name in ml.__all__:
        assert getattr(ml, name) is not None
    assert set(ml.__all__) <= set(dir(ml))
    for module in (ml.problems, ml.schedules, ml.restarts, ml.theory):
        assert module.__doc__


# --- The cache --------------------------------------------------------------------

RUNS = """
import json
import momentumlib as ml
valley = ml.problems.quadratic(kappa=10)
runs = [ml.minimize(valley, method, steps=20) for method in (ml.momentum(0.05), ml.adam(0.1))]
said = {"theta": [run.theta[-1].tolist() for run in runs], "loss": runs[0].loss[-1]}
print(json.dumps(said))
"""

COUNTED = f"""
from numba.core import event
with event.install_recorder("numba:compile") as compiled:
    {RUNS.replace(chr(10), chr(10) + 4 * " ").strip()}
    from momentumlib import kernels
    noisy = ml.minimize(valley, ml.nag(0.05), steps=20, noise=0.1, keep=3)
used = [kernels.compiled("advance")]
used += [one.dispatcher for one in (kernels.compiled("nothing"), *kernels.landscape("quadratic"))]
print(json.dumps(said | {{
    "hits": {{f.py_func.__qualname__: sum(f.stats.cache_hits.values()) for f in used}},
    "misses": {{f.py_func.__qualname__: sum(f.stats.cache_misses.values()) for f in used}},
    "package": ml.__path__[0],
    "compilations": len(compiled.buffer),
    "compiled": all(run.compiled for run in (*runs, noisy)),
}}))
"""


@pytest.fixture
def copied(tmp_path):
    """A copy of the package that a test may edit, and a cache of its own."""
    shutil.copytree(PACKAGE, tmp_path / "momentumlib", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "momentumlib", tmp_path / "cache"


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.slow
def test_the_cache_is_used_and_never_stale(copied):
    package, cache = copied
    first, second = (python(COUNTED, package=package, cache=cache) for _ in range(2))
    assert (first["compiled"], first["package"]) == (True, str(package))
    assert first["compilations"] > 0
    kept = sorted(path.name for path in cache.rglob("*.nb?"))
    assert len(first["misses"]) == 4
    assert set(first["misses"].values()) == {1}
    assert set(second["hits"].values()) == {1}, (second["misses"], kept)
    assert second["compilations"] == 0, kept
    assert (second["theta"], second["loss"]) == (first["theta"], first["loss"])

    # What an edit of any file with kernels changes must reach the result, through the cache.
    edit(
        package / "kernels" / "formulas.py",
        "v = gamma * v + eta * g\n    return theta - v, v",
        "v = gamma * v + 2 * eta * g\n    return theta - v, v",
    )
    third = python(RUNS, package=package, cache=cache)
    assert third["theta"][0] != first["theta"][0]  # momentum
    assert third["theta"][1] == first["theta"][1]  # Adam
    wanted = ml.minimize(ml.problems.quadratic(kappa=10), ml.momentum(0.1), steps=20)
    assert third["theta"][0] == wanted.theta[-1].tolist()

    edit(package / "landscapes.py", "total = 0.5 * params[0] * theta[0] * theta[0]", "total = 7.0")
    fourth = python(RUNS, package=package, cache=cache)
    assert fourth["theta"] == third["theta"]
    assert fourth["loss"] > 7.0


@pytest.mark.slow
def test_a_second_process_runs_what_the_book_has_without_loading_numba(tmp_path):
    loaded = """
import json, sys
import momentumlib as ml
run = ml.minimize(ml.problems.rosenbrock(), ml.nag(0.001), steps=20)
print(json.dumps([run.loss[-1], run.compiled, "numba" in sys.modules]))
"""
    first, second = (python(loaded, cache=tmp_path) for _ in range(2))
    assert first == [pytest.approx(second[0], rel=0), True, True]
    assert second[1:] == [True, False]


# --- Without Numba ----------------------------------------------------------------

EVERYTHING = """
import json, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numba", "llvmlite"):
            raise ImportError(f"{name} is not here")
if sys.argv[2] == "without":
    sys.meta_path.insert(0, Absent())
import numpy as np
import momentumlib as ml
from cases import CASES
methods = [
    ml.gd(0.002), ml.momentum(0.002), ml.nag(0.002), ml.rmsprop(0.03), ml.rmsprop(0.03, gamma=0.8),
    ml.adam(0.03), ml.adam(0.03, bias_correction=False), ml.nadam(0.03),
    ml.amsgrad(0.03, beta2=0.9), ml.adamw(0.03), ml.lion(0.03, weight_decay=0.1),
    ml.own(lambda theta, v, g, eta, t: (theta - eta * g + v / (t + 1), eta * v + g), eta=0.002),
]
rules = [None, ml.restarts.every(7), ml.restarts.on_increase(), ml.restarts.on_gradient()]
found = {}
for place, (problem, _) in CASES.items():
    for i, method in enumerate(methods):
        run = ml.minimize(problem, method, steps=30, restart=rules[i % 4], noise=i % 3, states=True)
        found[f"{place}|{i}|theta"], found[f"{place}|{i}|states"] = run.theta, run.states
        found[f"{place}|{i}|loss"], found[f"{place}|{i}|norm"] = run.loss, run.grad_norm
        found[f"{place}|{i}|marks"] = run.restarts
    found[f"{place}|values"] = problem.values(np.linspace(-1, 1, 6 * problem.dim).reshape(6, -1))
np.savez(sys.argv[1], **found)
print(json.dumps({"numba": "numba" in sys.modules, "compiled": run.compiled}))
"""

# exp, log, sin and cos may end in another digit in NumPy than in compiled code.
NEED_EXP_OR_SIN = ("ravine", "wavy", "logistic")


@pytest.fixture(scope="module")
def with_and_without(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    said = [python(EVERYTHING, folder / f"{kind}.npz", kind) for kind in ("with", "without")]
    assert said == [{"numba": True, "compiled": True}, {"numba": False, "compiled": False}]
    return [np.load(folder / f"{kind}.npz") for kind in ("with", "without")]


@pytest.mark.slow
@pytest.mark.xdist_group("without numba")
@pytest.mark.parametrize("place", CASES)
def test_without_numba_the_paths_are_the_same(with_and_without, place):
    """To the last bit where the formulas have + − × ÷ √ only."""
    one, other = with_and_without
    names = [name for name in one.files if name.startswith(f"{place}|")]
    assert len(names) == 12 * 5 + 1
    for name in names:
        if place.startswith(NEED_EXP_OR_SIN):
            assert other[name] == pytest.approx(one[name], rel=1e-9, abs=1e-11), name
        elif name.endswith(("loss", "norm", "values")):  # x ** 2 is a power in NumPy
            assert other[name] == pytest.approx(one[name], rel=1e-15), name
        else:
            assert (other[name] == one[name]).all(), name
