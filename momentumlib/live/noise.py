"""The cloud: where noise holds momentum and gradient descent, beside the closed form."""

import numpy as np

from .. import theory
from ..arguments import fraction, one_of, whole
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked

STEPS, FIRST = 20_000, 2_000  # a cloud is the steps of a run from FIRST on
LAST = 300  # steps of the way in from the start


class Noise(Figure):
    """Two clouds of noisy runs in a valley; made by `noise`."""

    _esm = script("noise")
    _css = style()

    kappa = Checked(4.0, traits.kappa)
    eta = Checked(0.05, traits.rate)
    gamma = Checked(0.9, fraction)
    batch = Checked(1, whole, 1, 10**9)
    compare = Checked("eta", one_of, ("eta", "effective"))
    seed = Checked(0, whole, 0, 2**31 - 1)
    start = Checked([-1.2, 1.0], traits.start)
    step = Checked(0, traits.step)

    def settings(self):
        """(η, γ) of momentum, and of the gradient descent that it is compared with."""
        other = self.eta if self.compare == "eta" else self.eta / (1 - self.gamma)
        return (self.eta, self.gamma), (other, 0.0)

    def cloud(self, eta, gamma):
        """The steps of a run from FIRST on: shape (STEPS − FIRST, 2); None where it diverges."""
        if eta * self.kappa >= 2 * (1 + gamma):
            return None
        return self._path(eta, gamma, np.zeros(2), self._noise())[FIRST + 1 :]

    def way(self, eta, gamma):
        """How a run comes in from `start`: shape (LAST + 1, 2)."""
        return self._path(eta, gamma, self.start, self._noise()[FIRST : FIRST + LAST])

    def _noise(self):
        return draws(self.seed, 2 * STEPS).reshape(STEPS, 2) / np.sqrt(self.batch)

    def _path(self, eta, gamma, start, noise):
        curvature, v, path = np.array([1.0, self.kappa]), np.zeros(2), [np.array(start)]
        for shaken in noise:
            v = gamma * v + eta * (curvature * path[-1] + shaken)
            path.append(path[-1] - v)
        return np.array(path)

    def _spread(self, eta, gamma):
        """Two standard deviations, along the valley and across it."""
        both = (1.0, self.kappa)
        return [
            2 * theory.stationary_variance(eta, gamma, k, self.batch**-0.5) ** 0.5 for k in both
        ]

    def arrivals(self):
        """For both the step at which the way in is first inside its ellipse; None for never.

        >>> from momentumlib import live
        >>> live.noise().arrivals()
        [4, 27]
        """
        steps = []
        for eta, gamma in self.settings():
            holds = eta * self.kappa < 2 * (1 + gamma)
            at = self.way(eta, gamma) / self._spread(eta, gamma) if holds else np.ones((1, 2))
            there = np.flatnonzero((at**2).sum(axis=1) <= 1)
            steps.append(int(there[0]) if there.size else None)
        return steps

    def variances(self):
        """Measured variances, (θ₁, θ₂) of momentum, then of gradient descent.

        >>> from momentumlib import live
        >>> [round(float(value), 2) for value in live.noise(kappa=4).variances()]
        [0.24, 0.06, 0.02, 0.01]
        """
        clouds = [self.cloud(*pair) for pair in self.settings()]
        return [x for cloud in clouds if cloud is not None for x in (cloud**2).mean(axis=0)]

    def measures(self):
        """ratio: how many times as wide momentum's cloud is as gradient descent's, along θ₁."""
        one, two = (
            np.inf if cloud is None else (cloud[:, 0] ** 2).mean()
            for cloud in (self.cloud(*pair) for pair in self.settings())
        )
        return {"ratio": np.sqrt(one / two)}

    def static(self):
        import matplotlib.pyplot as plt

        from ..palette import DASHES, LIGHT

        figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
        turn, gammas = np.linspace(0, 2 * np.pi, 100), np.linspace(0, 0.99, 100)
        effective, variance = self.eta / (1 - self.gamma), theory.stationary_variance
        each_run = zip(self.settings(), ("momentum", "gd"), self.arrivals(), strict=True)
        for pair, role, arrived in each_run:
            cloud, look = self.cloud(*pair), {"color": LIGHT[role], "linestyle": DASHES[role]}
            if cloud is None:
                continue
            # every sixtieth point, as many as a page bears
            left.plot(*cloud[::60].T, ".", color=LIGHT[role], ms=2, alpha=0.5)
            spread = self._spread(*pair)
            left.plot(*self.way(*pair)[: (arrived or 0) + 1].T, ".-", color=LIGHT[role], ms=4)
            measured = 2 * np.sqrt((cloud**2).mean(axis=0))
            right.plot([self.gamma] * 2, measured, "o", color=LIGHT[role], ms=4)
            left.plot(spread[0] * np.cos(turn), spread[1] * np.sin(turn), **look)
            eta = effective * (1 - gammas) if self.compare == "effective" else self.eta + 0 * gammas
            for lam in (1.0, self.kappa):
                each = [
                    2
                    * np.sqrt(variance(*(pair if role == "gd" else (e, c)), lam, self.batch**-0.5))
                    if e * lam < 2 * (1 + c)
                    else np.nan
                    for e, c in zip(eta, gammas, strict=True)
                ]
                right.semilogy(gammas, each, **look)
        left.plot(*self.start, "o", ms=8, mew=2, color=LIGHT["ink"], mfc=LIGHT["paper"])
        left.set(xlabel="θ₁", ylabel="θ₂", aspect="equal")
        right.axvline(self.gamma, color=LIGHT["muted"], lw=0.8)
        right.set(xlabel="momentum γ", ylabel="two standard deviations")
        return figure


def draws(seed, count):
    """`count` numbers of mean 0 and variance 1, nearly normal; noise.js makes the same.

    Each is the sum of four 16-bit parts of two hashes (a 32-bit integer hash of the counter,
    the finalizer of MurmurHash3), so that both languages agree to the last digit.

    >>> draws(1, 1000).mean().round(2), draws(1, 100_000).var().round(2)
    (np.float64(0.04), np.float64(1.0))
    """
    x = (np.arange(2 * count, dtype=np.uint64) + np.uint64(seed) * np.uint64(0x9E3779B9)) % 2**32
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ((x ^ (x >> np.uint64(shift))) * np.uint64(factor)) % 2**32
    x ^= x >> np.uint64(16)
    parts = (x >> np.uint64(16)) + (x & np.uint64(0xFFFF))
    whole = parts.reshape(count, 2).sum(axis=1).astype(float)
    return (whole - 131070) / 65536 * np.sqrt(3)


def noise(
    kappa=4.0, *, eta=0.05, gamma=0.9, batch=1, compare="eta", seed=0, start=(-1.2, 1.0),
    step=0, question="", caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A live picture of what gradient noise makes of momentum and of gradient descent.

    kappa : the valley's curvature across; along it is 1.  eta, gamma : momentum's.
    batch : examples in a minibatch; the noise of the gradient has standard deviation 1/√batch.
    compare : gradient descent runs at the same "eta", or at the same "effective" η/(1 − γ), which
    the slider for γ then keeps.  seed : of the noise.  start : where both are let go, to fall into
    their clouds.  step : how far along that way it opens.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a Noise; `.variances()` are the measured variances that it shows.
    Raises ValueError where an argument is out of range.
    """
    return Noise(
        kappa=kappa, eta=eta, gamma=gamma, batch=batch, compare=compare, seed=seed,
        start=start, step=step, question=question, caption=caption, alt=alt, key=key, first=first,
        goal=goal,
    )  # fmt: skip
