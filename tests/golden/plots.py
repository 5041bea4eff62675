"""What momentumlib.plot draws, artist by artist: its lines, areas, words and axes.

    python tests/golden/plots.py

writes plots.json beside this file; a change of a figure that is meant is recorded again.
"""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_hex

import momentumlib as ml
from momentumlib import palette, plot

FILE = Path(__file__).with_name("plots.json")
VALLEY = ml.problems.quadratic(kappa=10)


def runs():
    """One of each method, with restarts, and one that diverges."""
    made = [ml.minimize(VALLEY, getattr(ml, name)(0.01), steps=4) for name in palette.DASHES]
    again = ml.minimize(VALLEY, ml.momentum(0.05), steps=12, restart=ml.restarts.every(5))
    return [*made, again, ml.minimize(VALLEY, ml.gd(1.0), steps=200)]


def schedules():
    return [ml.schedules.linear(0.1, 0.9, 5), ml.schedules.constant(0.5)]


def rates(ax, **settings):
    eta, gamma = np.geomspace(0.01, 0.5, 12), np.linspace(0, 1, 8)
    plot.rate_map(eta, gamma, ml.theory.rate_map("nag", eta, gamma, [1, 10]), ax, **settings)


DRAWN = {
    "landscape": lambda ax: plot.landscape(ml.problems.himmelblau(), ax, points=21),
    "landscape of its own": lambda ax: plot.landscape(
        ml.problems.logistic(9, 2), ax, xlim=(0, 1), ylim=(-1, 2), points=5
    ),
    "path": lambda ax: plot.path(runs()[:9], ax),
    "path, shorter": lambda ax: plot.path(runs()[9], ax, steps=3, marks=False, labels=["one"]),
    "looks": lambda ax: plot.path(runs()[:2], ax, steps=0, looks=["own", "adam"]),
    "loss": lambda ax: plot.loss(runs(), ax),
    "distance": lambda ax: plot.loss(runs()[:2], ax, y="distance"),
    "schedule": lambda ax: plot.schedule(schedules(), 6, ax),
    "schedule of one": lambda ax: plot.schedule(
        schedules()[0], 1, ax, labels=["γ"], ylabel="η"
    ),
    "rate_map": rates,
    "rate_map, levels": lambda ax: rates(ax, levels=[0.5, 0.9, 1, 2], label="σ"),
    "roots": lambda ax: plot.roots(np.arange(10).reshape(5, 2) * (0.1 + 0.2j), ax),
    "roots, labels": lambda ax: plot.roots([1j, 2], ax, labels=["a pair"]),
    "arrow": lambda ax: plot.arrow([0, 1], [2, 3], ax, label="a"),
    "arrow, dashed": lambda ax: plot.arrow([0, 1], [2, 3], ax, color="v", dashed=True),
}  # fmt: skip


def some(numbers):
    """How many numbers, the first ones and their sum."""
    numbers = np.ma.filled(np.ma.asarray(numbers, float), 0.0).ravel()
    return [numbers.size, *numbers[:3].tolist(), float(numbers.sum())]


def line(one):
    return {
        "x": some(one.get_xdata()), "y": some(one.get_ydata()), "label": one.get_label(),
        "color": to_hex(one.get_color()), "width": one.get_linewidth(),
        "dash": [one.get_linestyle(), *_dash(one)], "marker": one.get_marker(),
        "size": one.get_markersize(), "face": to_hex(one.get_markerfacecolor()),
        "above": one.get_zorder(),
    }  # fmt: skip


def _dash(one):
    offset, dashes = one._unscaled_dash_pattern
    return [offset, *(dashes or ())]


def area(one):
    return {
        "levels": some(one.levels), "width": np.ravel(one.get_linewidths()).tolist(),
        "colors": [to_hex(c) for c in (*one.get_facecolors(), *one.get_edgecolors())],
        "points": some([len(path.vertices) for path in one.get_paths()]),
        "above": one.get_zorder(),
    }  # fmt: skip


def arrow(one):
    patch = one.arrow_patch
    return {
        "from": list(map(float, one.xyann)), "to": list(map(float, one.xy)),
        "color": to_hex(patch.get_facecolor()), "width": patch.get_linewidth(),
        "dash": str(patch.get_linestyle()), "style": patch.get_arrowstyle().__class__.__name__,
        "shrunk": [patch.shrinkA, patch.shrinkB], "above": one.get_zorder(),
    }  # fmt: skip


def made(name):
    """Everything on the axes, as JSON holds it."""
    with plt.rc_context(plot.STYLE):
        figure, ax = plt.subplots()
        DRAWN[name](ax)
        legend, others = ax.get_legend(), figure.axes[1:]
        told = {
            "lines": [line(one) for one in ax.lines],
            "areas": [area(one) for one in ax.collections],
            "arrows": [arrow(one) for one in ax.texts],
            "axes": [ax.get_xlabel(), ax.get_ylabel(), ax.get_xscale(), ax.get_yscale(),
                     ax.get_aspect(), some(ax.get_xlim()), some(ax.get_ylim())],
            "grid": [any(one.get_visible() for one in lines)
                     for lines in (ax.get_xgridlines(), ax.get_ygridlines())],
            "ticks": [one.get_text() for one in ax.get_xticklabels()],
            "legend": legend and [[one.get_text() for one in legend.get_texts()], legend._loc,
                                  some(legend.get_bbox_to_anchor().bounds)],
            "bar": [[bar.get_ylabel(), some(bar.get_yticks()), bar.spines["outline"].get_visible(),
                     [one.get_text() for one in bar.get_yticklabels()]] for bar in others],
        }  # fmt: skip
        plt.close(figure)
    return json.loads(json.dumps(told, ensure_ascii=False))


def style():
    """The book's look, as JSON holds it."""
    return json.loads(json.dumps(plot.STYLE, default=str))


if __name__ == "__main__":
    rows = {"style": style()} | {name: made(name) for name in DRAWN}
    text = json.dumps(rows, ensure_ascii=False)
    for name in rows:  # for git to show what changed
        text = text.replace(f'"{name}": {{', f'\n"{name}": {{')
    FILE.write_text(text + "\n", "utf-8")
