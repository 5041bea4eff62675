"""Trains chapter 6's networks in PyTorch: chapters/studies/torch.json.

The same start, pictures, minibatches and settings as one of the chapter's runs of each method,
so that only the arithmetic is another's. How long a step takes in both is on the page
about speed (benchmarks/network.py).

The large network's η falls. PyTorch's momentum has it outside the velocity, the library has it
inside: there its momentum is multiplied by the η before over the η now, as chapter 8 says.

    python tools/torch_fruit.py        needs requirements-peers.txt; some minutes of a core
"""

import json
from pathlib import Path

import numpy as np

import momentumlib as ml

FILE = Path(__file__).resolve().parent.parent / "chapters" / "studies" / "torch.json"
#: What the chapter's contest chose.
ETAS = {"GD": 0.1, "momentum": 0.04, "Adam": 0.006}
SEED, STEPS = 10, 300
#: What its search chose for the large network, where η falls from here along a cosine.
FIRST = {"GD": 0.2, "momentum": 0.04, "Adam": 0.008}
LARGE = {"count": 12_000, "channels": (16, 32, 64), "steps": 1000}


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
        (group,) = optimizer.param_groups
        for t, which in enumerate(self._minibatches(steps, seed)):
            group["lr"] = eta(t)
            if name == "momentum":
                group["momentum"] = 0.9 * eta(max(t - 1, 0)) / eta(t)
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


def ended(peer, pictures):
    """The cost and the shares of right answers, as they are stored."""
    shares = {part: peer.right(getattr(pictures, part)) for part in ("test", "held_out")}
    return {"J": peer.cost(), **shares}


def large(count, channels):
    """The pictures and the large network, as the chapter makes them."""
    pictures = ml.datasets.fruits(count=count)
    return pictures, ml.models.convolutional(pictures, channels=channels, seed=SEED)


def main():
    """Train by each method, and write where it ended."""
    found = {"contest": {}, "large": {}}
    pictures = ml.datasets.fruits()
    model = ml.models.convolutional(pictures, seed=SEED)
    for name, eta in ETAS.items():
        peer = Peer(model)
        peer.train(name, lambda t, eta=eta: eta, STEPS, SEED)
        found["contest"][name] = ended(peer, pictures)
    pictures, model = large(LARGE["count"], LARGE["channels"])
    for name, eta in FIRST.items():
        peer = Peer(model)
        peer.train(name, ml.schedules.cosine(eta, LARGE["steps"]), LARGE["steps"], SEED)
        found["large"][name] = ended(peer, pictures)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
