"""What a page can call: the exports of the modules, and the kernels behind them.

Each export: its kernel, its parameters, and the shapes of the kernel's arrays. Arrays that
the page does not give (noise, at, carry) are scratch on the stack.
"""

import inspect

from numba import float32, float64, int32, types

from ... import kernels, landscapes
from ...layers import LANES

ENTRIES = {
    "run": (
        "simulate",
        "code ahead correct params dim nparams work hyper steps restart_kind restart_k tol "
        "path states marks result",
        {
            "params": ["nparams"], "work": [6, "dim"], "hyper": ["steps", 5], "noise": [0, "dim"],
            "path": ["rows", "dim"], "states": ["kept", 3, "dim"], "marks": ["steps"],
            "result": [3], "carry": [6],
        },
    ),
    "advance": (
        "advance",
        "code ahead correct by_rule data params nparams dim work nwork carry hyper nhyper noise "
        "nnoise restart_kind restart_k tol keep first last steps path rows losses nlosses norms "
        "nnorms states nstates marks nmarks result",
        {
            "data": [0], "params": ["nparams"], "work": ["nwork", "dim"], "carry": [6],
            "hyper": ["nhyper", 5], "noise": ["nnoise", "dim"], "path": ["rows", "dim"],
            "losses": ["nlosses"], "norms": ["nnorms"], "states": ["nstates", 3, "dim"],
            "marks": ["nmarks"], "result": [3],
        },
    ),
    "values": (
        "evaluate",
        "params dim nparams points n out",
        {"params": ["nparams"], "points": ["n", "dim"], "at": ["dim"], "out": ["n"]},
    ),
    "grad": (
        "grad",
        "params dim nparams theta out",
        {"params": ["nparams"], "theta": ["dim"], "out": ["dim"]},
    ),
    "rates": (
        "rates",
        "nag eta n_eta gamma n_gamma eigenvalues n_eig out",
        {
            "eta": ["n_eta"], "gamma": ["n_gamma"], "eigenvalues": ["n_eig"],
            "out": ["n_gamma", "n_eta"],
        },
    ),
}  # fmt: skip

#: The loops of a network: numbers in float32, but for what is named in WIDE.
LAYERS = {
    "load": (
        "images count height width below which out",
        {
            "images": ["count", "height", "width", "below"], "which": [LANES],
            "out": ["height", "width", "below", LANES],
        },
    ),
    "forward": (
        "x height width below weights size bias stride pad out rows columns above",
        {
            "x": ["height", "width", "below", LANES], "weights": ["above", "size", "size", "below"],
            "bias": ["above"], "out": ["rows", "columns", "above", LANES],
        },
    ),
    "rectify": ("x n", {"x": ["n"]}),
    "mask": ("x dx n", {"x": ["n"], "dx": ["n"]}),
    "weight_grad": (
        "x height width below d rows columns above stride pad dw size db total",
        {
            "x": ["height", "width", "below", LANES], "d": ["rows", "columns", "above", LANES],
            "dw": ["above", "size", "size", "below"], "db": ["above"], "total": ["above", LANES],
        },
    ),
    "input_grad": (
        "d rows columns above weights size stride pad dx height width below",
        {
            "d": ["rows", "columns", "above", LANES], "weights": ["above", "size", "size", "below"],
            "dx": ["height", "width", "below", LANES],
        },
    ),
    "cost": (
        "scores classes labels share d out",
        {
            "scores": ["classes", LANES], "labels": [LANES], "d": ["classes", LANES], "out": [1],
        },
    ),
    "move": (
        "theta n v g eta gamma single", {name: ["n"] for name in ("theta", "v", "g", "single")},
    ),
}  # fmt: skip
WIDE = {("cost", "out"), ("move", "theta"), ("move", "v")}
ENTRIES |= {name: (name, *rest) for name, rest in LAYERS.items()}
#: The same in float64.
DOUBLE = "double_"
ENTRIES |= {DOUBLE + name: (DOUBLE + name, *rest) for name, rest in LAYERS.items()}

#: What is compiled once, whatever it is put together with.
KERNELS = (
    "simulate", "advance", "evaluate", "rates", "nothing", *LAYERS,
    *(DOUBLE + name for name in LAYERS),
)  # fmt: skip
WHOLE = {"marks", "result", "which", "labels"}
NUMBERS = {"tol", "share", "eta", "gamma"}
FIXED = {"params", "data"}


def kernel(name):
    """The function of a kernel, ready to be compiled."""
    if (name := name.removeprefix(DOUBLE)) not in LAYERS:
        return getattr(kernels, name)
    from .networks import loops

    return loops()[name].py_func


def parameters(entry):
    """The parameters of an export's kernel, and their Numba types."""
    name, _, shapes = ENTRIES[entry]
    of = landscapes.saddle_grad if name == "grad" else kernel(name)  # any problem's gradient

    def number_type(name):
        if name in WHOLE:
            return int32
        return float32 if entry in LAYERS and (entry, name) not in WIDE else float64

    def numba_type(name):
        if name in kernels.signatures():
            return types.FunctionType(kernels.signatures()[name])
        if name in shapes:
            return types.Array(number_type(name), len(shapes[name]), "C", readonly=name in FIXED)
        if name == "restart":
            return types.UniTuple(int32, 2)
        return float64 if name in NUMBERS else int32

    return {name: numba_type(name) for name in inspect.signature(of).parameters}
