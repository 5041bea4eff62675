"""A reader's functions as a page runs them: translated, in the page's loop, by node."""

import json
import math
import re
import shutil
import subprocess
from functools import cache, partial
from pathlib import Path

import numpy as np
import page_javascript
import page_modules
import pytest

import momentumlib as ml
from momentumlib.methods import CODES
from page_python import contents

ROOT = Path(__file__).parent.parent
SCALE = 0.5

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="there is no node")


@pytest.fixture(scope="module")
def modules():
    """`momentumlib.live.wasm` as a page has it."""
    book = cache(contents.book)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_modules, "_book", book)
        yield page_modules


def my_step(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v


def clipped(theta, g, eta, most=1.0):
    """Loops, conditions, a helper, numbers from elsewhere, and what Python does in its own way."""
    size = 0.0
    for k in range(3, 0, -1):
        if k == 2:
            continue
        size += abs(g) / k if g < 0 else max(g, 0, -1) / k
    while size > most:
        size = half(size)
    n, left = -7 // 2, -7 % 3 + round(2.5) - 4
    return theta - eta * math.copysign(size, g) * (n / -4) ** 2 + left * 0


def half(x):
    return SCALE * x


def adam_like(theta, m, s, grad, t, eta, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    fresh = 1 - beta1 ** (t + 1), 1 - beta2 ** (t + 1)
    return theta - eta * (m / fresh[0]) / (np.sqrt(s / fresh[-1]) + eps), m, s


def f(theta):
    x, y = theta
    return np.exp(0.1 * x) + (x - y) ** 2 + np.cos(y)


def grad(theta):
    x, y = theta[0], theta[-1]
    return [0.1 * np.exp(0.1 * x) + 2 * (x - y), -2 * (x - y) - np.sin(y)]


def grad_out(theta, out):
    for i in range(theta.size):
        out[i] = (i + 1) * theta[i]


own = partial(ml.own, compile=False)
bowl = lambda theta: theta[0] ** 2 / 2 + theta[1] ** 2
BOWL = ml.Problem(bowl, grad_out, start=[3.0, -1.0], compile=False)
BENT = ml.Problem(f, grad, start=[1.0, 2.0], compile=False)
ON_GRADIENT = ml.restarts.on_gradient()
BEND, VALLEY = ml.problems.rosenbrock(), ml.problems.quadratic(kappa=30, angle=20)
#: (problem, method, options, whether the last digits may differ: exp, cos and pow are JavaScript's)
RUNS = {
    "momentum": (BEND, own(my_step, eta=0.001, gamma=0.9), {}, False),
    "everything": (VALLEY, own(clipped, eta=0.02), {}, False),
    "Adam": (BEND, own(adam_like, eta=0.02, beta1=0.9, beta2=0.99, eps=1e-8), {}, True),
    "own problem": (BOWL, own(my_step, eta=0.1, gamma=0.5), {}, False),
    "ahead": (VALLEY, own(my_step, eta=0.01, gamma=0.9, look_ahead=True), {}, False),
    "functions": (BENT, ml.nag(eta=0.05, gamma=0.8), {}, True),
    "diverges": (VALLEY, own(my_step, eta=0.9, gamma=0.9), {}, False),
    "restarts": (VALLEY, ml.nag(eta=0.01, gamma=0.95), {"restart": ON_GRADIENT}, False),
    "rises": (VALLEY, ml.momentum(0.01, 0.95), {"restart": ml.restarts.on_increase()}, False),
    "every": (VALLEY, ml.adam(eta=0.05), {"restart": ml.restarts.every(7)}, False),
    "ends": (VALLEY, ml.amsgrad(eta=0.3), {"tol": 0.5}, False),
    "lion": (ml.problems.wavy(), ml.lion(eta=0.01), {}, True),
    "nadam": (ml.problems.himmelblau(), ml.nadam(eta=0.05), {}, False),
    "adamw": (ml.problems.beale(), ml.adamw(eta=0.05, weight_decay=0.1), {}, False),
    "rmsprop": (ml.problems.saddle(), ml.rmsprop(eta=0.02, gamma=0.5), {}, False),
}  # fmt: skip

NODE = """
import { engine } from "ENGINE";
import { readFileSync } from "node:fs";
SIMULATE
const out = {};
for (const [name, given] of Object.entries(JSON.parse(readFileSync(0)))) {
  const { script, bytes, params, start, steps, spec } = given;
  const view = new DataView(Uint8Array.from(bytes).buffer);
  view.extend = extension(await import("data:text/javascript," + encodeURIComponent(script)));
  const { theta, loss, status, restarts } = engine(view).run(0, params, start, steps, spec);
  out[name] = { theta: [...theta], loss: [...loss], status, restarts };
}
const number = (value) => typeof value === "number" && !Number.isFinite(value);
const finite = (name, value) => number(value) ? String(value) : value;
process.stdout.write(JSON.stringify(out, finite));
"""


def test_a_translated_run_has_the_numbers_of_minimize(modules, tmp_path):
    cases, runs = {}, {}
    for name, (problem, method, options, _) in RUNS.items():
        module = modules.build([problem], [method.step] if method.step else [])
        kind = options.get("restart")
        spec = {
            "code": CODES[method.name], "own": 0,
            "ahead": method.look_ahead, "correct": method.bias_correction,
            "hyper": {n: float(v) for n, v in method.hyper.items()}, "tol": options.get("tol", 0),
            "restart": kind.kind if kind else "none", "k": getattr(kind, "k", 0),
        }  # fmt: skip
        cases[name] = {
            "script": module.script, "bytes": list(module), "params": problem._params.tolist(),
            "start": problem.start.tolist(), "steps": 60, "spec": spec,
        }  # fmt: skip
        runs[name] = ml.minimize(problem, method, steps=60, **options)
    simulate = (ROOT / "extensions" / "in_page_js" / "simulate.js").read_text(encoding="utf-8")
    program = NODE.replace("SIMULATE", simulate)
    program = program.replace("ENGINE", (ROOT / "momentumlib/live/wasm/engine.js").as_uri())
    (tmp_path / "run.mjs").write_text(program, encoding="utf-8")
    command = ["node", str(tmp_path / "run.mjs")]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    for name, told in json.loads(done.stdout).items():
        run, rough = runs[name], RUNS[name][3]
        same = np.testing.assert_array_equal
        if rough:
            same = lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
        assert told["status"] == run.status, name
        assert told["restarts"] == list(run.restarts), name
        same(np.array(told["theta"], float).reshape(-1, 2), run.theta)
        same(np.array(told["loss"], float), run.loss)


def prints(theta, g, eta):
    print(theta)
    return theta - eta * g


def calls(theta, g, eta):
    return theta - eta * np.linalg.norm(g)


def lists(theta, g, eta):
    parts = [eta * x for x in (g, g)]
    return theta - parts[0]


def unknown(theta, g, eta):
    return theta - eta * g * len(NAMES)


def itself(theta, g, eta):
    return itself(theta, g, eta) if g > 1 else theta - eta * g


NAMES = "text"
REFUSED = {
    prints: "prints prints (line 2); leave print out",
    calls: "calls calls np.linalg.norm, which a page does not have (line 2); a page runs numbers",
    lists: "lists has a comprehension, which a page does not (line 2); a page runs numbers",
    unknown: "unknown uses NAMES, which is no number (line 2); a page runs numbers",
    itself: "itself calls itself (line 2); write the recursion as a loop",
}


@pytest.mark.parametrize("step", REFUSED)
def test_what_cannot_be_translated_gets_a_sentence(step):
    with pytest.raises(page_javascript.Untranslated) as refused:
        page_javascript.translated(step, step.__name__)
    first = step.__code__.co_firstlineno - 1
    said = re.sub(r"line (\d+)", lambda line: f"line {int(line[1]) - first}", str(refused.value))
    assert said.startswith(REFUSED[step])


def test_whole_arrays_are_refused(modules):
    whole = ml.Problem(lambda theta: theta[0] ** 2, lambda theta: 2 * theta, dim=1, compile=False)
    with pytest.raises(TypeError, match="grad computes with whole arrays"):
        modules.build([whole])
