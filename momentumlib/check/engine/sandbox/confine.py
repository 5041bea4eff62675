"""What a process may do from now on: how much memory it has, and that it starts no other."""

import contextlib
import os
import sys
from functools import cache
from pathlib import Path

#: What starts or ends a process, as Python's audit calls it.
PROCESSES = {
    "os.exec", "os.fork", "os.forkpty", "os.kill", "os.killpg", "os.posix_spawn", "os.spawn",
    "os.startfile", "os.system", "pty.spawn", "signal.pthread_kill", "subprocess.Popen",
}  # fmt: skip


def confine(memory):
    """Allow this process `memory` more bytes than it has now, where the system can, for good."""
    try:
        import resource
    except ImportError:  # Windows: the parent watches
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


@cache
def alone():
    """No code of this process may start or end a process from now on, nor leave without a word.

    That is no wall against malice, but against a slip, which then has its line.
    """

    def refuse(event, _):
        if event in PROCESSES:
            raise PermissionError("an answer may not start or end a process")

    def leave(status):
        raise SystemExit(status)

    os._exit = leave
    sys.addaudithook(refuse)
