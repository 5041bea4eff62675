"""What the exercises ask and say, as it was when the book was written.

    python tests/golden/checks.py

writes checks.json beside this file: of each exercise its hidden cases, the numbers that they
hold and the right ones there, and pictures of paths. Who was graded by one edition of the book
is graded by the same cases in the next. After a change that is meant, record again, and read
the difference in git.
"""

import json
from dataclasses import is_dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

import momentumlib as ml
from momentumlib.check.chapters import MODULES
from momentumlib.check.engine import picture
from momentumlib.check.engine.exercise import Exercise

FILE = Path(__file__).with_name("checks.json")
RAVINE = ml.problems.ravine()


def exercise(name):
    """The Exercise by which a check judges a function."""
    seen = []
    with patch.object(Exercise, "check", lambda self, *_: seen.append(self)):
        check = getattr(ml.check, name)
        check(RAVINE.f, RAVINE.grad) if name == "gradient" else check(lambda *_: 7.0)
    return seen[0]


def number(x):
    return float(f"{x:.9g}") if np.isfinite(x) else str(x)


def summary(rows):
    """Of many numbers: their shape, and two sums that depend on each."""
    values = np.nan_to_num(np.asarray(rows, float), nan=-3.0, posinf=-5.0, neginf=-7.0).ravel()
    weights = 2 + np.cos(np.arange(values.size))
    return [*np.shape(rows), number(np.abs(values).sum()), number(weights @ values)]


def numbers(value):
    """All numbers that a case holds, in order: an answer may not depend on each of them."""
    if isinstance(value, dict) or is_dataclass(value):
        value = (value if isinstance(value, dict) else vars(value)).values()
    elif isinstance(value, np.ndarray | float | int):
        return np.ravel(value).tolist()
    elif not isinstance(value, tuple | list):
        return []
    return [number for part in value for number in numbers(part)]


def made(name):
    """An exercise in words and numbers."""
    one, cases = exercise(name), []
    for case, trace in zip(one.cases, one.traces(one.solution), strict=True):
        rows = {gives: summary(values) for gives, values in trace.values.items()}
        rows["from"] = summary(numbers(case))
        cases.append([case.label, case.rule, *trace.labels[:: max(1, len(trace.labels) - 1)], rows])
    traits = [one.tolerance, one.drawn, one.each, len(one.hints)]
    return {"takes": list(one.takes), "traits": traits, "cases": cases}


def pictures():
    """Two paths in a picture: in the plane, along one coordinate, long, not to its end, still."""
    t = np.arange(75.0)[:, None]
    wave = np.hstack([np.cos(t / 5), np.sin(t / 7)])
    broken = np.where(t < 9, wave * 4, np.nan)
    still, row = 0 * wave[:3], wave[:9, :1]
    pairs = (
        (wave[:9], wave[:9] * 1.1), (row, row - 1), (wave, wave[:72] * 3), (wave[:12], broken[:12]),
        (still, wave[:3]), (still, still), (still[:, :1], row[:3]),
        (wave[:1], wave[:1]), (broken[:12], wave[:12]),
    )  # fmt: skip
    return [picture.paths(*pair, "θ & v") for pair in pairs]


if __name__ == "__main__":
    rows = {name: made(name) for name in MODULES} | {"pictures": pictures()}
    text = json.dumps(rows, ensure_ascii=False)
    for name in rows:  # for git to show what changed
        text = text.replace(f'"{name}": {{', f'\n"{name}": {{')
    FILE.write_text(text + "\n", encoding="utf-8")
