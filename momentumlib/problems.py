"""The landscapes of the book, as Problems: quadratic valleys, Rosenbrock's banana and others."""

import numpy as np

from . import landscapes
from .arguments import number, numbers, positive, short, text, vector, whole
from .problem import Problem

__all__ = [
    "Landscape", "Problem", "beale", "himmelblau", "lessard", "logistic", "nesterov_worst",
    "quadratic", "ravine", "rosenbrock", "saddle", "surface", "wavy",
]  # fmt: skip

#: The most numbers that a landscape is made of: half a gigabyte.
MOST = 2**26


class Landscape(Problem):
    """A problem of the book: its functions live in landscapes.py and are cached on disk."""

    _built_in = True

    def __init__(self, kind, params, start, minimizer=None, minimum=None, name=None):
        self._kind, self._params = kind, np.array(params, float)
        self._describe(name or kind, None, start, minimizer, minimum)

    @property
    def _along_axes(self):
        """Whether it is a quadratic along the axes, on which coordinates don't mix."""
        return self._kind == "quadratic" and self._params[-1] == 0.0

    @property
    def _simplest(self):
        """The landscape whose functions say the same with the least work."""
        return "diagonal" if self._along_axes else self._kind

    def _loss(self, theta, params):
        return getattr(landscapes, self._kind)(theta, params)

    def _fill(self, theta, params, out):
        getattr(landscapes, self._kind + "_grad")(theta, params, out)

    def _pair(self):
        from . import kernels

        pair = kernels.landscape(self._kind)
        return (pair, "") if pair else (None, kernels.WHY_NOT)


def quadratic(kappa=10.0, dim=2, angle=0.0):
    """The narrow valley J = ½ Σ λ_i θ_i², with curvatures from μ = 1 to L = kappa.

    Parameters
    ----------
    kappa : float
        Condition number L/μ, at least 1. The first axis has curvature 1 (along the
        valley), the last has curvature kappa (across it); between them the curvatures
        grow geometrically.
    dim : int
        Number of parameters.
    angle : float
        Degrees by which the valley is turned, in the plane of the first and last axis.

    Raises
    ------
    ValueError
        kappa < 1 or not finite, dim < 1, or angle not finite.

    Examples
    --------
    >>> import momentumlib as ml
    >>> valley = ml.problems.quadratic(kappa=100)
    >>> valley.f([1.0, 1.0]), valley.mu, valley.L
    (50.5, 1.0, 100.0)
    """
    kappa = number("kappa", kappa)
    if not kappa >= 1:
        raise ValueError(f"kappa must be at least 1 (it is the ratio L/μ), but is {kappa:g}")
    whole("dim", dim, 1, MOST)
    angle = number("angle", angle)
    eigenvalues = np.geomspace(1, kappa, dim) if dim > 1 else np.array([kappa])
    c, s = (np.cos(np.radians(angle)), np.sin(np.radians(angle))) if angle % 360 else (1.0, 0.0)
    start = np.full(dim, 2.0)
    start[0] = -4.0
    tilt = f", angle={angle:g}" if angle else ""
    size = f", dim={dim}" if dim != 2 else ""
    problem = Landscape(
        "quadratic", np.append(eigenvalues, [c, s]), start, np.zeros(dim), 0.0,
        f"quadratic(kappa={kappa:g}{size}{tilt})",
    )  # fmt: skip
    eigenvalues.flags.writeable = False
    problem.eigenvalues, problem.angle = eigenvalues, angle
    problem.mu, problem.L = float(eigenvalues[0]), float(eigenvalues[-1])
    return problem


def rosenbrock(steepness=100.0):
    """Rosenbrock's banana valley (1 − x)² + steepness·(y − x²)²; minimum at (1, 1).

    >>> rosenbrock().f([1.0, 1.0])
    0.0
    """
    return Landscape("rosenbrock", [positive("steepness", steepness)], [-1.5, 2.0], [1.0, 1.0])


def beale():
    """Beale's function: flat plateaus with steep rims; minimum at (3, 0.5).

    >>> beale().f([3.0, 0.5])
    0.0
    """
    return Landscape("beale", [], [1.0, 1.5], [3.0, 0.5])


def himmelblau():
    """Himmelblau's function: four equal minima, so the path decides which one.

    >>> himmelblau().f([3.0, 2.0])
    0.0
    """
    minima = [
        [3.0, 2.0],
        [-2.805118086952745, 3.131312518250573],
        [-3.779310253377747, -3.283185991286170],
        [3.584428340330492, -1.848126526964404],
    ]
    return Landscape("himmelblau", [], [-0.5, -1.0], minima, 0.0)


def ravine(along=0.1, across=10.0, bend=1.0):
    """A valley that bends like a sine: ½·along·x² + ½·across·(y − bend·sin x)².

    >>> ravine().f([0.0, 0.0])
    0.0
    """
    params = [positive("along", along), positive("across", across), number("bend", bend)]
    return Landscape("ravine", params, [-5.0, 2.0], [0.0, 0.0])


def saddle():
    """½x² − ½y² + ¼y⁴: a saddle at the origin between two minima at (0, ±1).

    >>> saddle().f([0.0, 1.0])
    -0.25
    """
    return Landscape("saddle", [], [2.0, 1e-3], [[0.0, 1.0], [0.0, -1.0]])


def wavy(depth=0.3, frequency=3.0, curvature=0.2, dim=2):
    """A bowl with shallow dips along x: ½·curvature·x² + ½y² + depth·(1 − cos(frequency·x)).

    The lowest point is the origin; the dips beside it are local minima. With dim = 1 there
    is no y; from 3 on, each further parameter adds its ½y².

    >>> wavy().f([0.0, 0.0]), wavy(dim=1).grad([0.5]).round(3)
    (0.0, array([0.998]))
    """
    whole("dim", dim, 1, MOST)
    params = [
        positive("curvature", curvature),
        number("depth", depth),
        positive("frequency", frequency),
    ]
    start = np.ones(dim)
    start[0] = -6.0
    given = {"depth": (depth, 0.3), "frequency": (frequency, 3), "curvature": (curvature, 0.2)}
    given = {name: value for name, (value, usual) in given.items() if value != usual}
    given |= {"dim": dim} if dim != 2 else {}
    listed = ", ".join(f"{name}={value:g}" for name, value in given.items())
    name = f"wavy({listed})" if listed else "wavy"
    return Landscape("wavy", params, start, np.zeros(dim), name=name)


def lessard():
    """The piecewise quadratic on which Polyak's tuning cycles for ever (μ = 1, L = 25).

    Source: Lessard, Recht & Packard (2016), section 4.6.

    >>> lessard().grad([1.5])
    array([25.5])
    """
    problem = Landscape("lessard", [], [3.3], [0.0])
    problem.mu, problem.L = 1.0, 25.0
    return problem


def nesterov_worst(dim=101, L=1.0):
    """Nesterov's worst function: J = L/4·(½ θᵀTθ − θ₁), T the second-difference matrix.

    From zeros, no method that moves along past gradients gets below `theory.worst_gap`
    at step k ≤ dim, nor below `theory.lower_bound` at k = (dim − 1)/2.
    Source: Nesterov (2004), section 2.1.2.

    >>> nesterov_worst(dim=3).minimizer
    array([0.75, 0.5 , 0.25])
    """
    whole("dim", dim, 1, MOST)
    L = positive("L", L)
    minimizer = 1 - np.arange(1, dim + 1) / (dim + 1)
    problem = Landscape(
        "nesterov_worst", [L], np.zeros(dim), minimizer, L / 8 * (1 / (dim + 1) - 1)
    )
    problem.L = L
    return problem


def logistic(rows=200, dim=5, ridge=0.01, seed=0):
    """Logistic regression on made data: mean log(1 + exp(−y xᵀθ)) + ½·ridge·‖θ‖².

    The features have scales from 0.3 to 3, so that the valley is narrow.

    >>> round(logistic().f([0, 0, 0, 0, 0]), 6)
    0.693147
    """
    whole("dim", dim, 1, MOST)
    whole("rows", rows, 1, MOST // dim)
    rng = np.random.default_rng(whole("seed", seed, 0))
    features = rng.normal(size=(rows, dim)) * np.geomspace(3, 0.3, dim)
    truth = rng.normal(size=dim)
    with np.errstate(over="ignore"):  # 1 / (1 + inf) is the 0 that is meant
        likely = 1 / (1 + np.exp(-features @ truth))
    labels = np.where(rng.random(rows) < likely, 1.0, -1.0)
    signed = features * labels[:, None]
    params = np.append(positive("ridge", ridge), signed)
    return Landscape("logistic", params, np.zeros(dim))


def surface(x, y, values, *, start=None, name="surface"):
    """A landscape from a table: J at the points of an even grid, smooth between them.

    Parameters
    ----------
    x, y : array-like (nx,) and (ny,)
        Evenly spaced and growing, at least 2 numbers each.
    values : array-like (ny, nx)
        J at (x[i], y[j]) is values[j, i].
    start : array-like (2,), optional
        The table's first corner by default.

    Beyond the table a wall rises from its edge, so that a run comes back.
    Source: cubic convolution, Keys (1981).

    Raises
    ------
    ValueError
        A shape is wrong, a number is not finite, or the points are not evenly spaced.

    Examples
    --------
    >>> import momentumlib as ml
    >>> bowl = ml.problems.surface([-1, 0, 1], [-1, 0, 1], [[2, 1, 2], [1, 0, 1], [2, 1, 2]])
    >>> bowl.f([1.0, 0.0]), bowl.f([0.5, 0.0])
    (1.0, 0.4375)
    """
    text("name", name)
    x, y, values = vector("x", x, None), vector("y", y, None), numbers("values", values)
    for argument, points in (("x", x), ("y", y)):
        if points.size < 2 or not np.allclose(np.diff(points), points[-1] - points[-2]):
            raise ValueError(f"{argument} must be evenly spaced, but is {short(points)}")
        if points[1] <= points[0]:
            raise ValueError(f"{argument} must grow, but is {short(points)}")
    if values.shape != (y.size, x.size):
        raise ValueError(
            f"values must have shape ({y.size}, {x.size}), but has shape {values.shape}"
        )
    heights = vector("values", values.ravel(), None)
    steps = (x[0], x[1] - x[0], x.size, y[0], y[1] - y[0], y.size)
    wall = 8 * np.ptp(heights) / min(values.shape) ** 2  # as a bowl over the whole table
    start = [x[0], y[0]] if start is None else start
    return Landscape("surface", np.append([*steps, wall], heights), start, name=name)
