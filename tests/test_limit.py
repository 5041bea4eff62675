"""The limit of time, by clocks and alarms of the tests' own: what rings when, and for whom."""

import signal
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from momentumlib.check.engine import limit


@pytest.fixture
def wall(monkeypatch):
    """The wall's clock, in a list of one."""
    now = [100.0]
    clocks = SimpleNamespace(monotonic=lambda: now[0], thread_time=time.thread_time)
    monkeypatch.setattr(limit, "time", clocks)
    return now


def begun(kind, seconds, waits, work, block=None):
    """A limit as it is inside of its block, whose clocks stand where they are told."""
    made = kind(seconds, waits)
    made.block, made.begun, made.worked, made.clock = block, 100.0, 7.0, lambda: work[0]
    return made


@pytest.mark.parametrize(
    ("seconds", "waits", "worked", "waited", "left"),
    [
        (3.0, 30.0, 0.0, 0.0, 3.0), (3.0, 30.0, 1.0, 5.0, 2.0), (3.0, 30.0, 0.0, 29.0, 1.0),
        (3.0, 30.0, 3.5, 4.0, 0.0), (3.0, 30.0, 0.5, 31.0, 0.0), (3.0, 30.0, 3.0, 3.0, 0.0),
    ],
)  # fmt: skip
def test_what_is_left_is_the_less_of_work_and_wait(wall, seconds, waits, worked, waited, left):
    work = [7.0 + worked]
    wall[0] += waited
    assert begun(limit._Watch, seconds, waits, work)._left() == pytest.approx(left)


def frames(*codes, block=True):
    """A chain of frames, the innermost first; the last is the block's, if `block`."""
    frame = end = SimpleNamespace(f_code=None, f_back=None)
    for code in reversed(codes):
        frame = SimpleNamespace(f_code=code, f_back=frame)
    return frame, end if block else None


def test_a_frame_is_inside_outside_or_just_leaving():
    made = limit._Alarm(1, 1)
    leave, end = limit._Limit.__exit__.__code__, limit._Alarm._end.__code__
    for codes, wanted in (
        ((), True), (("a", "b"), True), ((leave,), None), ((end, leave), None),
        (("a", leave), None), ((limit._Watch._end.__code__,), True),
    ):  # fmt: skip
        frame, made.block = frames(*codes)
        assert made._inside(frame) is wanted, codes
        made.block = object()
        assert made._inside(frame) is False, codes
    assert made._inside(None) is False


def test_which_limit_it_is(monkeypatch):
    assert type(limit.limited(2)) is (
        limit._Alarm if hasattr(signal, "setitimer") else limit._Watch
    )
    one, other = limit.limited(2, 5), limit.limited(2)
    assert (one.seconds, one.wall, other.seconds, other.wall) == (2, 5, 2, 2)
    made = []
    thread = threading.Thread(target=lambda: made.append(limit.limited(2, 5)))
    thread.start()
    thread.join()
    assert [type(each) for each in made] == [limit._Watch]
    assert (made[0].seconds, made[0].wall) == (2, 5)
    monkeypatch.delattr(signal, "setitimer", raising=False)
    assert type(limit.limited(2)) is limit._Watch
    monkeypatch.setattr(limit, "host", lambda seconds: ("the page's", seconds))
    assert limit.limited(2, 5) == ("the page's", 2)


@pytest.fixture
def alarm(monkeypatch, wall):
    """The system's alarm, which rings only in the record of what is asked of it."""
    asked = []
    system = SimpleNamespace(
        SIGALRM="alarm", ITIMER_REAL="real", before=(0.0, 0.0),
        signal=lambda number, handler: asked.append(("signal", number, handler)) or "theirs",
        setitimer=lambda kind, *times: asked.append((kind, *times)) or system.before,
    )  # fmt: skip
    monkeypatch.setattr(limit, "signal", system)
    system.asked = asked
    return system


@pytest.mark.parametrize(("seconds", "waits"), [(0.5, 9.0), (9.0, 0.5)])
def test_an_alarm_is_set_and_taken_away(alarm, wall, seconds, waits):
    made = limit._Alarm(seconds, waits)
    made.__enter__()
    assert made.block is sys._getframe()
    assert alarm.asked == [("signal", "alarm", made._ring), ("real", 0.5, 0.1)]
    del alarm.asked[:]
    assert made.__exit__(None, None, None) is None
    assert made.block is None
    assert alarm.asked == [("real", 0), ("signal", "alarm", "theirs")]


@pytest.mark.parametrize(("theirs", "passed", "again"), [(5.0, 2.0, 3.0), (1.0, 2.0, 1e-3)])
def test_somebody_else_s_alarm_goes_on(alarm, wall, theirs, passed, again):
    alarm.before = theirs, 0.25
    made = limit._Alarm(1, 1)
    made.__enter__()
    wall[0] += passed
    del alarm.asked[:]
    made.__exit__(None, None, None)
    assert alarm.asked[2:] == [("real", pytest.approx(again), 0.25)]


def test_a_system_with_signals_by_name_only_has_no_limit(alarm):
    def refuse(*_):
        raise ValueError

    alarm.signal = refuse
    made = limit._Alarm(1, 1)
    made.__enter__()
    made.__exit__(None, None, None)
    assert alarm.asked == []


@pytest.mark.parametrize(
    ("inside", "rang", "worked", "asked", "raises", "rings"),
    [
        (True, False, 0.4, [("real", 0.6, 0.1)], False, False),  # it has waited for others
        (True, False, 1 - 1e-5, [("real", 1e-3, 0.1)], False, False),
        (None, False, 0.4, [], False, False),
        (True, False, 1.0, [], True, True),
        (None, False, 1.0, [], False, True),
        (True, True, 0.4, [], True, True),
        (False, False, 1.0, [("real", 0), ("signal", "alarm", "theirs")], False, False),
        (False, True, 1.0, [("real", 0), ("signal", "alarm", "theirs")], False, True),
    ],
)  # fmt: skip
def test_what_a_ring_does(alarm, wall, monkeypatch, inside, rang, worked, asked, raises, rings):
    made = begun(limit._Alarm, 1.0, 9.0, [7.0 + worked])
    made.before, made.other, made.rang = "theirs", (0, 0), rang
    monkeypatch.setattr(made, "_inside", lambda frame: inside)
    if raises:
        with pytest.raises(limit.Endless):
            made._ring("alarm", "frame")
    else:
        made._ring("alarm", "frame")
    assert made.rang is rings
    assert alarm.asked == [
        tuple(pytest.approx(x) if isinstance(x, float) else x for x in each) for each in asked
    ]


def test_a_block_that_returned_too_late_ends_so_and_an_error_stays_what_it_is(alarm):
    for rang, kind, raises in ((True, None, True), (True, KeyError, False), (False, None, False)):
        made = limit._Alarm(1, 1)
        made.__enter__()
        made.rang = rang
        if raises:
            with pytest.raises(limit.Endless):
                made.__exit__(kind, None, None)
        else:
            assert made.__exit__(kind, None, None) is None


def watched(monkeypatch, steps, *, seconds=1.0, waits=9.0):
    """What a watch does: `steps` are (inside, worked so far, over) at each look."""
    work, waited, thrown = [7.0], [], []
    made = begun(limit._Watch, seconds, waits, work)
    made.thread, made.lock = 1, threading.Lock()
    looks = iter(steps)

    def wait(time):
        waited.append(time)
        try:
            made.now = next(looks)
        except StopIteration:
            return True
        work[0] = 7.0 + made.now[1]
        return False

    made.over = SimpleNamespace(wait=wait, is_set=lambda: made.now[2])
    monkeypatch.setattr(made, "_inside", lambda frame: made.now[0])
    monkeypatch.setattr(made, "_throw", lambda: thrown.append(len(waited)))
    made._watch()
    return waited, thrown, made.rang


def test_a_watch_throws_once_the_time_is_over_and_again(monkeypatch, wall):
    looks = [(True, 0.4, False), (True, 1.0, False), (True, 1.0, False), (None, 1.0, False)]
    waited, thrown, rang = watched(monkeypatch, looks)
    assert waited == pytest.approx([1.0, 0.6, 0.1, 0.1, 0.1])
    assert thrown == [2, 3]
    assert rang is True
    nearly = watched(monkeypatch, [(True, 1 - 1e-5, False)])
    assert nearly == (pytest.approx([1.0, 1e-3]), [], False)
    assert watched(monkeypatch, [], seconds=9.0, waits=1.0)[0] == [1.0]
    # what has rung does not ask once more how much is left
    again = [(True, 1.0, False), (True, 0.2, False)]
    assert watched(monkeypatch, again)[1] == [1, 2]


@pytest.mark.parametrize("look", [(False, 1.0, False), (True, 1.0, True)])
def test_a_watch_whose_block_is_left_goes(monkeypatch, wall, look):
    assert watched(monkeypatch, [look, (True, 1.0, False)]) == ([1.0], [], False)


def test_what_a_watch_throws_is_the_thread_s_own(monkeypatch):
    thrown = []
    made = limit._Watch(1, 1)
    made.thread = 42
    api = SimpleNamespace(PyThreadState_SetAsyncExc=lambda *given: thrown.append(given))
    monkeypatch.setattr(limit.ctypes, "pythonapi", api)
    made._throw()
    ((thread, exception),) = thrown
    assert (thread.value, exception.value) == (42, limit.Endless)


def test_the_clock_of_a_thread_counts_its_work_alone(monkeypatch):
    clock = limit._Watch(1, 1)._clock()
    before = clock()
    sum(range(10_000))
    assert clock() > before
    if hasattr(time, "pthread_getcpuclockid"):
        assert clock is not time.monotonic
        monkeypatch.delattr(time, "pthread_getcpuclockid")
    assert limit._Watch(1, 1)._clock() is time.monotonic


def test_a_watch_keeps_no_process_alive(monkeypatch):
    asked = []
    thread = lambda **named: asked.append(named["daemon"]) or SimpleNamespace(start=lambda: None)
    monkeypatch.setattr(limit.threading, "Thread", thread)
    with limit._Watch(9, 9):
        pass
    assert asked == [True]
