"""A reader's code in a process of its own, with limits of time and memory.

    run(act, *arguments, seconds=3, wall=30)

gives what `act(*arguments)` returns, which must be plain data (what JSON can hold). The
function travels by value, with the functions and arrays it uses; what comes back is JSON,
so nothing that a reader's code says is ever executed here. Whatever it does to its process
(an end, a crash, a bomb), this one lives, and hears of it as an Ended.

The process is started once and kept warm: it holds NumPy and the checks, and nothing else.
Where a process can be copied (Linux, macOS) each run has a fresh copy of it; elsewhere it
runs in it, which is thrown away once something has gone wrong. Of changes that a reader's
code makes to its globals, nothing comes back.

The environment variable MOMENTUMLIB_APART=0 keeps everything in this process.
"""

from .parent import MEMORY, Ended, Unable, run

__all__ = ["MEMORY", "Ended", "Unable", "run"]
