"""The momentum for a step at which η changes."""

from ..engine.formulas import formula

TAKES = "gamma", "old", "new"
MISTAKES = (
    ("upside down", "Your fraction is upside down: where η falls, PyTorch's velocity falls with "
     "it, so its momentum must grow.", "return gamma * new / old"),
    ("gamma unchanged", "With the same momentum, PyTorch's old velocity is multiplied by the new "
     "η: that has to be undone.", "return gamma"),
    ("gamma missing", "That is the factor; multiply it by `gamma`.", "return old / new"),
    ("new alone", "Both learning rates count: their ratio does.", "return gamma / new",
     "return gamma * new", "return gamma * old"),
    ("capped", "It may be above 1 for this one step; do not cut it off.",
     "return min(gamma * old / new, 1)", "return min(gamma * old / new, 0.999)"),
    ("held at gamma", "Where η falls it must grow above `gamma`: do not cut it off.",
     "return min(gamma * old / new, gamma)"),
    ("whole-number division", "`//` cuts off what is behind the point: use `/`.",
     "return gamma * (old // new)"),
    ("falling eta only", "Where η grows it has to be mended, too.",
     "return gamma * max(old / new, 1)"),
    ("ratio on 1 - gamma", "The ratio multiplies γ itself, not 1 − γ.",
     "return 1 - (1 - gamma) * old / new"),
    ("difference", "Take the ratio of the two learning rates, not their difference.",
     "return gamma + old - new", "return gamma * (old - new)"),
    ("root", "Take the ratio itself, not its root.", "return gamma * np.sqrt(old / new)"),
    ("effective learning rate", "That keeps η/(1 − γ); here the old velocity must count as before, "
     "and for that the ratio of the two η is enough.", "return 1 - (1 - gamma) * new / old"),
    ("power", "Multiply by the ratio; it is no exponent.",
     "return gamma ** (old / new)", "return gamma ** (new / old)"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(0.9, 0.1, 0.01), (0.5, 0.02, 0.037), (0.83, 0.4, 0.11), (0.7, 0.3, 0.3)],
    "momentum", 0, "return gamma * old / new", MISTAKES, "mended_gamma",
    ("PyTorch's velocity is η times its buffer. What is it just before, and what just after "
     "the change?",
     "The book keeps γ · old · buffer. PyTorch makes momentum · new · buffer of it."),
)  # fmt: skip


def mended_gamma(answer):
    """Check the momentum for a step at which η changes: `mended_gamma(gamma, old, new)`.

    >>> mended_gamma(lambda gamma, old, new: gamma * new / old).mistake
    'upside down'
    """
    return EXERCISE.check(answer)
