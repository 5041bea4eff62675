"""The live figures in JupyterLab, where the page and Python keep each other in step."""

import os
import re
import warnings
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from browser.lab import Notebook, copy, eventually, server, write
from momentumlib import palette

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("lab")]

CHAPTER = Path(__file__).parents[2] / "chapters" / "02_choosing_gamma.ipynb"
THEMES = {"JupyterLab Dark": palette.DARK, "JupyterLab Light": palette.LIGHT}

IMPORTS = """
import os
import ipywidgets
import numpy as np
from numba import njit
import momentumlib as ml
"""

FIGURES = {
    "race": 'race(ml.problems.quadratic(kappa=100), [ml.gd(0.01), ml.momentum(0.01)], key="race")',
    "rate_map": 'rate_map(kappa=100, key="rate_map")',
    "one_step": 'one_step(kappa=8, key="one_step")',
    "per_coordinate": 'per_coordinate(kappa=100, key="per_coordinate")',
    "designer": 'designer(kappa=100, key="designer")',
}

#: The numbers that each figure begins its readout with, from its run in Python.
NUMBERS = {
    "race": "[run.loss[min(race.step, run.steps)] for run in race.runs()]",
    "rate_map": "[rate_map.rate()]",
    "one_step": "[one_step.run().problem.f(point) for point in one_step.landings()]",
    "per_coordinate": "[*per_coordinate.learning_rates()[-1], per_coordinate.run().loss[-1]]",
    "designer": "[designer.run().loss[-1], float(designer.gammas()(designer.steps - 1))]",
    "own": "[own.run().loss[-1]]",
}

OWN = """
@njit
def f(theta):
    return theta[0] ** 2 + 5 * theta[1] ** 2 + np.sin(theta[0]) ** 2

@njit
def grad(theta):
    return 2 * theta[0] + np.sin(2 * theta[0]), 10 * theta[1]

@njit
def my_step(theta, v, g, eta, gamma):
    v = gamma * v + eta * g
    return theta - v, v

my_problem = ml.Problem(f, grad, dim=2, start=[-3.0, 1.0])
own = ml.live.race(my_problem, methods=[my_step], key="own")
own
"""

ALLOCATES = """@njit
def greedy(theta, v, g, eta, gamma):
    parts = np.array([gamma * v, eta * g])
    return theta - parts.sum(), parts.sum()

ml.live.race(ml.problems.quadratic(kappa=100), methods=[greedy])"""

LINKED = """
linked = ml.live.race(ml.problems.quadratic(kappa=100), ml.momentum(0.01), key="linked")
slider = ipywidgets.FloatSlider(value=0.5, min=0, max=1, step=0.01)
link = ipywidgets.jslink((linked, "gamma"), (slider, "value"))
heard = []
linked.observe(lambda change: heard.append(change.new), "gamma")
ipywidgets.VBox([linked, slider])
"""


PREDICTION = """
asked = ml.predict.point(
    key="asked", question="Where is the best one?", x=("η", 0, 4), y=("γ", 0, 1),
    answer=(1, 0.5), why="You said {guess}.",
)
asked
"""


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """A notebook with every live figure in JupyterLab, after Run All."""
    if find_spec("jupyterlab") is None:
        message = "no JupyterLab to test live figures in: install requirements-dev.txt"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(message, pytrace=False)
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("lab")
    cells = [f"{name} = ml.live.{made}\n{name}" for name, made in FIGURES.items()]
    write(folder / "figures.ipynb", [IMPORTS, *cells])
    copy(CHAPTER, folder)
    with server(folder) as home:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        notebook = Notebook(page, home, "figures.ipynb")
        notebook.menu("Run", "Run All Cells")
        kernel, notebook.home, notebook.folder = notebook.value("os.getpid()"), home, folder
        yield notebook
        page.close()
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)


@pytest.fixture(autouse=True)
def faultless(lab):
    """Whatever a test does, the page asks no other host and raises no error."""
    yield
    faults, lab.faults[:] = list(lab.faults), []
    assert faults == []


def agrees(lab, name):
    """Wait until a figure shows the numbers of the run that Python has, to 1e-9."""

    def same():
        rows = lab.page.locator(f"figure#{name} .live-value[data-value]")
        shown = rows.evaluate_all("rows => rows.map((row) => +row.dataset.value)")
        expected = lab.value(NUMBERS[name])
        return shown[: len(expected)] == pytest.approx(expected, rel=1e-9)

    eventually(same)


def number(figure, name):
    """The number that a slider's box shows."""
    return float(figure.locator(f'input[type="number"][data-name="{name}"]').input_value())


def plots(figure):
    """A figure's pictures, as data: equal for equal pictures."""
    return figure.locator(".live-plot > canvas").evaluate_all("all => all.map(c => c.toDataURL())")


def colors(figure):
    """How many pixels of each color each of a figure's pictures has."""
    return figure.locator(".live-plot > canvas").evaluate_all(
        """(canvases) => canvases.map((canvas) => {
          const { width, height } = canvas, counts = {};
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) {
            const rgb = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
            const color = "#" + rgb.toString(16).padStart(6, "0");
            counts[color] = (counts[color] || 0) + 1;
          }
          return counts;
        })"""
    )


@pytest.mark.parametrize("theme", THEMES)
def test_every_figure_is_drawn_in_the_colors_of_the_theme(lab, theme):
    frame = THEMES[theme]["muted"]
    lab.menu("Settings", "Theme", theme)
    for name in FIGURES:
        figure = lab.figure(name)
        eventually(lambda f=figure: all(plot.get(frame, 0) > 500 for plot in colors(f)))
        assert all(len(plot) > 10 for plot in colors(figure))


def test_every_control_has_a_label_of_its_own(lab):
    for name in FIGURES:
        lab.figure(name)
    ids = lab.page.locator("figure.live [id]").evaluate_all("all => all.map(e => e.id)")
    assert len(ids) > 40
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", FIGURES)
def test_slider_moves_the_trait(lab, name):
    figure = lab.figure(name)
    slider = figure.locator('input[type="range"][data-name="eta"]')
    figure.locator("details.live-more").evaluate_all("all => all.forEach(fold => fold.open = true)")
    for move in (lambda: slider.click(position={"x": 60, "y": 10}), lambda: slider.press("End")):
        before, eta = plots(figure), number(figure, "eta")
        move()
        eventually(lambda old=eta: number(figure, "eta") != old)
        eventually(lambda: lab.value(f"{name}.eta") == pytest.approx(number(figure, "eta"), 1e-3))
        eventually(lambda old=before: plots(figure) != old)
        agrees(lab, name)


@pytest.mark.parametrize("name", FIGURES)
def test_trait_moves_the_slider(lab, name):
    figure = lab.figure(name)
    slider = figure.locator('input[type="range"][data-name="eta"]')
    before, place = plots(figure), slider.input_value()
    lab.run(f"{name}.eta = 0.005")
    eventually(lambda: number(figure, "eta") == 0.005)
    assert slider.input_value() != place
    eventually(lambda: plots(figure) != before)
    agrees(lab, name)


def test_trait_without_a_control_is_drawn_too(lab):
    figure = lab.figure("race")
    lab.run("race.steps = race.step = 40")
    eventually(lambda: "40 of 40" in figure.locator(".live-player").text_content())
    agrees(lab, "race")


def test_keys_go_to_the_figure_not_to_the_notebook(lab):
    figure = lab.figure("race")
    lab.run("race.start, race.eta = [-4.0, 2.0], 0.005")  # away from their limits
    (x, y), eta = lab.value("race.start"), lab.value("race.eta")
    cells = lab.page.locator(".jp-Notebook-cell").count()
    for key in ("ArrowRight", "ArrowUp", "d", "d", "x"):  # in Lab: move on, cut, delete
        figure.locator(".live-handle").press(key)
    eventually(lambda: lab.value(f"race.start[0] > {x} and race.start[1] > {y}"))
    figure.locator('input[type="range"][data-name="eta"]').press("ArrowUp")
    eventually(lambda: lab.value("race.eta") > eta)
    assert lab.page.locator(".jp-Notebook-cell").count() > cells


def test_figure_is_linked_and_observed_as_any_widget(lab):
    lab.run(LINKED)
    figure = lab.figure("linked")
    eventually(lambda: number(figure, "gamma") == lab.value("slider.value"))
    figure.locator('input[type="range"][data-name="gamma"]').press("ArrowRight")
    moved = number(figure, "gamma")
    eventually(lambda: lab.value("[linked.gamma, slider.value, heard[-1]]") == [moved] * 3)
    lab.run("slider.value = 0.25")
    eventually(lambda: number(figure, "gamma") == 0.25)
    eventually(lambda: lab.value("[linked.gamma, heard[-1]]") == [0.25] * 2)


def test_a_guess_reaches_python_and_python_opens_it_again(lab):
    lab.run(PREDICTION)
    figure = lab.figure("asked")
    handle = figure.locator(".live-handle")
    for key in ("ArrowRight", "Shift+ArrowUp"):
        handle.press(key)
    eventually(lambda: lab.value("asked.draft") == [2.04, 0.6])
    assert lab.value("[asked.guess, asked.settled]") == [None, False]
    figure.get_by_role("button", name="Commit").press("Enter")
    eventually(lambda: lab.value("[asked.guess, asked.settled]") == [[2.04, 0.6], True])
    said = figure.locator(".predict-result")
    eventually(lambda: "You said (2.04, 0.6)." in said.inner_text())
    assert not handle.is_visible()
    assert figure.locator(".predict-tally").count() == 0  # a page keeps guesses, a notebook not
    assert lab.page.evaluate("Object.keys(localStorage).filter(k => /predict/.test(k))") == []
    lab.run("asked.guess, asked.settled = None, False")
    eventually(handle.is_visible)
    assert said.inner_text() == ""


def test_own_step_on_own_problem_becomes_a_live_race(lab):
    lab.run(OWN)
    figure = lab.figure("own")
    assert all(len(plot) > 10 for plot in colors(figure))
    figure.locator('input[type="range"][data-name="eta"]').press("ArrowRight")
    eventually(lambda: lab.value("own.eta") == pytest.approx(number(figure, "eta"), 1e-3))
    agrees(lab, "own")


def test_step_that_allocates_is_refused_with_a_sentence(lab):
    (error,) = lab.run(ALLOCATES)
    assert error["ename"] == "TypeError"
    assert error["evalue"] == (
        "step makes an array (np.array, line 3); return plain numbers instead: return theta, v"
    )
    assert lab.page.get_by_text(error["evalue"]).is_visible()
    assert lab.value("1 + 1") == 2


def test_experiment_of_the_chapter_has_sliders_that_draw(lab):
    cells = nbformat.read(CHAPTER, as_version=4).cells
    experiment = next(c.source for c in cells if c.source.startswith("def experiment("))
    prose = next(c.source for c in cells if "interact(experiment" in c.source)
    pasted = next(p for p in re.findall(r"```python\n(.*?)```", prose, re.S) if "interact(" in p)
    lab.run("import matplotlib.pyplot as plt\nml.plot.style()")
    lab.run(experiment)
    lab.run(pasted)
    box = lab.page.locator(".widget-interact")
    image = box.locator("img")
    before = image.get_attribute("src")
    box.locator(".noUi-handle").nth(1).press("ArrowLeft")  # γ
    eventually(lambda: box.locator(".widget-readout").nth(1).inner_text() == "0.89")
    eventually(lambda: image.get_attribute("src") != before)


def test_hints_of_a_check_are_folded_behind_a_triangle(lab):
    lab.run("ml.check.gd(...)")
    hint = lab.page.locator(".check details").last
    assert not hint.locator("p").is_visible()
    marker = "summary => getComputedStyle(summary).listStyleType"
    assert hint.locator("summary").evaluate(marker) == "disclosure-closed"
    hint.locator("summary").click()
    assert hint.locator("p").is_visible()


def test_exercises_of_a_chapter_are_set_and_their_solutions_folded(browser, lab):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    chapter = Notebook(page, lab.home, CHAPTER.name)
    hidden = page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
          .filter((cell) => cell.model.getMetadata("tags")?.includes("solution"))
          .map((cell) => cell.inputHidden)"""
    )
    assert len(hidden) >= 6
    assert all(hidden)
    chapter.go("{exercise}")
    page.get_by_text(re.compile(r"^Exercise \d+")).first.wait_for()
    assert [fault for fault in chapter.faults if "host" in fault] == []
    page.close()


def test_chapter_is_alive_before_it_runs_and_saved_without_scripts(browser, lab):
    path = Path(lab.folder, CHAPTER.name)
    stored = nbformat.read(path, as_version=4)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    chapter = Notebook(page, lab.home, CHAPTER.name)
    figure = chapter.figure("race-gamma")
    before = plots(figure)
    figure.locator('input[type="range"][data-name="gamma"]').press("ArrowRight")
    eventually(lambda: plots(figure) != before)
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    saved = nbformat.read(path, as_version=4)
    assert saved.cells == stored.cells
    assert saved.metadata.momentumlib == stored.metadata.momentumlib
    assert "widgets" not in saved.metadata
    assert [fault for fault in chapter.faults if "host" in fault] == []
    page.close()
