"""Reading a sweep: which pair of a grid arrives first."""

from functools import cache

import numpy as np

from ...methods import momentum
from ...problems import rosenbrock
from ..engine.exercise import Mistake
from ..engine.result import as_array
from ..engine.values import NEAR, asked

#: The grid that the exercise names: η falls by a factor of 2, γ as in the chapter's recipe.
ETAS = 0.004 / 2.0 ** np.arange(6)
GAMMAS = np.array([0, 0.5, 0.8, 0.9, 0.95, 0.99])
STEPS = 2000

HINTS = (
    "`ml.sweep(problem, ml.momentum, eta=etas, gamma=gammas, steps=2000)` makes all the runs; its "
    "`.steps` has a row for each η and a column for each γ.",
    "−1 means that the run never arrived. `search.best()` leaves these out.",
    "`search.best()` gives a dictionary with both values: `tuple(search.best().values())`.",
)


def _first(counts):
    """Number of the fastest run in an array of step counts, −1 for never: (row, column)."""
    fewest = np.where(counts < 0, np.inf, counts)
    return np.unravel_index(np.argmin(fewest), fewest.shape)


@cache
def _counts():
    """The steps that each run of the grid needs, −1 for never. Without Numba it takes seconds."""
    from ...sweeps import sweep  # it brings numba, which the other checks do without

    grid = {"eta": ETAS, "gamma": GAMMAS, "steps": STEPS}
    return sweep(rosenbrock(steepness=100), momentum, **grid, progress=False).steps


def swept_best(answer):
    """Check the pair (eta, gamma) that needs the fewest steps on a grid in a narrow, bent valley.

    The valley is `ml.problems.rosenbrock(steepness=100)`, with `etas = 0.004 / 2**np.arange(6)`,
    `gammas = [0, 0.5, 0.8, 0.9, 0.95, 0.99]` and `steps=2000`. answer : the pair. Chapter 2.

    >>> swept_best((0.004, 0.0)).mistake
    'never is not fast'
    """
    counts = _counts()
    i, j = _first(counts)
    right = np.array([ETAS[i], GAMMAS[j]])
    pair = lambda row, column: lambda: np.array([ETAS[row], GAMMAS[column]])
    # In a column, the fastest η.
    fastest = {column: pair(_first(counts[:, [column]])[0], column) for column in range(6)}
    rows = [
        ("never is not fast",
         "This run never arrives: its count is −1, which is smaller than every number of steps.",
         *(pair(*at) for at in np.argwhere(counts < 0))),
        ("wrong order", "Both numbers are right, but in the wrong order: eta first, then gamma.",
         lambda: right[::-1]),
        ("indices", "These are the numbers of the row and the column: give the values that stand "
         "there.", lambda: np.array([i, j]), lambda: np.array([i + 1, j + 1])),
        ("first choice kept",
         "This is the best η for γ = 0.9; try the other γ, too, each with its own η.", fastest[3]),
        ("gradient descent", "This is the best η without momentum; look at the other columns, too.",
         fastest[0]),
        ("most momentum",
         "This is the best η for γ = 0.99: it needs more steps than a smaller γ.", fastest[5]),
        ("gamma right, eta not",
         "The γ is right; in its column another η needs fewer steps.",
         *(pair(row, j) for row in range(6) if row != i)),
        ("eta right, gamma not", "The η is right; in its row another γ needs fewer steps.",
         *(pair(i, column) for column in range(6) if column != j)),
        ("slowest", "This run needs the most steps of all that arrive: look for the fewest.",
         pair(*np.unravel_index(np.argmax(counts), counts.shape))),
        ("a slower pair", "This run arrives, but another pair of the grid needs fewer steps.",
         *(pair(*at) for at in np.argwhere(counts > counts[i, j]))),
    ]  # fmt: skip
    if as_array(answer).shape == (2,) and as_array(answer).dtype.kind in "iuf":
        as_given = [lambda: np.array(answer, float)]
        on_grid, turned = (
            bool(np.isclose(ETAS, eta, NEAR).any() and np.isclose(GAMMAS, gamma, NEAR).any())
            for eta, gamma in (answer, answer[::-1])
        )
        rows.append(
            ("wrong order, and a slower pair",
             "eta comes first, then gamma; and another pair of the grid needs fewer steps.",
             *(as_given * turned))
        )  # fmt: skip
        rows.append(
            ("not on the grid", "Your pair is not one of the grid's.", *(as_given * (not on_grid)))
        )
    known = [Mistake(name, says, tuple(answers)) for name, says, *answers in rows]
    return asked(
        "swept_best", (), lambda: right, known, answer, ((),), (), "(eta, gamma)", 2, HINTS,
        sides=False,
    )  # fmt: skip
