"""What decoupled weight decay leaves."""

import numpy as np

from ..engine.formulas import formula

TAKES = "decay", "etas"
MISTAKES = (
    ("exponential", "That is the approximation for small steps; multiply the exact factors.",
     "return np.exp(-decay * np.sum(etas))"),
    ("added up", "Each step shrinks what the step before has left: multiply the factors, do not "
     "add up what they take.",
     "return 1 - decay * np.sum(etas)"),
    ("taken away", "That is the part that is taken away; return what is left.",
     "return 1 - np.prod(1 - decay * etas)"),
    ("1 minus missing", "ηw is the part that a step takes; it leaves 1 − ηw.",
     "return np.prod(decay * etas)"),
    ("eta missing", "Decoupled decay multiplies by 1 − ηw: the learning rate is missing.",
     "return (1 - decay) ** len(etas)"),
    ("decay missing", "Decay multiplies by 1 − ηw: its strength `decay` is missing.",
     "return np.prod(1 - etas)"),
    ("sum of the factors", "Each step shrinks what the step before has left: take the product of "
     "the factors, not their sum.", "return np.sum(1 - decay * etas)"),
    ("mean eta", "With the mean of η it is not exact: each step has its own factor.",
     "return (1 - decay * np.mean(etas)) ** len(etas)"),
    ("first eta", "You take the first η for all steps; each step has its own.",
     "return (1 - decay * etas[0]) ** len(etas)"),
    ("last step only", "That is what the last step leaves of the step before; multiply all.",
     "return 1 - decay * etas[-1]"),
    ("eta outside", "The factor is 1 − ηw: η multiplies `decay`, not 1 − `decay`.",
     "return np.prod((1 - decay) * etas)"),
    ("growing", "Decay shrinks: the factor is 1 − ηw.", "return np.prod(1 + decay * etas)"),
    ("a step missing", "One step is left out, at one of the ends: each has its factor.",
     "return np.prod(1 - decay * etas[:-1])", "return np.prod(1 - decay * etas[1:])"),
    ("divided", "A step multiplies by 1 − ηw; it does not divide by 1 + ηw.",
     "return np.prod(1 / (1 + decay * etas))"),
    ("factor 2", "The factor of a step is 1 − ηw, without a 2.",
     "return np.prod(1 - 2 * decay * etas)"),
)  # fmt: skip


def _falling():
    steps = np.arange(6)
    return [
        (0.5, 0.3 * 0.7**steps), (0.05, np.array([0.1, 1.0, 2.0, 0.4])), (1.3, np.full(3, 0.2)),
        (0.8, 0.25 * (1 + np.cos(np.pi * steps / 6))),
    ]  # fmt: skip


EXERCISE = formula(
    TAKES, _falling(), "part", 0, "return np.prod(1 - decay * etas)", MISTAKES,
    "decay_kept",
    ("One step with η multiplies the parameter by 1 − ηw.",
     "Two steps multiply by the two factors. `np.prod` multiplies all entries of an array."),
)  # fmt: skip


def decay_kept(answer):
    """Check what decoupled weight decay leaves: `decay_kept(decay, etas)`, η of each step.

    >>> decay_kept(lambda decay, etas: (1 - decay) ** len(etas)).mistake
    'eta missing'
    """
    return EXERCISE.check(answer)
