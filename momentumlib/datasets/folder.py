"""Pictures from the folders of Fruits-360: Training and Test, a folder for each class."""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..arguments import first_line, short, whole
from .pictures import Dataset, Pictures

SUFFIXES = {".jpg", ".jpeg", ".png"}

#: Pictures that are read and scaled at a time.
BATCH = 256


def read(root, size, count, rng, progress=True):
    """The Dataset in `root`; at most `count` pictures for training, a third as many to test."""
    if count is not None:
        whole("count", count, 1)
    try:
        root = Path(root).expanduser()
        found = root.is_dir()
    except (TypeError, RuntimeError, ValueError):  # no path, no such user, a zero byte in it
        raise TypeError(f"root must be the path of a folder, but is {short(root)}") from None
    if not found:
        raise ValueError(f"root must be a folder, but {root} is none")
    try:
        return _parts(root, size, count, rng, progress)
    except OSError as error:  # a folder that may not be read, a disk that fails
        raise ValueError(f"root cannot be read: {first_line(error)}") from error


def _parts(root, size, count, rng, progress):
    names = _classes(root / "Training")
    unknown = sorted(set(_classes(root / "Test")) - set(names))
    if unknown:
        raise ValueError(f"root/Test holds a class that root/Training lacks: {unknown[0]}")
    few = None if count is None else max(1, count // 3)
    train, test = (
        _part(root / part, names, size, most, rng, progress)
        for part, most in (("Training", count), ("Test", few))
    )
    return Dataset(root.name, train, test)


def _classes(part):
    """The names of the classes of one part, sorted."""
    if not part.is_dir():
        raise ValueError(f"root must hold a folder {part.name}, but {part.parent} does not")
    names = tuple(sorted(entry.name for entry in _visible(part) if entry.is_dir()))
    if not names:
        raise ValueError(f"root/{part.name} must hold a folder for each class, but holds none")
    return names


def _visible(folder):
    """What lies in a folder, without `.ipynb_checkpoints`, macOS's `._x.png` and their like."""
    return (entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _part(part, names, size, most, rng, progress):
    files, labels = [], []
    share = None if most is None else -(-most // len(names))
    for label, name in enumerate(names):
        if not (part / name).is_dir():  # a class may have nothing to be tested on
            continue
        here = (p for p in _visible(part / name) if p.suffix.lower() in SUFFIXES)
        found = sorted(p for p in here if p.is_file())
        if not found:
            raise ValueError(f"the class {name} is empty: no picture in root/{part.name}/{name}")
        if share is not None and len(found) > share:
            found = [found[i] for i in np.sort(rng.choice(len(found), share, replace=False))]
        files += found
        labels += [label] * len(found)
    order = rng.permutation(len(files))[:most]
    images = np.empty((len(order), size, size, 3), np.float32)
    with tqdm(
        total=len(order), desc=part.name, unit=" pictures", delay=1, leave=False,
        disable=not progress,
    ) as bar:  # fmt: skip
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            pixels = np.stack([_picture(files[i], size) for i in batch])
            images[first : first + len(batch)] = pixels.astype(np.float32) / np.float32(255)
            bar.update(len(batch))
    return Pictures(images, np.array(labels)[order], names)


def _picture(file, size):
    """One picture in RGB, upright, scaled to `size` × `size`: uint8."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise ValueError("reading pictures from root needs Pillow: pip install pillow") from None
    try:
        with Image.open(file) as picture:
            upright = ImageOps.exif_transpose(picture)  # as the camera was held
            if upright.mode.startswith("I"):  # 16 bits of gray, which Pillow would cut off at 255
                levels = np.asarray(upright).astype(float) / 257
                upright = Image.fromarray(np.rint(levels).astype(np.uint8))
            scaled = upright.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
            return np.asarray(scaled)
    except Exception as error:  # on broken files Pillow raises what it happens to meet
        raise ValueError(f"the picture {file} cannot be read: {first_line(error)}") from error
