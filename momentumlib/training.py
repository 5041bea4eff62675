"""Long runs on many parameters: one step at a time on whole vectors, every k-th step kept.

The formulas are those of kernels.py, which work on arrays as they do on numbers, so a run
that both loops can do comes out the same in both.
"""

import numpy as np

from . import kernels
from .restarts import KINDS


def length(g):
    """The Euclidean norm, summed in one order on every machine.

    BLAS would wake threads of its own for it, which then take time from the other runs of a sweep.
    """
    return np.sqrt(np.sum(g * g))


def train(problem, method, rule, hyper, theta, gradient, shake, restart, tol, keep):
    """Run `method` from `theta`; row t of hyper holds its numbers at step t.

    rule : the reader's own step on arrays, or None;  gradient(theta, out) : fills out with
    the gradient of the next step;  shake() : the noise added to it;  restart, tol, keep : as
    for `ml.minimize`, restart numbered.

    Returns the kept rows (their steps, theta, [v, s, s_max], norm of the gradient measured
    there), the number of the status, and the steps of the restarts.
    """
    code, steps = kernels.OWN if rule else getattr(kernels, method.name.upper()), len(hyper)
    v = s = s_max = np.zeros(problem.dim)
    g, power1, power2 = np.empty(problem.dim), 1.0, 1.0
    since, status, marks, rows = 0, kernels.MAX_STEPS, [], []
    uphill, rises = (restart[0] == KINDS[kind] for kind in ("on_gradient", "on_increase"))
    before = problem.f(theta) if rises else 0.0
    for t in range(steps + 1):
        if tol > 0 and length(problem.grad(theta)) <= tol:
            status = kernels.CONVERGED
        last = t == steps or status != kernels.MAX_STEPS
        eta, gamma, beta2, eps, decay = hyper[min(t, steps - 1)] if steps else np.zeros(5)
        gamma = hyper[since, kernels.GAMMA] if not last else gamma
        gradient(kernels.look_ahead(theta, v, gamma) if method.look_ahead else theta, g)
        if last or t % keep == 0:
            rows.append((t, theta, np.array([v, s, s_max]), length(g)))
        if last:
            break
        g += shake()
        power1, power2 = (power1 * gamma, power2 * beta2) if method.bias_correction else (0, 0)
        old = theta
        if rule:
            theta, v, s = rule(theta, v, s, g, float(t), eta, gamma, beta2, eps)
        else:
            theta, v, s, s_max = kernels.step(
                code, theta, v, s, s_max, g, eta, gamma, beta2, eps, decay, power1, power2
            )
        if not (np.abs(theta) <= kernels.FAR).all():  # not for NaN either
            if rows[-1][0] < t:
                rows.append((t, old, np.array([v, s, s_max]), length(g)))
            status = kernels.DIVERGED
            break
        since += 1
        again = restart[0] == KINDS["every"] and since == restart[1]
        again = again or (uphill and np.sum(g * (theta - old)) > 0)
        if rises:
            after = problem.f(theta)
            again, before = after > before, after
        if again and t + 1 < steps:
            v, power1, since = np.zeros(problem.dim), 1.0, 0
            marks.append(t + 1)
    return *map(np.array, zip(*rows, strict=True)), status, np.array(marks, np.int64)
