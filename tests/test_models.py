"""The networks beside sums written out in NumPy, finite differences, and what they learn."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import propagation
from momentumlib.datasets import Pictures
from momentumlib.models import Layer, Network

RNG = np.random.default_rng(0)


def pictures(count, side=9, channels=3, classes=4):
    images = RNG.random((count, side, side, channels)).astype(np.float32)
    return Pictures(images, RNG.integers(0, classes, count), tuple("abcd"[:classes]))


DATA = pictures(70)  # one block of lanes, and a part of another
MODELS = {
    "softmax": ml.models.softmax(DATA, dtype=np.float64),
    "perceptron": ml.models.perceptron(DATA, (5, 3), dtype=np.float64),
    "convolutional": ml.models.convolutional(DATA, (2, 5), dtype=np.float64),
    "wide windows": ml.models.convolutional(DATA, (3,), size=5, dtype=np.float64),
    "no padding": Network(DATA, [Layer(9, 4, 3, 0), Layer(2, 1), Layer(6)], dtype=np.float64),
    "pad beyond stride": Network(DATA, [Layer(3, 5, 1, 4)], dtype=np.float64),
}


def by_hand(model, theta, images):
    """The last layer's sums for one picture at a time, window by window."""
    out = []
    for picture in images:
        x = 2 * picture.astype(float) - 1
        parts = model.parameters(theta)
        for i, (layer, (weights, bias)) in enumerate(zip(model.layers, parts, strict=True)):
            x = np.maximum(x, 0) if i else x
            wide = np.pad(x, ((layer.pad,) * 2, (layer.pad,) * 2, (0, 0)))
            places = range(0, wide.shape[0] - layer.size + 1, layer.stride)
            x = np.array([[
                np.tensordot(weights, wide[y : y + layer.size, z : z + layer.size], 3) + bias
                for z in places] for y in places])  # fmt: skip
        out.append(x[0, 0])
    return np.array(out)


def theta_of(model):
    """A place where no bias is 0 and no sum is."""
    return model.start + 0.1 * np.random.default_rng(3).normal(size=model.dim)


@pytest.mark.parametrize("name", MODELS)
def test_cost_and_probabilities_are_those_by_hand(name):
    model = MODELS[name]
    theta = theta_of(model)
    scores = by_hand(model, theta, DATA.images)
    odds = np.exp(scores)
    chances = odds / odds.sum(axis=1, keepdims=True)
    assert model.probabilities(theta, DATA) == pytest.approx(chances, rel=1e-10)
    assert model.f(theta) == pytest.approx(-np.log(chances[np.arange(70), DATA.labels]).mean())


@pytest.mark.parametrize("name", MODELS)
def test_gradient_is_that_of_finite_differences(name):
    model = MODELS[name]
    theta, h = theta_of(model), 1e-6
    g = model.grad(theta)
    which = np.random.default_rng(1).choice(model.dim, min(model.dim, 60), replace=False)
    for i in which:
        e = h * (np.arange(model.dim) == i)
        slope = (model.f(theta + e) - model.f(theta - e)) / (2 * h)
        assert g[i] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("name", MODELS)
def test_second_derivatives_are_those_of_finite_differences(name):
    model = MODELS[name]
    theta, h = theta_of(model), 1e-6
    z, w = np.random.default_rng(5).normal(size=(2, model.dim)) / np.sqrt(model.dim)
    turned = model.hessian_times(theta, z)
    change = (model.grad(theta + h * z) - model.grad(theta - h * z)) / (2 * h)
    assert turned == pytest.approx(change, rel=1e-5, abs=1e-8)
    both = model.hessian_times(theta, 3 * z - w)
    other = model.hessian_times(theta, w)
    assert both == pytest.approx(3 * turned - other, rel=1e-9, abs=1e-12)
    assert w @ turned == pytest.approx(z @ other, rel=1e-9)


def test_second_derivatives_want_a_vector_as_long_as_theta():
    model = MODELS["softmax"]
    with pytest.raises(ValueError, match="z must"):
        model.hessian_times(model.start, np.zeros(3))


@pytest.mark.parametrize("name", MODELS)
def test_single_precision_is_close_to_double(name):
    double = MODELS[name]
    single = Network(DATA, double.layers[:-1])
    theta = theta_of(double)
    assert single.dim == double.dim
    assert single.f(theta) == pytest.approx(double.f(theta), rel=1e-5)
    gap = np.linalg.norm(single.grad(theta) - double.grad(theta))
    assert gap < 1e-5 * np.linalg.norm(double.grad(theta))


@pytest.mark.parametrize("batch", [1, 7, 64, 70])
def test_minibatch_gradients_are_means_over_their_pictures(batch):
    model = Network(DATA, [Layer(4)], batch=batch, dtype=np.float64)
    out = np.empty(model.dim)
    loss = model.batches(5)(model.start, out)
    which = np.random.default_rng(5).permutation(70)[:batch]
    alone = Network(DATA[which], [Layer(4)], batch=1, dtype=np.float64)
    assert out == pytest.approx(alone.grad(model.start), rel=1e-12, abs=1e-15)
    assert loss == pytest.approx(alone.f(model.start))


def test_a_round_of_whole_minibatches_has_every_picture_once():
    """The last of them is no remainder that is mixed into the next round."""
    model = Network(DATA, [Layer(4)], batch=35, dtype=np.float64)
    draw, out = model.batches(5), np.empty((4, model.dim))
    for row in out:
        draw(model.start, row)
    assert out[:2].mean(axis=0) == pytest.approx(model.grad(model.start), rel=1e-10, abs=1e-13)
    assert out[2:].mean(axis=0) == pytest.approx(model.grad(model.start), rel=1e-10, abs=1e-13)
    assert not np.allclose(out[0], out[2])


@pytest.mark.parametrize("name", MODELS)
def test_one_core_takes_the_slopes_of_two_to_the_last_digit(name, monkeypatch):
    model, found = MODELS[name], []
    for cores in (1, 2):
        monkeypatch.setattr(propagation, "cores", lambda cores=cores: cores)
        found.append(model.grad(model.start))
    assert np.array_equal(*found)


def test_the_compiled_problem_and_the_checked_gradient_agree():
    small = Network(DATA, [Layer(2, 3, 2, 1)], dtype=np.float64)
    small.start = theta_of(small)
    small.check()


def test_prediction_accuracy_and_confusion_fit_together():
    model = MODELS["perceptron"]
    theta = theta_of(model)
    guess, table = model.predict(theta, DATA), model.confusion(theta, DATA)
    assert guess.tolist() == model.probabilities(theta, DATA).argmax(axis=1).tolist()
    assert table.sum() == 70
    assert (table.sum(axis=1) == np.bincount(DATA.labels, minlength=4)).all()
    assert model.accuracy(theta, DATA) == pytest.approx(np.trace(table) / 70)
    assert (table[0, 1]) == np.sum((DATA.labels == 0) & (guess == 1))


def test_starts_are_seeded_and_scaled():
    fruits = ml.datasets.fruits(count=64)
    one, same, other = (ml.models.perceptron(fruits, seed=k) for k in (0, 0, 1))
    assert (one.start == same.start).all()
    assert (one.start != other.start).any()
    (weights, biases), _ = one.parameters(one.start)
    assert weights.std() == pytest.approx(np.sqrt(2 / 3072), rel=0.02)
    assert not biases.any()


def test_weights_begin_with_the_variance_of_he_the_last_ones_with_half_of_it():
    model, rng, start = ml.models.perceptron(DATA, (5, 3), seed=7), np.random.default_rng(7), []
    for outputs, inputs, gain in ((5, 243, 2), (3, 5, 2), (4, 3, 1)):
        start += [rng.standard_normal(outputs * inputs) * np.sqrt(gain / inputs), [0] * outputs]
    assert model.start == pytest.approx(np.concatenate(start), rel=1e-15)


def test_a_perceptron_learns_the_digits():
    digits = ml.datasets.digits()
    model = ml.models.perceptron(digits)
    run = ml.minimize(model, ml.adam(0.01), steps=300, keep=300)
    assert model.accuracy(run.theta[-1], digits.test) > 0.95


def test_a_small_network_learns_the_fruits():
    fruits = ml.datasets.fruits(count=1200)
    model = ml.models.convolutional(fruits)
    run = ml.minimize(model, ml.momentum(0.02), steps=200, keep=200)
    assert model.accuracy(run.theta[-1], fruits.test) > 0.5


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: Network(7), TypeError, "data must be a Dataset or Pictures"),
        (lambda: Network(DATA[:0], batch=1), ValueError, "data must hold at least one picture"),
        (lambda: Network(DATA, batch=0), ValueError, "batch must be at least 1"),
        (lambda: Network(DATA, batch=71), ValueError, "batch must be at most 70"),
        (lambda: Network(DATA, dtype=int), TypeError, "dtype must be np.float32"),
        (lambda: ml.models.perceptron(DATA, (0,)), ValueError, "hidden must be at least 1"),
        (lambda: ml.models.perceptron(DATA, hidden=32), TypeError, "hidden must be a list"),
        (lambda: ml.models.perceptron(DATA, (2.5,)), TypeError, "hidden must be a whole number"),
        (lambda: ml.models.perceptron(DATA, (10**12,)), ValueError, "hidden must be at most"),
        (lambda: ml.models.perceptron(DATA, (10**6,)), ValueError, "make hidden .* smaller"),
        (lambda: ml.models.convolutional(DATA, 8), TypeError, "channels must be a list"),
        (lambda: ml.models.convolutional(DATA, (-1,)), ValueError, "channels must be at least 1"),
        (lambda: Network(DATA, [8]), TypeError, "hidden must hold Layers, but one is 8"),
        (lambda: Network(DATA, [(8, 3, 0)]), ValueError, "stride must be at least 1"),
        (lambda: Layer(0), ValueError, "channels must be at least 1"),
        (lambda: Layer(8, -3), ValueError, "size must be at least 0"),
        (lambda: Layer(8, 3.0), TypeError, "size must be a whole number"),
        (lambda: Layer(8, 3, stride=0), ValueError, "stride must be at least 1"),
        (lambda: Layer(8, 3, pad=-1), ValueError, "pad must be at least 0"),
        (lambda: Layer(8, 3, pad=3), ValueError, "pad must be below size, 3, but is 3"),
        (lambda: MODELS["softmax"].parameters([1.0]), ValueError, "theta must have shape"),
        (
            lambda: MODELS["softmax"].accuracy(MODELS["softmax"].start, DATA[:0]),
            ValueError, "pictures must hold at least one picture",
        ),
        (
            lambda: MODELS["softmax"].confusion(MODELS["softmax"].start, pictures(3, classes=3)),
            ValueError, "pictures must have the names of the training",
        ),
        (
            lambda: MODELS["softmax"].confusion(MODELS["softmax"].start, DATA.images),
            TypeError, "pictures must be Pictures",
        ),
        (lambda: ml.models.convolutional(DATA, size=4), ValueError, "size must be odd"),
        (lambda: Network(DATA, [Layer(2, 12)]), ValueError, "size must fit the picture"),
        (lambda: MODELS["softmax"].f([1.0]), ValueError, "theta must have shape"),
        (
            lambda: MODELS["softmax"].predict(MODELS["softmax"].start, DATA.images),
            TypeError, "pictures must be Pictures",
        ),
        (
            lambda: MODELS["softmax"].predict(MODELS["softmax"].start, pictures(3, side=8)),
            ValueError, r"pictures must be of shape \(9, 9, 3\)",
        ),
    ],
)  # fmt: skip
def test_wrong_arguments_get_their_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


@pytest.mark.peers
@pytest.mark.parametrize("name", MODELS)
def test_gradients_are_pytorchs(name):
    import torch

    model = MODELS[name]
    theta = theta_of(model)
    x = torch.tensor(2 * DATA.images.astype(float) - 1).permute(0, 3, 1, 2)
    leaves = []
    for i, (layer, (weights, bias)) in enumerate(
        zip(model.layers, model.parameters(theta), strict=True)
    ):
        pair = [torch.tensor(a.copy(), requires_grad=True) for a in (weights, bias)]
        leaves.append(pair)
        x = torch.relu(x) if i else x
        x = torch.conv2d(x, pair[0].permute(0, 3, 1, 2), pair[1], layer.stride, layer.pad)
    loss = torch.nn.functional.cross_entropy(x[:, :, 0, 0], torch.tensor(DATA.labels))
    loss.backward()
    theirs = np.concatenate([leaf.grad.numpy().ravel() for pair in leaves for leaf in pair])
    assert model.f(theta) == pytest.approx(loss.item(), rel=1e-12)
    assert model.grad(theta) == pytest.approx(theirs, rel=1e-9, abs=1e-14)


TRAINED = """
import hashlib
import momentumlib as ml
fruits = ml.datasets.fruits(count=200)
model = ml.models.convolutional(fruits)
run = ml.minimize(model, ml.adam(0.006), steps=20, keep=20)
for array in (fruits.train.images, fruits.held_out.images, run.theta):
    print(hashlib.sha256(array.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_an_older_processor_gets_the_same_digits(tmp_path):
    """The chapter's numbers are printed and compared: no bit may hang on vector instructions."""

    def digits(**settings):
        environment = {**os.environ, "PYTHONPATH": str(Path(ml.__file__).parent.parent), **settings}
        done = subprocess.run(
            [sys.executable, "-c", TRAINED], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    plain = {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(tmp_path),
        "NPY_DISABLE_CPU_FEATURES": " ".join(np._core._multiarray_umath.__cpu_dispatch__),
    }
    assert digits(**plain) == digits()


def test_a_draw_of_batches_names_its_seed():
    model = ml.models.softmax(ml.datasets.digits())
    with pytest.raises(ValueError, match=r"^seed must be"):
        model.batches(-1)
