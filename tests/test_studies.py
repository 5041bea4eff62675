"""The stored trainings of the chapters: their recipe gives them, and their marks are right.

A sample is computed again, by the chapter's own cells, in a copy of the studies from which
it is missing. What the cells read besides has a mark that they know again; else they stop.
"""

import shutil
import sys

import numpy as np
import pytest

import student
from studies import FOLDER, ROOT, recipe

CHAPTER = ROOT / "chapters" / "06_recognizing_fruit.ipynb"
STUDIES = ROOT / "chapters" / "studies"

#: The loops of a network add in one order everywhere, but the exponentials of its softmax come
#: from the machine's library and may end in another digit of sixteen. In single precision that
#: moves a weight's seventh digit; hundreds of steps make a thousandth of it at the most, and
#: turn a few pictures of a thousand to another name.
SAME = {"loss": {"rel": 1e-3}, "right": {"abs": 0.005}, "confusion": {"abs": 5}}


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    """The names of the chapter's cells, run in a folder with a copy of its studies."""
    folder = tmp_path_factory.mktemp("chapter")
    shutil.copytree(STUDIES, folder / "studies")
    cells, names = recipe(CHAPTER), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for cell in (
            "ch6-imports",
            "ch6-data",
            "ch6-network",
            "ch6-etas",
            "ch6-sweep",
            "ch6-judge",
        ):
            if cell == "ch6-judge":  # the one run of the contest that is computed again
                shutil.rmtree(folder / "studies" / "looks" / "GD-10")
            exec(cells[cell], names)
        (folder / "studies" / "map-64" / "000040.npz").unlink()  # γ = 0.9, η = 0.02, order 1
        exec(cells["ch6-map"], names)
        shutil.rmtree(folder / "studies" / "styles" / "noto")
        for cell in ("c6a0de12", "c6a0de13"):
            exec(cells[cell], names)
    return folder / "studies"


SAMPLES = "map-64/000040.npz", "looks/GD-10/000000.npz", "styles/noto/000000.npz"


def arrays(file):
    with np.load(file) as kept:
        return {name: kept[name] for name in kept.files if name not in ("mark", "sum")}


@pytest.mark.slow
@pytest.mark.parametrize("block", SAMPLES)
def test_what_is_stored_is_what_the_cells_compute(chapter, block):
    before, after = arrays(STUDIES / block), arrays(chapter / block)
    assert before.keys() == after.keys()
    for name, value in before.items():
        within = SAME.get(name, {"abs": 0})
        assert after[name] == pytest.approx(value, **within, nan_ok=True), name


def test_every_folder_has_its_cell_and_is_small():
    named = set(FOLDER.findall("".join(recipe(CHAPTER).values())))
    assert named == {entry.name for entry in STUDIES.iterdir() if entry.is_dir()}
    files = [entry for entry in STUDIES.rglob("*") if entry.is_file()]
    assert sum(file.stat().st_size for file in files) < 1_500_000


def test_a_class_gets_the_studies_with_its_copies(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["student.py", str(tmp_path / "copies")])
    student.main()
    there, here = (
        {str(file.relative_to(at)) for file in at.rglob("*.npz")}
        for at in (tmp_path / "copies" / "studies", STUDIES)
    )
    assert there == here
    assert (tmp_path / "copies" / CHAPTER.name).exists()
