"""A network's numbers on their way: up to the scores, down to the slopes, and along a direction."""

import numpy as np

from . import layers
from .cores import cores, threads
from .kernels import HAVE_NUMBA
from .layers import LANES


def blocks(which):
    """Indices in rows of LANES, −1 where there are no more."""
    rows = -(-len(which) // LANES)
    out = np.full(rows * LANES, -1)
    out[: len(which)] = which
    return out.reshape(rows, LANES)


class Work:
    """Room for one network's numbers on their way up and down; each run has its own."""

    def __init__(self, model):
        self.model = model
        room = lambda shape: np.zeros((*shape, LANES), model.dtype)
        self.up, self.down = [room(s) for s in model.shapes], [room(s) for s in model.shapes]
        self.theta, self.grad = np.zeros((2, model.dim), model.dtype)
        self.weights, self.slopes = model._parts(self.theta), model._parts(self.grad)
        self.totals = [room((layer.channels,)) for layer in model.layers]

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
        for block in blocks(which):
            loss += self.loss(block, len(which))
            self.back()
            out += self.grad
        return loss

    def back(self):
        """Every slope, from that of the scores down to those of the weights.

        Those of a layer's weights, for which no others wait, are left to a second thread.
        """
        apart, others = HAVE_NUMBA and cores() > 1, []
        for i in reversed(range(len(self.model.layers))):
            if apart:
                others.append(threads().submit(self._back_to_weights, i))
            else:
                self._back_to_weights(i)
            if i:
                layer, (weights, _) = self.model.layers[i], self.weights[i]
                layers.input_grad(
                    self.down[i + 1], weights, layer.stride, layer.pad, self.down[i]
                )  # fmt: skip
                layers.mask(self.up[i], self.down[i])
        for other in others:
            other.result()

    def _back_to_weights(self, i):
        layer, (dw, db) = self.model.layers[i], self.slopes[i]
        layers.weight_grad(
            self.up[i], self.down[i + 1], layer.stride, layer.pad, dw, db, self.totals[i]
        )

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
            layers.weight_grad(along.up[i], self.down[i + 1], *window, below, db, self.totals[i])
            layers.weight_grad(self.up[i], along.down[i + 1], *window, dw, db, self.totals[i])
            dw += below
            if i:
                layers.input_grad(along.down[i + 1], self.weights[i][0], *window, along.down[i])
                layers.input_grad(self.down[i + 1], along.weights[i][0], *window, part)
                along.down[i] += part
                layers.mask(self.up[i], along.down[i])
        return along.grad
