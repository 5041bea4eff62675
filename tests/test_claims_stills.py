"""The still of a live figure shows what its caption speaks of."""

import json
import re
from pathlib import Path

import pytest

import momentumlib as ml

CHAPTERS = Path(__file__).parent.parent / "chapters"
PATH = re.compile(r'<path d="(M[^"]+)"[^>]*style="([^"]+)"')


def lines(chapter, cell):
    """The curves of a cell's still: (points, style), those of more than 20 points."""
    (path,) = CHAPTERS.glob(f"{chapter}_*.ipynb")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    (outputs,) = (each["outputs"] for each in cells if each["id"] == cell)
    svg = "".join("".join(out.get("data", {}).get("image/svg+xml", "")) for out in outputs)
    for curve, style in PATH.findall(svg):
        numbers = [float(x) for x in re.findall(r"[\d.]+", curve)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if len(points) > 20 and "fill: none" in style:
            yield points, style


def test_the_still_of_restarts_has_a_gamma_that_falls_back_and_a_dotted_constant():
    curves = list(lines("05", "ch5-live-restarts"))
    (gamma, _), *rest = curves
    bottom = max(y for _, y in gamma)  # γ = 0; pictures count downward
    assert sum(y == bottom for _, y in gamma) == 400 // 34 + 1
    assert any(re.search(r"dasharray: (?:1\.\d+|2\.\d+),", style) for _, style in rest)


@pytest.mark.parametrize("role", ["gd", "adam"])
def test_the_still_of_adams_rates_has_the_paths_of_both(role):
    color = ml.palette.LIGHT[role]
    assert any(color in style for _, style in lines("04", "ch4-live-rates"))
