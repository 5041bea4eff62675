"""Loops with one formula in each, written from what the formulas themselves take and return.

A formula's arguments have the names of the mathematics. What stands before g is what a step
changes, and what the formula returns, in that order. So no second list of the methods is kept:
for momentum, where theta[i] is the name that a loop has for θ, `assignment` writes

    theta[i], v[i] = momentum(theta[i], v[i], g[i], eta, gamma)
"""

from inspect import signature
from re import search

from . import formulas

#: Names of formulas that are those of others in the loops.
SAME = {"m": "v", "beta1": "gamma", "weight_decay": "decay"}
#: The formula of each method, and the methods that it serves.
FORMULAS = {
    formulas.gd: (formulas.GD,),
    formulas.momentum: (formulas.MOMENTUM, formulas.NAG),
    formulas.rmsprop: (formulas.RMSPROP,),
    formulas.adam: (formulas.ADAM,),
    formulas.nadam: (formulas.NADAM,),
    formulas.amsgrad: (formulas.AMSGRAD,),
    formulas.adamw: (formulas.ADAMW,),
    formulas.lion: (formulas.LION,),
}


def formula_of(code):
    """The formula of a built-in method."""
    return next(one for one, codes in FORMULAS.items() if code in codes)


def assignment(formula, names, into=None):
    """One step as a line of Python; names, into : the loop's own for what goes in and comes out."""
    takes = [SAME.get(one, one) for one in signature(formula).parameters]
    out = {**names, **(into or {})}
    returned = ", ".join(out[one] for one in takes[: takes.index("g")])
    return f"{returned} = {formula.__name__}({', '.join(names[one] for one in takes)})"


def choice(loop, indent, names, into=None):
    """Lines that ask for `code` once, and then run `loop` with the one formula in it."""
    lines, word = [], "if"
    for formula, codes in FORMULAS.items():
        asked = " or ".join(f"code == {code}" for code in codes)
        lines += [f"{word} {asked}:", f"    {loop}", f"        {assignment(formula, names, into)}"]
        word = "elif"
    return "\n".join(indent + line for line in lines)


def written(text, there):
    """The function whose source is `text`; there : the globals of the file that it belongs to.

    Beside that file Numba keeps what it compiles.
    """
    there = there | {one.__name__: one for one in FORMULAS}
    exec(compile(text, there["__file__"], "exec"), there)
    return there[search(r"def (\w+)", text)[1]]
