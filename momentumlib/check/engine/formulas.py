"""Answers that are one formula, asked at several points: half-life, interval of restarts."""

from dataclasses import dataclass

import numpy as np

from .answer import Wrong, call, vector
from .exercise import Exercise, Trace, mistake, written


@dataclass(frozen=True)
class Points:
    """A case of a formula: the arguments of each call, and how to name each of them."""

    arguments: tuple
    labels: tuple
    rule: str = ""
    label: str = ""


#: Arrays of so many numbers are shown whole, so that a case can be computed by hand.
SHOWN = 15


def called(takes, arguments):
    """How a call is named: with all that it was given, but for large arrays."""
    return "at " + ", ".join(
        f"{name} = {_shown(value)}" for name, value in zip(takes, arguments, strict=True)
    )


def _shown(value):
    if not isinstance(value, np.ndarray):
        return f"{value:g}"
    if value.size > SHOWN:
        return f"{' × '.join(map(str, value.shape))} numbers"
    return np.array2string(value, precision=4, separator=", ").replace("\n", "")


def asker(gives, size=0):
    """A `run` that calls the answer at each point; it gives `size` numbers (0: one number)."""

    def run(function, case, printed=None):
        trace, rows = Trace({}, list(case.labels)), []
        for arguments in case.arguments:
            handed = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
            try:
                result = call(function, *handed)
                if result is None:
                    also = " Printing is not enough." if printed and printed.getvalue() else ""
                    says = f"Your function returns nothing: it must `return` {gives}.{also}"
                    raise Wrong("returns None", says)
                rows.append(vector(result, f"`{gives}`", size))
            except Wrong as wrong:
                if not wrong.arithmetic:
                    raise
                if not trace.error:
                    trace.error, trace.good = wrong, len(rows)
                rows.append(np.full(max(size, 1), np.nan))
            for now, before in zip(handed, arguments, strict=True):
                if isinstance(before, np.ndarray) and not np.array_equal(now, before):
                    says = "Your function changes its own argument, which belongs to the caller."
                    trace.damage = Wrong("input damaged", f"{says} Work on a copy of it.")
        trace.values = {gives: np.array(rows, float)}
        trace.whole = bool(np.all(trace.values[gives] % 1 == 0))
        return trace

    return run


# --- Half-life --------------------------------------------------------------------

HALF_LIFE = ("gamma",)

HALF_LIFE_MISTAKES = (
    ("fraction upside down", "Your fraction is upside down: it is ln ½ over ln γ.",
     "return np.log(gamma) / np.log(0.5)"),
    ("wrong sign", "A half-life is positive: both logarithms, of ½ and of γ, are negative.",
     "return np.log(2) / np.log(gamma)"),
    ("memory", "This is the memory, 1/(1 − γ); the half-life asks when γ to the power k is ½.",
     "return 1 / (1 - gamma)"),
    ("half the memory",
     "This is half the memory 1/(1 − γ); the half-life asks when γ to the power k is ½.",
     "return 0.5 / (1 - gamma)"),
    ("approximation", "ln 2/(1 − γ) is close for a γ near 1 only: use the logarithm of γ.",
     "return np.log(2) / (1 - gamma)"),
    ("half missing", "You ask when γ to the power k is 1/e: put ln ½ above in place of −1.",
     "return -1 / np.log(gamma)", "return 1 / np.log(gamma)"),
    ("1 - gamma in place of gamma",
     "The weight that is kept each step is γ, not 1 − γ: take its logarithm.",
     "return np.log(0.5) / np.log(1 - gamma)"),
    ("logarithm of the quotient",
     "The logarithm of a quotient is not the quotient of logarithms: take two logarithms.",
     "return np.log(0.5 / gamma)"),
    ("logarithms subtracted", "Divide the two logarithms; do not subtract them.",
     "return np.log(gamma) - np.log(0.5)"),
    ("power",
     "The unknown is the exponent: take logarithms of γ to the power k = ½, and solve for k.",
     "return gamma**0.5", "return 0.5**gamma"),
    ("rounded", "Your half-life is rounded to whole steps; give the number itself.",
     "return np.round(np.log(0.5) / np.log(gamma))", "return np.ceil(np.log(0.5) / np.log(gamma))",
     "return np.floor(np.log(0.5) / np.log(gamma))"),
)  # fmt: skip


def _half_life():
    gammas = 0.2, 0.7, 0.8, 0.9, 0.95, 0.99
    cases = (
        Points(tuple((g,) for g in gammas), tuple(f"at gamma = {g:g}" for g in gammas)),
        Points(((0.5,),), ("at gamma = 0.5",), "at gamma = 0.5 the half-life is one step"),
    )
    return Exercise(
        "half_life", HALF_LIFE, written(HALF_LIFE, "return np.log(0.5) / np.log(gamma)"),
        tuple(mistake(HALF_LIFE, *row) for row in HALF_LIFE_MISTAKES), cases, asker("half-life"),
        (
            "After k steps a gradient's weight is γ to the power k. When is that ½?",
            "Take the logarithm of both sides: k ln γ = ln ½.",
        ),
    )  # fmt: skip


# --- The interval between restarts ------------------------------------------------

INTERVAL = "kappa", "c"

INTERVAL_MISTAKES = (
    ("the chapter's guarantee",
     "This is the interval of the chapter's guarantee, with c = 4: do the calculation with c.",
     "return np.e * np.sqrt(8 * kappa)"),
    ("no growth in c", "Your interval does not depend on c, which stands in the guarantee.",
     "return np.e * np.sqrt(kappa)", "return np.e * np.sqrt(2 * kappa)",
     "return np.e * np.sqrt(4 * kappa)"),
    ("half missing",
     "A factor 2 is missing: the squared distance is at most 2 (J(θ₀) − J*)/μ.",
     "return np.e * np.sqrt(c * kappa)"),
    ("half in place of double",
     "You have ½ where 2 belongs: the squared distance is at most 2 (J(θ₀) − J*)/μ.",
     "return np.e * np.sqrt(c * kappa / 2)"),
    ("a cycle that gains nothing",
     "After so many steps the guarantee is where it began, 2cκ/k² = 1: find the k at which "
     "(n/k) ln(2cκ/k²) is smallest.",
     "return np.sqrt(2 * c * kappa)"),
    ("root of e",
     "You lose a factor 2: the derivative of ln k² is 2/k, so ln k² must be ln 2cκ + 2.",
     "return np.sqrt(np.e * 2 * c * kappa)"),
    ("e too often",
     "You have one e too many: ln k² = ln 2cκ + 2, so ln k has half of that.",
     "return np.exp(2) * np.sqrt(2 * c * kappa)"),
    ("1/e", "At the smallest value ln k² is ln 2cκ plus 2, not minus 2.",
     "return np.sqrt(2 * c * kappa) / np.e"),
    ("root missing", "This is k²: take the root of it.", "return np.e**2 * 2 * c * kappa"),
    ("root of 2cκ missing", "Of 2cκ the root is missing.", "return np.e * 2 * c * kappa"),
    ("root of one factor", "Under the root stands 2cκ, all of it, and nothing else.",
     "return np.e * 2 * c * np.sqrt(kappa)", "return np.e * np.sqrt(2 * c) * kappa",
     "return np.e * c * np.sqrt(2 * kappa)", "return np.e * 2 * np.sqrt(c * kappa)"),
    ("measured",
     "This is what the run shows on a quadratic; the exercise asks what the guarantee gives.",
     "return 3.4 * np.sqrt(kappa)", "return 3.83 * np.sqrt(kappa)"),
    ("c upside down", "A weaker guarantee, with a larger c, needs longer cycles: c belongs above.",
     "return np.e * np.sqrt(8 * kappa / c)", "return np.e * np.sqrt(2 * kappa / c)",
     "return np.e * np.sqrt(kappa / c)"),
    ("upside down", "A longer valley needs longer cycles: κ belongs above.",
     "return np.e * np.sqrt(2 * c / kappa)", "return np.e / np.sqrt(2 * c * kappa)"),
    ("rounded", "Your interval is rounded to whole steps: k may be a fraction, so do not round.",
     "return np.round(np.e * np.sqrt(2 * c * kappa))",
     "return np.floor(np.e * np.sqrt(2 * c * kappa))",
     "return np.ceil(np.e * np.sqrt(2 * c * kappa))"),
)  # fmt: skip


def _interval():
    pairs = (100.0, 2.0), (50.0, 1.0), (2000.0, 3.0), (10.0, 0.5)
    named = tuple(f"at kappa = {kappa:g}, c = {c:g}" for kappa, c in pairs)
    return Exercise(
        "restart_interval", INTERVAL, written(INTERVAL, "return np.e * np.sqrt(2 * c * kappa)"),
        tuple(mistake(INTERVAL, *row) for row in INTERVAL_MISTAKES),
        (
            Points(pairs, named),
            Points(((100.0, 4.0),), ("at kappa = 100, c = 4",),
                   "with c = 4 it must be the chapter's e √(8κ)"),
        ),
        asker("interval"),
        (
            "A cycle of k steps shrinks J − J* by the factor 2cκ/k²; in n steps there are n/k "
            "cycles.",
            "The logarithm of the whole factor is (n/k) (ln 2cκ − 2 ln k): find where its "
            "derivative with respect to k is 0.",
            "There ln 2cκ − 2 ln k = −2.",
        ),
        drawn=False,
    )  # fmt: skip


EXERCISES = {"half_life": _half_life(), "restart_interval": _interval()}


def half_life(f):
    """Check a function of γ: the steps until a gradient's weight in v has halved. Chapter 2.

    >>> half_life(lambda gamma: 1 / (1 - gamma)).mistake
    'memory'
    """
    return EXERCISES["half_life"].check(f)


def restart_interval(f):
    """Check `f(kappa, c)`: the interval k at which a guarantee says to restart.

    The guarantee: J(θ_k) − J* ≤ c L ‖θ₀ − θ*‖²/k². c > 0. Chapter 5.
    Source: O'Donoghue & Candès (2015), section 3.1, with c = 4.

    >>> import numpy as np
    >>> restart_interval(lambda kappa, c: np.e * np.sqrt(8 * kappa)).mistake
    "the chapter's guarantee"
    """
    return EXERCISES["restart_interval"].check(f)
