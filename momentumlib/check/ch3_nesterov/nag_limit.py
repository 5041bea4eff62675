"""The η at which NAG begins to diverge."""

from ..ch2_gamma.limits import limit

#: Why another method's limit is not the one that is asked for.
WHY = "NAG measures ahead, and that changes the limit."


def nag_limit(answer, gamma=0.9, lam=100.0):
    """Check the η at which NAG begins to diverge on curvature `lam`.

    answer : a number, right within 2 percent; or a function of (gamma, lam). Chapter 3.

    >>> nag_limit(0.038, gamma=0.9, lam=100).mistake
    "momentum's limit"
    """
    return limit("nag", WHY, answer, gamma, lam)
