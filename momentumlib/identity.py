"""What tells one function from another: its code, and everything that the code reads.

Names, files and lines do not count, so that a function that is defined again, in another
process as well, is still the same; a number in its closure that has changed makes it another.
"""

import copyreg
import dis
import functools
import hashlib
import sys
import types
import weakref
from functools import cache
from pathlib import Path

import numpy as np

from .arguments import first_line, short

#: How far the walk goes before it gives up: levels, and things.
DEEP, MANY = 60, 100_000

PLAIN = {int, float, complex, bool, str, bytes, type(None), type(...), type(NotImplemented)}
DESCRIPTORS = types.MemberDescriptorType, types.GetSetDescriptorType
#: Of a class, what Python writes there by itself.
UNREAD = {
    "__dict__", "__weakref__", "__doc__", "__module__", "__abstractmethods__", "_abc_impl",
    "__annotations__", "__annotations_cache__", "__annotate_func__", "__firstlineno__",
    "__static_attributes__", "__slotnames__",
}  # fmt: skip


class Unclear(ValueError):
    """Something whose content cannot be read, so that it cannot be told from another."""


def identity(thing):
    """A text that is the same for what does the same: 64 hexadecimal digits.

    thing : a function, a problem, a method, numbers, arrays, or an object that holds such.
    Of a function count its code, its defaults, what its closure holds, the object that it is
    bound to, and the globals that it names; of an object, its class and what `pickle` would
    keep of it. What belongs to Python or to an installed package counts by its name.
    Not seen: what a function finds by a name made at run time, in files, or on the network.

    Raises Unclear (a ValueError) where there is no content to compare: a lock, a generator.

    >>> powers = lambda p: lambda x: x**p
    >>> identity(powers(2)) == identity(powers(2)), identity(powers(2)) == identity(powers(3))
    (True, False)
    """
    return _digest(_Walk()(thing)).hex()


def _digest(*parts):
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).digest()


#: Of large arrays that nobody writes into: id -> (a reference that dies with it, its digest).
_FROZEN = {}


def _content(array):
    """A digest of an array's numbers."""
    frozen = array.nbytes > 1_000_000 and array.base is None and not array.flags.writeable
    known, digest = _FROZEN.get(id(array), (None, None)) if frozen else (None, None)
    if known is not None and known() is array:
        return digest
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    digest = hashlib.sha256(plain.reshape(-1).view(np.uint8)).digest()
    if frozen:
        _FROZEN[id(array)] = weakref.ref(array), digest
    return digest


class _Walk:
    """Reads a thing and, one after the other, all that it holds."""

    def __init__(self):
        self.path = []  # what is being read: from the first thing down to this one
        self.known = {}  # id: (digest, the thing, so that no other can get its id)

    def __call__(self, thing):
        """`thing` as bytes that are the same for the same content."""
        if type(thing) in PLAIN:
            return f"{type(thing).__name__} {thing!r}".encode("utf-8", "backslashreplace")
        if id(thing) in self.known:
            return self.known[id(thing)][0]
        for up, one in enumerate(reversed(self.path)):
            if one is thing:  # it holds itself, as a function that calls itself does
                return b"%d above" % up
        if len(self.path) > DEEP or len(self.known) > MANY:
            raise self._unclear(thing, "holds too much to be compared")
        self.path.append(thing)
        label, parts = self._parts(thing)
        digest = _digest(label, [self(part) for part in parts])
        self.path.pop()
        self.known[id(thing)] = digest, thing
        return digest

    def _parts(self, thing):
        """What kind of thing it is, in words, and what it holds."""
        kind = type(thing)
        if kind in (tuple, list):
            return kind.__name__, thing
        if kind in (dict, types.MappingProxyType):
            return "dict", [part for pair in thing.items() for part in pair]
        if kind in (set, frozenset):
            return kind.__name__, sorted(self(part) for part in thing)
        if kind is np.ndarray and not thing.dtype.hasobject:
            return f"array {thing.dtype.newbyteorder('<').descr} {thing.shape}", [_content(thing)]
        if kind is types.CodeType:
            return "code", _code(thing)
        if kind is types.FunctionType:
            return self._function(thing)
        if kind is types.MethodType:
            return "method", [thing.__func__, thing.__self__]
        if kind is types.BuiltinFunctionType:
            of = thing.__self__
            return f"builtin {thing.__qualname__}", [
                of.__name__ if isinstance(of, types.ModuleType) else of
            ]
        if kind is types.ModuleType:
            return "module", [thing.__name__]
        if isinstance(thing, type):
            return self._class(thing)
        if kind in (staticmethod, classmethod):
            return kind.__name__, [thing.__func__]
        if kind is property:
            return "property", [thing.fget, thing.fset, thing.fdel]
        if kind is functools.cached_property:
            return "property", [thing.func]
        if kind in DESCRIPTORS:
            return "slot", [thing.__name__]
        if hasattr(thing, "py_func") and hasattr(thing, "targetoptions"):  # Numba's
            return "compiled", [thing.py_func, thing.targetoptions]
        if kind.__name__ == "_lru_cache_wrapper":
            return "cached", [thing.__wrapped__]
        return self._object(thing)

    def _function(self, function):
        if _by_name(function):
            return "function", [function.__module__, function.__qualname__]
        cells = []
        for cell in function.__closure__ or ():
            try:
                cells.append(cell.cell_contents)
            except ValueError:
                cells.append("empty")
        return "function", [
            function.__code__, cells, function.__defaults__, function.__kwdefaults__,
            vars(function), self._globals(function),
        ]  # fmt: skip

    def _globals(self, function):
        """What the code reads from its module, by name; of the reader's own modules as well."""
        found, codes = {}, [function.__code__]
        for code in codes:
            codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
        names = sorted({name for code in codes for name in code.co_names})
        for code in codes:
            for at in dis.get_instructions(code):
                if at.opname == "IMPORT_NAME" and not _given(at.argval):
                    raise self._unclear(function, f"imports {at.argval} while it runs")
                if at.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"):
                    if at.argval in function.__globals__:
                        found[at.argval] = function.__globals__[at.argval]
        modules = [value for value in found.values() if _own_module(value)]
        for module in modules:
            for name in names:
                if name in vars(module):
                    found[f"{module.__name__}.{name}"] = value = vars(module)[name]
                    if _own_module(value) and value not in modules:
                        modules.append(value)
        return {name: found[name] for name in sorted(found)}

    def _class(self, cls):
        if _given(cls.__module__) and "<locals>" not in cls.__qualname__:
            return "class", [cls.__module__, cls.__qualname__]
        held = {name: value for name, value in sorted(vars(cls).items()) if name not in UNREAD}
        return "class", [cls.__name__, cls.__bases__, held]

    def _object(self, thing):
        """What pickle would keep."""
        try:
            special = copyreg.dispatch_table.get(type(thing))
            reduced = special(thing) if special else thing.__reduce_ex__(2)
        except Exception as error:
            raise self._unclear(thing, f"has no content to compare ({first_line(error)})") from None
        if isinstance(reduced, str):
            module = getattr(thing, "__module__", None) or type(thing).__module__
            if not _given(module) or getattr(sys.modules[module], reduced, None) is not thing:
                raise self._unclear(thing, "has no content to compare")
            return "named", [module, reduced]
        entries = [part and list(part) for part in reduced[3:5]]  # those of lists and dicts
        return "object", [type(thing), *reduced[:3], *entries]

    def _unclear(self, thing, why):
        users = [f.__qualname__ for f in self.path if isinstance(f, types.FunctionType)]
        users = [name for name in users if name != getattr(thing, "__qualname__", None)]
        user = f", which {users[-1]} uses," if users else ""
        return Unclear(f"{short(thing)}{user} {why}")


def _code(code):
    """Everything that a function's code does, without its place in a file."""
    return [
        code.co_code, code.co_consts, code.co_names, code.co_varnames, code.co_freevars,
        code.co_cellvars, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount,
        code.co_flags, getattr(code, "co_exceptiontable", b""),
    ]  # fmt: skip


@cache
def _given(module):
    """Whether a module comes with Python or with a package, so that its name is enough."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == __package__:
        return True
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    return not {"site-packages", "dist-packages"}.isdisjoint(Path(file).parts)


def _own_module(value):
    return isinstance(value, types.ModuleType) and not _given(value.__name__)


def _by_name(function):
    """Whether its name is enough: it is what a given module has under this name."""
    at = sys.modules.get(function.__module__) if _given(function.__module__ or "") else None
    for name in function.__qualname__.split("."):
        at = getattr(at, name, None)
    return at is function
