"""The same methods in NumPy, PyTorch and optax: what one writes there for speed."""

import numpy as np

from clock import Contender, installed

BETA2, EPS, GAMMA = 0.999, 1e-8, 0.9


def numpy_run(name, eta, grad, start, steps):
    """Each method in place, in as few calls as it takes; grad(theta, out) fills out."""
    theta, g = start.copy(), np.empty_like(start)
    v, s, at = np.zeros_like(start), np.zeros_like(start), np.empty_like(start)
    power1 = power2 = 1.0
    for _ in range(steps):
        if name == "adam":
            grad(theta, g)
            power1, power2 = power1 * GAMMA, power2 * BETA2
            v *= GAMMA
            v += np.multiply(g, 1 - GAMMA, out=at)
            s *= BETA2
            g *= g
            g *= 1 - BETA2
            s += g
            np.sqrt(np.divide(s, 1 - power2, out=g), out=g)
            g += EPS
            np.divide(v, g, out=at)
            at *= eta / (1 - power1)
            theta -= at
        else:
            v *= GAMMA
            grad(np.subtract(theta, v, out=at) if name == "nag" else theta, g)
            g *= eta
            v += g
            theta -= v
    return theta


def torch_run(name, eta, grad, start, steps):
    """torch.optim with the gradient written by hand: no automatic differentiation to pay for."""
    import torch

    theta = torch.tensor(start)
    optimizer = {
        "momentum": lambda: torch.optim.SGD([theta], eta, GAMMA),
        "nag": lambda: torch.optim.SGD([theta], eta, GAMMA, nesterov=True),
        "adam": lambda: torch.optim.Adam([theta], eta, (GAMMA, BETA2), EPS),
    }[name]()
    with torch.no_grad():
        for _ in range(steps):
            theta.grad = grad(theta)
            optimizer.step()
    return theta.numpy()


def optax_run(name, eta, grad, cost, start, steps, output, unroll):
    """All steps in one compiled lax.scan; returned as a function that runs it.

    output "all" : path, costs and lengths of the gradients, as ml.minimize keeps them.
    """
    import jax
    import optax

    optimizer = {
        "momentum": lambda: optax.sgd(eta, GAMMA),
        "nag": lambda: optax.sgd(eta, GAMMA, nesterov=True),
        "adam": lambda: optax.adam(eta, GAMMA, BETA2, EPS),
    }[name]()

    def step(carry, _):
        theta, state = carry
        g = grad(theta)
        kept = (theta, cost(theta), jax.numpy.linalg.norm(g)) if output == "all" else None
        updates, state = optimizer.update(g, state, theta)
        return (optax.apply_updates(theta, updates), state), kept

    @jax.jit
    def run(theta):
        carry = theta, optimizer.init(theta)
        (theta, _), kept = jax.lax.scan(step, carry, length=steps, unroll=unroll)
        return theta, kept

    first = jax.numpy.array(start)
    return lambda: np.asarray(jax.block_until_ready(run(first))[0])


def rivals(name, eta, grads, cost, start, steps, ends):
    """who -> Contender, of those that are installed.

    grads : {"numpy", "torch", "jax"} -> gradient;  cost : in JAX;  ends : where momentumlib
    arrives, and where it would measure the next gradient of NAG, which is what the other
    packages keep.
    """
    kept_as = ends[1] if name == "nag" else ends[0]
    found = {}

    def add(who, run, output, like):
        found[who] = Contender(run, output, run, like)

    add("NumPy", lambda: numpy_run(name, eta, grads["numpy"], start, steps), "end", ends[0])
    if installed("torch"):
        run = lambda: torch_run(name, eta, grads["torch"](), start, steps)
        add("PyTorch", run, "end", kept_as)
    if installed("optax"):
        for output, unroll in (("all", 1), ("all", 8), ("end", 1), ("end", 8)):
            who = f"optax{', end alone' if output == 'end' else ''}{', unrolled' * (unroll > 1)}"
            run = optax_run(name, eta, grads["jax"], cost, start, steps, output, unroll)
            add(who, run, output, kept_as)
    return found
