"""Plots of what is hard to draw: runs that diverged, flat landscapes, what is no plane."""

import io
import json
import re
from functools import cache

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

import momentumlib as ml
from golden import plots
from golden.leaves import assert_same
from momentumlib import plot
from momentumlib.drawing import concise

matplotlib.use("agg")

STORED = json.loads(plots.FILE.read_text("utf-8"))

#: One whose lowest cost nobody has told.
BOWL = ml.Problem(
    lambda theta: theta @ theta, lambda theta: 2 * theta, dim=2, name="bowl", compile=False
)


@cache
def far_off():
    return ml.minimize(ml.problems.himmelblau(), ml.gd(0.5))


@cache
def near():
    return ml.minimize(ml.problems.himmelblau(), ml.gd(0.01), steps=20)


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def drawn(ax):
    """The figure as matplotlib draws it, which is when a number too large for it shows."""
    out = io.StringIO()
    ax.figure.savefig(out, format="svg")
    return out.getvalue()


def words(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("y", ["loss", "gap", "distance", "grad_norm"])
def test_a_run_that_diverged_is_drawn_and_named(ax, y):
    assert far_off().status == "diverged"
    assert far_off().loss.max() > 1e250
    ml.plot.loss([near(), far_off()], ax, y=y)
    assert "<svg" in drawn(ax)
    assert words(ax) == ["GD", "GD, diverged"]
    low, high = ax.get_ylim()
    start = getattr(far_off(), y)[0]
    assert high == pytest.approx(1e6 * start)
    assert 0 < low < getattr(near(), y).min()


def test_the_reader_s_frame_and_words_stay(ax):
    ax.set_ylim(1e-3, 1e3)
    ml.plot.loss(far_off(), ax, labels=["too fast"])
    assert ax.get_ylim() == (1e-3, 1e3)
    assert words(ax) == ["too fast"]


@pytest.mark.filterwarnings("error")
def test_the_path_of_a_run_that_diverged_stays_in_the_landscape_s_frame(ax):
    ml.plot.landscape(far_off().problem, ax, xlim=(-6, 6), ylim=(-5, 5), points=21)
    ml.plot.path(far_off(), ax)
    assert "<svg" in drawn(ax)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-6, 6), (-5, 5))
    assert words(ax) == ["GD, diverged"]


@pytest.mark.filterwarnings("error")
def test_a_race_whose_methods_diverge_is_shown():
    figure = ml.live.race(ml.problems.beale(), [ml.gd(0.1)])
    assert figure.runs()[0].status == "diverged"
    assert figure.picture().rstrip().endswith("</svg>")


@pytest.mark.filterwarnings("error")
def test_a_flat_landscape_and_one_with_holes_are_drawn(ax):
    flat = ml.Problem(lambda theta: 1.0, lambda theta: [0.0, 0.0], dim=2)
    holes = ml.Problem(lambda theta: np.log(theta[0]), lambda theta: [1 / theta[0], 0], dim=2)
    for problem in (flat, holes):
        ml.plot.landscape(problem, ax, xlim=(-1, 1), points=11)
        assert "<svg" in drawn(ax)
    with pytest.raises(ValueError, match="problem must have finite values in the frame"):
        ml.plot.landscape(holes, ax, xlim=(-2, -1), points=11)


def test_more_schedules_than_looks_are_all_drawn(ax):
    many = [ml.schedules.constant(k / 20) for k in range(20)]
    ml.plot.schedule(many, 5, ax)
    assert len(ax.lines) == 20


def test_a_schedule_of_one_t_is_drawn(ax):
    ml.plot.schedule(lambda t: 0.5 if t < 3 else 0.9, 5, ax)
    assert ax.lines[0].get_ydata().tolist() == [0.5, 0.5, 0.5, 0.9, 0.9]


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda ax: ml.plot.path(
                ml.minimize(ml.problems.quadratic(4, dim=3), ml.gd(0.1), steps=2), ax
            ),
            ValueError, "runs must have two parameters to be drawn, but one has 3",
        ),
        (
            lambda ax: ml.plot.landscape(ml.problems.quadratic(4, dim=3), ax),
            TypeError, "problem must be a Problem with two parameters",
        ),
        (lambda ax: ml.plot.path([], ax), ValueError, "runs must hold at least 1 entry"),
        (lambda ax: ml.plot.path(near(), "ax"), TypeError, "ax must be matplotlib's Axes"),
        (lambda ax: ml.plot.loss([near(), 3], ax), TypeError, "runs must be what ml.minimize g"),
        (lambda ax: ml.plot.loss(near(), ax, y="cost"), ValueError, "y must be one of gap, loss"),
        (
            lambda ax: ml.plot.loss(ml.minimize(BOWL, ml.gd(0.1), steps=2), ax),
            ValueError, 'y="gap" cannot be drawn: bowl has no known minimum',
        ),
        (
            lambda ax: ml.plot.loss([near(), near()], ax, labels=["one"]),
            ValueError, "labels must hold 2, one for each of runs, but holds 1",
        ),
        (lambda ax: ml.plot.path(near(), ax, looks=["sgd"]), ValueError, "looks must be one of gd"),
        (
            lambda ax: ml.plot.rate_map([0.0, 0.2], [0.5, 0.6], np.ones((2, 2)), ax),
            ValueError, "eta must be greater than 0",
        ),
        (
            lambda ax: ml.plot.rate_map([0.1, 0.2], [0.5, 0.6], np.ones((2, 3)), ax),
            ValueError, "rate must have shape",
        ),
        (
            lambda ax: ml.plot.rate_map([0.1, 0.2], [0.5, 0.6], 2 * np.ones((2, 2)), ax),
            ValueError, "rate must be below 1 somewhere",
        ),
    ],
)  # fmt: skip
def test_wrong_arguments_get_their_sentence(ax, call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(ax)


def test_a_map_is_the_same_where_another_processor_rounds_the_edge():
    """Along γ = 1 every swinging rate is 1, up to the last bit."""
    eta, gamma = np.geomspace(0.02, 4.4, 41) / 100, np.linspace(0, 1, 31)
    rate = ml.theory.rate_map("momentum", eta, gamma, [1.0, 100.0])
    drawn = []
    for sign in (-1, 1):
        other = rate.copy()
        other[-1, ::2] += sign * 4e-16
        fig, ax = plt.subplots()
        ml.plot.rate_map(eta, gamma, other, ax)
        drawn.append(
            np.vstack([path.vertices for part in ax.collections for path in part.get_paths()])
        )
        plt.close(fig)
    assert drawn[0].shape == drawn[1].shape
    assert np.abs(drawn[0] - drawn[1]).max() < 1e-9


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning:matplotlib")
@pytest.mark.parametrize("name", plots.DRAWN)
def test_a_figure_is_what_it_was(name):
    """Recorded (golden/plots.py): its lines, areas, words and axes."""
    assert_same(plots.made(name), STORED[name])


def test_the_look_is_what_it_was():
    assert plots.style() == STORED["style"]
    assert STORED.keys() == {"style", *plots.DRAWN}


# --- Drawings in few words ----------------------------------------------------------------


def path(*points, name=""):
    """A path as matplotlib writes it, through these points."""
    lines = " \n".join(f"{'L' if i else 'M'} {x:.6f} {y:.6f}" for i, (x, y) in enumerate(points))
    return f'<path {name}d="{lines} \n"/>'


def test_a_point_is_left_out_where_nobody_would_miss_it():
    """Within a twentieth of a point (1/72 inch); glyphs and markers, which are small, keep all."""
    nearly, seen = ((0, 0), (10, 0.05), (20, 0)), ((0, 0), (10, 0.06), (20, 0))
    assert concise(path(*nearly)) == '<path d="M0 0L20 0"/>'
    assert concise(path(*seen)) == '<path d="M0 0L10 0.06L20 0"/>'
    named = concise(path(*nearly, name='id="m1" '))
    assert named == '<path id="m1" d="M0 0L10 0.05L20 0"/>'
    curve = "M 0 0 \nQ 1 2 3 0 \nL 4 0.01 \nL 5 0 \nC 6 1 7 1 8 0 \nL 9 1 \nL 8 2 \nz\n"
    assert concise(f'<path d="{curve}"/>') == ('<path d="M0 0Q1 2 3 0L5 0C6 1 7 1 8 0L9 1L8 2z"/>')


@pytest.mark.parametrize(("begin", "high", "longest"), [(100, 10, 98), (10, 5, 100)])
def test_lines_of_a_drawing_have_a_hundred_letters(begin, high, longest):
    zigzag = concise(path(*((x, high * (x % 2)) for x in range(begin, begin + 90))))
    lines = zigzag.removeprefix('<path d="').removesuffix('"/>').split("\n")
    words = [re.match("[ML][^ML]*", line)[0] for line in lines]
    assert len(lines) > 4
    assert max(map(len, lines)) == longest
    for line, following in zip(lines, words[1:], strict=False):
        assert len(line) + len(following) > 100  # else it would stand on that line


def test_the_look_of_the_book():
    """Nothing stands round a figure that says nothing: no frame, no box, no grid unasked."""
    with plt.rc_context(plot.STYLE):
        figure, ax = plt.subplots()
        ax.plot([0, 1], label="one")
        assert not ax.legend().get_frame_on()
        shown = {side: spine.get_visible() for side, spine in ax.spines.items()}
        assert shown == {"left": True, "bottom": True, "top": False, "right": False}
        assert not any(line.get_visible() for line in ax.get_xgridlines() + ax.get_ygridlines())
        assert ax.get_axisbelow() is True
        assert figure.get_layout_engine() is not None
        plt.close(figure)
