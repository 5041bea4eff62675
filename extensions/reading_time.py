"""How long a chapter takes to read: said under its title, and beside each Deeper section.

Words at 200 a minute, and for what takes longer than its words: a formula on a line of its own,
a line of code that is not folded, a figure. Exercises, questions and references are apart.
`core` and `deeper` take a document as it was read, `env.get_doctree(name)`.
"""

import math

from docutils import nodes

from folded_code import FOLDED, is_code

WORDS_A_MINUTE = 200
#: Seconds to look at each.
FORMULA, FIGURE, LINE = 12, 25, 4
#: Sections that a reader works in, rather than reads.
APART = {"Exercises", "Questions", "Experiment", "Further reading"}
DEEPER = "Deeper: "


def is_deeper(node):
    """Whether a node is a section that may be skipped."""
    return isinstance(node, nodes.section) and node[0].astext().startswith(DEEPER)


def is_apart(node):
    """Whether a node is read at another time, or by few: folded answers and code, work, sources."""
    if isinstance(node, nodes.section):
        return node[0].astext() in APART
    kind = node.get("design_component") if isinstance(node, nodes.Element) else None
    return kind == "dropdown" or isinstance(node, nodes.comment | nodes.raw)


def seconds(node, skip=is_apart):
    """The time to read a node, without the parts of it that `skip` names."""
    if skip(node):
        return 0
    if isinstance(node, nodes.Text):
        return len(node.split()) * 60 / WORDS_A_MINUTE
    if isinstance(node, nodes.math_block):
        return FORMULA
    if isinstance(node, nodes.literal_block):
        return LINE * sum(map(bool, map(str.strip, node.astext().splitlines())))
    if isinstance(node, nodes.image):
        return FIGURE
    if is_code(node) and FOLDED in node["classes"]:
        return sum(seconds(part, skip) for part in node.children[1:])
    if node.get("nb_element") == "mime_bundle":  # several forms of one output
        return FIGURE if any(True for _ in node.findall(nodes.image)) else LINE
    return sum(seconds(part, skip) for part in node.children)


def minutes(time):
    """Whole minutes, at least one.

    >>> minutes(20), minutes(100)
    (1, 2)
    """
    return max(1, math.floor(time / 60 + 0.5))


def core(doctree):
    """The minutes for a chapter without what may be skipped."""
    return minutes(seconds(doctree, lambda node: is_apart(node) or is_deeper(node)))


def deeper(doctree):
    """The minutes for each Deeper section, by its first id; for one inside another, none."""
    outer = [node for node in doctree.findall(is_deeper) if not inside(node)]
    return {section["ids"][0]: minutes(seconds(section)) for section in outer}


def inside(section):
    """Whether a Deeper section stands in another."""
    at = section.parent
    while at is not None and not is_deeper(at):
        at = at.parent
    return at is not None
