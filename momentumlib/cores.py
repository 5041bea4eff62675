"""The processor's cores, as far as this process may use them, and threads for them."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache


@cache
def cores():
    """How many there are."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return count or 1


@cache
def threads():
    """An executor with one thread for each."""
    return ThreadPoolExecutor(cores(), "momentumlib")


if hasattr(os, "register_at_fork"):  # a child has none of its parent's threads
    os.register_at_fork(after_in_child=threads.cache_clear)
