"""What every prediction shares: its traits, its words without JavaScript, its picture."""

import math
import re
from html import escape
from pathlib import Path

import anywidget
import traitlets as t

from .. import arguments
from ..live.frame.figure import script, style, svg
from ..palette import themed

HERE = Path(__file__).parent


class Prediction(anywidget.AnyWidget):
    """A question that is answered after the reader has committed to a guess.

    draft : where the reader's marker is.  guess : what was committed to, None before.
    settled : whether the answer is shown; True with no guess where the reader skipped.
    because : the reader's own line on why it is so; None until the model answer is shown.
    """

    _esm = script("prediction", HERE)
    _css = style() + (HERE / "prediction.css").read_text(encoding="utf-8")

    key = t.Unicode().tag(sync=True)
    question = t.Unicode().tag(sync=True)
    said = t.Unicode().tag(sync=True)
    why = t.Unicode().tag(sync=True)
    why_skipped = t.Unicode().tag(sync=True)
    model = t.Unicode().tag(sync=True)
    because = t.Unicode(None, allow_none=True).tag(sync=True)
    picture = t.Unicode().tag(sync=True)
    alt = t.Unicode().tag(sync=True)
    settled = t.Bool(False).tag(sync=True)

    def asked(self):
        """What can be guessed, as a list of texts."""
        raise NotImplementedError

    def static(self):
        """The prediction as HTML for where no script runs: the answer is folded."""
        asked = "".join(f"<li>{escape(text)}</li>" for text in self.asked())
        parts = self.said, self.why_skipped, self.model
        answer = "".join(f"<p>{escape(text)}</p>" for text in parts if text)
        return (
            f'<div class="predict-still" data-prediction="{self.key}">'
            f'<p class="live-question">{escape(self.question)}</p><ul>{asked}</ul>'
            f"<details><summary>The answer</summary>{answer}</details></div>"
        )

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        data["text/plain"] = repr(self)
        data["text/html"] = self.static()
        return data, metadata

    def __repr__(self):
        return f"prediction {self.key}: {self.question}"


def common(key, question, answer, why, shows, alt, said=None, model=""):
    """The traits that all kinds share; `answer` is the text that {answer} stands for."""
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z][\w-]*", key):
        raise ValueError(f"key must be a name such as 'ch1-first', but is {arguments.short(key)}")
    why = text("why", why).replace("{answer}", answer)
    skipped = " ".join(s for s in re.split(r"(?<=[.!?]) ", why) if "{guess}" not in s)
    traits = {
        "key": key, "question": text("question", question), "said": said or answer, "why": why,
        "why_skipped": skipped, "alt": arguments.text("alt", alt) or skipped or question,
        "model": arguments.text("model", model).replace("{answer}", answer),
    }  # fmt: skip
    if shows is None:
        return traits
    if not hasattr(shows, "savefig"):
        raise TypeError(f"shows must be a matplotlib Figure, but is {arguments.short(shows)}")
    drawing = svg(shows)
    return traits | {"picture": themed(drawing[drawing.index("<svg") :])}


def text(argument, value):
    """`value` as a text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{argument} must be a text, but is {arguments.short(value)}")
    return value


def axis(names, label, low, high, *, step=None, log=False):
    """A scale from low to high; `names` are what the reader calls these two."""
    arguments.flag("log", log)
    low, high = (
        arguments.number(name, value) for name, value in zip(names, (low, high), strict=True)
    )
    if not low < high:
        raise ValueError(f"{names[0]} must be below {names[1]}, but they are {low:g} and {high:g}")
    if log and low <= 0:
        raise ValueError(f"{names[0]} must be greater than 0 with log=True, but is {low:g}")
    if step is None:
        step = 10.0 ** math.floor(math.log10((high - low) / 100) + 1e-9)
    elif log:
        raise ValueError("step must be None with log=True, where a step is a factor")
    step = arguments.positive("step", step)
    if step > high - low:
        raise ValueError(f"step must fit between {names[0]} and {names[1]}, but is {step:g}")
    return {"label": label, "low": low, "high": high, "step": step, "log": log}


def shown(x):
    """A number as the figures write it (draw.js `show`): four digits, a real minus sign.

    >>> shown(6.5788), shown(-0.5), shown(2.5e-7)
    ('6.579', '−0.5', '2.5·10⁻⁷')
    """
    if x == 0 or 1e-3 <= abs(x) < 1e5:
        return f"{float(f'{x:.4g}'):.12g}".replace("-", "−")
    lead, power = f"{x:.2e}".split("e")
    lead = f"{float(lead):g}".replace("-", "−")
    power = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return {"1": "", "−1": "−"}.get(lead, f"{lead}·") + "10" + power
