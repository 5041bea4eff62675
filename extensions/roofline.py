"""Where the measured work stands between the limits of the machine, as a picture."""

import io

from targets import measured, ms, row

ROWS, DIM, STEPS = 1000, 100, 500  # of the logistic regression


def axpy(results):
    """Its speed in double precision."""
    return row(results, "large", "momentum float64")["times"]["axpy"]["GB/s"]


def sweep(part):
    """GF/s of a sweep."""
    return lambda results: (
        results["parts"][part]["limits"]["operations"]
        / ms(results["parts"][part]["rows"][0]) * 1e3
    )  # fmt: skip


def logistic(results):
    """GF/s of the logistic regression: a product and a sum for each number, twice."""
    work = 4 * ROWS * DIM * STEPS / 1e6
    return work / ms(row(results, "regression", "logistic"))


def step_of(name, per_byte):
    """GF/s of a step on many parameters."""
    step = lambda results: row(results, "large", f"{name} float64")
    return lambda results: per_byte * step(results)["times"]["momentumlib"]["GB/s"]


def two(results):
    """GF/s of the run on two coordinates, 16 operations a step."""
    return 16 * 10_000 / 1e6 / ms(row(results, "small", "momentum quadratic"))


#: What the picture shows: name, operations for each byte, GF/s, mark, color.
POINTS = (
    ("sweep, one core", 2.0, sweep("grid"), "o", "momentum"),
    ("sweep, all cores", 2.0, sweep("threads"), "s", "momentum"),
    ("logistic regression", 0.5, logistic, "D", "nag"),
    ("10⁷ parameters, momentum", 4 / 40, step_of("momentum", 4 / 40), "v", "adam"),
    ("10⁷ parameters, Adam", 14 / 56, step_of("adam", 14 / 56), "^", "adam"),
    ("two coordinates", 0.5, two, "P", "rmsprop"),
)


def drawn(results):
    """The roofline as SVG."""
    from matplotlib.figure import Figure

    from momentumlib import palette, plot

    with plot.plt.rc_context(plot.STYLE):
        figure = Figure(figsize=(6.4, 4.2), layout="constrained")
        axes, light = figure.add_subplot(), palette.LIGHT
        cores = results["environment"]["cores"]
        peak = results["parts"]["machine"]["limits"]["peak"]
        across = (0.06, 60)
        for top, dashes, word in ((peak * cores, "-", "all cores"), (peak, "--", "one core")):
            roof = [
                min(top, axpy(results) * x) for x in (across[0], top / axpy(results), across[1])
            ]
            axes.plot((across[0], top / axpy(results), across[1]), roof, dashes, color=light["ink"])
            axes.annotate(word, (across[1], top), (-4, 4), textcoords="offset points", ha="right")
        for name, x, measure, mark, color in POINTS:
            y = measured(measure, results)
            if y is not None:
                axes.plot(x, y, mark, color=light[color], label=name, ms=8, ls="none")
        axes.set(xscale="log", yscale="log", xlim=across, xlabel="operations for each byte moved",
                 ylabel="10⁹ operations a second")  # fmt: skip
        axes.legend(loc="lower right")
        out = io.StringIO()
        figure.savefig(out, format="svg", **plot.SVG)
    return out.getvalue()
