"""What is minimized: a cost J, its gradient, where to start, and where the minimum is."""

import inspect

import numpy as np

from . import landscapes
from .arguments import (
    coordinates,
    first_line,
    number,
    numbers,
    positive,
    short,
    text,
    vector,
    whole,
)

#: The most numbers that a landscape is made of: half a gigabyte.
MOST = 2**26


class Problem:
    """A cost function of `dim` parameters, with its gradient.

    Parameters
    ----------
    f : callable
        J: takes theta of shape (dim,), returns a number.
    grad : callable
        ∇J: takes theta, returns dim numbers (an array, a tuple or a list), or takes
        (theta, out) and fills out.
    dim : int, optional
        The number of parameters; taken from `start` where that is given.
    start : array-like (dim,), optional
        Where a run begins unless told otherwise. Ones by default.
    minimizer : array-like (dim,) or (n, dim), optional
        Where J is smallest; several rows for several equal minima.
    minimum : float, optional
        The smallest value of J; computed from `minimizer` where that is given.
    name : str, optional
        Used in labels; the name of `f` by default.
    check : bool
        Compare `grad` with finite differences of `f` at three points, now.

    Plain Python functions do: they are compiled when Numba can, and run as they are
    when it can't, with the same results. A compiled function keeps the values that
    global variables had when the first run compiled it; make a new Problem to change them.

    Raises
    ------
    TypeError
        `f` or `grad` is not callable, or does not return numbers.
    ValueError
        A shape is wrong, or `check` finds that `grad` is not the gradient of `f`.

    Examples
    --------
    >>> import momentumlib as ml
    >>> bowl = ml.Problem(lambda theta: theta[0] ** 2, lambda theta: [2 * theta[0]], start=[3.0])
    >>> bowl.f([3.0]), bowl.grad([3.0])
    (9.0, array([6.]))
    """

    #: Whether a run draws minibatches: `batches` then gives them.
    minibatches = False
    #: Curvatures of a quadratic, and the degrees by which it is turned.
    eigenvalues = mu = L = None
    angle = 0.0

    def __init__(
        self, f, grad, *, dim=None, start=None, minimizer=None, minimum=None, name=None, check=False
    ):
        for argument, function in (("f", f), ("grad", grad)):
            if not callable(function):
                raise TypeError(
                    f"{argument} must be a function of theta, not {type(function).__name__}"
                )
        self._cost, self._slope, self._fills = f, grad, _fills(grad)
        if start is None and dim is None:
            raise ValueError("a Problem needs start (or dim), to know how many parameters J has")
        name = name or getattr(f, "__name__", "problem").replace("<lambda>", "problem")
        self._describe(name, dim, start, minimizer, minimum)
        if check:
            self.check()

    def _describe(self, name, dim, start, minimizer, minimum):
        self.name = name
        if dim is not None:
            whole("dim", dim, 1)
        if start is None:
            start = np.ones(dim)
        self.start = vector("start", start, dim)
        self.dim = self.start.size
        self.minimizer = (
            None if minimizer is None else coordinates("minimizer", minimizer, self.dim)
        )
        if minimizer is not None:
            lowest = vector("minimizer", np.atleast_2d(self.minimizer)[0], self.dim)
            minimum = self.f(lowest) if minimum is None else minimum
        self.minimum = None if minimum is None else number("minimum", minimum)

    def f(self, theta):
        """J(theta), a float; theta has shape (dim,)."""
        with np.errstate(all="ignore"):
            return float(self._loss(vector("theta", theta, self.dim), self._params))

    def grad(self, theta):
        """∇J(theta), an array of shape (dim,)."""
        out = np.empty(self.dim)
        with np.errstate(all="ignore"):
            self._fill(vector("theta", theta, self.dim), self._params, out)
        return out

    def check(self):
        """Compare `grad` with central differences of `f` at three points.

        Raises
        ------
        ValueError
            They disagree; the sentence names the coordinate and, if it is one of the
            known ones, the mistake.
        """
        rng = np.random.default_rng(0)
        for point in (self.start, *(self.start + rng.normal(size=(2, self.dim)))):
            g = self.grad(point)
            h = 1e-6 * np.maximum(1, np.abs(point))
            slope = np.array(
                [
                    (self.f(point + e) - self.f(point - e)) / (2 * h[i])
                    for i, e in enumerate(np.diag(h))
                ]
            )
            wrong = ~(np.abs(g - slope) <= 1e-4 * np.maximum(1, np.abs(slope)))
            if wrong.any():
                i = int(np.argmax(wrong))
                hint = "; its sign is wrong" if np.allclose(g, -slope, 1e-3, 1e-4) else ""
                raise ValueError(
                    f"grad disagrees with f at theta = {short(point)}: coordinate {i} is "
                    f"{g[i]:.6g}, finite differences of f give {slope[i]:.6g}{hint}"
                )

    def values(self, points):
        """J at many points: shape (..., dim) in, (...) out."""
        from . import kernels

        points = coordinates("points", points, self.dim)
        rows = np.ascontiguousarray(points.reshape(-1, self.dim))
        out = np.empty(len(rows))
        native = self._native()
        evaluate = kernels.compiled("evaluate") if native else kernels.evaluate
        with np.errstate(all="ignore"):
            evaluate(
                native[0] if native else self._loss, self._params, rows, np.empty(self.dim), out
            )
        return out.reshape(points.shape[:-1])

    def distance(self, points):
        """Distance to the (nearest) minimizer: shape (..., dim) in, (...) out."""
        if self.minimizer is None:
            raise ValueError(f"{self.name} has no known minimizer to measure the distance to")
        points = coordinates("points", points, self.dim)
        with np.errstate(all="ignore"):
            gaps = points[..., None, :] - np.atleast_2d(self.minimizer)
            return np.linalg.norm(gaps, axis=-1).min(axis=-1)

    def batches(self, seed):
        """For a problem with minibatches, those of one run; None where J is all there is.

        A function of (theta, out) that fills out with the next minibatch's gradient.
        """
        return None

    # What the loop calls: loss(theta, params), fill(theta, params, out), and the same
    # two compiled. Here they wrap the reader's functions.

    _params = np.zeros(0)

    def _numbers(self):
        """The arrays that J is made of; with its functions, they tell problems apart."""
        return (self._params,)

    def _loss(self, theta, params):
        value = _reader("f", self._cost, theta)
        try:
            return float(np.asarray(value).item())
        except (TypeError, ValueError):
            raise TypeError(f"f must return one number, but returned {short(value)}") from None

    def _fill(self, theta, params, out):
        if self._fills:
            _reader("grad", self._slope, theta, out)
            return
        g = _reader("grad", self._slope, theta)
        try:
            g = np.array(g, float)
        except (TypeError, ValueError):
            raise TypeError(
                f"grad must return {self.dim} numbers, but returned {short(g)}"
            ) from None
        if g.shape != (self.dim,):
            raise ValueError(
                f"grad must return shape ({self.dim},), one number for each coordinate, "
                f"but returned shape {g.shape}"
            )
        out[:] = g

    def _native(self):
        """(loss, fill) as the compiled loop takes them, or None where Numba can't."""
        if not hasattr(self, "_compiled"):
            self._compiled = _compile(self._cost, self._slope, self._fills)
        return self._compiled

    def __getstate__(self):  # another process compiles anew
        return {key: value for key, value in self.__dict__.items() if key != "_compiled"}

    def __repr__(self):
        return f"<Problem {self.name}, dim={self.dim}>"


def _reader(argument, function, theta, *out):
    """Call the reader's function, uncompiled, on a copy of theta; name it in what it raises."""
    try:
        return getattr(function, "py_func", function)(theta.copy(), *out)
    except Exception as error:
        raise ValueError(
            f"{argument} raised {type(error).__name__} at theta = {short(theta)}: "
            f"{first_line(error)}"
        ) from error


def _fills(grad):
    """Whether grad is called as grad(theta, out)."""
    try:
        parameters = inspect.signature(getattr(grad, "py_func", grad)).parameters.values()
    except (TypeError, ValueError):
        return False
    return len([p for p in parameters if p.default is p.empty and p.kind in (0, 1)]) == 2


def _compile(f, grad, fills):
    from . import kernels

    f, grad = kernels.jitted(f), kernels.jitted(grad)
    if f is None or grad is None:
        return None

    def loss(theta, params):
        return f(theta)

    def fill(theta, params, out):
        if fills:
            grad(theta, out)
        else:
            g = grad(theta)
            for i in range(out.size):  # a loop: `out[:] = g` takes seconds to compile
                out[i] = g[i]

    pair = kernels.compile_function(loss, "loss"), kernels.compile_function(fill, "grad")
    return None if None in pair else pair


class Landscape(Problem):
    """A problem of the book: its functions live in landscapes.py and are cached on disk."""

    def __init__(self, kind, params, start, minimizer=None, minimum=None, name=None):
        self._kind, self._params = kind, np.array(params, float)
        self._describe(name or kind, None, start, minimizer, minimum)

    def _loss(self, theta, params):
        return getattr(landscapes, self._kind)(theta, params)

    def _fill(self, theta, params, out):
        getattr(landscapes, self._kind + "_grad")(theta, params, out)

    def _native(self):
        from . import kernels

        return kernels.landscape(self._kind)


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
        "quadratic", [*eigenvalues, c, s], start, np.zeros(dim), 0.0,
        f"quadratic(kappa={kappa:g}{size}{tilt})",
    )  # fmt: skip
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


def wavy(depth=0.3, frequency=3.0, curvature=0.2):
    """A bowl with shallow dips along x: ½·curvature·x² + ½y² + depth·(1 − cos(frequency·x)).

    The lowest point is the origin; the dips beside it are local minima.

    >>> wavy().f([0.0, 0.0])
    0.0
    """
    params = [
        positive("curvature", curvature),
        number("depth", depth),
        positive("frequency", frequency),
    ]
    return Landscape("wavy", params, [-6.0, 1.0], [0.0, 0.0])


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
    labels = np.where(rng.random(rows) < 1 / (1 + np.exp(-features @ truth)), 1.0, -1.0)
    signed = features * labels[:, None]
    return Landscape("logistic", [positive("ridge", ridge), *signed.ravel()], np.zeros(dim))


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
    return Landscape("surface", [*steps, wall, *heights], start, name=name)
