"""The η at which momentum begins to diverge."""

from .limits import limit

#: Why another method's limit is not the one that is asked for.
WHY = "with momentum, measured at theta, more is allowed."


def momentum_limit(answer, gamma=0.9, lam=100.0):
    """Check the η at which momentum begins to diverge on curvature `lam`.

    answer : a number, right within 2 percent; or a function of (gamma, lam). Chapter 2.

    >>> momentum_limit(0.02, gamma=0.9, lam=100)
    ✗ momentum_limit: not right yet (gradient descent's limit)
      This is gradient descent's limit, 2/λ: with momentum, measured at theta, more is allowed.
      Yours is 0.02: it is too small.
    >>> bool(momentum_limit(0.038, gamma=0.9, lam=100))
    True
    """
    return limit("momentum", WHY, answer, gamma, lam)
