"""Static figures: functions of (problem, runs) that draw on given axes and return them.

They draw, they never compute a run. Colours come from the palette, so that the page can
turn them with the reader's theme; each method has a line style of its own, too.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .palette import DASHES, LEVELS, LIGHT, MAP
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


def _axes(ax):
    return plt.gca() if ax is None else ax


def _runs(runs):
    return [runs] if isinstance(runs, Run) else list(runs)


def look(role):
    """Color and line style of a method's name, or of a run's method, for `ax.plot`."""
    name = role.method.name if isinstance(role, Run) else role
    name = name if name in DASHES else "lion"
    return {"color": LIGHT[name], "linestyle": DASHES[name]}


def landscape(problem, ax=None, *, xlim=(-5, 5), ylim=(-3, 3), points=101):
    """Filled contours of a two-parameter problem, dark where J is low, a star at the minimum.

    The levels are evenly spaced in √(J − lowest), which shows valley and rim alike.
    """
    ax = _axes(ax)
    x, y = np.linspace(*xlim, points), np.linspace(*ylim, points)
    values = problem.values(np.stack(np.meshgrid(x, y), axis=-1))
    low = values.min() if problem.minimum is None else min(problem.minimum, values.min())
    height = np.sqrt(values - low)
    levels = np.linspace(0, height.max(), len(LEVELS) + 1)
    ax.contourf(x, y, height, levels, colors=LEVELS).set_edgecolor("face")
    ax.contour(x, y, height, levels[1:-1], colors=LIGHT["level0"], linewidths=0.6)
    if problem.minimizer is not None:
        ax.plot(*np.atleast_2d(problem.minimizer).T, "*", color=INK, ms=10, zorder=4)
    ax.set(xlim=xlim, ylim=ylim, xlabel="θ₁", ylabel="θ₂")
    return ax


def path(runs, ax=None, *, steps=None, marks=True, labels=None, looks=None):
    """The way of each run over the landscape (two parameters); a dot for each step.

    looks : names of methods whose looks to use instead, to tell runs of one method apart.
    """
    ax = _axes(ax)
    box = (ax.get_xlim(), ax.get_ylim())
    for i, run in enumerate(_runs(runs)):
        theta = run.theta[: None if steps is None else steps + 1]
        label, style = labels[i] if labels else run.method.label, look(looks[i] if looks else run)
        ax.plot(*theta.T, **style, lw=1.4, label=label, zorder=3)
        if marks:
            ax.plot(*theta.T, ".", color=style["color"], ms=4, zorder=3)
        ax.plot(*theta[0], "o", color=INK, mfc=PAPER, ms=6, zorder=5)
    if ax.collections:  # a landscape is there: keep its frame
        ax.set(xlim=box[0], ylim=box[1])
    ax.legend(loc="upper right")
    return ax


def loss(runs, ax=None, *, y="gap", labels=None, looks=None):
    """Logarithmic curves over the steps; restarts are marked.

    labels, looks : as for `path`.
    y : "gap" for J − J*, "loss" for J, "distance" for ‖θ − θ*‖, "grad_norm".
    """
    ax = _axes(ax)
    names = {"gap": "J(θ) − J*", "loss": "J(θ)", "distance": "‖θ − θ*‖", "grad_norm": "‖∇J(θ)‖"}
    for i, run in enumerate(_runs(runs)):
        values, style = getattr(run, y), look(looks[i] if looks else run)
        ax.semilogy(run.t, values, **style, label=labels[i] if labels else run.method.label)
        at = np.isin(run.t, run.restarts)
        ax.semilogy(run.t[at], values[at], "v", color=style["color"], ms=5)
    ax.set(xlabel="step t", ylabel=names[y])
    ax.grid(axis="y")
    ax.legend()
    return ax


def schedule(schedules, steps, ax=None, *, labels=None, ylabel="γ"):
    """Schedules over the steps of a run."""
    ax = _axes(ax)
    schedules = [schedules] if callable(schedules) else list(schedules)
    t = np.arange(steps)
    for i, (values, (name, dash)) in enumerate(
        zip(schedules, list(DASHES.items())[1:], strict=False)
    ):
        label = labels[i] if labels else repr(values)
        ax.plot(t, values(t), color=LIGHT[name], linestyle=dash, label=label)
    ax.set(xlabel="step t", ylabel=ylabel)
    ax.grid(axis="y")
    ax.legend()
    return ax


def rate_map(eta, gamma, rate, ax=None, *, label="rate per step", levels=None):
    """The (η, γ) plane coloured by a rate, shape (len(gamma), len(eta)); white where it diverges.

    η is on a logarithmic axis. The line marks rate 1, the edge of stability.
    """
    ax = _axes(ax)
    if levels is None:  # finer towards 1, where a small difference is many steps
        widest = 1 - np.floor(100 * np.nanmin(rate)) / 100
        levels = [*(1 - widest * np.geomspace(1, 0.01, len(MAP))), 1]
    filled = ax.contourf(eta, gamma, rate, levels, colors=MAP)
    filled.set_edgecolor("face")
    ax.contour(eta, gamma, rate, [1 + 1e-6], colors=INK, linewidths=1.2)
    ax.set(xscale="log", xlabel="learning rate η", ylabel="momentum coefficient γ")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    bar = ax.figure.colorbar(filled, ax=ax, label=label, spacing="uniform", ticks=levels[::2])
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    bar.outline.set_visible(False)
    return ax


def roots(values, ax=None, *, labels=None):
    """Roots σ in the complex plane with the unit circle; values (n, 2), complex."""
    ax = _axes(ax)
    turn = np.linspace(0, 2 * np.pi, 200)
    ax.plot(np.cos(turn), np.sin(turn), color=MUTED, lw=1)
    ax.axhline(0, color=LIGHT["grid"], lw=0.8, zorder=0)
    ax.axvline(0, color=LIGHT["grid"], lw=0.8, zorder=0)
    for i, pair in enumerate(np.atleast_2d(values)):
        name = list(DASHES)[1 + i % (len(DASHES) - 1)]
        label = labels[i] if labels else None
        ax.plot(pair.real, pair.imag, "os^D"[i % 4], color=LIGHT[name], label=label)
    ax.set(aspect="equal", xlabel="real part of σ", ylabel="imaginary part of σ")
    if labels:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def arrow(start, end, ax=None, *, color="ink", label=None, dashed=False):
    """An arrow between two points, in a colour of the palette."""
    ax = _axes(ax)
    style = {"arrowstyle": "-|>", "color": LIGHT[color], "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    style["linestyle"] = (0, (4, 2)) if dashed else "-"
    ax.annotate("", xy=end, xytext=start, arrowprops=style, zorder=4)
    ax.plot([], [], color=LIGHT[color], linestyle=style["linestyle"], label=label)
    return ax
