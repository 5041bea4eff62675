"""Which parameters of a test `make test` tries, and which it leaves to `make test-slow`."""

import pytest


def first(some, every):
    """The parameters of a test: `some`, and with the mark `slow` all others of `every`."""
    return [each if each in some else pytest.param(each, marks=pytest.mark.slow) for each in every]
