"""What the figures hold and draw, in numbers, as it was when the book was written.

    python tests/golden/figures.py

writes figures.json beside this file: of each live figure its state, and of each drawing its
axes, lines, marks, legends and words. After a change that is meant, record again, and read
the difference in git.
"""

import json
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np

import momentumlib as ml
from momentumlib import plot

FILE = Path(__file__).with_name("figures.json")
VALLEY, METHODS = ml.problems.quadratic(kappa=100), [ml.gd(0.01), ml.momentum(0.01), ml.nag(0.01)]


def my_step(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v


def run(method, problem=VALLEY, **settings):
    return ml.minimize(problem, method, **{"steps": 60, **settings})


GROWING = ml.schedules.nesterov()
LIVE = {
    "race": lambda: ml.live.race(VALLEY, METHODS),
    "race, own": lambda: ml.live.race(
        [ml.problems.beale(), ml.problems.saddle()], [my_step, ml.adam(0.1), ml.rmsprop(0.05)],
        steps=150, step=40, key="own", question="Which?", caption="Both.", alt="Two paths.",
    ),
    "race, best": lambda: ml.live.race(
        ml.problems.ravine(), [ml.nag(0.02, GROWING), ml.rmsprop(0.02, gamma=0.5)], mode="best",
        eta_range=(1e-3, 0.2), xlim=(-3, 3), ylim=(-2, 2), start=(-2, 1), steps=30,
    ),
    "race, himmelblau": lambda: ml.live.race(
        ml.problems.himmelblau(), my_step, eta=0.003, gamma=0.0, start=(1, 5), steps=20
    ),
    "rate_map": lambda: ml.live.rate_map(),
    "rate_map, nag": lambda: ml.live.rate_map(30, nag=True, eta=0.02, gamma=0.6, start=(-1, 3)),
    "one_step": lambda: ml.live.one_step(),
    "one_step, nag": lambda: ml.live.one_step(
        5, angle=30, follow="nag", start=(1, 2), step=4, steps=9, gamma=0.5, eta=0.2
    ),
    "per_coordinate": lambda: ml.live.per_coordinate(),
    "per_coordinate, rmsprop": lambda: ml.live.per_coordinate(
        20, angle=45, method="rmsprop", beta2=0.8, steps=40, step=12, start=(2, -3)
    ),
    "per_coordinate, raw": lambda: ml.live.per_coordinate(correct=False, steps=30, beta1=0.5),
    "designer": lambda: ml.live.designer(),
    "designer, drawn": lambda: ml.live.designer(
        50, method="nag", eta_schedule="step", gamma_schedule="drawn", drawn=(0.1, 0.9, 0.4),
        restart="every", k=33, length=90, steps=120,
    ),
    "noise": lambda: ml.live.noise(),
    "noise, effective": lambda: ml.live.noise(
        9, eta=0.02, gamma=0.8, batch=4, compare="effective", seed=5
    ),
    "noise, too far": lambda: ml.live.noise(4, eta=0.3, gamma=0.5, compare="effective"),
    "factors": lambda: ml.live.factors(20, eta=0.06, steps=12),
    "roots": lambda: ml.live.roots(0.3, gamma=0.7, steps=25),
    "spectrum": lambda: ml.live.spectrum(40, eta=0.07, gamma=0.4),
    "shoes": lambda: ml.live.shoes(20, angle=15, step=7, steps=20),
    "ball": lambda: ml.live.ball(),
    "ball, from the right": lambda: ml.live.ball(
        ml.problems.wavy(0.9, dim=1), eta=0.02, gamma=0.8, start=4.0, step=9, steps=30
    ),
    "memory": lambda: ml.live.memory(),
    "memory, at the end": lambda: ml.live.memory(5, eta=0.3, step=12, steps=12, start=(2, 2)),
    "translator": lambda: ml.live.translator(),
    "translator, adam": lambda: ml.live.translator("keras", "adam", eta=0.002, decay=0.1),
    "train_here": lambda: ml.live.train_here(steps=20, step=20, changes="10 0.02 0.5"),
}  # fmt: skip


def paths(ax):
    plot.landscape(VALLEY, ax)
    plot.path([run(method, steps=20) for method in METHODS], ax)


def losses(ax):
    runs = [run(ml.nag(0.01, GROWING), steps=150, restart=ml.restarts.on_gradient()),
            run(ml.gd(0.03)), run(ml.momentum(0.01), tol=1e-2, steps=300)]  # fmt: skip
    plot.loss(runs, ax, looks=["nag", "adam", "lion"], labels=["a", "b", "c"])


def rates(ax):
    eta, gamma = np.geomspace(0.001, 0.05, 30), np.linspace(0, 1, 20)
    plot.rate_map(eta, gamma, ml.theory.rate_map("momentum", eta, gamma, [1, 100]), ax)


def sequences(ax):
    plot.schedule([ml.schedules.cosine(0.1, 40), GROWING], 60, ax, labels=["η", "γ"], ylabel="x")


DRAWN = {
    "paths": paths,
    "path, dim": lambda ax: plot.path(run(ml.adam(0.3)), ax, steps=30, marks=False, labels=["A"]),
    "landscape": lambda ax: plot.landscape(
        ml.problems.himmelblau(), ax, xlim=(-6, 6), ylim=(-6, 6), points=31
    ),
    "losses": losses,
    "distance": lambda ax: plot.loss(run(ml.gd(0.01)), ax, y="distance"),
    "grad_norm": lambda ax: plot.loss(run(ml.gd(0.01)), ax, y="grad_norm"),
    "rates": rates,
    "sequences": sequences,
    "schedule": lambda ax: plot.schedule(GROWING, 10, ax),
    "roots": lambda ax: plot.roots(
        ml.theory.roots(ml.momentum(0.01, 0.5), [1.0, 100.0]), ax, labels=["1", "100"]
    ),
    "arrows": lambda ax: (
        plot.arrow((0, 0), (1, 2), ax, label="step"),
        plot.arrow((1, 1), (2, 0), ax, color="nag", dashed=True),
    ),
}


def number(x):
    return float(f"{x:.9g}") if np.isfinite(x) else str(x)


def summary(values):
    """Of many numbers: how many, the ends, and two sums that depend on each."""
    values = np.ma.compressed(np.ma.masked_invalid(np.asarray(values, float).ravel()))
    weights = np.cos(np.arange(values.size))
    ends = [number(x) for x in values[[0, -1]]] if values.size else []
    scale = np.abs(values).sum() or 1.0
    return [values.size, *ends, number(values.sum()), number((weights @ values) / scale)]


def color(c):
    return matplotlib.colors.to_hex(c, keep_alpha=True)


def described(figure):
    """A matplotlib figure in words and numbers; it is closed."""
    figure.canvas.draw()
    said = {"size": figure.get_size_inches().tolist(), "axes": []}
    said["texts"] = [[*map(number, t.get_position()), t.get_text(), t.get_size(), t.get_weight(),
                      color(t.get_color())] for t in figure.texts]  # fmt: skip
    free = figure.get_layout_engine() is None  # else matplotlib finds the places
    for ax in figure.axes:
        legend = ax.get_legend()
        said["axes"].append({
            "words": [ax.get_title(), ax.get_xlabel(), ax.get_ylabel()],
            "scales": [ax.get_xscale(), ax.get_yscale(), str(ax.get_aspect())],
            "limits": [number(x) for x in (*ax.get_xlim(), *ax.get_ylim())],
            "ticks": [t.get_text() for t in (*ax.get_xticklabels(), *ax.get_yticklabels())],
            "legend": legend and [
                *(t.get_text() for t in legend.get_texts()), legend._get_loc(), legend._ncols,
                [number(x) for x in legend.get_bbox_to_anchor().transformed(
                    ax.transAxes.inverted()).bounds],
            ],
            "lines": [
                [color(line.get_color()), str(line._unscaled_dash_pattern), line.get_linewidth(),
                 str(line.get_marker()), line.get_markersize(), color(line.get_markerfacecolor()),
                 str(line.get_markevery()), line.get_zorder(), line.get_alpha(),
                 summary(line.get_xdata()), summary(line.get_ydata())] for line in ax.lines
            ],
            "texts": [[*map(number, t.get_position()), t.get_text(), number(t.get_size()),
                       color(t.get_color()), t.get_ha(), t.get_va()] for t in ax.texts],
            "arrows": [[*map(number, t.xy), color(t.arrow_patch.get_edgecolor()),
                        str(t.arrow_patch.get_linestyle()), t.arrow_patch.get_linewidth()]
                       for t in ax.texts if getattr(t, "arrow_patch", None)],
            "fields": [
                [type(field).__name__, summary(field.get_array()),
                 [number(x) for x in getattr(field, "levels", [])], list(field.get_clim()),
                 summary(field.get_facecolor()), summary(field.get_linewidth()), field.get_zorder()]
                for field in ax.collections if field.get_array() is not None
            ],
            "patches": [[color(p.get_edgecolor()), color(p.get_facecolor()), p.get_linewidth(),
                         p.get_fill(), summary(p.get_path().vertices @ p.get_patch_transform()
                         .get_matrix()[:2, :2])] for p in ax.patches],
            "areas": [[summary(area.get_facecolor()), area.get_zorder(),
                       *(summary(path.vertices) for path in area.get_paths())]
                      for area in ax.collections if area.get_array() is None],
            **({"place": [number(x) for x in ax.get_position().bounds]} if free else {}),
            **({"images": [[*np.shape(image.get_array()), image.get_interpolation(),
                            summary(image.get_array())] for image in ax.images],
                "title": ax.title.get_size(), "frame": ax.axison} if ax.images else {}),
        })  # fmt: skip
    plt.close(figure)
    return said


def state(figure):
    """What Python keeps in step with the page, without the code and what is the same in all."""
    kept = {}
    for name, value in figure.get_state().items():
        if not name.startswith("_") and name not in ("layout", "tooltip", "tabbable", "tables"):
            kept[name] = len(value) > 100 if isinstance(value, bytes) else value
    return json.loads(json.dumps(kept))


def made(name):
    """What a figure holds and draws."""
    with plt.rc_context(plot.STYLE):
        if name in LIVE:
            figure = LIVE[name]()
            return {"state": state(figure), "still": described(figure.static())}
        figure, ax = plt.subplots()
        DRAWN[name](ax)
        return {"still": described(figure)}


if __name__ == "__main__":
    text = json.dumps({name: made(name) for name in LIVE | DRAWN}, ensure_ascii=False)
    for part in ('"axes": ', '{"words"', '"still"', '"lines"'):  # for git to show what changed
        text = text.replace(part, f"\n{part}")
    FILE.write_text(text + "\n", encoding="utf-8")
