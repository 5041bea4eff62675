"""The rivals of the race: as quick, counted in gradients, as SciPy's.

    python tests/test_rivals.py

records their paths anew, in golden/rivals.json.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from momentumlib.live.rivals import rival

PROBLEMS = [ml.problems.rosenbrock(), ml.problems.beale(), ml.problems.himmelblau(),
            ml.problems.ravine(), ml.problems.quadratic(kappa=1000, angle=30)]  # fmt: skip

FILE = Path(__file__).parent / "golden" / "rivals.json"


def paths():
    """{kind: {problem: some rows of the path}}, long enough for L-BFGS to forget a pair."""
    return {
        kind: {
            problem.name: np.round(rival(kind, problem, problem.start, 36)[::3], 9).tolist()
            for problem in PROBLEMS
        }
        for kind in ("cg", "lbfgs")
    }


def test_a_rival_goes_where_it_went():
    """Recorded: another constant in a search is as good, and leads to other places."""
    fresh, stored = paths(), json.loads(FILE.read_text("utf-8"))
    for kind in stored:
        for name, rows in stored[kind].items():
            np.testing.assert_allclose(fresh[kind].pop(name), rows, 1e-6, 1e-7, err_msg=name)
    assert fresh == {"cg": {}, "lbfgs": {}}


def gradients_of_scipy(problem, method, goal):
    """How many gradients SciPy measures until J is at the goal."""
    from scipy.optimize import minimize

    costs = []

    def slope(theta):
        costs.append(problem.f(theta))
        return problem.grad(theta)

    minimize(problem.f, problem.start, jac=slope, method=method, tol=1e-14)
    return 1 + np.flatnonzero(np.array(costs) <= goal)[0]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
@pytest.mark.parametrize(("kind", "method"), [("cg", "CG"), ("lbfgs", "L-BFGS-B")])
def test_a_rival_is_as_quick_as_scipys(kind, method, problem):
    path = rival(kind, problem, problem.start, 150)
    costs = np.array([problem.f(theta) for theta in path])
    goal = problem.minimum + 1e-8 * (costs[0] - problem.minimum)
    assert np.flatnonzero(costs <= goal)[0] <= 1.3 * gradients_of_scipy(problem, method, goal) + 8
    assert (np.diff(costs) <= 0).all()
    assert path[0].tolist() == path[1].tolist() == list(problem.start)


def test_both_beat_the_best_of_momentum_in_a_bent_valley():
    bent = ml.problems.rosenbrock()
    goal = 1e-8 * bent.f(bent.start)
    pairs = [(eta, gamma) for eta in np.geomspace(1e-4, 0.01, 12) for gamma in (0.8, 0.9, 0.95)]
    runs = [ml.minimize(bent, ml.momentum(*pair), steps=600) for pair in pairs]
    best = min(np.flatnonzero(run.loss <= goal)[0] for run in runs if run.loss.min() <= goal)
    for kind in ("cg", "lbfgs"):
        path = rival(kind, bent, bent.start, 100)
        assert next(k for k, theta in enumerate(path) if bent.f(theta) <= goal) < best / 2


def test_gradients_are_counted_and_a_bad_place_is_left_out():
    counted = []
    steep = ml.Problem(
        lambda x: x[0] ** 4 + x[1] ** 4,
        lambda x: counted.append(1) or (4 * x[0] ** 3, 4 * x[1] ** 3),
        start=[3.0, -2.0],
        compile=False,
    )
    for kind in ("cg", "lbfgs"):
        counted.clear()
        path = rival(kind, steep, [3.0, -2.0], 25)
        assert len(path) == 1 + len(counted) == 26
    flat = rival("cg", steep, [0.0, 0.0], 5)
    assert flat.tolist() == [[0, 0], [0, 0]]


def test_the_race_has_them_where_it_is_asked():
    valley = ml.problems.quadratic(kappa=100)
    race = ml.live.race(valley, [ml.gd(0.01)], steps=9, rivals=True)
    own, gradients, memory = race.costs()
    assert own.tolist() == race.runs()[0].loss.tolist()
    assert gradients[0] == gradients[1] == memory[0] == own[0]
    assert max(gradients[-1], memory[-1]) < 1e-3 < own[-1]
    race.rivals = False
    assert len(race.costs()) == 1
    with pytest.raises(TypeError, match="rivals must be True or False"):
        race.rivals = 1


if __name__ == "__main__":
    FILE.write_text(json.dumps(paths()).replace('": [[', '":\n[[') + "\n", "utf-8")
