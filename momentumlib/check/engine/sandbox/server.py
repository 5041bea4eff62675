"""The process that runs readers' code: warm, one job after the other, each in its own copy.

It reads jobs from its standard input, and writes one line of JSON for each to its standard
output: how the job ended (its exit code), and what it said. Where it cannot copy itself it
does the job itself, and ends with it if the job does. It ends when its parent does.
"""

import contextlib
import faulthandler
import gc
import json
import os
import pickle
import select
import signal
import struct
import sys
import time

from .confine import alone, confine

#: Seconds a job has to be unpacked; and after its own limit until it is ended from outside
#: Python (faulthandler tells the line), then from outside its process.
LOADING, LATER, LAST = 10.0, 0.4, 0.8
#: Seconds in which a process that has closed its pipe must end.
ENDING = 1.0
#: Most bytes that a job may say.
MOST = 2**24
#: How a job begins, and ends, what it says.
BEGUN, SAID = b"\n", b"}\n"
#: The signal that ends a job whose processor time is over, where a system has it.
LATE = [signal.SIGPROF] if hasattr(signal, "setitimer") else []
#: The exit code of a job that cannot say what it has found.
CLOSED = 88

leave = os._exit


def main(copies):
    """Serve until the parent is gone. copies : whether this system can copy a process."""
    jobs, say = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.environ["MOMENTUMLIB_APART"] = "0"  # an answer's own checks stay with it
    if copies:
        signal.signal(signal.SIGTERM, _stopped)
    gc.freeze()
    _tell(say, {"ready": True})
    while size := jobs.read(8):
        about = pickle.loads(jobs.read(*struct.unpack(">Q", size)))
        if copies:
            _tell(say, _copied(about, (jobs.fileno(), say)))
        else:
            said = work(about, say)
            _write(say, "\n")  # whatever the job has written there
            _tell(say, {"code": 0, "how": "", "said": said})


def _tell(say, what):
    _write(say, json.dumps(what) + "\n")


def _write(say, text):
    left = text.encode()
    while left:
        left = left[os.write(say, left) :]


# --- The copy ---------------------------------------------------------------------


copy = 0  # the process that is at work


def _stopped(*_):
    """Asked to end: the copy ends first."""
    if copy:
        with contextlib.suppress(OSError):
            os.killpg(copy, signal.SIGKILL)
    leave(0)


def _copied(about, private):
    """What a copy of this process says of a job, and how it ended."""
    global copy
    hear, say = os.pipe()
    copy = os.fork()
    if not copy:
        code = 1
        with contextlib.suppress(BaseException):
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.setpgid(0, 0)
            for pipe in (*private, hear):
                os.close(pipe)
            said = work(about, say)
            code = CLOSED
            _write(say, said + "\n")
            code = 0
        leave(code)
    os.close(say)
    with contextlib.suppress(OSError):
        os.setpgid(copy, copy)  # whoever is first
    try:
        said, how = _heard(hear, about["wall"] + LAST)
        code = 0 if said.endswith(SAID) else None if how else _ended(copy)
        with contextlib.suppress(OSError):
            os.killpg(copy, signal.SIGKILL)  # with whatever it has started
        with contextlib.suppress(ChildProcessError):  # its code is known
            os.waitpid(copy, 0)
    finally:
        copy = 0
        os.close(hear)
    if code in (None, CLOSED):
        code, how = CLOSED, how or "closed"
    return {"code": code, "how": how, "said": said.decode(errors="replace")}


def _heard(hear, seconds):
    """(What is said until its end, or that of the pipe; why it was not heard so far)."""
    said, end = b"", time.monotonic() + LOADING
    while len(said) < MOST:
        if not select.select([hear], [], [], max(0.0, end - time.monotonic()))[0]:
            return said, "late" if said else "unloaded"
        part = os.read(hear, 2**16)
        if not said:
            end = time.monotonic() + seconds
        said += part
        if not part or said.endswith(SAID):
            return said.removeprefix(BEGUN), ""
    return b"", "closed"


def _ended(copy):
    """The exit code of a copy that has closed its pipe; None where it lives on without it."""
    end = time.monotonic() + ENDING
    while time.monotonic() < end:
        pid, status = os.waitpid(copy, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    return None


# --- The job ----------------------------------------------------------------------


def work(about, say):
    """Do a job, as JSON: {"data": what it gives}, or {"failed": why it cannot be done here}."""
    faulthandler.enable(say)
    os.chdir(about["folder"])
    sys.path[:] = about["path"]
    # pickle imports what the reader's code uses: only then the limits begin.
    import linecache

    for name, lines in about["lines"].items():
        linecache.cache[name] = sum(map(len, lines)), None, lines, name
    try:
        act, arguments = pickle.loads(about["job"])
    except Exception as error:
        return json.dumps({"failed": f"{type(error).__name__}: {error}"})
    confine(about["memory"])
    os.write(say, BEGUN)
    faulthandler.dump_traceback_later(about["wall"] + LATER, exit=True, file=say)
    for alarm in LATE:
        faulthandler.register(alarm, file=say, chain=True)  # and then it ends the process
        signal.setitimer(signal.ITIMER_PROF, about["seconds"] + LATER)
    alone()
    try:
        return json.dumps({"data": act(*arguments)})
    except Exception as error:
        return json.dumps({"failed": f"{type(error).__name__}: {error}"})
    finally:
        faulthandler.cancel_dump_traceback_later()
        if LATE:
            signal.setitimer(signal.ITIMER_PROF, 0)
