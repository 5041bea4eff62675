"""A small chapter with two exercises, for tests of the tools that read chapters."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

IMPORTS = "import numpy as np\n\nimport momentumlib as ml"
FOLDED = {
    "tags": ["solution", "hide-cell"],
    "jupyter": {"source_hidden": True},
    "mystnb": {"code_prompt_show": "Show a solution", "code_prompt_hide": "Hide the solution"},
}
STEP = "def step(theta, grad, eta):\n    return theta - eta * grad"
HALF = "def half(gamma):\n    return np.log(0.5) / np.log(gamma)"


def exercise(title, level, name, stub, call, solution):
    """The four cells of an exercise."""
    statement = (
        f"```{{exercise}} {title}\n:label: ex-{name.replace('_', '-')}\n\n"
        f"**{level}.** Write it in place of the `...`.\nIt takes what the formula takes.\n```"
    )
    return [
        new_markdown_cell(statement),
        new_code_cell(stub, metadata={"tags": ["exercise"]}),
        new_code_cell(call, metadata={"tags": ["check"]}),
        new_code_cell(solution, metadata=FOLDED),
    ]


def lesson():
    """The chapter."""
    first = exercise(
        "Write the step", "Warm-up", "gd", "def step(theta, grad, eta): ...",
        "ml.check.gd(step)",
        "# Downhill, so minus.\n" + STEP.replace("step", "step_solution"),
    )  # fmt: skip
    second = exercise(
        "Find the half-life", "Core", "half_life", "def half(gamma): ...",
        "ml.check.half_life(half)",
        "# gamma**n = 1/2.\nhalf_solution = lambda gamma: np.log(0.5) / np.log(gamma)",
    )  # fmt: skip
    cells = [new_markdown_cell("# A chapter"), new_code_cell(IMPORTS)]
    return new_notebook(cells=[*cells, *first, *second])


def write(folder, name, notebook, **answers):
    """Write the notebook, each stub in `answers` (by its number, as cell_3) replaced."""
    notebook = nbformat.from_dict(notebook)
    for cell, source in answers.items():
        notebook.cells[int(cell.removeprefix("cell_"))].source = source
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"
