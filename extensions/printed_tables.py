"""What a cell prints in columns is a table in the page.

A cell with the tag `table` prints rows whose columns stand at least two spaces apart, the first
row naming the columns; one with the tag `rows` prints no such first row. A notebook keeps the
text as it was printed, which the tests compare; the page shows the same words and numbers as a
table, which a screen reader can walk through and a narrow screen can scroll.
"""

import re
from collections import Counter
from itertools import pairwise

from docutils import nodes
from sphinx.util import logging

from folded_code import is_code

logger = logging.getLogger(__name__)

#: The cells' tags: with a first row that names the columns, and without.
TABLE, ROWS = "tag_table", "tag_rows"
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


def table_of(rows, head):
    """The rows as a table of the document; `head` tells whether the first names the columns."""
    body = rows[head:]
    numeric = [all(map(NUMBER.fullmatch, column)) for column in zip(*body, strict=True)]
    table, group = nodes.table(classes=["printed"]), nodes.tgroup(cols=len(numeric))
    table += group
    for number, _ in enumerate(numeric):
        group += nodes.colspec(colwidth=1, **({} if number else {"stub": 1}))
    if head:
        group += nodes.thead("", row_of(rows[0], numeric))
    group += nodes.tbody("", *[row_of(row, numeric) for row in body])
    return table


def row_of(cells, numeric):
    """One row; numbers stand on the right."""
    row = nodes.row()
    for text, number in zip(cells, numeric, strict=True):
        entry = nodes.entry("", nodes.paragraph("", text), classes=["number"] if number else [])
        row += entry
    return row


def put_tables_in(app, doctree):
    """Replace the printed text of each cell with the tag by its table."""
    for cell in doctree.findall(is_code):
        if not {TABLE, ROWS} & set(cell["classes"]):
            continue
        head = TABLE in cell["classes"]
        for block in [b for b in cell[-1].findall(nodes.literal_block) if "stream" in b["classes"]]:
            parts = parts_of(block.astext())
            if not any(isinstance(part, list) and len(part) > 1 for part in parts):
                logger.warning("a cell with the tag table or rows prints no columns", location=cell)
                continue
            parent, place = block.parent, block.parent.index(block)
            parent[place : place + 1] = [shown(part, head) for part in parts]


def shown(part, head):
    """A part as a node: a table, or a line as it was printed."""
    if isinstance(part, list):
        return table_of(part, head)
    return nodes.literal_block(part, part, classes=["output", "stream"])


def setup(app):
    """As documents are read."""
    app.connect("doctree-read", put_tables_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
