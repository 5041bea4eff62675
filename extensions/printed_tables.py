"""What a cell prints in columns is a table in the page.

A cell with the tag `table` prints rows whose columns stand at least two spaces apart, the first
row naming the columns; one with the tag `rows` prints no such first row. A notebook keeps the
text as it was printed, which the tests compare; the page shows the same words and numbers as a
table, which a screen reader can walk through and a narrow screen can scroll.
"""

from docutils import nodes
from sphinx.util import logging

from columns import NUMBER, numeric, parts_of
from folded_code import is_code

logger = logging.getLogger(__name__)

#: The cells' tags: with a first row that names the columns, and without.
TABLE, ROWS = "tag_table", "tag_rows"


def table_of(rows, head):
    """The rows as a table of the document; `head` tells whether the first names the columns."""
    body = rows[head:]
    numbers = numeric(rows, head)
    table, group = nodes.table(classes=["printed"]), nodes.tgroup(cols=len(numbers))
    table += group
    for number, _ in enumerate(numbers):
        group += nodes.colspec(colwidth=1, **({} if number else {"stub": 1}))
    if head:
        group += nodes.thead("", row_of(rows[0], numbers))
    group += nodes.tbody("", *[row_of(row, numbers) for row in body])
    return table


def row_of(cells, numbers):
    """One row; numbers stand on the right."""
    row = nodes.row()
    for text, number in zip(cells, numbers, strict=True):
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
            if head and any(isinstance(part, list) and named_by_numbers(part) for part in parts):
                logger.warning("a cell with the tag table names no columns", location=cell)
            parent, place = block.parent, block.parent.index(block)
            language = block["language"]
            parent[place : place + 1] = [shown(part, head, language) for part in joined(parts)]


def joined(parts):
    r"""The parts, lines that follow each other as one; an empty line parts them.

    >>> joined(["one", "two", [["a", "b"]], "three", "", "four"])
    ['one\ntwo', [['a', 'b']], 'three', 'four']
    """
    done, before = [], ""
    for part in parts:
        if before and isinstance(before, str) and isinstance(part, str) and part:
            done[-1] += f"\n{part}"
        elif part:
            done.append(part)
        before = part
    return done


def named_by_numbers(rows):
    """Whether the first row holds numbers alone: the names above it had other gaps."""
    return all(map(NUMBER.fullmatch, rows[0]))


def shown(part, head, language):
    """A part as a node: a table, or a line as it was printed, which is no code."""
    if isinstance(part, list):
        return table_of(part, head)
    return nodes.literal_block(part, part, classes=["output", "stream"], language=language)


def setup(app):
    """As documents are read."""
    app.connect("doctree-read", put_tables_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
