"""The exercises of the chapters: complete, not tried yet, solved by their solutions."""

import ast
import inspect
import re
from collections import Counter
from functools import cache
from pathlib import Path

import nbformat
import pytest
import yaml

import grade
from checking import module
from exercises import Exercise, defined, exercises, is_name, kind
from lesson import FOLDED, lesson
from momentumlib import check
from momentumlib.check.chapters import CHAPTERS, FOLDERS
from student import handout

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted(ROOT.glob("chapters/*.ipynb"))
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
#: How many exercises of each level a chapter of part I has at least, and another in all.
PART_I = {"Warm-up": 2, "Core": 3, "Challenge": 1}
LATER = 4

each_chapter = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def read(path):
    """The notebook of a chapter."""
    return nbformat.read(path, as_version=4)


def part_one():
    """The chapters of part I, by the names of their files."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return {Path(chapter["file"]).stem for chapter in toc["parts"][0]["chapters"]}


def verdict(exercise):
    """What the stored output of an exercise's check says: (text, HTML)."""
    (output,) = exercise.check.outputs
    return output["data"]["text/plain"], output["data"]["text/html"]


@each_chapter
def test_each_exercise_is_four_cells(path):
    notebook = read(path)
    found = exercises(notebook)
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert sum(source.count("{exercise}") for source in text) == len(found)
    for tag, count in Counter(filter(None, map(kind, notebook.cells))).items():
        assert count == len(found), f"{count} cells with the tag {tag}, {len(found)} exercises"
    for each in found:
        assert each.label == f"ex-{each.name.replace('_', '-')}"
        assert hasattr(check, each.name)
        assert each.stub.metadata.tags == ["exercise"]
        assert each.check.metadata.tags == ["check"]
        assert "..." in each.stub.source
        assert each.answers(), f"{each.label}: the check takes nothing that the stub defines"
        call = ast.parse(each.check.source).body
        assert len(call) == 1, f"{each.label}: more than the check"
        assert {key: each.solution.metadata.get(key) for key in FOLDED} == FOLDED, each.label
        assert each.solution.outputs == []
        assert "#" in each.solution.source, f"{each.label}: the solution says no why"


@each_chapter
def test_there_are_enough_of_each_level(path):
    levels = Counter(each.level for each in exercises(read(path)))
    if path.stem in part_one():
        assert all(levels[level] >= least for level, least in PART_I.items()), levels
    assert levels.total() >= LATER


def test_labels_and_checks_are_unique_in_the_book():
    found = [each for path in PATHS for each in exercises(read(path))]
    for parts in [each.label for each in found], [each.name for each in found]:
        assert [part for part, count in Counter(parts).items() if count > 1] == []


@each_chapter
def test_a_stub_is_not_tried_yet_and_its_hints_are_folded(path):
    for each in exercises(read(path)):
        text, html = verdict(each)
        assert re.match(r"○ .+: not tried yet\n", text), f"{each.label}: {text}"
        assert 1 <= html.count("<details><summary") <= 3, each.label
        assert "<details open" not in html


@each_chapter
def test_each_solution_passes_its_own_check(path):
    scope = solved(read(path))
    for each in exercises(read(path)):
        assert scope[each.label].passed, f"{each.label}: {scope[each.label]!r}"


def solved(notebook):
    """Run the solutions and their checks; the names, and the verdicts under their labels.

    Before them run the chapter's imports, the stubs, and what else a check takes.
    """
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    scope = {}
    exec(code[0], scope)
    for each in exercises(notebook):
        exec(each.stub.source, scope)
        exec(each.solution.source, scope)
        before = code[1 : code.index(each.check.source)]
        for source in needed(each, before, scope):
            exec(source, scope)
        scope[each.label] = eval(each.solved(), scope)
    return scope


def needed(each: Exercise, before, scope):
    """The cells before an exercise that define what its check takes, in order."""
    chosen, open_names = [], names(each.solved()) - scope.keys()
    for source in reversed(before):
        if defined(source) & open_names:
            chosen.insert(0, source)
            open_names = open_names - defined(source) | names(source) - scope.keys()
    return chosen


def names(source):
    """Every name that a cell's code reads."""
    return {node.id for node in filter(is_name, ast.walk(ast.parse(source)))}


@each_chapter
def test_a_solution_overwrites_nothing(path):
    notebook = read(path)
    solutions = {id(each.solution): each for each in exercises(notebook)}
    others = [c for c in notebook.cells if c.cell_type == "code" and id(c) not in solutions]
    taken = set().union(*(defined(cell.source) for cell in others))
    for each in solutions.values():
        assert defined(each.solution.source) & taken == set(), each.label
        assert {f"{name}_solution" for name in each.answers()} <= defined(each.solution.source)
        for cell in others:
            used = defined(each.solution.source) & names(cell.source)
            assert not used, f"a class has no solutions, but {used} is used:\n{cell.source}"


@each_chapter
def test_the_table_of_exercises_is_that_of_the_chapters(path):
    notebook = read(path)
    title = TITLE.search(notebook.cells[0].source)[1]
    names = tuple(re.match("○ (.+): not tried yet", verdict(e)[0])[1] for e in exercises(notebook))
    assert CHAPTERS.get(title) == names, f"EXERCISES in momentumlib/check:\n{title!r}: {names}"


def test_the_table_has_no_other_chapters():
    assert [TITLE.search(read(path).cells[0].source)[1] for path in PATHS] == list(CHAPTERS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.__name__)
def test_a_check_is_a_file_of_its_chapter_that_bears_its_name(folder):
    for name in folder.EXERCISES:
        assert inspect.getmodule(getattr(check, name)) is module(name)
    shared = {p.stem for p in Path(folder.__path__[0]).glob("[!_]*.py")} - {*folder.EXERCISES}
    assert not shared & {*check.__all__}
    sources = [inspect.getsource(module(name)) for names in CHAPTERS.values() for name in names]
    for name in shared:
        assert sum(f".{name} import" in source for source in sources) > 1, f"who shares {name}?"


@each_chapter
def test_no_solution_is_handed_out(path):
    given = handout(read(path))
    assert not [cell for cell in given.cells if kind(cell) == "solution"]
    for cell in given.cells:
        assert "_solution" not in cell.source
        assert not cell.get("outputs")
    assert "widgets" not in given.metadata
    kept = [cell.source for cell in read(path).cells if kind(cell) != "solution"]
    assert [cell.source for cell in given.cells] == kept


@pytest.mark.slow
@pytest.mark.parametrize("solve", [False, True], ids=["as it is", "solved"])
def test_a_handout_runs_to_its_end_and_solved_it_gets_all_points(tmp_path, solve):
    """For the first chapter; the tests above tell that the others need no solution either."""
    path = tmp_path / PATHS[0].name
    given = handout(read(PATHS[0]))
    answers = {each.stub.source: solution(each) for each in exercises(read(PATHS[0]))}
    for cell in filter(kind, given.cells) if solve else ():
        cell.source = answers.get(cell.source, cell.source)
    nbformat.write(given, path)
    (row,) = grade.grade(path, grade.Chapters(), seconds=240, cell_seconds=120)
    wanted = dict.fromkeys(CHAPTERS[TITLE.search(given.cells[0].source)[1]])
    assert row.pop("remark") == ""
    assert row.pop("points") == len(answers) * solve
    assert row.pop("possible") == len(answers)
    assert row.pop("chapter") == path.stem
    assert row == dict.fromkeys(wanted, "right" if solve else "not tried")


def solution(each):
    """An exercise's solution under the reader's names."""
    renamed = [f"{name} = {name}_solution" for name in each.answers()]
    return "\n".join([each.solution.source, *renamed])


# --- The tools themselves, on a small chapter ----------------------------------------


def test_an_exercise_knows_its_parts():
    first, second = exercises(lesson())
    assert (first.title, first.label, first.level) == ("Write the step", "ex-gd", "Warm-up")
    assert (second.name, second.answers()) == ("half_life", {"half"})
    assert second.solved() == "ml.check.half_life(half_solution)"
    scope = solved(lesson())
    assert scope["ex-gd"].passed
    assert scope["ex-half-life"].passed


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_an_incomplete_exercise_is_told(number):
    notebook = lesson()
    del notebook.cells[number]
    if number != 3:  # without its stub an exercise is not seen here, but by its other cells
        with pytest.raises(ValueError, match=r"an exercise is four cells"):
            exercises(notebook)
    else:
        assert len(exercises(notebook)) == 1
