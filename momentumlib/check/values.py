"""Answers that are numbers: one number, the limit of stability, the best eta and gamma."""

import numpy as np

from ..arguments import numbers as as_numbers
from ..arguments import positive, short
from .answer import Wrong, as_array
from .exercise import Exercise, Mistake, mistake, written
from .formulas import Points, asker

#: How near a number must be: what a reader finds by trying is as good as the formula.
NEAR = 0.02

GENERAL = (
    ("wrong sign", "The size is right, and the sign is wrong.", lambda x: -x),
    ("percent",
     "You are off by a factor of 100: is it a percentage?", lambda x: 100 * x, lambda x: x / 100),
    ("power of ten", "You are off by a power of ten.", lambda x: 10 * x, lambda x: x / 10,
     lambda x: 1000 * x, lambda x: x / 1000),
    ("upside down", "This is one divided by the right number.", lambda x: 1 / x),
    ("double", "This is twice the right number.", lambda x: 2 * x),
    ("half", "This is half the right number.", lambda x: x / 2),
    ("square", "This is the square of the right number.", lambda x: x * x),
    ("root", "This is the root of the right number.", lambda x: np.sqrt(x)),
)  # fmt: skip


def _constant(answer):
    """A function that gives the number; what is no number is told where it is called."""
    if isinstance(answer, str) or callable(answer):
        says = f"The check takes your number, but got {short(answer)}."

        def function(*_):
            raise Wrong("no numbers", says)

        return function
    return lambda *_: answer


def _settled(exercise, answer):
    untried = answer is None or answer is ... or (isinstance(answer, tuple) and ... in answer)
    return exercise.check(... if untried else answer, None if untried else _constant(answer))


def number(answer, right, *, name="number", near=NEAR, mistakes=(), hints=()):
    """Check a number (or a few, as a tuple) against the right one.

    right : the right value, as computed; it is not shown to a reader who has another.
    near : the largest relative difference that still counts as right.
    mistakes : {what to say about it: the wrong value, …}, tried before the general ones
    (sign, percent, upside down, double, half, square, root).

    >>> number(0.4, right=2.5)
    ✗ number: not right yet (upside down)
      This is one divided by the right number.
      Yours is 0.4: it is too small.
    >>> number(6.58, right=np.log(0.5) / np.log(0.9)).passed
    True
    """
    right = as_numbers("right", right).reshape(-1)
    own = [
        Mistake("known mistake", says, (_constant(value),))
        for says, value in dict(mistakes).items()
    ]
    general = [
        Mistake(known, says, tuple(lambda make=make: make(right[0]) for make in makes))
        for known, says, *makes in GENERAL
        if right.size == 1
    ]
    size = right.size if right.size > 1 else 0
    exercise = Exercise(
        name, (), lambda: right, (*own, *general), (Points(((),), ("",)),), asker(name, size),
        tuple(hints), positive("near", near), "That is the number.", reveal=False, each=True,
    )  # fmt: skip
    return _settled(exercise, answer)


# --- Where a run diverges ---------------------------------------------------------

LIMIT = "gamma", "lam"

#: The limits of stability, and what they are called.
LIMITS = {
    "gd": ("2 / lam", "gradient descent's limit", "This is gradient descent's limit, 2/λ: "),
    "momentum": ("2 * (1 + gamma) / lam", "momentum's limit", "This is momentum's limit: "),
    "nag": ("(2 + 2 * gamma) / ((1 + 2 * gamma) * lam)", "NAG's limit", "This is NAG's limit: "),
}
WHY = {
    "gd": "without a velocity γ has no part in it.",
    "momentum": "with momentum, measured at theta, more is allowed.",
    "nag": "NAG measures ahead, and that changes the limit.",
}


def _limits(name):
    right = LIMITS[name][0]
    others = [
        (known, start + WHY[name], f"return {text}")
        for other, (text, known, start) in LIMITS.items()
        if other != name
    ]
    rows = (
        *others,
        ("lambda missing", "This is the limit of η·λ: divide by λ.", f"return ({right}) * lam"),
        ("root of lambda",
         "Divide by λ itself, not by its root.", f"return ({right}) * np.sqrt(lam)"),
        ("half the limit", "This is half the limit: at this η the run still converges.",
         f"return ({right}) / 2"),
        ("double the limit", "This is twice the limit: half of it is enough to diverge.",
         f"return 2 * ({right})"),
        ("1 - gamma in place of 1 + gamma",
         "The limit grows with γ: 1 + γ stands above, not 1 − γ.",
         "return 2 * (1 - gamma) / lam"),
        ("1/lambda",
         "At η = 1/λ gradient descent arrives in one step; that is no limit.", "return 1 / lam"),
        ("effective learning rate",
         "The effective learning rate η/(1 − γ) does not decide this limit.",
         "return 2 / (lam * (1 - gamma))", "return 2 * (1 - gamma) / lam"),
        ("edge of the swinging",
         "Here the roots stop being complex; the run still converges a little further.",
         "return (1 + np.sqrt(gamma))**2 / lam", "return (1 - np.sqrt(gamma))**2 / lam"),
        ("upside down", "Your fraction is upside down.", f"return 1 / ({right})"),
    )  # fmt: skip
    return written(LIMIT, f"return {right}"), tuple(mistake(LIMIT, *row) for row in rows)


LIMIT_HINTS = (
    "The run diverges when a root σ of its recurrence leaves the unit circle; that happens at "
    "σ = −1.",
    "Put e_t = (−1)^t into the recurrence, and solve for η.",
)


def eta_limit(answer, name="momentum", gamma=0.9, lam=100.0):
    """Check the η at which a run begins to diverge on curvature `lam`.

    answer : a number, right within 2 percent; or a function of (gamma, lam).
    name : "gd", "momentum" or "nag". Chapters 2 and 3.

    >>> eta_limit(0.02, gamma=0.9, lam=100)
    ✗ eta_limit (momentum): not right yet (gradient descent's limit)
      This is gradient descent's limit, 2/λ: with momentum, measured at theta, more is allowed.
      Yours is 0.02: it is too small.
    >>> bool(eta_limit(0.038, gamma=0.9, lam=100))
    True
    """
    if name not in LIMITS:
        raise ValueError(f'name must be "gd", "momentum" or "nag", but is {short(name)}')
    solution, known = _limits(name)
    hidden = (0.9, 100.0), (0.5, 7.0), (0.75, 0.3), (0.0, 4.0)
    given = (float(as_numbers("gamma", gamma)), positive("lam", lam))
    return _asked(
        f"eta_limit ({name})", LIMIT, solution, known, answer, hidden, given, "eta", 0, LIMIT_HINTS
    )


def _asked(name, takes, solution, known, answer, hidden, given, gives, size, hints):
    """The verdict on a function, at hidden points; or on numbers, at the given one."""
    points = hidden if callable(answer) else (given,)
    named = [zip(takes, point, strict=True) for point in points]
    labels = tuple("at " + ", ".join(f"{k} = {x:g}" for k, x in pairs) for pairs in named)
    case = Points(points, labels)
    function = callable(answer)
    exercise = Exercise(
        name, takes, solution, known, (case,), asker(gives, size), hints,
        1e-6 if function else NEAR, reveal=function, drawn=False, each=True,
        praise="It agrees with the formula." if function else "That is right.",
    )  # fmt: skip
    return exercise.check(answer) if function else _settled(exercise, answer)


# --- The best constants for a spectrum ---------------------------------------------

TUNING = "mu", "L"
ROOTS = "a = np.sqrt(mu); b = np.sqrt(L); k = np.sqrt(L / mu); n = np.sqrt(3 * L / mu + 1); "

#: (eta, gamma) of known tunings, and what to say of one that is another method's.
TUNINGS = {
    "momentum": ("4 / (a + b)**2", "((b - a) / (b + a))**2", "momentum's tuning",
                 "This is Polyak's tuning, which is for momentum; NAG has one of its own."),
    "nag": ("4 / (3 * L + mu)", "(n - 2) / (n + 2)", "NAG's tuning",
            "This is the best tuning for NAG on a quadratic; this exercise asks for momentum's."),
    "standard": ("1 / L", "(k - 1) / (k + 1)", "NAG's standard tuning",
                 "This is NAG's standard tuning, η = 1/L; on a quadratic there is a faster one."),
    "gd": ("2 / (L + mu)", "0.0", "gradient descent's tuning",
           "This is gradient descent's best η, without momentum."),
}  # fmt: skip


def _tunings(name):
    eta, gamma = TUNINGS[name][:2]
    made = lambda eta, gamma: f"{ROOTS}return {eta}, {gamma}"
    rows = [
        (known, says, made(e, g)) for other, (e, g, known, says) in TUNINGS.items() if other != name
    ]
    rows += [
        ("wrong order", "Both numbers are right, but in the wrong order: eta first, then gamma.",
         made(gamma, eta)),
        ("rate in place of gamma", "Your second number is the rate, and not γ.",
         made(eta, "(b - a) / (b + a)" if name == "momentum" else "1 - 2 / n")),
        ("roots missing", "The formulas need the roots √L and √μ, or √κ.",
         made("4 / (L + mu)**2", "((L - mu) / (L + mu))**2"), made(eta, "((L - mu) / (L + mu))**2"),
         made("4 / (L + mu)**2", gamma), made(eta, "(L - mu) / (L + mu)")),
        ("eta of gradient descent", "γ is right, but η is gradient descent's best one.",
         made("2 / (L + mu)", gamma)),
        ("eta of 1/L", "γ is right, but η = 1/L is the cautious choice; there is a faster one.",
         made("1 / L", gamma)),
        ("square missing", "γ is right, but η needs the square of the sum of the roots.",
         made("4 / (a + b)", gamma)),
        ("square of gamma", "η is right, but you square γ once too often.",
         made(eta, f"({gamma})**2")),
        ("eta half or double", "γ is right, but η is off by a factor of 2.",
         made(f"({eta}) / 2", gamma), made(f"2 * ({eta})", gamma)),
        ("eta off by the curvature", "γ is right, but η is for μ = 1: divide it by μ.",
         made(f"({eta}) * mu", gamma), made(f"({eta}) * L", gamma)),
    ]  # fmt: skip
    return written(TUNING, made(eta, gamma)), [mistake(TUNING, *row) for row in rows]


TUNING_HINTS = (
    "The best pair makes the two ends of the spectrum, μ and L, equally slow.",
    "Both ends are damped critically there: γ = (1 − √(ημ))² = (√(ηL) − 1)² for momentum.",
)


def tuning(answer, name="momentum", mu=1.0, L=100.0):
    """Check the best constant (eta, gamma) on a quadratic with curvatures from mu to L.

    answer : the pair, each right within 2 percent; or a function of (mu, L) that returns it.
    name : "momentum" (Polyak) or "nag" (Lessard). Chapters 2 and 3.

    >>> tuning((4 / 11**2, 9 / 11), mu=1, L=100).mistake
    'rate in place of gamma'
    """
    if name not in ("momentum", "nag"):
        raise ValueError(f'name must be "momentum" or "nag", but is {short(name)}')
    solution, known = _tunings(name)
    if as_array(answer).shape == (2,):
        known.append(
            Mistake("only gamma right", "γ is right, and η is not.",
                    (lambda mu, L: (answer[0], solution(mu, L)[1]),))
        )  # fmt: skip
        known.append(
            Mistake("only eta right", "η is right, and γ is not.",
                    (lambda mu, L: (solution(mu, L)[0], answer[1]),))
        )  # fmt: skip
    hidden = (1.0, 100.0), (0.5, 20.0), (3.0, 48.0)
    given = positive("mu", mu), positive("L", L)
    return _asked(
        f"tuning ({name})", TUNING, solution, known, answer, hidden, given, "(eta, gamma)", 2,
        TUNING_HINTS,
    )  # fmt: skip
