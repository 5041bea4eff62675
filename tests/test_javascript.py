"""The figures' JavaScript, by itself: runs tests/js with node's test runner."""

import json
import os
import shutil
import subprocess
import warnings
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import dialects, schedules, theory
from momentumlib.live.frame import figure
from momentumlib.live.noise import draws
from momentumlib.predict import prediction
from momentumlib.translation import translate

ROOT = Path(__file__).parent.parent
LENGTH = 230


def schedule_cases():
    """Each kind with settings as JavaScript takes them (T, start, end, …), and Python's values."""
    s, T, drawn = schedules, 120, [0.2, 0.9, 0.4, 1.0]
    along = lambda t: np.interp(t, np.linspace(0, T, len(drawn)), drawn)
    for kind, settings, schedule in [
        ("constant", [T, 0.9, 0], s.constant(0.9)),
        ("linear", [T, 0.5, 0.95], s.linear(0.5, 0.95, T)),
        ("linear_to_one", [T, 0.5, 0], s.linear_to_one(0.5, T)),
        ("sutskever", [T, 0, 0.99], s.sutskever(0.99)),
        ("sutskever", [T, 0, 0.4], s.sutskever(0.4)),
        ("nesterov", [T, 0, 0], s.nesterov()),
        ("step", [T, 0.02, 0], s.step(0.02, 0.5, T // 4)),
        ("step", [13, 0.02, 0], s.step(0.02, 0.5, 13 // 4)),
        ("cosine", [T, 0.02, 0], s.cosine(0.02, T)),
        ("warmup", [T, 0.02, 0], s.warmup(T // 10, 0.02)),
        ("warmup", [25, 0.02, 0], s.warmup(25 // 10, 0.02)),
        ("one_cycle", [T, 0.001, 0.01], s.one_cycle(0.001, 0.01, T)),
        ("one_cycle", [T, 0.95, 0.5], s.one_cycle(0.95, 0.5, T)),
        ("drawn", [T, 0, 0, drawn], along),
    ]:
        # Sutskever's stairs are 250 steps long
        values = schedule(np.arange(LENGTH if kind != "sutskever" else 1100))
        yield {"kind": kind, "settings": settings, "values": values.tolist()}


def root_cases():
    """The roots of one direction, which creeps, swings, flips or grows, as pairs."""
    for nag, eta, gamma in product((False, True), (0.01, 0.3, 1.5, 3.5), (0.0, 0.5, 0.95)):
        pair = theory.roots((ml.nag if nag else ml.momentum)(eta, gamma), 1.2)
        yield [nag, eta, gamma, 1.2, [[root.real, root.imag] for root in pair], abs(pair).max()]


def translation_cases():
    """Every pair of frameworks with settings that call for every note, and Python's answers."""
    values = {"decay": [0.0, 0.2], "nesterov": [False, True], "dampening": [0.0, 0.5]}
    values |= {"gamma": [0.0, 0.9], "eps": [0.0, 1e-8], "eta": [1 / 3, 1e-5]}
    for family, rows in dialects.DIALECTS.items():
        names = {}
        for row in rows:
            names.setdefault(row["framework"], {}).update(row["names"])
        for source, target in product(names, names):
            axes = [values.get(name, [old]) if name in names[source] else [old]
                    for name, old in dialects.SETTINGS[family].items()]  # fmt: skip
            for choice in product(*axes):
                ours = dict(zip(dialects.SETTINGS[family], choice, strict=True))
                if ours.get("nesterov") and ours.get("dampening"):
                    continue
                if "gamma" in names[source] or "gamma" not in ours:
                    given = {names[source][n]: v for n, v in ours.items() if n in names[source]}
                    told = translate(source, target, family, **given)
                    answer = {"code": told.code, "exact": told.exact, "notes": told.notes}
                    yield [family, source, target, ours, answer]


def permuted(seed):
    """What NumPy's generator gives: numbers, then two orders, the first of an odd length."""
    rng = np.random.default_rng(seed)
    return {"seed": seed, "numbers": rng.random(5).tolist(),
            "orders": [rng.permutation(n).tolist() for n in (77, 384)]}  # fmt: skip


def test_javascript(tmp_path):
    node = shutil.which("node")
    if node is None:
        message = "the figures' JavaScript is not tested: node is not installed"
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")  # as browsers take them
    for folder in (figure.FIGURES, prediction.HERE):  # each beside the other, as in the library
        for source in folder.rglob("*.js"):
            copy = tmp_path / folder.name / source.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    live = tmp_path / "live"
    for folder in ("assembled", "host"):
        (live / folder).mkdir()
    for path in sorted(figure.FIGURES.glob("*.js")):
        if "export default" not in path.read_text("utf-8"):
            continue  # a part of figures, and none
        name = path.stem
        (live / "assembled" / f"{name}.js").write_text(figure.script(name), "utf-8")
    (live / "assembled" / "prediction.js").write_text(prediction.Prediction._esm, "utf-8")
    for name in ("live", "predictions"):
        shutil.copy(ROOT / "assets" / f"{name}.js", live / "host")
    tables = {"cases": list(translation_cases())} | {
        name: getattr(dialects, name.upper()) for name in ("dialects", "titles", "exact", "notes")
    }
    numbers = [0, 5, -0.5, 1 / 3, 1234.56, 99999, 1e5, 2.5e-7, -1e-4, -3e12, 1.234e-10, 0.001]
    cases = {
        "schedules": list(schedule_cases()),
        "translations": tables,
        "permutations": [permuted(seed) for seed in (0, 1, 7, 999, 2**32 - 1)],
        "draws": {seed: draws(seed, 500).tolist() for seed in (0, 1, 99)},
        "variances": [
            [eta, gamma, lam, sigma, theory.stationary_variance(eta, gamma, lam, sigma)]
            for eta, gamma, lam, sigma in [(0.05, 0.9, 4, 1), (0.2, 0, 1, 0.3), (1e-3, 0.99, 30, 2)]
        ],
        "roots": list(root_cases()),
        "shown": [[x, prediction.shown(x)] for x in numbers],
    }
    for name, content in cases.items():
        (live / f"{name}.json").write_text(json.dumps(content), "utf-8")
    tests = sorted(map(str, (ROOT / "tests" / "js").glob("*.test.mjs")))
    done = subprocess.run(
        [node, "--test", *tests], env={**os.environ, "LIVE": str(live)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert tests
    assert done.returncode == 0, done.stdout + done.stderr
