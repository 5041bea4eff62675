"""A landscape of the book and a loop in one piece, for runs that ask for nothing else.

`advance` asks at every step what a run wants: noise, restarts, a tolerance, which rows to keep.
This loop keeps every row and asks for nothing; it takes the same steps to the same numbers.
"""

import numpy as np

from .compilation import register_jitable
from .formulas import BETA2, DECAY, EPS, ETA, GAMMA, look_ahead, step
from .lanes import scratch
from .loop import DIVERGED, FAR, MAX_STEPS


def fused(kind, loss, grad, both=None, dim=0):
    """The loop with the landscape's functions inlined.

    both : J and its gradient at once, where they share their work;  dim : so many parameters,
    few enough to stay in the processor's registers; 0 for any number.
    """
    loss, grad = register_jitable(loss), register_jitable(grad)
    if both is None:

        def both(theta, params, out):
            cost = loss(theta, params)
            grad(theta, params, out)
            return cost

    both = register_jitable(both)

    def fused(
        code, ahead, correct, by_rule, rule, params, work, carry, hyper, first, last, steps,
        path, losses, norms, states, result,
    ):  # fmt: skip
        """Steps `first` to `last` of `steps`; the arguments are those of `advance`."""
        if dim > 0:
            at, theta, v = scratch(dim), scratch(dim), scratch(dim)
            s, s_max, g, n = scratch(dim), scratch(dim), scratch(dim), dim
        else:
            at, theta, v, s, s_max, g = work[0], work[1], work[2], work[3], work[4], work[5]
            n = path.shape[1]
        power1, power2 = (1.0, 1.0) if first == 0 else (carry[0], carry[1])
        result[1], t = MAX_STEPS, first
        for i in range(n):
            theta[i], v[i], s[i], s_max[i] = path[t, i], work[2, i], work[3, i], work[4, i]
        while t < last or last == steps:
            losses[t] = both(theta, params, g)
            square = 0.0
            for i in range(n):
                square += g[i] * g[i]
            norms[t] = np.sqrt(square)
            if states.shape[0] > 0:
                for i in range(n):
                    states[t, 0, i], states[t, 1, i], states[t, 2, i] = v[i], s[i], s_max[i]
            if t == steps:
                break
            k = min(t, hyper.shape[0] - 1)
            eta, gamma, beta2 = hyper[k, ETA], hyper[k, GAMMA], hyper[k, BETA2]
            if ahead:
                for i in range(n):
                    at[i] = look_ahead(theta[i], v[i], gamma)
                grad(at, params, g)
            power1 *= gamma * correct
            power2 *= beta2 * correct
            far = 0
            if dim == 0 and by_rule:  # what is handed over cannot stay in registers
                rule(
                    code, theta, v, s, s_max, g, float(t), eta, gamma, beta2, hyper[k, EPS],
                    hyper[k, DECAY], power1, power2, params, path[t + 1],
                )  # fmt: skip
                for i in range(n):
                    theta[i] = path[t + 1, i]
                    far += 0 if abs(theta[i]) <= FAR else 1
            else:
                for i in range(n):
                    theta[i], v[i], s[i], s_max[i] = step(
                        code, theta[i], v[i], s[i], s_max[i], g[i],
                        eta, gamma, beta2, hyper[k, EPS], hyper[k, DECAY], power1, power2,
                    )  # fmt: skip
                    path[t + 1, i] = theta[i]
                    far += 0 if abs(theta[i]) <= FAR else 1
            if far > 0:
                result[1] = DIVERGED
                break
            t += 1
        for i in range(n):
            work[2, i], work[3, i], work[4, i] = v[i], s[i], s_max[i]
        over = result[1] == DIVERGED or last == steps
        carry[0], carry[1], carry[5], result[0] = power1, power2, t, t + 1 if over else t

    fused.__qualname__ = (
        f"fused_{kind}_{dim}"  # its own file in Numba's folder: two processes may write
    )
    return fused
