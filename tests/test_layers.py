"""One layer forward and back, loop by loop, beside the same sums in NumPy."""

import numpy as np
import pytest

from momentumlib import layers
from momentumlib.layers import LANES
from momentumlib.models import Layer

#: height, width, channels below, channels above, window, stride, pad
SHAPES = [(5, 4, 3, 2, 3, 1, 1), (6, 6, 1, 4, 2, 2, 0), (4, 5, 9, 3, 3, 2, 1),
          (3, 3, 2, 5, 3, 1, 0), (5, 5, 2, 3, 3, 3, 2),
          (2, 3, 4, 1, 5, 1, 2), (7, 5, 1, 1, 1, 2, 0)]  # fmt: skip


def drawn(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


def places(height, width, size, stride, pad):
    return (height + 2 * pad - size) // stride + 1, (width + 2 * pad - size) // stride + 1


def windows(x, size, stride, pad, out):
    """What each place of a layer sees: (Ho, Wo, K, K, C, LANES)."""
    wide = np.pad(x, ((pad, pad), (pad, pad), (0, 0), (0, 0)))
    part = lambda i, j: wide[stride * i : stride * i + size, stride * j : stride * j + size]
    return np.array([[part(i, j) for j in range(out[1])] for i in range(out[0])])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_layer_forward_and_back_is_its_sums(shape):
    height, width, below, above, size, stride, pad = shape
    out = places(height, width, size, stride, pad)
    x, weights, bias = (
        drawn(height, width, below, LANES),
        drawn(above, size, size, below),
        drawn(above),
    )
    seen = windows(x, size, stride, pad, out)

    sums = np.full((*out, above, LANES), np.nan)
    layers.forward(x, weights, bias, stride, pad, sums)
    wanted = np.einsum("ijklcn,oklc->ijon", seen, weights) + bias[:, None]
    assert sums == pytest.approx(wanted, rel=1e-12, abs=1e-12)

    d = drawn(*out, above, LANES)
    dw, db = np.full(weights.shape, np.nan), np.full(above, np.nan)
    layers.weight_grad(x, d, stride, pad, dw, db, np.full((above + 2, LANES), np.nan))
    assert dw == pytest.approx(np.einsum("ijklcn,ijon->oklc", seen, d), rel=1e-11, abs=1e-11)
    assert db == pytest.approx(d.sum(axis=(0, 1, 3)), rel=1e-11, abs=1e-11)

    # ⟨d, forward(x)⟩ without bias is linear in x: its slope is the input's
    dx = np.full(x.shape, np.nan)
    layers.input_grad(d, weights, stride, pad, dx)
    other, moved = drawn(height, width, below, LANES) ** 2, np.empty_like(sums)
    layers.forward(other, weights, np.zeros(above), stride, pad, moved)
    assert np.sum(dx * other) == pytest.approx(np.sum(d * moved), rel=1e-11)
    alone = np.zeros_like(x)
    alone[-1, -1, -1, 5] = 1.0  # the last of its kind, in one lane
    layers.forward(alone, weights, np.zeros(above), stride, pad, moved)
    assert dx[-1, -1, -1, 5] == pytest.approx(np.sum(d * moved), rel=1e-11, abs=1e-12)


def test_pictures_go_into_lanes():
    images = np.random.default_rng(0).random((3, 2, 4, 2)).astype(np.float32)
    which = np.full(LANES, -1)
    which[:4] = [2, 0, -1, 2]
    which[-1] = 1
    out = np.full((2, 4, 2, LANES), np.nan)
    layers.load(images, which, out)
    for lane, k in enumerate(which):
        wanted = 2 * images[k].astype(float) - 1 if k >= 0 else np.zeros((2, 4, 2))
        assert out[..., lane] == pytest.approx(wanted, abs=1e-7)


def test_relu_and_its_slope():
    x = np.array([-2.0, -0.0, 0.0, 1e-300, 0.5, 2.0]).reshape(1, 2, 3)
    layers.rectify(x)
    assert x.ravel().tolist() == [0, 0, 0, 1e-300, 0.5, 2]
    slope = np.arange(1.0, 7.0).reshape(1, 2, 3)
    layers.mask(x, slope)
    assert slope.ravel().tolist() == [0, 0, 0, 4, 5, 6]


def test_softmax_s_loss_and_slope():
    scores = np.random.default_rng(1).normal(size=(4, LANES)) * 3
    scores[:, 1] = [800.0, -800.0, 0.0, 1.0]  # exp of these alone is infinite, or 0
    labels = np.random.default_rng(2).integers(0, 4, LANES)
    labels[[0, 1, 2]] = [0, 2, -1]
    d = np.full(scores.shape, np.nan)
    loss = layers.softmax_loss(scores, labels, 0.25, d)
    full = labels >= 0
    highest = scores.max(axis=0)
    odds = np.exp(scores - highest)
    chances = odds / odds.sum(axis=0)
    logs = scores - highest - np.log(odds.sum(axis=0))
    assert loss == pytest.approx(-logs[labels[full], np.flatnonzero(full)].sum(), rel=1e-12)
    wanted = 0.25 * (chances - (np.arange(4)[:, None] == labels)) * full
    assert d == pytest.approx(wanted, rel=1e-12, abs=1e-15)


def test_a_lane_counts_once_in_a_sum():
    total = 2.0 ** np.arange(LANES)
    assert layers._sum(total.copy()) == 2.0**LANES - 1  # each power of two once
    assert LANES == 64


def test_a_layer_fits_what_is_below_it():
    """The most numbers, 2²⁶, are of its weights or of its sums; a window of 0 is all below."""
    most, fitted = 2**24, layers.fitted
    for size, picture in ((2, (2, 2, 1)), (1, (1, 1, 4)), (1, (2, 2, 1))):
        assert fitted([Layer(most, size)], picture)[1][-1][2] == most
    for size, picture in ((2, (2, 2, 2)), (1, (1, 1, 5)), (1, (5, 1, 1))):
        with pytest.raises(ValueError, match="a network's layer must have at most 67,108,864 num"):
            fitted([Layer(most, size)], picture)
    done, shapes = fitted([Layer(3, 3, 2, 1), Layer(2, 2, 1, 0), Layer(5)], (6, 5, 1))
    assert shapes == [(6, 5, 1), (3, 3, 3), (2, 2, 2), (1, 1, 5)]
    assert [layer.size for layer in done] == [3, 2, 2]
    with pytest.raises(ValueError, match="data must hold square pictures, but these are 2 × 1"):
        fitted([Layer(3, 2), Layer(2)], (3, 2, 1))
    with pytest.raises(ValueError, match="size must fit the picture below it, but a layer's is 3"):
        fitted([Layer(3, 3)], (3, 2, 1))
