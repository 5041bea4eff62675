"""How the book's static figures look: their style, and each method's color and dashes."""

import matplotlib.pyplot as plt

from .arguments import one_of
from .palette import DASHES, LIGHT
from .run import Run

INK, MUTED, PAPER = LIGHT["ink"], LIGHT["muted"], LIGHT["paper"]

STYLE = {
    "figure.figsize": (5.5, 3.4), "figure.facecolor": PAPER, "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER, "axes.edgecolor": MUTED, "axes.labelcolor": INK,
    "axes.titlecolor": INK, "axes.titlesize": 11, "axes.titleweight": "regular",
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "axes.grid": False, "grid.color": LIGHT["grid"], "grid.linewidth": 0.8,
    "axes.prop_cycle": plt.cycler(color=[LIGHT[n] for n in DASHES]),
    "text.color": INK, "xtick.color": MUTED, "ytick.color": MUTED,
    "legend.frameon": False, "legend.labelcolor": INK, "lines.linewidth": 1.8,
    "font.size": 10.5, "figure.constrained_layout.use": True,
    "svg.hashsalt": "momentum", "svg.fonttype": "path", "path.simplify_threshold": 0.3,
}  # fmt: skip

#: How a figure becomes SVG: in few words, and the same ones on another day.
SVG = {"backend": "module://momentumlib.drawing", "metadata": {"Date": None, "Creator": None}}


def style():
    """Set the book's look for matplotlib, and SVG as the notebook's figure format.

    Call it once, in the first cell of a notebook.
    """
    plt.rcParams.update(STYLE)
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # plain Python, no notebook
        return
    set_matplotlib_formats("svg", **SVG)


def named(argument, name):
    """Color and line style of the method that an argument names."""
    name = "lion" if one_of(argument, name, (*DASHES, "own")) == "own" else name
    return {"color": LIGHT[name], "linestyle": DASHES[name]}


def look(role):
    """Color and line style of a method's name, or of a run's method, for `ax.plot`."""
    return named("role", role.method.name if isinstance(role, Run) else role)
