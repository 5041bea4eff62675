"""Labelled pictures, and the parts of a data set."""

from dataclasses import dataclass

import numpy as np

from ..arguments import frozen, listed, short, text


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures with what they show.

    images : (n, height, width, channels), numbers from 0 to 1, kept as float32;  labels :
    (n,) whole numbers, the index into names;  names : what the labels stand for, different
    texts. Arrays are copied where somebody could still write into them, and are read-only.

    Raises TypeError or ValueError where one of them is not so: training trusts it.

    `pictures[10:20]`, `pictures[mask]` and `pictures[indices]` are Pictures, too.

    >>> from momentumlib import datasets
    >>> few = datasets.digits().test[:3]
    >>> few, few.images.shape
    (<3 pictures of 8 × 8 × 1, 10 classes>, (3, 8, 8, 1))
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple

    def __post_init__(self):
        names = tuple(text("names", name) for name in listed("names", self.names))
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"names must differ, but {short(twice)} is there twice")
        images, labels = _images(self.images), _labels(self.labels, len(names))
        if len(images) != len(labels):
            raise ValueError(
                f"labels must be as many as images, but there are {len(labels)} labels "
                f"and {len(images)} images"
            )
        for name, value in (("images", images), ("labels", labels), ("names", names)):
            object.__setattr__(self, name, value)

    def __reduce__(self):  # an array from a pickle can be written into; this one is made anew
        return Pictures, (self.images, self.labels, self.names)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, which):
        which = np.atleast_1d(which) if np.isscalar(which) else which
        return Pictures(self.images[which], self.labels[which], self.names)

    def __repr__(self):
        shape = " × ".join(map(str, self.images.shape[1:]))
        return f"<{len(self)} pictures of {shape}, {len(self.names)} classes>"


def _images(images):
    """The pictures as training takes them: float32, row by row, read-only."""
    if not isinstance(images, np.ndarray) or images.dtype.kind not in "fiu":
        raise TypeError(f"images must be an array of numbers, but is {short(images)}")
    if np.ma.is_masked(images):
        raise TypeError("images must hold numbers, but some of them are masked")
    if images.ndim != 4 or 0 in images.shape[1:]:
        raise ValueError(
            f"images must have shape (n, height, width, channels), but has shape {images.shape}"
        )
    images = np.asarray(images)
    if images.size and not (images.min() >= 0 and images.max() <= 1):  # not for NaN either
        low, high = images.min(), images.max()
        hint = ": divide them by 255" if 0 <= low and 1 < high <= 255 else ""
        raise ValueError(f"images must hold numbers from 0 to 1, but they go from {low:g} to "
                         f"{high:g}{hint}")  # fmt: skip
    return frozen(np.ascontiguousarray(images, np.float32))


def _labels(labels, classes):
    """The labels as training takes them: int64, read-only."""
    if not isinstance(labels, np.ndarray):
        try:
            labels = np.array(listed("labels", labels, 0) or np.empty(0, int))
        except ValueError:  # a ragged list
            labels = np.array(None)
    if labels.dtype.kind not in "iu" or np.ma.is_masked(labels):
        raise TypeError(f"labels must be whole numbers, but is {short(labels)}")
    if labels.ndim != 1:
        raise ValueError(f"labels must have shape (n,), but has shape {labels.shape}")
    labels = np.asarray(labels)
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        raise ValueError(
            f"labels must be from 0 to {classes - 1}, the places in names, "
            f"but one is {labels[outside][0]}"
        )
    return frozen(labels.astype(np.int64, copy=False))


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

    def __post_init__(self):
        text("name", self.name)
        for name in ("train", "test", "held_out"):
            part = getattr(self, name)
            if name == "held_out" and part is None:
                continue
            if not isinstance(part, Pictures):
                raise TypeError(f"{name} must be Pictures, but is {short(part)}")
            if part.names != self.train.names:
                raise ValueError(
                    f"{name} must have the names of train, but has {short(part.names)}"
                )
            if part.images.shape[1:] != self.train.images.shape[1:]:
                raise ValueError(
                    f"{name} must have pictures of shape {self.train.images.shape[1:]}, like "
                    f"train, but has {part.images.shape[1:]}"
                )

    @property
    def names(self):
        return self.train.names

    def __repr__(self):
        parts = {"train": self.train, "test": self.test, "held_out": self.held_out}
        sizes = ", ".join(f"{len(part)} {name}" for name, part in parts.items() if part)
        shape = " × ".join(map(str, self.train.images.shape[1:]))
        return f"<Dataset {self.name}: {sizes}; {len(self.names)} classes of {shape}>"
