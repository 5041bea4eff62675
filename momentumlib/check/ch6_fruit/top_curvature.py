"""The largest curvature by the power method."""

import numpy as np

from ..engine.formulas import formula

TAKES = "H", "z", "steps"


def _power(inside, end="z @ H @ z / (z @ z)", count="steps"):
    return f"\n    for _ in range({count}):\n        {inside}\n    return {end}"


NORMED = "z = H @ z; z = z / np.linalg.norm(z)"
MISTAKES = (
    ("first product alone", "Your loop ends after one product: `return` belongs behind it.",
     _power(NORMED, count="1")),
    ("one step more", "That is one product too many: `steps` of them, then the curvature.",
     _power(NORMED, count="steps + 1")),
    ("one step less", "One product is missing: `steps` of them, then the curvature.",
     _power(NORMED, count="steps - 1")),
    ("no steps", "That is the curvature along z as it came; multiply z by H first, `steps` times.",
     "return z @ H @ z / (z @ z)"),
    ("not divided", "The curvature along z is zᵀHz divided by zᵀz; z need not have length 1.",
     _power("z = H @ z", "z @ H @ z"), "return z @ H @ z",
     _power("z = H @ z; z = z / np.abs(z).max()", "z @ H @ z")),
    ("not normalized", "Your numbers overflow where the steps are many: bring z back to length 1 "
     "after each product.", _power("z = H @ z", "z @ H @ z / (z @ z)")),
    ("absolute value", "You take the size of the curvature: where the steepest direction bends "
     "down, it is below 0.", _power(NORMED, "abs(z @ H @ z)")),
    ("length of Hz", "The length of Hz is the curvature only in the end; take zᵀHz/(zᵀz).",
     _power(NORMED, "np.linalg.norm(H @ z)"),
     _power("z = H @ z; n = np.linalg.norm(z); z = z / n", "n")),
    ("largest entry", "The largest entry of Hz depends on where z points; take zᵀHz/(zᵀz).",
     _power(NORMED, "np.max(np.abs(H @ z))")),
    ("entry by entry", "`H * z` multiplies entry by entry; the product with a vector is `H @ z`.",
     "return np.sum((H * z) @ z) / (z @ z)",
     _power("z = (H * z).sum(axis=0); z = z / np.linalg.norm(z)")),
    ("exact", "That is the exact value; the exercise asks for what `steps` products give.",
     "return np.max(np.linalg.eigvalsh(H))"),
    ("smallest", "Dividing by H leads to the smallest curvature; multiply.",
     _power("z = np.linalg.solve(H, z); z = z / np.linalg.norm(z)")),
    ("two products a step", "You multiply by H twice in each step: once is a step.",
     _power("z = H @ (H @ z); z = z / np.linalg.norm(z)")),
    ("largest entry of H", "Entries of H are curvatures along the coordinates at best; the "
     "steepest direction lies between them.",
     "return np.max(np.diag(H))", "return np.max(H)"),
    ("sum of the curvatures", "The trace is the sum of all curvatures; take zᵀHz/(zᵀz).",
     "return np.trace(H)"),
)  # fmt: skip


def _curved():
    rng = np.random.default_rng(603)
    roots = rng.normal(size=(4, 5, 5))
    pairs = zip(roots, (1, 2, 4, 9), strict=True)
    few = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([2.0, 1.0])
    many = [(a @ a.T, 3 * rng.normal(size=5), steps) for a, steps in pairs]
    (H, z, _), *_ = many
    # The steepest direction may bend down; and without their length, the numbers overflow.
    return [(*few, 1), (*few, 3), *many, (np.eye(5) - H, z, 6), (1e4 * H, z, 90)]


EXERCISE = formula(
    TAKES, _curved(), "curvature", 0, _power(NORMED), MISTAKES, "top_curvature",
    ("Each product with H stretches z most along the steepest direction.",
     "Bring z back to length 1 after each product, or the numbers overflow.",
     "In the end, z @ H @ z / (z @ z)."),
)  # fmt: skip


def top_curvature(answer):
    """Check the power method: `top_curvature(H, z, steps)` returns zᵀHz/(zᵀz) at its end.

    >>> top_curvature(lambda H, z, steps: np.max(np.linalg.eigvalsh(H))).mistake
    'exact'
    """
    return EXERCISE.check(answer)
