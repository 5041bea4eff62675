import jax


def descend(cost, start, optimizer, steps):
    """The path of an optimizer of jax.example_libraries."""
    init, update, get_params = optimizer
    slope = lambda state: jax.grad(cost)(get_params(state))
    step = jax.jit(lambda t, state: update(t, slope(state), state))
    state, path = init(jax.numpy.array(start)), [list(start)]
    for t in range(steps):
        state = step(t, state)
        path.append(get_params(state).tolist())
    return path
