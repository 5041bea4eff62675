"""What does the same has the same identity, in every process; what does not has another."""

import functools
import itertools
import json
import math
import os
import subprocess
import sys
import threading
import types
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from cases import Cost, Slope
from momentumlib.identity import DEEP, Unclear, _Walk, identity

scale = 1.0


def scaled(x):
    return scale * x


def twice_scaled(x):
    return 2 * scaled(x)


def closure(c):
    return lambda x: c * x


def default(c):
    return lambda x, c=c: c * x


def keyword(c):
    return lambda x, *, c=c: c * x


def nested(c):
    inner = closure(c)
    return lambda x: [inner(y) for y in (x, x)]


def problem(c):
    return ml.Problem(lambda th: c * th[0] ** 2, lambda th: [2 * c * th[0]], dim=1)


def with_minimum(c):
    return ml.Problem(abs, abs, dim=1, minimum=c)


def with_attribute(c):
    def function(x):
        return function.c * x

    function.c = c
    return function


class Slots:
    __slots__ = ("c",)

    def __init__(self, c):
        self.c = c


def made(c):
    """A class of which only an attribute differs."""

    class Made:
        factor = c

        def __call__(self, x):
            return self.factor * x

    return Made()


def jitted(c):
    return pytest.importorskip("numba").njit(closure(c))


def cached(c):
    return functools.lru_cache(closure(c))


#: Each makes something that holds a number: the same for the same number alone.
MAKERS = {
    "closure": closure,
    "default": default,
    "keyword": keyword,
    "closure of a closure": nested,
    "bound method": lambda c: Cost(c, 9.0).__call__,
    "object": lambda c: Slope(c, 9.0),
    "slots": Slots,
    "class": made,
    "partial": lambda c: functools.partial(math.pow, c),
    "partial by name": lambda c: functools.partial(closure, c=c),
    "attribute of a function": with_attribute,
    "array": lambda c: np.array([c, 2.0]),
    "numbers in a dict": lambda c: {"a": [c, (1, {2})]},
    "array of objects": lambda c: np.array([closure(c), None], dtype=object),
    "cached": cached,
    "random numbers": lambda c: np.random.default_rng(int(c)),
    "problem": problem,
    "minimum": with_minimum,
    "landscape": lambda c: ml.problems.quadratic(kappa=1 + c),
    "turned": lambda c: ml.problems.quadratic(angle=c),
    "method": lambda c: ml.adam(c / 10),
    "schedule": lambda c: ml.momentum(0.1, ml.schedules.linear(0, c / 4, 10)),
    "step": lambda c: ml.frameworks.torch_sgd(0.1, weight_decay=c),
    "flag": lambda c: ml.adam(0.1, bias_correction=c == 1),
    "jitted": jitted,
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_same_number_is_the_same_and_another_is_not(make):
    assert identity(make(1.0)) == identity(make(1.0))
    assert identity(make(1.0)) != identity(make(2.0))


def test_a_global_counts_where_it_is_read_however_far_down(monkeypatch):
    before = [identity(f) for f in (scaled, twice_scaled, closure)]
    monkeypatch.setattr(sys.modules[__name__], "scale", 3.0)
    after = [identity(f) for f in (scaled, twice_scaled, closure)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, False, True]


def test_what_a_module_of_the_reader_s_holds_counts(monkeypatch):
    module = types.ModuleType("mine")
    exec("k = 2\ndef cost(x): return k * x\nunread = 1", vars(module))
    use = eval("lambda x: mine.cost(x)", {"mine": module})
    before = identity(use)
    module.unread = 7
    assert identity(use) == before
    module.k = 3
    assert identity(use) != before


def test_the_code_counts_and_its_place_does_not():
    texts = {
        "x * 2": ["x * 2", "x  *  2", "(x * 2)"],
        "x * 2.0": [],
        "x * 3": [],
        "x ** 2": [],
        "[2 * y for y in x]": [],
        "[3 * y for y in x]": [],
        "math.sin(x)": [],
        "math.cos(x)": [],
        "(lambda y: y + 1)(x)": [],
        "(lambda y: y + 2)(x)": [],
    }
    define = lambda text, lines="": eval(f"{lines}lambda x: {text}", {"math": math})
    names = [identity(define(text)) for text in texts]
    assert len(set(names)) == len(names)
    for name, (_, same) in zip(names, texts.items(), strict=True):
        assert all(identity(define(text, "\n\n")) == name for text in same)


def test_the_names_of_arguments_count():
    """A step gets what it asks for by name."""
    assert identity(lambda theta, v: theta) != identity(lambda theta, g: theta)


def test_running_does_not_change_what_it_is():
    things = [Slope(1.0, 9.0), scaled, made(1.0), problem(2.0), with_attribute(1.0)]
    before = [identity(thing) for thing in things]
    for _ in range(100):  # Python adapts code that runs often
        things[0](np.ones(2)), scaled(2.0), things[2](2.0), things[4](2.0)
    ml.minimize(things[3], ml.gd(0.1), steps=3)
    assert [identity(thing) for thing in things] == before


def test_what_holds_itself_is_read_once():
    def down(n):
        return n and down(n - 1)

    ring = [1]
    ring.append(ring)
    assert identity(down) == identity(down)
    assert identity(ring) != identity([1, [1]])


def test_another_process_finds_the_same():
    names = ["closure", "bound method", "object", "class", "problem", "step", "method", "landscape"]
    code = f"""
import test_identity as t
from momentumlib.identity import identity
print(*[identity(t.MAKERS[name](1.0)) for name in {names}])
print(identity({{"b", "a", "c"}}), identity(frozenset("xyz")))
"""
    done = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed,
                 "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        ).stdout.split()
        for seed in "12"
    ]  # fmt: skip
    assert done[0] == done[1]
    assert done[0][: len(names)] == [identity(MAKERS[name](1.0)) for name in names]


LOCK = threading.Lock()


def locked(x):
    with LOCK:
        return x


def deep(levels):
    thing = 1
    for _ in range(levels):
        thing = [thing]
    return thing


UNCLEAR = {
    "a lock that a function reads": lambda: locked,
    "a generator": lambda: (x for x in "abc"),
    "what each thread has its own of": threading.local,
    "a vectorized function": lambda: np.frompyfunc(lambda x: x, 1, 1),
    "too deep": lambda: deep(DEEP + 2),
    "an import that runs later": lambda: late,
}


def late(x):
    import cases

    return cases.Cost(x)


@pytest.mark.parametrize("make", UNCLEAR.values(), ids=UNCLEAR)
def test_what_has_no_content_is_refused_in_a_sentence(make):
    with pytest.raises(Unclear) as caught:
        identity(make())
    assert "\n" not in str(caught.value)


def test_a_refusal_names_what_reads_it():
    with pytest.raises(Unclear, match=r"lock.*, which locked uses, has no content to compare"):
        identity(ml.Problem(locked, locked, dim=1))


def test_what_belongs_to_python_counts_by_its_name():
    """And a reader's function by its code, whatever module it thinks it is of."""
    assert _Walk()._parts(json.dumps) == ("function", ["json", "dumps"])
    assert _Walk()._parts(ml.gd) == ("function", ["momentumlib.methods", "gd"])
    for mine in (scaled, eval("lambda x: x", {})):
        assert _Walk()._parts(mine)[1][0] is mine.__code__
    taken = eval("lambda x: x", {"__name__": "json"})
    taken.__qualname__ = "dumps"
    assert _Walk()._parts(taken)[1][0] is taken.__code__


def test_whatever_is_deep_but_not_too_deep_is_read():
    assert identity(deep(DEEP + 1)) != identity(deep(DEEP))


def test_types_count():
    things = [1, 1.0, True, "1", b"1", None, (1,), [1], {1}, {1: 1}, np.float64(1), np.array(1),
              np.array([1]), np.array([1.0]), np.array([[1]]), math.sin, np.sin, math, np, float,
              np.float64, -0.0, 0.0, math.nan, itertools.count(1), range(1), slice(1)]  # fmt: skip
    assert len({identity(thing) for thing in things}) == len(things)
