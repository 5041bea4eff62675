"""A reader's answer in the page's Python: run, checked, and what came of it told as JSON.

In the page it is the module `page_reader`.
"""

import ast
import builtins
import contextlib
import dis
import io
import json
import linecache
import signal
import traceback
import types

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
    """Let the page's alarm limit time, and the verdicts speak of its button."""
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
    for kind, sentence in {
        limit.Endless: f"Your code had not ended after {seconds} seconds. Does its loop end?",
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
    """The cells before that define what the code reads, and what these read, in order.

    >>> needed(["a = 1", "b = a", "c = 3", "b ="], "print(b)")
    ['a = 1', 'b = a']
    """
    try:
        open_names = _open(source)
    except SyntaxError:  # the answer's own, which is told when it runs
        return []
    chosen = []
    for above in reversed(before):
        if not open_names:  # as for most answers
            break
        with contextlib.suppress(SyntaxError):
            if defines(above) & open_names:
                chosen.insert(0, above)
                open_names = open_names - defines(above) | _open(above)
    return chosen


def _open(source):
    """The names that code needs from elsewhere."""
    return reads(source) - defines(source) - GIVEN.keys() - set(dir(builtins))


def reads(source):
    """The names that code reads from its globals, its functions', too.

    >>> sorted(reads("f(lambda x: x + y); z = 1"))
    ['f', 'y']
    """
    found, codes = set(), [compile(source, ANSWER, "exec")]
    while codes:
        code = codes.pop()
        found |= _names(code, "LOAD_NAME", "LOAD_GLOBAL")
        codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return found


def defines(source):
    """The names that code defines in its globals.

    >>> sorted(defines("import a.b as c, d.e; x, y = 1, 2\\ndef f(z): w = z"))
    ['c', 'd', 'f', 'x', 'y']
    """
    return _names(compile(source, ANSWER, "exec"), "STORE_NAME")


def _names(code, *operations):
    return {step.argval for step in dis.get_instructions(code) if step.opname in operations}


def shortened(text):
    """A text of which no more is shown than a reader wants to see."""
    return text if len(text) <= SHOWN else text[:SHOWN] + " …"
