"""The measurements: who is compared arrives at the same place, and what is stored is shown."""

import json
import re
import sys
from pathlib import Path

import pytest

import clock
import speed
import targets

ROOT = Path(__file__).resolve().parent.parent


PAGE = (ROOT / "chapters" / "speed.md").read_text("utf-8")


def test_all_run_in_turn_and_hot(monkeypatch):
    monkeypatch.setattr(clock, "SHARE", 0)
    calls = []
    contenders = {
        name: clock.Contender(lambda name=name: calls.append(name), before=before)
        for name, before in (("a", None), ("b", lambda: calls.append("before b")))
    }
    row = clock.race("work", contenders, rounds=3)
    assert calls == list("aabb") + ["a", "before b", "b"] * 2  # those that take long: every other
    assert set(row["times"]) == {"a", "b"}
    assert all(0 <= t["low"] <= t["ms"] <= t["high"] for t in row["times"].values())


def test_who_ends_elsewhere_is_not_compared():
    """In parts of the way: at the end of a long fall, all numbers are near zero."""
    near = lambda end: {"a": clock.Contender(lambda: None, end=lambda: [end], like=[1e-9])}
    assert clock.race("work", near(2e-9), start=1.0, rounds=1)["times"]["a"]["apart"] < 2e-9
    with pytest.raises(AssertionError, match=r"work: a ends 1\.0e\+00 of the way apart"):
        clock.race("work", near(2e-9), start=0.0, rounds=1)


def test_the_stored_results_tell_no_names():
    text = targets.RESULTS.read_text("utf-8")
    assert "/" not in re.sub(r"(chapters/|G[BF]/s)", "", text)
    stored = json.loads(text)
    assert set(stored) == {"environment", "parts"}
    assert {"processor", "cores", "rounds", "packages", "missing"} < set(stored["environment"])


def test_the_page_shows_parts_and_numbers_that_there_are():
    import bench

    shown = [part for line in re.findall(r"\{speed-table\} (.*)", PAGE) for part in line.split()]
    assert set(shown) <= set(bench.PARTS)
    limits = "".join(target.limit for target in targets.TARGETS)
    named = {*re.findall(r"\{speed\}`(.*?)`", PAGE), *re.findall(r"\{(.*?)\}", limits)}
    assert named == set(speed.NUMBERS)


def test_a_limit_names_its_numbers_and_one_that_was_not_measured_is_said():
    assert speed.filled("all {cores} cores.", {"environment": {"cores": 3}}) == "all 3 cores."
    assert speed.filled("at most {bound}.", {"parts": {}}) == "at most (not measured)."


@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda target: target.work)
def test_a_target_is_met_or_its_limit_is_said(target):
    assert target.met(target.aim)
    assert not target.met(target.aim * (0.99 if target.least else 1.01))
    assert target.limit.endswith(".")


def test_what_was_measured_is_told_of_every_target():
    """None where a part is missing, or a package; never an error."""
    stored = targets.load()
    found = [number for _, number in targets.reached(stored)]
    assert len(found) == len(targets.TARGETS)
    assert all(number is None or number > 0 for number in found)
    assert [n for _, n in targets.reached({"parts": {}})] == [None] * len(found)


def test_an_events_cost_is_that_of_its_tasks_until_its_frame_is_handed_over():
    """Each drag's events stand behind its mark; what comes after the frame is not theirs."""
    from drags import Cost, costs

    mine = {"pid": 1, "tid": 1}
    whole = lambda name, ts, ms, **more: {
        "name": name, "ph": "X", "ts": ts, "tdur": ms * 1e3, "dur": ms * 2, **mine, **more,
    }  # fmt: skip
    given = lambda ts: whole("EventDispatch", ts, 0.25, args={"data": {"type": "input"}})
    events = [
        *(whole("RunTask", ts, ms) for ts, ms in ((0, 1), (50, 2), (90, 4), (150, 8), (190, 16))),
        *map(given, (10, 51, 160)),
        whole("FunctionCall", 91, 2), whole("FunctionCall", 92, 1), whole("Layout", 92.5, 0.5),
        whole("Layout", 97, 0.5),
        *(whole("Commit", ts, 0) for ts in (95.5, 170)),
        whole("RunTask", 91, 1e3) | {"pid": 2},
        {"name": "slider 3", "ph": "R", "ts": 50.5},
        {"name": "slider none", "ph": "R", "ts": 100},
    ]  # fmt: skip
    assert costs(events) == {
        "3": [Cost(6.0, 0.012, script=2.25 - 0.5, layout=1.0)],
        "none": [Cost(8.0, 0.016, script=0.25, layout=0.0)],
    }
    assert costs(events[:5]) == {}


def test_the_slowest_slider_of_each_figure_is_dragged_again():
    import visits

    costs = {(0, "eta"): 1, (0, "gamma"): 3, (1, "eta"): 2}
    assert visits.slowest(costs) == [(0, "gamma"), (1, "eta")]


@pytest.mark.parametrize(
    ("then", "longest", "why"),
    [("time.sleep(60)", 1.5, "timed out"), ("sys.exit(3)", 60, "exit status 3"), ("", 60, None)],
)
def test_what_a_part_had_found_when_it_failed_or_its_time_was_over_is_kept(then, longest, why):
    import bench

    says = "import sys, time; print(1); print(2, flush=True)"
    half = "sys.stdout.write('[3'); sys.stdout.flush()"  # a line that it never ends
    code = f"{says}; {half}; {then}" if then else says
    found, told = bench.heard([sys.executable, "-S", "-c", code], longest)
    assert found == 2
    assert told is None if why is None else why in told
