"""A limit of time for a reader's code that runs in this process."""

import ctypes
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import partial


class Stopped(BaseException):
    """Ends a reader's code. Not an Exception, so that a reader's `except` does not catch it."""


class Endless(Stopped):
    """The time is over."""


#: What `limited` is where a host has an alarm of its own, as a page of the book has: a function
#: of the seconds that gives the `with` block.
host = None


def limited(seconds, wall=None):
    """A `with` block that ends with Endless when the time is over, where the platform can.

    seconds : of the processor, for the thread that runs the block; a busy machine takes none
    of them. wall : seconds after which it ends whatever it has used, as where it sleeps;
    `seconds` by default. Where a thread's processor time is not known, the wall's stands for it.

    In the main thread by the alarm signal, which ends a sleep, too; elsewhere by a second
    thread, which ends Python code. In a browser without threads there is no limit but its
    host's, and nowhere does it end a call of C code before the call itself does.
    """
    if host:
        return host(seconds)
    main = threading.current_thread() is threading.main_thread()
    kind = _Alarm if main and hasattr(signal, "setitimer") else _Watch
    return kind(seconds, seconds if wall is None else wall)


class _Limit:
    """Rings again and again once the time is over, since a bare `except:` may swallow one.

    A ring that comes where the block has just ended must not keep the limit from being
    taken away: so it raises nothing there (where the block returned too late, its end
    does), and a limit whose block has been left in any other way takes itself away.
    """

    EVERY = 0.1  # seconds between rings

    def __init__(self, seconds, wall):
        self.seconds, self.wall, self.block, self.rang = seconds, wall, None, False

    def __enter__(self):
        self.block, self.begun = sys._getframe(1), time.monotonic()
        self.clock = self._clock()
        self.worked = self.clock()
        self._begin()

    def _left(self):
        """Seconds until the time may be over; 0 once it is."""
        waits = self.wall - (time.monotonic() - self.begun)
        return max(0.0, min(waits, self.seconds - (self.clock() - self.worked)))

    def __exit__(self, kind, *_):
        self._end()
        self.block = None
        if self.rang and kind is None:
            raise Endless

    def _inside(self, frame):
        """Whether code is still in the block; None where it is just leaving it."""
        leaving = False
        while frame is not None and frame is not self.block:
            leaving |= frame.f_code in (_Limit.__exit__.__code__, self._end.__code__)
            frame = frame.f_back
        return False if frame is None else None if leaving else True


class _Alarm(_Limit):
    def _clock(self):
        return time.thread_time

    def _begin(self):
        self.other = 0, 0
        try:
            self.before = signal.signal(signal.SIGALRM, self._ring)
        except (AttributeError, ValueError):  # a platform with signals by name only
            return
        first = min(self.seconds, self.wall)
        self.other = signal.setitimer(signal.ITIMER_REAL, first, self.EVERY)

    def _ring(self, _, frame):
        inside = self._inside(frame)
        if inside is False:
            self._end()
        elif not self.rang and (left := self._left()):  # it has waited for others
            if inside:
                signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3), self.EVERY)
        else:
            self.rang = True
            if inside:
                raise Endless

    def _end(self):
        if not hasattr(self, "before"):
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)
        left, interval = self.other
        if left:  # somebody else's alarm goes on
            left -= time.monotonic() - self.begun
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3), interval)


class _Watch(_Limit):
    def _clock(self):
        """This thread's processor time, for the one that watches."""
        with suppress(AttributeError, OSError):
            clock = time.pthread_getcpuclockid(threading.get_ident())
            return partial(time.clock_gettime, clock)
        return time.monotonic

    def _begin(self):
        self.thread, self.lock = threading.get_ident(), threading.Lock()
        self.over = threading.Event()
        try:
            threading.Thread(target=self._watch, daemon=True).start()
        except RuntimeError:  # no threads in this browser
            pass

    def _watch(self):
        wait = min(self.seconds, self.wall)
        while not self.over.wait(wait):
            with self.lock:
                inside = self._inside(sys._current_frames().get(self.thread))
                if inside is False or self.over.is_set():
                    return
                if not self.rang and (left := self._left()):
                    wait = max(left, 1e-3)
                    continue
                self.rang, wait = True, self.EVERY
                if inside:
                    self._throw()

    def _throw(self):
        thread, exception = ctypes.c_ulong(self.thread), ctypes.py_object(Endless)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, exception)

    def _end(self):
        with self.lock:
            self.over.set()
        if self.rang:
            # One may be under way. Taken back, it would leave Python 3.11 looking for it at every
            # call, and for ever under a profiler; so another takes its place, and arrives here.
            with suppress(Endless):
                self._throw()
                for _ in range(10**6):
                    pass
