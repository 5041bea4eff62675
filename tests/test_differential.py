"""Random runs three ways: compiled, as plain Python, and as a loop over NumPy vectors written here.

A run may be chaotic: where it diverges, jumps about a floor, or decides by a sign of nearly
zero, rounding errors grow until no two programs agree. So each run is made here a second time
from a start that is moved by 1e-9 of itself; how far the two paths part says by how much an
error grows, and is the tolerance. Rows are compared until an error of the last digits could
have grown to a hundred-thousandth, or a decision hangs on less than that.
"""

from functools import cache

import numpy as np
import pytest

import formulas
import momentumlib as ml
from cases import CASES, Uncompiled

RUNS, STEPS = 60, 50
#: Relative: an error of rounding, the move of the start, and what is no longer compared.
ROUNDING, MOVE, LOST = 1e-13, 1e-9, 1e-5
SLOPES = {"gd": ("eta",), "momentum": ("eta", "gamma"), "nag": ("eta", "gamma")}
SCALED = {
    "rmsprop": ("eta", "beta2", "eps", "gamma"),
    **{name: ("eta", "beta1", "beta2", "eps") for name in ("adam", "nadam", "amsgrad")},
    "adamw": ("eta", "beta1", "beta2", "eps", "weight_decay"),
    "lion": ("eta", "beta1", "beta2", "weight_decay"),
}
RESTARTS = {
    "none": lambda k: None,
    "every": ml.restarts.every,
    "on_increase": lambda k: ml.restarts.on_increase(),
    "on_gradient": lambda k: ml.restarts.on_gradient(),
}


def drawn(seed):
    """(place, method's name, hyper, settings of `minimize`) of one random run."""
    rng = np.random.default_rng([7, seed])
    place, names = list(CASES)[seed % len(CASES)], [*SLOPES, *SCALED]
    name = names[seed % len(names)]
    largest = np.abs(np.linalg.eigvalsh(hessian(CASES[place][1], CASES[place][0].start))).max()
    limit = 2 / max(largest, 0.1) if name in SLOPES else 0.3
    values = {
        "eta": limit * 10 ** (rng.uniform(-2, 0.3) if rng.random() < 0.9 else rng.uniform(2, 5)),
        "gamma": rng.choice([0.0, 1.0, rng.uniform(0.3, 0.99)], p=[0.1, 0.1, 0.8]),
        "beta1": rng.uniform(0, 0.95),
        "beta2": rng.uniform(0.5, 0.999),
        "eps": 10.0 ** rng.uniform(-8, -1),
        "weight_decay": rng.choice([0.0, 0.2]),
    }
    hyper = {key: float(values[key]) for key in (SLOPES | SCALED)[name]}
    for key in ("eta", "gamma", "beta1", "beta2"):
        if key in hyper and rng.random() < 0.25:  # one value a step
            hyper[key] = hyper[key] * rng.uniform(0.3, 1, STEPS)
    dim = CASES[place][0].dim
    return place, name, hyper, {
        "start": CASES[place][0].start + rng.normal(0, 0.3, dim),
        "tol": float(rng.choice([0.0, 10 ** rng.uniform(-3, 0.5)])),
        "noise": float(rng.choice([0.0, 0.1], p=[0.8, 0.2])),
        "seed": int(rng.integers(100)),
        "restart": (str(rng.choice(list(RESTARTS))), int(rng.integers(1, 30))),
    }  # fmt: skip


def hessian(cost, theta, h=1e-5):
    rows = [formulas.gradient(cost, theta + d) - formulas.gradient(cost, theta - d)
            for d in h * np.eye(len(theta))]  # fmt: skip
    return np.array(rows) / (2 * h)


def reference(cost, name, hyper, start, tol, noise, seed, restart):
    """(path, status, restarts, rows that hang on no near-tie)."""
    table = {key: np.broadcast_to(value, STEPS) for key, value in hyper.items()}
    grad = lambda theta: formulas.gradient(cost, theta)
    noises = noise * np.random.default_rng(seed).standard_normal((STEPS, len(start)))
    kind, k = restart
    theta, m, s, largest = np.array(start), *np.zeros((3, len(start)))
    path, marks, since, sure = [theta], [], 0, STEPS + 1
    kept1 = kept2 = 1.0  # the product of the betas: what the averages still lack

    def tie(difference, size, row):
        nonlocal sure
        if np.any(np.abs(difference) <= 1e-7 * size):
            sure = min(sure, row)

    for t in range(STEPS):
        at = lambda key, t=t: table[key][t] if key in table else 0.0
        eta, beta2 = at("eta"), at("beta2")
        first = at("gamma" if "gamma" in table else "beta1", since)
        if tol > 0:
            norm = np.linalg.norm(grad(theta))
            tie(norm - tol, tol, t + 1)
            if norm <= tol:
                return np.array(path), "converged", marks, sure
        g = grad(theta - first * m if name == "nag" else theta) + noises[t]
        old, decayed = theta, theta - eta * at("weight_decay") * theta
        if name in SLOPES:
            m = first * m + eta * g
            theta = theta - m
        elif name == "rmsprop":
            s = beta2 * s + (1 - beta2) * g**2
            m = first * m + eta * g / (np.sqrt(s) + at("eps"))
            theta = theta - m
        elif name == "lion":
            direction = first * m + (1 - first) * g
            tie(direction, np.abs(m) + np.abs(g), t + 1)
            theta, m = decayed - eta * np.sign(direction), beta2 * m + (1 - beta2) * g
        else:
            kept1, kept2 = kept1 * first, kept2 * beta2
            m, s = first * m + (1 - first) * g, beta2 * s + (1 - beta2) * g**2
            largest = np.maximum(largest, s)
            ahead = m / (1 - kept1)
            if name == "nadam":
                ahead = first * m / (1 - kept1 * first) + (1 - first) * g / (1 - kept1)
            scale = np.sqrt((largest if name == "amsgrad" else s) / (1 - kept2)) + at("eps")
            theta = decayed - eta * ahead / scale
        if not (np.abs(theta) <= 1e150).all():
            return np.array(path), "diverged", marks, sure
        path.append(theta)
        since += 1
        again = kind == "every" and since == k
        if kind == "on_increase":
            before, after = cost(old + 0j).real, cost(theta + 0j).real
            tie(after - before, abs(after) + abs(before), t + 2)
            again = after > before
        if kind == "on_gradient":
            tie(g @ (theta - old), np.abs(g) @ np.abs(theta - old), t + 2)
            again = g @ (theta - old) > 0
        if again and t + 1 < STEPS:
            m, kept1, since = 0 * m, 1.0, 0
            marks.append(t + 1)
    norm = np.linalg.norm(grad(theta))
    tie(norm - tol, tol, STEPS)
    return np.array(path), "converged" if 0 < norm <= tol else "max_steps", marks, sure


@cache
def compared(seed):
    """(the reference of one run, how many rows can be compared, the tolerance of each)."""
    place, name, hyper, settings = drawn(seed)
    cost = CASES[place][1]
    with np.errstate(all="ignore"):
        mine = reference(cost, name, hyper, **settings)
        moved = reference(cost, name, hyper, **settings | {"start": settings["start"] * (1 + MOVE)})
    rows = min(len(mine[0]), len(moved[0]), mine[3], moved[3])
    size = 1 + np.abs(mine[0][:rows]).max(axis=1)
    with np.errstate(all="ignore"):
        apart = np.abs(moved[0][:rows] - mine[0][:rows]).max(axis=1) / size
        tolerance = np.maximum.accumulate(np.maximum(apart / MOVE, 1)) * ROUNDING * (
            10 + np.arange(rows))  # fmt: skip
    lost = np.flatnonzero(~(tolerance <= LOST))
    rows = int(lost[0]) if len(lost) else rows
    return mine, rows, (tolerance * size)[:rows]


@pytest.mark.parametrize("seed", range(RUNS))
def test_a_random_run_is_the_same_three_ways(seed):
    place, name, hyper, settings = drawn(seed)
    (path, status, marks, sure), rows, tolerance = compared(seed)
    problem, kind = CASES[place][0], settings["restart"]
    plain = ml.Problem(Uncompiled(problem.f), Uncompiled(problem.grad), dim=problem.dim)
    options = {**settings, "restart": RESTARTS[kind[0]](kind[1]), "steps": STEPS}
    for where in (problem, plain):
        run = ml.minimize(where, getattr(ml, name)(**hyper), **options)
        assert len(run.theta) >= rows
        apart = np.abs(run.theta[:rows] - path[:rows]).max(axis=1)
        assert (apart <= tolerance).all(), int(np.argmax(apart > tolerance))
        assert [t for t in run.restarts.tolist() if t < rows] == [t for t in marks if t < rows]
        if rows == len(path) and status != "diverged":
            assert (run.status, len(run.theta)) == (status, len(path))
    assert rows >= min(3, len(path)) or sure < 3


def test_the_runs_are_of_every_kind_and_few_are_chaotic():
    """Or the test above would prove little."""
    runs = [(drawn(seed), *compared(seed)) for seed in range(RUNS)]
    whole = [run for run in runs if run[2] == len(run[1][0])]
    assert len(whole) > 0.6 * RUNS
    assert {run[1][1] for run in runs} == {"max_steps", "converged", "diverged"}
    assert {run[0][1] for run in whole} == set(SLOPES | SCALED)
    assert {run[0][0] for run in runs} == set(CASES)
    assert {run[0][3]["restart"][0] for run in whole} == set(RESTARTS)
    assert np.mean([len(run[1][2]) > 0 for run in whole]) > 0.3
