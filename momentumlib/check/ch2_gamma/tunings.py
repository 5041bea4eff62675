"""The best constants for a spectrum: eta and gamma from the curvatures mu and L."""

from typing import NamedTuple

import numpy as np

from ...arguments import positive
from ..engine.exercise import Mistake, figures, mistake, written
from ..engine.result import as_array
from ..engine.values import asked

TAKES = "mu", "L"
ROOTS = "a = np.sqrt(mu); b = np.sqrt(L); k = np.sqrt(L / mu); n = np.sqrt(3 * L / mu + 1); "

#: (eta, gamma, rate) of known tunings, and what to say of one that another exercise asks for.
TUNINGS = {
    "polyak": ("4 / (a + b)**2", "((b - a) / (b + a))**2", "(b - a) / (b + a)",
               "momentum's tuning",
               "This is Polyak's tuning, which is for momentum; NAG has one of its own."),
    "nesterov": ("1 / L", "(b - a) / (b + a)", "1 - 1 / k", "NAG's standard tuning",
                 "This is NAG's standard tuning, η = 1/L; this exercise asks for momentum's."),
    "lessard": ("4 / (3 * L + mu)", "(n - 2) / (n + 2)", "1 - 2 / n", "NAG's best tuning",
                "This is the best tuning for NAG on a quadratic; another one is asked for here."),
    "gd": ("2 / (L + mu)", "0.0", "", "gradient descent's tuning",
           "This is gradient descent's best η, without momentum."),
}  # fmt: skip

#: Known mistakes in η alone: (name, what to say, wrong η, …). An exercise leaves out what is right.
ETAS = (
    ("eta of gradient descent", "γ is right, but η is gradient descent's best one.",
     "2 / (L + mu)"),
    ("eta of 1/L", "γ is right, but η = 1/L is the cautious choice; there is a faster one.",
     "1 / L"),
    ("eta of Polyak", "γ is right, but η is Polyak's, which is for momentum.", "4 / (a + b)**2"),
    ("square missing", "γ is right, but η needs the square of the sum of the roots.",
     "4 / (a + b)"),
    ("eta of the smallest curvature", "γ is right, but η is set by the largest curvature, L.",
     "1 / mu"),
)  # fmt: skip


#: (mu, L) of the spectrum whose tuning a pair is.
BACK = {
    "polyak": lambda eta, gamma: ((1 - gamma**0.5) ** 2 / eta, (1 + gamma**0.5) ** 2 / eta),
    "nesterov": lambda eta, gamma: (((1 - gamma) / (1 + gamma)) ** 2 / eta, 1 / eta),
}


class Own(NamedTuple):
    """What one of the tunings has of its own."""

    left_out: set  #: of ETAS
    gammas: tuple  #: (name, what to say, the wrong γ) of mistakes in γ alone
    rate: str  #: what to say to one who gives the rate
    hints: tuple
    other: tuple = ()  #: (name, what to say, the wrong η, the wrong γ)


def known_tunings(name, own):
    """The formulas of a tuning, and its known mistakes."""
    eta, gamma, rate = TUNINGS[name][:3]
    made = lambda eta, gamma: f"{ROOTS}return {eta}, {gamma}"
    rows = [
        (known, says, made(e, g))
        for other, (e, g, _, known, says) in TUNINGS.items()
        if other != name
    ]
    flat = gamma.replace("a", "mu").replace("b", "L")
    unrooted = [text.replace("a", "mu") for text in (eta, gamma)]
    rows += [
        ("wrong order", "Both numbers are right, but in the wrong order: eta first, then gamma.",
         made(gamma, eta)),
        ("rate in place of gamma", own.rate, made(eta, rate)),
        ("roots missing", "The formulas need the roots √L and √μ, or √κ.",
         made("4 / (L + mu)**2", flat), made(eta, flat), made(eta, "(L - mu) / (L + mu)"),
         made("4 / (L + mu)**2", gamma)),
        ("root of mu missing", "Both curvatures stand under a root, μ too.",
         made(*unrooted), made(eta, unrooted[1])),
        *((known, says, made(e, gamma)) for known, says, e in ETAS if known not in own.left_out),
        *((known, says, made(eta, g)) for known, says, g in own.gammas),
        *((known, says, made(e, g)) for known, says, e, g in own.other),
        ("eta half or double", "γ is right, but η is off by a factor of 2.",
         made(f"({eta}) / 2", gamma), made(f"2 * ({eta})", gamma)),
        ("eta off by the curvature", "γ is right, but η is off by a factor of the curvature.",
         made(f"({eta}) * mu", gamma), made(f"({eta}) * L", gamma)),
    ]  # fmt: skip
    return written(TAKES, made(eta, gamma)), [mistake(TAKES, *row) for row in rows]


def spectrum(name, mu, L):
    """What is said of a pair that makes no known mistake: for which curvatures it is the one."""

    def meaning(eta, gamma):
        if eta <= 0:
            return "no learning rate", "A learning rate is greater than 0."
        if not 0 <= gamma < 1:
            return "gamma out of range", "A γ is at least 0, and less than 1."
        texts = figures(np.array(BACK[name](eta, gamma)), np.array([mu, L]), 3)
        yours, here = (text.strip("[]").replace(", ", " to ") for text in texts)
        says = f"This pair is the right one for curvatures from {yours}; here they go from {here}."
        return "another spectrum", says

    return meaning


def tuning(name, own, answer, mu, L):
    """The Verdict on a pair (eta, gamma), or on a function of (mu, L) that returns it."""
    solution, known = known_tunings(name, own)
    if as_array(answer).shape == (2,):
        known.append(
            Mistake("gradient descent's eta",
                    "Your η is gradient descent's best one, which is best for γ = 0 only; γ is not "
                    "right either.",
                    (lambda mu, L: (2 / (L + mu), answer[1]),))
        )  # fmt: skip
        known.append(
            Mistake("only gamma right", "γ is right, and η is not.",
                    (lambda mu, L: (answer[0], solution(mu, L)[1]),))
        )  # fmt: skip
        known.append(
            Mistake("only eta right", "η is right, and γ is not.",
                    (lambda mu, L: (solution(mu, L)[0], answer[1]),))
        )  # fmt: skip
    hidden = (1.0, 100.0), (0.5, 20.0), (3.0, 48.0), (0.37, 7.3)
    given = positive("mu", mu), positive("L", L)
    return asked(
        f"{name}_tuning", TAKES, solution, known, answer, hidden, given, "(eta, gamma)", 2,
        own.hints, meaning=spectrum(name, *given),
    )  # fmt: skip
