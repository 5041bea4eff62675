"""Answers that were written from the chapters' statements alone, by somebody who had not read the
checks: no wrong one passes, and no right one is refused.
"""

import json
import math
import re
from pathlib import Path

import nbformat
import pytest

from checking import cell
from exercises import exercises

TESTS = Path(__file__).parent
CALLS = {
    each.name: each.check.source
    for path in sorted(TESTS.parent.glob("chapters/*.ipynb"))
    for each in exercises(nbformat.read(path, as_version=4))
}
ANSWERS = {}
for row in json.loads((TESTS / "answers.json").read_text(encoding="utf-8")):
    ANSWERS.setdefault(row["exercise"], []).append(row)

#: A difference that a person can compute by hand: all that it takes is printed.
INPUTS = re.compile(r"(?:after step \d+, from|at|for) .* = .*:")
HIDDEN = re.compile(r"the function of|\d × \d+ numbers")

#: How many wrong answers have neither a name nor such a case: what differs only late in a run, or
#: in a long path.
UNHELPED = {"restart_gradient": 2, "tail_average": 1}


def verdict(row, number):
    """What the chapter's check says of an answer."""
    scope = cell(row["code"], f"<{row['exercise']} {number}>", math=math)
    return eval(CALLS[row["exercise"]], scope)


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_no_wrong_answer_passes_and_no_right_one_is_refused(name):
    rows, left = ANSWERS[name], 0
    assert len(rows) >= 4
    for number, row in enumerate(rows):
        found = verdict(row, number)
        assert found.passed == (row["kind"] == "right"), f"{row['what']}:\n{row['code']}\n{found}"
        assert found.message
        if not found.passed and not found.mistake:  # it has no name: it shows a case
            assert found.difference
            left += not INPUTS.search(found.difference) or bool(HIDDEN.search(found.difference))
    assert left <= UNHELPED.get(name, 0), "no name, and no case that one can compute"


def test_nearly_every_wrong_answer_is_named_or_shown_by_a_case_that_one_can_compute():
    wrong = sum(row["kind"] == "wrong" for rows in ANSWERS.values() for row in rows)
    assert sum(UNHELPED.values()) / wrong < 0.03
