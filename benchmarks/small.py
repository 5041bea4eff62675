"""10,000 steps on two coordinates: nothing but the loop."""

import numpy as np

import momentumlib as ml
from clock import Contender, installed, race
from rivals import GAMMA, numpy_run, rivals

STEPS = 10_000
CURVATURES = np.array([1.0, 100.0])
# Such that no run arrives: where nothing moves any more, some count with denormal numbers.
ETA = {"quadratic": 2e-5, "rosenbrock": 2e-5, "adam": 4e-4}


def quadratic_grads():
    """The valley's gradient as each package has it."""

    def torch_grad():
        import torch

        lam = torch.tensor(CURVATURES)
        return lambda theta: lam * theta

    return {
        "numpy": lambda theta, out: np.multiply(CURVATURES, theta, out=out),
        "torch": torch_grad,
        "jax": lambda theta: CURVATURES * theta,
    }


def rosenbrock_grads():
    """The banana's; in NumPy with Python's numbers, which is faster than arrays of two."""

    def numpy_grad(theta, out):
        x, y = theta.tolist()
        across = y - x * x
        out[0], out[1] = -2 * (1 - x) - 400 * x * across, 200 * across

    def torch_grad():
        import torch

        def grad(theta):
            x, y = theta
            across = y - x * x
            return torch.stack([-2 * (1 - x) - 400 * x * across, 200 * across])

        return grad

    def jax_grad(theta):
        import jax.numpy as jnp

        x, y = theta
        across = y - x * x
        return jnp.stack([-2 * (1 - x) - 400 * x * across, 200 * across])

    return {"numpy": numpy_grad, "torch": torch_grad, "jax": jax_grad}


PLACES = {
    "quadratic": (
        ml.problems.quadratic(kappa=100),
        quadratic_grads(),
        lambda theta: (CURVATURES * theta**2).sum() / 2,
    ),
    "rosenbrock": (
        ml.problems.rosenbrock(),
        rosenbrock_grads(),
        lambda theta: (1 - theta[0]) ** 2 + 100 * (theta[1] - theta[0] ** 2) ** 2,
    ),
}


def duel(title, key, problem, name, eta, grads, cost, steps):
    """ml.minimize and its rivals on one problem with one method."""
    method = ml.adam(eta) if name == "adam" else getattr(ml, name)(eta, GAMMA)
    run = ml.minimize(problem, method, steps=steps, states=True)
    end = run.theta[-1]
    ours = lambda: ml.minimize(problem, method, steps=steps)
    contenders = {"momentumlib": Contender(ours, "all", lambda: ours().theta[-1], end)}
    ahead = end - GAMMA * run.v[-1]
    contenders |= rivals(name, eta, grads, cost, problem.start, steps, (end, ahead))
    return race(title, contenders, problem.start, key=key)


def slope(theta, out):
    """The valley's gradient as a reader writes it."""
    out[0] = theta[0]
    out[1] = 100 * theta[1]


def cost(theta):
    """Its cost."""
    return 0.5 * (theta[0] * theta[0] + 100 * theta[1] * theta[1])


def parts():
    """Three methods on two landscapes."""
    if installed("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
    rows = []
    for place, (problem, grads, jax_cost) in PLACES.items():
        for name in ("momentum", "nag", "adam"):
            eta = ETA.get(name, ETA[place])
            title = f"{STEPS:,} steps of {name} on {problem.name}"
            rows.append(duel(title, f"{name} {place}", problem, name, eta, grads, jax_cost, STEPS))
    problem, method = PLACES["quadratic"][0], ml.momentum(ETA["quadratic"], GAMMA)
    call = lambda: ml.minimize(problem, method, steps=0)
    title = "a call that takes no step"
    rows.append(race(title, {"momentumlib": Contender(call)}, of=min, key="call"))
    general = lambda: ml.minimize(problem, method, steps=STEPS, tol=1e-300)
    title = f"{STEPS:,} steps of momentum in the general loop"
    rows.append(race(title, {"momentumlib": Contender(general)}, key="pointer"))
    own = ml.Problem(cost, slope, start=problem.start)
    run = lambda: ml.minimize(own, method, steps=STEPS)
    title = f"{STEPS:,} steps of momentum, f and grad a reader's own"
    rows.append(race(title, {"momentumlib": Contender(run)}, key="own"))
    return {"rows": [*rows, cold(problem, method)]}


def cold(problem, method, steps=100):
    """A short run when everything else has left the caches, and when nothing has."""
    elsewhere = np.ones(2**23)  # 64 MB
    ours = lambda: ml.minimize(problem, method, steps=steps)
    grad, start = quadratic_grads()["numpy"], problem.start
    theirs = lambda: numpy_run("momentum", ETA["quadratic"], grad, start, steps)
    forget = lambda: elsewhere.__iadd__(1.0)
    contenders = {
        "momentumlib": Contender(ours), "NumPy": Contender(theirs, "end"),
        "momentumlib, cold": Contender(ours, before=forget),
        "NumPy, cold": Contender(theirs, "end", before=forget),
    }  # fmt: skip
    return race(f"{steps} steps, hot and cold", contenders, key="cold")
