"""Pictures to learn from: fruits and handwritten digits.

The fruits are drawn in four styles and varied as they are loaded; where they come from,
and under which licences, is in LICENSES.md beside this file.

>>> from momentumlib import datasets
>>> datasets.digits()
<Dataset digits: 1297 train, 500 test; 10 classes of 8 × 8 × 1>
"""

from pathlib import Path

import numpy as np

from ..arguments import flag, listed, one_of, whole
from . import folder
from .pictures import Dataset, Pictures
from .variation import vary

__all__ = ["Dataset", "Pictures", "digits", "fruits"]

HERE = Path(__file__).parent
#: The most pixels of a part: its pictures then take 3 GB.
MOST = 2**28
STYLES = ("noto", "twemoji", "openmoji", "fluent")


def fruits(size=32, count=3000, *, styles=STYLES[:3], seed=0, root=None, progress=True):
    """Small color pictures of fruits, to be told apart.

    Without `root` they are made: 12 fruits, each drawn in four styles, turned, scaled,
    shifted, tinted and lit at random, on random backgrounds with clutter, partly covered,
    blurred and noisy. However many there are, they show 12 drawings a style: what is new in
    the test part is the distortion. With `root` they are read from a folder of photographs.

    Parameters
    ----------
    size : int
        Pixels on each side, 8 to 128.
    count : int or None
        Pictures to train with; a third as many, made anew, are the test part, and a third
        as many in the styles left out are the held-out part. With `root`: at most so many
        of Training and a third as many of Test, spread over the classes; None for all.
    styles : sequence of str
        The styles of train and test, of "noto", "twemoji", "openmoji", "fluent".
    seed : int
        The same seed makes the same pictures, on every machine.
    root : path, optional
        A folder in the layout of Fruits-360: Training and Test, in them a folder for each
        class, in it JPEG (or PNG) pictures. Needs Pillow.
    progress : bool
        Show a progress bar when reading takes longer than a second.

    Returns
    -------
    Dataset
        `.train`, `.test`, `.held_out` (None with `root` or if no style is left out).

    Raises
    ------
    ValueError
        An argument is out of range; a folder is missing, a class is empty, a picture cannot
        be read. The sentence names it.

    Examples
    --------
    >>> data = fruits(count=300)
    >>> data
    <Dataset fruits: 300 train, 100 test, 100 held_out; 12 classes of 32 × 32 × 3>
    >>> data.names[:3], data.train.images.shape, data.train.images.dtype
    (('apple', 'banana', 'cherries'), (300, 32, 32, 3), dtype('float32'))
    """
    whole("size", size, 8, 128)
    flag("progress", progress)
    rng = np.random.default_rng(whole("seed", seed, 0))
    if root is not None:
        return folder.read(root, size, count, rng, progress)
    whole("count", count, 1, MOST // size**2)
    with np.load(HERE / "sprites.npz") as stored:
        sprites, names = stored["sprites"], tuple(map(str, stored["names"]))
    chosen = _styles(styles)
    others = [style for style in range(len(STYLES)) if style not in chosen]

    def made(n, styles):
        labels = np.arange(n) % len(names)
        rng.shuffle(labels)
        which = rng.choice(styles, n) * len(names) + labels
        return Pictures(
            vary(sprites.reshape(-1, *sprites.shape[2:]), which, size, rng), labels, names
        )

    few = max(1, count // 3)
    train, test = made(count, chosen), made(few, chosen)
    return Dataset("fruits", train, test, made(few, others) if others else None)


def _styles(styles):
    """The chosen styles as indices."""
    chosen = [one_of("styles", style, STYLES) for style in listed("styles", styles)]
    return [i for i, style in enumerate(STYLES) if style in chosen]


def digits(seed=0):
    """The UCI handwritten digits: 1797 gray pictures of 8 × 8, real scans.

    seed : which 500 of them are the test part; the other 1297 are for training.

    Source: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, the part
    that scikit-learn carries, in its order; 17 levels of gray.

    >>> digits().train.images.max(), digits().names[:3]
    (np.float32(1.0), ('0', '1', '2'))
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    with np.load(HERE / "digits.npz") as stored:
        images, labels = stored["images"], stored["labels"]
    scans = Pictures(
        images[..., None].astype(np.float32) / np.float32(16),
        labels.astype(np.int64),
        tuple(map(str, range(10))),
    )
    order = rng.permutation(len(scans))
    return Dataset("digits", scans[order[500:]], scans[order[:500]])
