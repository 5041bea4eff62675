"""One step on many coordinates at once."""

from .compilation import register_jitable
from .formulas import (
    ADAM,
    ADAMW,
    AMSGRAD,
    GD,
    LION,
    MOMENTUM,
    NADAM,
    NAG,
    RMSPROP,
    adam,
    adamw,
    amsgrad,
    gd,
    lion,
    momentum,
    nadam,
    rmsprop,
)  # fmt: skip


@register_jitable
def many(
    code, theta, v, s, s_max, g, t, eta, gamma, beta2, eps, decay, power1, power2, data, out
):  # fmt: skip
    """One step of a built-in method from theta to out; v, s, s_max change. (t, data: a reader's.)

    One formula a loop, so that each becomes SIMD instructions and touches no memory in vain.
    """
    n = g.size
    if code == GD:
        for i in range(n):
            out[i] = gd(theta[i], g[i], eta)
    elif code == MOMENTUM or code == NAG:
        for i in range(n):
            out[i], v[i] = momentum(theta[i], v[i], g[i], eta, gamma)
    elif code == RMSPROP:
        for i in range(n):
            out[i], v[i], s[i] = rmsprop(theta[i], v[i], s[i], g[i], eta, gamma, beta2, eps)
    elif code == ADAM:
        for i in range(n):
            out[i], v[i], s[i] = adam(
                theta[i], v[i], s[i], g[i], eta, gamma, beta2, eps, power1, power2
            )
    elif code == NADAM:
        for i in range(n):
            out[i], v[i], s[i] = nadam(
                theta[i], v[i], s[i], g[i], eta, gamma, beta2, eps, power1, power2
            )
    elif code == AMSGRAD:
        for i in range(n):
            out[i], v[i], s[i], s_max[i] = amsgrad(
                theta[i], v[i], s[i], s_max[i], g[i], eta, gamma, beta2, eps, power1, power2
            )
    elif code == ADAMW:
        for i in range(n):
            out[i], v[i], s[i] = adamw(
                theta[i], v[i], s[i], g[i], eta, gamma, beta2, eps, power1, power2, decay
            )
    elif code == LION:
        for i in range(n):
            out[i], v[i] = lion(theta[i], v[i], g[i], eta, gamma, beta2, decay)


@register_jitable
def in_place(code, theta, v, s, s_max, g, eta, gamma, beta2, eps, decay, power1, power2):
    """`many` from theta to theta itself. Inlined, the compiler sees that no row lies askew.

    NAdam alone uses the powers: for the others eta, eps and decay have the bias correction in
    them, as a division more for each number takes longer than the memory.
    """
    if code == NADAM:
        many(
            NADAM, theta, v, s, s_max, g, 0.0, eta, gamma, beta2, eps, decay, power1, power2, g,
            theta,
        )  # fmt: skip
    else:
        many(code, theta, v, s, s_max, g, 0.0, eta, gamma, beta2, eps, decay, 0.0, 0.0, g, theta)
