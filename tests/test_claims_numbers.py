"""Every number in a chapter's prose stands in its cells or their outputs, or follows from these.

So a cell that computes something else now does not leave an old number behind in the text.
Small whole numbers are left out, and so are exercises and questions, which suppose things.
"""

import json
import re
from pathlib import Path

import pytest

CHAPTERS = sorted(Path(__file__).parent.parent.glob("chapters/*.ipynb"))
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
PRINTED = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")
#: Roles, powers of ten, and the versions of packages, which tests of peers compare.
NO_NUMBERS = re.compile(
    r"\{(?:ref|eq|numref|doc|cite:\w)\}`[^`]*`|10\^\{?-?\d+\}?"
    r"|(?:PyTorch |Keras |optax |JAX |[Ff]ruits-)[\d.]+"
)

#: What a reader computes in the head, from numbers that are printed.
FOLLOWS = {
    "01": {"9992": "10362 - 370", "0.93": "0.92 + 0.01", "0.94": "0.95 - 0.01",
           "0.97": "0.96 + 0.01"},
    "02": {"28": "579 - 551"},
    "03": {"102": "101 + 1"},
    "05": {"205": "717 - 512", "1776": "3677 - 1901", "1790": "4602 - 2812",
           "7.7": "2.71828 * 8 ** 0.5",
           "3.83": "3.8317"},  # where the Bessel function J₁ is first zero
    "07": {"28": "100 * (1 - 0.000056 / 0.000078)",
            "2.56": "256 * 0.01", "3.8": "2 * (1 + 0.9)"},
}  # fmt: skip


def cells(path):
    """The prose of a chapter by cell, and the numbers that its code cells hold and print."""
    prose, printed = {}, set()
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            if not re.search("-ex-|questions", cell["id"]):
                prose[cell["id"]] = source
            continue
        shown = ["".join(output.get("text", "")) for output in cell["outputs"]]
        for text in PRINTED.findall(re.sub(r"(?<=\d),(?=\d{3})", "", "\n".join([source, *shown]))):
            printed |= {float(text), float(text.split("e")[0])}  # 7.9e-07 may be 7.9 · 10⁻⁷
    return prose, printed


def stands(number, printed):
    """Whether it is one of the printed numbers, or one of them rounded, or in percent."""
    digits = len(number.partition(".")[2])
    zeros = len(number) - len(number.rstrip("0")) if number.endswith("00") else 0
    half = 0.5 * 10.0 ** (zeros - digits) * 1.001
    shares = (100 * y for y in printed if y < 1)
    return any(abs(float(number) - x) <= half for x in (*printed, *shares))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_number_of_the_prose_is_computed(path):
    prose, printed = cells(path)
    follows, missing, used = FOLLOWS.get(path.stem[:2], {}), [], set()
    for name, text in prose.items():
        text = re.sub(r"(?<=\d),(?=\d{3})", "", NO_NUMBERS.sub("", text))
        for number in NUMBER.findall(text):
            if ("." not in number and int(number) <= 20) or stands(number, printed):
                continue
            used.add(number)
            if number not in follows:
                missing.append((name, number))
    assert missing == []
    assert used == set(follows)
    for number, sum_ in follows.items():
        assert stands(number, {eval(sum_, {"__builtins__": {}})}), number


def test_a_number_is_found_rounded_and_in_percent_and_no_other_is():
    printed = {0.9487, 10410.0, 282843.0, 0.84}
    assert all(stands(number, printed) for number in ("0.949", "10400", "280000", "84"))
    assert not any(stands(number, printed) for number in ("0.947", "10500", "0.9488", "83"))
