"""Networks that recognize pictures, as Problems over one flat θ.

`ml.minimize(model, method, steps=…, seed=…)` trains one: every step takes the gradient of
the next minibatch, in an order that `seed` sets. `model.f` and `model.grad` are J and ∇J
over all of the training pictures.

>>> import momentumlib as ml
>>> digits = ml.datasets.digits()
>>> model = ml.models.softmax(digits)
>>> run = ml.minimize(model, ml.momentum(0.05, 0.9), steps=100, keep=100)
>>> model.accuracy(run.theta[-1], digits.test) > 0.9
True
"""

from typing import NamedTuple

import numpy as np

from . import layers
from .arguments import listed, short, text, vector, whole
from .datasets.pictures import Dataset, Pictures
from .layers import MOST
from .problems import Problem
from .propagation import Work, blocks


class _Layer(NamedTuple):
    channels: int
    size: int
    stride: int
    pad: int


class Layer(_Layer):
    """Sums of what a window of `size` × `size` sees, at every `stride`-th place.

    channels : how many sums;  size 0 : a window as large as what is below (a dense layer);
    pad : how far the window reaches over the edge, where it sees zeros; less than size.

    >>> Layer(8, size=3, stride=2, pad=1)
    Layer(channels=8, size=3, stride=2, pad=1)
    """

    __slots__ = ()

    def __new__(cls, channels, size=0, stride=1, pad=0):
        channels, size = whole("channels", channels, 1, MOST), whole("size", size, 0, MOST)
        stride, pad = whole("stride", stride, 1, MOST), whole("pad", pad, 0, MOST)
        if pad and pad >= size:
            raise ValueError(f"pad must be below size, {size}, but is {pad}")
        return super().__new__(cls, channels, size, stride, pad)


class Network(Problem):
    """Layers with ReLU between them and softmax at the end; J is the mean cross-entropy.

    Parameters
    ----------
    data : Dataset or Pictures
        What to train on; of a Dataset its train part.
    hidden : list of Layer
        The layers before the last; the last is dense, with one sum for each class.
    batch : int
        Pictures in a minibatch.
    seed : int
        Of the weights at the start: normal, with variance 2 / (inputs of a sum)
        (He et al., 2015), in the last layer half of that; biases 0.
    dtype : np.float32 or np.float64
        How the network computes; θ itself is float64.
    name : str, optional

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be; the sentence names it.

    Examples
    --------
    >>> import momentumlib as ml
    >>> fruits = ml.datasets.fruits(count=64)
    >>> model = ml.models.convolutional(fruits)
    >>> model
    <Network convolutional, 13,692 parameters: 32×32×3 → 16×16×8 → 8×8×16 → 12>
    >>> bool(abs(model.f(model.start) - np.log(12)) < 1)
    True
    """

    minibatches = _built_in = True

    def __init__(self, data, hidden=(), *, batch=64, seed=0, dtype=np.float32, name="network"):
        data = data.train if isinstance(data, Dataset) else data
        if not isinstance(data, Pictures):
            raise TypeError(f"data must be a Dataset or Pictures, but is {short(data)}")
        if len(data) == 0:
            raise ValueError("data must hold at least one picture, but is empty")
        if not isinstance(dtype, (type, np.dtype)) or dtype not in (np.float32, np.float64):
            raise TypeError(f"dtype must be np.float32 or np.float64, but is {short(dtype)}")
        self.data, self.batch, self.dtype = data, whole("batch", batch, 1, len(data)), dtype
        hidden = [_layer(one) for one in listed("hidden", hidden, 0)]
        asked = [*hidden, Layer(len(data.names))]
        self.layers, self.shapes = layers.fitted(asked, data.images.shape[1:])
        rng = np.random.default_rng(whole("seed", seed, 0))
        start = []
        for i, shape in enumerate(self._weight_shapes()):
            gain = 2 if i < len(hidden) else 1
            weights = rng.standard_normal(shape) * np.sqrt(gain / np.prod(shape[1:]))
            start += [weights.ravel(), np.zeros(shape[0])]
        self._describe(text("name", name), None, np.concatenate(start), None, None)

    def _weight_shapes(self):
        below = [shape[2] for shape in self.shapes]
        pairs = zip(self.layers, below, strict=False)
        return [(one.channels, one.size, one.size, inputs) for one, inputs in pairs]

    def parameters(self, theta):
        """θ as the layers' own arrays: a list of (weights (Co, K, K, C), biases (Co,))."""
        return self._parts(vector("theta", theta, self.dim))

    def _parts(self, theta):
        """`parameters` as views into θ."""
        parts, at = [], 0
        for shape in self._weight_shapes():
            middle = at + int(np.prod(shape))
            end = middle + shape[0]
            parts.append((theta[at:middle].reshape(shape), theta[middle:end]))
            at = end
        return parts

    def hessian_times(self, theta, z):
        """The matrix of second derivatives of J at θ times z: how ∇J changes along z.

        z : (dim,).  Exact (Pearlmutter, 1994), and linear in z: the kinks of ReLU, which have
        no second derivative, count as flat. Differences of the gradient would catch them.

        >>> import momentumlib as ml
        >>> model = ml.models.softmax(ml.datasets.digits())
        >>> e = np.eye(1, model.dim, 70)[0]  # along one weight
        >>> round(float(e @ model.hessian_times(model.start, e)), 4)
        0.0294
        """
        theta, z = vector("theta", theta, self.dim), vector("z", z, self.dim)
        work, along, out = Work(self), Work(self), np.zeros(self.dim)
        work.take(theta)
        along.take(z)
        for which in blocks(np.arange(len(self.data))):
            work.loss(which, len(self.data))
            work.back()
            out += work.turned(along, which, len(self.data))
        return out

    def probabilities(self, theta, pictures):
        """How likely each class is, for each picture: (n, classes)."""
        theta = vector("theta", theta, self.dim)
        pictures = self._checked(pictures)
        out = np.empty((len(pictures), len(pictures.names)))
        work = Work(self)
        work.take(theta)
        for which in blocks(np.arange(len(pictures))):
            scores = work.scores(pictures.images, which).astype(float)
            odds = np.exp(scores - scores.max(axis=0))
            keep = which >= 0
            out[which[keep]] = (odds / odds.sum(axis=0)).T[keep]
        return out

    def predict(self, theta, pictures):
        """The likeliest class of each picture: (n,) indices into names."""
        return self.probabilities(theta, pictures).argmax(axis=1)

    def accuracy(self, theta, pictures):
        """The share of pictures whose likeliest class is the right one."""
        if len(self._checked(pictures)) == 0:
            raise ValueError("pictures must hold at least one picture, but is empty")
        return float((self.predict(theta, pictures) == pictures.labels).mean())

    def confusion(self, theta, pictures):
        """How often each class (row) is taken for each class (column): (classes, classes)."""
        guess, counts = self.predict(theta, pictures), np.zeros((len(self.data.names),) * 2, int)
        np.add.at(counts, (pictures.labels, guess), 1)
        return counts

    def batches(self, seed):
        """The minibatches of one run: a function of (theta, out) that fills out with the next
        one's gradient and returns its cost.

        Every picture comes once before any comes again; what is left over at the end of a
        round, fewer than a minibatch, is mixed into the next one's draw.
        """
        rng = np.random.default_rng(whole("seed", seed, 0))
        work, order = Work(self), np.empty(0, int)

        def following(theta, out):
            nonlocal order
            if len(order) < self.batch:
                order = rng.permutation(len(self.data))
            which, order = order[: self.batch], order[self.batch :]
            return work.slope(theta, which, out)

        return following

    def _loss(self, theta, params):
        work, everything = Work(self), np.arange(len(self.data))
        work.take(theta)
        return sum(work.loss(which, len(everything)) for which in blocks(everything))

    def _fill(self, theta, params, out):
        Work(self).slope(theta, np.arange(len(self.data)), out)

    def _numbers(self):
        return self.data.images, self.data.labels, self.batch, np.finfo(self.dtype).bits

    def _about(self):
        """Without the start: it is told apart by itself, to nine digits, as any start is."""
        return type(self), self.name, self.data, self.layers, self.batch, np.finfo(self.dtype).bits

    def _pair(self):
        return None, "a network's loops are compiled, and called from Python"

    def _checked(self, pictures):
        if not isinstance(pictures, Pictures):
            raise TypeError(f"pictures must be Pictures, but is {short(pictures)}")
        if pictures.images.shape[1:] != self.data.images.shape[1:]:
            raise ValueError(
                f"pictures must be of shape {self.data.images.shape[1:]}, as those of the "
                f"training, but are of shape {pictures.images.shape[1:]}"
            )
        if pictures.names != self.data.names:
            raise ValueError(
                f"pictures must have the names of the training, but have {short(pictures.names)}"
            )
        return pictures

    def __repr__(self):
        *pictures, (_, _, classes) = self.shapes
        chain = " → ".join(
            "×".join(map(str, shape if shape[:2] != (1, 1) else shape[2:])) for shape in pictures
        )
        return f"<Network {self.name}, {self.dim:,} parameters: {chain} → {classes}>"


def softmax(data, *, batch=64, seed=0, dtype=np.float32):
    """Softmax regression: one dense layer. Its J has a single valley.

    Arguments and errors as for `Network`.

    >>> import momentumlib as ml
    >>> ml.models.softmax(ml.datasets.digits())
    <Network softmax, 650 parameters: 8×8×1 → 10>
    """
    return Network(data, batch=batch, seed=seed, dtype=dtype, name="softmax")


def perceptron(data, hidden=(32,), *, batch=64, seed=0, dtype=np.float32):
    """A multilayer perceptron: dense layers of `hidden` sums with ReLU, then softmax.

    Other arguments and errors as for `Network`.

    >>> import momentumlib as ml
    >>> ml.models.perceptron(ml.datasets.digits(), hidden=(32,))
    <Network perceptron, 2,410 parameters: 8×8×1 → 32 → 10>
    """
    dense = [Layer(whole("hidden", n, 1, MOST)) for n in listed("hidden", hidden, 0)]
    return Network(data, dense, batch=batch, seed=seed, dtype=dtype, name="perceptron")


def convolutional(data, channels=(8, 16), *, size=3, batch=64, seed=0, dtype=np.float32):
    """A convolutional network: windows of `size` × `size` at every second place, then softmax.

    channels : sums at each place, layer by layer.  size : an odd number.
    Other arguments and errors as for `Network`.

    >>> import momentumlib as ml
    >>> ml.models.convolutional(ml.datasets.digits(), channels=(8,))
    <Network convolutional, 1,370 parameters: 8×8×1 → 4×4×8 → 10>
    """
    if whole("size", size, 1, MOST) % 2 == 0:
        raise ValueError(f"size must be odd, but is {size}")
    sums = [whole("channels", n, 1, MOST) for n in listed("channels", channels, 0)]
    windows = [Layer(n, size, 2, size // 2) for n in sums]
    return Network(data, windows, batch=batch, seed=seed, dtype=dtype, name="convolutional")


def _layer(one):
    """One of `hidden` as a Layer."""
    if not isinstance(one, tuple) or not 1 <= len(one) <= 4:
        raise TypeError(f"hidden must hold Layers, but one is {short(one)}")
    return one if isinstance(one, Layer) else Layer(*one)
