"""A fair contest of methods: tuned with the same effort, judged on what no tuning has seen."""

import re
from math import prod
from pathlib import Path

import numpy as np

from .arguments import first_line, listed, one_of, short, text, whole
from .problem import Problem
from .standings import Contest, Entry
from .sweeps import sweep


def contest(
    problem, entrants, *, tuning=None, judging=None, by="loss", trials=None, seed=0, fresh=None,
    study=None, **common,
):  # fmt: skip
    """Tune several methods with the same effort, and judge them on what the tuning has not seen.

    The protocol: the same number of settings for every method, the best for the worst of the
    tuning's starts and seeds, then new starts and new seeds for the judge, several of them, and
    no winner where the bands of the results overlap. What may be tuned decides who wins (Choi
    et al. 2019, arXiv:1910.05446), so a setting at the edge of its list is named; budget and
    target stand before the first run, as in AlgoPerf (Dahl et al. 2023, arXiv:2306.07179).

    Parameters
    ----------
    problem : Problem
    entrants : dict
        Name -> (method, lists): what `ml.sweep` takes, as in
        `{"momentum": (ml.momentum, {"eta": [0.01, 0.1], "gamma": [0.5, 0.9]})}`.
    tuning, judging : dict, optional
        `starts` and `seeds` of the two parts; by default the problem's start, the seeds 0 to 2
        for the tuning and 100 to 109 for the judge.
    by : str
        "loss": J at the end, less J* where it is known. "steps": from when J − J* stays below
        tol times its first value, inf for never.
    trials : int, optional
        So many settings of each method, drawn at random from all combinations of its lists;
        all of them by default.
    seed : int
        For that draw.
    fresh : callable, optional
        The problem that the judge's seed has, as in
        `lambda seed: ml.models.convolutional(fruits, seed=seed)`: a network begins anew.
    study : path, optional
        A folder that keeps the runs, as for `ml.sweep`.
    common : by name
        `steps`, `noise`, `tol`, `executor`, `progress`, as for `ml.sweep`.

    Returns
    -------
    Contest

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be; the sentence names it.

    Examples
    --------
    >>> import momentumlib as ml
    >>> etas = [0.0025, 0.005, 0.01, 0.02, 0.04]
    >>> print(ml.contest(
    ...     ml.problems.quadratic(kappa=100),
    ...     {"GD": (ml.gd, {"eta": etas}),
    ...      "momentum": (ml.momentum, {"eta": etas, "gamma": [0, 0.5, 0.8, 0.9]})},
    ...     by="steps", steps=2000,
    ... ))
              steps  10 % to 90 %  chosen setting
    GD        526    526 to 526    eta = 0.01
    momentum  64     64 to 64      eta = 0.02, gamma = 0.8
    momentum wins
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem, but is {short(problem)}")
    one_of("by", by, ("loss", "steps"))
    if not isinstance(entrants, dict) or not entrants:
        raise TypeError(f"entrants must be a dict of methods and lists, but is {short(entrants)}")
    if fresh is not None and not callable(fresh):
        raise TypeError(f"fresh must be a function of a seed, but is {short(fresh)}")
    tuning = _part("tuning", tuning, range(3))
    judging = _part("judging", judging, range(100, 110))
    seen = set(tuning["seeds"]) & set(judging["seeds"])
    if seen:
        raise ValueError(f"judging must have seeds of its own, but shares {sorted(seen)[0]}")
    whole("seed", seed, 0)
    try:
        study = study and Path(study)  # "" is for the sweep to refuse
    except TypeError:
        raise TypeError(f"study must be the path of a folder, but is {short(study)}") from None
    entries = {}
    for name, entrant in entrants.items():
        method, lists = _entrant(name, entrant)
        folder = lambda part, name=name: study and study / _folder(name) / part
        best, tried = _tuned(
            problem, method, lists, trials, seed, by, **tuning, **common, study=folder("tuning")
        )
        edges = tuple(n for n, x in best.items() if _at_an_edge(x, lists[n]))
        if fresh is None:
            judged = [sweep(problem, method, **best, **judging, **common, study=folder("judging"))]
        else:
            judged = [
                sweep(_anew(fresh, k), method, **best, **(judging | {"seeds": [k]}), **common,
                      study=folder(f"judging-{k}"))
                for k in judging["seeds"]
            ]  # fmt: skip
        entries[name] = Entry(best, edges, tried, _measured(judged, by, problem.minimum))
    return Contest(entries, by)


def _part(name, part, seeds):
    """`starts` and `seeds` of the tuning or of the judge."""
    part = {} if part is None else part
    if not isinstance(part, dict) or not part.keys() <= {"starts", "seeds"}:
        raise TypeError(f"{name} must be a dict of starts and seeds, but is {short(part)}")
    part = {"starts": None, "seeds": seeds} | part
    seeds = listed(f"{name}: seeds", part["seeds"])
    return part | {"seeds": [whole(f"{name}: seeds", seed, 0) for seed in seeds]}


def _folder(name):
    """A name as that of one folder, on every system, inside the one that holds it."""
    safe = re.sub(r'[\\/:*?"<>|\0-\x1f]', lambda found: f"%{ord(found[0]):02x}", name)
    return safe.replace(".", "%2e") if not safe.strip(". ") else safe


def _entrant(name, entrant):
    """(method, lists) of one entry."""
    text("entrants: a name", name)
    if not isinstance(entrant, tuple) or len(entrant) != 2 or not isinstance(entrant[1], dict):
        raise TypeError(f"entrants: {name} must be (method, lists), but is {short(entrant)}")
    method, lists = entrant
    if not callable(method):
        raise TypeError(f"entrants: the method of {name} must be a function such as ml.momentum")
    try:
        return method, {text("a name", n): np.array(values, ndmin=1) for n, values in lists.items()}
    except (TypeError, ValueError):
        raise TypeError(
            f"entrants: the lists of {name} must hold numbers by name, but are {short(lists)}"
        ) from None


def _anew(fresh, seed):
    """The problem of one of the judge's seeds."""
    try:
        made = fresh(int(seed))
    except Exception as error:
        raise ValueError(
            f"fresh raised {type(error).__name__} at seed {seed}: {first_line(error)}"
        ) from error
    if not isinstance(made, Problem):
        raise TypeError(f"fresh must return a Problem, but returned {short(made)}")
    return made


def _tuned(problem, method, lists, trials, seed, by, **settings):
    """(best setting, the sweep) over all combinations, or so many of them drawn at random."""
    if trials is None:
        tried = sweep(problem, method, **lists, **settings)
        return tried.best(by), tried
    shape = [len(values) for values in lists.values()]
    count = min(whole("trials", trials, 1), prod(shape))
    drawn = np.random.default_rng(seed).choice(prod(shape), count, replace=False)
    places = zip(*np.unravel_index(drawn, shape), strict=True)
    points = [
        {name: values[i].item() for (name, values), i in zip(lists.items(), place, strict=True)}
        for place in places
    ]
    numbered = lambda trial: method(**points[int(trial)])
    tried = sweep(problem, numbered, trial=range(count), **settings)
    return points[int(tried.best(by)["trial"])], tried


def _at_an_edge(value, values):
    """Whether a longer list might hold a better one; below 0 there is none."""
    return len(values) > 1 and value in (values.min(), values.max()) and value != 0


def _measured(judged, by, minimum):
    """One number for each seed, the median of the starts; with one seed, one for each start."""
    parts = []
    for part in judged:
        values = part.loss - (minimum or 0.0)
        if by == "steps":
            values = np.where(part.steps < 0, np.inf, part.steps)
        if "start" not in part.axes:
            values = values[None]
        parts.append(np.where(np.isnan(values), np.inf, values))  # as bad as a run that diverged
    table = np.concatenate(parts, axis=1)  # starts, seeds
    return table[:, 0] if table.shape[1] == 1 else np.median(table, axis=0)
