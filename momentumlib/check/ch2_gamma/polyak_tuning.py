"""Momentum's best constants for a spectrum."""

from .tunings import Own, tuning

OWN = Own(
    {"eta of Polyak", "eta of the smallest curvature"},
    (("square of gamma", "η is right, but you square γ once too often.",
      "((b - a) / (b + a))**4"),),
    "Your second number is the rate, and not γ; for momentum γ is its square.",
    (
        "The best pair makes the two ends of the spectrum, μ and L, equally slow.",
        "Both ends are damped critically there: γ = (1 − √(ημ))² = (√(ηL) − 1)².",
    ),
    (("critical at 1/L",
      "This γ damps μ critically at η = 1/L; with a larger η, and the γ for it, a run is faster.",
      "1 / L", "(1 - a / b)**2"),),
)  # fmt: skip


def polyak_tuning(answer, mu=1.0, L=100.0):
    """Check momentum's best constant (eta, gamma) on a quadratic with curvatures from mu to L.

    answer : the pair, each right within 2 percent; or a function of (mu, L) that returns it.
    Chapter 2.

    >>> polyak_tuning((4 / 11**2, 9 / 11), mu=1, L=100).mistake
    'rate in place of gamma'
    """
    return tuning("polyak", OWN, answer, mu, L)
