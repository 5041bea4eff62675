"""The pictures that a page trains with: some hundred fruits, packed as one script.

A page fetches them when its reader wants to train, by a script, since a page from disk may
fetch nothing else. Colors have 32 levels, which the eye hardly misses and the file does.
"""

import base64
import gzip
import hashlib
from functools import cache

import numpy as np

from ..datasets import Dataset, Pictures, fruits

#: Pixels on each side, pictures to train with (a third as many are there to test), levels.
SIZE, COUNT, LEVELS = 24, 384, 32


@cache
def pictures():
    """`ml.datasets.fruits` of this size, its colors rounded to the levels: a Dataset.

    >>> pictures()
    <Dataset fruits: 384 train, 128 test; 12 classes of 24 × 24 × 3>
    """
    made = fruits(size=SIZE, count=COUNT)
    most = np.float32(LEVELS - 1)
    rounded = (
        Pictures(np.rint(part.images * most) / most, part.labels, part.names)
        for part in (made.train, made.test)
    )
    return Dataset("fruits", *rounded)


def parts():
    """Those to train with, and those to test."""
    return pictures().train, pictures().test


def levels(part):
    """The pictures' pixels as whole numbers below LEVELS: (n, SIZE, SIZE, 3) uint8."""
    return np.rint(part.images * (LEVELS - 1)).astype(np.uint8)


@cache
def pack():
    """(its name, its bytes): labels, then pixels, compressed by gzip.

    A pixel is told by how far it is from the mean of its neighbours to the left and above, in
    each color, modulo LEVELS; the rest of a photograph is small numbers. network.js undoes it.
    """
    labels = np.concatenate([part.labels for part in parts()]).astype(np.uint8)
    pixels = np.concatenate([levels(part) for part in parts()]).astype(np.int64)
    guess = np.zeros_like(pixels)
    guess[:, 0, 1:], guess[:, 1:, 0] = pixels[:, 0, :-1], pixels[:, :-1, 0]
    guess[:, 1:, 1:] = (pixels[:, 1:, :-1] + pixels[:, :-1, 1:]) // 2
    rest = ((pixels - guess) % LEVELS).astype(np.uint8)
    told = gzip.compress(labels.tobytes() + rest.tobytes(), 9, mtime=0)
    return f"fruits-{hashlib.sha256(told).hexdigest()[:8]}", told


def script():
    """(file name, text) of the script that hands the pack to a page."""
    name, told = pack()
    text = base64.b64encode(told).decode()
    return f"{name}.js", f'(globalThis.livePacks ||= {{}})["{name}"] = "{text}";\n'
