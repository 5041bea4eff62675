"""The library beside PyTorch and optax, run now; they must be installed (`make test-peers`)."""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from golden import record
from test_golden import FILE, path_of

pytestmark = pytest.mark.peers
CLOSE = {"rel": 1e-10, "abs": 1e-10}


@pytest.mark.parametrize("problem", record.COSTS)
@pytest.mark.parametrize("name", record.METHODS)
def test_two_hundred_steps_together(name, problem):
    method, hyper = record.METHODS[name]
    run = {
        "method": method,
        "problem": problem,
        "hyper": {"eta": record.eta_of(name, problem), **hyper},
        "start": record.STARTS[problem],
    }
    theirs = np.array(record.path(name, problem))
    assert path_of(run, record.STEPS) == pytest.approx(theirs, **CLOSE)


@pytest.mark.parametrize("name", record.METHODS)
def test_logistic_regression_together(name):
    """Five parameters, 200 rows: the cost from the data, in the package's own arrays."""
    problem = ml.problems.logistic()
    signed, ridge = problem._params[1:].reshape(-1, 5), problem._params[0]
    method, hyper = record.METHODS[name]
    start, eta = [1.0, -2.0, 0.5, 0.0, 3.0], 0.02
    if name.startswith("torch"):
        import torch

        data = torch.tensor(signed)
        cost = lambda theta: (
            torch.log1p(torch.exp(-data @ theta)).mean() + ridge / 2 * (theta**2).sum()
        )
        theirs = record.torch_path(name, eta, cost, start)
    else:
        import jax.numpy as jnp

        cost = lambda theta: (
            jnp.log1p(jnp.exp(-signed @ theta)).mean() + ridge / 2 * (theta**2).sum()
        )
        theirs = record.optax_path(name, eta, cost, start)
    mine = ml.minimize(
        problem, getattr(ml, method)(eta=eta, **hyper), start=start, steps=200, states=True
    )
    path = mine.theta - hyper["gamma"] * mine.v if method == "nag" else mine.theta
    assert path == pytest.approx(np.array(theirs), **CLOSE)


def test_the_recording_is_what_the_packages_do():
    recorded = json.loads(FILE.read_text("utf-8"))
    for old, new in zip(recorded["runs"], record.record(), strict=True):
        points = old.pop("theta"), new.pop("theta")
        assert old == new
        assert np.array(points[0]) == pytest.approx(np.array(points[1]), **CLOSE)


def test_the_recording_says_who_made_it():
    """What is installed by requirements-peers.txt and what was recorded are the same releases."""
    recorded = json.loads(FILE.read_text("utf-8"))["versions"]
    pinned = {}
    for line in (
        (Path(__file__).parent.parent / "requirements-peers.txt").read_text("utf-8").splitlines()
    ):
        if "==" in line and not line.startswith("#"):
            name, release = line.split("==")
            pinned[name] = release
    assert {name: release.split("+")[0] for name, release in recorded.items()} == {
        name: pinned[name] for name in recorded
    }
    assert all(version(name) for name in pinned)
