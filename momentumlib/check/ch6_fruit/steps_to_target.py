"""The first look at which a run has reached its target."""

import numpy as np

from ..engine.formulas import formula

TAKES = "costs", "every", "target"
BEFORE = "hit = np.flatnonzero(costs <= target); "
MISTAKES = (
    ("number of the look", "That is the number of the look; a look is `every` steps after the one "
     "before.", BEFORE + "return hit[0] if hit.size else -1"),
    ("one look late", "The first cost is that of the start, step 0.",
     BEFORE + "return (hit[0] + 1) * every if hit.size else -1",
     BEFORE + "return hit[0] * every + 1 if hit.size else -1"),
    ("one look early", "That is the look before: there the target was not reached yet.",
     BEFORE + "return (hit[0] - 1) * every if hit.size else -1"),
    ("never is 0", "A run that never arrives is not there at step 0: return −1. `argmax` gives 0 "
     "where nothing is True.", "return np.argmax(costs <= target) * every"),
    ("never is a step", "Never is −1 itself: `every` does not multiply it.",
     BEFORE + "return (hit[0] if hit.size else -1) * every"),
    ("start left out", "The start is seen, too: a run that begins at the target is there at step "
     "0.", "hit = np.flatnonzero(costs[1:] <= target); "
     "return (hit[0] + 1) * every if hit.size else -1",
     "hit = np.flatnonzero(costs[1:] <= target); return hit[0] * every if hit.size else -1"),
    ("first look alone", "Your loop ends at its first look: the `return -1` belongs behind it.",
     "return 0 if costs[0] <= target else -1"),
    ("never is the last step", "A run that never arrives is not there at its last step: return "
     "−1.", BEFORE + "return hit[0] * every if hit.size else (len(costs) - 1) * every",
     BEFORE + "return hit[0] * every if hit.size else len(costs) * every"),
    ("below, not at", "At the target is arrived, too: `<=`.",
     "hit = np.flatnonzero(costs < target); return hit[0] * every if hit.size else -1"),
    ("bisection", "A bisection works where costs fall at every look; these also rise: look at one "
     "after the other.",
     "n = np.searchsorted(costs[::-1], target, side='right'); "
     "return (len(costs) - n) * every if n else -1",
     "n = np.searchsorted(-costs, -target); return n * every if n < len(costs) else -1"),
    ("last look", "That is the last look at or below the target; the first is asked for.",
     BEFORE + "return hit[-1] * every if hit.size else -1"),
    ("from then on", "That is from when it stays there; the first time is asked for.",
     "above = np.flatnonzero(costs > target); "
     "k = above[-1] + 1 if above.size else 0; return k * every if k < len(costs) else -1"),
    ("lowest cost", "That is where the cost is lowest; the target may be reached before.",
     "return np.argmin(costs) * every",
     BEFORE + "return np.argmin(costs) * every if hit.size else -1"),
    ("above the target", "A cost falls: at the target it is at most `target`, not at least.",
     "hit = np.flatnonzero(costs >= target); return hit[0] * every if hit.size else -1"),
    ("how many looks", "That counts the looks at or below the target; the first of them is asked "
     "for.", BEFORE + "return hit.size * every", BEFORE + "return hit.size"),
    ("how many above", "That counts all looks above the target; after the first at or below it, "
     "none counts any more.",
     "n = np.sum(costs > target); return n * every if n < len(costs) else -1"),
)  # fmt: skip


def _watched():
    rng = np.random.default_rng(611)
    falling = [2.5 * np.exp(-0.2 * np.arange(9)) + 0.1 * rng.normal(size=9) for _ in range(2)]
    return [
        (np.array([2.5, 1.1, 0.7, 0.9, 0.6, 0.4]), 30, 0.8),  # reached, left, reached again
        (np.array([2.5, 1.5, 1.0, 0.5]), 20, 1.0),  # at the target
        (np.array([2.5, 1.9, 1.2, 1.3]), 50, 0.7),  # never
        (np.array([0.4, 0.2, 0.3]), 10, 0.5),  # at the start
        (np.array([2.5, 0.6, 0.9, 1.4]), 25, 0.7),  # and not at the end
        (np.array([2.5, 1.9, 1.2, 0.6]), 30, 0.7),  # at the last look
        *((costs, every, 1.0) for costs, every in zip(falling, (7, 40), strict=True)),
        (np.array([3.0, 0.5, 2.0, 2.0, 2.0, 2.0, 2.0]), 30, 1.0),  # reached once, early
        (np.array([2.0, 0.9, 1.2, 1.6, 0.8, 1.3, 1.4, 1.1]), 10, 1.0),
        (np.array([2.5, 2.7, 2.6, 2.2, 0.9, 2.4, 2.3, 2.8, 2.1]), 15, 1.2),
        (rng.permutation(np.linspace(0.7, 2.4, 14)), 20, 1.0),  # up and down
    ]


EXERCISE = formula(
    TAKES, _watched(), "step", 0, BEFORE + "return hit[0] * every if hit.size else -1", MISTAKES,
    "steps_to_target",
    ("`costs <= target` is True where the target is reached; `np.flatnonzero` gives the places.",
     "There may be none: look at `.size` first.",
     "The k-th cost, counted from 0, is that after k · `every` steps."),
)  # fmt: skip


def steps_to_target(answer):
    """Check the first step at a target: `steps_to_target(costs, every, target)`, −1 for never.

    costs : (looks,), J at the start and after every `every` steps.

    >>> import numpy as np
    >>> steps_to_target(lambda costs, every, target: np.argmax(costs <= target) * every).mistake
    'never is 0'
    """
    return EXERCISE.check(answer)
