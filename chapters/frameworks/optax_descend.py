import jax
import optax


def descend(cost, start, optimizer, steps):
    """The path of an optax optimizer, whose learning rate may be a function of the step."""

    @jax.jit
    def step(theta, state):
        updates, state = optimizer.update(jax.grad(cost)(theta), state, theta)
        return optax.apply_updates(theta, updates), state

    theta = jax.numpy.array(start)
    state, path = optimizer.init(theta), [theta.tolist()]
    for _ in range(steps):
        theta, state = step(theta, state)
        path.append(theta.tolist())
    return path
