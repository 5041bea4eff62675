"""Compiled functions as arguments of compiled functions, cheaply.

Numba can hand a compiled function over as an argument, and asks Python for its address at each
call, which takes 50 µs. A Pointer knows its address.
"""

from numba import types
from numba.core import cgutils
from numba.experimental.function_type import FunctionModel
from numba.extending import NativeValue, register_model, unbox


class PointerType(types.FunctionType):
    """The type of a Pointer: called as Numba's own functions are."""


register_model(PointerType)(FunctionModel)


class Pointer:
    """A compiled function with the one signature that it is handed over with."""

    def __init__(self, dispatcher, signature):
        made = dispatcher.get_compile_result(signature)
        self.dispatcher = dispatcher  # which keeps the code alive
        self.address = made.library.get_pointer_to_function(made.fndesc.llvm_func_name)
        self._numba_type_ = PointerType(signature)

    def __call__(self, *arguments):
        return self.dispatcher(*arguments)


@unbox(PointerType)
def _unbox(typ, pointer, c):
    made = cgutils.create_struct_proxy(typ)(c.context, c.builder)
    address = c.pyapi.object_getattr_string(pointer, "address")
    made.jit_addr = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    made.c_addr = made.py_addr = c.context.get_constant_null(types.voidptr)
    return NativeValue(made._getvalue())
