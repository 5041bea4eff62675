"""Training on minibatches: one step at a time, whose gradient is the next minibatch's.

The gradients come from Python, and so does the loop; the steps are those of the kernels.
"""

import numpy as np

from . import kernels
from .methods import CODES
from .restarts import KINDS


def length(g):
    """The Euclidean norm, summed in one order on every machine.

    BLAS would wake threads of its own for it, which then take time from the other runs of a sweep.
    """
    return np.sqrt(np.sum(g * g))


def train(problem, method, rule, hyper, start, draw, shake, restart, tol, keep, steps):
    """Run `method` from `start`; hyper holds its numbers, a row for each step or one for all.

    rule : the reader's own step as the loop calls it, or None;  draw(theta, out) : fills out
    with the gradient of the next minibatch;  shake() : the noise added to it;  restart, tol,
    keep : as for `ml.minimize`, restart numbered.

    Returns the kept rows (their steps, theta, [v, s, s_max], norm of the gradient measured
    there), the number of the status, and the steps of the restarts.
    """
    place, v, s, s_max, g = np.zeros((2, problem.dim)), *np.zeros((4, problem.dim))
    place[0] = start
    here, there, power1, power2 = 0, 1, 1.0, 1.0
    since, status, marks, rows = 0, kernels.MAX_STEPS, [], []
    uphill, rises = (restart[0] == KINDS[kind] for kind in ("on_gradient", "on_increase"))
    before = problem.f(start) if rises else 0.0
    for t in range(steps + 1):
        theta = place[here]
        if tol > 0 and length(problem.grad(theta)) <= tol:
            status = kernels.CONVERGED
        last = t == steps or status != kernels.MAX_STEPS
        eta, gamma, beta2, eps, decay = hyper[min(t, len(hyper) - 1)] if steps else np.zeros(5)
        gamma = hyper[min(since, len(hyper) - 1), kernels.GAMMA] if not last else gamma
        draw(kernels.look_ahead(theta, v, gamma) if method.look_ahead else theta, g)
        if last or t % keep == 0:
            rows.append((t, theta.copy(), np.array([v, s, s_max]), length(g)))
        if last:
            break
        g += shake()
        power1, power2 = (power1 * gamma, power2 * beta2) if method.bias_correction else (0, 0)
        state = np.array([v, s, s_max]) if t % keep else None
        kernels.update(
            CODES[method.name], rule is not None, rule, method.data.packed, place, here, there,
            v, s, s_max, g, t, eta, gamma, beta2, eps, decay, power1, power2,
        )  # fmt: skip
        if not kernels.near(place, there):
            if t % keep:
                rows.append((t, theta.copy(), state, length(g)))
            status = kernels.DIVERGED
            break
        since += 1
        again = restart[0] == KINDS["every"] and since == restart[1]
        again = again or (uphill and np.sum(g * (place[there] - theta)) > 0)
        if rises:
            after = problem.f(place[there])
            again, before = after > before, after
        if again and t + 1 < steps:
            v[:], power1, since = 0.0, 1.0, 0
            marks.append(t + 1)
        here, there = there, here
    return *map(np.array, zip(*rows, strict=True)), status, np.array(marks, np.int64)
