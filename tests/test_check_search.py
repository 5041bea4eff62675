"""The check of the best pair of a sweep."""

import numpy as np
import pytest

import momentumlib as ml
from checking import module, sentences

search = module("swept_best")


@pytest.fixture(scope="module")
def swept():
    problem = ml.problems.rosenbrock(steepness=100)
    grid = {"eta": search.ETAS, "gamma": search.GAMMAS, "steps": search.STEPS}
    return ml.sweep(problem, ml.momentum, **grid, progress=False)


def test_the_grid_is_that_of_the_exercise():
    assert search.ETAS.tolist() == [0.004, 0.002, 0.001, 0.0005, 0.00025, 0.000125]
    assert search.GAMMAS.tolist() == [0, 0.5, 0.8, 0.9, 0.95, 0.99]
    assert search.STEPS == 2000


def test_right_pairs_pass(swept):
    eta, gamma = swept.best().values()
    for answer in ((eta, gamma), [eta, gamma], np.array([eta, gamma]), (round(eta, 4), gamma)):
        assert ml.check.swept_best(answer), answer


def test_every_other_pair_of_the_grid_has_its_sentence(swept):
    best = swept.best()
    seen = set()
    for i, eta in enumerate(search.ETAS):
        for j, gamma in enumerate(search.GAMMAS):
            verdict = ml.check.swept_best((eta, gamma))
            assert verdict.passed == ({"eta": eta, "gamma": gamma} == best)
            assert verdict.passed or verdict.mistake
            assert verdict.passed or 1 <= sentences(verdict.message) <= 2
            if swept.steps[i, j] < 0:
                assert verdict.mistake == "never is not fast"
            seen.add(verdict.mistake)
    assert len(seen) >= 7


def test_what_else_is_wrong(swept):
    eta, gamma = swept.best().values()
    i, j = np.argwhere(search.ETAS == eta)[0, 0], np.argwhere(search.GAMMAS == gamma)[0, 0]
    assert ml.check.swept_best((gamma, eta)).mistake == "wrong order"
    turned = ml.check.swept_best((gamma, search.ETAS[i - 1]))
    assert turned.mistake == "wrong order, and a slower pair"
    for first in (0, 1):  # as Python counts, and as people do
        assert ml.check.swept_best((i + first, j + first)).mistake == "indices"
    assert ml.check.swept_best((0.003, 0.85)).mistake == "not on the grid"
    assert ml.check.swept_best(gamma).mistake == "wrong number of results"
    assert ml.check.swept_best((..., ...)).tried is False
    assert ml.check.swept_best(...).tried is False


def test_the_best_pair_is_a_clear_one(swept):
    """So that another rounding cannot make a second pair as fast."""
    few = np.sort(swept.steps[swept.steps > 0])
    assert few[1] > 1.02 * few[0]
