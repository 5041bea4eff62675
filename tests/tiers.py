"""Which tests and parameters `make test` tries, and which it leaves to `make test-slow`.

Where a test is written for the slow ones, its mark stands at the test. slow.txt lists what only a
measurement tells: what compiles for half a second of its own, beside others of its kind.
"""

from pathlib import Path

import pytest

#: A test a line, as pytest names it, or a file with all of its tests.
LIST = Path(__file__).with_name("slow.txt")


def first(some, every):
    """The parameters of a test: `some`, and with the mark `slow` all others of `every`."""
    return [each if each in some else _slow(each) for each in every]


def _slow(each):
    """A parameter, or a tuple of several, for the slow tests alone."""
    return pytest.param(*each if isinstance(each, tuple) else (each,), marks=pytest.mark.slow)


def leave(items, whole):
    """Mark what slow.txt lists; whole : whether every test of a file that is there is there."""
    listed = set(LIST.read_text(encoding="utf-8").splitlines())
    found = set()
    for item in items:
        if {item.nodeid, item.nodeid.split("::")[0]} & listed:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.measured)
            found.add(item.nodeid)
    files = {item.nodeid.split("::")[0] for item in items} if whole else set()
    lost = sorted(name for name in listed - found if "::" in name and name.split("::")[0] in files)
    if lost:
        raise pytest.UsageError(f"{LIST.name} lists tests that are not there: {', '.join(lost)}")
