"""A limit of time for a reader's code."""

import contextlib
import ctypes
import signal
import threading
import time


class Endless(BaseException):
    """The time is over. Not an Exception, so that a reader's `except` does not catch it."""


@contextlib.contextmanager
def limited(seconds):
    """Raise Endless inside the block when the time is over, where the platform can.

    In the main thread by the alarm signal, which ends a sleep, too; elsewhere by a second
    thread, which ends Python code. In a browser without threads there is no limit.
    """
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        with _alarm(seconds):
            yield
    else:
        with _watched(seconds):
            yield


@contextlib.contextmanager
def _alarm(seconds):
    def ring(*_):
        raise Endless

    try:
        before, begun = signal.signal(signal.SIGALRM, ring), time.monotonic()
    except (AttributeError, ValueError):  # a platform with signals by name only
        yield
        return
    # Again and again, since a bare `except:` may swallow one.
    other, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if other:  # somebody else's alarm goes on
            left = other - (time.monotonic() - begun)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3), interval)


@contextlib.contextmanager
def _watched(seconds):
    thread, lock, done = threading.get_ident(), threading.Lock(), threading.Event()

    def throw(exception):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), exception)

    def watch():
        wait = seconds
        while not done.wait(wait):
            wait = 0.1
            with lock:
                if not done.is_set():
                    throw(ctypes.py_object(Endless))

    try:
        threading.Thread(target=watch, daemon=True).start()
    except RuntimeError:  # no threads in this browser
        yield
        return
    try:
        yield
    finally:
        with lock:
            done.set()
            throw(None)  # one that is under way
