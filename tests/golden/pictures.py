"""Pictures that a seed draws, as they were when the book was written.

    python tests/golden/pictures.py

writes fruits.npz beside this file: some of the 252 pictures of the training part (more than
are made in one block) and of the other parts, as the 256 levels of a photograph.
"""

from pathlib import Path

import numpy as np

from momentumlib import datasets

FILE = Path(__file__).with_name("fruits.npz")
SHOWN = {"train": [*range(12), *range(246, 252)], "test": [0, 83], "held_out": [0, 83]}


def drawn():
    """{part: levels (n, 16, 16, 3)} and {part_labels: labels}."""
    made = datasets.fruits(size=16, count=252, seed=3)
    parts = {part: getattr(made, part)[rows] for part, rows in SHOWN.items()}
    levels = {part: np.rint(255 * shown.images).astype(np.uint8) for part, shown in parts.items()}
    return levels | {f"{part}_labels": shown.labels for part, shown in parts.items()}


if __name__ == "__main__":
    np.savez_compressed(FILE, **drawn())
