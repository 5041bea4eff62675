"""One step on many coordinates at once: one formula a loop, so that each becomes SIMD code."""

from .formulas import NADAM
from .loops import assignment, choice, formula_of, written

#: What a loop over the coordinates calls θ, v, …: names of rows, and numbers for all of them.
ROWS, NUMBERS = ("theta", "v", "s", "s_max", "g"), ("eta", "gamma", "beta2", "eps", "decay")
POWERS = "power1", "power2"
NAMES = {row: f"{row}[i]" for row in ROWS} | {one: one for one in (*NUMBERS, *POWERS)}

many = written(
    f'''
def many(
    code, theta, v, s, s_max, g, t, eta, gamma, beta2, eps, decay, power1, power2, data, out
):
    """One step of a built-in method from theta to out; v, s, s_max change. (t, data: a reader's.)

    What a method does not remember is not touched.
    """
{choice("for i in range(g.size):", 4 * " ", NAMES, {"theta": "out[i]"})}
''',
    globals(),
)


def in_place_of(code):
    """A step of one method from theta to theta itself: alone, so that the compiler sees it whole.

    NAdam alone uses the powers: for the others eta, eps and decay have the bias correction in
    them, as a division more for each number takes longer than the memory.
    """
    formula = formula_of(code)
    names = NAMES if code == NADAM else NAMES | dict.fromkeys(POWERS, "0.0")
    return written(
        f"""
def in_place_{formula.__name__}({", ".join((*ROWS, *NUMBERS, *POWERS))}):
    for i in range(g.size):
        {assignment(formula, names)}
""",
        globals(),
    )
