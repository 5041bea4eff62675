"""One layer of a network, forward and back, and softmax at its end: compiled loops.

A layer looks at the picture below through a square window and makes Co sums of what it
sees, at every `stride`-th place. A window as large as the picture is a dense layer, so
these loops are all that a softmax regression, a multilayer perceptron and a convolutional
network need.

Activations have shape (height, width, channels, LANES): the innermost axis counts
pictures, so that one instruction of the processor serves several of them. No sum is
reordered to suit a processor, so every machine gets the same digits.

Weights have shape (Co, K, K, C), biases (Co,). The loops take float32 and float64.
"""

import math

import numpy as np

from .kernels.compilation import jit as compiled
from .kernels.compilation import register_jitable as inlined

#: Pictures that go through a network together.
LANES = 64
#: Numbers of a picture that go into its lane before the next picture's: few lines of the cache.
TILE = 8
#: The most numbers that a network may have, in its weights or between its layers.
MOST = 2**26


@compiled
def load(images, which, out):
    """Pictures (n, H, W, C) into lanes, pixels from −1 to 1; an index of −1 leaves a lane empty."""
    pixels, rows = images.reshape(len(images), -1), out.reshape(-1, LANES)
    for first in range(0, len(rows), TILE):
        last = min(first + TILE, len(rows))
        for lane in range(LANES):
            k = which[lane]
            for p in range(first, last):
                rows[p, lane] = 2 * pixels[k, p] - 1 if k >= 0 else 0


@compiled
def forward(x, weights, bias, stride, pad, out):
    """The sums of one layer: out (Ho, Wo, Co, LANES) from x (H, W, C, LANES)."""
    height, width, channels = x.shape[:3]
    size = weights.shape[1]
    rows, flat = x.reshape(-1, LANES), weights.reshape(len(weights), -1)
    for oy in range(out.shape[0]):
        for ox in range(out.shape[1]):
            top, left = oy * stride - pad, ox * stride - pad
            first, last = max(0, -left), min(size, width - left)
            n = (last - first) * channels
            for co in range(len(weights)):
                o = out[oy, ox, co]
                for lane in range(LANES):
                    o[lane] = bias[co]
                for ky in range(max(0, -top), min(size, height - top)):
                    r = ((top + ky) * width + left + first) * channels
                    _add_rows(rows[r : r + n], flat[co, (ky * size + first) * channels :], o)


@inlined
def _add_rows(rows, w, o):
    """o += Σ w[k]·rows[k], eight rows a time."""
    whole = len(rows) - len(rows) % 8
    for k in range(0, whole, 8):
        w0, w1, w2, w3 = w[k], w[k + 1], w[k + 2], w[k + 3]
        w4, w5, w6, w7 = w[k + 4], w[k + 5], w[k + 6], w[k + 7]
        for i in range(LANES):
            o[i] += (
                (w0 * rows[k, i] + w1 * rows[k + 1, i])
                + (w2 * rows[k + 2, i] + w3 * rows[k + 3, i])
            ) + (
                (w4 * rows[k + 4, i] + w5 * rows[k + 5, i])
                + (w6 * rows[k + 6, i] + w7 * rows[k + 7, i])
            )
    for k in range(whole, len(rows)):
        for i in range(LANES):
            o[i] += w[k] * rows[k, i]


@compiled
def rectify(x):
    """ReLU in place: what is negative becomes 0."""
    flat = x.reshape(-1)
    for i in range(flat.size):
        flat[i] = max(flat[i], 0)


@compiled
def mask(x, dx):
    """ReLU's slope: dx becomes 0 where the rectified x is 0."""
    flat, slope = x.reshape(-1), dx.reshape(-1)
    for i in range(flat.size):
        slope[i] = slope[i] if flat[i] > 0 else 0


@compiled
def weight_grad(x, d, stride, pad, dw, db, total):
    """The slopes of the weights from d, the slopes of a layer's sums.

    total, at least (Co, LANES), is room: the sums of one weight of every output. They are
    taken together, so that what was read of x serves all of them.
    """
    height, width, channels = x.shape[:3]
    size, outputs = dw.shape[1], len(dw)
    rows, sums = x.reshape(-1, LANES), d.reshape(-1, outputs, LANES)
    total = total[:outputs]
    total[:] = 0
    for place in range(len(sums)):
        for co in range(outputs):
            for i in range(LANES):
                total[co, i] += sums[place, co, i]
    for co in range(outputs):
        db[co] = _sum(total[co])
    for ky in range(size):
        for kx in range(size):
            # the places whose window has this weight inside the picture
            top, bottom = _inside(ky - pad, stride, height, d.shape[0])
            left, right = _inside(kx - pad, stride, width, d.shape[1])
            for c in range(channels):
                total[:] = 0
                for oy in range(top, bottom):
                    y, x0 = oy * stride + ky - pad, left * stride + kx - pad
                    q = oy * d.shape[1] + left
                    _add_products(
                        rows, (y * width + x0) * channels + c, stride * channels,
                        sums[q : q + right - left], total,
                    )  # fmt: skip
                for co in range(outputs):
                    dw[co, ky, kx, c] = _sum(total[co])


@inlined
def _inside(offset, stride, size, places):
    """The range of o with 0 ≤ o·stride + offset < size."""
    first = max(0, (stride - 1 - offset) // stride)
    return first, max(first, min(places, (size - 1 - offset) // stride + 1))


@inlined
def _add_products(x, p, dp, d, total):
    """total[co] += Σ x[p + k·dp]·d[k, co] over the places k of d, four products a time."""
    whole = len(d) - len(d) % 4
    for k in range(0, whole, 4):
        p0 = p + k * dp
        p1, p2, p3 = p0 + dp, p0 + 2 * dp, p0 + 3 * dp
        for co in range(len(total)):
            for i in range(LANES):
                total[co, i] += (x[p0, i] * d[k, co, i] + x[p1, i] * d[k + 1, co, i]) + (
                    x[p2, i] * d[k + 2, co, i] + x[p3, i] * d[k + 3, co, i]
                )
    for k in range(whole, len(d)):
        for co in range(len(total)):
            for i in range(LANES):
                total[co, i] += x[p + k * dp, i] * d[k, co, i]


@inlined
def _sum(s):
    """The sum over the lanes, by halves: lane 0 and 32, 1 and 33, …; spoils s."""
    for i in range(8):
        s[i] = ((s[i] + s[i + 32]) + (s[i + 16] + s[i + 48])) + (
            (s[i + 8] + s[i + 40]) + (s[i + 24] + s[i + 56])
        )
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))


@compiled
def input_grad(d, weights, stride, pad, dx):
    """The slopes of what a layer looked at, from d, the slopes of its sums."""
    height, width, channels = dx.shape[:3]
    size = weights.shape[1]
    flat = weights.reshape(len(weights), -1)
    rows = dx.reshape(-1, LANES)
    rows[:] = 0
    for oy in range(d.shape[0]):
        for ox in range(d.shape[1]):
            top, left = oy * stride - pad, ox * stride - pad
            first, last = max(0, -left), min(size, width - left)
            for ky in range(max(0, -top), min(size, height - top)):
                r = ((top + ky) * width + left) * channels
                for k in range(first * channels, last * channels):
                    _add_rows(d[oy, ox], flat[:, ky * size * channels + k], rows[r + k])


@compiled
def softmax_loss(scores, labels, share, d):
    """Σ −ln p[label] over the lanes; d becomes its slope times `share`. A label of −1 is empty.

    scores, d : (classes, LANES);  labels : (LANES,).
    """
    loss = 0.0
    for lane in range(LANES):
        highest = scores[0, lane]
        for k in range(len(scores)):
            highest = max(highest, scores[k, lane])
        total = 0.0
        for k in range(len(scores)):
            total += math.exp(np.float64(scores[k, lane] - highest))
        for k in range(len(scores)):
            p = math.exp(np.float64(scores[k, lane] - highest)) / total
            d[k, lane] = share * (p - (k == labels[lane])) if labels[lane] >= 0 else 0
        if labels[lane] >= 0:
            loss += math.log(total) - np.float64(scores[labels[lane], lane] - highest)
    return loss


def fitted(asked, picture):
    """The layers with their sizes, and the shapes (height, width, channels) between them.

    asked : models.Layers;  picture : (height, width, channels) of what is at the bottom.
    """
    height, width, channels = picture
    shapes, done = [(height, width, channels)], []
    for layer in asked:
        size = layer.size or height
        if not layer.size and height != width:
            raise ValueError(f"data must hold square pictures, but these are {height} × {width}")
        height, width = (
            (length + 2 * layer.pad - size) // layer.stride + 1 for length in (height, width)
        )
        if min(height, width) < 1:
            raise ValueError(f"size must fit the picture below it, but a layer's is {size}")
        done.append(layer._replace(size=size))
        shapes.append((height, width, layer.channels))
        below = shapes[-2][2]
        if max(height * width, size**2 * below) * layer.channels > MOST:
            raise ValueError(
                f"a network's layer must have at most {MOST:,} numbers: make hidden (or channels, "
                "size) smaller"
            )
    return done, shapes
