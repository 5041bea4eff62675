"""What a notebook stores of its figures, and how it comes back."""

import copy
import json

import pytest

import momentumlib as ml
from momentumlib.live.frame.notebook import STATE, VIEW, emptied, filled

FOREIGN = {"model_module": "@jupyter-widgets/controls", "model_name": "FloatSliderModel"}
FOREIGN |= {"model_module_version": "2.0.0", "state": {"value": 0.5}}


def notebook(*figures, also=()):
    """The JSON of a notebook whose one cell shows these widgets, as a kernel stores them."""
    models = dict(also)
    for figure in figures:
        for widget in (figure.layout, figure):
            state = widget.get_state()
            model = {"model_module": widget._model_module, "model_name": widget._model_name}
            model |= {"model_module_version": widget._model_module_version, "buffers": []}
            for name in [name for name, value in state.items() if isinstance(value, bytes)]:
                data = {"data": state.pop(name).hex(), "encoding": "hex", "path": [name]}
                model["buffers"].append(data)
            models[widget.model_id] = {**model, "state": json.loads(json.dumps(state))}
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {VIEW: {"model_id": id_}}}
        for id_ in models
        if "layout" in models[id_]["state"] or id_ in dict(also)
    ]
    widgets = {STATE: {"version_major": 2, "version_minor": 0, "state": models}}
    return {"cells": [{"cell_type": "code", "outputs": outputs}], "metadata": {"widgets": widgets}}


@pytest.fixture
def figures():
    """Two figures of one kind and a prediction."""
    valley, method = ml.problems.quadratic(kappa=100), ml.momentum(0.01)
    races = [ml.live.race(valley, method, key=key, steps=10) for key in ("one", "two")]
    asked = {"question": "Which?", "options": ["a", "b"], "answer": "a", "why": "So."}
    return [*races, ml.predict.choice(key="three", **asked)]


def without_nulls(models):
    """The models' states, where a layout's missing property is as good as a null."""
    return {
        id_: {**m, "state": {k: v for k, v in m["state"].items() if v is not None}}
        for id_, m in models.items()
    }


def test_what_is_taken_out_is_put_in_again(figures):
    first = notebook(*figures)
    stored = json.loads(json.dumps(emptied(copy.deepcopy(first))))
    again = filled(copy.deepcopy(stored))
    assert again["cells"] == first["cells"]
    models = again["metadata"]["widgets"][STATE]["state"]
    assert without_nulls(models) == without_nulls(first["metadata"]["widgets"][STATE]["state"])
    assert {**again["metadata"]["widgets"][STATE], "state": {}} == {
        "version_major": 2, "version_minor": 0, "state": {},
    }  # fmt: skip
    assert emptied(again) == stored


def test_what_is_stored_names_the_class_and_holds_a_module_once(figures):
    stored = emptied(notebook(*figures))
    text = json.dumps(stored)
    assert len(text) < 30_000 < len(figures[0]._esm)
    assert text.count("momentumlib.live.race.Race") == 2
    assert len(stored["metadata"]["momentumlib"]["modules"]) == 1
    assert VIEW not in stored["cells"][0]["outputs"][0]["data"]
    assert "widgets" not in stored["metadata"]


def test_widgets_of_others_stay_where_they_are(figures):
    first = notebook(figures[0], also={"f" * 32: FOREIGN})
    stored = emptied(copy.deepcopy(first))
    assert stored["metadata"]["widgets"][STATE]["state"] == {"f" * 32: FOREIGN}
    assert [VIEW in output["data"] for output in stored["cells"][0]["outputs"]] == [True, False]
    assert next(iter(filled(stored)["metadata"]["widgets"][STATE]["state"])) == "f" * 32
    assert stored["cells"] == first["cells"]


def test_a_figure_of_another_version_of_the_library_stays_as_it_is():
    model = {**FOREIGN, "state": {"_anywidget_id": "momentumlib.live.gone.Gone", "_esm": "old"}}
    first = notebook(also={"a" * 32: model})
    assert emptied(copy.deepcopy(first)) == first
    assert filled(copy.deepcopy(first)) == first


def test_no_class_is_looked_for_outside_the_library():
    model = {**FOREIGN, "state": {"_anywidget_id": "os.path.join"}}
    first = notebook(also={"a" * 32: model})
    assert emptied(copy.deepcopy(first)) == first
