"""What `make notebooks` writes: an output that is equal stays as it was stored."""

import copy
import json

import nbformat
import pytest

import notebooks


def figure(key, eta, layout):
    """A live figure as a notebook stores it."""
    state = {"key": key, "eta": eta, "layout": f"IPY_MODEL_{layout}"}
    return {"model_module": "anywidget", "model_name": "AnyModel", "state": state}


@pytest.fixture
def stored():
    """A notebook with a printed number, a live figure and a stamp."""
    v4 = nbformat.v4
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "a" * 32}}
    outputs = [
        v4.new_output("stream", name="stdout", text="rate 0.125\n"),
        v4.new_output("display_data", {"text/plain": "race figure"}, metadata=view),
    ]
    cells = [
        v4.new_markdown_cell("Words.", id="words"),
        v4.new_code_cell("print(rate)", id="code", outputs=outputs, execution_count=1),
    ]
    layout = {"model_module": "@jupyter-widgets/base", "model_name": "LayoutModel", "state": {}}
    figures = {"a" * 32: figure("race", 0.1, "b" * 32), "b" * 32: layout}
    kept = {"figures": figures, "modules": {}, "sources": "0"}
    return v4.new_notebook(cells=cells, metadata={"momentumlib": kept})


def again(stored, printed="rate 0.125\n", eta=0.1, id_="a" * 32):
    """What is written after a run that printed and showed this."""
    fresh = copy.deepcopy(stored)
    fresh.cells[1].outputs[0].text = printed
    fresh.metadata.momentumlib.figures["a" * 32].state.eta = eta
    text = nbformat.writes(fresh).replace("a" * 32, id_)
    before = notebooks.fixed_widget_ids(nbformat.writes(stored), "chapter")
    return before, notebooks.with_stored(notebooks.fixed_widget_ids(text, "chapter"), before)


def test_a_run_with_the_same_outputs_changes_nothing(stored):
    before, after = again(stored, "rate 0.126\n", 0.1 + 1e-15, "c" * 32)
    assert after == before


def test_an_output_that_differs_is_written(stored):
    before, after = again(stored, "rate 0.225\n")
    assert after == before.replace("0.125", "0.225") != before


def test_a_figure_that_differs_is_written(stored):
    before, after = again(stored, eta=0.2)
    changed = json.loads(before)
    for model in changed["metadata"]["momentumlib"]["figures"].values():
        if "eta" in model["state"]:
            model["state"]["eta"] = 0.2
    assert json.loads(after) == changed


def with_module(stored, module, sources):
    """The JSON of the notebook with a module for its figure, and with a stamp."""
    notebook = copy.deepcopy(stored)
    kept = notebook.metadata.momentumlib
    kept.sources, kept.modules = sources, {module: module}
    kept.figures["a" * 32]["buffers"] = [{"module": module, "path": ["module"]}]
    return nbformat.writes(notebook)


def test_a_module_stays_until_the_library_or_the_code_changes(stored):
    before = with_module(stored, "one", "0")
    assert notebooks.with_stored(with_module(stored, "two", "0"), before) == before
    changed = with_module(stored, "two", "1")
    assert notebooks.with_stored(changed, before) == changed
    changed = with_module(stored, "two", "0").replace("print(rate)", "print(my_rate)")
    assert notebooks.with_stored(changed, before) == changed


def test_words_and_the_stamp_are_those_of_the_run(stored):
    before = nbformat.writes(stored)
    after = before.replace("Words.", "Other words.").replace('"sources": "0"', '"sources": "1"')
    assert notebooks.with_stored(after, before) == after


def test_a_figure_has_its_id_from_its_key(stored):
    first = json.loads(notebooks.fixed_widget_ids(nbformat.writes(stored), "chapter"))
    stored.metadata.momentumlib.figures = {
        "d" * 32: figure("above", 1.0, "e" * 32), **stored.metadata.momentumlib.figures
    }  # fmt: skip
    second = json.loads(notebooks.fixed_widget_ids(nbformat.writes(stored), "chapter"))
    one, two = (book["metadata"]["momentumlib"]["figures"] for book in (first, second))
    assert len(one) == 2
    assert one.items() <= two.items()
    assert first["cells"] == second["cells"]
    assert not {"a" * 32, "b" * 32} & one.keys()
