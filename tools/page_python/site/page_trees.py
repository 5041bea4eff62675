"""The text of a function, as a tree."""

import ast
import linecache
import types


def tree_of(function):
    """The text of a function, as a tree; None where it is not to be found."""
    code = function.__code__
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return None
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>":
            if node.lineno == code.co_firstlineno:
                found.append(node)
    same = [node for node in found if _compiled(node).co_code == code.co_code]
    same = [node for node in same if _compiled(node).co_consts == code.co_consts] or same
    return same[0] if same else None


def _compiled(node):
    made = compile(ast.fix_missing_locations(ast.Expression(node)), "a lambda", "eval")
    return next(part for part in made.co_consts if isinstance(part, types.CodeType))
