"""Functions that do arithmetic on their arguments and hand them to a method, nothing else.

Such a function does to arrays, number by number, what it does to numbers; so it makes the
methods of all points of a grid in one call. The others, with an `if` or calls of their own,
are called for each point.
"""

import dis
from types import FunctionType

from . import methods, steps

LOADS = "LOAD_FAST", "LOAD_CONST", "LOAD_SMALL_INT", "LOAD_GLOBAL", "LOAD_DEREF"
ATTRIBUTES = "LOAD_ATTR", "LOAD_METHOD"
SILENT = "RESUME", "COPY_FREE_VARS", "PUSH_NULL", "PRECALL", "KW_NAMES", "CACHE", "NOP"
CALLS = "CALL", "CALL_KW"


def is_arithmetic(function):
    """Whether it adds, subtracts, multiplies and divides, and ends with the call of a method.

    >>> import momentumlib as ml
    >>> is_arithmetic(lambda effective, gamma: ml.momentum(effective * (1 - gamma), gamma))
    True
    >>> is_arithmetic(lambda eta: ml.gd(max(eta, 0.1)))
    False
    """
    if not isinstance(function, FunctionType):
        return False
    code = [at for at in dis.get_instructions(function) if at.opname not in SILENT]
    if [at.opname for at in code[-2:]] not in [[call, "RETURN_VALUE"] for call in CALLS]:
        return False
    called, before = _called(function, code), ""
    name = getattr(called, "__name__", "")
    if name.startswith("_") or not any(
        getattr(at, name, None) is called for at in (methods, steps)
    ):
        return False
    for at in code[:-2]:
        fast = at.opname.startswith("LOAD_FAST")
        if at.opname in ATTRIBUTES:  # of the book, of a problem: not of a number that is swept
            fine = before in ("LOAD_GLOBAL", "LOAD_DEREF", *ATTRIBUTES)
        elif at.opname == "BINARY_OP":
            fine = at.argrepr in ("+", "-", "*", "/")
        else:
            fine = fast or at.opname in LOADS or at.opname == "UNARY_NEGATIVE"
        if not fine:
            return False
        before = at.opname
    return True


def _called(function, code):
    """What the function calls: a name and its attributes, which it loads first."""
    names = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    try:
        first = code[0]
        if first.opname == "LOAD_DEREF":
            found = names[first.argval].cell_contents
        else:
            found = function.__globals__[first.argval]
        for at in code[1:]:
            if at.opname not in ATTRIBUTES:
                return found
            found = getattr(found, at.argval)
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    return None
