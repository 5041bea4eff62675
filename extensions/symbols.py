"""One colour for one thing: θ, the gradient, the velocity and the carry γv, in formula and code.

Where a section teaches them, and nowhere else: in the formulas that `symbols_in` of the
configuration names, and in the code of cells with the tag `formula`. The colours are those of
the figures' arrows and curves (`momentumlib.palette`).
"""

import re

from previews import element

CODE = '<div class="cell tag_formula'
NAMES = {"theta": "theta", "grad": "grad", "g": "grad", "v": "v"}

NAME = re.compile(rf'<span class="n">({"|".join(NAMES)})</span>')
CARRY = re.compile(
    r'<span class="n">gamma</span>\s*<span class="o">\*</span>\s*<span class="n">v</span>'
)

#: KaTeX's letters. A group has its own braces: that of `v_t` holds the letter and its index.
LETTER = r'<span class="mord mathnormal"(?: style="[^"]*")?>{}</span>'
SPACE = r'(?:<span class="mspace"[^>]*></span>)*'
NABLA = re.compile(r'<span class="mord">∇</span>' + SPACE + LETTER.format("J"))
MEMORY = re.compile(
    f"({LETTER.format('γ')}{SPACE})"
    rf'(?=(?:<span class="mord">)?{LETTER.format("v")})'
)
REMEMBERED = re.compile(rf'(<span class="mord">)?({LETTER.format("v")})')
THETA, VELOCITY, GRADIENT = (re.compile(LETTER.format(letter)) for letter in "θvg")


def marked(role, html):
    """Some HTML in the colour of a role."""
    return f'<span class="sym-{role}">{html}</span>'


def in_formula(html):
    """A formula as KaTeX has set it, its symbols marked.

    >>> in_formula('<span class="mord mathnormal">θ</span>')
    '<span class="sym-theta"><span class="mord mathnormal">θ</span></span>'
    """
    html = NABLA.sub(lambda match: marked("grad", match[0]), html)
    parts = MEMORY.split(html)
    done = [letters(parts[0])]
    for memory, rest in zip(parts[1::2], parts[2::2], strict=True):
        begin = REMEMBERED.match(rest)
        done += [marked("carry", memory), begin[1] or "", marked("carry", begin[2])]
        done.append(letters(rest[begin.end() :]))
    return "".join(done)


def letters(html):
    """θ, v and g, each in its colour."""
    for role, letter in (("theta", THETA), ("v", VELOCITY), ("grad", GRADIENT)):
        html = letter.sub(lambda match, role=role: marked(role, match[0]), html)
    return html


def in_code(html):
    """Highlighted Python with its symbols marked.

    >>> in_code('<span class="n">theta</span> <span class="n">other</span>')
    '<span class="sym-theta"><span class="n">theta</span></span> <span class="n">other</span>'
    """
    parts = re.split(f"({CARRY.pattern})", html)
    for place, part in enumerate(parts):
        if place % 2:
            parts[place] = marked("carry", part)
        else:
            parts[place] = NAME.sub(lambda match: marked(NAMES[match[1]], match[0]), part)
    return "".join(parts)


def put_in(app, pagename, templatename, context, doctree):
    """Mark the code that sections teach."""
    body, at = context.get("body", ""), 0
    parts = []
    while (begin := body.find(CODE, at)) >= 0:
        code = body.index('<div class="cell_input', begin)
        block = element(body, code)
        parts += [body[at:code], in_code(block)]
        at = code + len(block)
    if parts:
        context["body"] = "".join(parts) + body[at:]


def setup(app):
    """Formulas ask `in_formula` as they are set (katex_math)."""
    app.add_config_value("symbols_in", [], "html", list)
    app.connect("html-page-context", put_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
