"""What the tests ask of every exercise: right answers pass, each mistake has its name.

A file of tests has tables by the exercise's name: RIGHT (texts of right answers), EXERCISES,
CHECKS, and DRAW, which makes random arguments for the mutations.
"""

import importlib
import inspect
import linecache
import re
import textwrap

import numpy as np

import momentumlib as ml
from momentumlib.check.chapters import MODULES


def function(text):
    """The function that a reader's text defines."""
    scope = {"np": np, "ml": ml}
    exec(textwrap.dedent(text), scope)
    return [f for f in scope.values() if inspect.isfunction(f)][-1]


def cell(text, file, **scope):
    """What a text defines that runs as a notebook's cell does; its lines can be quoted."""
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    scope |= {"np": np, "ml": ml}
    exec(compile(text, file, "exec"), scope)
    return scope


def module(name):
    """The module that holds all of a check's exercise."""
    return importlib.import_module(MODULES[name])


def held(*names):
    """{name: the Exercise} of the checks that make theirs once, for every answer."""
    return {name: module(name).EXERCISE for name in names}


def texts(right):
    """(name, text) of every right answer in a table."""
    return [(name, text) for name, several in right.items() for text in several]


def sentences(text):
    """How many sentences a message has, without what is code."""
    return len(re.findall(r"[.?!](?:\s|$)", re.sub("`[^`]*`", "code", text)))


def assert_passes(check, name, text):
    """A right answer passes."""
    verdict = check(function(text))
    assert verdict, verdict
    assert verdict.passed
    assert verdict.name.startswith(name.split()[0])


def assert_named(exercise):
    """Every wrong answer of the table is called by its mistake's name."""
    for known in exercise.mistakes:
        assert known.answers
        for wrong in known.answers:
            verdict = exercise.check(wrong)
            assert (verdict.passed, verdict.mistake) == (False, known.name)
            assert verdict.message == known.says


def assert_told(exercise, least=5):
    """At least so many mistakes, each told in one or two sentences; and two or three hints."""
    names = [known.name for known in exercise.mistakes]
    assert len(names) == len(set(names))
    assert len(names) >= least
    for known in exercise.mistakes:
        assert 1 <= sentences(known.says) <= 2, known.says
        assert known.says[0].isupper() or known.says[0] in "`lθηγt", known.says
        assert len(known.says) < 200, known.says
    assert 2 <= len(exercise.hints) <= 3


def changed(text, changes):
    """The text with pairs of strings replaced."""
    flat = [part for pair in changes for part in ([pair] if isinstance(pair, str) else pair)]
    for old, new in zip(flat[::2], flat[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text
