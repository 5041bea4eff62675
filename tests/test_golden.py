"""The library's runs against those that PyTorch and optax made (golden/record.py)."""

import json
from pathlib import Path

import pytest

import momentumlib as ml

FILE = Path(__file__).parent / "golden" / "runs.json"
RECORDED = json.loads(FILE.read_text("utf-8"))
PROBLEMS = {
    "quadratic": ml.problems.quadratic(kappa=30, angle=30),
    "rosenbrock": ml.problems.rosenbrock(steepness=4),
    "beale": ml.problems.beale(),
    "ravine": ml.problems.ravine(),
}


def path_of(run, steps):
    """The library's path; NAG's as the packages store it, at the look-ahead points θ − γv."""
    method = getattr(ml, run["method"])(**run["hyper"])
    mine = ml.minimize(
        PROBLEMS[run["problem"]], method, start=run["start"], steps=steps, states=True
    )
    if run["method"] == "nag":
        return mine.theta - run["hyper"]["gamma"] * mine.v
    return mine.theta


def identity(run):
    return f"{run['by']}, {run['problem']}"


@pytest.mark.parametrize("run", RECORDED["runs"], ids=identity)
def test_the_recorded_run_is_the_library_s(run):
    mine = path_of(run, steps=200)[RECORDED["rows"]]
    assert mine.tolist() == [pytest.approx(point, rel=1e-10, abs=1e-10) for point in run["theta"]]


def test_the_recording_is_whole():
    by = {run["by"] for run in RECORDED["runs"]}
    methods = {run["method"] for run in RECORDED["runs"]}
    assert len(RECORDED["runs"]) == len(by) * len(PROBLEMS) == 56
    assert methods == set("gd momentum nag rmsprop adam nadam amsgrad adamw lion".split())
    assert RECORDED["versions"]["torch"].startswith("2.13.0")
    assert {"torch", "optax", "jax"} == set(RECORDED["versions"])


def test_what_is_recorded_moved():
    for run in RECORDED["runs"]:
        assert max(abs(a - b) for a, b in zip(run["theta"][-1], run["start"], strict=True)) > 0.1
