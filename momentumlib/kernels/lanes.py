"""Many runs side by side: one in each lane of the processor's SIMD registers.

A block of LANES runs takes its steps together. What the runs hold lies in rows of LANES
numbers, and each loop goes along the rows with one formula inlined and nothing else, so that
the compiler turns it into SIMD instructions. Two pieces do the work of a step, and reach the
loop as first-class functions, called once for all lanes: `slopes` measures cost and gradient,
`moves` takes the step. So a problem or a step of a reader's own runs as fast as the book's.

The state of coordinate i lies in `state` from i * WIDTH: rows of θ, v, s, s_max and g.
`hyper` has the rows η, γ, β₂, ε, weight decay, β₁ᵗ and β₂ᵗ. Both are flat, with constant
distances between their rows: else the compiler would have to ask whether rows overlap.
"""

import numpy as np

from .compilation import HAVE_NUMBA
from .formulas import look_ahead, momentum
from .loops import choice, written

#: Runs side by side: enough to make the calls cheap, few enough to stay in the cache.
LANES = 256
#: Where the rows begin.
V, S, S_MAX, G, WIDTH = (LANES * row for row in range(1, 6))
GAMMA, BETA2, EPS, DECAY, POWER1, POWER2 = (LANES * row for row in range(1, 7))
#: Steps that `march` takes at a time.
STRIDE = 5


if not HAVE_NUMBA:
    scratch = np.empty
else:
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic
    from numba.np.arrayobj import make_array, populate_array

    @intrinsic
    def scratch(context, n):
        """An array of n numbers, n known to the compiler, that it may keep in registers."""
        if not isinstance(n, types.IntegerLiteral):
            return None
        array = types.Array(types.float64, 1, "C")

        def build(context, builder, signature, arguments):
            size, step = (context.get_constant(types.intp, m) for m in (n.literal_value, 8))
            number = context.get_value_type(types.float64)
            made = make_array(array)(context, builder)
            data = cgutils.alloca_once(builder, number, size=n.literal_value)
            populate_array(made, data, (size,), (step,), step, None)
            return made._getvalue()

        return array(n), build


# --- The steps --------------------------------------------------------------------


#: The names that a formula's arguments have in lane k of coordinate i, which begins at b.
NAMES = {
    "theta": "w[b + k]", "v": "w[b + V + k]", "s": "w[b + S + k]", "s_max": "w[b + S_MAX + k]",
    "g": "w[b + G + k]", "eta": "h[k]", "gamma": "h[GAMMA + k]", "beta2": "h[BETA2 + k]",
    "eps": "h[EPS + k]", "decay": "h[DECAY + k]", "power1": "h[POWER1 + k]",
    "power2": "h[POWER2 + k]",
}  # fmt: skip

moves = written(
    f'''
def moves(code, dim, t, state, hyper, data):
    """One step of the built-in method `code` in every lane, from the gradients in `state`."""
    w, h = state, hyper
    for i in range(dim):
        b = i * WIDTH
{choice("for k in range(LANES):", 8 * " ", NAMES)}
''',
    globals(),
)


def moves_of(step):
    """`moves` for a reader's own step, as `readers.lane_of` writes it."""

    def own_moves(code, dim, t, state, hyper, data):
        w, h = state, hyper
        for i in range(dim):
            b = i * WIDTH
            for k in range(LANES):
                w[b + k], w[b + V + k], w[b + S + k] = step(
                    w[b + k], w[b + V + k], w[b + S + k], w[b + G + k], t,
                    h[k], h[GAMMA + k], h[BETA2 + k], h[EPS + k], data,
                )  # fmt: skip

    return own_moves


# --- Costs and gradients ----------------------------------------------------------


def slopes_of(loss, grad, dim):
    """`slopes` for a problem of few parameters: J and its gradient, lane by lane."""

    def slopes(ahead, dim_, state, hyper, params, cost):
        w, at, g = state, scratch(dim), scratch(dim)
        if ahead:
            for k in range(LANES):
                for i in range(dim):
                    at[i] = w[i * WIDTH + k]
                cost[k] = loss(at, params)
                for i in range(dim):
                    at[i] = look_ahead(w[i * WIDTH + k], w[i * WIDTH + V + k], hyper[GAMMA + k])
                grad(at, params, g)
                for i in range(dim):
                    w[i * WIDTH + G + k] = g[i]
        else:
            for k in range(LANES):
                for i in range(dim):
                    at[i] = w[i * WIDTH + k]
                cost[k] = loss(at, params)
                for i in range(dim):  # a reader's cost may have written into it
                    at[i] = w[i * WIDTH + k]
                grad(at, params, g)
                for i in range(dim):
                    w[i * WIDTH + G + k] = g[i]

    return slopes


def diagonal(ahead, dim, state, hyper, params, cost):
    """`slopes` for a quadratic along the axes, of any dim: params begins with its curvatures."""
    w = state
    for k in range(LANES):
        cost[k] = 0.0
    for i in range(dim):
        b, lam = i * WIDTH, params[i]
        for k in range(LANES):
            cost[k] += 0.5 * lam * w[b + k] * w[b + k]
        if ahead:
            for k in range(LANES):
                w[b + G + k] = lam * look_ahead(w[b + k], w[b + V + k], hyper[GAMMA + k])
        else:
            for k in range(LANES):
                w[b + G + k] = lam * w[b + k]


def march_of(dim, ahead):
    """STRIDE steps at once on a quadratic along the axes: each lane's stay in registers."""

    def march(state, then, hyper, params, gap, high, far):
        """From state to then, with NAG, or with momentum and GD (γ = 0).

        Fills rows: of gap with the cost before each step, high with the highest of them, and
        far with the largest coordinate after the last. One that was FAR before shows in high.
        """
        w, h, theta, v = state, hyper, scratch(dim), scratch(dim)
        for k in range(LANES):
            for i in range(dim):
                theta[i], v[i] = w[i * WIDTH + k], w[i * WIDTH + V + k]
            eta, gamma, most, peak = h[k], h[GAMMA + k], 0.0, 0.0
            for u in range(STRIDE):
                cost = 0.0
                for i in range(dim):
                    lam, at = params[i], theta[i]
                    cost += 0.5 * lam * at * at
                    if ahead:
                        at = look_ahead(at, v[i], gamma)
                    theta[i], v[i] = momentum(theta[i], v[i], lam * at, eta, gamma)
                gap[u * LANES + k] = cost
                peak = max(peak, cost)
            for i in range(dim):
                most = most if most > abs(theta[i]) else abs(theta[i])  # NaN, too
                then[i * WIDTH + k], then[i * WIDTH + V + k] = theta[i], v[i]
            far[k], high[k] = most, peak

    return march
