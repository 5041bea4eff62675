"""A sweep: 200 × 200 pairs of (η, γ), 500 steps each, and what is kept of every run."""

from concurrent.futures import ThreadPoolExecutor
from statistics import median

import numpy as np
from numba import njit

import momentumlib as ml
from clock import Contender, installed, race, timed
from machine import chained, peak
from momentumlib.cores import cores

SIDE, STEPS, TOL = 200, 500, 1e-6
AXES = {"eta": np.geomspace(1e-4, 0.019, SIDE), "gamma": np.linspace(0, 0.99, SIDE)}
CURVATURES = np.array([1.0, 100.0])
START = np.array([-4.0, 2.0])
#: Operations of a step on two coordinates: gradient, v, θ (5 each) and J (3 each).
OPERATIONS = 2 * (5 + 3)
#: Rows of NumPy's blocks: few enough to stay in the cache.
BLOCK = 1000


def slope(theta, out):
    """The valley's gradient, as a reader writes it."""
    out[0] = theta[0]
    out[1] = 100 * theta[1]


def cost(theta):
    """Its cost."""
    return 0.5 * (theta[0] * theta[0] + 100 * theta[1] * theta[1])


def numpy_sweep(etas, gammas):
    """All runs of a block side by side; costs of every step kept, and summarized."""
    eta, gamma = (a.ravel() for a in np.meshgrid(etas, gammas, indexing="ij"))
    ends, reached = np.empty(eta.size), np.empty(eta.size, int)
    gap, g = np.empty((STEPS + 1, BLOCK)), np.empty((2, BLOCK))
    lam = CURVATURES[:, None]
    for first in range(0, eta.size, BLOCK):
        part = slice(first, first + BLOCK)
        theta, v = np.repeat(START[:, None], BLOCK, 1), np.zeros((2, BLOCK))
        for t in range(STEPS + 1):
            np.multiply(lam, theta, out=g)
            np.multiply(0.5 * (g * theta).sum(axis=0), 1.0, out=gap[t])
            g *= eta[part]
            v *= gamma[part]
            v += g
            theta -= v
        ends[part] = gap[-1]
        above = gap > TOL * gap[0]
        reached[part] = STEPS + 1 - np.argmax(above[::-1], axis=0)
    return ends.reshape(etas.size, gammas.size)


def jax_sweep(step, cost, etas, gammas, output):
    """vmap over lax.scan.

    output "end" : J at the end alone;  "costs" : of each step;  "all" : and what ml.sweep makes
    of them.
    """
    import jax
    import jax.numpy as jnp

    t = jnp.arange(STEPS + 1)

    def summary(gap):
        last = jnp.where(gap > 1e-24 * gap[0], t, 4).max()
        above = jnp.where(gap > TOL * gap[0], t, -1).max() + 1
        quarter = last // 4
        early = jnp.where((t >= quarter) & (t < 2 * quarter), gap, 0).max()
        late = jnp.where((t > last - quarter) & (t <= last), gap, 0).max()
        rate = (late / early) ** (0.5 / (last - 2 * quarter + 1))
        return jnp.where(above > STEPS, -1, above), rate

    def one(eta, gamma, start):
        def scanned(carry, k):
            kept = None if output == "end" else cost(carry[0])
            return step(carry, k, eta, gamma), kept

        zeros = jnp.zeros(2)
        carry, costs = jax.lax.scan(scanned, (start, zeros, zeros), jnp.arange(STEPS))
        end = cost(carry[0])
        return end, costs if output != "all" else summary(jnp.append(costs, end))

    grid = jax.jit(jax.vmap(jax.vmap(one, (None, 0, None)), (0, None, None)))
    return lambda start: jax.block_until_ready(grid(etas, gammas, start))[0]


def momentum_of(grad):
    """A step of momentum in JAX."""

    def step(carry, _, eta, gamma):
        theta, v, s = carry
        v = gamma * v + eta * grad(theta)
        return theta - v, v, s

    return step


def adam_step(carry, t, eta, beta1):
    """A step of Adam on the valley, in JAX."""
    import jax.numpy as jnp

    theta, m, s = carry
    g = CURVATURES * theta
    m, s = beta1 * m + (1 - beta1) * g, 0.999 * s + 0.001 * g * g
    m_hat, s_hat = m / (1 - beta1 ** (t + 1)), s / (1 - 0.999 ** (t + 1))
    return theta - eta * m_hat / (jnp.sqrt(s_hat) + 1e-8), m, s


def banana_grad(theta):
    """Rosenbrock's gradient in JAX."""
    import jax.numpy as jnp

    x, y = theta
    across = y - x * x
    return jnp.stack([-2 * (1 - x) - 400 * x * across, 200 * across])


def parts():
    """The valley and others, on one core."""
    if installed("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
    valley, banana = ml.problems.quadratic(kappa=100), ml.problems.rosenbrock()
    own = ml.Problem(cost, slope, start=START, minimum=0.0)
    turned = ml.problems.quadratic(kappa=100, angle=30)
    made = lambda eta, gamma: ml.momentum(max(eta, 0.0), gamma)
    small, betas = np.geomspace(1e-6, 1e-4, SIDE), np.linspace(0.5, 0.95, SIDE)
    large = np.geomspace(1e-4, 0.02, SIDE)
    valley_cost = lambda theta: (CURVATURES * theta**2).sum() / 2
    banana_cost = lambda theta: (1 - theta[0]) ** 2 + 100 * (theta[1] - theta[0] ** 2) ** 2
    cases = (
        ("valley", valley, ml.momentum, AXES,
         (momentum_of(lambda theta: CURVATURES * theta), valley_cost)),
        ("rosenbrock", banana, ml.momentum, AXES | {"eta": small},
         (momentum_of(banana_grad), banana_cost)),
        ("adam", valley, ml.adam, {"eta": large, "beta1": betas}, (adam_step, valley_cost)),
        ("a reader's gradient", own, ml.momentum, AXES, None),
        ("turned", turned, ml.momentum, AXES, None),
        ("any function as method", valley, made, AXES, None),
    )  # fmt: skip
    rows = [row_of(*case) for case in cases]
    limits = {
        "peak": peak(chained()), "apart": peak(chained(joined=False)), "steps": steps_alone(),
        "operations": operations(), "share": share(),
    }  # fmt: skip
    return {"rows": rows, "limits": limits}


@njit(nogil=True)
def marched(march, blocks, strides, width, state, then, hyper, params, gap, high, far):
    """The steps of so many blocks, and nothing made of their costs."""
    for _ in range(blocks):
        for k in range(strides):
            part = high[k * width :]
            march(state, then, hyper, params, gap[gap.size // strides * k :], part, far)


def steps_alone(rounds=9):
    """Milliseconds of the sweep in the valley without a look at its costs."""
    from momentumlib.kernels import abreast, lanes

    width, strides, dim = lanes.LANES, STEPS // lanes.STRIDE, CURVATURES.size
    state, then = np.full((2, dim * lanes.WIDTH), 0.1)
    room = np.full(7 * width, 1e-3), CURVATURES, np.empty(STEPS * width), np.empty(STEPS * width)
    march, blocks = abreast.march(dim, False).dispatcher, -(-SIDE * SIDE // width)
    run = lambda: marched(march, blocks, strides, width, state, then, *room, np.empty(width))
    run()
    return 1e3 * min(timed(run) for _ in range(rounds))


def share(rounds=9):
    """What the sweep in the valley uses of the peak, both measured in turn.

    A core may change its speed between two minutes, and with it either of them.
    """
    run = swept(ml.problems.quadratic(kappa=100), ml.momentum, AXES, threads=1)
    runs, found = chained(), []
    run()
    for _ in range(rounds):
        top = peak(runs, 3)
        found.append(operations() / min(timed(run) for _ in range(3)) / top)
    return median(found)


def threaded():
    """The valley on every core."""
    row = row_of("valley", ml.problems.quadratic(kappa=100), ml.momentum, AXES, None, cores())
    return {"rows": [row], "limits": {"operations": operations()}}


def operations():
    """Of the whole sweep in the valley, in 10⁹."""
    return SIDE * SIDE * STEPS * OPERATIONS / 1e9


def swept(problem, method, axes, threads):
    """Our sweep, as a function without arguments."""
    executor = ThreadPoolExecutor(threads)
    return lambda: ml.sweep(
        problem, method, **axes, steps=STEPS, tol=TOL, executor=executor, progress=False
    )


def row_of(key, problem, method, axes, theirs, threads=1):
    """One sweep, and what of the others can do the same."""
    ours = swept(problem, method, axes, threads)
    found = ours().loss
    assert np.isfinite(found).all(), f"{key}: a run diverged"
    end = lambda: ours().loss
    contenders = {"momentumlib": Contender(ours, "all", end, found)}
    grids = list(axes.values())
    if key == "valley" and theirs:
        whole = lambda: numpy_sweep(*grids)
        contenders["NumPy, in blocks"] = Contender(whole, "all", whole, found)
    if theirs and installed("jax"):
        for output, word in (("all", ""), ("costs", ", costs alone"), ("end", ", end alone")):
            run = jax_sweep(*theirs, *grids, output)
            whole = lambda run=run: run(problem.start)
            contenders[f"JAX (vmap, scan){word}"] = Contender(whole, output, whole, found)
    title = f"sweep {SIDE} × {SIDE}, {STEPS} steps: {key}"
    one = problem.f(problem.start)
    return race(
        title + f", {threads} threads" * (threads > 1), contenders, one, rounds=5,
        key=key + f" {threads}" * (threads > 1), threads=threads,
    )  # fmt: skip
