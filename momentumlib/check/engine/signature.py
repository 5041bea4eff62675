"""The function of an answer, before it is called: that it is one, and takes what it must."""

import dis
import inspect

from ...arguments import short
from .answer import Untried, Wrong


def plain(answer, wanted):
    """The Python function of an answer (of a compiled one, too) that takes `wanted`.

    Raises Untried for a stub, and Wrong where the answer is no function or takes something else.
    """
    if answer is None or answer is ...:
        raise Untried
    call = f"({', '.join(wanted)})"
    if not callable(answer):
        raise Wrong(
            "no function",
            f"The check takes your function itself, but got {short(answer)}: "
            "give its name, without brackets behind it.",
        )
    function = getattr(answer, "py_func", answer)
    if untouched(function):
        raise Untried
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function
    names = list(signature.parameters)
    if names != list(wanted) and sorted(names) == sorted(wanted):
        raise Wrong(
            "order of the arguments",
            f"Your function takes its arguments in another order: it must take `{call}`.",
        )
    try:
        signature.bind(*wanted)
    except TypeError:
        raise Wrong(
            "wrong arguments",
            f"Your function must take `{call}`, but takes `({', '.join(names)})`.",
        ) from None
    return function


def untouched(function):
    """Whether a function does nothing: `...`, `pass`, or no more than a docstring."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    steps = [i for i in dis.get_instructions(code) if i.opname not in ("RESUME", "NOP")]
    return [i.opname for i in steps] in (["LOAD_CONST", "RETURN_VALUE"], ["RETURN_CONST"]) and (
        steps[0].argval is None or steps[0].argval is ...
    )
