"""A reader's answer, called safely: in a process of its own, and told by their own line.

Everything that can go wrong without a wrong number is told from here, as a Wrong.
"""

import contextlib
import io
import linecache
import re
import signal

import numpy as np

from ...arguments import first_line
from . import sandbox
from .limit import Endless, Stopped, limited

#: Seconds of the processor after which an answer is stopped; and seconds of the wall, for one that
#: waits (where the processor's are not known, the wall's stand for them).
LIMIT = 3.0
WALL = 10 * LIMIT if hasattr(signal, "setitimer") else LIMIT
#: Most characters that an answer may print.
PRINTED = 10**6


class Wrong(Exception):
    """An answer that cannot be judged by its numbers: the mistake's name, and a sentence."""

    def __init__(self, mistake, says, arithmetic=False):
        super().__init__(says)
        self.mistake, self.says, self.arithmetic = mistake, says, arithmetic


class Untried(Exception):
    """The answer is still the stub."""


def tried(function, work, *arguments, read=list, apart=True):
    """What `read` makes of work(function, printed, *arguments), run in a process of its own.

    printed : the stream that holds what the function has printed.
    work : gives plain data, and read turns them into what is wanted, here.
    apart : False for an answer that runs no code of the reader's.
    Where no process can be started, or the function cannot travel there, it runs in this
    one: what C code does to it is not limited then. Raises Wrong and Untried.
    """
    told = None
    if apart:
        source = getattr(getattr(function, "__code__", None), "co_filename", None)
        with contextlib.suppress(sandbox.Unable):
            try:
                told = sandbox.run(
                    outcome, function, work, arguments, LIMIT, WALL,
                    seconds=LIMIT, wall=WALL, sources=[source] if source else [],
                )  # fmt: skip
            except sandbox.Ended as ended:
                raise _ending(ended, function) from None
    here = told is None
    if here:
        told = outcome(function, work, arguments, LIMIT, WALL)
    match told:
        case {"done": done}:
            try:
                return read(done)
            except (LookupError, TypeError, ValueError, AttributeError):
                if here:  # nobody can have meddled: a mistake of ours
                    raise
        case {"wrong": [str(mistake), str(says), bool(arithmetic)]}:
            raise Wrong(mistake, says, arithmetic)
        case {"untried": True}:
            raise Untried
    raise _foreign("Your function")


def outcome(function, work, arguments, seconds, wall):
    """What comes of work(function, printed, *arguments), as plain data, whatever it raises.

    Nothing is printed, nobody is warned, and after so many seconds it is stopped (limit.py).
    """
    printed = _Printed()
    quiet = contextlib.redirect_stdout(printed), np.errstate(all="ignore")
    try:
        with quiet[0], quiet[1], limited(seconds, wall):
            return {"done": work(function, printed, *arguments)}
    except Untried:
        return {"untried": True}
    except Wrong as error:
        wrong = error
    except Endless as error:
        wrong = _endless(own_line(error, function), seconds)
    except _Flood as error:
        says = f"{_begun(own_line(error, function))} has printed more than a million characters"
        wrong = Wrong("prints too much", f"{says}: take the `print` out of it.")
    except MemoryError as error:
        wrong = _memory(own_line(error, function))
    return {"wrong": [wrong.mistake, wrong.says, wrong.arithmetic]}


class _Flood(Stopped):
    """Too much is printed."""


class _Printed(io.StringIO):
    def write(self, text):
        if self.tell() + len(text) > PRINTED:
            raise _Flood
        return super().write(text)


def _endless(where, seconds):
    says = f"Your function had not ended after {seconds:g} seconds"
    where = f"; it was at {where}" if where else ""
    return Wrong("never ends", f"{says}{where}. Does its loop come to an end?")


def _memory(where):
    says = f"{_begun(where)} needs more memory than a check gives an answer"
    return Wrong("too much memory", f"{says}. Is something longer than it need be?")


def _ending(ended, function):
    """The Wrong of an answer that ended its process."""
    where = _traced(ended.said, function)
    if ended.how == "late":
        return _endless(where, LIMIT)
    if ended.how == "memory":
        return _memory(where)
    begin = _begun(where)
    if ended.how == "closed":
        return _foreign(begin)
    if ended.how == "exit":
        return Wrong("ends Python", f"{begin} ends Python itself; it must end with `return`.")
    try:
        crash = signal.strsignal(-ended.code).lower()
    except (ValueError, OverflowError, AttributeError):  # an exit code of Windows
        crash = f"code {ended.code:#x}"
    return Wrong("crashes Python", f"{begin} crashes Python itself ({crash}).")


def _foreign(begin):
    """The Wrong of an answer that has closed the way back, or written something else on it."""
    says = "closes or writes files that it has not opened, so the check cannot hear its result."
    return Wrong("foreign files", f"{begin} {says}")


def _begun(where):
    """A sentence's beginning: the reader's line, or where none is known their function."""
    where = where or "your function"
    return f"Y{where[1:]}" + ("," if where.endswith("`") else "")


def call(function, *arguments):
    """What the answer returns; Wrong with the reader's own line where it raises."""
    try:
        result = function(*arguments)
    except (Wrong, Untried, MemoryError):
        raise
    except NotImplementedError:
        raise Untried from None
    except (KeyboardInterrupt, Stopped):  # the reader's own interrupt is none of the answer
        raise
    except BaseException as error:
        text = first_line(error)
        if "ellipsis" in text.lower():
            raise Untried from None
        begin = _begun(own_line(error, function))
        what = f"{type(error).__name__}: {text}" if text else type(error).__name__
        also = " A function ends with `return`." if isinstance(error, SystemExit) else ""
        says = f"{begin} raised {what.rstrip('.')}.{also or _explained(text)}"
        raise Wrong("raises", says, isinstance(error, ArithmeticError)) from None
    if result is ... or (isinstance(result, tuple) and any(part is ... for part in result)):
        raise Untried
    return result


def _explained(text):
    """A sentence for errors whose own words do not help a newcomer."""
    if "'numpy.ndarray' object is not callable" in text:
        return " Here the gradient is an array, not a function: use it as it is."
    if "unsupported operand" in text and "'function'" in text:
        return " A function stands where numbers are needed: call it at a point, in brackets."
    if "matmul" in text and "enough dimensions" in text:
        return " `@` multiplies two arrays; with a number, write `*`."
    if "could not be broadcast" in text:
        return " Two arrays of different shapes meet there: print the shape of each."
    if "only integer scalar arrays" in text:
        return " The second argument of `np.max` is an axis: `np.maximum` compares two arrays."
    if "ArrayType" in text:
        return " `np.log` has no base: divide two logarithms."
    if "read-only" in text:
        return " What came in, as `problem.start`, is not yours to change: take a `.copy()` of it."
    missing = re.match("name '(math|e)' is not defined", text)
    if missing:
        return f" Import it in your answer, or use `{'np.e' if missing[1] == 'e' else 'np'}`."
    if "bitwise_xor" in text or "for ^" in text:
        return " A power is written `**` in Python."
    if "math domain error" in text:
        return " A logarithm needs a number greater than 0, a root no negative one."
    if "truth value of an array" in text:
        return (
            " `if` and `max` ask about one number, and this is an array: `np.maximum` compares "
            "number by number, `@` makes one number of two arrays."
        )
    return ""


def own_line(error, function):
    """`your line 3, "v = ..."`: the deepest line of an error in the reader's own file."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    trace, number = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == code.co_filename:
            number = trace.tb_lineno
        trace = trace.tb_next
    return _line(code, number)


def _traced(said, function):
    """The same from a traceback that faulthandler has written, the deepest frame first."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    name = code.co_filename.encode("ascii", "backslashreplace").decode()
    found = re.search(f'File "{re.escape(name)}", line (\\d+) in', said)
    return _line(code, int(found[1])) if found else ""


def _line(code, number):
    if not number:
        return ""
    line = linecache.getline(code.co_filename, number).strip()
    return f"your line {number}" + (f", `{line}`" if line else "")
