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
from .layers import LANES
from .problems import Problem

#: The most numbers that a network may have, in its weights or between its layers.
MOST = 2**26


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
        self.layers, self.shapes = _fitted(hidden, data)
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
        work, along, out = _Work(self), _Work(self), np.zeros(self.dim)
        work.take(theta)
        along.take(z)
        for which in _blocks(np.arange(len(self.data))):
            work.loss(which, len(self.data))
            work.back()
            out += work.turned(along, which, len(self.data))
        return out

    def probabilities(self, theta, pictures):
        """How likely each class is, for each picture: (n, classes)."""
        theta = vector("theta", theta, self.dim)
        pictures = self._checked(pictures)
        out = np.empty((len(pictures), len(pictures.names)))
        work = _Work(self)
        work.take(theta)
        for which in _blocks(np.arange(len(pictures))):
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
        work, order = _Work(self), np.empty(0, int)

        def following(theta, out):
            nonlocal order
            if len(order) < self.batch:
                order = rng.permutation(len(self.data))
            which, order = order[: self.batch], order[self.batch :]
            return work.slope(theta, which, out)

        return following

    def _loss(self, theta, params):
        work, everything = _Work(self), np.arange(len(self.data))
        work.take(theta)
        return sum(work.loss(which, len(everything)) for which in _blocks(everything))

    def _fill(self, theta, params, out):
        _Work(self).slope(theta, np.arange(len(self.data)), out)

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


def _fitted(hidden, data):
    """The layers with their sizes, and the shapes (height, width, channels) between them."""
    height, width, channels = data.images.shape[1:]
    shapes, fitted = [(height, width, channels)], []
    for layer in [*hidden, Layer(len(data.names))]:
        size = layer.size or height
        if not layer.size and height != width:
            raise ValueError(f"data must hold square pictures, but these are {height} × {width}")
        height, width = (
            (length + 2 * layer.pad - size) // layer.stride + 1 for length in (height, width)
        )
        if min(height, width) < 1:
            raise ValueError(f"size must fit the picture below it, but a layer's is {size}")
        fitted.append(layer._replace(size=size))
        shapes.append((height, width, layer.channels))
        below = shapes[-2][2]
        if max(height * width, size**2 * below) * layer.channels > MOST:
            raise ValueError(
                f"a network's layer must have at most {MOST:,} numbers: make hidden (or channels, "
                "size) smaller"
            )
    return fitted, shapes


def _blocks(which):
    """Indices in rows of LANES, −1 where there are no more."""
    rows = -(-len(which) // LANES)
    out = np.full(rows * LANES, -1)
    out[: len(which)] = which
    return out.reshape(rows, LANES)


class _Work:
    """Room for one network's numbers on their way up and down; each run has its own."""

    def __init__(self, model):
        self.model = model
        room = lambda shape: np.zeros((*shape, LANES), model.dtype)
        self.up, self.down = [room(s) for s in model.shapes], [room(s) for s in model.shapes]
        self.theta, self.grad = np.zeros((2, model.dim), model.dtype)
        self.weights, self.slopes = model._parts(self.theta), model._parts(self.grad)
        self.total = room((max(layer.channels for layer in model.layers),))

    def take(self, theta):
        self.theta[:] = theta

    def scores(self, images, which):
        """The last layer's sums for a block of pictures: (classes, LANES)."""
        layers.load(images, which, self.up[0])
        for i, (layer, (weights, bias)) in enumerate(
            zip(self.model.layers, self.weights, strict=True)
        ):
            if i:
                layers.rectify(self.up[i])
            layers.forward(self.up[i], weights, bias, layer.stride, layer.pad, self.up[i + 1])
        return self.up[-1][0, 0]

    def loss(self, which, count):
        """This block's part of the mean cross-entropy over `count` pictures."""
        data = self.model.data
        labels = np.where(which >= 0, data.labels[which], -1)
        scores = self.scores(data.images, which)
        return layers.softmax_loss(scores, labels, 1 / count, self.down[-1][0, 0]) / count

    def slope(self, theta, which, out):
        """Fill out with the gradient of the mean over `which`; returns the mean."""
        self.take(theta)
        out[:] = 0
        loss = 0.0
        for block in _blocks(which):
            loss += self.loss(block, len(which))
            self.back()
            out += self.grad
        return loss

    def back(self):
        """Every slope, from that of the scores down to those of the weights."""
        for i in reversed(range(len(self.model.layers))):
            layer, (weights, _), (dw, db) = self.model.layers[i], self.weights[i], self.slopes[i]
            layers.weight_grad(
                self.up[i], self.down[i + 1], layer.stride, layer.pad, dw, db, self.total
            )
            if i:
                layers.input_grad(self.down[i + 1], weights, layer.stride, layer.pad, self.down[i])
                layers.mask(self.up[i], self.down[i])

    def turned(self, along, which, count):
        """This block's part of the Hessian times z: the derivative of `back` along z.

        Of every number here, on its way up and down, `along` holds the derivative along z.
        """
        room, steps = lambda x: np.empty_like(x), self.model.layers
        nothing = np.zeros(self.model.dim, self.model.dtype)
        biases = [bias for _, bias in self.model._parts(nothing)]
        for i, (layer, (weights, _)) in enumerate(zip(steps, self.weights, strict=True)):
            # of a product: the derivative of the one times the other, and the other way round
            window, part = (layer.stride, layer.pad), room(self.up[i + 1])
            layers.forward(self.up[i], *along.weights[i], *window, along.up[i + 1])
            layers.forward(along.up[i], weights, biases[i], *window, part)
            along.up[i + 1] += part
            if i + 1 < len(steps):
                layers.mask(self.up[i + 1], along.up[i + 1])
        scores, moved = self.up[-1][0, 0], along.up[-1][0, 0]
        odds = np.exp(scores - scores.max(axis=0))
        p = odds / odds.sum(axis=0)
        along.down[-1][0, 0] = (which >= 0) / count * p * (moved - np.sum(p * moved, axis=0))
        for i in reversed(range(len(steps))):
            window, (dw, db) = (steps[i].stride, steps[i].pad), along.slopes[i]
            below, part = room(dw), room(self.up[i])
            layers.weight_grad(along.up[i], self.down[i + 1], *window, below, db, self.total)
            layers.weight_grad(self.up[i], along.down[i + 1], *window, dw, db, self.total)
            dw += below
            if i:
                layers.input_grad(along.down[i + 1], self.weights[i][0], *window, along.down[i])
                layers.input_grad(self.down[i + 1], along.weights[i][0], *window, part)
                along.down[i] += part
                layers.mask(self.up[i], along.down[i])
        return along.grad
