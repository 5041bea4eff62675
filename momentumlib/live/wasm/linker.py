"""From LLVM's object file to a WebAssembly module: what is left to do is the exports.

The object file's addresses and indices are right already for a program that is one
object file, whose constants begin at address 0.
Source: WebAssembly core specification, section 5; the "linking" section is described
in the tool conventions (Linking.md).
"""

#: Bytes of the module's stack. It lies above the constants; above it, memory is the page's.
STACK = 1 << 16

#: What a module may import beside memory: functions of JavaScript's Math, and its %.
MATHS = frozenset(
    "acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 fmod hypot "
    "log log10 log1p log2 pow sin sinh tan tanh".split()
)

TYPE, IMPORT, FUNCTION, GLOBAL, EXPORT, CODE, DATA, DATA_COUNT = 1, 2, 3, 6, 7, 10, 11, 12
A_FUNCTION, A_MEMORY, A_GLOBAL = 0, 2, 3
I32 = b"\x7f"


def link(code, names):
    """The object file `code` as a module that exports the functions `names`, and `heap`.

    Raises LookupError, with the name, for an import that a page does not have.
    """
    sections, symbols = _sections(code)
    imports, stack_pointer = [_block(b"env") + _block(b"memory") + bytes([A_MEMORY, 0, 1])], b""
    source = _Bytes(sections[IMPORT])
    for _ in range(source.number()):
        start = source.at
        _, name, kind = source.block(), source.block().decode(), source.byte()
        if kind == A_FUNCTION and name in MATHS:
            source.number()  # its type
            imports.append(source.data[start : source.at])
        elif kind == A_MEMORY:
            source.byte(), source.number()  # flags, least size
        elif kind == A_GLOBAL and name == "__stack_pointer":
            stack_pointer = source.take(2)  # type, mutable
        else:
            raise LookupError(name)
    heap = _constant((_end_of_constants(sections) + 15) // 16 * 16 + STACK)
    variables = [stack_pointer + heap] if stack_pointer else []
    variables.append(I32 + b"\0" + heap)
    exports = [
        _block(name.encode()) + bytes([A_FUNCTION]) + _number(symbols[name]) for name in names
    ]
    exports.append(_block(b"heap") + bytes([A_GLOBAL]) + _number(len(variables) - 1))
    for kind, items in ((IMPORT, imports), (GLOBAL, variables), (EXPORT, exports)):
        sections[kind] = _number(len(items)) + b"".join(items)
    order = TYPE, IMPORT, FUNCTION, GLOBAL, EXPORT, DATA_COUNT, CODE, DATA
    return code[:8] + b"".join(bytes([k]) + _block(sections[k]) for k in order if k in sections)


def _sections(code):
    """(sections by kind, index of each function by name); debugging sections are dropped."""
    source, sections, symbols = _Bytes(code[8:]), {}, {}
    while source:
        kind, body = source.byte(), source.block()
        if kind:
            sections[kind] = body
            continue
        custom = _Bytes(body)
        if custom.block() == b"linking":
            symbols = _functions(custom)
    return sections, symbols


def _functions(linking):
    linking.number()  # version
    while linking.byte() != 8:  # the table of symbols
        linking.block()
    table, functions = _Bytes(linking.block()), {}
    for _ in range(table.number()):
        kind, flags = table.byte(), table.number()
        defined, named = not flags & 16, flags & 64
        if kind == 1:  # data
            table.block()
            [table.number() for _ in range(3 if defined else 0)]
            continue
        place = table.number()
        if kind != 3 and (defined or named):  # 3: a section, which has no name
            name = table.block().decode()
            if kind == 0:
                functions[name] = place
    return functions


def _end_of_constants(sections):
    end, source = 0, _Bytes(sections.get(DATA, b"\0"))
    for _ in range(source.number()):
        source.take(2)  # flags, i32.const
        address = source.number()
        source.byte()  # end of the expression
        end = max(end, address + len(source.block()))
    return end


class _Bytes:
    """Reads bytes, numbers (LEB128) and blocks that begin with their length."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def __bool__(self):
        return self.at < len(self.data)

    def take(self, n):
        self.at += n
        return self.data[self.at - n : self.at]

    def byte(self):
        return self.take(1)[0]

    def number(self):
        byte = self.byte()
        return byte if byte < 128 else byte - 128 + 128 * self.number()

    def block(self):
        return self.take(self.number())


def _number(n):
    return bytes([n]) if n < 128 else bytes([n % 128 + 128]) + _number(n // 128)


def _block(data):
    return _number(len(data)) + data


def _constant(n):
    """The expression i32.const n, n >= 0; seven bits more keep its sign from being read off."""
    return b"\x41" + _number(n)[:-1] + bytes([_number(n)[-1] + 128, 0]) + b"\x0b"
