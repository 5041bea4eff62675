"""NAG's standard constants for a spectrum."""

from ..ch2_gamma.tunings import Own, tuning

OWN = Own(
    {"eta of 1/L", "square missing"},
    (
        ("gamma of Polyak", "η is right, but γ is not squared in this tuning.",
         "((b - a) / (b + a))**2"),
        ("minus one missing", "η is right, but above in γ stands √κ less one.", "b / (a + b)"),
    ),
    "Your second number is the rate, and not γ.",
    (
        "η is the largest step that surely lowers the cost: one divided by the largest curvature.",
        "γ is made of √κ with κ = L/μ: a quotient of √κ less one and √κ plus one.",
    ),
)  # fmt: skip


def nesterov_tuning(answer, mu=1.0, L=100.0):
    """Check NAG's standard (eta, gamma) for curvatures from mu to L: 1/L and (√κ − 1)/(√κ + 1).

    answer : the pair, each right within 2 percent; or a function of (mu, L) that returns it.
    Chapter 3.

    >>> nesterov_tuning((1 / 100, (9 / 11) ** 2), mu=1, L=100).mistake
    'gamma of Polyak'
    """
    return tuning("nesterov", OWN, answer, mu, L)
