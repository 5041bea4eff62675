"""What k steps can promise at best, and what no method can promise to beat."""

from .arguments import finite, positive, short, whole, within

FAR = 1e150  # as in kernels/loop.py: its square is still a finite number
MOST = 2**53  # steps and coordinates beyond cannot be counted with floats


def nesterov_bound(L, distance, k):
    """NAG's guarantee on every smooth convex J, with γ growing like t/(t + 3), η = 1/L.

    J(θ_k) − J* ≤ 2L‖θ₀ − θ*‖²/(k + 1)². k : step or array of steps. Chapter 3 proves it for
    γ = (t − 1)/(t + 2), one step later than `schedules.nesterov`, whose own proof promises
    7/2·L‖θ₀ − θ*‖²/(k + 2)²; no run and no exact worst case is known above the first.
    Source: the rate, Nesterov (1983); the proof, an energy, Su, Boyd & Candès (2016).

    >>> round(float(nesterov_bound(1.0, 2.0, 9)), 6)
    0.08
    """
    return 2 * positive("L", L) * _distance(distance) ** 2 / (_counted(k) + 1) ** 2


def _distance(value):
    return within("distance", value, 0, FAR)


def _counted(k):
    """k as floats: one step or an array of them."""
    steps = finite("k", k)
    if not ((steps >= 0) & (steps <= MOST)).all():
        raise ValueError(f"k must count steps, from 0 to {MOST}, but is {short(k)}")
    return steps


def lower_bound(L, distance, k):
    """What no method along past gradients can promise to beat after k steps.

    For every k there is a smooth convex J with J(θ_k) − J* ≥ 3L‖θ₀ − θ*‖²/(32(k + 1)²):
    Nesterov's worst function with dim = 2k + 1. On a worst function of another size
    the floor at step k is `worst_gap`.
    Source: Nesterov (2004), theorem 2.1.7.

    >>> round(float(lower_bound(1.0, 2.0, 9)), 6)
    0.00375
    """
    return 3 * positive("L", L) * _distance(distance) ** 2 / (32 * (_counted(k) + 1) ** 2)


def worst_gap(L, dim, k):
    """The lowest J − J* in reach after k steps from zeros on `problems.nesterov_worst(dim, L)`.

    L/8·(1/(k + 1) − 1/(dim + 1)) for k ≤ dim: after k steps along gradients only the first
    k coordinates have moved. Source: Nesterov (2004), section 2.1.2.

    >>> round(float(worst_gap(1.0, 101, 50)), 6)
    0.001225
    """
    steps, dim = _counted(k), whole("dim", dim, 1, MOST)
    if not (steps <= dim).all():
        raise ValueError(f"k must be at most dim, {short(dim)}, but is {short(k)}")
    return positive("L", L) / 8 * (1 / (steps + 1) - 1 / (dim + 1))
