"""What a page can call, as it was (golden/entries.py): shapes, types, the code before a kernel."""

import json

import pytest

from golden import entries

STORED = json.loads(entries.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", entries.ENTRIES)
def test_an_export_is_what_it_was(name):
    """Recorded: the pages' scripts call it so, and a wrong stride reads another number."""
    assert json.loads(json.dumps(entries.entry(name))) == STORED[name]


def test_the_record_is_whole():
    assert STORED.keys() == {*entries.ENTRIES, "versions", "modules"}


def test_a_module_has_the_bytes_that_it_had():
    """Which instructions, in which order: of the versions that the tests are pinned to."""
    if entries.versions() != STORED["versions"]:
        pytest.skip("other versions of Numba and LLVM make other code")
    assert entries.modules() == STORED["modules"]
