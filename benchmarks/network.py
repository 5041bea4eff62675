"""The fruit network of chapter 6 beside PyTorch: the same weights, pictures and minibatches."""

from statistics import median

import numpy as np

import momentumlib as ml
from clock import Contender, installed, race, timed
from momentumlib import propagation

STEPS, ETA, GAMMA, BATCH = 200, 0.01, 0.9, 64


def torch_run(model, images, labels, order):
    """A function that trains from model's own start and returns the cost over all pictures."""
    import torch
    from torch import nn

    images = torch.tensor(np.ascontiguousarray(2 * images.transpose(0, 3, 1, 2) - 1))
    labels = torch.tensor(labels.astype(np.int64))
    parts = model.parameters(model.start)
    convs = [nn.Conv2d(w.shape[3], w.shape[0], 3, 2, 1) for w, _ in parts[:-1]]
    dense = nn.Linear(parts[-1][0][0].size, parts[-1][0].shape[0])
    net = nn.Sequential(convs[0], nn.ReLU(), convs[1], nn.ReLU(), nn.Flatten(), dense)
    batches = [torch.tensor(one) for one in order]
    measure = nn.CrossEntropyLoss()

    def run():
        with torch.no_grad():
            for layer, (w, b) in zip([*convs, dense], parts, strict=True):
                weights = torch.tensor(w.transpose(0, 3, 1, 2).astype(np.float32))
                layer.weight.copy_(weights.reshape(layer.weight.shape))
                layer.bias.copy_(torch.tensor(b.astype(np.float32)))
            measure(net(images), labels)
        optimizer = torch.optim.SGD(net.parameters(), ETA, GAMMA)
        for which in batches:
            optimizer.zero_grad()
            measure(net(images[which]), labels[which]).backward()
            optimizer.step()
        with torch.no_grad():
            return float(measure(net(images), labels))

    return run


def drawn(count, seed=0):
    """The minibatches that the library draws."""
    rng, order, found = np.random.default_rng(seed), np.empty(0, int), []
    while len(found) < STEPS:
        if len(order) < BATCH:
            order = rng.permutation(count)
        found.append(order[:BATCH])
        order = order[BATCH:]
    return found


def parts():
    """Both on all cores; J over all pictures is measured at the start and at the end."""
    fruits = ml.datasets.fruits()
    model = ml.models.convolutional(fruits, batch=BATCH)
    run = lambda: ml.minimize(model, ml.momentum(ETA, GAMMA), steps=STEPS, keep=STEPS)
    end = run().loss
    contenders = {"momentumlib": Contender(run, "end")}
    if installed("torch"):
        data = fruits.train
        theirs = torch_run(model, data.images, data.labels, drawn(len(data)))
        contenders["PyTorch"] = Contender(theirs, "end", theirs, end[-1])
    title = f"{STEPS} steps of the fruit network, {model.dim:,} parameters"
    row = race(title, contenders, end[0], 5, close=1e-3, key="network")
    return {"rows": [row], "limits": {"alone": alone(run)}}


def alone(run, rounds=5):
    """Milliseconds of ours where nothing is left to a second core."""
    several, propagation.cores = propagation.cores, lambda: 1
    try:
        return 1e3 * median(timed(run) for _ in range(rounds))
    finally:
        propagation.cores = several
