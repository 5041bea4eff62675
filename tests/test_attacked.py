"""What was attacked: each case has its tests (attacked.toml), and what fits in no other file."""

import copy
import functools
import json
import os
import pickle
import re
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Timer

import numpy as np
import pytest

import momentumlib as ml
from cases import UNJITTED, Cost, Slope
from checking import function, held
from momentumlib.workers import gather

HERE = Path(__file__).parent
ROOT = HERE.parent
TABLE = tomllib.loads((HERE / "attacked.toml").read_text("utf-8"))


def defined(file, known={}):  # noqa: B006 - each file is read once
    """(the text of a file of tests, the names of its tests)."""
    if file not in known:
        text = (HERE / file).read_text("utf-8")
        known[file] = text, set(re.findall(r"^def (test_\w+)", text, re.M))
    return known[file]


@pytest.mark.parametrize("part", TABLE)
def test_every_case_has_its_tests(part):
    """They exist, with the rows that are named; "right" is a reason instead, in a sentence."""
    for case, entry in TABLE[part].items():
        tests = entry if isinstance(entry, list) else entry.get("tests", [])
        right = "" if isinstance(entry, list) else entry["right"]
        assert tests or right.endswith("."), case
        assert len(set(tests)) == len(tests), case
        for name in tests:
            file, test, row = re.fullmatch(r"([\w/]+\.py)::(\w+)(?:\[(.+)\])?", name).groups()
            text, names = defined(file)
            assert test in names, name
            assert row is None or row in text, name


@pytest.mark.parametrize("part", TABLE)
def test_no_case_is_left_out(part):
    """They are numbered, and lettered within a number, without a gap."""
    first = {"high": 6}.get(part, 1)
    places = [re.match(r"(\d*)([a-z]?)\. \S", case).groups() for case in TABLE[part]]
    numbers = list(dict.fromkeys(number for number, _ in places))
    if numbers != [""]:
        assert numbers == [str(first + k) for k in range(len(numbers))]
    for number in numbers:
        letters = "".join(letter for of, letter in places if of == number)
        assert letters == "abcdefghijklmnopqrstuvwxyz"[: len(letters)], number


# --- A study knows its functions ------------------------------------------------------


def one_parameter(f, **more):
    return ml.Problem(f, lambda theta: [1.0], start=[1.0], name="P", compile=False, **more)


def scaled(c, theta):
    return c * theta[0] ** 2


def shorter(c):
    def step(theta, g, eta):
        return theta - c * eta * g

    return lambda eta: ml.own(step, eta=eta)


#: What holds a number that a study has to know: a problem and a method.
READS = {
    "closure": lambda c: (one_parameter(lambda theta: c * theta[0] ** 2), ml.gd),
    "bound method": lambda c: (one_parameter(Cost(c).__call__), ml.gd),
    "partial": lambda c: (one_parameter(functools.partial(scaled, c)), ml.gd),
    "step": lambda c: (one_parameter(Cost(1.0)), shorter(c)),
    "minimum": lambda c: (one_parameter(Cost(1.0), minimum=-c), ml.gd),
}
QUIET = {"eta": [0.1, 0.2], "steps": 5, "progress": False}


@pytest.mark.parametrize("kind", READS)
def test_a_study_knows_what_a_function_reads(kind, tmp_path):
    once, again = (ml.sweep(*READS[kind](1.0), study=tmp_path, **QUIET) for _ in range(2))
    assert (once.loss == again.loss).all()
    with pytest.raises(ValueError, match=r"^study: .* holds the results of another sweep"):
        ml.sweep(*READS[kind](3.0), study=tmp_path, **QUIET)


def test_a_study_refuses_what_it_cannot_tell_apart(tmp_path):
    numbers = (float(k) for k in range(100))
    drawn = one_parameter(lambda theta: next(numbers))
    with pytest.raises(ValueError, match=r"^study: .*so that a study cannot know its sweep again"):
        ml.sweep(drawn, ml.gd, study=tmp_path / "s", **QUIET)
    assert not (tmp_path / "s").exists()


def test_a_figure_takes_its_still_from_a_run_that_can_be_stopped(monkeypatch):
    """What a figure shows first is made by `minimize`, which Ctrl-C ends: nothing runs before."""

    def stopped(*_, **__):
        raise KeyboardInterrupt

    figure = ml.live.race(ml.problems.quadratic(10), [ml.gd(0.1)])
    monkeypatch.setattr(sys.modules["momentumlib.live.race"], "minimize", stopped)
    with pytest.raises(KeyboardInterrupt):
        figure._repr_mimebundle_()


# --- A check claims what holds --------------------------------------------------------


def floored(takes, text):
    """A step with max(√s, ε) in place of √s + ε."""
    text = text.replace("ROOT", "np.maximum(np.sqrt(s), eps)")
    return function(f"def step({takes}):\n    {text}")


AVERAGE = "s = beta2 * s + (1 - beta2) * grad**2; "
LOOKS_LIKE = {
    "maximum": (
        floored("theta, s, grad, eta, beta2, eps", AVERAGE + "return theta - eta * grad / ROOT, s"),
        ml.check.rmsprop, "eps missing",
    ),
    "maximum, in rates": (
        floored("s, eta, eps", "return eta / ROOT"), ml.check.learning_rates, "eps missing",
    ),
    "maximum, in AMSGrad": (
        floored(
            "theta, m, s, s_max, grad, t, eta, beta1, beta2, eps",
            AVERAGE + "m = beta1 * m + (1 - beta1) * grad; s_max = np.maximum(s_max, s); "
            "kept, s = s, s_max / (1 - beta2 ** (t + 1)); "
            "return theta - eta * m / (1 - beta1 ** (t + 1)) / ROOT, m, kept, s_max",
        ),
        ml.check.amsgrad, "eps missing",
    ),
    "older ones": (
        lambda gradients, eta, gamma: (
            eta * gamma * np.sum(gradients[:-1], axis=0) + eta * gradients[-1]
        ),
        ml.check.weighted_sum, "two gradients",
    ),
    "cosine": (lambda t, eta, steps: float(t % 7), ml.check.cosine, "whole numbers"),
    "valley rate": (
        lambda eta, gamma, eigenvalues: float(len(eigenvalues)), ml.check.valley_rate,
        "whole numbers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LOOKS_LIKE)
def test_what_looks_like_a_mistake_is_not_called_so(kind):
    answer, check, mistake = LOOKS_LIKE[kind]
    verdict = check(answer)
    assert not verdict.passed
    assert verdict.mistake != mistake


class Mute:
    """What neither says what it is, nor is an array."""

    def __repr__(self):
        raise RuntimeError

    def __array__(self, *_, **__):
        raise RuntimeError


def recursive(theta, grad, eta):
    return recursive(theta, grad, eta)


STRANGE = {
    "mute": (Mute(), "no function"),
    "a number of 5000 digits": (10**5000, "no function"),
    "a module": (np, "no function"),
    "gives what is mute": (lambda theta, grad, eta: Mute(), "no numbers"),
    "gives a masked array": (
        lambda theta, grad, eta: np.ma.masked_array(theta - eta * grad, True), "no numbers",
    ),
    "gives a generator": (lambda theta, grad, eta: (x for x in theta), "no numbers"),
    "gives 10**400": (lambda theta, grad, eta: 10**400, "no numbers"),
    "a type": (float, "wrong arguments"),
    "stops an iteration": (lambda theta, grad, eta: next(iter(())), "raises"),
    "calls itself": (recursive, "raises"),
}  # fmt: skip


@pytest.mark.parametrize("kind", STRANGE)
def test_a_strange_answer_gets_a_sentence(kind):
    answer, mistake = STRANGE[kind]
    verdict = ml.check.gd(answer)
    assert (verdict.passed, verdict.mistake) == (False, mistake)
    assert "\n" not in verdict.message


def test_no_number_may_be_a_logarithm():
    verdict = ml.check.half_life(lambda gamma: np.log(0.5) / np.log(gamma - 2))
    assert verdict.mistake == "not a number"
    assert "the logarithm of a negative number" in verdict.message


#: Answers that have no name.
NAMELESS = {
    "cross_entropy": lambda scores, label: scores.sum() ** 3,
    "score_slope": lambda scores, label: scores**3,
    "top_curvature": lambda H, z, steps: z.sum() ** 3,
    "tail_average": lambda path, first: path[0] ** 3,
    "stored_theta": lambda stored, buffer, lr, momentum: stored**3,
    "accuracy": lambda probabilities, labels: np.mean(probabilities**3),
}


@pytest.mark.parametrize("name", NAMELESS)
def test_all_inputs_are_shown(name):
    verdict = getattr(ml.check, name)(NAMELESS[name])
    assert verdict.mistake == ""
    for argument in held(name)[name].takes:
        assert f"{argument} = " in verdict.difference


# --- Elsewhere ------------------------------------------------------------------------

TOUR = """
import hashlib, io, json, os, sys
from pathlib import Path
import matplotlib
matplotlib.use("agg")
import numpy as np
import momentumlib as ml

def heavy_ball(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v

folder = Path(sys.argv[1])
os.environ["MOMENTUMLIB_DATA"] = str(folder / "done")
valley = ml.problems.quadratic(10)
own = ml.Problem(
    lambda theta: theta[0] ** 2 + 3 * theta[1] ** 2, lambda theta: [2 * theta[0], 6 * theta[1]],
    start=[1.0, 2.0], minimizer=[0.0, 0.0], check=True,
)
mine = ml.minimize(own, ml.own(heavy_ball, eta=0.05, gamma=0.9), steps=30)
grid = {"eta": [0.01, 0.02], "gamma": [0.5, 0.9], "steps": 40, "progress": False}
sweeps = [ml.sweep(valley, ml.nag, study=folder / "study", **grid) for _ in range(2)]
wrong = ml.check.gd(lambda theta, grad, eta: theta + eta * grad)
right = ml.check.gd(lambda theta, grad, eta: theta - eta * grad)
figure = ml.live.race(valley, [ml.gd(0.1), heavy_ball], question="Wohin läuft θ?")
ml.plot.loss([mine]).figure.savefig(folder / "curve.svg")
model = ml.models.softmax(ml.datasets.digits(), batch=50)
told = {
    "theta": mine.theta[-1].tolist(), "compiled": mine.compiled,
    "sweep": [one.loss.tolist() for one in sweeps],
    "loss": ml.minimize(model, ml.adam(0.01), steps=3, keep=3).loss.tolist(),
    "verdicts": [wrong.mistake, right.message], "done": ml.check.progress().done,
    "module": hashlib.sha256(figure.module).hexdigest(), "shown": "Wohin" in figure.question,
    "files": sorted(path.name for path in folder.rglob("*") if path.is_file()),
}
print(json.dumps(told))
"""
UTF8 = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
#: What python is given before its program, and what is set in its environment.
ELSEWHERE = {
    "-O": (["-O"], {}),
    "-OO": (["-OO"], {}),
    "error": (["-W", "error"], {}),
    "C": ([], {"LC_ALL": "C", **UTF8}),
    "no home": ([], {"HOME": None, "XDG_CACHE_HOME": None, "XDG_DATA_HOME": None}),
    "as Python": ([], {"NUMBA_DISABLE_JIT": "1"}),
}


def tour(folder, flags, settings):
    """What a process says that goes once through the library."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": str(folder), **settings}
    (program := folder / "tour.py").write_text(TOUR, "utf-8")
    (folder := folder / "Läufe #1, 100 %").mkdir()
    given = {name: value for name, value in given.items() if value is not None}
    done = subprocess.run(
        [sys.executable, *flags, str(program), str(folder)], env=given, text=True,
        capture_output=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return tour(tmp_path_factory.mktemp("here"), [], {})[0]


@pytest.mark.slow
@pytest.mark.xdist_group("elsewhere")
@pytest.mark.parametrize("place", ELSEWHERE)
def test_elsewhere_it_is_the_same(place, here, tmp_path):
    """And nothing is said that nobody asked for."""
    flags, settings = ELSEWHERE[place]
    found, said = tour(tmp_path, flags, settings)
    plain = found["compiled"] != here["compiled"]
    near = dict(rel=1e-6 if plain else 0, abs=1e-12 if plain else 0)
    for name in ("theta", "loss"):
        assert found[name] == pytest.approx(here[name], **near), name
    assert np.array(found["sweep"]) == pytest.approx(np.array(here["sweep"]), **near)
    for name in ("verdicts", "done", "module", "shown", "files"):
        assert found[name] == here[name], name
    assert said == ""


@pytest.mark.slow
def test_three_processes_on_one_study(tmp_path):
    """Each computes what it does not find; all get the same, and the folder is whole."""
    script = """
        import sys, numpy as np, momentumlib as ml
        from test_study import GRID, Patient, problem, quiet
        swept = ml.sweep(problem(Patient), ml.momentum, **GRID, study=sys.argv[1], **quiet)
        print(swept.loss.sum())
    """
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    three = [subprocess.Popen(command, env=given, stdout=subprocess.PIPE) for _ in range(3)]
    told = [one.communicate()[0] for one in three]
    assert [one.returncode for one in three] == [0, 0, 0]
    assert told[0] == told[1] == told[2] != b""
    assert {path.suffix for path in tmp_path.iterdir()} == {".npz", ".txt"}


@pytest.mark.slow
def test_the_wheel_holds_what_the_library_needs(tmp_path):
    """All that lies in the library's folder is in it, and runs from there."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "-w", str(tmp_path)]
    source = tmp_path / "source"
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    files = [name for name in listed.stdout.splitlines() if name.startswith("momentumlib/")]
    for name in [*files, "pyproject.toml", "README.md", "LICENSE"]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        missing = set(files) - set(packed.namelist())
        packed.extractall(tmp_path / "installed")
    assert {Path(name).suffix for name in missing} <= {".md", ""}, missing
    told = "import momentumlib as ml; print(ml.__file__, ml.live.race, ml.datasets.digits().name)"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
    )  # fmt: skip
    assert done.stdout.startswith(str(tmp_path / "installed")), done.stderr


INTERRUPTED = """
    import os, signal, sys, threading, time
    import momentumlib as ml

    def cost(theta):
        while theta[0] < 1:
            theta[0] -= 1e-300
        return theta[0]

    endless = ml.Problem(cost, lambda theta: [1.0], start=[99.0])
    settings = {"eta": [1.0, 0.1], "progress": False, "study": sys.argv[1]}
    ml.sweep(endless, ml.gd, **settings | {"steps": 60, "study": sys.argv[1] + "0"})

    def ring():
        while not os.path.isdir(sys.argv[1]):
            time.sleep(0.01)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=ring).start()
    try:
        ml.sweep(endless, ml.gd, steps=200, **settings)
    except KeyboardInterrupt:
        print(ml.sweep(ml.problems.quadratic(10), ml.gd, eta=[0.01], progress=False).status)
"""


@pytest.mark.slow
@pytest.mark.skipif(UNJITTED, reason="Python hears Ctrl-C by itself")
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way")
def test_ctrl_c_ends_a_sweep(tmp_path):
    """Even where a part of it never ends; another one runs after it, and the process ends."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(INTERRUPTED), str(tmp_path / "s")], text=True,
        capture_output=True, timeout=200, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "['max_steps']\n"), done.stderr


def test_ctrl_c_keeps_what_is_done_and_takes_back_what_has_not_begun(tmp_path):
    """Here one part runs when it comes, one is done, and the others wait."""
    kept, begun, second, go = {}, [], Event(), Event()

    def work(k):
        begun.append(k)
        if k == 1:
            second.set()
            go.wait(10)
        return k

    def keep(k, result):
        if not second.is_set():  # the first is about to be written
            second.wait(10)
            Timer(0.1, go.set).start()
            raise KeyboardInterrupt
        kept[k] = result

    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(KeyboardInterrupt):
            gather(work, [(k,) for k in range(9)], executor, keep=keep, progress=False)
        assert executor.submit(int, 3).result() == 3
    assert kept == {0: 0, 1: 1}
    assert begun == [0, 1]


# --- Names and folders ----------------------------------------------------------------


def test_a_contest_stays_in_its_folder(tmp_path):
    names = ["../out", "/tmp/out", "a/b", "..", "GD, γ = 0", "con:<1>"]
    entrants = {name: (ml.gd, {"eta": [0.1, 0.2]}) for name in names}
    folder = tmp_path / "study" / "of this"
    made = [
        ml.contest(ml.problems.quadratic(4), entrants, steps=3, progress=False, study=folder)
        for _ in range(2)
    ]
    assert str(made[0]) == str(made[1])
    assert [path.name for path in tmp_path.iterdir()] == ["study"]
    found = sorted(path.name for path in folder.iterdir())
    assert found == sorted(["..%2fout", "%2ftmp%2fout", "a%2fb", "%2e%2e", "GD, γ = 0",
                            "con%3a%3c1%3e"])  # fmt: skip


@pytest.mark.parametrize("way", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy, copy.copy])
def test_a_copy_of_a_problem_is_write_protected(way):
    own = ml.Problem(Cost(1.0, 4.0), Slope(1.0, 4.0), dim=2, minimizer=[0.0, 0.0])
    for problem in (ml.problems.quadratic(4), ml.problems.himmelblau(), own):
        twin = way(problem)
        for name in ("start", "minimizer", "eigenvalues"):
            array = getattr(twin, name)
            assert array is None or not array.flags.writeable
        with pytest.raises(ValueError, match="start must hold finite numbers"):
            twin.start = [np.nan] * twin.dim


def test_a_module_that_the_disk_has_damaged_is_made_anew(tmp_path, monkeypatch):
    store = pytest.importorskip("momentumlib.live.wasm.store")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    made = []
    make = lambda: made.append(1) or b"module"
    for harm in (None, None, b"", b"module", b"x" * 40):
        (file,) = tmp_path.glob("*") if made else (None,)
        if harm is not None:
            file.write_bytes(harm)
        assert store.stored("key", make) == b"module"
    assert len(made) == 4


def test_without_a_home_folder_nothing_is_written_here(tmp_path, monkeypatch):
    store = pytest.importorskip("momentumlib.live.wasm.store")
    from momentumlib.check.engine import record
    from momentumlib.kernels import ready

    nowhere = lambda path: path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os.path, "expanduser", nowhere)
    for name in ("NUMBA_CACHE_DIR", "MOMENTUMLIB_DATA", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(record, "user_data_path", lambda *_, **__: Path("~/.local/share"))
    monkeypatch.setattr(store, "user_cache_dir", lambda *_: "~/.cache/momentumlib")
    assert store.stored("key", lambda: b"module") == b"module"
    assert all(path.is_absolute() for path in ready._folders())
    said = record.keep("gd")
    assert said.endswith("there is no home folder; MOMENTUMLIB_DATA can name another.")
    assert list(tmp_path.iterdir()) == []


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    (home := tmp_path / "home").mkdir()
    (here := tmp_path / "here").mkdir()
    monkeypatch.chdir(here)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("MOMENTUMLIB_DATA", "~/done")
    assert ml.check.gd(lambda theta, grad, eta: theta - eta * grad)
    ml.check.progress(export="~/mine.json")
    ml.check.progress(add="~/mine.json")
    ml.sweep(ml.problems.quadratic(4), ml.gd, study="~/study", **QUIET)
    assert sorted(path.name for path in home.iterdir()) == ["done", "mine.json", "study"]
    assert list(here.iterdir()) == []


def test_a_step_whose_name_begins_with_a_line_is_named_in_a_legend():
    """matplotlib leaves out what begins with _."""

    def _mine(theta, g):
        return theta - 0.1 * g

    assert ml.own(_mine).label == "mine"
    _mine.__name__ = "__"
    assert ml.own(_mine).label == "own"


@pytest.mark.parametrize("path", ["", ".", "/", "a\0b"])
def test_what_is_no_file_to_export_to_gets_a_sentence(path):
    with pytest.raises(ValueError, match=r"^export must be a file that can be written") as caught:
        ml.check.progress(export=path)
    assert "\n" not in str(caught.value)


# --- What a page sends ------------------------------------------------------------------


@pytest.mark.parametrize("make", [
    lambda: ml.live.race(ml.problems.quadratic(10), [ml.gd(0.1)]),
    lambda: ml.live.ball(ml.problems.wavy(dim=1)),
])  # fmt: skip
def test_a_page_sets_what_a_reader_sets_and_nothing_else(make):
    figure = make()
    names = ["problems", "methods", "module", "_esm", "nothing"]
    before = {name: getattr(figure, name, None) for name in names}
    figure.set_state({"eta": 0.02, **dict.fromkeys(names, "a")})
    assert figure.eta == 0.02
    assert {name: getattr(figure, name, None) for name in names} == before
    for name, bad in (("problem", 1), ("problem", 10**30), ("eta", float("nan")), ("eta", "9" * 99),
                      ("start", None), ("steps", 1e300), ("step", [])):  # fmt: skip
        with pytest.raises((TypeError, ValueError), match=rf"^{name} must") as caught:
            figure.set_state({name: bad})
        assert "\n" not in str(caught.value)
    assert (figure.problem, figure.eta) == (0, 0.02)


@pytest.mark.parametrize("make", [
    lambda bad: ml.minimize(ml.Problem(lambda theta: bad, lambda theta: theta, dim=1), ml.gd(0.1)),
    lambda bad: ml.minimize(ml.Problem(lambda theta: 1.0, lambda theta: bad, dim=1), ml.gd(0.1)),
    lambda bad: ml.minimize(ml.problems.saddle(), ml.own(lambda theta, g: bad)),
    lambda bad: ml.own(lambda theta, g, a: theta, data={"a": bad}),
])  # fmt: skip
def test_what_is_no_array_is_said_to_be_none(make):
    """Even where it says so itself, in its own way."""
    with pytest.raises(TypeError, match=r"must (return|be) .* Mute") as caught:
        make(Mute())
    assert "\n" not in str(caught.value)
