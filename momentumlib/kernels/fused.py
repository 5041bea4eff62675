"""A landscape of the book and a loop in one piece, for runs that ask for nothing else.

`advance` asks at every step what a run wants: noise, restarts, a tolerance, which rows to keep.
This loop keeps every row and asks for nothing; it takes the same steps to the same numbers.
"""

import numpy as np

from .compilation import register_jitable
from .formulas import BETA2, DECAY, EPS, ETA, GAMMA, look_ahead, step
from .lanes import scratch
from .loop import DIVERGED, FAR, MAX_STEPS

#: A power of beta below this counts as 0.
TINY = 1e-200


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
        # parts that begin with `first`: an index that counts from 0 needs no look at its sign
        rows, costs, lengths = path[first:], losses[first:], norms[first:]
        table = hyper[min(first, hyper.shape[0] - 1) :]
        planned, told, taken = hyper.shape[0] > 1, states.shape[0] > 0, last - first
        eta, gamma, beta2 = table[0, ETA], table[0, GAMMA], table[0, BETA2]
        eps, decay = table[0, EPS], table[0, DECAY]
        power1, power2 = (1.0, 1.0) if first == 0 else (carry[0], carry[1])
        result[1] = MAX_STEPS
        for i in range(n):
            theta[i], v[i], s[i], s_max[i] = rows[0, i], work[2, i], work[3, i], work[4, i]
        for t in range(taken + (last == steps)):  # the last row belongs to the last call
            costs[t] = both(theta, params, g)
            square = 0.0
            for i in range(n):
                square += g[i] * g[i]
            lengths[t] = np.sqrt(square)
            if told:
                k = first + t
                for i in range(n):
                    states[k, 0, i], states[k, 1, i], states[k, 2, i] = v[i], s[i], s_max[i]
            if t == steps - first:
                break
            if planned:
                eta, gamma, beta2 = table[t, ETA], table[t, GAMMA], table[t, BETA2]
                eps, decay = table[t, EPS], table[t, DECAY]
            if ahead:
                for i in range(n):
                    at[i] = look_ahead(theta[i], v[i], gamma)
                grad(at, params, g)
            # 1 - power is 1 long before a power is a denormal number, which takes long to multiply
            power1 = power1 * gamma * correct if power1 > TINY else 0.0
            power2 = power2 * beta2 * correct if power2 > TINY else 0.0
            far = 0
            if dim == 0 and by_rule:  # what is handed over cannot stay in registers
                rule(
                    code, theta, v, s, s_max, g, float(first + t), eta, gamma, beta2, eps, decay,
                    power1, power2, params, rows[t + 1],
                )  # fmt: skip
                for i in range(n):
                    theta[i] = rows[t + 1, i]
                    far += 0 if abs(theta[i]) <= FAR else 1
            else:
                for i in range(n):
                    theta[i], v[i], s[i], s_max[i] = step(
                        code, theta[i], v[i], s[i], s_max[i], g[i],
                        eta, gamma, beta2, eps, decay, power1, power2,
                    )  # fmt: skip
                    rows[t + 1, i] = theta[i]
                    far += 0 if abs(theta[i]) <= FAR else 1
            if far > 0:
                result[1], taken = DIVERGED, t
                break
        for i in range(n):
            work[2, i], work[3, i], work[4, i] = v[i], s[i], s_max[i]
        over = result[1] == DIVERGED or last == steps
        taken += first
        carry[0], carry[1], carry[5] = power1, power2, taken
        result[0] = taken + 1 if over else taken

    fused.__qualname__ = (
        f"fused_{kind}_{dim}"  # its own file in Numba's folder: two processes may write
    )
    return fused
