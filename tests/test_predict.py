"""Predictions in Python: what they hold, what they say without JavaScript, what they refuse."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from traitlets import TraitError

import momentumlib as ml
from momentumlib.predict import prediction

COMMON = {"key": "ex-first", "question": "Which one?", "why": "So it is."}
CHOICE = {**COMMON, "options": ["GD", "momentum"], "answer": "GD"}
NUMBER = {**COMMON, "low": 1, "high": 100, "answer": 7}
POINT = {**COMMON, "x": ("η", 0, 4), "y": ("γ", 0, 1), "answer": (1, 0.5)}
MADE = {"choice": CHOICE, "number": NUMBER, "point": POINT}
NAN = float("nan")


def make(kind, **changed):
    """A prediction like any other, but for what is changed."""
    return getattr(ml.predict, kind)(**{**MADE[kind], **changed})


@pytest.mark.parametrize("kind", MADE)
def test_a_guess_of_the_page_is_seen_in_python(kind):
    made, heard = make(kind), []
    made.observe(lambda change: heard.append(change.new), "guess")
    assert (made.guess, made.settled) == (None, False)
    guess = {"choice": "momentum", "number": 20, "point": [2, 0.25]}[kind]
    made.set_state({"guess": guess, "settled": True})  # as a page sends it
    assert (made.guess, made.settled, heard) == (guess, True, [guess])
    made.set_state({"guess": None, "settled": False})
    assert made.guess is None
    with pytest.raises(TraitError):
        made.guess = {}


@pytest.mark.parametrize("kind", MADE)
def test_a_page_gets_all_that_a_prediction_shows(kind):
    sent = {name for name in make(kind).get_state() if name[0] != "_"}
    shared = "key question said why why_skipped model because picture alt settled kind answer draft"
    own = {"options", "wrong"} if kind == "choice" else {"axes"}
    assert sent - {"layout", "tabbable", "tooltip"} == {*shared.split(), "guess"} | own
    made = make(kind)
    made.set_state({"because": "It is round."})
    made.set_state({"because": None})
    assert (made.kind, made.because) == (kind, None)


@pytest.mark.parametrize("kind", MADE)
def test_a_notebook_stores_the_same_text_each_time(kind):
    one, other = (make(kind)._repr_mimebundle_()[0] for _ in range(2))
    assert one["text/plain"] == "prediction ex-first: Which one?"
    assert one["text/html"] == other["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in one


@pytest.mark.parametrize(
    ("kind", "asked", "answer"),
    [
        ("choice", ["GD", "momentum"], "GD"),
        ("number", ["from 1 to 100 steps"], "7 steps"),
        ("point", ["η from 0 to 4", "γ from 0 to 1"], "(η, γ) = (1, 0.5)"),
    ],
)
def test_without_javascript_the_question_stands_and_the_answer_is_folded(kind, asked, answer):
    html = make(kind, **({"unit": "steps"} if kind == "number" else {})).static()
    assert re.findall("<li>(.*?)</li>", html) == asked
    before, folded = html.split("<details>")
    assert "Which one?" in before
    assert answer not in before or kind == "choice"
    assert re.findall("<p>(.*?)</p>", folded) == [answer, "So it is."]


def test_each_wrong_option_has_its_sentence_and_the_right_one_none():
    options = {"GD": "", "momentum": "It swings.", "NAG": "It looks."}
    assert make("choice", options=options).wrong == ["", "It swings.", "It looks."]
    assert make("choice", options=list(options)).wrong == []
    with pytest.raises(ValueError, match="what is said to 'momentum' must be a text, but is ''"):
        make("choice", options=options | {"momentum": ""})


@pytest.mark.parametrize("kind", MADE)
def test_a_model_answer_stands_behind_the_fold(kind):
    made = make(kind, model="Since {answer} is so.")
    assert made.because is None
    answer = {"choice": "GD", "number": "7", "point": "(1, 0.5)"}[kind]
    assert made.static().endswith(f"<p>So it is.</p><p>Since {answer} is so.</p></details></div>")


def test_words_are_text_and_not_html():
    made = make("choice", question="Is a < b & c?", options=["<b>", "no"], answer="no", why="a<b")
    html = made.static()
    assert "Is a &lt; b &amp; c?" in html
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_why_speaks_of_answer_and_guess():
    made = make(
        "number", answer=np.pi, why="You said {guess}. {γ} is {answer}, or so. Not {guess}!"
    )
    assert made.why == "You said {guess}. {γ} is 3.142, or so. Not {guess}!"
    assert made.why_skipped == "{γ} is 3.142, or so."


def test_one_is_no_plural():
    assert make("number", answer=1, unit="steps").said == "1 step"
    assert make("number", answer=1.5, unit="steps").said == "1.5 steps"


def test_a_picture_without_words_is_told_by_the_answer_or_the_question():
    assert make("choice").alt == "So it is."
    assert make("choice", why="You said {guess}.").alt == "Which one?"
    assert make("choice", alt="A line.").alt == "A line."


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0, "0"), (12, "12"), (-0.25, "−0.25"), (0.001, "0.001"), (9.99e-4, "9.99·10⁻⁴"),
        (99990, "99990"), (1e5, "10⁵"), (-1e5, "−10⁵"), (123456, "1.23·10⁵"), (12345, "12340"),
    ],
)  # fmt: skip
def test_numbers_are_shown_as_the_figures_show_them(x, text):
    assert prediction.shown(x) == text


def test_an_answer_of_numpy_is_a_number():
    assert make("number", answer=np.float32(2)).answer == 2.0
    assert make("point", answer=np.array([1, 0.25])).answer == [1.0, 0.25]


@pytest.mark.parametrize(
    ("scale", "step", "draft"),
    [
        ({"low": 0, "high": 1, "answer": 1}, 0.01, 0.5),
        ({"low": 0, "high": 0.04, "answer": 0}, 1e-4, 0.02),
        ({"low": 1, "high": 1000}, 1, 500),
        ({"low": 100, "high": 104, "answer": 100}, 0.01, 102),
        ({"low": 0, "high": 30, "step": 1}, 1, 15),
        ({"low": 9.93, "high": 10, "answer": 10}, 1e-4, 9.965),  # 10 would be its end
        ({"low": 0, "high": 30, "step": 30}, 30, 15),
        ({"low": 1, "high": 10000, "log": True}, 10, 100),
    ],
)
def test_a_slider_steps_by_a_round_number_and_begins_in_the_middle(scale, step, draft):
    made = make("number", **scale)
    assert made.axes[0]["step"] == pytest.approx(step)
    assert made.draft == pytest.approx(draft)


@pytest.mark.parametrize(
    ("scale", "draft"),
    [
        ({"low": 0, "high": 1000, "answer": 480}, 250),
        ({"low": 0, "high": 1000, "answer": 399}, 500),
        ({"low": 1, "high": 1000, "log": True, "answer": 32}, 5.6),
    ],
)
def test_a_marker_does_not_begin_at_the_answer(scale, draft):
    assert make("number", **scale).draft == draft


def test_the_picture_takes_the_theme_and_is_closed():
    figure, ax = plt.subplots()
    ax.plot([0, 1], color=ml.palette.LIGHT["momentum"])
    made = make("choice", shows=figure, why="It rises. You said {guess}.")
    assert made.picture.startswith("<svg")
    assert "stroke: var(--fig-momentum)" in made.picture
    assert "#0072b2" not in made.picture
    assert made.alt == "It rises."
    assert not plt.fignum_exists(figure.number)
    assert make("choice").picture == ""


def test_the_same_picture_is_the_same_text():
    drawn = []
    for _ in range(2):
        figure, ax = plt.subplots()
        ax.plot([0, 1])
        drawn.append(make("choice", shows=figure, alt="A line.").picture)
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    ("kind", "wrong", "says"),
    [
        ("choice", {"key": ""}, "key must be a name such as 'ch1-first', but is ''"),
        ("number", {"key": "two words"}, "key must be a name such as 'ch1-first', but is 'two wo"),
        ("point", {"key": 7}, "key must be a name such as 'ch1-first', but is 7"),
        ("choice", {"question": " "}, "question must be a text, but is ' '"),
        ("number", {"why": None}, "why must be a text, but is None"),
        ("choice", {"options": "GD"}, "options must be a list of texts, none of them empty"),
        ("choice", {"options": 3}, "options must be a list of texts, none of them empty"),
        ("choice", {"options": [1, 2]}, "options must be a list of texts, none of them empty"),
        ("choice", {"options": ["GD", ""]}, "options must be a list of texts, none of them empty"),
        ("choice", {"options": ["GD"]}, "options must be two or more, but there are 1"),
        ("choice", {"options": ["GD", "GD"]}, "options must differ, but 'GD' is there twice"),
        ("choice", {"answer": "NAG"}, "answer must be one of the options, but is 'NAG'"),
        ("choice", {"shows": "run"}, "shows must be a matplotlib Figure, but is 'run'"),
        ("choice", {"alt": 3}, "alt must be a text, but is 3"),
        ("choice", {"model": 3}, "model must be a text, but is 3"),
        ("number", {"answer": 101}, "answer must be from low to high, 1 to 100, but is 101"),
        ("number", {"answer": NAN}, "answer must be a finite number, but is nan"),
        ("number", {"answer": "7"}, "answer must be a number, but is '7'"),
        ("number", {"low": 100}, "low must be below high, but they are 100 and 100"),
        ("number", {"high": np.inf}, "high must be a finite number, but is inf"),
        ("number", {"low": 0, "log": True}, "low must be greater than 0 with log=True, but is 0"),
        ("number", {"step": 0}, "step must be greater than 0, but is 0"),
        ("number", {"step": 200}, "step must fit between low and high, but is 200"),
        ("number", {"step": 1, "log": True}, "step must be None with log=True, where a step is a"),
        ("number", {"unit": 3}, "unit must be a text, but is 3"),
        ("point", {"x": ("η", 0)}, "x must be (label, low, high), but is ('η', 0)"),
        ("point", {"y": 3}, "y must be (label, low, high), but is 3"),
        ("point", {"x": (0, 1, 2)}, "x must begin with its label, but that is 0"),
        ("point", {"x": ("η", 1, 0)}, "x[1] must be below x[2], but they are 1 and 0"),
        ("point", {"answer": 3}, "answer must be a pair (x, y), but is 3"),
        ("point", {"answer": (1, 2, 3)}, "answer must be a pair (x, y), but is (1, 2, 3)"),
        ("point", {"answer": (1, 2)}, "answer[1] must be from y[1] to y[2], 0 to 1, but is 2"),
    ],
)
def test_what_is_wrong_gets_a_sentence(kind, wrong, says):
    with pytest.raises((TypeError, ValueError)) as error:
        make(kind, **wrong)
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


def test_one_script_and_one_style_serve_all_kinds():
    scripts = {make(kind)._esm for kind in MADE}
    assert scripts == {prediction.Prediction._esm}
