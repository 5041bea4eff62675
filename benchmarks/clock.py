"""Fair times: who is compared runs in turn, hot, and must first arrive at the same place."""

import gc
import os
import time
from importlib.metadata import PackageNotFoundError, version
from statistics import median

import numpy as np

#: Seconds that each contender has in a round, in which it runs at least once; rounds.
SHARE, ROUNDS = 0.03, int(os.environ.get("ROUNDS", 7))
#: Seconds that are timed at once: of many calls, where one is over before the clock is read.
SPAN = 5e-4
#: How far two ends may lie apart, in parts of the way that was travelled.
CLOSE = 1e-6


def installed(name):
    """The version of a package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


class Contender:
    """Who runs.

    run : does the work;  output : "all" that ml keeps, or "end" alone;  end : () -> where it
    arrived, to be compared with `like`, or None;  before : called before each run, untimed.
    """

    def __init__(self, run, output="all", end=None, like=None, before=None):
        self.run, self.output, self.end, self.like, self.before = run, output, end, like, before


def race(work, contenders, start=0.0, rounds=ROUNDS, close=CLOSE, of=median, **more):
    """One row of the table: all contenders once a round, in turn; medians over the rounds.

    of : what is made of the rounds' medians; min where a time is so short that what else the
    machine does is most of the others.
    Raises AssertionError where one did not arrive where it should: compilation happens there.
    """
    apart = {}
    for who, one in contenders.items():
        if one.end is not None:
            end, like = np.asarray(one.end(), float), np.asarray(one.like, float)
            apart[who] = float(np.abs(end - like).max() / np.abs(like - start).max())
            assert apart[who] <= close, f"{work}: {who} ends {apart[who]:.1e} of the way apart"
    seconds, often, calls = {who: [] for who in contenders}, {}, {}
    for who, one in contenders.items():
        one.run()
        took = timed(one.run)
        calls[who] = 1 if one.before else max(1, int(min(SPAN, SHARE) / took))
        often[who] = min(200, int(SHARE / took / calls[who]))
    for number in range(min(rounds, ROUNDS)):
        for who, one in contenders.items():
            if often[who] == 0 and number % 2:  # what takes long varies less
                continue
            gc.collect()
            if often[who] > 0:
                one.run()  # hot: its data and its code are in the caches again
            samples = range(max(1, often[who]))
            took = [timed(one.run, one.before, calls[who]) for _ in samples]
            seconds[who].append(median(took))
    times = {
        who: {
            "output": contenders[who].output,
            "ms": 1e3 * of(all_),
            "low": 1e3 * min(all_),
            "high": 1e3 * max(all_),
            "apart": apart.get(who),
        }
        for who, all_ in seconds.items()
    }
    return {"work": work, "times": times, **more}


def timed(run, before=None, calls=1):
    """Seconds that one of so many calls takes."""
    if before:
        before()
    begun = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - begun) / calls
