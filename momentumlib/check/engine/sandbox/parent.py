"""The side of the reader's process: starts the server, sends it a job, hears how it ended."""

import atexit
import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
import time

from .server import LAST, LATE, LATER, LOADING, MOST

#: Bytes that a job may have beside what its function and arguments take.
MEMORY = 2**30
#: Seconds in which a server must have started.
STARTING = 30.0

START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from momentumlib.check.engine.sandbox import server; server.main(sys.argv[2] == 'copies')"
)
#: One thread each: a copy of a process has one, and small answers need no more.
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
     "NUMBA_NUM_THREADS"), "1",
)  # fmt: skip


class Unable(Exception):
    """The job cannot run apart: no process can be started, or something of it cannot travel."""


class Ended(Exception):
    """The job ended before it returned.

    how : "late", "memory" (too much), "crash", "closed" (its own pipe, or misused) or "exit";
    code : its exit code, minus the signal of a crash; said : its traceback, where there is one.
    """

    def __init__(self, how, code, said):
        super().__init__(how)
        self.how, self.code, self.said = how, code, said


def run(act, *arguments, seconds, wall=None, memory=MEMORY, sources=()):
    """What act(*arguments) returns in a process of its own; plain data.

    seconds : of the processor, after which it is ended, where a system has an alarm for them;
    wall : seconds of the wall, `seconds` by default.
    sources : names of files whose lines act may look up with linecache.
    Raises Ended where it ends in any other way, and Unable where it has not been run.
    """
    if os.environ.get("MOMENTUMLIB_APART") == "0" or sys.platform in ("emscripten", "wasi"):
        raise Unable("this process keeps everything to itself")
    try:
        from .parcel import packed

        wall = seconds if wall is None else wall
        job = packed(act, arguments, seconds, wall, memory, sources)
    except Exception as error:
        raise Unable(f"{type(error).__name__}: {error}") from error
    return _told(_asked(job, wall, memory))


def _told(reply):
    """The data of a reply; Ended, or Unable, where it holds none."""
    code, how, said = reply["code"], reply["how"], reply["said"]
    if code == 0 and not how:
        with contextlib.suppress(ValueError, LookupError, TypeError):
            told = json.loads(said)
            if "data" in told:
                return told["data"]
            raise Unable(told["failed"])
        how = "closed" if said else "exit"  # something else was written to the pipe
    if how == "unloaded":
        raise Unable("its parts cannot be loaded in time")
    if said.startswith("Timeout (") or -code in LATE:  # faulthandler's, or the alarm's
        how = "late"
    raise Ended(how or _by(code), code, said)


def _by(code):
    """How a process ended: minus a signal, or one of Windows' large codes, is a crash's."""
    return "exit" if 0 <= code < 2**30 else "crash"


# --- The server -------------------------------------------------------------------


class _Server:
    """The process, and the pipes to it."""

    def __init__(self, copies):
        self.copies, self.ready = copies, False
        path = json.dumps(list(map(str, sys.path)))
        command = [sys.executable or "python", "-c", START, path, "copies" if copies else ""]
        self.process = subprocess.Popen(
            command, env=os.environ | ONE_THREAD | {"MPLBACKEND": "agg"}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip

    def ask(self, job, wall, memory):
        """The reply to a job: how it ended, and what it said. None where the server is gone."""
        if not self.ready:
            with _Watch(self.process, STARTING):
                self.ready = self.process.stdout.readline().startswith(b'{"ready"')
            if not self.ready:
                raise OSError("the process for answers does not start")
        # The server ends what is late itself where it can; the watch is for where it cannot.
        most = LOADING + wall + LATER + LAST
        with _Watch(self.process, most, None if _limits_memory() else memory) as watch:
            with contextlib.suppress(OSError):  # it is gone: the end of its output tells
                self.process.stdin.write(struct.pack(">Q", len(job)) + job)
                self.process.stdin.flush()
            said, how = b"", ""
            while line := self.process.stdout.readline(MOST):
                if not how and (reply := _reply(line)):
                    return reply
                said += line
                if line.startswith(b"{") or len(said) > MOST:  # no words of the server's
                    how = "closed"
                    self.process.kill()
        if self.copies and not watch.why:
            return None
        code, said = self.process.wait(), said.decode(errors="replace").strip()
        how = how or watch.why or _by(code)
        return {"code": code, "how": how, "said": said}

    def stop(self):
        """End the process, and what it runs."""
        with contextlib.suppress(OSError):
            self.process.terminate()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.close()

    def close(self):
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()


def _reply(line):
    """A line of the server's as a dict; None for anything else that is written to its output."""
    with contextlib.suppress(ValueError):
        reply = json.loads(line)
        if isinstance(reply, dict) and reply.keys() == {"code", "how", "said"}:
            return reply
    return None


def _limits_memory():
    """Whether a process can limit its own memory."""
    return sys.platform == "linux"


class _Watch:
    """Ends a process that is late, or holds too much memory; `why` says which it was."""

    EVERY = 0.05  # seconds between two looks at the memory

    def __init__(self, process, seconds, memory=None):
        self.process, self.end, self.memory = process, time.monotonic() + seconds, memory
        self.why, self.over = "", threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def _watch(self):
        while not self.over.wait(self._pause()):
            if time.monotonic() >= self.end:
                self.why = "late"
            elif self.memory is not None and self._held() > self.memory:
                self.why = "memory"
            if self.why:
                self.process.kill()
                return

    def _pause(self):
        left = max(0.0, self.end - time.monotonic())
        return left if self.memory is None else min(left, self.EVERY)

    def _held(self):
        """Bytes that the process and its copies hold; 0 where nobody tells."""
        try:
            import psutil  # a notebook's kernel brings it

            one = psutil.Process(self.process.pid)
            return sum(each.memory_info().rss for each in [one, *one.children(recursive=True)])
        except Exception:
            return 0


_server, _lock = None, threading.Lock()
_able = True  # until a server has not started


def _asked(job, wall, memory):
    """The reply of the server, started where there is none."""
    global _server, _able
    with _lock:
        for _ in range(2):  # one that somebody else has killed is replaced
            if not _able:
                raise Unable("no process can be started")
            if _server is not None and _server.process.poll() is not None:
                _stop()
            try:
                _server = _server or _Server(hasattr(os, "fork"))
                reply = _server.ask(job, wall, memory)
            except OSError as error:
                _stop()
                _able = False
                raise Unable(str(error)) from None
            except BaseException:  # an interrupt, too
                _stop()
                raise
            if reply is not None:
                return reply
            _stop()
    raise Ended("exit", 0, "")  # killed by the job itself, it seems


def _stop():
    """End the server, where there is one."""
    global _server
    server, _server = _server, None
    if server is not None:
        server.stop()


def _forget():
    """A copy of this process has no server: it is the other's."""
    global _server, _lock
    if _server is not None:
        _server.close()
    _server, _lock = None, threading.Lock()


atexit.register(_stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
