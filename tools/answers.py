"""Runs one reader's answers, and checks them as the book's chapters do.

Started by grade.py in a process of its own, with the task as JSON on the standard input: {"parts":
[{"cells": code, one text for each cell, "checks": {name of the check: its code}}], "seconds": limit
for a cell}. Each thing that is known is one line of JSON on the standard output as it was at the
start. What the answers print goes nowhere, and their own check cells decide nothing: where one
stands, the chapter's is run on the answers' names.

Of the cells before a check only those run that define what it needs, directly or through others:
grading takes seconds, not a chapter's time.
"""

import ast
import json
import os
import sys

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

import momentumlib
from exercises import CALL
from momentumlib import check
from momentumlib.check.engine.limit import Endless, limited
from page_python.site.page_reader import places

#: What a check can say; the last where it cannot be run.
RIGHT, WRONG, UNTRIED, BROKEN = RESULTS = "right", "wrong", "not tried", "error"

#: Seconds for a check as a whole: it limits the answer itself, which it runs apart. And how much
#: longer by the wall: other answers are graded at the same time.
CHECKING, WAITING = 60, 4

#: The checks as they are before anything runs.
OWN = {name: getattr(check, name) for name in check.__all__} | vars(check)


def run(shell, cells, checks, seconds, tell):
    """Run what each check needs, in order; `tell` each cell's number, its error, each result."""
    sources, ran = [], set()
    for number, cell in enumerate(cells, 1):
        sources.append(readable(shell, cell))
        if not sources[-1] and cell.strip():
            tell(error=f"SyntaxError in cell {number}")
        for name in CALL.findall(sources[-1]):
            if name not in checks:
                continue
            for each in chosen(sources, checks[name]):
                if each not in ran:
                    ran.add(each)
                    tell(cell=each)
                    act = lambda text: failure(shell.run_cell(text))
                    if error := guarded(seconds, act, sources[each - 1]):
                        tell(error=f"{error} in cell {each}")
            tell(cell=number)
            judged = guarded(CHECKING, judge, checks[name], shell.user_ns)
            result, mistake = judged if isinstance(judged, tuple) else (BROKEN, "")
            tell(check=name, result=result, mistake=mistake)


def readable(shell, cell):
    """A cell as Python, its magics too; "" where it is none."""
    try:
        text = shell.transform_cell(cell)
        compile(text, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):
        return ""
    return text


def chosen(sources, check):
    """The numbers of the cells that a check needs, in order.

    >>> chosen(["import os", "a = 1", "b = 2", "a = b"], "f(a)")
    [3, 4]
    """
    return [place + 1 for place in places(sources, check)]


def judge(code, names):
    """(what the chapter's check says of the reader's names, the name of the mistake)."""
    vars(check).update(OWN)  # whatever a cell has put in a check's place
    momentumlib.check = check
    try:
        verdict = eval(code, {**names, "ml": momentumlib})
    except Exception:
        return BROKEN
    if not isinstance(verdict, OWN["Verdict"]):
        return BROKEN
    result = RIGHT if verdict.passed else WRONG if verdict.tried else UNTRIED
    return result, verdict.mistake if result == WRONG else ""


def failure(result):
    """The kind of error that ended a cell, "" without one."""
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, Endless):
        raise error
    return type(error).__name__ if error is not None else ""


def guarded(seconds, act, *arguments):
    """act(*arguments), or what is said of it where it has not ended in time."""
    try:
        with limited(seconds, WAITING * seconds):
            return act(*arguments)
    except Endless:
        return f"no end after {seconds:g} s"


def main():
    """Read the task, run the parts, say what is found."""
    task = json.load(sys.stdin)
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)

    def tell(**what):
        print(json.dumps(what), file=said, flush=True)

    shell = InteractiveShell.instance()
    for number, part in enumerate(task["parts"]):
        tell(part=number)
        shell.reset()
        shell.user_ns |= {"np": np, "ml": momentumlib}  # which `places` takes for given
        run(shell, part["cells"], part["checks"], task["seconds"], tell)
    tell(end=True)
    os._exit(0)  # whatever the answers have left running


if __name__ == "__main__":
    main()
