"""Trains chapter 6's network in PyTorch: chapters/studies/torch.json.

The same start, pictures, minibatches and settings as one of the chapter's runs of each method,
so that only the arithmetic is another's. How long a step takes in both is on the page
about speed (benchmarks/network.py).

    python tools/torch_fruit.py        needs requirements-peers.txt; a minute
"""

import json
from pathlib import Path

import numpy as np

import momentumlib as ml

FILE = Path(__file__).resolve().parent.parent / "chapters" / "studies" / "torch.json"
#: What the chapter's contest chose.
ETAS = {"GD": 0.1, "momentum": 0.04, "Adam": 0.006}
SEED, STEPS = 10, 300


class Peer:
    """A momentumlib network as PyTorch's, with the same start and the same minibatches."""

    def __init__(self, model):
        import torch
        from torch import nn

        torch.set_num_threads(1)  # one order of sums, on every machine
        self.torch, self.model = torch, model
        self.images, self.labels = self._tensors(model.data)
        *convs, dense = model.parameters(model.start)
        parts = []
        for weights, _ in convs:
            parts += [nn.Conv2d(weights.shape[3], weights.shape[0], 3, 2, 1), nn.ReLU()]
        last = nn.Linear(dense[0][0].size, dense[0].shape[0])
        self.net = nn.Sequential(*parts, nn.Flatten(), last)
        layers = [*parts[::2], last]
        with torch.no_grad():
            for layer, (weights, biases) in zip(layers, [*convs, dense], strict=True):
                turned = torch.tensor(weights.transpose(0, 3, 1, 2).astype(np.float32))
                layer.weight.copy_(turned.reshape(layer.weight.shape))
                layer.bias.copy_(torch.tensor(biases.astype(np.float32)))

    def _tensors(self, pictures):
        images = np.ascontiguousarray(2 * pictures.images.transpose(0, 3, 1, 2) - 1)
        return self.torch.tensor(images), self.torch.tensor(pictures.labels.astype(np.int64))

    def train(self, name, eta, steps, seed):
        """`steps` steps with the library's minibatches; eta : t -> the learning rate."""
        optim = self.torch.optim
        made = {
            "GD": lambda p: optim.SGD(p, eta(0)),
            "momentum": lambda p: optim.SGD(p, eta(0), 0.9),
            "Adam": lambda p: optim.Adam(p, eta(0)),
        }
        optimizer = made[name](self.net.parameters())
        for t, which in enumerate(self._minibatches(steps, seed)):
            optimizer.param_groups[0]["lr"] = eta(t)
            optimizer.zero_grad()
            scores = self.net(self.images[which])
            self.torch.nn.functional.cross_entropy(scores, self.labels[which]).backward()
            optimizer.step()

    def _minibatches(self, steps, seed):
        rng, order, batch = np.random.default_rng(seed), np.empty(0, int), self.model.batch
        for _ in range(steps):
            if len(order) < batch:
                order = rng.permutation(len(self.labels))
            yield self.torch.tensor(order[:batch])
            order = order[batch:]

    def scores(self, pictures):
        """What the last layer says of each picture, and the classes that they have."""
        images, labels = self._tensors(pictures)
        with self.torch.no_grad():
            return self.torch.cat([self.net(part) for part in images.split(500)]), labels

    def cost(self):
        """J over all of the training pictures."""
        return float(self.torch.nn.functional.cross_entropy(*self.scores(self.model.data)))

    def right(self, pictures):
        """The share of pictures whose likeliest class is theirs."""
        scores, labels = self.scores(pictures)
        return float((scores.argmax(1) == labels).double().mean())


def main():
    """Train by each method, and write where it ended."""
    pictures = ml.datasets.fruits()
    model = ml.models.convolutional(pictures, seed=SEED)
    found = {}
    for name, eta in ETAS.items():
        peer = Peer(model)
        peer.train(name, lambda t, eta=eta: eta, STEPS, SEED)
        shares = {part: peer.right(getattr(pictures, part)) for part in ("test", "held_out")}
        found[name] = {"J": peer.cost(), **shares}
        print(name, found[name], flush=True)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
