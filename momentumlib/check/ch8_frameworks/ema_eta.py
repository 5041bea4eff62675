"""The learning rate of an average in place of a sum."""

from ..engine.formulas import formula

TAKES = "eta", "gamma"
MISTAKES = (
    ("times 1 - gamma", "That is the way back, from an average to a sum: the average is smaller "
     "than the sum, so its eta must be larger.", "return eta * (1 - gamma)"),
    ("1 + gamma", "The sum of 1, γ, γ², … is 1/(1 − γ), not 1/(1 + γ).",
     "return eta / (1 + gamma)"),
    ("divided by gamma", "Divide by `1 - gamma`, the weight that the average gives to a gradient.",
     "return eta / gamma", "return eta * gamma"),
    ("eta unchanged", "With the same eta the average moves `1 - gamma` times as far.",
     "return eta"),
    ("two terms", "The sum does not end with γ: 1 + γ + γ² + … goes on.",
     "return eta * (1 + gamma)"),
    ("ten times", "The factor depends on `gamma`: it is 10 at γ = 0.9 alone.", "return 10 * eta"),
    ("whole steps", "The sum 1/(1 − γ) need not be a whole number: do not round it.",
     "return eta * np.floor(1 / (1 - gamma))", "return eta * np.round(1 / (1 - gamma))",
     "return eta * np.ceil(1 / (1 - gamma))"),
    ("eta missing", "That is the factor; multiply it by `eta`.", "return 1 / (1 - gamma)"),
    ("gamma above", "Divide `eta` by `1 - gamma`: there is no `gamma` above.",
     "return eta * gamma / (1 - gamma)"),
    ("brackets missing", "`eta / 1 - gamma` divides by 1: put `1 - gamma` in brackets.",
     "return eta / 1 - gamma"),
    ("root", "Divide by `1 - gamma` itself, not by its root.", "return eta / np.sqrt(1 - gamma)"),
    ("square", "Divide by `1 - gamma` once.", "return eta / (1 - gamma) ** 2"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(0.01, 0.9), (0.237, 0.43), (0.0031, 0.987), (0.4, 0.0)], "eta", 0,
    "return eta / (1 - gamma)", MISTAKES, "ema_eta",
    ("Let the gradient be 1 at every step: where does the sum go, and where the average?",
     "The sum goes to 1/(1 − γ), the average to 1. Make η times each the same."),
)  # fmt: skip


def ema_eta(answer):
    """Check the learning rate of an average: `ema_eta(eta, gamma)` returns a number.

    >>> ema_eta(lambda eta, gamma: eta * (1 - gamma)).mistake
    'times 1 - gamma'
    """
    return EXERCISE.check(answer)
