"""The exercises ask what they asked when the book was written (golden/checks.py)."""

import json

import pytest

from golden import checks

STORED = json.loads(checks.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", checks.MODULES)
def test_an_exercise_is_what_it_was(name):
    """Recorded: who was graded by one edition is graded by the same cases in the next."""
    fresh, stored = checks.made(name), STORED[name]
    for one, other in zip(fresh["cases"], stored["cases"], strict=True):
        assert one[:-1] == other[:-1]
        for gives, numbers in other[-1].items():
            assert one[-1][gives] == pytest.approx(numbers, rel=1e-6, abs=1e-9)
    assert fresh | {"cases": None} == stored | {"cases": None}


def test_a_picture_of_paths_is_what_it_was():
    assert checks.pictures() == STORED["pictures"]
