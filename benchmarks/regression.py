"""Logistic regression, 1000 rows of 100 numbers, 500 steps: the data is read at every step."""

import numpy as np

import momentumlib as ml
from clock import installed
from small import duel

ROWS, DIM, STEPS, ETA = 1000, 100, 500, 0.05


def parts():
    """Momentum, with its rivals."""
    problem = ml.problems.logistic(rows=ROWS, dim=DIM)
    data, ridge = problem._params[1:].reshape(ROWS, DIM), problem._params[0]

    def written(data, exp):
        return lambda theta: -(1 / (1 + exp(data @ theta)) @ data) / ROWS + ridge * theta

    def numpy_grad(theta, out):
        weights = data @ theta
        np.exp(weights, out=weights)
        weights += 1
        np.divide(-1 / ROWS, weights, out=weights)
        np.matmul(weights, data, out=out)
        out += ridge * theta

    def torch_grad():
        import torch

        return written(torch.tensor(data), torch.exp)

    grads, cost = {"numpy": numpy_grad, "torch": torch_grad}, None
    if installed("jax"):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        there = jnp.array(data)
        grads["jax"] = written(there, jnp.exp)
        cost = lambda theta: jnp.log1p(jnp.exp(-there @ theta)).mean() + ridge / 2 * theta @ theta
    title = f"logistic regression {ROWS:,} × {DIM}, {STEPS} steps of momentum"
    return {"rows": [duel(title, "logistic", problem, "momentum", ETA, grads, cost, STEPS)]}
