"""Two records of what is stored as JSON, compared part by part."""

import pytest


def leaves(value, place=""):
    """(place, number or word) for each part of a value of JSON."""
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], f"{place}.{key}")
    elif isinstance(value, list | tuple):
        yield f"{place}.size", len(value)
        for i, each in enumerate(value):
            yield from leaves(each, f"{place}[{i}]")
    else:
        yield place, value


def assert_same(fresh, stored):
    """Equal, but for the last digits of numbers; a failure names the place."""
    fresh, stored = dict(leaves(fresh)), dict(leaves(stored))
    assert fresh.keys() == stored.keys()
    for place, value in stored.items():
        same = pytest.approx(value, rel=1e-6, abs=1e-9) if isinstance(value, float) else value
        assert fresh[place] == same, place
