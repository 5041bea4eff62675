"""Momentumlib beside NumPy, PyTorch and optax: the same runs, taken in turn, and the ratios.

    python benchmarks/methods.py [--rounds 7]

PyTorch, optax and JAX come from requirements-peers.txt; what is missing is left out and
said. Every contender must first reach the same end point. Then all of them run once a
round, so that a busy moment of the machine falls on each; the medians are compared.
Compilation counts for nobody: it happens in the first run, which is not timed.
`ml.minimize` keeps the path and computes the cost and the gradient's norm at every
point of it. The others return the end point alone; optax is also timed with all kept.
"""

import argparse
import time
from importlib.metadata import PackageNotFoundError, version

import numpy as np

import momentumlib as ml

STEPS = 10_000
ETA, GAMMA, BETA2, EPS = 0.005, 0.9, 0.999, 1e-8
CURVATURES, START = np.array([1.0, 100.0]), np.array([-4.0, 2.0])
METHODS = {"momentum": ml.momentum(ETA, GAMMA), "nag": ml.nag(ETA, GAMMA), "adam": ml.adam(ETA)}


def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


# --- One method, one problem ------------------------------------------------------


def numpy_run(name, grad, start, steps):
    """The update of each method as one writes it in NumPy, on whole vectors."""
    theta, v, s = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for t in range(1, steps + 1):
        if name == "adam":
            g = grad(theta)
            v = GAMMA * v + (1 - GAMMA) * g
            s = BETA2 * s + (1 - BETA2) * g * g
            theta = theta - ETA * (v / (1 - GAMMA**t)) / (np.sqrt(s / (1 - BETA2**t)) + EPS)
        else:
            v = GAMMA * v + ETA * grad(theta - GAMMA * v if name == "nag" else theta)
            theta = theta - v
    return theta


def torch_run(name, grad, start, steps):
    """torch.optim with the gradient written by hand: no automatic differentiation to pay for."""
    import torch

    theta = torch.tensor(start)
    optimizer = {
        "momentum": lambda: torch.optim.SGD([theta], ETA, GAMMA),
        "nag": lambda: torch.optim.SGD([theta], ETA, GAMMA, nesterov=True),
        "adam": lambda: torch.optim.Adam([theta], ETA, (GAMMA, BETA2), EPS),
    }[name]()
    with torch.no_grad():
        for _ in range(steps):
            theta.grad = grad(theta)
            optimizer.step()
    return theta.numpy()


def optax_run(name, grad, start, steps, cost=None):
    """All steps in one compiled lax.scan; returned as a function that runs it again.

    With `cost`, it keeps what ml.minimize keeps: path, costs and gradient norms.
    """
    import jax
    import optax

    optimizer = {
        "momentum": lambda: optax.sgd(ETA, GAMMA),
        "nag": lambda: optax.sgd(ETA, GAMMA, nesterov=True),
        "adam": lambda: optax.adam(ETA, GAMMA, BETA2, EPS),
    }[name]()

    def step(carry, _):
        theta, state = carry
        updates, state = optimizer.update(grad(theta), state, theta)
        theta = optax.apply_updates(theta, updates)
        return (theta, state), theta if cost else None

    @jax.jit
    def run(theta):
        (theta, _), path = jax.lax.scan(step, (theta, optimizer.init(theta)), length=steps)
        if cost:
            return theta, path, jax.vmap(cost)(path), jax.vmap(grad)(path)
        return (theta,)

    first = jax.numpy.array(start)
    return lambda: np.asarray(jax.block_until_ready(run(first))[0])


def contenders(name, problem, numpy_grad, torch_grad, jax_grad, jax_cost, start, steps):
    """label -> a function that makes the whole run and returns where it ended."""
    method = METHODS[name]
    found = {
        "momentumlib": lambda: ml.minimize(problem, method, start=start, steps=steps).theta[-1],
        "NumPy": lambda: numpy_run(name, numpy_grad, start, steps),
    }
    if installed("torch"):
        found["PyTorch"] = lambda: torch_run(name, torch_grad, start, steps)
    if installed("optax"):
        found["optax (lax.scan)"] = optax_run(name, jax_grad, start, steps)
        found["optax, all kept"] = optax_run(name, jax_grad, start, steps, jax_cost)
    return found


def quadratic(name):
    """10,000 steps on two coordinates: nothing but the loop."""
    tensors = {}
    if installed("torch"):
        import torch

        tensors["torch"] = torch.tensor(CURVATURES)
    return contenders(
        name,
        ml.problems.quadratic(kappa=100),
        lambda theta: CURVATURES * theta,
        lambda theta: tensors["torch"] * theta,
        lambda theta: CURVATURES * theta,
        lambda theta: (CURVATURES * theta**2).sum() / 2,
        START,
        STEPS,
    )


def logistic(name, rows=1000, dim=100):
    """Logistic regression, 1000 rows of 100 features: the data must be read every step."""
    problem = ml.problems.logistic(rows=rows, dim=dim)
    data, ridge = problem._params[1:].reshape(rows, dim), problem._params[0]

    def grad(data, exp):
        return lambda theta: -(1 / (1 + exp(data @ theta)) @ data) / rows + ridge * theta

    torch_grad = jax_grad = jax_cost = None
    if installed("torch"):
        import torch

        torch_grad = grad(torch.tensor(data), torch.exp)
    if installed("optax"):
        import jax.numpy as jnp

        jax_data = jnp.array(data)
        jax_grad = grad(jax_data, jnp.exp)
        jax_cost = lambda theta: (
            jnp.log1p(jnp.exp(-jax_data @ theta)).mean() + ridge / 2 * theta @ theta
        )
    start = np.zeros(dim)
    return contenders(name, problem, grad(data, np.exp), torch_grad, jax_grad, jax_cost, start, 300)


# --- A sweep ----------------------------------------------------------------------


def sweep(points=(200, 100), steps=500):
    """20,000 pairs of (η, γ), 500 steps each: the final cost of every one."""
    etas, gammas = np.geomspace(1e-4, 0.019, points[0]), np.linspace(0, 0.99, points[1])
    problem = ml.problems.quadratic(kappa=100)

    def numpy_sweep():
        eta, gamma = etas[:, None, None], gammas[None, :, None]
        theta, v = np.broadcast_to(START, (*points, 2)), np.zeros((*points, 2))
        for _ in range(steps):
            v = gamma * v + eta * CURVATURES * theta
            theta = theta - v
        return 0.5 * np.sum(CURVATURES * theta**2, axis=-1)

    found = {
        "momentumlib": lambda: (
            ml.sweep(
                problem,
                ml.momentum,
                eta=etas,
                gamma=gammas,
                start=START,
                steps=steps,
                progress=False,
            ).loss
        ),
        "NumPy": numpy_sweep,
    }
    if installed("jax"):
        import jax

        def one(eta, gamma):
            def step(carry, _):
                theta, v = carry
                v = gamma * v + eta * CURVATURES * theta
                return (theta - v, v), None

            theta, _ = jax.lax.scan(step, (START, np.zeros(2)), length=steps)[0]
            return 0.5 * (CURVATURES * theta**2).sum()

        grid = jax.jit(jax.vmap(jax.vmap(one, (None, 0)), (0, None)))
        found["JAX (vmap, lax.scan)"] = lambda: np.asarray(grid(etas, gammas).block_until_ready())
    return found


# --- Measuring --------------------------------------------------------------------


def measure(found, rounds):
    """label -> seconds of each round; all contenders once a round."""
    ends = {label: run() for label, run in found.items()}
    for label, end in ends.items():
        np.testing.assert_allclose(end, ends["momentumlib"], rtol=1e-6, atol=1e-9, err_msg=label)
    seconds = {label: [] for label in found}
    for _ in range(rounds):
        for label, run in found.items():
            begun = time.perf_counter()
            run()
            seconds[label].append(time.perf_counter() - begun)
    return seconds


def report(title, seconds):
    ours = np.median(seconds["momentumlib"])
    print(f"\n{title}")
    for label, all_of_them in seconds.items():
        middle, low, high = np.median(all_of_them), min(all_of_them), max(all_of_them)
        print(
            f"  {label:22} {1e3 * middle:10.3f} ms  ({1e3 * low:.3f} to {1e3 * high:.3f})"
            f"  {middle / ours:8.2f} × momentumlib"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each runs (7)")
    rounds = parser.parse_args().rounds
    if installed("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
    for name in ("numpy", "numba", "torch", "optax", "jax"):
        print(f"{name} {installed(name) or 'is not here (requirements-peers.txt has it)'}")
    for name in METHODS:
        title = f"{name}, quadratic in 2 dimensions, {STEPS} steps"
        report(title, measure(quadratic(name), rounds))
    report(
        "momentum, logistic regression 1000 × 100, 300 steps", measure(logistic("momentum"), rounds)
    )
    report("sweep, 200 × 100 pairs (η, γ), 500 steps each", measure(sweep(), rounds))


if __name__ == "__main__":
    main()
