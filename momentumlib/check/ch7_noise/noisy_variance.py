"""Exercises of the chapter on noise: minibatches, the variance in the end, averages."""

import numpy as np

from ..ch8_frameworks.torch_step import points

BATCH = "sigma", "batch"
BATCH_MISTAKES = (
    ("divided by batch", "That is how the variance falls; the standard deviation falls with the "
     "root of the batch size.", "return sigma / batch"),
    ("variance", "That is the variance; take its root.", "return sigma ** 2 / batch"),
    ("growing", "A larger minibatch makes less noise: divide.", "return sigma * np.sqrt(batch)",
     "return sigma * batch"),
    ("batch ignored", "Your answer does not depend on the batch size.", "return sigma"),
    ("batch minus one", "Divide by the root of `batch` itself.",
     "return sigma / np.sqrt(batch - 1 + 1e-300)", "return sigma / np.sqrt(batch + 1)"),
    ("root of sigma", "The root belongs to `batch` alone.", "return np.sqrt(sigma / batch)"),
)  # fmt: skip


def batch_sigma(answer):
    """Check the noise of a minibatch's gradient: `batch_sigma(sigma, batch)` returns a number.

    >>> batch_sigma(lambda sigma, batch: sigma / batch).mistake
    'divided by batch'
    """
    return EXERCISES["batch_sigma"].check(answer)


SPREAD = "eta", "gamma", "lam", "sigma"
RIGHT = "eta * sigma**2 * (1 + gamma) / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam))"
SPREAD_MISTAKES = (
    ("standard deviation", "That is the standard deviation; the variance is its square.",
     f"return np.sqrt({RIGHT})"),
    ("sigma not squared", "The variance grows with the square of `sigma`.",
     f"return ({RIGHT}) / sigma"),
    ("gradient descent", "That is gradient descent's variance: γ is missing.",
     "return eta * sigma**2 / (lam * (2 - eta * lam))"),
    ("momentum averages", "Here the noise shrinks with γ; it grows: 1 − γ stands below.",
     "return eta * sigma**2 * (1 - gamma) / (lam * (1 + gamma) * (2 * (1 + gamma) - eta * lam))",
     "return eta * sigma**2 * (1 - gamma) / (lam * (2 - eta * lam))"),
    ("gradient descent's bracket", "The factor 1 − γ is there, but the last bracket is "
     "gradient descent's: it is 2(1 + γ) − ηλ, and 1 + γ stands above, too.",
     "return eta * sigma**2 / (lam * (1 - gamma) * (2 - eta * lam))"),
    ("small eta only", "That is the limit for a small η: the bracket with − ηλ is missing.",
     "return eta * sigma**2 / (2 * lam * (1 - gamma))"),
    ("1 - gamma missing", "The factor 1 − γ is missing below.",
     "return eta * sigma**2 * (1 + gamma) / (lam * (2 * (1 + gamma) - eta * lam))"),
    ("1 + gamma missing", "The factor 1 + γ is missing above.",
     "return eta * sigma**2 / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam))"),
    ("lambda missing", "The factor λ is missing below, before the brackets.",
     "return eta * sigma**2 * (1 + gamma) / ((1 - gamma) * (2 * (1 + gamma) - eta * lam))"),
    ("effective learning rate", "Gradient descent's formula with η/(1 − γ) comes near, but not "
     "exactly: the last bracket is another.",
     "e = eta / (1 - gamma); return e * sigma**2 / (lam * (2 - e * lam))"),
)  # fmt: skip


def noisy_variance(answer):
    """Check the variance in the end: `noisy_variance(eta, gamma, lam, sigma)`.

    >>> small = lambda eta, gamma, lam, sigma: eta * sigma**2 / (2 * lam * (1 - gamma))
    >>> noisy_variance(small).mistake
    'small eta only'
    """
    return EXERCISES["noisy_variance"].check(answer)


QUIET = "r", "gamma"
QUIET_MISTAKES = (
    ("upside down", "That is gradient descent's variance over momentum's: turn it around.",
     "return (2 - r * (1 - gamma) / (1 + gamma)) / (2 - r)"),
    ("small eta only", "That holds in flat directions only: `r` belongs into the ratio.",
     "return 1.0 + 0 * r"),
    ("equal eta", "You compare at the same η. Here η/(1 − γ) is the same, so that momentum's η is "
     "1 − γ times gradient descent's.",
     "return (1 + gamma) / (1 - gamma) * (2 - r) / (2 * (1 + gamma) - r)",
     "return (1 + gamma) / (1 - gamma) * (2 - r * (1 - gamma)) / (2 * (1 + gamma) - r * (1 - "
     "gamma))"),
    ("momentum's eta", "In momentum's bracket stands its own ηλ, which is r(1 − γ).",
     "return (1 + gamma) * (2 - r) / (2 * (1 + gamma) - r)"),
    ("1 + gamma missing", "A factor 1 + γ of momentum's variance is missing above.",
     "return (2 - r) / (2 * (1 + gamma) - r * (1 - gamma))"),
    ("gradient descent's bracket", "In gradient descent's bracket ηλ is `r` itself.",
     "return (1 + gamma) * (2 - r * (1 - gamma)) / (2 * (1 + gamma) - r * (1 - gamma))"),
    ("standard deviations", "That is the ratio of the standard deviations; variances are their "
     "squares.",
     "return np.sqrt((2 - r) / (2 - r * (1 - gamma) / (1 + gamma)))"),
)  # fmt: skip


def quieter(answer):
    """Check momentum's variance over gradient descent's at equal η/(1 − γ): `quieter(r, gamma)`.

    r is ηλ/(1 − γ), below 2.

    >>> quieter(lambda r, gamma: 1.0).mistake
    'small eta only'
    """
    return EXERCISES["quieter"].check(answer)


TAIL = "path", "first"
TAIL_MISTAKES = (
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
)  # fmt: skip


def tail_average(answer):
    """Check the average of a run's tail: `tail_average(path, first)`, path of shape (rows, dim).

    >>> tail_average(lambda path, first: path[-1]).mistake
    'last point'
    """
    return EXERCISES["tail_average"].check(answer)


FLOOR = "floor", "lam", "sigma"
FLOOR_MISTAKES = (
    ("small eta only", "That leaves out − ηλ in gradient descent's variance; solve with it.",
     "return 2 * floor * lam / sigma**2"),
    ("sign", "On the way to η a sign is lost: the terms with η come together on one side.",
     "return 2 * floor * lam / (sigma**2 - floor * lam**2)"),
    ("sigma not squared", "`sigma` must be squared.",
     "return 2 * floor * lam / (sigma + floor * lam**2)"),
    ("factor 2", "A factor 2 is missing above.",
     "return floor * lam / (sigma**2 + floor * lam**2)"),
    ("lambda not squared", "In the second term below λ is squared.",
     "return 2 * floor * lam / (sigma**2 + floor * lam)"),
    ("lambda missing", "The factor λ is missing above.",
     "return 2 * floor / (sigma**2 + floor * lam**2)"),
    ("noise missing", "Your answer does not depend on `sigma`, but more noise needs a smaller η.",
     "return 2 * floor / lam", "return 2 * floor * lam", "return 2 / lam"),
    ("upside down", "Your fraction is upside down: a lower floor needs a smaller η.",
     "return (sigma**2 + floor * lam**2) / (2 * floor * lam)"),
    ("variance in place of eta", "That is the variance for an η of that size; solve for η.",
     "return floor * sigma**2 / (lam * (2 - floor * lam))"),
)  # fmt: skip


def floor_eta(answer):
    """Check the η of gradient descent for a given variance: `floor_eta(floor, lam, sigma)`.

    >>> floor_eta(lambda floor, lam, sigma: 2 * floor * lam / sigma**2).mistake
    'small eta only'
    """
    return EXERCISES["floor_eta"].check(answer)


def _paths():
    rng = np.random.default_rng(701)
    few = np.array([[8.0], [4.0], [3.0], [1.0], [5.0]]) * [1.0, 2.0, -1.0], 2
    many = [(rng.normal(size=(rows, 3)), first) for rows, first in ((20, 5), (9, 7), (12, 1))]
    return [few, *many]


EXERCISES = {
    "batch_sigma": points(
        BATCH, [(2.0, 16), (1.0, 2), (0.3, 100), (5.0, 7)], "sigma", 0,
        "return sigma / np.sqrt(batch)", BATCH_MISTAKES, "batch_sigma",
        ("The variance of a mean of B independent numbers is the variance of one, divided by B.",
         "The standard deviation is the root of the variance."),
    ),
    "noisy_variance": points(
        SPREAD, [(0.05, 0.9, 1.0, 1.0), (0.3, 0.5, 2.0, 0.4), (0.01, 0.99, 5.0, 3.0),
                 (0.2, 0.0, 3.0, 1.5)], "variance", 0, f"return {RIGHT}", SPREAD_MISTAKES,
        "noisy_variance",
        ("At γ = 0 it is ησ²/(λ(2 − ηλ)).", "The chapter has the formula; its brackets matter."),
    ),
    "quieter": points(
        QUIET, [(1.5, 0.9), (0.37, 0.5), (1.0, 0.83), (1.9, 0.99), (0.8, 0.0)], "ratio", 0,
        "return (2 - r) / (2 - r * (1 - gamma) / (1 + gamma))", QUIET_MISTAKES, "quieter",
        ("Momentum has ηλ = r(1 − γ), gradient descent ηλ = r. Put both into the exact variance.",
         "Both have η/(1 − γ) in front, which cancels with σ² and λ.",
         "What is left are the brackets, and momentum's 1 + γ."),
    ),
    "tail_average": points(
        TAIL, _paths(), "average", 3, "return np.mean(path[first:], axis=0)", TAIL_MISTAKES,
        "tail_average",
        ("`path[first:]` is the tail, one row for each step.",
         "`np.mean` takes an axis: the one that disappears."),
    ),
    "floor_eta": points(
        FLOOR, [(0.01, 1.0, 1.0), (0.1, 2.0, 0.5), (0.5, 3.0, 1.4), (0.02, 0.3, 2.0)], "eta", 0,
        "return 2 * floor * lam / (sigma**2 + floor * lam**2)", FLOOR_MISTAKES, "floor_eta",
        ("Write gradient descent's variance, ησ²/(λ(2 − ηλ)), and set it equal to `floor`.",
         "Multiply by the denominator; two terms hold η.",
         "η (σ² + λ² floor) = 2 λ floor."),
    ),
}  # fmt: skip
