"""One style sheet for all pages, with the rules that they can use.

The theme brings eleven sheets, most of them made for pages of every kind: 550 kB that a
browser sorts before it shows a word. Here they become one, and a rule stays if every class,
id and element that its selector names stands in some page or script of the book; a variable,
if a rule, a page or a script reads it.
"""

import hashlib
import posixpath
import re
from functools import cache

import tinycss2

STYLE = re.compile(r'<link [^>]*?href="([^"?]*_static/([^"?]+\.css))[^"]*"[^>]*>\s*')
BUNDLE = re.compile(r'href="[^"]*_static/(book-[0-9a-f]{8}\.css)"')

#: Sheets that stay by themselves: not every page has mathematics.
APART = {"katex/katex.min.css"}

SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
TAG = re.compile(r"<([a-zA-Z][\w-]*)([^>]*)>")
NAMES = re.compile(r'\b(?:class|id)="([^"]*)"')
WORD = re.compile(r"[A-Za-z_][\w-]*")
#: A variable; what sets one; what reads one. Scripts put the names of the palette's together.
VARIABLE = re.compile(r"--[\w-]+")
SET = re.compile(
    r"(?<=[{;])\s*(--(?!fig-)[\w-]+):"
    r"""((?:[^;{}"()]|"[^"]*"|\((?:[^()"]|"[^"]*"|\((?:[^()]|\([^()]*\))*\))*\))*)(?:;|(?=\}))"""
)
READ = re.compile(r"var\(\s*(--[\w-]+)")


def names_in_page(page):
    """The elements, classes and ids of a page, and every word of its scripts.

    >>> sorted(names_in_page('<p class="a b-c">words</p><script>f("d")</script>'))
    ['a', 'b-c', 'd', 'f', 'p', 'script']
    """
    names = set(WORD.findall(" ".join(SCRIPT.findall(page))))
    for tag, attributes in TAG.findall(SCRIPT.sub("<script>", page)):
        names.add(tag.lower())
        for text in NAMES.findall(attributes):
            names.update(text.split())
    return names


def usable(selector, names):
    """Whether an element can match a selector (its tokens), if only `names` exist.

    >>> tokens = tinycss2.parse_component_value_list("ul.a > li:not(.b):hover [x]")
    >>> usable(tokens, {"ul", "a", "li"}), usable(tokens, {"ul", "li"})
    (True, False)
    """
    before = ""
    for token in selector:
        if token.type == "ident" and before != ":" and token.value not in names:
            if token.lower_value not in names:
                return False
        if token.type == "hash" and token.value not in names:
            return False
        before = token.value if token.type == "literal" else ""
    return True


def kept(rules, names):
    """The text of the rules that can match something.

    >>> kept(tinycss2.parse_stylesheet("a,.x{top:0}.x{top:1}@media print{.x{top:2}}"), {"a"})
    'a{top:0}'
    """
    text = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in commas(rule.prelude) if usable(s, names)]
            if selectors:
                head = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                text.append(f"{head}{{{tinycss2.serialize(rule.content).strip()}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inside = kept(tinycss2.parse_rule_list(rule.content), names)
            if inside:
                head = tinycss2.serialize(rule.prelude).strip()
                text.append(f"@{rule.at_keyword} {head}{{{inside}}}")
        elif rule.type == "at-rule":
            text.append(rule.serialize())
    return "\n".join(text)


def without_idle_variables(text, asked):
    """A style sheet without the variables that neither it nor `asked`, a set of names, reads.

    >>> sheet = "a{--x:1;--y:var(--x);--z:url(\\"a;b\\");top:var(--y)}"
    >>> without_idle_variables(sheet, set())
    'a{--x:1;--y:var(--x);top:var(--y)}'
    >>> without_idle_variables("a{--y:var(--x)}b{--x:1}", set())
    'a{}b{}'
    """
    used = asked | set(READ.findall(text))
    less = SET.sub(lambda match: match[0] if match[1] in used else "", text)
    return text if less == text else without_idle_variables(less, asked)


def commas(tokens):
    """The parts between commas."""
    parts = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def sheet_text(path, static):
    """A style sheet with its imports inside and its addresses seen from `static`."""
    folder = path.parent.relative_to(static).as_posix()
    text = re.sub(r"@charset[^;]*;", "", path.read_text("utf-8"))
    # Every browser that knows the other rules knows woff2.
    text = re.sub(r',\s*url\([^)]*\.ttf\)\s*format\("truetype"\)', "", text)

    def moved(match):
        return f"url({posixpath.normpath(posixpath.join(folder, match[2]))})"

    def imported(match):
        return sheet_text((path.parent / match[1]).resolve(), static)

    text = re.sub(r'url\((["\']?)(?!data:|#|/|\w+:)([^)"\']+)\1\)', moved, text)
    return re.sub(r'@import "([^"]+)";', imported, text)


@cache
def rules_of(sheets, static):
    """The rules of some sheets of the folder `static`, in their order."""
    text = "\n".join(sheet_text((static / sheet).resolve(), static) for sheet in sheets)
    return tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)


def bundle(pages, static):
    """Each page ({path: text}) with one style sheet where it had many.

    A bundle's first line names its sheets, so that a later build, which may add a page,
    makes it anew.
    """
    # Drawings have no classes, and many words.
    files = [path for path in static.rglob("*.js") if path.parent.name != "stills"]
    scripts = " ".join(path.read_text("utf-8") for path in files)
    names = set(WORD.findall(scripts)).union(*map(names_in_page, pages.values()))
    asked = set(VARIABLE.findall(scripts)).union(*map(VARIABLE.findall, pages.values()))

    @cache
    def written(sheets):
        head = f"/* {' '.join(sheets)} */\n"
        text = without_idle_variables(kept(rules_of(sheets, static.resolve()), names), asked)
        text = f"{head}{text}\n"
        name = f"book-{hashlib.sha256(text.encode()).hexdigest()[:8]}.css"
        (static / name).write_text(text, encoding="utf-8")
        return name

    def bundled(page):
        if old := BUNDLE.search(page):
            sheets = (static / old[1]).read_text("utf-8").split("*/")[0].split()[1:]
            return page.replace(old[1], written(tuple(sheets)))
        links = [link for link in STYLE.finditer(page) if link[2] not in APART]
        if not links:
            return page
        name = written(tuple(link[2] for link in links))
        first, prefix = links[0].start(), links[0][1].removesuffix(links[0][2])
        rest = STYLE.sub(lambda m: m[0] if m[2] in APART else "", page[first:])
        return f'{page[:first]}<link rel="stylesheet" href="{prefix}{name}" />\n{rest}'

    return {path: bundled(page) for path, page in pages.items()}
