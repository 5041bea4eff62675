"""A reader's answer in the page's Python: run, checked, and what came of it told as JSON.

In the page it is the module `page_reader`.
"""

import ast
import builtins
import contextlib
import dis
import importlib
import io
import json
import linecache
import signal
import traceback
import types
from functools import cache

import numpy as np

import momentumlib as ml
from momentumlib.check.chapters import CHAPTERS
from momentumlib.check.engine import limit, record, verdict

#: Seconds for a reader's code beside the check, which has a limit of its own. A sweep takes some
#: three of them in a page, and a phone is slower.
SECONDS = 30
#: Most characters that it may print, and most that are shown.
PRINTED, SHOWN = 10**6, 5000
ANSWER, CHECK = "your answer", "the check"
#: What is said of a chapter's cell that takes too long.
SLOW = "A page has no Numba: make it shorter, or run the chapter with make lab."
GIVEN = {"np": np, "ml": ml}


class Flood(limit.Stopped):
    """Too much is printed."""


class Printed(io.StringIO):
    """What is printed, up to a limit."""

    def write(self, text):
        if self.tell() + len(text) > PRINTED:
            raise Flood
        return super().write(text)


class Alarm:
    """A `with` block that ends with Endless when the time is over: the worker rings."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        import js  # what is JavaScript's cannot be in a snapshot, so it is asked for each time

        js.ringAfter(self.seconds)

    def __exit__(self, *_):
        import js

        js.ringAfter(None)


def _ring(*_):
    raise limit.Endless


def begin():
    """Let the page's alarm limit time, and the verdicts speak of its button.

    What nearly every check loads is loaded: who begins again has it at once.
    """
    importlib.import_module("numpy.random")
    for part in ("exercise", "formulas", "steps", "picture"):
        importlib.import_module(f"momentumlib.check.engine.{part}")
    signal.signal(signal.SIGINT, _ring)
    limit.host = Alarm
    verdict.AGAIN = "press Check"


def told(job):
    """What comes of a job, as JSON.

    job : JSON of {"answer": code, "check": code, "before": the codes above it in the page,
    "done": the names of the checks that passed before}. The result has `html` (the verdict),
    `passed`, `printed`, `error` (a sentence, "" without one), `trace`, `done`, and `all`, the
    number of the book's exercises.
    """
    job = json.loads(job)
    record._write(record._file(), job["done"])
    out, printed = {"html": "", "passed": False, "error": "", "trace": ""}, Printed()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        _judge(job, out)
    out["printed"] = shortened(printed.getvalue())
    out["done"] = ml.check.progress().done
    out["all"] = sum(map(len, CHAPTERS.values()))
    return json.dumps(out)


def _judge(job, out):
    """Run the answer and its check; put what comes of it into `out`."""
    scope, lost = {"__name__": "__main__"} | GIVEN, {}
    try:
        with limit.limited(SECONDS):
            for source in needed(job["before"], job["answer"] + "\n" + job["check"]):
                _run_above(source, scope, lost)
            run(job["answer"], scope, ANSWER)
        if absent := sorted(_open(job["check"]) - scope.keys()):
            out["error"] = f"Your answer must define {absent[0]}, which the check takes."
            return
        value = run(job["check"], scope, CHECK)
        out["html"], out["passed"] = value._repr_html_(), bool(value)
    except BaseException as error:
        out["error"], out["trace"] = failure(error, SECONDS, lost)


def failure(error, seconds, lost, file=ANSWER):
    """(the error in a sentence, its lines in the reader's code).

    lost : name -> why cells above lack it.  file : what the reader's code is called.
    """
    what = "Does its loop end?" if file == ANSWER else SLOW
    for kind, sentence in {
        limit.Endless: f"Your code had not ended after {seconds} seconds. {what}",
        Flood: "Your code has printed more than a million characters: print less.",
        MemoryError: "Your code needs more memory than a page gives it.",
        SystemExit: "Your code ends Python itself: take that out of it.",
    }.items():
        if isinstance(error, kind):
            return sentence, ""
    told = traceback.TracebackException.from_exception(error)
    told.stack = traceback.StackSummary.from_list([f for f in told.stack if f.filename == file])
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    line = line or (told.stack[-1].lineno if told.stack else None)
    where = f"Line {line}: " if line else ""
    what = list(told.format_exception_only())[-1].strip()
    if isinstance(error, ModuleNotFoundError):
        what = f"{error.name} is not in this page's Python: run the chapter with make lab"
    if isinstance(error, NameError) and error.name in lost:
        what = f"`{error.name}` comes from a cell above that does not run here: {lost[error.name]}"
    return f"{where}{what}", "".join(told.format()).replace(f'File "{file}", ', "")


def run(source, scope, name):
    """Run a cell; the value of its last line, if that is an expression."""
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), scope)
    return last and eval(compile(ast.Expression(last.value), name, "eval"), scope)


def _run_above(source, scope, lost):
    """Run a cell above, silently; remember why the names that it defines are not there."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            run(source, scope, "a cell above")
    except Exception as error:
        for name in defines(source) - scope.keys():
            lost[name] = traceback.format_exception_only(error)[-1].strip()


# --- Which cells above an answer needs ------------------------------------------------


def needed(before, source):
    """The cells before that the code needs, and what these need, in order.

    What a function reads is looked up when it is called: a later cell may have set it.

    >>> needed(["a = 1", "b = a", "c = 3", "b ="], "print(b)")
    ['a = 1', 'b = a']
    >>> needed(["a = 1", "f = lambda: a", "a = 2", "a = a + 1"], "f()")
    ['a = 1', 'f = lambda: a', 'a = 2', 'a = a + 1']
    """
    return [before[k] for k in places(before, source)]


def places(before, source):
    """Where in `before` the cells stand that the code needs: see `needed`."""
    with contextlib.suppress(SyntaxError):  # the answer's own, which is told when it runs
        chosen, seen, end = set(), set(), len(before)
        wanted = [(name, end) for name in _open(source)]
        while wanted:
            name, place = wanted.pop()
            if (name, place) in seen:
                continue
            seen.add((name, place))
            found = (k for k in reversed(range(place)) if name in sets(before[k]))
            if (k := next(found, None)) is not None:
                chosen.add(k)
                wanted += [(each, k) for each in _open(before[k])]
                wanted += [(each, end) for each in _later(before[k])]
        return sorted(chosen)
    return []


#: Methods that change what they belong to.
CHANGING = frozenset("append extend insert update add pop remove clear sort reverse".split())


@cache
def sets(source):
    """The names that a cell sets, or whose values it changes; none for what is no Python.

    >>> sorted(sets("x, y = 1, 2\\nz[0] = 3\\nw.append(4)\\nprint(v)"))
    ['w', 'x', 'y', 'z']
    """
    try:
        names = set(defines(source))
    except SyntaxError:
        return frozenset()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(ast.Name(name), ctx=ast.Store()):
                names.add(name)
            case ast.Attribute(ast.Name(name), ctx=ast.Store()):
                names.add(name)
            case ast.Call(ast.Attribute(ast.Name(name), attribute)) if attribute in CHANGING:
                names.add(name)
    return frozenset(names)


@cache
def _open(source):
    """The names that code needs from elsewhere: read before it sets them, if it does."""
    steps, own, first = dis.get_instructions(_compiled(source)), set(), set()
    for step in steps:
        if step.opname == "STORE_NAME":
            own.add(step.argval)
        elif step.opname == "LOAD_NAME" and step.argval not in own:
            first.add(step.argval)
    return frozenset((first | _later(source) - own) - GIVEN.keys() - set(dir(builtins)))


@cache
def _later(source):
    """The names that a cell's functions read from its globals, when they are called."""
    found, codes = set(), [_compiled(source)]
    while codes:
        code = codes.pop()
        codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
        steps = dis.get_instructions(code)
        found |= {step.argval for step in steps if step.opname == "LOAD_GLOBAL"}
    return frozenset(found - GIVEN.keys() - set(dir(builtins)))


@cache
def defines(source):
    """The names that code defines in its globals.

    >>> sorted(defines("import a.b as c, d.e; x, y = 1, 2\\ndef f(z): w = z"))
    ['c', 'd', 'f', 'x', 'y']
    """
    steps = dis.get_instructions(_compiled(source))
    return frozenset(step.argval for step in steps if step.opname == "STORE_NAME")


def _compiled(source):
    return compile(source, ANSWER, "exec")


def shortened(text):
    """A text of which no more is shown than a reader wants to see."""
    return text if len(text) <= SHOWN else text[:SHOWN] + " …"
