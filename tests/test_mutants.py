"""The edits of mutation testing, and the list of those that change nothing."""

import pytest

import mutants
from edits import edits

LISTED = mutants.listed()


@pytest.mark.parametrize("module", sorted({module for module, *_ in LISTED}))
def test_what_is_listed_is_an_edit_of_today_s_library_with_its_reason(module):
    made = {(edit.line, edit.change) for edit in edits((mutants.ROOT / module).read_text("utf-8"))}
    named = {entry[1:]: why for entry, why in LISTED.items() if entry[0] == module}
    assert named.keys() <= made
    assert all(why.endswith(".") for why in named.values())


def test_an_edit_changes_one_place():
    source = "def f(x, k=2):\n    return x * k if x < 1 else None  # x * k\n"
    made = {edit.change: edit.applied(source) for edit in edits(source)}
    assert made.keys() == {
        "2 → 3", "2 → 1", "x * k if x < 1 else None → None", "x < 1 → (not (x < 1))",
        "* → /", "< → <=", "< → >=", "1 → 2", "1 → 0",
    }  # fmt: skip
    assert made["* → /"] == source.replace("x * k if", "x / k if")
    assert made["1 → 0"] == source.replace("< 1", "< 0")


def test_a_zip_s_own_look_is_no_place():
    assert [edit.change for edit in edits("pairs = dict(zip(a, b, strict=True), c=1)")] == [
        "1 → 2", "1 → 0",
    ]  # fmt: skip
