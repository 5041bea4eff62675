"""The comparison of outputs: what it lets pass, and that it does not let pass anything else."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from momentumlib import plot
from outputs import difference, of_value


def printed(text):
    """The output of a cell that prints."""
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def shown(kind, content):
    """The output of a cell that shows something."""
    return [{"output_type": "display_data", "metadata": {}, "data": {kind: content}}]


TABLE = """method      steps   loss     rate
momentum      300   0.00125  0.95
nag            87  −1.5e-05  1e-05
[ 1. -0.5  2.25] (0.1, -3.0) 10⁻⁷ version 1.2.3
"""

NEAR = {
    "last digit": ("0.00125", "0.00126"),
    "carry": ("0.95", "0.96"),
    "last digit of a power": ("1.5e-05", "1.6e-05"),
    "finer": ("2.25", "2.249"),
    "in brackets": ("-3.0", "-2.9"),
}

FAR = {
    "word": ("momentum", "nesterov"),
    "count": ("300", "301"),
    "leading digit": ("0.00125", "0.10125"),
    "two units": ("0.00125", "0.00127"),
    "sign": ("-0.5", "0.5"),
    "real minus sign": ("−1.5e-05", "1.5e-05"),
    "power": ("1.5e-05", "1.5e-06"),
    "one digit": ("1e-05", "2e-05"),
    "whole float": (" 1. ", " 2. "),
    "superscript": ("10⁻⁷", "10⁻⁸"),
    "version": ("1.2.3", "1.2.4"),
    "version's middle": ("1.2.3", "1.3.3"),
    "row": ("nag            87  −1.5e-05  1e-05\n", ""),
    "another row": ("nag ", "gd     10\nnag "),
    "column": ("  0.95", ""),
    "not a number": ("0.95", "nan"),
    "float for a count": ("300", "300.0"),
}


def test_equal_outputs_do_not_differ():
    assert difference(printed(TABLE), printed(TABLE)) is None
    assert difference([], []) is None


@pytest.mark.parametrize("case", NEAR)
def test_a_printed_number_may_differ_by_one_unit_of_its_last_digit(case):
    assert difference(printed(TABLE), printed(TABLE.replace(*NEAR[case]))) is None


@pytest.mark.parametrize("case", FAR)
def test_anything_else_that_is_printed_must_be_the_same(case):
    changed = TABLE.replace(*FAR[case], 1)
    assert changed != TABLE
    assert difference(printed(TABLE), printed(changed))
    assert difference(shown("text/html", TABLE), shown("text/html", changed))


def test_a_wider_number_may_move_what_follows():
    assert difference(printed("a   9.99  b"), printed("a  10.00  b")) is None
    assert difference(printed("a 9.99\nb"), printed("a 10.00 b"))


def test_zero_has_no_sign():
    assert difference(printed("-0.00"), printed("0.00")) is None


def test_the_number_and_the_kinds_of_outputs_must_be_the_same():
    one = shown("text/plain", "1")
    assert difference(one, one + one)
    assert difference(one, [])
    assert difference(one, printed("1"))
    assert difference(printed("1"), [{**printed("1")[0], "name": "stderr"}])
    error = {"output_type": "error", "ename": "ValueError", "evalue": "eta", "traceback": []}
    assert difference([error], [{**error, "traceback": ["elsewhere"]}]) is None
    assert difference([error], [{**error, "evalue": "gamma"}])


def test_a_stream_in_pieces_is_the_same_text():
    assert difference(printed("ab"), printed("a") + printed("b")) is None


def drawing(amplitude=1.0, curves=2, color="#0072b2", points=50, label="η = 0.125", shift=0.0):
    """A figure as a notebook stores it."""
    with plt.rc_context(plot.STYLE):
        figure, ax = plt.subplots()
        x = np.linspace(0, 6, points)
        for i in range(curves):
            y = amplitude * np.sin(x + i)
            y[len(y) // 2] += shift
            ax.plot(x, y, "o-", color=color)
        ax.imshow(picture(), extent=(1, 2, 0, 1), aspect="auto")
        ax.set(ylim=(-1.5, 1.5), title=label)
        out = io.StringIO()
        figure.savefig(out, format="svg", **plot.SVG)
        plt.close(figure)
    return out.getvalue()


def picture(change=0.0):
    """Colors of a picture."""
    grey = np.linspace(0, 1, 400).reshape(20, 20)
    grey[3, 3] += change
    return np.stack([grey] * 3, axis=-1).clip(0, 1)


def png(change=0.0):
    """The same as a PNG in base64, as a kernel sends it."""
    out = io.BytesIO()
    plt.imsave(out, picture(change), format="png")
    return base64.b64encode(out.getvalue()).decode() + "\n"


CHANGED = {
    "missing curve": {"curves": 1},
    "color": {"color": "#0072b3"},
    "points": {"points": 40},
    "word": {"label": "γ = 0.125"},
    "one point": {"shift": 0.01},
    "amplitude": {"amplitude": 1.02},
}


def test_a_drawing_of_another_kernel_is_the_same():
    stored, fresh = drawing(), drawing(amplitude=1 + 1e-5)
    assert stored != fresh
    assert difference(shown("image/svg+xml", stored), shown("image/svg+xml", fresh)) is None
    assert difference(shown("text/html", f"<p>{stored}"), shown("text/html", f"<p>{fresh}")) is None


@pytest.mark.parametrize("case", CHANGED)
def test_a_changed_drawing_is_another(case):
    changed = drawing(**CHANGED[case])
    assert difference(shown("image/svg+xml", drawing()), shown("image/svg+xml", changed))
    assert difference(shown("text/html", f"<p>{drawing()}"), shown("text/html", f"<p>{changed}"))


def moved(svg, by):
    """A drawing with one point of its longest path moved."""
    path = max(re.findall(r' d="([^"]*)"', svg), key=lambda d: d.count("L"))
    points = list(re.finditer(r"L(\S+) ", path))
    point = points[len(points) // 2]
    x = f"L{float(point[1]) + by:.2f} "
    return svg.replace(path, path[: point.start()] + x + path[point.end() :])


@pytest.mark.parametrize("by", [0.03, -0.03, 0.2, -0.2])
def test_a_point_may_move_by_a_twentieth_of_a_pixel(by):
    stored = drawing()
    assert bool(of_value(stored, moved(stored, by))) == (abs(by) > 0.05)


def test_a_scale_is_no_coordinate():
    text = '<svg width="9pt"><g transform="translate(1.23 4) scale(0.105 -0.105)"/></svg>'
    assert of_value(text, text.replace("1.23", "1.24")) is None
    assert of_value(text, text.replace("0.105", "0.12"))
    assert of_value(text, text.replace("9pt", "10pt"))


def test_names_by_hash_may_differ_but_not_what_they_name():
    text = '<svg a="b"><path id="m0123456789" d="M0 0"/><path id="m1123456789" d="M0 1"/>'
    text += '<use href="#m0123456789"/></svg>'
    assert of_value(text, text.replace("m0123456789", "mabcdef0123")) is None
    assert of_value(text, text.replace('"#m0', '"#m1'))


def test_a_pixel_may_differ_by_a_few_levels():
    assert difference(shown("image/png", png()), shown("image/png", png(2 / 255))) is None
    assert difference(shown("image/png", png()), shown("image/png", png(0.1)))
    source = '<img src="data:image/png;base64,{}">'.format
    assert of_value(source(png()), source(png(2 / 255))) is None
    assert of_value(source(png()), source(png(0.1)))


def test_a_picture_in_a_drawing_is_compared_by_its_pixels():
    svg = '<svg a="b"><image xlink:href="data:image/png;base64,\n{}" x="1"/></svg>'.format
    assert of_value(svg(png()), svg(png(2 / 255))) is None
    assert of_value(svg(png()), svg(png(0.1)))


def test_many_pixels_that_differ_a_little_are_another_picture():
    out = io.BytesIO()
    plt.imsave(out, (picture() + 2 / 255).clip(0, 1), format="png")
    assert of_value(png(), base64.b64encode(out.getvalue()).decode())


STATE = {
    "key": "race",
    "eta": 0.1,
    "steps": 80,
    "start": [-4.0, 2.0],
    "alt": "It is 0.25.",
    "g": None,
}


def test_data_of_a_widget_is_compared_value_by_value():
    near = {**STATE, "eta": 0.1 + 1e-12, "start": [-4.0, 2.0 - 1e-12], "alt": "It is 0.26."}
    assert of_value(STATE, near) is None
    others = [
        {"eta": 0.1001}, {"steps": 81}, {"steps": 80.0}, {"start": [-4.0]}, {"g": 0}, {"key": "x"},
        {"more": 1}, {"start": [4.0, 2.0]}, {"alt": "It is 0.35."}, {"eta": float("nan")},
    ]  # fmt: skip
    for other in others:
        assert of_value(STATE, {**STATE, **other}), other
    assert of_value(STATE, {k: v for k, v in STATE.items() if k != "eta"})
    assert of_value(True, 1)
