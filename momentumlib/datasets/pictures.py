"""Labelled pictures, and the parts of a data set."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures with what they show.

    images : (n, height, width, channels) float32 in [0, 1];  labels : (n,) int64, the
    index into names;  names : what the labels stand for.

    `pictures[10:20]`, `pictures[mask]` and `pictures[indices]` are Pictures, too.

    >>> from momentumlib import datasets
    >>> few = datasets.digits().test[:3]
    >>> few, few.images.shape
    (<3 pictures of 8 × 8 × 1, 10 classes>, (3, 8, 8, 1))
    """

    images: np.ndarray = field(repr=False)
    labels: np.ndarray = field(repr=False)
    names: tuple

    def __len__(self):
        return len(self.images)

    def __getitem__(self, which):
        which = np.atleast_1d(which) if np.isscalar(which) else which
        return Pictures(self.images[which], self.labels[which], self.names)

    def __repr__(self):
        shape = " × ".join(map(str, self.images.shape[1:]))
        return f"<{len(self)} pictures of {shape}, {len(self.names)} classes>"


@dataclass(frozen=True, eq=False)
class Dataset:
    """The parts of a data set, each of them Pictures.

    train : to fit;  test : of the same kind, never trained on;  held_out : of another
    kind, the hard test, or None where there is none;  names : the classes.
    """

    name: str
    train: Pictures
    test: Pictures
    held_out: Pictures | None = None

    @property
    def names(self):
        return self.train.names

    def __repr__(self):
        parts = {"train": self.train, "test": self.test, "held_out": self.held_out}
        sizes = ", ".join(f"{len(part)} {name}" for name, part in parts.items() if part)
        shape = " × ".join(map(str, self.train.images.shape[1:]))
        return f"<Dataset {self.name}: {sizes}; {len(self.names)} classes of {shape}>"
