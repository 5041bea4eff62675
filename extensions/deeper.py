"""Deeper sections: folded, marked and timed, so that a chapter's core is short.

A section whose title begins with "Deeper: " may be skipped. Its heading stays in the contents;
`assets/folds.js` opens it for whoever comes to it or to something inside.
Under the title of each page with code stands what reading it takes, and the switch for its code.
"""

from docutils import nodes

from folded_code import FOLDED, is_code, raw
from reading_time import DEEPER, core, deeper, is_deeper

SWITCH = (
    '<label class="code-switch"><input type="checkbox" role="switch"> Show all code</label>'
    '<span class="code-in-print">Folded code is not printed; “Show all code” prints it, too.</span>'
)


def name(app, doctree):
    """References call a Deeper section by what it is about."""
    labels = app.env.get_domain("std").labels
    for label, (docname, place, title) in labels.items():
        if docname == app.env.docname and title.startswith(DEEPER):
            about = title.removeprefix(DEEPER)
            labels[label] = docname, place, capital(about)


def capital(title):
    """A title as a sentence begins; a symbol keeps its size, for a capital ε would be an E.

    >>> capital("where it stands"), capital("ε outside the root")
    ('Where it stands', 'ε outside the root')
    """
    return title[:1].upper() + title[1:] if title[:1].isascii() else title


def mark(app, doctree, docname):
    """Say the times, and fold the sections."""
    if app.builder.format != "html":
        return
    read = app.env.get_doctree(docname)  # before forms of outputs are chosen
    times = deeper(read)
    if any(FOLDED in cell["classes"] for cell in read.findall(is_code)):
        say(doctree, core(read), sum(times.values()))
    for section in list(doctree.findall(is_deeper)):
        fold(section, times.get(section["ids"][0]))


def say(doctree, core, more):
    """What reading takes, under the title."""
    title = next(doctree.findall(nodes.title))
    more = f", Deeper sections {more} more" if more else ""
    words = f"<span>About {core} minutes{more}; exercises apart.</span>"
    place = title.parent.index(title) + 1
    title.parent.insert(place, raw(f'<div class="reading">{words}{SWITCH}</div>'))


def fold(section, time):
    """Put all of a section but its title into a fold, whose line is the title."""
    title, *rest = section.children
    text = next(iter(title.findall(nodes.Text)))
    text.parent.replace(text, nodes.Text(text.removeprefix(DEEPER)))
    title.insert(0, nodes.inline("", DEEPER.strip(), classes=["deeper-mark"]))
    title.insert(1, nodes.Text(" "))
    said = f'<span class="deeper-time">{time} min</span>' if time else ""
    section.children = []
    section += [raw('<details class="deeper"><summary>'), title, raw(f"{said}</summary>")]
    section += [*rest, raw("</details>")]


def setup(app):
    """Before formulas and figures are put in, which then stand in the folds."""
    app.connect("doctree-read", name)
    app.connect("doctree-resolved", mark, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
