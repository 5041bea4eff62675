"""Columns in a printed text: found by the blanks between them."""

import re
from collections import Counter
from itertools import pairwise

#: What a column holds: words with single spaces between them.
CELL = re.compile(r"\S+(?: \S+)*")
NUMBER = re.compile(r"[-−+×≈<]?(\d[\d.,]*(e[-+]\d+)?[%°]?|inf|nan|–)( [^\W\d]+)?")


def parts_of(text):
    """A printed text in parts: the rows of a table, as lists of cells, and lines beside them.

    Columns stand two spaces apart; where a cell fills its column, the rows above and below say
    where it ends. A row that begins with blanks may have an empty first cell.

    >>> printed = "speeds\\n     fast  slow\\nGD      1     2\\n"
    >>> printed += "NAG     3     4\\nNAG, γ 30     4\\n"
    >>> for part in parts_of(printed):
    ...     print(part)
    speeds
    [['', 'fast', 'slow'], ['GD', '1', '2'], ['NAG', '3', '4'], ['NAG, γ', '30', '4']]
    """
    lines = text.rstrip("\n").split("\n")
    found = [[match.span() for match in CELL.finditer(line)] for line in lines]
    counts = Counter(len(spans) for spans in found if len(spans) > 1)
    width = max(counts, key=lambda cells: (counts[cells], cells), default=0)
    whole = [(line, s) for line, s in zip(lines, found, strict=True) if len(s) == width]
    shared = [set.intersection(*gap) for gap in zip(*[gaps_of(s) for _, s in whole], strict=True)]
    numbers = [
        len(whole) > 1
        and all(NUMBER.fullmatch(line[slice(*spans[k])]) for line, spans in whole[1:])
        for k in range(width)
    ]
    parts = []
    for line, spans in zip(lines, found, strict=True):
        row = [line[slice(*span)] for span in spans]
        if len(row) != width:
            row = cut(line, shared, numbers)
            if len(spans) == width - 1 > 1 and line.startswith("  "):
                row = ["", *(line[slice(*span)] for span in spans)]
        if row and parts and isinstance(parts[-1], list):
            parts[-1].append(row)
        else:
            parts.append([row] if row else line)
    return parts


def numeric(rows, head):
    """Of each column, whether it holds numbers alone; head : whether the first row names them.

    >>> numeric([["", "steps"], ["GD", "1,204"], ["NAG", "98"]], head=True)
    [False, True]
    """
    return [all(map(NUMBER.fullmatch, column)) for column in zip(*rows[head:], strict=True)]


def gaps_of(spans):
    """The places between cells."""
    return [set(range(end, begin)) for (_, end), (begin, _) in pairwise(spans)]


def cut(line, shared, numbers):
    """The line's cells, cut where the other rows have their gaps; None where it is no such row."""
    places = [[k for k in gap if k < len(line) and line[k] == " "] for gap in shared]
    if not places or not all(places):
        return None
    ends = [-1, *map(max, places), len(line)]
    cells = [line[a + 1 : b].strip() for a, b in pairwise(ends)]
    alike = all(
        NUMBER.fullmatch(cell) for cell, is_one in zip(cells, numbers, strict=True) if is_one
    )
    return cells if alike and all(cells[1:]) else None
