"""What mathematics says the runs must do: rates, best tunings, stability, bounds.

All rates are factors per step: after many steps the error shrinks by `rate` each.
μ and L are the smallest and the largest curvature, κ = L/μ.
"""

from typing import NamedTuple

import numpy as np

from .arguments import finite, number, one_of, positive, short, vector, within
from .bounds import FAR, lower_bound, nesterov_bound, worst_gap  # noqa: F401 - ml.theory's, too
from .methods import Method


class Tuning(NamedTuple):
    """Hyperparameters and the rate they give; `ml.momentum(t.eta, t.gamma)` uses them."""

    eta: float
    gamma: float
    rate: float


def gd(mu, L):
    """Gradient descent's best constant η on curvatures from μ to L: η = 2/(L + μ).

    The rate is (κ − 1)/(κ + 1). Source: Polyak (1964); chapter 1 derives it.

    >>> round(gd(1, 100).rate, 3)
    0.98
    """
    mu, L = _curvatures(mu, L)
    return Tuning(2 / (L + mu), 0.0, (L - mu) / (L + mu))


def polyak(mu, L):
    """Momentum's best constants on a quadratic: η = 4/(√L + √μ)², γ = ((√κ − 1)/(√κ + 1))².

    The rate is (√κ − 1)/(√κ + 1). Source: Polyak (1964); chapter 2 derives it, and proves that
    no other pair is better.

    >>> round(polyak(1, 100).gamma, 3), round(polyak(1, 100).rate, 3)
    (0.669, 0.818)
    """
    mu, L = _curvatures(mu, L)
    a, b = np.sqrt(mu), np.sqrt(L)
    rate = float((b - a) / (b + a))
    return Tuning(float(4 / (a + b) ** 2), rate**2, rate)


def nesterov(mu, L):
    """NAG's standard constants: η = 1/L, γ = (√κ − 1)/(√κ + 1); on a quadratic 1 − 1/√κ.

    Source: Nesterov (2004), scheme (2.2.11); the rate: Lessard, Recht & Packard (2016).

    >>> round(nesterov(1, 100).rate, 3)
    0.9
    """
    mu, L = _curvatures(mu, L)
    root = np.sqrt(L / mu)
    return Tuning(1 / L, float((root - 1) / (root + 1)), float(1 - 1 / root))


def lessard(mu, L):
    """NAG's best constants on a quadratic: η = 4/(3L + μ), γ = (√(3κ+1) − 2)/(√(3κ+1) + 2).

    The rate is 1 − 2/√(3κ + 1). Source: Lessard, Recht & Packard (2016), proposition 1.

    >>> round(lessard(1, 100).rate, 3)
    0.885
    """
    mu, L = _curvatures(mu, L)
    root = np.sqrt(3 * L / mu + 1)
    return Tuning(4 / (3 * L + mu), float((root - 2) / (root + 2)), float(1 - 2 / root))


def _curvatures(mu, L):
    mu, L = positive("mu", mu), positive("L", L)
    if L < mu:
        raise ValueError(f"L must be at least mu (the smallest curvature), but {L:g} < {mu:g}")
    return mu, L


def roots(method, eigenvalues):
    """The two roots σ of each direction's recurrence; the larger |σ| is its rate.

    In the direction of curvature λ the error follows e_{t+1} = a e_t − b e_{t−1}, with
    a = 1 + γ − ηλ, b = γ for momentum (gd: γ = 0) and a = (1 + γ)(1 − ηλ), b = γ(1 − ηλ) for NAG.

    method : gd, momentum or nag with constant hyperparameters.
    eigenvalues : one curvature or an array of them, shape (...). Returns (..., 2), complex.

    >>> import momentumlib as ml
    >>> abs(roots(ml.momentum(eta=0.01, gamma=0.81), 100.0)).round(6)
    array([0.9, 0.9])
    """
    eta, gamma = _constants(method)
    lam = _eigenvalues(eigenvalues, eta)
    if method.name == "nag":
        a, b = (1 + gamma) * (1 - eta * lam), gamma * (1 - eta * lam)
    else:
        a, b = 1 + gamma - eta * lam, gamma + 0 * lam
    half = np.sqrt(np.asarray(a * a - 4 * b, complex))
    return np.stack([(a + half) / 2, (a - half) / 2], axis=-1)


def rate(method, eigenvalues):
    """The factor by which the error shrinks a step in the end, on a quadratic.

    The largest |σ| over all directions; above 1 the run diverges. `method` as for `roots`.

    >>> import momentumlib as ml
    >>> round(rate(ml.gd(eta=2 / 101), [1, 100]), 4)
    0.9802
    """
    return float(np.abs(roots(method, eigenvalues)).max())


def rate_map(name, eta, gamma, eigenvalues):
    """`rate` at every point of a grid: shape (len(gamma), len(eta)); name "momentum" or "nag".

    >>> rate_map("momentum", [0.01, 0.02], [0.0, 0.5, 0.9], [1, 100]).shape
    (3, 2)
    """
    one_of("name", name, ("momentum", "nag"))
    eta, gamma = vector("eta", eta, None)[None, :], vector("gamma", gamma, None)[:, None]
    if not (eta >= 0).all():
        raise ValueError(f"eta must be at least 0, but holds {eta.min():g}")
    if not ((gamma >= 0) & (gamma <= 1)).all():
        raise ValueError(f"gamma must be in [0, 1], but is {short(gamma[:, 0])}")
    worst = 0.0
    for lam in _eigenvalues(eigenvalues, eta.max()).ravel():
        shrink = 1 - eta * lam if name == "nag" else 1.0
        a = (1 + gamma) * shrink if name == "nag" else 1 + gamma - eta * lam
        b = gamma * shrink
        half = np.sqrt((a * a - 4 * b).astype(complex))
        worst = np.maximum(worst, np.maximum(abs(a + half), abs(a - half)) / 2)
    return worst


def _eigenvalues(value, eta):
    """The curvatures; their product with the largest η must leave room for its square."""
    lam = finite("eigenvalues", value)
    if np.abs(lam).max() > FAR / max(eta, 1):
        raise ValueError(f"eta times eigenvalues must be below {FAR:g}, but they are {eta:g} and "
                         f"{short(lam)}")  # fmt: skip
    return lam


def _constants(method):
    if not isinstance(method, Method) or method.name not in ("gd", "momentum", "nag"):
        raise TypeError(f"method must be gd, momentum or nag, but is {short(method)}")
    eta, gamma = method.hyper.get("eta"), method.hyper.get("gamma", 0.0)
    return number("eta", eta), number("gamma", gamma)


def eta_limit(name, gamma, lam):
    """The η at which a direction of curvature λ stops converging.

    2(1 + γ)/λ for momentum (gd: γ = 0), (2 + 2γ)/((1 + 2γ)λ) for NAG.

    >>> eta_limit("momentum", 0.9, 100.0), round(eta_limit("nag", 0.9, 100.0), 6)
    (0.038, 0.013571)
    """
    one_of("name", name, ("gd", "momentum", "nag"))
    gamma, lam = _gamma(gamma), positive("lam", lam)
    return 2 * (1 + gamma) / (lam * (1 + 2 * gamma if name == "nag" else 1))


def critical_gamma(eta, lam):
    """The γ that damps a direction critically: (1 − √(ηλ))²; more oscillates, less creeps.

    eta, lam : numbers or arrays, ηλ > 0.

    >>> round(critical_gamma(0.01, 1.0), 6)
    0.81
    """
    eta, lam = finite("eta", eta), finite("lam", lam)
    try:
        product = eta * lam
    except ValueError:
        raise ValueError(f"eta and lam must fit: {eta.shape} and {lam.shape}") from None
    if not (product > 0).all():
        raise ValueError("eta and lam must be greater than 0")
    value = (1 - np.sqrt(product)) ** 2
    return float(value) if np.ndim(value) == 0 else value


def memory(gamma):
    """About how many past gradients the velocity holds: 1/(1 − γ).

    >>> round(memory(0.9), 6)
    10.0
    """
    return 1 / (1 - _gamma(gamma, below_one=True))


def half_life(gamma):
    """Steps until a gradient's weight in the velocity has halved: ln ½ / ln γ.

    >>> round(half_life(0.9), 2)
    6.58
    """
    gamma = _gamma(gamma, below_one=True)
    return float(np.log(0.5) / np.log(gamma)) if gamma > 0 else 0.0


def effective_eta(eta, gamma):
    """The learning rate that acts in the long run: η/(1 − γ).

    >>> round(effective_eta(0.01, 0.9), 6)
    0.1
    """
    return positive("eta", eta) * memory(gamma)


def _gamma(gamma, below_one=False):
    gamma = number("gamma", gamma)
    if not (0 <= gamma < 1 or (gamma == 1 and not below_one)):
        closing = ")" if below_one else "]"
        raise ValueError(f"gamma must be in [0, 1{closing}, but is {gamma:g}")
    return gamma


def restart_interval(kappa):
    """The k for `restarts.every(k)` that is best for NAG's guarantee, with growing γ: e·√(8κ).

    On a given problem a shorter interval may do better; a guarantee covers the worst one.

    Source: O'Donoghue & Candès (2015), section 3.1.

    >>> round(restart_interval(100.0), 1)
    76.9
    """
    kappa = number("kappa", kappa)
    if kappa < 1:
        raise ValueError(f"kappa must be at least 1 (it is the ratio L/μ), but is {kappa:g}")
    return float(np.e * np.sqrt(8 * kappa))


def stationary_variance(eta, gamma, lam, sigma):
    """Var θ in the end on J = ½λθ², when each gradient carries noise of variance σ².

    ησ²(1 + γ)/(λ(1 − γ)(2(1 + γ) − ηλ)). Raises ValueError where the run is not stable.
    Source: the fixed point of the covariance of (θ_t, θ_{t−1}); derived in the chapter on noise.

    >>> round(stationary_variance(0.1, 0.9, 1.0, 1.0), 6)
    0.513514
    """
    eta, lam, gamma = positive("eta", eta), positive("lam", lam), _gamma(gamma, below_one=True)
    if eta * lam >= 2 * (1 + gamma):
        raise ValueError(
            f"eta must be below {eta_limit('momentum', gamma, lam):g}, where the run is stable "
            f"for lam = {lam:g}, but is {eta:g}"
        )
    spread = eta * within("sigma", sigma, 0, FAR) ** 2 * (1 + gamma)
    return spread / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam))
