"""What is minimized: a cost J, its gradient, where to start, and where the minimum is."""

import numpy as np

from .arguments import (
    coordinates,
    finite,
    first_line,
    flag,
    floats,
    number,
    short,
    text,
    vector,
    whole,
)
from .data import Data
from .readers import compiled, grad_of, loss_of, plain, takes

#: The most parameters of a reader's own problem: a start of 2 GB.
MOST = 2**28


class Problem:
    """A cost function of `dim` parameters, with its gradient.

    Parameters
    ----------
    f : callable
        J: takes theta of shape (dim,), and any names of data; returns a number.
    grad : callable
        ∇J: takes theta, and any names of data, and returns dim numbers (an array, a tuple or
        a list); or takes (theta, out), and names of data, and fills out.
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
    data : dict, name -> number or array, optional
        What f and grad are about, beside theta; copied and write-protected.
    compile : bool, optional
        True: compile f and grad, or say why that can't be; False: run them as Python. By
        default they are compiled where Numba can, and where the first steps of a run give the
        same numbers both ways; else they run as Python, and `Run.why` says why.

    Raises
    ------
    TypeError
        `f` or `grad` is not callable, takes what nobody gives, does not return numbers, or
        can't be compiled though it must.
    ValueError
        A shape is wrong, or `check` finds that `grad` is not the gradient of `f`.

    Examples
    --------
    >>> import momentumlib as ml
    >>> bowl = ml.Problem(lambda theta: theta[0] ** 2, lambda theta: [2 * theta[0]], start=[3.0])
    >>> bowl.f([3.0]), bowl.grad([3.0])
    (9.0, array([6.]))

    With data:

    >>> f = lambda theta, X, y: np.sum((X @ theta - y) ** 2) / 2
    >>> grad = lambda theta, X, y: X.T @ (X @ theta - y)
    >>> X, y = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), [1.0, 3.0, 5.0]
    >>> fit = ml.Problem(f, grad, data={"X": X, "y": y}, dim=2)
    >>> ml.minimize(fit, ml.gd(eta=0.2), steps=300).theta[-1].round(6)
    array([1., 2.])
    """

    #: Whether a run draws minibatches: `batches` then gives them.
    minibatches = False
    #: Curvatures of a quadratic, and the degrees by which it is turned.
    eigenvalues = mu = L = None
    angle = 0.0
    #: No data of its own, and compiled where that can be, unless told otherwise.
    data, compile = Data(), None
    _built_in = _along_axes = _fills = False

    def __init__(
        self, f, grad, *, dim=None, start=None, minimizer=None, minimum=None, name=None,
        check=False, data=None, compile=None,
    ):  # fmt: skip
        for argument, function in (("f", f), ("grad", grad)):
            if not callable(function):
                raise TypeError(
                    f"{argument} must be a function of theta, not {type(function).__name__}"
                )
        if compile is not None and not isinstance(compile, bool):
            raise TypeError(f"compile must be True, False or None, but is {short(compile)}")
        self.data, self.compile = Data(data, taken=("theta", "out")), compile
        self._params = self.data.packed
        self._cost, self._slope = f, grad
        _, self._cost_names = takes("f", f, 1, self.data)
        places, self._slope_names = takes("grad", grad, 2, self.data)
        self._fills = places == 2
        for one in self.data.items:
            if one not in self._cost_names and one not in self._slope_names:
                raise TypeError(f"data holds {one!r}, but neither f nor grad takes it")
        if start is None and dim is None:
            raise ValueError("a Problem needs start (or dim), to know how many parameters J has")
        check = flag("check", check)
        if name is not None:
            text("name", name)
        name = name or getattr(f, "__name__", "problem").replace("<lambda>", "problem")
        self._describe(name, dim, start, minimizer, minimum)
        if compile and self._pair()[0] is None:
            raise TypeError(f"compile=True: {self._pair()[1]}")
        if check:
            self.check()

    def _describe(self, name, dim, start, minimizer, minimum):
        self.name = name
        if dim is not None:
            whole("dim", dim, 1, MOST)
        if start is None:
            start = np.ones(dim)
        start = vector("start", start, dim)
        self.dim, self.start, self.minimizer = start.size, start, None
        if minimizer is not None:
            places = finite("minimizer", coordinates("minimizer", minimizer, self.dim))
            if places.ndim > 2:
                raise ValueError(
                    f"minimizer must have shape ({self.dim},), or one such row for each of several "
                    f"minima, but has shape {places.shape}"
                )
            places.flags.writeable = False
            self.minimizer = places
            minimum = self.f(np.atleast_2d(places)[0]) if minimum is None else minimum
        self.minimum = None if minimum is None else number("minimum", minimum)

    def __setattr__(self, name, value):
        if name == "start":  # runs begin there without another look
            value = vector("start", value, self.dim)
            value.flags.writeable = False
        object.__setattr__(self, name, value)

    def f(self, theta):
        """J(theta), a float; theta has shape (dim,)."""
        with np.errstate(all="ignore"):
            return float(self._loss(vector("theta", theta, self.dim), self._params))

    def grad(self, theta):
        """∇J(theta), an array of shape (dim,)."""
        theta, out = vector("theta", theta, self.dim), np.full(self.dim, np.nan)
        with np.errstate(all="ignore"):
            self._fill(theta.copy(), self._params, out)
            if self._fills and np.isnan(out).any():
                self._see_that_all_is_filled(theta, out)
        return out

    def _see_that_all_is_filled(self, theta, out):
        """A reader's grad must set all of out; out is what it made of nothing but nan."""
        again = np.zeros(self.dim)
        self._fill(theta, self._params, again)
        left = np.isnan(out) & ~np.isnan(again)
        if left.any():
            raise ValueError(
                f"grad takes a second argument, so it must set every number of that, as in "
                f"out[:] = ..., but leaves number {int(np.argmax(left))} as it was, or adds to it; "
                "one that returns its numbers takes theta alone, and names of data"
            )

    def check(self):
        """Compare `grad` with central differences of `f` at three points.

        Raises
        ------
        ValueError
            They disagree; the sentence names the coordinate and, if it is one of the
            known ones, the mistake.
        """
        from .slopes import check

        check(self)

    def values(self, points):
        """J at many points: shape (..., dim) in, (...) out."""
        from .agreement import values

        points = coordinates("points", points, self.dim)
        rows = np.ascontiguousarray(points.reshape(-1, self.dim))
        return values(self, rows).reshape(points.shape[:-1])

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
    # two compiled. Here they wrap the reader's functions, and params holds their data.

    _params = np.zeros(0)

    def _numbers(self):
        """The arrays that J is made of; with its functions, they tell problems apart."""
        return (self._params,)

    def _about(self):
        """What tells this problem from others, wherever a study runs."""
        return self

    def _loss(self, theta, params):
        value = self._reader("f", self._cost, self._cost_names, theta)
        try:
            return float(value if isinstance(value, float) else floats(value).item())
        except (TypeError, ValueError, OverflowError):
            raise TypeError(f"f must return one number, but returned {short(value)}") from None

    def _fill(self, theta, params, out):
        if self._fills:
            self._reader("grad", self._slope, self._slope_names, theta, out)
            return
        g = self._reader("grad", self._slope, self._slope_names, theta)
        try:
            g = floats(g)
        except (TypeError, ValueError, OverflowError):
            raise TypeError(
                f"grad must return {self.dim} numbers, but returned {short(g)}"
            ) from None
        if g.shape != (self.dim,):
            raise ValueError(
                f"grad must return shape ({self.dim},), one number for each coordinate, "
                f"but returned shape {g.shape}"
            )
        out[:] = g

    def _reader(self, argument, function, names, theta, *out):
        """Call the reader's function, in Python; name it in what it raises. It may change theta."""
        try:
            given = {name: self.data[name] for name in names}
            return plain(function)(theta, *out, **given)
        except Exception as error:
            raise ValueError(
                f"{argument} raised {type(error).__name__} at theta = {short(theta)}: "
                f"{first_line(error)}"
            ) from error

    def _native(self):
        """(loss, fill) as the compiled loop takes them, or None where that can't be."""
        return self._pair()[0]

    def _pair(self):
        """((loss, fill), "") compiled, or (None, why not)."""
        if self.compile is False:
            return None, "compile=False"
        layout = self.data.layout
        loss, why = compiled("loss", "f", self._cost, loss_of, self._cost_names, layout)
        if loss is None:
            return None, why
        how = self._fills, self._slope_names, layout
        fill, why = compiled("grad", "grad", self._slope, grad_of, *how)
        return (None, why) if fill is None else ((loss, fill), "")

    def __getstate__(self):  # another process looks for itself
        return {key: value for key, value in self.__dict__.items() if key != "_agreed"}

    def __setstate__(self, state):  # an array from a pickle can be written into
        self.__dict__.update(state)
        for name in ("start", "minimizer", "eigenvalues"):
            if isinstance(array := state.get(name), np.ndarray):
                array.flags.writeable = False

    def __repr__(self):
        return f"<Problem {self.name}, dim={self.dim}>"
