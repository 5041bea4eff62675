"""The noise of a minibatch's gradient."""

from ..engine.formulas import formula

TAKES = "sigma", "batch"
MISTAKES = (
    ("divided by batch", "That is how the variance falls; the standard deviation falls with the "
     "root of the batch size.", "return sigma / batch"),
    ("variance", "That is the variance; take its root.", "return sigma ** 2 / batch"),
    ("growing", "A larger minibatch makes less noise: divide.", "return sigma * np.sqrt(batch)",
     "return sigma * batch"),
    ("batch ignored", "Your answer is `sigma` whatever the batch size is. (In a power, `1 // 2` "
     "is 0, and `batch**0` is 1.)", "return sigma"),
    ("batch minus one", "Divide by the root of `batch` itself.",
     "return sigma / np.sqrt(batch - 1 + 1e-300)", "return sigma / np.sqrt(batch + 1)"),
    ("brackets missing", "`batch ** 1 / 2` is half of batch: put `1 / 2` in brackets.",
     "return sigma / batch ** 1 / 2"),
    ("root of sigma", "The root belongs to `batch` alone.", "return np.sqrt(sigma / batch)"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(2.0, 16), (1.0, 2), (0.3, 100), (5.0, 7)], "sigma", 0,
    "return sigma / np.sqrt(batch)", MISTAKES, "batch_sigma",
    ("The variance of a mean of B independent numbers is the variance of one, divided by B.",
     "The standard deviation is the root of the variance."),
)  # fmt: skip


def batch_sigma(answer):
    """Check the noise of a minibatch's gradient: `batch_sigma(sigma, batch)` returns a number.

    >>> batch_sigma(lambda sigma, batch: sigma / batch).mistake
    'divided by batch'
    """
    return EXERCISE.check(answer)
