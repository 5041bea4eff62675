"""The average of a run's tail."""

import numpy as np

from ..engine.formulas import formula

TAKES = "path", "first"
MISTAKES = (
    ("whole path", "You average the way there, too: begin at row `first`.",
     "return np.mean(path, axis=0)"),
    ("last point", "That is the last point; average all from row `first` on.", "return path[-1]"),
    ("axis", "Average over the steps, which are the rows: axis 0.",
     "return np.full(path.shape[1], np.mean(path[first:]))"),
    ("one too late", "Row `first` itself belongs to the average.",
     "return np.mean(path[first + 1:], axis=0)"),
    ("one too early", "Begin at row `first`, not before it.",
     "return np.mean(path[first - 1:], axis=0)"),
    ("the beginning", "You average the rows before `first`; the tail comes after.",
     "return np.mean(path[:first], axis=0)"),
    ("last row lost", "The last row is missing.", "return np.mean(path[first:-1], axis=0)"),
    ("sum", "That is the sum; divide by the number of rows.",
     "return np.sum(path[first:], axis=0)"),
    ("divided by all", "Divide by the number of rows that you add, not by that of the whole path.",
     "return np.sum(path[first:], axis=0) / len(path)"),
    ("last rows by number", "`path[-first:]` is the last `first` rows; the tail begins at row "
     "`first`.", "return np.mean(path[-first:], axis=0)"),
    ("one row too many", "Your sum is divided by one more than there are rows in the tail.",
     "return np.sum(path[first:], axis=0) / (len(path) - first + 1)"),
    ("one row too few", "Your sum is divided by one less than there are rows in the tail.",
     "return np.sum(path[first:], axis=0) / (len(path) - first - 1 + 1e-300)"),
    ("median", "That is the median; take the mean.", "return np.median(path[first:], axis=0)"),
    ("two rows", "All rows of the tail count, not only its first and its last.",
     "return (path[first] + path[-1]) / 2"),
)  # fmt: skip


def _paths():
    rng = np.random.default_rng(701)
    few = np.array([[8.0], [4.0], [2.0], [1.0], [6.0]]) * [1.0, 2.0, -1.0], 2
    many = [(rng.normal(size=(rows, 3)), first) for rows, first in ((20, 5), (9, 7), (12, 1))]
    return [few, *many]


EXERCISE = formula(
    TAKES, _paths(), "average", 3, "return np.mean(path[first:], axis=0)", MISTAKES,
    "tail_average",
    ("`path[first:]` is the tail, one row for each step.",
     "`np.mean` takes an axis: the one that disappears."),
)  # fmt: skip


def tail_average(answer):
    """Check the average of a run's tail: `tail_average(path, first)`, path of shape (rows, dim).

    >>> tail_average(lambda path, first: path[-1]).mistake
    'last point'
    """
    return EXERCISE.check(answer)
