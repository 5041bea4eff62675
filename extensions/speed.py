"""The measured times of benchmarks/results.json, as tables, numbers and a picture of a page.

`{speed-table} small regression` shows the rows of these parts, `{speed-targets}` what is aimed
at and what was reached, `{speed-roofline}` draws where the work stands between the limits, and
the role {speed}`latency` is one number.
"""

import sys
from pathlib import Path
from re import split, sub

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective, SphinxRole

from theme_figures import inline

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
import roofline
import targets

KEPT = {"all": "everything", "end": "the end", "costs": "costs", "3 numbers": "–"}
UNKNOWN = "(not measured)"


def said(number, unit=""):
    """A number as a reader wants it: two or three digits.

    >>> said(1234.5, "×"), said(0.456), said(3.21, "ms")
    ('1,230 ×', '0.46', '3.2 ms')
    """
    digits = 3 if number >= 100 else 2
    text = f"{float(f'{number:.{digits}g}'):,.{0 if number >= 10 else 1 if number >= 1 else 2}f}"
    return f"{text} {unit}".strip()


def table(heads, rows, widths):
    """A table of texts."""
    found = nodes.table(classes=["speed"])
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=width) for width in widths]
    line = lambda texts: nodes.row(
        "", *(nodes.entry("", nodes.paragraph("", text)) for text in texts)
    )
    group += nodes.thead("", line(heads))
    group += nodes.tbody("", *map(line, rows))
    found += group
    return found


class Speed(SphinxDirective):
    """What all of them share."""

    def results(self):
        """The stored results; the page is read anew when they change."""
        self.env.note_dependency(str(targets.RESULTS))
        return targets.load()


class Table(Speed):
    """The rows of some parts, and in each the contenders."""

    required_arguments, final_argument_whitespace = 1, True

    def run(self):
        """One table."""
        results, rows = self.results(), []
        for part in self.arguments[0].split():
            for row in results["parts"].get(part, {"rows": []})["rows"]:
                ours, work = targets.ms(row), row["work"]
                for who, time in row["times"].items():
                    kept = KEPT[time["output"]]
                    rows.append((work, who, said(time["ms"], "ms"), said(time["ms"] / ours), kept))
                    work = ""
        heads = "Work", "Who", "Time", "In ours", "Keeps"
        return [table(heads, rows, (36, 26, 14, 10, 14))]


class Targets(Speed):
    """What is aimed at, what was reached, and why not where it was not."""

    def run(self):
        """One table."""
        rows = []
        for target, found in targets.reached(self.results()):
            aim = f"{'at least' if target.least else 'at most'} {target.aim:g} {target.unit}"
            if found is None:
                rows.append((target.work, aim, "not measured", ""))
            else:
                word = "Met." if target.met(found) else limited(target.limit, self.results())
                rows.append((target.work, aim, said(found, target.unit), word))
        return [table(("Work", "Aim", "Reached", ""), rows, (28, 16, 14, 42))]


def limited(text, results):
    """A limit's sentences, without those whose numbers were not measured yet, if any is left.

    >>> limited("It has {cores} cores. It takes {bound}.", {"environment": {"cores": 2}})
    'It has 2 cores.'
    """
    told = [filled(sentence, results) for sentence in split(r"(?<=\.) (?=[A-Z])", text)]
    return " ".join(sentence for sentence in told if UNKNOWN not in sentence) or " ".join(told)


def filled(text, results):
    """A text with the numbers that its braces name."""
    return sub(r"\{(.*?)\}", lambda name: number(name[1], results), text)


def number(name, results):
    """One of NUMBERS, as text."""
    return targets.measured(NUMBERS[name], results) or UNKNOWN


def visited(rate):
    """The numbers of visits to pages, at a part of the speed."""
    at, ms = f"÷ {rate}", lambda measure: lambda results: said(measure(results), "ms")
    return {
        "event": ms(targets.bare(at, "event")),
        "event-script": ms(targets.page(at, "events", f"script {at}")),
        "event-layout": ms(targets.page(at, "events", f"layout {at}")),
        "first": ms(targets.bare(at)),
        "first-paint": ms(targets.page(at, of=f"paint {at}")),
        "first-slider": ms(targets.page(at, of=f"slider {at}")),
    }


NUMBERS = {
    "processor": lambda r: r["environment"]["processor"],
    "cores": lambda r: str(r["environment"]["cores"]),
    "versions": lambda r: ", ".join(f"{k} {v}" for k, v in r["environment"]["packages"].items()),
    "latency": lambda r: said(r["parts"]["machine"]["limits"]["latency"], "ns"),
    "apart": lambda r: said(
        r["parts"]["grid"]["limits"]["apart"] / r["parts"]["grid"]["limits"]["peak"], "times"
    ),
    "sweep": lambda r: said(targets.ms(targets.row(r, "grid", "valley")), "ms"),
    "sweep-steps": lambda r: said(r["parts"]["grid"]["limits"]["steps"], "ms"),
    "bound": lambda r: said(1e3 * targets.latency_bound(r), "µs"),
    "pointer": lambda r: said(targets.pointer(r), "ns"),
    "ours": lambda r: said(1e3 * targets.ms(targets.row(r, "small", "momentum quadratic")), "µs"),
    "call": lambda r: said(1e3 * targets.ms(targets.row(r, "small", "call")), "µs"),
    "call-100": lambda r: said(1e3 * targets.ms(targets.row(r, "scaling", "steps 100")), "µs"),
    **{f"{name} ÷ {rate}": number for rate in (1, 4) for name, number in visited(rate).items()},
    "network": lambda r: said(targets.ms(targets.row(r, "network", "network")), "ms"),
    "network-alone": lambda r: said(r["parts"]["network"]["limits"]["alone"], "ms"),
    "sent": lambda r: said(targets.sent(r), "ms on its way"),
    "optax-all": lambda r: said(1e3 * optax(r, "momentum", "all"), "µs"),
    "optax-all-quarter": lambda r: said(1e3 * optax(r, "momentum", "all") / 4, "µs"),
    "optax-end": lambda r: said(1e3 * optax(r, "momentum", "end"), "µs"),
    "optax-quarter": lambda r: said(1e3 * optax(r, "momentum", "end") / 4, "µs"),
    "optax-adam": lambda r: said(1e3 * optax(r, "adam", "all"), "µs"),
    "verdict": lambda r: (
        "less than the chain allows: four times as fast as optax is not possible in this order"
        if optax(r, "momentum", "end") / 4 < targets.latency_bound(r)
        else "more than the chain allows, but a call has its own cost"
    ),
    "hot": lambda r: said(hot_and_cold(r, ""), "times"),
    "cold": lambda r: said(hot_and_cold(r, ", cold"), "times"),
    "axpy": lambda r: said(roofline.axpy(r), "GB/s"),
    "share": lambda r: said(targets.share_of_axpy(r), "times"),
    "fused-single": lambda r: said(
        targets.ratio(targets.row(r, "large", "momentum float32"), "PyTorch, fused"), "times"
    ),
    "adam": lambda r: said(1e3 * targets.ms(targets.row(r, "small", "adam quadratic")), "µs"),
    "adam-bound": lambda r: said(1e3 * targets.adam_bound(r), "µs"),
    "root": lambda r: said(r["parts"]["machine"]["limits"]["root"], "ns"),
    "division": lambda r: said(r["parts"]["machine"]["limits"]["division"], "ns"),
    "cold-start": lambda r: said(targets.start("cold")(r), "ms"),
    "warm-start": lambda r: said(targets.start("warm")(r), "ms"),
    "numba-start": lambda r: said(targets.start("Numba alone")(r), "ms"),
    "function": lambda r: said(
        targets.ms(targets.row(r, "grid", "any function as method"))
        / targets.ms(targets.row(r, "grid", "valley")),
        "times",
    ),
    "dask": lambda r: said(
        targets.ms(targets.row(r, "scaling", "Dask workers 1"))
        / targets.ms(targets.row(r, "scaling", "Dask workers 2")),
        "times",
    ),
}


def optax(results, name, output):
    """Milliseconds of optax's fastest run in the valley with this output."""
    row = targets.row(results, "small", f"{name} quadratic")
    return targets.ratio(row, "optax", output) * targets.ms(row)


def hot_and_cold(results, end):
    """How many times as long NumPy takes."""
    row = targets.row(results, "small", "cold")
    return targets.ms(row, f"NumPy{end}") / targets.ms(row, f"momentumlib{end}")


class Number(SphinxRole):
    """One number of the results."""

    def run(self):
        """Its text."""
        self.env.note_dependency(str(targets.RESULTS))
        return [nodes.Text(number(self.text, targets.load()))], []


class Roofline(Speed):
    """The picture; the content is its caption."""

    has_content = True
    option_spec = {"alt": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """A figure with the drawing inside the page."""
        results = self.results()
        if targets.measured(roofline.axpy, results) is None:
            return [nodes.paragraph("", UNKNOWN)]
        svg = inline(roofline.drawn(results), "roofline-", self.options["alt"])
        figure = nodes.figure("", nodes.raw("", svg, format="html"), ids=["fig-roofline"])
        caption, messages = self.parse_inline("\n".join(self.content))
        figure += nodes.caption("", "", *caption)
        return [figure, *messages]


def setup(app):
    """Tables, numbers and the picture."""
    app.add_directive("speed-table", Table)
    app.add_directive("speed-targets", Targets)
    app.add_directive("speed-roofline", Roofline)
    app.add_role("speed", Number())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
