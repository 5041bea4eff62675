"""What the page's worker does with a cell, in this Python."""

import json

import page_cells
import pytest

import in_page
from page_python import sources


def told(cell, before=(), table="", packs=()):
    job = {"cell": cell, "before": list(before), "table": table, "packs": list(packs)}
    return json.loads(page_cells.told(json.dumps(job)))


@pytest.fixture(autouse=True)
def anew(monkeypatch, tmp_path):
    monkeypatch.setattr(page_cells, "kept", {})
    monkeypatch.setattr(page_cells, "SITE", tmp_path)  # without matplotlib, as at the start


def test_a_cell_runs_after_those_that_it_needs():
    before = ["a = 2", "b = 1 / 0", "def f(x):\n    return a * x", "a = 3", "print('unheard')"]
    done = told("print(f(5))\nf(1)", before)
    assert done["outputs"] == [{"printed": "15\n"}, {"value": "3"}]
    assert (done["error"], done["ran"]) == ("", 3)
    assert told("print(f(7))", before)["ran"] == 0  # nothing has changed
    assert told("print(f(7))", [*before[:3], "a = 4"])["outputs"] == [{"printed": "28\n"}]


def test_a_cell_that_ran_need_not_run_again():
    first = "import time\nmade = [time.perf_counter()]"
    told(first)
    one, other = (told("made.append(1); made", [first])["outputs"] for _ in range(2))
    assert one == other  # and it is not what the cell below has made of it
    assert one[0]["value"].endswith(", 1]")


def test_an_error_is_a_sentence_and_the_readers_own_lines():
    done = told("def f():\n    return 1 / 0\nf()")
    assert done["error"] == "Line 2: ZeroDivisionError: division by zero"
    assert done["trace"].count("line 2, in f") == 1
    assert "page_reader" not in done["trace"]
    above = "x = [1][2]"
    assert told("print(x)", [above])["error"] == (
        "Line 1: `x` comes from a cell above that does not run here: "
        "IndexError: list index out of range"
    )
    assert told("x = (")["error"] == "Line 1: SyntaxError: '(' was never closed"


def test_printed_columns_are_a_table():
    printed = 'print("a  b")\nprint("1  2")'
    assert told(printed, table="table")["outputs"] == [
        {"rows": [["a", "b"], ["1", "2"]], "head": True, "numeric": [True, True]}
    ]
    assert told(printed)["outputs"] == [{"printed": "a  b\n1  2\n"}]


def test_a_pack_is_asked_for_when_a_cell_needs_it(monkeypatch):
    monkeypatch.setattr(page_cells.sys, "meta_path", [])
    monkeypatch.delitem(page_cells.sys.modules, "matplotlib", raising=False)
    needs = ["plots", "figures"]
    assert told("import matplotlib", packs=["figures", "plots", "data"])["wants"] == needs
    above = "import matplotlib.pyplot as plt\nfrom math import pi\nplt.style"
    assert told("print(round(pi))", [above], packs=needs)["outputs"] == [{"printed": "3\n"}]
    assert told("plt.show()", [above], packs=needs)["wants"] == needs
    done = told("import matplotlib")  # in a book without it
    assert done["wants"] == []
    assert done["error"] == (
        "Line 1: matplotlib is not in this page's Python: run the chapter with make lab"
    )


def test_what_a_page_does_not_show_is_there_for_its_cells(tmp_path):
    (tmp_path / "chapters").mkdir()
    ask = """x, z = 1, 5
wrong = ["no"]
wrong += [str(k) for k in range(3)]
ml.predict.number('a', wrong, 0, 9, answer=x)"""
    code = {"cell_type": "code", "metadata": {}}
    cells = [
        code | {"source": ["print(x)\n", "wrong = k = 2\n", "print(wrong, k)"]},
        code | {"source": ask.splitlines(keepends=True), "metadata": {"tags": ["remove-input"]}},
    ]
    path = tmp_path / "chapters" / "one.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert in_page.hidden(tmp_path) == {"one.html": ["x, z = (1, 5)"]}


def test_without_matplotlibs_wheels_a_line_says_what_is_left_out(monkeypatch, tmp_path):
    monkeypatch.setenv("PYODIDE_WHEELS", str(tmp_path))
    wheels, said = sources.plots()
    assert wheels == []
    assert said.startswith("Pages that draw nothing: PYODIDE_WHEELS must name the folder")
    assert "\n" not in said
