"""The memory that this process may have: asked before a run or a sweep fills it."""

import os
from contextlib import suppress
from functools import cache

import numpy as np


def fits(numbers):
    """Whether so many numbers fit into memory."""
    return 8 * numbers <= _memory()


@cache
def _memory():
    """The bytes of memory that this process may have; without end where Python can't tell."""
    least = np.inf
    with suppress(AttributeError, ValueError, OSError):
        least = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(ValueError, OSError), open("/sys/fs/cgroup/memory.max", "rb") as limit:
        least = min(least, int(limit.read()))  # a container's, which ends who takes more
    return least
