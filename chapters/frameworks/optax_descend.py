import jax
import optax


def descend(cost, start, optimizer, steps):
    """The path of an optax optimizer; its learning rate may be a schedule."""

    @jax.jit
    def step(theta, state):
        g = jax.grad(cost)(theta)
        updates, state = optimizer.update(g, state, theta)
        return optax.apply_updates(theta, updates), state

    theta = jax.numpy.array(start)
    state, path = optimizer.init(theta), [theta.tolist()]
    for _ in range(steps):
        theta, state = step(theta, state)
        path.append(theta.tolist())
    return path
