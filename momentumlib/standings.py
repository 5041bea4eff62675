"""The outcome of a contest: each entry's results, their bands, and a winner if one is apart."""

from dataclasses import dataclass, field

import numpy as np

from .arguments import numbers, one_of, short, text
from .sweeps import Sweep

#: The band of results that is compared: from the 10th to the 90th percentile.
BAND = 10, 50, 90


@dataclass(frozen=True, eq=False)
class Entry:
    """One method in a contest.

    best : name -> value, the setting that the tuning chose; {} where nothing was tuned here.
    edges : names whose value stands at an end of its list, where a longer list might have
        held a better one.
    tried : the Sweep of the tuning, or None.
    result : (n,) what the judge measured, lower is better.
    """

    best: dict
    edges: tuple
    tried: Sweep | None = field(repr=False)
    result: np.ndarray = field(repr=False)

    @property
    def band(self):
        """(low, middle, high): the 10th, 50th and 90th percentile of the results."""
        # Half-way between a number and inf there is no number: take those that were measured.
        return tuple(np.percentile(self.result, BAND, method="inverted_cdf").tolist())

    @property
    def chosen(self):
        """The setting in words; an edge is named."""
        edge = lambda name: " (edge)" * (name in self.edges)
        return ", ".join(f"{name} = {x:.2g}{edge(name)}" for name, x in self.best.items())


@dataclass(frozen=True, eq=False)
class Contest:
    """The outcome of a contest: `entries`, name -> Entry, and what was measured, `by`."""

    entries: dict
    by: str

    @property
    def winner(self):
        """The name whose band lies below every other's; None where bands touch."""
        first, *others = sorted(self.entries, key=lambda name: self.entries[name].band[1])
        high = self.entries[first].band[2]
        return first if all(high < self.entries[name].band[0] for name in others) else None

    def ahead(self, one, other):
        """The share of the judge's draws, the same for all, in which `one` did better.

        Where two bands overlap, this is the finer question: both met the same noise.
        """
        for name in (one, other):
            one_of("name", name, tuple(self.entries))
        return float(np.mean(self.entries[one].result < self.entries[other].result))

    def __str__(self):
        tuned = any(entry.best for entry in self.entries.values())
        rows = [("", self.by, "10 % to 90 %", "chosen setting" * tuned)]
        for name, entry in self.entries.items():
            low, middle, high = (
                f"{x:.0f}" if self.by == "steps" else f"{x:.2g}" for x in entry.band
            )
            rows.append((name, middle, f"{low} to {high}", entry.chosen))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        if len(self.entries) > 1:
            winner = self.winner
            lines.append(f"{winner} wins" if winner else "no winner: the bands overlap")
        return "\n".join(lines)

    __repr__ = __str__


def bands(results, by="loss"):
    """A Contest of what has been measured already: its bands, and a winner if one is apart.

    Two methods that are the same are taken for different by chance: with n runs each, the bands
    of all runs are apart with probability 2 n!²/(2n)!, one time in 10 with three and one in 126
    with five.

    Parameters
    ----------
    results : dict
        Name -> (n,) numbers, lower is better, inf for a run that never arrived.
    by : str
        What they are, the head of their column; "steps" are written as whole numbers.

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be; the sentence names it.

    Examples
    --------
    >>> import momentumlib as ml
    >>> print(ml.bands({"GD": [310, 290, 335], "momentum": [64, 71, 60]}, by="steps"))
              steps  10 % to 90 %
    GD        310    290 to 335
    momentum  64     60 to 71
    momentum wins
    """
    if not isinstance(results, dict) or not results:
        raise TypeError(f"results must be a dict of names and numbers, but is {short(results)}")
    if not isinstance(by, str) or not by:
        raise TypeError(f"by must be a word such as 'loss', but is {short(by)}")
    entries = {}
    for name, result in results.items():
        text("results: a name", name)
        values = numbers(f"results of {name}", result)
        if values.ndim != 1 or values.size == 0 or np.isnan(values).any():
            raise ValueError(f"results of {name} must be a list of numbers, none of them nan")
        entries[name] = Entry({}, (), None, values)
    return Contest(entries, by)
