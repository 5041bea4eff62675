"""One step on ten million parameters: how much of the memory's speed is used."""

import numpy as np

import momentumlib as ml
from clock import Contender, installed, race
from machine import Axpy
from momentumlib.cores import cores
from rivals import BETA2, EPS, GAMMA

N, ETA = 10_000_000, 1e-3
#: Numbers read and written for one parameter.
TOUCHED = {"momentum": 5, "nag": 5, "adam": 7}


def numpy_step(name, theta, v, s, g, room):
    """A step in place, without an array made on the way."""
    if name == "adam":
        v *= GAMMA
        v += np.multiply(g, 1 - GAMMA, out=room)
        s *= BETA2
        s += np.multiply(np.multiply(g, g, out=room), 1 - BETA2, out=room)
        np.sqrt(s, out=room)
        room += EPS
        np.divide(v, room, out=room)
        room *= ETA
        theta -= room
    else:
        v *= GAMMA
        v += np.multiply(g, ETA, out=room)
        theta -= v


def torch_step(name, dtype, g, how):
    """PyTorch's own step, fused into one loop or not."""
    import torch

    theta = torch.ones(N, dtype=getattr(torch, dtype))
    theta.grad = torch.tensor(g)
    if name == "adam":
        optimizer = torch.optim.Adam([theta], ETA, (GAMMA, BETA2), EPS, **{how: True})
    else:
        optimizer = torch.optim.SGD([theta], ETA, GAMMA, nesterov=name == "nag", **{how: True})
    optimizer.step()
    return optimizer.step


def parts():
    """Three methods in double, two in single precision, on all cores."""
    rows = []
    for dtype, names in (
        ("float64", ("momentum", "nag", "adam")),
        ("float32", ("momentum", "adam")),
    ):
        g = np.random.default_rng(0).normal(size=N).astype(dtype)
        axpy = Axpy(N, dtype, cores())
        for name in names:
            method = ml.adam(ETA) if name == "adam" else getattr(ml, name)(ETA, GAMMA)
            theta = np.ones(N, dtype)
            past = ml.apply(method, theta, g)
            arrays = [
                np.ones(N, dtype),
                np.zeros(N, dtype),
                np.zeros(N, dtype),
                g,
                np.empty(N, dtype),
            ]
            run = lambda m=method, theta=theta, g=g, past=past: ml.apply(m, theta, g, past)
            contenders = {
                "momentumlib": Contender(run),
                "axpy": Contender(axpy, "3 numbers"),
                "NumPy": Contender(lambda n=name, arrays=arrays: numpy_step(n, *arrays)),
            }
            if installed("torch"):
                for how in ("fused", "foreach"):
                    contenders[f"PyTorch, {how}"] = Contender(torch_step(name, dtype, g, how))
            title = f"one step of {name}, {N:,} parameters, {dtype}"
            row = race(title, contenders, rounds=5, key=f"{name} {dtype}", threads=cores())
            for who, time in row["times"].items():
                touched = 3 if who == "axpy" else TOUCHED[name]
                time["GB/s"] = touched * N * g.itemsize / time["ms"] / 1e6
            rows.append(row)
    return {"rows": rows}
