"""Where a wrong answer gives no finite number, and the right one does."""

import numpy as np

#: The test, the mistake's name, and what to say; `where` is empty if the case shows it.
NAN = (
    np.isnan, "not a number", "Your result is no number (nan){where}: look for 0 divided by 0, and "
    "for the root or the logarithm of a negative number.",
)  # fmt: skip
INFINITE = (
    np.isinf, "infinite", "Your result is infinite{where}: look for a division by 0, for the "
    "logarithm of 0, and for a loop in which a number grows at every turn.",
)  # fmt: skip


def breaks(given, expected, wrong, apart, kind):
    """(the mistake's name, what to say, number of the case) of NAN or INFINITE; else None.

    given, expected : Traces;  wrong : numbers of the cases that differ;  apart : gives the row
    at which two traces differ first (of another row than that, it is said where it is).
    """
    test, called, says = kind
    for k in wrong:
        one, other = given[k], expected[k]
        for name, row in other.values.items():
            at = (test(one.values[name]) & np.isfinite(row)).any(axis=-1)
            if at.any() and not one.error:
                first = int(np.argmax(at))
                shown = apart(one, other, name) == first
                return called, says.format(where="" if shown else f" {other.labels[first]}"), k
    return None
