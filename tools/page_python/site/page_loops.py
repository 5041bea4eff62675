"""The library's compiled loops in a page: WebAssembly in place of Numba, with the same digits.

In the page it is the module `page_loops`, which puts them where the plain ones are. They are
those of `momentumlib.live.wasm.build_loops`, and have a memory of their own beside Python's.
"""

from itertools import count
from pathlib import Path

import numpy as np
from pyodide.ffi import to_js

import js
from momentumlib import binding, kernels, layers, training
from momentumlib.kernels import grids
from momentumlib.layers import LANES
from momentumlib.problems import Landscape

HERE = Path(__file__).parent
#: What the page's memory can hold: longer runs stay in Python.
MOST = 2**24


def _module(name):
    """What calls the functions of a module: (name, values), an array as (itself, written?)."""
    run = js.loops(to_js(memoryview((HERE / name).read_bytes())))

    def call(name, *values):
        run(name, to_js([_place(one) if isinstance(one, tuple) else one for one in values]))

    return call


def _place(given):
    """Where an array stands in Python's memory, its bytes, and whether it is written."""
    array, written = given
    return [array.__array_interface__["data"][0], array.nbytes, int(written)]


def _read(array, dtype=None):
    return np.ascontiguousarray(array, dtype), False


def _written(array):
    assert array.flags.c_contiguous
    return array, True


# --- A run ----------------------------------------------------------------------------

call, plain_calm, plain_advance = _module("page_loops.wasm"), binding._calm, kernels.advance


def _calm(function):
    """`binding._calm`, which remembers whose function it is."""
    called = plain_calm(function)
    called.of = getattr(function, "__self__", None)
    return called


def advance(
    code, ahead, correct, by_rule, rule, data, loss, grad, params, work, carry, hyper, noise,
    restart, tol, keep, first, last, steps, path, losses, norms, states, marks, result,
):  # fmt: skip
    """`kernels.advance`: compiled for a landscape of the book and a method of the library."""
    problem = getattr(loss, "of", None)
    if by_rule or not isinstance(problem, Landscape) or path.size > MOST:
        return plain_advance(
            code, ahead, correct, by_rule, rule, data, loss, grad, params, work, carry, hyper,
            noise, restart, tol, keep, first, last, steps, path, losses, norms, states, marks,
            result,
        )  # fmt: skip
    begun, told = marks.astype(np.int32), result.astype(np.int32)
    call(
        f"advance_{problem._simplest}", code, ahead, correct, 0, _read(np.zeros(1)),
        _read(params), params.size, path.shape[1], _written(work), len(work), _written(carry),
        _read(hyper), len(hyper), _read(noise), len(noise), *map(int, restart), float(tol),
        keep, first, last, steps, _written(path), len(path), _written(losses), len(losses),
        _written(norms), len(norms), _written(states), len(states), _written(begun), len(begun),
        _written(told),
    )  # fmt: skip
    marks[:], result[:] = begun, told


# --- A network ------------------------------------------------------------------------

#: What the loops of a network in these numbers are called.
NAMES = {np.dtype("float32"): "", np.dtype("float64"): "double_"}


def load(images, which, out):
    """`layers.load`."""
    chosen = np.ascontiguousarray(images[np.maximum(which, 0)], out.dtype)
    here = np.where(which >= 0, np.arange(LANES), -1)
    shape = chosen.shape
    call(NAMES[out.dtype] + "load", _read(chosen), *shape, _read(here, np.int32), _written(out))


def forward(x, weights, bias, stride, pad, out):
    """`layers.forward`."""
    call(
        NAMES[out.dtype] + "forward", _read(x), *x.shape[:3], _read(weights), weights.shape[1],
        _read(bias), stride, pad, _written(out), *out.shape[:3],
    )  # fmt: skip


def weight_grad(x, d, stride, pad, dw, db, total):
    """`layers.weight_grad`."""
    call(
        NAMES[x.dtype] + "weight_grad", _read(x), *x.shape[:3], _read(d), *d.shape[:3], stride, pad,
        _written(dw), dw.shape[1], _written(db), _written(total[: len(dw)]),
    )  # fmt: skip


def input_grad(d, weights, stride, pad, dx):
    """`layers.input_grad`."""
    call(
        NAMES[d.dtype] + "input_grad", _read(d), *d.shape[:3], _read(weights), weights.shape[1],
        stride, pad,
        _written(dx), *dx.shape[:3],
    )  # fmt: skip


def rectify(x):
    """`layers.rectify`."""
    np.maximum(x, 0, out=x)


def mask(x, dx):
    """`layers.mask`."""
    dx[~(x > 0)] = 0


def softmax_loss(scores, labels, share, d):
    """`layers.softmax_loss`."""
    loss = np.empty(1)
    call(
        NAMES[d.dtype] + "cost", _read(scores), len(scores), _read(labels, np.int32),
        float(share), _written(d), _written(loss),
    )  # fmt: skip
    return float(loss[0])


plain_train = training.train


def train(problem, method, rule, hyper, start, draw, *others):
    """`training.train`, which tells how far it is."""
    steps, taken = others[-1], count(1)

    def following(theta, out):
        js.tell("Training", next(taken) / (steps + 1))
        return draw(theta, out)

    return plain_train(problem, method, rule, hyper, start, following, *others)


def begin():
    """Put them in their places."""
    training.train = train
    binding._calm = _calm
    kernels.advance = grids.advance = advance
    for loop in (load, forward, weight_grad, input_grad, rectify, mask, softmax_loss):
        setattr(layers, loop.__name__, loop)


begin()
