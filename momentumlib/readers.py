"""A reader's functions: what they take, what they see, and how compiled code calls them."""

import inspect
from contextlib import contextmanager
from functools import lru_cache
from random import getstate, setstate

import numpy as np

from .data import unpacked

#: Arrays as a reader's own step gets them, coordinate by coordinate or whole.
ARRAYS = ("theta", "v", "s", "g")
#: What the loop gives a step.
RULE = "code, theta, v, s, s_max, g, t, eta, gamma, beta2, eps, decay, power1, power2, data, out"


def plain(function):
    """A function as Python runs it; of one that Numba compiled, too."""
    return getattr(function, "py_func", function)


def parameters(function):
    """The parameters of a function, as `inspect` has them; None where Python can't tell."""
    try:
        return list(inspect.signature(plain(function)).parameters.values())
    except (TypeError, ValueError):
        return None


def takes(who, function, own, data):
    """(how many arguments it takes by place, of at most `own`; the names in data that it takes).

    A parameter with a default that data does not name keeps its default.
    Raises TypeError where something is left that nobody gives.
    """
    found = parameters(function)
    if found is None:
        return 1, ()
    places, names = 0, []
    for one in found:
        if one.name in data:
            names.append(one.name)
        elif one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            places += one.kind == one.VAR_POSITIONAL and not places
        elif one.default is not one.empty:
            continue
        elif one.kind is one.KEYWORD_ONLY or places == own:
            raise TypeError(
                f"{who} takes {one.name!r}, which nobody gives: name it in data={{...}}, "
                "or give it a default"
            )
        else:
            places += 1
    return places, tuple(names)


# --- What compiled code calls -----------------------------------------------------


def loss_of(f, names, layout):
    """f as the loop's loss(theta, params); params holds its data, packed."""
    given = _keywords(names)
    return _made(
        "loss(theta, params)",
        [*_unpacking(names, layout, "params"), f"return f(theta{given})"],
        f=f,
    )


def grad_of(grad, fills, names, layout):
    """grad as the loop's fill(theta, params, out)."""
    given, lines = _keywords(names), _unpacking(names, layout, "params")
    if fills:
        return _made("fill(theta, params, out)", [*lines, f"grad(theta, out{given})"], grad=grad)
    lines += [f"g = grad(theta{given})", *_copied("g", "out")]
    return _made("fill(theta, params, out)", lines, grad=grad)


def parts_of(grad, dim, names, layout):
    """grad, which returns dim numbers, as the loop's fill; for where there are no lists."""
    left = "".join(f"out[{i}], " for i in range(dim))
    lines = [*_unpacking(names, layout, "params"), f"{left}= grad(theta{_keywords(names)})"]
    return _made("fill(theta, params, out)", lines, grad=grad)


def rule_of(step, arguments, names, returns, layout, whole):
    """A step as the loop's rule: for each coordinate, or, `whole`, for all of them at once.

    arguments : parameter -> the loop's name of what it gets;  returns : the loop's names.
    """
    at = ".copy()" if whole else "[i]"
    given = [f"{k}={v}{at if v in ARRAYS else ''}" for k, v in arguments.items()]
    call = f"step({', '.join(given)}{_keywords(names)})"
    lines = _unpacking(names, layout, "data")
    if not whole:
        left = ", ".join("out[i]" if name == "theta" else f"{name}[i]" for name in returns)
        lines += ["for i in range(out.size):", f"    {left} = {call}"]
    else:
        lines.append(f"{', '.join(f'new_{name}' for name in returns)} = {call}")
        for name in returns:
            lines += _copied(f"new_{name}", "out" if name == "theta" else name)
    return _made(f"rule({RULE})", lines, step=step)


def lane_of(step, arguments, names, returns, layout):
    """A step for one coordinate on the numbers of one run, which gives theta, v and s.

    arguments, returns : as for `rule_of`.
    """
    given = "".join(f"{k}={v}, " for k, v in arguments.items())
    call = f"step({given}{_keywords(names).removeprefix(', ')})"
    lines = [*_unpacking(names, layout, "data"), f"{', '.join(returns)} = {call}"]
    head = "lane(theta, v, s, g, t, eta, gamma, beta2, eps, data)"
    return _made(head, [*lines, "return theta, v, s"], step=step)


def _keywords(names):
    return "".join(f", {name}=data_{name}" for name in names)


def _unpacking(names, layout, vector):
    texts = unpacked(layout, vector)
    return [f"data_{name} = {texts[name]}" for name in names]


def _copied(row, out):
    """A loop, as array assignments take seconds to compile; too few numbers are an error."""
    return [
        f"if len({row}) != {out}.size:",
        "    raise ValueError",
        f"for i in range({out}.size):",
        f"    {out}[i] = {row}[i]",
    ]


def _made(head, lines, **scope):
    """A function from its text, which holds names of ours and of `inspect` only."""
    scope["np"] = np
    exec(f"def {head}:\n" + "".join(f"    {line}\n" for line in lines), scope)
    return scope[head.split("(")[0]]


# --- Compiled once ----------------------------------------------------------------


@lru_cache(maxsize=128)
def _compiled(kind, function, code, make, *how):
    """`compiled` once; code : the function's, which %autoreload exchanges in place."""
    from . import kernels

    try:
        done = kernels.compile_function(make(kernels.checked(function), *how), kind)
        return done, "", seen(function)
    except TypeError as error:
        return None, str(error), {}


def compiled(kind, who, function, make, *how):
    """(what the loop calls, compiled; "" or why not, in a sentence), `make` wrapping it.

    What a function reads from elsewhere is frozen when it is compiled. Where that has changed
    since, the compiled function is no longer the reader's.
    """
    from . import kernels

    if not kernels.HAVE_NUMBA:
        return None, kernels.WHY_NOT
    if not inspect.isfunction(plain(function)):
        return None, f"{who} can't be compiled: it is no function of Python's, written with def"
    if any(one.kind is one.KEYWORD_ONLY for one in parameters(function)):
        return None, f"{who} can't be compiled: Numba knows no * among the arguments, leave it out"
    done, why, then = _compiled(kind, function, plain(function).__code__, make, *how)
    if why:
        return None, f"{who} can't be compiled: {why}"
    now = seen(function)
    changed = [name for name in now if name not in then or now[name] != then[name]]
    if changed:
        return None, (
            f"{who} reads {changed[0]}, which has changed since {who} was compiled: give it as "
            f"data={{{changed[0].rpartition('.')[2]!r}: ...}}"
        )
    return done, ""


def seen(function, known=None):
    """What a function reads from elsewhere, name -> something that tells values apart.

    known : the ids of functions that are being read; each is read once.
    """
    function, found = plain(function), {}
    known = {id(function)} if known is None else known
    names = _names(function.__code__)
    reads = {one.name: one.default for one in parameters(function) or ()}
    reads |= function.__kwdefaults__ or {}
    reads |= {name: function.__globals__[name] for name in names if name in function.__globals__}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            reads[name] = cell.cell_contents
        except ValueError:  # not there yet
            continue
    for name, value in reads.items():
        if inspect.ismodule(value):  # what is read of it, all but what a module of Python defines
            for inner in names & vars(value).keys():
                if not inspect.isfunction(vars(value)[inner]):
                    found[f"{name}.{inner}"] = _mark(vars(value)[inner], known)
        else:
            found[name] = _mark(value, known)
    return found


def _names(code):
    inner = (constant for constant in code.co_consts if inspect.iscode(constant))
    return set(code.co_names).union(*map(_names, inner))


def _mark(value, known):
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, (bool, int, float, complex, str, bytes, np.generic, type(None))):
        return type(value), repr(value)  # NaN is NaN here
    if isinstance(value, (tuple, list)):
        return type(value), tuple(_mark(one, known) for one in value)
    if inspect.isfunction(plain(value)) and id(plain(value)) not in known:
        known.add(id(plain(value)))
        return id(plain(value)), plain(value).__code__, tuple(seen(value, known).items())
    return id(value)


@contextmanager
def undisturbed():
    """What is tried inside takes no random numbers away from a reader who has set a seed."""
    before = getstate(), np.random.get_state()  # noqa: NPY002 - a reader may use it
    try:
        yield
    finally:
        setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
