"""The landscapes against formulas of the tests' own; a reader's own problem in every form."""

import pickle

import numpy as np
import pytest

import formulas
import momentumlib as ml
from cases import CASES, signed_rows
from momentumlib import kernels, landscapes, slopes
from momentumlib.readers import takes

each = pytest.mark.parametrize(("problem", "cost"), CASES.values(), ids=CASES)


def points(problem, n=20):
    return np.random.default_rng(7).normal(scale=2, size=(n, problem.dim))


def hessian(problem, theta, h=1e-5):
    rows = [
        (problem.grad(theta + e) - problem.grad(theta - e)) / (2 * h)
        for e in h * np.eye(problem.dim)
    ]
    return np.array(rows)


@each
def test_cost_is_the_formula(problem, cost):
    for theta in points(problem):
        assert problem.f(theta) == pytest.approx(
            cost(theta.astype(complex)).real, rel=1e-12, abs=1e-12
        )


@each
def test_gradient_is_the_cost_s(problem, cost):
    for theta in points(problem):
        wanted = formulas.gradient(cost, theta)
        assert problem.grad(theta) == pytest.approx(wanted, rel=1e-11, abs=1e-11)


@each
def test_values_are_the_costs_of_the_points(problem, cost):
    grid = points(problem, 24).reshape(4, 6, problem.dim)
    wanted = [[problem.f(theta) for theta in row] for row in grid]
    assert problem.values(grid) == pytest.approx(np.array(wanted), rel=1e-12, abs=1e-12)


@each
def test_passes_its_own_check(problem, cost):
    problem.check()


@each
def test_minimizers_are_minima(problem, cost):
    if problem.minimizer is None:
        assert problem.name == "logistic"
        return
    for theta in np.atleast_2d(problem.minimizer):
        assert problem.grad(theta) == pytest.approx(0, abs=1e-11)
        assert problem.f(theta) == pytest.approx(problem.minimum, abs=1e-12)
        assert np.linalg.eigvalsh(hessian(problem, theta)).min() > 0
        assert problem.distance(theta) == 0
    assert (problem.values(points(problem, 500)) >= problem.minimum).all()


def test_himmelblau_has_four_minima():
    assert len(np.unique(ml.problems.himmelblau().minimizer.round(3), axis=0)) == 4


def test_distance_is_to_the_nearest_minimizer():
    saddle = ml.problems.saddle()
    far = np.array([[3.0, 1.0], [0.0, -3.0], [4.0, 4.0]])
    assert saddle.distance(far) == pytest.approx([3, 2, 5])
    assert saddle.distance(far[0]) == pytest.approx(3)


@pytest.mark.parametrize("angle", [0, 33])
@pytest.mark.parametrize("dim", [2, 5])
def test_quadratic_s_curvatures_are_its_hessian_s(dim, angle):
    problem = ml.problems.quadratic(kappa=50, dim=dim, angle=angle)
    curvatures = np.linalg.eigvalsh(hessian(problem, np.ones(dim)))
    assert curvatures == pytest.approx(problem.eigenvalues, rel=1e-6)
    assert (problem.mu, problem.L) == (1, 50)
    assert np.diff(np.log(problem.eigenvalues)) == pytest.approx(np.log(50) / (dim - 1))


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_along_the_axes_the_simplest_formula_says_the_same(dim):
    problem = ml.problems.quadratic(kappa=30, dim=dim)
    assert problem._simplest == "diagonal"
    for theta in points(problem):
        out = np.full(dim, np.nan)
        landscapes.diagonal_grad(theta, problem._params, out)
        assert landscapes.diagonal(theta, problem._params) == pytest.approx(problem.f(theta), 1e-15)
        assert out == pytest.approx(problem.grad(theta), 1e-15)


def test_angle_turns_the_valley():
    """The valley's floor, curvature 1, lies along (cos 30°, sin 30°)."""
    problem = ml.problems.quadratic(kappa=1000, angle=30)
    floor = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])
    assert problem.grad(floor) == pytest.approx(floor)


def test_nesterov_worst_minimizer_solves_its_equations():
    problem = ml.problems.nesterov_worst(dim=12, L=5)
    matrix = 2 * np.eye(12) - np.eye(12, k=1) - np.eye(12, k=-1)
    assert problem.minimizer == pytest.approx(np.linalg.solve(matrix, np.eye(12)[0]))
    assert problem.minimum == pytest.approx(formulas.nesterov_worst(problem.minimizer, 5))
    curvatures = np.linalg.eigvalsh(hessian(problem, problem.minimizer))
    assert 0.9 * problem.L < curvatures.max() < problem.L


def test_lessard_curvatures_are_its_mu_and_L():
    problem = ml.problems.lessard()
    found = [hessian(problem, np.array([x]))[0, 0] for x in (-2.0, 0.5, 1.5, 3.0)]
    assert found == pytest.approx([25, 25, 1, 25], rel=1e-6)
    assert (problem.mu, problem.L) == (1, 25)


def test_logistic_s_data():
    one, same, other = (ml.problems.logistic(rows=500, dim=4, seed=s) for s in (1, 1, 2))
    assert (signed_rows(one) == signed_rows(same)).all()
    assert not (signed_rows(one) == signed_rows(other)).any()
    assert signed_rows(one).shape == (500, 4)
    assert signed_rows(one).std(axis=0) == pytest.approx(np.geomspace(3, 0.3, 4), rel=0.15)
    curvatures = np.linalg.eigvalsh(hessian(one, np.zeros(4)))
    assert curvatures.max() > 20 * curvatures.min() > 0


def test_logistic_s_cost_survives_far_points():
    problem = ml.problems.logistic()
    far = np.full(5, 1e4)
    assert np.isfinite(problem.f(far))
    assert np.isfinite(problem.grad(far)).all()
    assert np.isfinite(problem.values(far[None])).all()


# --- A reader's own problem -------------------------------------------------------


def bowl(theta):
    return 0.5 * theta[0] ** 2 + 2 * theta[1] ** 2


def bowl_out(theta, out):
    out[0] = theta[0]
    out[1] = 4 * theta[1]


BOWL_GRADIENTS = {
    "tuple": lambda theta: (theta[0], 4 * theta[1]),
    "list": lambda theta: [theta[0], 4 * theta[1]],
    "array": lambda theta: np.array([1.0, 4.0]) * theta,
    "out": bowl_out,
}


@pytest.mark.parametrize("grad", BOWL_GRADIENTS.values(), ids=BOWL_GRADIENTS)
def test_gradient_in_every_form(grad):
    problem = ml.Problem(bowl, grad, start=[3.0, 1.0], minimizer=[0.0, 0.0], check=True)
    assert problem.grad([3.0, 1.0]) == pytest.approx([3, 4])
    assert problem.values(np.array([[3.0, 1.0], [0.0, 0.0]])) == pytest.approx([6.5, 0])
    assert (problem.dim, problem.name, problem.minimum) == (2, "bowl", 0)
    run = ml.minimize(problem, ml.momentum(0.1, 0.5), steps=30)
    wanted = formulas.momentum(lambda theta: theta * [1, 4], np.array([3.0, 1.0]), 30, 0.1, 0.5)
    assert run.theta == pytest.approx(wanted, rel=1e-12)
    assert run.compiled == kernels.HAVE_NUMBA


@pytest.mark.skipif(not kernels.HAVE_NUMBA, reason="nothing is compiled")
def test_many_values_come_from_compiled_code(monkeypatch):
    """Python looks at a few of them alone."""
    problem = ml.Problem(bowl, BOWL_GRADIENTS["tuple"], start=[3.0, 1.0])
    monkeypatch.setattr(kernels, "evaluate", None)
    for rows in (0, 1, 2, 500):
        grid = np.ones((rows, 2)) * np.arange(rows)[:, None]
        assert problem.values(grid) == pytest.approx(2.5 * np.arange(rows) ** 2)


def test_jitted_functions_are_taken_as_they_are():
    numba = pytest.importorskip("numba")
    problem = ml.Problem(
        numba.njit(bowl), numba.njit(BOWL_GRADIENTS["tuple"]), start=[3.0, 1.0], check=True
    )
    run = ml.minimize(problem, ml.gd(0.1), steps=5)
    assert run.compiled == kernels.HAVE_NUMBA
    assert run.theta[-1] == pytest.approx([3 * 0.9**5, 0.6**5])


def test_a_builtin_will_do():
    """Python can't always say what arguments a function written in C takes."""
    half_square = ml.Problem(
        lambda theta: theta @ theta / 2, np.array, start=[2.0, 4.0], check=True
    )
    assert ml.minimize(half_square, ml.gd(0.5), steps=1).theta[1].tolist() == [1, 2]
    assert repr(half_square) == "<Problem problem, dim=2>"


@pytest.mark.parametrize(
    ("function", "own", "data", "found"),
    [
        (lambda theta: 0, 1, (), (1, ())), (lambda theta, out: 0, 2, (), (2, ())),
        (lambda *both: 0, 2, (), (1, ())), (lambda theta, *more: 0, 2, (), (1, ())),
        (lambda theta, out, **more: 0, 2, (), (2, ())), (lambda theta, k=1: 0, 2, (), (1, ())),
        (lambda theta, k=1: 0, 1, "k", (1, ("k",))), (lambda k, theta: 0, 1, "k", (1, ("k",))),
        (lambda theta, *, k: 0, 1, "k", (1, ("k",))), (np.array, 2, (), (1, ())),
        (lambda theta, k: 0, 1, (), "f takes 'k', which nobody gives"),
        (lambda theta, out, k: 0, 2, (), "f takes 'k', which nobody gives"),
        (lambda theta, *, k: 0, 2, (), "f takes 'k', which nobody gives"),
    ],
)  # fmt: skip
def test_what_a_function_takes(function, own, data, found):
    """By place: theta, and where it may be, out; by name: data. A default is enough."""
    if isinstance(found, str):
        with pytest.raises(TypeError, match=found):
            takes("f", function, own, data)
    else:
        assert takes("f", function, own, data) == found


def test_dim_alone_starts_at_ones():
    problem = ml.Problem(bowl, BOWL_GRADIENTS["tuple"], dim=2)
    assert problem.start.tolist() == [1, 1]


def test_a_problem_owns_its_numbers():
    start, minimizer = np.array([3.0, 1.0]), np.zeros(2)
    problem = ml.Problem(bowl, BOWL_GRADIENTS["tuple"], start=start, minimizer=minimizer)
    start[:], minimizer[:] = 9, 9
    assert (problem.start.tolist(), problem.minimizer.tolist()) == ([3, 1], [0, 0])
    for mine in (problem.start, problem.minimizer, ml.problems.quadratic().eigenvalues):
        with pytest.raises(ValueError, match="read-only"):
            mine[0] = 9


def test_a_gradient_that_overwrites_theta_spoils_nothing():
    def careless(theta):
        theta[0] *= 1.0
        theta[1] *= 4.0
        return theta

    def careless_cost(theta):
        theta[0] = theta[0] ** 2 / 2
        return theta[0] + 2 * theta[1] ** 2

    method = ml.momentum(0.1, 0.5)
    clean = ml.Problem(bowl, BOWL_GRADIENTS["tuple"], start=[3.0, 1.0])
    dirty = ml.Problem(careless_cost, careless, start=[3.0, 1.0])
    for settings in ({}, {"tol": 1e-6}, {"restart": ml.restarts.on_increase()}):
        wanted = ml.minimize(clean, method, steps=50, **settings)
        run = ml.minimize(dirty, method, steps=50, **settings)
        assert run.theta == pytest.approx(wanted.theta)
        assert run.loss == pytest.approx(wanted.loss)
        assert run.grad_norm == pytest.approx(wanted.grad_norm)
    grid = points(clean)
    before = grid.copy()
    dirty.values(grid)
    assert (grid == before).all()


def test_a_problem_travels_to_another_process():
    for problem in (ml.problems.rosenbrock(), ml.Problem(bowl, bowl_out, start=[3.0, 1.0])):
        ml.minimize(problem, ml.gd(1e-3), steps=3)
        twin = pickle.loads(pickle.dumps(problem))
        assert twin.grad(problem.start).tolist() == problem.grad(problem.start).tolist()
        assert ml.minimize(twin, ml.gd(1e-3), steps=3).loss.tolist() == (
            ml.minimize(problem, ml.gd(1e-3), steps=3).loss.tolist()
        )


def test_no_minimizer_no_distance():
    problem = ml.Problem(bowl, bowl_out, start=[3.0, 1.0])
    with pytest.raises(ValueError, match="no known minimizer"):
        problem.distance([1.0, 1.0])
    with pytest.raises(ValueError, match="no known minimum"):
        _ = ml.minimize(problem, ml.gd(0.1), steps=1).gap


# --- A table of heights -----------------------------------------------------------

GRID_X, GRID_Y = np.linspace(-2, 2, 21), np.linspace(-1, 3, 25)


def hills(x, y):
    return x**2 + 3 * (y - 0.5 * x) ** 2 + np.sin(x)


def test_a_surface_goes_through_its_table_and_is_close_between():
    values = hills(*np.meshgrid(GRID_X, GRID_Y))
    problem = ml.problems.surface(GRID_X, GRID_Y, values)
    points = np.stack(np.meshgrid(GRID_X, GRID_Y), axis=-1)
    assert problem.values(points) == pytest.approx(values, abs=1e-12)
    inside = np.random.default_rng(0).uniform([-1.7, -0.7], [1.7, 2.7], (200, 2))
    assert problem.values(inside) == pytest.approx(hills(*inside.T), abs=2e-3)


def test_a_surface_has_its_gradient():
    values = hills(*np.meshgrid(GRID_X, GRID_Y))
    problem = ml.problems.surface(GRID_X, GRID_Y, values)
    for start in ([0.31, 0.77], [-9.0, 1.2], [0.3, 8.0], [7.0, -7.0]):  # inside, and beyond
        ml.Problem(problem.f, problem.grad, start=start, check=True)
    run = ml.minimize(problem, ml.momentum(0.02, 0.8), start=[-1.5, 2.5], steps=300)
    assert run.compiled == kernels.HAVE_NUMBA
    assert run.loss[-1] == pytest.approx(values.min(), abs=0.02)


@pytest.mark.parametrize(
    ("x", "y", "values", "sentence"),
    [
        ([0, 1, 3], [0, 1], np.zeros((2, 3)), "x must be evenly spaced"),
        ([1, 0], [0, 1], np.zeros((2, 2)), "x must grow"),
        ([0, 1], [0], np.zeros((1, 2)), "y must be evenly spaced"),
        ([0, 1], [0, 1, 2], np.zeros((2, 3)), r"values must have shape \(3, 2\)"),
        ([0, 1], [0, 1], [[0, np.nan], [0, 0]], "values must hold finite numbers"),
    ],
)
def test_a_table_that_is_none_gets_its_sentence(x, y, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        ml.problems.surface(x, y, values)


def keys(distance):
    """Keys' cubic (1981) with a = −½: 1 at 0, 0 at ±1 and from ±2 on."""
    d = np.abs(distance)
    near, far = 1.5 * d**3 - 2.5 * d**2 + 1, -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2
    return np.where(d < 1, near, np.where(d < 2, far, 0))


def keys_slope(distance):
    d, sign = np.abs(distance), np.sign(distance)
    near, far = 4.5 * d**2 - 5 * d, -1.5 * d**2 + 5 * d - 4
    return sign * np.where(d < 1, near, np.where(d < 2, far, 0))


@pytest.mark.parametrize(("nx", "ny"), [(2, 2), (2, 5), (6, 3), (4, 7)])
def test_a_surface_is_keys_s_cubics_over_a_table_whose_edge_goes_on(nx, ny):
    rng = np.random.default_rng(nx)
    heights = rng.normal(size=(ny, nx))
    x, y = 0.5 + 0.25 * np.arange(nx), -1 + 2.0 * np.arange(ny)
    problem = ml.problems.surface(x, y, heights)
    wide = np.pad(heights, 3, mode="edge")
    places = [np.arange(-3, n + 3) for n in (nx, ny)]
    wall = problem._params[6]
    assert wall == pytest.approx(8 * (heights.max() - heights.min()) / min(nx, ny) ** 2)
    for point in rng.uniform([-1, -2], [nx + 0.5, ny + 1], (40, 2)):
        u, v = point  # in cells
        c, r = np.clip(u, 0, nx - 1), np.clip(v, 0, ny - 1)
        theta = [0.5 + 0.25 * u, -1 + 2 * v]
        along, across = keys(c - places[0]), keys(r - places[1])
        beyond = wall / 2 * ((u - c) ** 2 + (v - r) ** 2)
        assert problem.f(theta) == pytest.approx(across @ wide @ along + beyond, abs=1e-12)
        slope = [
            across @ wide @ keys_slope(c - places[0]) if u == c else wall * (u - c),
            keys_slope(r - places[1]) @ wide @ along if v == r else wall * (v - r),
        ]
        assert problem.grad(theta) == pytest.approx(np.divide(slope, [0.25, 2]), abs=1e-10)


# --- What every chapter counts on -------------------------------------------------

P = ml.problems
KNOWN = {  # problem: its numbers, where it starts, its minima, its minimum
    "quadratic(kappa=10)": (P.quadratic(), [1, 10, 1, 0], [-4, 2], [0, 0], 0),
    "quadratic(kappa=8, dim=4)": (
        P.quadratic(8, dim=4), [1, 2, 4, 8, 1, 0], [-4, 2, 2, 2], [0] * 4, 0
    ),
    "quadratic(kappa=5, dim=1)": (P.quadratic(5, dim=1), [5, 1, 0], [-4], [0], 0),
    "quadratic(kappa=10, angle=90)": (P.quadratic(angle=90), [1, 10, 0, 1], [-4, 2], [0, 0], 0),
    "quadratic(kappa=10, angle=360)": (P.quadratic(angle=360), [1, 10, 1, 0], [-4, 2], [0, 0], 0),
    "rosenbrock": (P.rosenbrock(), [100], [-1.5, 2], [1, 1], 0),
    "beale": (P.beale(), [], [1, 1.5], [3, 0.5], 0),
    "ravine": (P.ravine(), [0.1, 10, 1], [-5, 2], [0, 0], 0),
    "saddle": (P.saddle(), [], [2, 1e-3], [[0, 1], [0, -1]], -0.25),
    "wavy": (P.wavy(), [0.2, 0.3, 3], [-6, 1], [0, 0], 0),
    "wavy(dim=1)": (P.wavy(dim=1), [0.2, 0.3, 3], [-6], [0], 0),
    "lessard": (P.lessard(), [], [3.3], [0], 0),
    "nesterov_worst": (
        P.nesterov_worst(), [1], np.zeros(101), (101 - np.arange(101)) / 102, (1 / 102 - 1) / 8
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_a_landscape_is_the_one_of_the_book(name):
    problem, params, start, minimizer, minimum = KNOWN[name]
    assert problem.name == name
    assert problem._params == pytest.approx(np.array(params, float), abs=1e-12)
    assert problem.start.tolist() == list(start)
    assert problem.minimizer == pytest.approx(np.array(minimizer, float), abs=1e-12)
    assert problem.minimum == pytest.approx(minimum, abs=1e-12)


def test_curvatures_that_are_known():
    for kappa, dim in ((7.0, 1), (7.0, 2), (7.0, 5)):
        valley = ml.problems.quadratic(kappa, dim=dim)
        assert (valley.mu, valley.L) == pytest.approx((7.0 if dim == 1 else 1.0, 7.0))
    assert (ml.problems.lessard().mu, ml.problems.lessard().L) == (1, 25)
    assert ml.problems.nesterov_worst(3, L=2.5).L == 2.5
    plain = ml.problems.beale()
    assert plain.mu is plain.L is plain.eigenvalues is None
    assert (plain.angle, plain.minibatches, plain.batches(0)) == (0, False, None)


def test_himmelblau_starts_between_its_minima_which_are_exact():
    hills = ml.problems.himmelblau()
    assert hills.start.tolist() == [-0.5, -1.0]
    assert hills.minimum == 0
    for minimum in hills.minimizer:
        assert hills.f(minimum) < 1e-24
        assert np.linalg.norm(hills.grad(minimum)) < 1e-11


def test_logistic_as_it_is_by_default():
    problem, signed = ml.problems.logistic(), None
    rng = np.random.default_rng(0)
    features = rng.normal(size=(200, 5)) * 3 * 0.1 ** (np.arange(5) / 4)
    chance = 1 / (1 + np.exp(-features @ rng.normal(size=5)))
    signed = np.where(rng.random(200) < chance, 1, -1)[:, None] * features
    assert problem._params[0] == 0.01
    assert problem._params[1:].reshape(200, 5) == pytest.approx(signed)
    assert problem.start.tolist() == [0] * 5


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: P.quadratic(dim=0), "dim must be at least 1"),
        (lambda: P.quadratic(0.5), "kappa must be"),
        (lambda: P.nesterov_worst(0), "dim must be at least 1"),
        (lambda: P.nesterov_worst(L=0), "L must be"),
        (lambda: P.logistic(rows=0), "rows must be at least 1"),
        (lambda: P.logistic(dim=0), "dim must be at least 1"),
        (lambda: P.logistic(ridge=0), "ridge must be"),
        (lambda: P.rosenbrock(0), "steepness must be"),
        (lambda: P.ravine(along=0), "along must be"),
        (lambda: P.ravine(across=0), "across must be"),
        (lambda: P.wavy(frequency=0), "frequency must be"),
        (lambda: P.wavy(curvature=0), "curvature must be"),
        (lambda: ml.Problem(bowl, bowl_out, dim=0), "dim must be at least 1"),
        (
            lambda: ml.Problem(bowl, bowl_out, dim=2**28 + 1),
            "dim must be at most 268435456",
        ),
    ],
)
def test_below_the_least_is_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_the_least_is_taken():
    assert P.quadratic(1).name == "quadratic(kappa=1)"
    assert P.quadratic(1, dim=1).dim == P.nesterov_worst(1).dim == P.logistic(1, 1).dim == 1
    assert P.ravine(bend=0).f([0.0, 1.0]) == 5
    assert P.wavy(depth=0).f([1.0, 0.0]) == pytest.approx(0.1)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_a_check_takes_a_difference_of_a_ten_thousandth(size):
    """Of the slope, or of 1 where it is flatter; a turned sign is said."""
    slope = lambda factor, extra=0.0: [size * factor + extra]
    line = lambda *how: ml.Problem(
        lambda theta: size * theta[0], lambda theta: slope(*how), start=[0.5], check=True
    )
    close = 0.8e-4 * max(1, size)
    line(1.0, close), line(1.0, -close)
    for off in (1.3e-4 * max(1, size), -1.3e-4 * max(1, size)):
        with pytest.raises(ValueError, match=r"coordinate 0 is .*, finite differences of f give"):
            line(1.0, off)
    if size >= 1:
        with pytest.raises(ValueError, match="its sign is wrong"):
            line(-1.0005)
        with pytest.raises(ValueError, match="finite differences") as caught:
            line(-1.0025)
        assert "sign" not in str(caught.value)


def test_a_difference_may_be_four_roundings_of_j_more():
    """The cost is a number of so many digits, and so is its difference."""
    what = lambda k: f"coordinate {k} is"
    given = np.zeros(2), np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([0.0, 1.0])
    for off in (4 + 0.99e-4, -4 - 0.99e-4):
        slopes._compare(given[0], given[1] + [0, off], *given[2:], what)
        with pytest.raises(ValueError, match=r"coordinate 1 is .*, finite differences of f give 0"):
            slopes._compare(given[0], given[1] + [0, off * 1.0001], *given[2:], what)
    half, noise = slopes._slope(ml.problems.quadratic(1, dim=1), np.array([3.0]), np.array([1.0]))
    assert (half, noise) == (3.0, np.spacing(8.0))  # (4² − 2²) / 4


def test_a_check_names_the_first_wrong_coordinate():
    with pytest.raises(ValueError, match=r"coordinate 1 is 0, finite differences of f give 3"):
        ml.Problem(
            lambda theta: 2 * theta[0] + 3 * theta[1] + 4 * theta[2], lambda theta: (2.0, 0.0, 0.0),
            dim=3, check=True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("problem", "name"),
    [
        (ml.problems.quadratic(), "quadratic(kappa=10)"),
        (ml.problems.quadratic(30, dim=3), "quadratic(kappa=30, dim=3)"),
        (ml.problems.quadratic(30, dim=1, angle=20), "quadratic(kappa=30, dim=1, angle=20)"),
        (ml.problems.wavy(), "wavy()"),
        (ml.problems.wavy(dim=3), "wavy(dim=3)"),
        (ml.problems.wavy(0.9), "wavy(depth=0.9)"),
        (ml.problems.wavy(frequency=4, dim=1), "wavy(frequency=4, dim=1)"),
        (ml.problems.wavy(curvature=0.1), "wavy(curvature=0.1)"),
    ],
)  # fmt: skip
def test_a_name_makes_the_landscape_again(problem, name):
    """What is usual is left out."""
    assert problem.name == name.removesuffix("()")
    again = eval(f"ml.problems.{name}")
    assert (again.dim, again._params.tolist()) == (problem.dim, problem._params.tolist())
