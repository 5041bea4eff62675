"""Runs one reader's notebook, and checks its answers as the book's chapter does.

Started by grade.py in a process of its own, with `{name of the check: its code}` as JSON;
each thing that is known is one line of JSON on the standard output as it was at the start.
What the notebook prints goes nowhere, and its own check cells decide nothing: where one
stands, the chapter's is run on the notebook's names.
"""

import json
import os
import sys
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell

import momentumlib
from exercises import CALL
from momentumlib import check
from momentumlib.check.engine.limit import Endless, limited

#: What a check can say; the last where it cannot be run.
RIGHT, WRONG, UNTRIED, BROKEN = RESULTS = "right", "wrong", "not tried", "error"

#: Seconds for a check as a whole: it limits the answer itself, which it runs apart.
CHECKING = 60

#: The checks as they are before the notebook runs.
OWN = {name: getattr(check, name) for name in check.__all__} | vars(check)


def run(notebook, checks, seconds, tell):
    """Run the code cells in order; `tell` each cell's number, its error, and each result."""
    shell = InteractiveShell.instance()
    code = [(n, c.source) for n, c in enumerate(notebook.cells, 1) if c.cell_type == "code"]
    for number, source in code:
        tell(cell=number)
        error = guarded(seconds, lambda text: failure(shell.run_cell(text)), source)
        if error:
            tell(error=f"{error} in cell {number}")
        for name in CALL.findall(source):
            if name in checks:
                judged = guarded(CHECKING, judge, checks[name], shell.user_ns)
                tell(check=name, result=judged if judged in RESULTS else BROKEN)


def judge(code, names):
    """What the chapter's check says of the reader's names."""
    vars(check).update(OWN)  # whatever a cell has put in a check's place
    momentumlib.check = check
    try:
        verdict = eval(code, {**names, "ml": momentumlib})
    except Exception:
        return BROKEN
    if not isinstance(verdict, OWN["Verdict"]):
        return BROKEN
    return RIGHT if verdict.passed else WRONG if verdict.tried else UNTRIED


def failure(result):
    """The kind of error that ended a cell, "" without one."""
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, Endless):
        raise error
    return type(error).__name__ if error is not None else ""


def guarded(seconds, act, *arguments):
    """act(*arguments), or what is said of it where it has not ended in time."""
    try:
        with limited(seconds):
            return act(*arguments)
    except Endless:
        return f"no end after {seconds:g} s"


def main():
    """Read the task, run the notebook, say what is found."""
    task = json.loads(sys.argv[1])
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)

    def tell(**what):
        print(json.dumps(what), file=said, flush=True)

    notebook = nbformat.read(Path(task["notebook"]), as_version=4)
    run(notebook, task["checks"], task["seconds"], tell)
    tell(end=True)
    os._exit(0)  # whatever the notebook has left running


if __name__ == "__main__":
    main()
