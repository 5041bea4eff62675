"""The batch at which a minibatch's noise is as strong as the gradient."""

import numpy as np

from ..engine.formulas import formula

TAKES = "drawn", "full", "batch"
NOISE = "noise = np.mean(np.sum((drawn - full) ** 2, axis=1)); "
GOOD = "return batch * noise / np.sum(full**2)"
MISTAKES = (
    ("batch forgotten", "That is the noise of a minibatch over the gradient; a single picture's "
     "noise is `batch` times that.", NOISE + "return noise / np.sum(full**2)"),
    ("divided by the batch", "The variance of a minibatch is that of one picture divided by "
     "`batch`: multiply to get back.", NOISE + "return noise / batch / np.sum(full**2)"),
    ("root of the batch", "Variances go with `batch`, spreads with its root; here are variances.",
     NOISE + "return np.sqrt(batch) * noise / np.sum(full**2)"),
    ("upside down", "That is the gradient over the noise: turn it around.",
     NOISE + "return np.sum(full**2) / (batch * noise)",
     NOISE + "return batch * np.sum(full**2) / noise"),
    ("not squared", "Both lengths are squared: noise adds up in squares.",
     "return batch * np.mean(np.linalg.norm(drawn - full, axis=1)) / np.linalg.norm(full)",
     NOISE + "return batch * np.sqrt(noise) / np.linalg.norm(full)",
     NOISE + "return np.sqrt(batch * noise) / np.linalg.norm(full)"),
    ("gradient not taken off", "The noise is what a minibatch's gradient has beside the full one: "
     "subtract `full`.",
     "return batch * np.mean(np.sum(drawn**2, axis=1)) / np.sum(full**2)"),
    ("mean over the parameters", "A squared length is a sum over the parameters; yours is a mean.",
     "return batch * np.mean((drawn - full) ** 2) / np.sum(full**2)"),
    ("parameter by parameter", "Divide the two squared lengths, not each parameter by its own.",
     "return batch * np.mean(np.mean((drawn - full) ** 2, axis=0) / full**2)",
     "return batch * np.sum(np.mean((drawn - full) ** 2, axis=0) / full**2)"),
    ("own mean", "You measure from the mean of these few; `full` is the gradient itself.",
     "return batch * np.sum(drawn.var(axis=0)) / np.sum(full**2)",
     "return batch * np.sum(drawn.var(axis=0, ddof=1)) / np.sum(full**2)"),
    ("mean gradient below", "Below stands `full`, not the mean of the minibatches, which still has "
     "noise in it.", NOISE + "return batch * noise / np.sum(drawn.mean(axis=0) ** 2)"),
    ("sum over the minibatches", "Take the mean over the minibatches, not the sum.",
     "return batch * np.sum((drawn - full) ** 2) / np.sum(full**2)"),
    ("one minibatch less", "`full` is known, so divide by how many minibatches there are, not by "
     "one less.",
     "return batch * np.sum((drawn - full) ** 2) / (len(drawn) - 1) / np.sum(full**2)"),
    ("square of the mean", "Square each length before you take the mean.",
     "return batch * np.mean(np.linalg.norm(drawn - full, axis=1)) ** 2 / np.sum(full**2)"),
    ("error of the mean", "The mean of the gradients has little noise; take the mean of the "
     "squared lengths.",
     "return batch * np.sum((drawn.mean(axis=0) - full) ** 2) / np.sum(full**2)"),
    ("gradient not squared", "Below stands the squared length of the gradient.",
     NOISE + "return batch * noise / np.linalg.norm(full)"),
)  # fmt: skip


def _drawn():
    rng = np.random.default_rng(617)
    few = np.array([[2.0, 1.0], [1.0, -1.0], [0.0, 3.0]]), np.array([1.0, 0.5]), 4
    rows = [few]
    for count, dim, batch in ((20, 3, 16), (9, 5, 64), (40, 2, 1)):
        full = rng.normal(size=dim)
        rows.append((full + rng.normal(size=(count, dim)) * rng.exponential(size=dim), full, batch))
    return rows


EXERCISE = formula(
    TAKES, _drawn(), "batch", 0, NOISE + GOOD, MISTAKES, "noise_scale",
    ("The noise of a minibatch is `drawn - full`, a row each; its squared length is the sum of the "
     "squares along axis 1.",
     "The mean of these is the noise at `batch` pictures; at one picture it is `batch` times that.",
     "At B pictures it is that divided by B. For which B is it the squared length of `full`?"),
)  # fmt: skip


def noise_scale(answer):
    """Check the batch at which noise and gradient are equal: `noise_scale(drawn, full, batch)`.

    drawn : (minibatches, dim), gradients of minibatches of `batch` pictures;  full : (dim,).
    The simple noise scale of McCandlish et al. 2018 (arXiv:1812.06162).

    >>> import numpy as np
    >>> noise_scale(lambda drawn, full, batch: np.mean((drawn - full) ** 2)).passed
    False
    """
    return EXERCISE.check(answer)
