"""What every live figure shares: its JavaScript, its style sheet, its static picture."""

import io
import re
from functools import cache
from pathlib import Path

import anywidget
import numpy as np
import traitlets as t

from ... import arguments, palette, problems
from ...methods import CODES, COLUMNS
from . import goals
from .traits import Checked

HERE = Path(__file__).parent
FIGURES = HERE.parent


#: What each script was put together from: its text -> the texts of its files, the figure's last.
PARTS = {}
#: What the text of a file offers to others: their names.
EXPORTS = {}


@cache
def script(name, folder=FIGURES):
    """`name`.js with the files it imports, as one self-contained ES module."""
    seen = []

    def gather(file):
        if file not in seen:
            text = file.read_text(encoding="utf-8")
            for other in re.findall(r'^import .* from "(\..*)";$', text, re.M):
                gather((file.parent / other).resolve())
            seen.append(file)

    gather((folder / f"{name}.js").resolve())
    parts = [part(file) for file in seen]
    text = "\n".join(parts) + "\n"
    PARTS[text] = parts
    return text


@cache
def part(file):
    """A file's text in a script: without imports, exports of names, indents and comments."""
    source = text = file.read_text(encoding="utf-8")
    text = re.sub(r"^import .*;$", "", text, flags=re.M)
    text = re.sub(r"^export \{.*\};$", "", text, flags=re.M)
    text = re.sub(r"^export (?!default)", "", text, flags=re.M)
    text = re.sub(r"^\s*(//.*|/\*\*.*\*/)$", "", text, flags=re.M)  # whole-line comments
    text = re.sub(r"^\s*/\*\*$.*?\*/$", "", text, flags=re.M | re.S)
    text = re.sub(r"^ +| +// .*$", "", text, flags=re.M)
    text = re.sub(r"\n\s*\n+", "\n", text).strip()
    EXPORTS[text] = exports(source)
    return text


def exports(source):
    """The names that a file's text exports.

    >>> exports("export const A = 1;\\nexport async function f() {}\\nconst b = 2;\\nexport { b };")
    ['A', 'f', 'b']
    """
    named = re.findall(r"^export (?:async )?(?:function|class|const|let) (\w+)", source, re.M)
    listed = re.findall(r"^export \{(.*)\};$", source, re.M)
    return named + [name.strip() for names in listed for name in names.split(",")]


@cache
def style():
    """The figures' style sheet, with the palette for both themes of the page and of JupyterLab."""
    rules = (HERE / "live.css").read_text(encoding="utf-8")
    block = lambda colors: "".join(f"--fig-{role}:{color};" for role, color in colors.items())
    dark = 'html[data-theme="dark"] .live,[data-jp-theme-light="false"] .live'
    return (
        f".live{{{block(palette.LIGHT)}}}\n{dark}{{{block(palette.DARK)}}}\n"
        f"@media print{{html .live{{{block(palette.LIGHT)}}}}}\n" + rules
    )


def svg(figure):
    """A matplotlib figure as SVG text, the same for the same figure; the figure is closed."""
    import matplotlib.pyplot as plt

    from ... import plot

    with plt.rc_context(plot.STYLE):
        out = io.StringIO()
        figure.savefig(out, format="svg", **plot.SVG)
    plt.close(figure)
    return out.getvalue()


def names(name, values):
    """Names of controls, each a text."""
    return [arguments.text(name, value) for value in arguments.listed(name, values, 0)]


#: Traits that are no controls.
NO_CONTROLS = ("question", "caption", "alt", "key", "first", "goal", "step")


class Figure(anywidget.AnyWidget):
    """A live figure: the reader's controls are traits, kept in step with Python where it runs.

    question, caption, alt : shown above and below, and read to those who can't see it.
    key : names the figure in links to its state; unique on a page.
    first : names of the controls under the picture, where not the usual two, and of the picture
        that a phone shows first; the others stand under "More" and behind their tabs.
    goal : what the reader may try to reach, as `ml.live.goal` gives it; {} for none.
    """

    question = Checked("", arguments.text)
    caption = Checked("", arguments.text)
    alt = Checked("", arguments.text)
    key = Checked("", arguments.text)
    first = Checked([], names)
    goal = Checked({}, goals.checked)
    module = t.Bytes().tag(sync=True)

    def __init__(self, **values):
        super().__init__(**values)
        self._opened = self._now()

    def set_state(self, sync_data):
        """Take what a page sends: of what a reader sets, and of nothing else."""
        kept = self.traits()
        super().set_state({n: v for n, v in sync_data.items() if isinstance(kept.get(n), Checked)})

    def _now(self):
        """What a reader may set, by name, but for the player's place."""
        kept = (name for name, trait in self.traits().items() if isinstance(trait, Checked))
        return {name: getattr(self, name) for name in kept if name not in NO_CONTROLS}

    def measures(self):
        """The numbers by name that a goal may speak of, beside the controls."""
        return {}

    def reached(self):
        """Whether the figure has reached its goal, as the page sees it."""
        now, measures = self._now(), self.measures()
        met = [goals.holds(when, measures, self._opened, now) for when in self.goal.get("when", [])]
        return bool(met) and all(met)

    def static(self):
        """A matplotlib figure of the state the figure is in now."""
        raise NotImplementedError

    def picture(self):
        """`static` as SVG text."""
        import matplotlib.pyplot as plt

        from ... import plot

        with plt.rc_context(plot.STYLE):
            return svg(self.static())

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        data["text/plain"] = repr(self)
        data["image/svg+xml"] = self.picture()
        return data, metadata

    def __repr__(self):
        return f"{type(self).__name__.lower()} figure {self.key}".rstrip()


def method_state(method, steps, slot):
    """A method as the figures' JavaScript takes it; `slot` is its index among reader's steps.

    A constant η or γ follows its slider; a schedule stays as it is, one value a step, and
    RMSprop without momentum stays without.
    """
    table = method.table(steps)
    constant = {n: np.ndim(v) == 0 and not callable(v) for n, v in method.hyper.items()}
    slider = {name: constant.get(name, False) for name in ("eta", "gamma")}
    slider["gamma"] &= method.name != "rmsprop" or method.hyper["gamma"] != 0
    role = method.name if method.name in palette.DASHES else "lion"
    dash = palette.DASHES[role]
    return {
        "name": method.name,
        "code": CODES[method.name],
        "own": slot,
        "ahead": method.look_ahead,
        "correct": method.bias_correction,
        "hyper": {
            name: float(value) if constant[name] else table[:, COLUMNS[name]].tolist()
            for name, value in method.hyper.items()
        },
        "slider": slider,
        "label": method.label.split(",")[0],
        "role": role,
        "dash": [] if dash == "-" else [2 * length for length in dash[1]],
        "python": method_line(method, slider),
    }


def method_line(method, slider):
    """The Python that makes `method`, with {eta} and {gamma} where a slider gives them."""
    settings = [
        f"{name}={{{name}}}" if slider.get(name) else f"{name}={value!r}"
        for name, value in method.hyper.items()
    ]
    first = [method.step.__name__] if method.step else []
    return f"ml.{method.name}({', '.join(first + settings)})"


def problem_line(problem):
    """The Python that makes `problem`, with {kappa} and {angle} where sliders give them."""
    if is_valley(problem):
        return "ml.problems.quadratic(kappa={kappa}, angle={angle})"
    kind = getattr(problem, "_kind", None)
    if kind == "surface":  # its table would fill the page
        return problem.name
    if kind and np.array_equal(getattr(problems, kind)()._params, problem._params):
        return f"ml.problems.{kind}()"
    return problem.name


def is_valley(problem):
    """Whether κ and the angle can have sliders."""
    return problem.eigenvalues is not None


def frame(problem, start):
    """(xlim, ylim) that show the start and the minima, with room to overshoot."""
    points = np.atleast_2d(start)
    if problem.minimizer is None:
        center, reach = points[0], np.full(2, 1.0 + np.abs(points).max())
    else:
        minima = np.atleast_2d(problem.minimizer)
        center = (minima.min(axis=0) + minima.max(axis=0)) / 2
        reach = np.abs(np.vstack([points, minima]) - center).max(axis=0)
    reach = 1.25 * np.maximum(reach, reach.max() / 2)
    return [[float(c - r), float(c + r)] for c, r in zip(center, reach, strict=True)]
