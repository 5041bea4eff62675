"""Which parameters of a test `make test` tries, and which it leaves to `make test-slow`."""

import pytest


def first(some, every):
    """The parameters of a test: `some`, and with the mark `slow` all others of `every`."""
    return [each if each in some else _slow(each) for each in every]


def _slow(each):
    """A parameter, or a tuple of several, for the slow tests alone."""
    return pytest.param(*each if isinstance(each, tuple) else (each,), marks=pytest.mark.slow)
