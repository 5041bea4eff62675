"""What every table of exercises must hold: right answers pass, each mistake has its name."""

import pytest

import test_check
import test_check_limits
import test_check_memory
import test_check_nag_and_adam
import test_check_networks
import test_check_noise
import test_check_restarts
import test_check_rolling
import test_check_roots
import test_check_schedules
import test_check_tunings
from checking import assert_named, assert_passes, assert_told, texts
from tiers import first

#: Files with CHECKS and RIGHT by the exercise's name; most have EXERCISES, and DRAW, too.
TABLES = (
    test_check,
    test_check_limits,
    test_check_memory,
    test_check_nag_and_adam,
    test_check_networks,
    test_check_noise,
    test_check_restarts,
    test_check_rolling,
    test_check_roots,
    test_check_schedules,
    test_check_tunings,
)
CHECKS, RIGHT, EXERCISES = {}, {}, {}
for table in TABLES:
    CHECKS |= table.CHECKS
    RIGHT |= table.RIGHT
    EXERCISES |= getattr(table, "EXERCISES", {})

#: The exercises at the heart of the book know more mistakes than the five of the others.
EIGHT = {
    "momentum", "nag", "adam", "momentum_path", "nag_ahead", "adamw", "amsgrad",
    "restart_every", "restart_gradient", "restart_function",
}  # fmt: skip

#: Whole runs with restarts, one for each mistake: of these the third stands for all.
LONG = {"restart_every", "restart_function"}


@pytest.mark.parametrize(("name", "text"), texts(RIGHT))
def test_right_answers_pass_however_they_are_written(name, text):
    assert_passes(CHECKS[name], name, text)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_check_has_three_right_answers(table):
    assert set(table.RIGHT) == set(table.CHECKS) == set(getattr(table, "DRAW", table.RIGHT))
    assert all(len(several) >= 3 for several in table.RIGHT.values())


@pytest.mark.parametrize("name", first(EXERCISES.keys() - LONG, EXERCISES))
def test_every_known_mistake_is_called_by_its_name(name):
    assert_named(EXERCISES[name])


@pytest.mark.parametrize("name", EXERCISES)
def test_mistakes_are_many_and_told_in_a_sentence_or_two(name):
    assert_told(EXERCISES[name], 8 if name in EIGHT else 5)
