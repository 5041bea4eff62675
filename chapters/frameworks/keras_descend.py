import jax
import keras


def descend(cost, start, optimizer, etas):
    """The path of a Keras optimizer (JAX backend), with learning rates etas."""
    theta, slope = keras.Variable(start), jax.jit(jax.grad(cost))
    optimizer.build([theta])
    path = [theta.value.tolist()]
    for eta in etas:
        optimizer.learning_rate = eta
        optimizer.apply([slope(theta.value)])
        path.append(theta.value.tolist())
    return path
