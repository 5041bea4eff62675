"""Static figures: functions of (problem, runs) that draw on given axes and return them.

They draw, they never compute a run. Colours come from the palette, so that the page can
turn them with the reader's theme; each method has a line style of its own, too.

Throughout, ax is matplotlib's Axes to draw on, the current ones by default; what is not as
it must be raises a TypeError or ValueError that names the argument.
"""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .arguments import finite, flag, listed, numbers, one_of, short, span, text, vector, whole
from .looks import INK, MUTED, PAPER, STYLE, SVG, look, named, style  # noqa: F401 - plot's, too
from .palette import DASHES, LEVELS, LIGHT, MAP
from .problems import Problem
from .run import Run
from .values import values_of


def _axes(ax):
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"ax must be matplotlib's Axes, but is {short(ax)}")
    return plt.gca() if ax is None else ax


def _runs(runs):
    runs = [runs] if isinstance(runs, Run) else listed("runs", runs)
    for run in runs:
        if not isinstance(run, Run):
            raise TypeError(f"runs must be what ml.minimize gives, but one is {short(run)}")
    return runs


def _each(argument, value, what, count):
    """A text for each of the `count` curves of the argument `what`, or None."""
    if value is None:
        return None
    texts = [text(argument, one) for one in listed(argument, value)]
    if len(texts) != count:
        raise ValueError(
            f"{argument} must hold {count}, one for each of {what}, but holds {len(texts)}"
        )
    return texts


def _legend(runs, labels):
    """The words for each run: the reader's, or its method's and whether it diverged."""
    ends = {"diverged": ", diverged"}
    return _each("labels", labels, "runs", len(runs)) or [
        run.method.label + ends.get(run.status, "") for run in runs
    ]


def _looks(runs, looks):
    roles = _each("looks", looks, "runs", len(runs)) or [run.method.name for run in runs]
    return [named("looks", role) for role in roles]


def landscape(problem, ax=None, *, xlim=(-5, 5), ylim=(-3, 3), points=101):
    """Filled contours of a two-parameter problem, dark where J is low, a star at the minimum.

    xlim, ylim : (low, high), the frame.  points : on each side of the grid, 2 to 2000.
    The levels are evenly spaced in √(J − lowest), which shows valley and rim alike.
    """
    if not isinstance(problem, Problem) or problem.dim != 2:
        raise TypeError(f"problem must be a Problem with two parameters, but is {short(problem)}")
    xlim, ylim = span("xlim", xlim), span("ylim", ylim)
    whole("points", points, 2, 2000)
    ax = _axes(ax)
    x, y = np.linspace(*xlim, points), np.linspace(*ylim, points)
    values = problem.values(np.stack(np.meshgrid(x, y), axis=-1))
    values = np.ma.masked_invalid(values)
    if values.mask.all():
        raise ValueError(
            f"problem must have finite values in the frame, but {problem.name} has none"
        )
    low = values.min() if problem.minimum is None else min(problem.minimum, values.min())
    height = np.ma.sqrt(values - low)
    levels = np.linspace(0, height.max() or 1.0, len(LEVELS) + 1)
    ax.contourf(x, y, height, levels, colors=LEVELS).set_edgecolor("face")
    ax.contour(x, y, height, levels[1:-1], colors=LIGHT["level0"], linewidths=0.6)
    if problem.minimizer is not None:
        ax.plot(*np.atleast_2d(problem.minimizer).T, "*", color=INK, ms=10, zorder=4)
    ax.set(xlim=xlim, ylim=ylim, xlabel="θ₁", ylabel="θ₂")
    return ax


def path(runs, ax=None, *, steps=None, marks=True, labels=None, looks=None):
    """The way of each run over the landscape (two parameters); a dot for each step.

    runs : one or several.  steps : how far, the whole way by default.  marks : the dots.
    labels : words for the legend, the methods' own by default.
    looks : names of methods whose looks to use instead, to tell runs of one method apart.
    """
    runs = _runs(runs)
    for run in runs:
        if run.theta.shape[1] != 2:
            raise ValueError(
                f"runs must have two parameters to be drawn, but one has {run.theta.shape[1]}"
            )
    last = None if steps is None else whole("steps", steps, 0) + 1
    labels, styles = _legend(runs, labels), _looks(runs, looks)
    flag("marks", marks)
    ax = _axes(ax)
    box = (ax.get_xlim(), ax.get_ylim())
    for run, label, line in zip(runs, labels, styles, strict=True):
        theta = run.theta[:last]
        ax.plot(*theta.T, **line, lw=1.4, label=label, zorder=3)
        if marks:
            ax.plot(*theta.T, ".", color=line["color"], ms=4, zorder=3)
        ax.plot(*theta[0], "o", color=INK, mfc=PAPER, ms=6, zorder=5)
    if ax.collections:  # a landscape is there: keep its frame
        ax.set(xlim=box[0], ylim=box[1])
    ax.legend(loc="upper right")
    return ax


def loss(runs, ax=None, *, y="gap", labels=None, looks=None):
    """Logarithmic curves over the steps; restarts are marked.

    runs, labels, looks : as for `path`.
    y : "gap" for J − J*, "loss" for J, "distance" for ‖θ − θ*‖, "grad_norm".
    Where a run diverged, the axis ends a million times above the start.
    """
    names = {"gap": "J(θ) − J*", "loss": "J(θ)", "distance": "‖θ − θ*‖", "grad_norm": "‖∇J(θ)‖"}
    one_of("y", y, names)
    runs = _runs(runs)
    labels, styles = _legend(runs, labels), _looks(runs, looks)
    try:
        curves = [getattr(run, y) for run in runs]
    except ValueError as error:
        raise ValueError(f'y="{y}" cannot be drawn: {error}') from None
    ax = _axes(ax)
    for run, values, label, line in zip(runs, curves, labels, styles, strict=True):
        ax.semilogy(run.t, values, **line, label=label)
        at = np.isin(run.t, run.restarts)
        ax.semilogy(run.t[at], values[at], "v", color=line["color"], ms=5)
    first = max(values[0] for values in curves)
    if any(run.status == "diverged" for run in runs) and first > 0 and ax.get_autoscaley_on():
        ax.set_ylim(ax.dataLim.minposy / 2, 1e6 * first)
    ax.set(xlabel="step t", ylabel=names[y])
    ax.grid(axis="y")
    ax.legend()
    return ax


def schedule(schedules, steps, ax=None, *, labels=None, ylabel="γ"):
    """Schedules over the steps of a run.

    schedules : a function of t, or several.  steps : how many of them, at least 1.
    labels : words for the legend, the schedules' own by default.
    """
    schedules = [schedules] if callable(schedules) else listed("schedules", schedules)
    for one in schedules:
        if not callable(one):
            raise TypeError(f"schedules must be functions of t, but one is {short(one)}")
    t = np.arange(whole("steps", steps, 1, 10**7))
    labels = _each("labels", labels, "schedules", len(schedules)) or [
        short(one) for one in schedules
    ]
    text("ylabel", ylabel)
    curves = [values_of("schedules", one, t) for one in schedules]
    ax = _axes(ax)
    looks = cycle(list(DASHES.items())[1:])
    for values, label, (name, dash) in zip(curves, labels, looks, strict=False):
        ax.plot(t, values, color=LIGHT[name], linestyle=dash, label=label)
    ax.set(xlabel="step t", ylabel=ylabel)
    ax.grid(axis="y")
    ax.legend()
    return ax


def rate_map(eta, gamma, rate, ax=None, *, label="rate per step", levels=None):
    """The (η, γ) plane coloured by a rate, shape (len(gamma), len(eta)); white where it diverges.

    eta, gamma : two or more numbers each, growing; η is above 0, on a logarithmic axis. The
    line marks rate 1, the edge of stability.  levels : where one colour ends, ten of them by
    default, up to 1.
    """
    eta, gamma = _growing("eta", eta), _growing("gamma", gamma)
    if eta[0] <= 0:
        raise ValueError(f"eta must be greater than 0, but is {short(eta)}")
    rate = np.ma.masked_invalid(numbers("rate", rate))
    if rate.shape != (gamma.size, eta.size):
        raise ValueError(
            f"rate must have shape (len(gamma), len(eta)), {(gamma.size, eta.size)}, "
            f"but has {rate.shape}"
        )
    text("label", label)
    edge = 1 + 1e-6  # where γ = 1 a rate is 1 to the last bit or two, on one processor or another
    if levels is not None:
        levels = _growing("levels", levels)
    elif not rate.min() < 1:  # not for a map of nothing either
        raise ValueError(f"rate must be below 1 somewhere, but its least is {rate.min()}")
    else:  # finer towards 1, where a small difference is many steps
        widest = 1 - np.floor(100 * rate.min()) / 100
        levels = [*(1 - widest * np.geomspace(1, 0.01, len(MAP))), edge]
    ax = _axes(ax)
    filled = ax.contourf(eta, gamma, rate, levels, colors=MAP)
    filled.set_edgecolor("face")
    if rate.min() < edge < rate.max():
        ax.contour(eta, gamma, rate, [edge], colors=INK, linewidths=1.2)
    ax.set(xscale="log", xlabel="learning rate η", ylabel="momentum coefficient γ")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    bar = ax.figure.colorbar(filled, ax=ax, label=label, spacing="uniform", ticks=levels[::2])
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    bar.outline.set_visible(False)
    return ax


def _growing(argument, value):
    array = vector(argument, value, None)
    if array.size < 2 or not (np.diff(array) > 0).all():
        raise ValueError(
            f"{argument} must hold two or more numbers that grow, but is {short(array)}"
        )
    return array


def roots(values, ax=None, *, labels=None):
    """Roots σ in the complex plane with the unit circle; values (n, 2), complex.

    labels : words for each of the n pairs.
    """
    try:
        parts = np.asarray(values, complex)
        parts = np.stack([finite("values", np.real(parts)), finite("values", np.imag(parts))])
    except (TypeError, ValueError, OverflowError):
        raise TypeError(
            f"values must hold finite complex numbers, but is {short(values)}"
        ) from None
    values = np.atleast_2d(parts[0] + 1j * parts[1])
    if values.ndim != 2:
        raise ValueError(f"values must have shape (n, 2), but has shape {values.shape}")
    labels = _each("labels", labels, "values", len(values))
    ax = _axes(ax)
    turn = np.linspace(0, 2 * np.pi, 200)
    ax.plot(np.cos(turn), np.sin(turn), color=MUTED, lw=1)
    ax.axhline(0, color=LIGHT["grid"], lw=0.8, zorder=0)
    ax.axvline(0, color=LIGHT["grid"], lw=0.8, zorder=0)
    for i, pair in enumerate(values):
        label, face = labels[i] if labels else None, PAPER if i % 2 else INK
        ax.plot(pair.real, pair.imag, "os^D"[i % 4], color=INK, mfc=face, label=label)
    ax.set(aspect="equal", xlabel="real part of σ", ylabel="imaginary part of σ")
    if labels:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def arrow(start, end, ax=None, *, color="ink", label=None, dashed=False):
    """An arrow between two points, in a colour of the palette."""
    start, end = vector("start", start, 2), vector("end", end, 2)
    one_of("color", color, LIGHT)
    if label is not None:
        text("label", label)
    flag("dashed", dashed)
    ax = _axes(ax)
    line = {"arrowstyle": "-|>", "color": LIGHT[color], "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    line["linestyle"] = (0, (4, 2)) if dashed else "-"
    ax.annotate("", xy=end, xytext=start, arrowprops=line, zorder=4)
    ax.plot([], [], color=LIGHT[color], linestyle=line["linestyle"], label=label)
    return ax
