"""The winner of a contest, if there is one."""

import numpy as np

from ..engine.formulas import formula

TAKES = ("costs",)
BANDS = "low, high = costs.min(axis=1), costs.max(axis=1); "
ONE = "k = high.argmin(); others = np.delete(low, k); "
MISTAKES = (
    ("always a winner", "Your rule names somebody in every table, also where the bands overlap: "
     "then return −1.", "return costs.mean(axis=1).argmin()",
     "return np.median(costs, axis=1).argmin()"),
    ("luckiest run", "One lucky run names no winner: all of its runs have to be below.",
     "return costs.min(axis=1).argmin()",
     "return np.unravel_index(costs.argmin(), costs.shape)[0]"),
    ("worst run alone", "The smallest worst run may still overlap with another's band: then return "
     "−1.", "return costs.max(axis=1).argmin()"),
    ("one rival only", "Compare with every other method, not only with the next in the mean.",
     "a, b = costs.mean(axis=1).argsort()[:2]; "
     "return a if costs[a].max() < costs[b].min() else -1"),
    ("neighbor in the table", "Compare with every other method, not only with the next row.",
     BANDS + "k = costs.mean(axis=1).argmin(); "
     "return k if high[k] < low[(k + 1) % len(low)] else -1"),
    ("below one of them", "Below one other band is not enough: it has to be below all of them.",
     BANDS + "ks = [k for k in range(len(low)) if (high[k] < np.delete(low, k)).any()]; "
     "return ks[0] if ks else -1"),
    ("means below bands", "Your method's mean lies below the others' bands; its whole band has to.",
     "k = costs.mean(axis=1).argmin(); "
     "return k if costs[k].mean() < np.delete(costs, k, axis=0).min() else -1"),
    ("bands below means", "The others' means lie above your method's band; their whole bands have "
     "to.", "k = costs.mean(axis=1).argmin(); "
     "return k if costs[k].max() < np.delete(costs, k, axis=0).mean(axis=1).min() else -1"),
    ("highest", "A cost is better when it is lower.",
     BANDS + "k = low.argmax(); return k if low[k] > np.delete(high, k).max() else -1",
     "return costs.mean(axis=1).argmax()"),
    ("highest with highest", "You compare highest runs with highest runs: a band is below another "
     "where its highest run lies below the other's lowest.",
     "k = costs.min(axis=1).argmin(); high = costs.max(axis=1); "
     "return k if high[k] < np.delete(high, k).min() else -1",
     "k, j = costs.min(axis=1).argsort()[:2]; "
     "return k if costs[k].max() < costs[j].max() else -1"),
    ("touching", "Bands that touch are not apart: `<`, not `<=`.",
     BANDS + ONE + "return k if high[k] <= others.min() else -1"),
    ("run by run", "The methods' runs are not pairs here: compare the bands.",
     "k = costs.mean(axis=1).argmin(); "
     "return k if (costs[k] < np.delete(costs, k, axis=0)).all() else -1"),
    ("spread of one standard deviation", "Compare the lowest and the highest runs, not a standard "
     "deviation to either side.",
     "mean, std = costs.mean(axis=1), costs.std(axis=1); k = mean.argmin(); "
     "return k if mean[k] + std[k] < np.delete(mean - std, k).min() else -1",
     "mean, std = costs.mean(axis=1), costs.std(axis=1, ddof=1); k = mean.argmin(); "
     "return k if mean[k] + std[k] < np.delete(mean - std, k).min() else -1"),
    ("columns", "A row is a method and a column a run: take the bands along axis 1.",
     "low, high = costs.min(axis=0), costs.max(axis=0); k = high.argmin(); "
     "return k if high[k] < np.delete(low, k).min() else -1",
     "return costs.max(axis=0).argmin()", "return costs.mean(axis=0).argmin()",
     "return costs.min(axis=0).argmin()"),
    ("counted from 1", "Rows are numbered from 0.",
     BANDS + ONE + "return k + 1 if high[k] < others.min() else -1"),
    ("never", "You return −1 for every table, but here one band lies below every other (no band "
     "lies below itself).", "return -1"),
    ("no winner is 0", "Row 0 is the first method; where nobody wins, return −1.",
     BANDS + ONE + "return k if high[k] < others.min() else 0"),
)  # fmt: skip


def _contests():
    return [(np.array(costs),) for costs in (
        [[0.70, 0.96, 0.54], [0.41, 0.47, 0.35], [0.27, 0.20, 0.33]],  # row 2
        [[0.70, 0.96, 0.54], [0.41, 0.47, 0.35], [0.27, 0.20, 0.37]],  # two bands overlap
        [[0.1, 0.9, 0.1], [0.5, 0.6, 0.7]],  # the lowest mean, the widest band
        [[0.1, 0.9, 0.95], [0.5, 0.6, 0.7]],  # the luckiest run
        [[0.3, 0.4, 0.5], [0.1, 0.2, 0.3]],  # they touch
        [[0.2, 0.3, 0.25], [0.31, 0.5, 0.4], [0.9, 0.28, 3.0]],  # the third reaches down
        [[0.5, 0.8, 0.9], [0.1, 0.45, 0.2], [0.6, 0.7, 0.8], [1.0, 2.0, 3.0]],  # row 1
        [[0.2, 0.4, 0.6], [0.3, 0.5, 0.7]],  # better in each column
        [[0.30, 0.31, 0.40], [0.39, 0.60, 0.62]],  # apart by a standard deviation
        [[0.1, 0.2, 0.3], [0.9, 0.7, 0.8], [0.6, 0.5, 0.4]],  # row 0
        [[0.4, 0.6, 0.5], [0.45, 1.3, 1.2]],  # below the mean, not below the band
        [[0.2, 0.32, 0.2], [0.3, 0.31, 0.35], [0.8, 0.7, 0.9]],  # a mean below a band
    )]  # fmt: skip


EXERCISE = formula(
    TAKES, _contests(), "row", 0, BANDS + ONE + "return k if high[k] < others.min() else -1",
    MISTAKES, "winner",
    ("The band of a method reaches from its lowest to its highest run: `costs.min(axis=1)` and "
     "`costs.max(axis=1)`.",
     "Only the method whose highest run is the lowest can win.",
     "It does if that run lies below the lowest run of every other method."),
)  # fmt: skip


def winner(answer):
    """Check who wins a contest: `winner(costs)`, the number of the row, −1 for nobody.

    costs : (methods, runs). The band of a method reaches from its lowest to its highest run.

    >>> winner(lambda costs: costs.mean(axis=1).argmin()).mistake
    'always a winner'
    """
    return EXERCISE.check(answer)
