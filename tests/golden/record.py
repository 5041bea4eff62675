"""Runs of PyTorch and optax, as their own packages make them; nothing of momentumlib is used.

    python tests/golden/record.py

writes runs.json beside this file, with the versions that made it (requirements-peers.txt).
Costs are formulas here, gradients come from the packages' automatic differentiation,
everything in float64. Hyperparameters are stored under the book's names.
"""

import json
from importlib.metadata import version
from math import cos, radians, sin
from pathlib import Path

FILE = Path(__file__).with_name("runs.json")
STEPS = 200
ROWS = [1, 2, 3, 5, 10, 20, 50, 100, 150, 200]

C, S = cos(radians(30)), sin(radians(30))
COSTS = {  # the functions of two coordinates and of the package's sine
    "quadratic": lambda x, y, sin: ((C * x + S * y) ** 2 + 30 * (C * y - S * x) ** 2) / 2,
    "rosenbrock": lambda x, y, sin: (1 - x) ** 2 + 4 * (y - x**2) ** 2,
    "beale": lambda x, y, sin: (
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    ),
    "ravine": lambda x, y, sin: 0.05 * x**2 + 5 * (y - sin(x)) ** 2,
}
STARTS = {
    "quadratic": [-4.0, 2.0],
    "rosenbrock": [-1.5, 2.0],
    "beale": [1.0, 1.5],
    "ravine": [-5.0, 2.0],
}
ETAS = {"quadratic": 0.01, "rosenbrock": 2e-3, "beale": 2e-3, "ravine": 0.02}  # for η·g
ETA = 0.01  # for the methods whose steps are about η long

# With a small ε the scaled steps jump about a valley's floor, chaotically: there the last
# digits of two packages, which add in another order, grow apart.
GAMMA, BETA1, BETA2, EPS, DECAY = 0.9, 0.85, 0.99, 0.1, 0.1
ADAM = {"beta1": BETA1, "beta2": BETA2, "eps": EPS}
METHODS = {  # name here -> (method of the book, its hyperparameters but for η)
    "torch SGD": ("gd", {}),
    "torch SGD momentum": ("momentum", {"gamma": GAMMA}),
    "torch SGD nesterov": ("nag", {"gamma": GAMMA}),
    "torch RMSprop": ("rmsprop", {"beta2": BETA2, "eps": EPS}),
    "torch RMSprop momentum": ("rmsprop", {"beta2": BETA2, "eps": EPS, "gamma": GAMMA}),
    "torch Adam": ("adam", ADAM),
    "torch Adam amsgrad": ("amsgrad", ADAM),
    "torch AdamW": ("adamw", {**ADAM, "weight_decay": DECAY}),
    "optax sgd momentum": ("momentum", {"gamma": GAMMA}),
    "optax sgd nesterov": ("nag", {"gamma": GAMMA}),
    "optax adam": ("adam", ADAM),
    "optax nadam": ("nadam", ADAM),
    "optax adamw": ("adamw", {**ADAM, "weight_decay": DECAY}),
    "optax lion": ("lion", {"beta1": BETA1, "beta2": BETA2, "weight_decay": DECAY}),
}


def torch_optimizer(name, parameters, eta):
    from torch import optim

    betas = {"betas": (BETA1, BETA2), "eps": EPS}
    return {
        "torch SGD": lambda: optim.SGD(parameters, eta),
        "torch SGD momentum": lambda: optim.SGD(parameters, eta, GAMMA),
        "torch SGD nesterov": lambda: optim.SGD(parameters, eta, GAMMA, nesterov=True),
        "torch RMSprop": lambda: optim.RMSprop(parameters, eta, alpha=BETA2, eps=EPS),
        "torch RMSprop momentum": lambda: optim.RMSprop(
            parameters, eta, alpha=BETA2, eps=EPS, momentum=GAMMA
        ),
        "torch Adam": lambda: optim.Adam(parameters, eta, **betas),
        "torch Adam amsgrad": lambda: optim.Adam(parameters, eta, **betas, amsgrad=True),
        "torch AdamW": lambda: optim.AdamW(parameters, eta, **betas, weight_decay=DECAY),
    }[name]()


def optax_optimizer(name, eta):
    import optax

    betas = {"b1": BETA1, "b2": BETA2}
    return {
        "optax sgd momentum": lambda: optax.sgd(eta, GAMMA),
        "optax sgd nesterov": lambda: optax.sgd(eta, GAMMA, nesterov=True),
        "optax adam": lambda: optax.adam(eta, **betas, eps=EPS),
        "optax nadam": lambda: optax.nadam(eta, **betas, eps=EPS),
        "optax adamw": lambda: optax.adamw(eta, **betas, eps=EPS, weight_decay=DECAY),
        "optax lion": lambda: optax.lion(eta, **betas, weight_decay=DECAY),
    }[name]()


def torch_path(name, eta, cost, start, steps=STEPS):
    """cost(theta) -> a torch scalar; theta a tensor of shape (dim,)."""
    import torch

    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, path = torch_optimizer(name, [theta], eta), [list(start)]
    for _ in range(steps):
        optimizer.zero_grad()
        cost(theta).backward()
        optimizer.step()
        path.append(theta.tolist())
    return path


def optax_path(name, eta, cost, start, steps=STEPS):
    """cost(theta) -> a jax scalar; theta an array of shape (dim,)."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    optimizer = optax_optimizer(name, eta)

    @jax.jit
    def step(theta, state):
        updates, state = optimizer.update(jax.grad(cost)(theta), state, theta)
        return optax.apply_updates(theta, updates), state

    theta = jax.numpy.array(start, dtype=jax.numpy.float64)
    state, path = optimizer.init(theta), [list(start)]
    for _ in range(steps):
        theta, state = step(theta, state)
        path.append(theta.tolist())
    return path


def eta_of(name, problem):
    return ETAS[problem] if METHODS[name][0] in ("gd", "momentum", "nag") else ETA


def path(name, problem):
    """All STEPS + 1 points that the package visits."""
    cost, start, eta = COSTS[problem], STARTS[problem], eta_of(name, problem)
    if name.startswith("torch"):
        import torch

        return torch_path(name, eta, lambda theta: cost(*theta, torch.sin), start)
    import jax.numpy as jnp

    return optax_path(name, eta, lambda theta: cost(*theta, jnp.sin), start)


def record():
    """One dictionary a run: who made it, what it was, the points at ROWS."""
    for name, (method, hyper) in METHODS.items():
        for problem in COSTS:
            whole = path(name, problem)
            yield {
                "by": name,
                "problem": problem,
                "method": method,
                "hyper": {"eta": eta_of(name, problem), **hyper},
                "start": STARTS[problem],
                "theta": [whole[row] for row in ROWS],
            }


def main():
    recorded = {
        "versions": {name: version(name) for name in ("torch", "optax", "jax")},
        "rows": ROWS,
        "runs": list(record()),
    }
    lines = ",\n".join(json.dumps(run) for run in recorded.pop("runs"))
    head = json.dumps(recorded)[:-1]
    FILE.write_text(f'{head}, "runs": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
