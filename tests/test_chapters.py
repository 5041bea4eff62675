"""The chapters as they are stored: complete, of today's library, and readable."""

import ast
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

import notebooks
from momentumlib.live.frame.notebook import VIEW

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted(ROOT.glob("chapters/*.ipynb"))
PICTURES = {"image/svg+xml", "image/png", "image/jpeg"}
MOST_LINES = 13
#: A prediction's code is out of sight; most of it is words: a sentence for each wrong option.
MOST_OF_A_PREDICTION = 20
MOST_BYTES = 1_000_000

pytestmark = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def code_cells(path):
    """The code cells of a notebook."""
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


@cache
def read(path):
    """A notebook, checked against its format; tests leave it as it is."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def shows_a_picture(cell):
    """Whether a picture is among the cell's outputs."""
    return any(PICTURES & set(output.get("data", {})) for output in cell.outputs)


def shown_widgets(notebook):
    """The states of the widgets that the cells show: live figures and predictions."""
    views = [
        output.metadata[VIEW]["model_id"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if VIEW in output.get("metadata", {})
    ]
    figures = notebook.metadata.momentumlib.figures
    return [figures[view]["state"] for view in views]


def test_outputs_are_those_of_this_library(path):
    stored = read(path).metadata.get("momentumlib", {}).get("sources")
    assert stored == notebooks.sources_stamp(), (
        f"{path.name} holds outputs of another momentumlib: run `make notebooks`"
    )


def test_every_cell_ran_once_and_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "run `make notebooks`"


def test_no_cell_failed_or_warned(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", f"{cell.source}\nprinted: {output.text}"


def test_exemptions_from_comparison_are_few_and_explained(path):
    exempt = re.compile(r"NBVAL_(?:IGNORE_OUTPUT|SKIP|RAISES_EXCEPTION)|nbval-[\w-]+")
    cells = code_cells(path)
    marked = [c for c in cells if exempt.search(c.source + " ".join(c.metadata.get("tags", [])))]
    for cell in marked:
        assert re.search(r"# NBVAL_\w+: \w+ \w+", cell.source), f"no reason given:\n{cell.source}"
    assert len(marked) <= 0.02 * len(cells)


def test_nothing_that_differs_between_runs_is_stored(path):
    notebook = read(path)
    for cell in notebook.cells:
        assert "execution" not in cell.metadata
    assert notebook.metadata.kernelspec.name == "python3"
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<dc:date>", text), "a figure stores its date"
    assert not re.search(r"(?:object|function) at 0x[0-9a-f]+", text), "an address in memory"


def test_a_notebook_is_small_and_stores_nothing_that_the_library_has(path):
    assert path.stat().st_size < MOST_BYTES
    notebook = read(path)
    figures, modules = notebook.metadata.momentumlib.figures, notebook.metadata.momentumlib.modules
    assert len(shown_widgets(notebook)) == sum("key" in f["state"] for f in figures.values())
    for figure in figures.values():
        assert not {"_esm", "_css"} & set(figure["state"])
        assert all("data" not in buffer for buffer in figure.get("buffers", []))
    assert len(set(modules.values())) == len(modules)
    assert "widgets" not in notebook.metadata
    for cell in filter(shows_a_picture, code_cells(path)):
        for output in cell.outputs:
            svg = output.get("data", {}).get("image/svg+xml", "")
            assert not re.search(r' d="[^"]*\.\d{3}', svg), "a path in thousandths of a point"


def test_a_viewer_without_the_library_shows_a_still_for_each_figure(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            assert VIEW not in data
            if VIEW in output.get("metadata", {}):
                assert {"image/svg+xml", "text/html"} & set(data)


def test_cells_are_short(path):
    for cell in code_cells(path):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        unseen = "predict" in cell.metadata.get("tags", [])
        most = MOST_OF_A_PREDICTION if unseen else MOST_LINES
        assert len(lines) <= most, f"{len(lines)} lines of code:\n{cell.source}"


def test_no_cell_hides_its_value_with_a_semicolon(path):
    """The comparison runs cells outside IPython's history, where `;` hides nothing."""
    for cell in code_cells(path):
        assert not cell.source.rstrip().endswith(";"), f"name the value instead:\n{cell.source}"


def test_every_picture_has_words_and_a_caption(path):
    for cell in filter(shows_a_picture, code_cells(path)):
        if any(VIEW in output.get("metadata", {}) for output in cell.outputs):
            continue  # a live figure has them in its state: the next test
        given = cell.metadata.get("mystnb", {})
        assert len(given.get("image", {}).get("alt", "")) >= 20, f"no alt text:\n{cell.source}"
        assert len(given.get("figure", {}).get("caption", "")) >= 20, f"no caption:\n{cell.source}"
        assert len([o for o in cell.outputs if PICTURES & set(o.get("data", {}))]) == 1


def test_every_live_figure_has_a_question_words_and_a_caption(path):
    notebook = read(path)
    figures = [state for state in shown_widgets(notebook) if "settled" not in state]
    assert len(figures) >= 2
    for figure in figures:
        for trait in ("question", "caption", "alt"):
            assert len(figure[trait]) >= 20, f"the live figure {figure['key']} has no {trait}"
    assert len({figure["key"] for figure in figures}) == len(figures)


#: Colors that a figure has in one theme only. Pictures of fruit have theirs in both.
COLORS = re.compile(r"\b(blue|bluer|red|green|orange|yellow|black|white|gr[ae]y|purple)\b")
PHOTOGRAPHS = {"ch6-look", "ch6-wrong-figure"}
WORDS = ("question", "caption", "alt")


def test_no_words_of_a_figure_name_a_color_that_themes_change(path):
    notebook = read(path)
    words = [
        (each["key"], each.get(kind, "")) for each in shown_widgets(notebook) for kind in WORDS
    ]
    for cell in notebook.cells:
        given = cell.metadata.get("mystnb", {})
        if cell.id not in PHOTOGRAPHS:
            words += [(cell.id, str(given.get(kind, ""))) for kind in ("figure", "image")]
    assert [(name, said) for name, said in words if COLORS.search(said)] == []


def test_there_are_predictions_with_keys_of_this_chapter(path):
    keys = [state["key"] for state in shown_widgets(read(path)) if "settled" in state]
    assert len(keys) >= 3
    assert len(set(keys)) == len(keys)
    begins = f"ch{int(path.stem.split('_')[0])}-"  # so no other chapter has the key
    assert [key for key in keys if not key.startswith(begins)] == []


def test_the_code_of_a_prediction_is_out_of_sight_and_computes_its_answer(path):
    for cell in code_cells(path):
        if "ml.predict." not in cell.source:
            continue
        assert {"remove-input", "predict"} <= set(cell.metadata.get("tags", [])), cell.source
        assert cell.metadata.get("jupyter", {}).get("source_hidden"), "run `make notebooks`"
        answers = [
            node.value
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, ast.keyword) and node.arg == "answer"
        ]
        assert len(answers) == 1
        computed = any(isinstance(node, ast.Name) for node in ast.walk(answers[0]))
        assert computed, f"an answer that no code computes:\n{cell.source}"


def test_cell_ids_and_figure_names_are_unique(path):
    cells = read(path).cells
    ids = [cell.id for cell in cells]
    names = [
        cell.metadata["mystnb"]["figure"]["name"]
        for cell in cells
        if "name" in cell.metadata.get("mystnb", {}).get("figure", {})
    ]
    assert len(ids) == len(set(ids))
    assert len(names) == len(set(names))


def test_headings_make_one_tree(path):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    text = re.sub(r"^(`{3,}|:{3,}).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    levels = [len(mark) for mark in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1, "a chapter has one title"
    assert all(b - a <= 1 for a, b in pairwise(levels)), "a heading skips a level"
