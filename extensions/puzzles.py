"""Puzzles: the lines of an exercise's solution, to be put in order before one writes them.

An exercise has one where its file declares PUZZLE: (line of the chapter's solution, a wrong line
that stands beside it, the name of the known mistake that this makes). Which order is right follows
from the code: a line must stand behind another if it uses what that makes, or changes what that
needs. All puzzles are in one script, which a page loads when a reader asks for one.
"""

import ast
import json
import re
import sys
from importlib import import_module
from pathlib import Path

import nbformat

from in_page import HERE, TOOLS, joined, put
from momentumlib.check.chapters import MODULES

sys.path.insert(0, str(TOOLS))
from exercises import exercises
from page_python.site.page_reader import CHANGING

SCRIPTS = [HERE / "in_page_js" / "element.js"]
SCRIPTS += [HERE / "puzzles_js" / f"{name}.js" for name in ("order", "puzzle")]
COMMENT = re.compile(r"\s*#.*")


def puzzles(files):
    """{label of the exercise: its puzzle} of some notebooks."""
    declared = {}
    for name, module in MODULES.items():
        if found := getattr(import_module(module), "PUZZLE", None):
            declared[name] = found, import_module(module).EXERCISE
    made = {}
    for path in files:
        for each in exercises(nbformat.read(path, as_version=4)):
            if each.name in declared:
                made[each.label] = puzzle(each.solution.source, *declared.pop(each.name))
    if declared:
        raise ValueError(f"these puzzles have no exercise: {', '.join(declared)}")
    return made


def puzzle(source, swaps, exercise):
    """A puzzle as plain data.

    {"head": the function's first line, "lines": [{"text", "indent", "parent": the number of the
    line that it stands under, or None, "after": {number of a line: why it comes first}}], "wrong":
    [{"text", "indent", "says"}]}.
    """
    (function,) = ast.parse(source).body
    texts = [COMMENT.sub("", text) for text in source.splitlines()]
    head = texts[function.lineno - 1].replace("_solution", "")
    lines = []
    _add(function.body, None, texts, lines)
    says = {known.name: known.says for known in exercise.mistakes}
    wrong = []
    for right, other, name in swaps:
        (line,) = [line for line in lines if line["text"] == right]
        wrong.append({"text": other, "indent": line["indent"], "says": says[name]})
    return {"head": head, "lines": lines, "wrong": wrong}


def _add(body, parent, texts, lines):
    """The lines of a block, with those inside, and what comes before each."""
    siblings = []
    for statement in body:
        number, text = len(lines), texts[statement.lineno - 1]
        reads, writes = _names(statement)
        after = {}
        for other, before, (theirs, made) in siblings:
            if why := _why(text.strip(), before, (reads, writes), (theirs, made)):
                after[other] = why
        indent = (len(text) - len(text.lstrip())) // 4
        lines.append({"text": text.strip(), "indent": indent, "parent": parent, "after": after})
        siblings.append((number, text.strip(), (reads, writes)))
        if hasattr(statement, "body"):
            _add(statement.body, number, texts, lines)


def _why(text, before, names, theirs):
    """Why a line must stand behind another; "" where it need not."""
    (reads, writes), (needs, makes) = names, theirs
    if text.startswith("return"):
        return "`return` ends the function: what stands behind it never runs."
    if used := sorted(makes & reads):
        return f"it uses `{used[0]}`, which `{before}` makes first."
    if changed := sorted(needs & writes):
        return f"it changes `{changed[0]}`, and `{before}` needs it as it was."
    if twice := sorted(makes & writes):
        return f"`{before}` would make `{twice[0]}` anew."
    return ""


def _names(statement):
    """(names that a statement reads, names that it makes or changes), with all inside it."""
    reads, writes = set(), set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                reads.add(name)
            case ast.Name(id=name):
                writes.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                reads.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                writes.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                if method in CHANGING:
                    writes.add(name)
    return reads, writes - {"_"}


def script(found):
    """The script of all puzzles."""
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return joined(SCRIPTS, f"const PUZZLES = {data};")


def write(app):
    """The script; which exercises have a puzzle is remembered."""
    app.puzzles = []
    if app.config.in_page and app.builder.format == "html":
        found = puzzles(sorted(Path(app.srcdir).glob("chapters/*.ipynb")))
        put(app, "puzzles.js", script(found))
        app.puzzles = list(found)


def put_in(app, pagename, templatename, context, doctree):
    """Tell the page's script of each puzzle."""
    for label in app.puzzles:
        here = f' id="{label}"'
        context["body"] = context.get("body", "").replace(here, f" data-puzzle{here}", 1)


def setup(app):
    """Once for a build."""
    app.connect("builder-inited", write)
    app.connect("html-page-context", put_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
