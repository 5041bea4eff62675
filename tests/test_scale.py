"""The program that chapter 6 shows: on a real cluster it gives the numbers of one machine."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml

SHOWN = Path(__file__).parent.parent / "chapters" / "scale" / "study.py"
GRID = {"eta": [0.02, 0.1], "gamma": [0.0, 0.9], "seeds": [0, 1], "steps": 40}


@pytest.fixture(scope="module")
def shown():
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("study", SHOWN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def model(seed=0, **settings):
    return ml.models.softmax(ml.datasets.digits(), seed=seed, **settings)


@pytest.mark.slow
@pytest.mark.xdist_group("executors")
def test_a_cluster_gives_the_numbers_of_one_machine(shown, tmp_path, cluster):
    found = shown.study(model(), tmp_path / "s", cluster, progress=False, **GRID)
    alone = ml.sweep(model(), ml.momentum, progress=False, **GRID)
    assert found.axes.keys() == alone.axes.keys()
    for name in ("loss", "steps", "status"):
        assert np.array_equal(getattr(found, name), getattr(alone, name))
    assert len(list((tmp_path / "s").glob("*.npz"))) == alone.loss.size


@pytest.mark.parametrize("other", [{"seed": 1}, {"batch": 32}, {"dtype": np.float64}], ids=str)
def test_a_study_knows_its_network(tmp_path, other):
    few = {"eta": [0.1], "gamma": 0.5, "steps": 2, "progress": False, "study": tmp_path}
    ml.sweep(model(), ml.momentum, **few)
    with pytest.raises(ValueError, match="another sweep"):
        ml.sweep(model(**other), ml.momentum, **few)


def test_a_study_knows_its_pictures(tmp_path):
    few = {"eta": [0.1], "gamma": 0.5, "steps": 2, "progress": False, "study": tmp_path}
    digits = ml.datasets.digits().train
    ml.sweep(ml.models.softmax(digits[:200]), ml.momentum, **few)
    with pytest.raises(ValueError, match="another sweep"):
        ml.sweep(ml.models.softmax(digits[200:400]), ml.momentum, **few)
