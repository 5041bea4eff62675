"""The schedule designer: γ and η over the steps, restarts, and what the loss does."""

import numpy as np

from .. import restarts, schedules
from ..arguments import listed, one_of, within
from ..methods import momentum, nag
from ..problems import quadratic
from ..run import minimize
from . import wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked

GAMMAS = ["constant", "linear", "linear_to_one", "sutskever", "nesterov", "one_cycle", "drawn"]
ETAS = ["constant", "warmup", "step", "cosine", "one_cycle"]
RULES = ["none", "every", "on_increase", "on_gradient"]


def by_hand(name, values):
    """Values of γ, two or more."""
    return [within(name, value, 0, 1) for value in listed(name, values, 2)]


class Designer(Figure):
    """Schedules and restarts on a valley; made by `designer`."""

    _esm = script("designer")
    _css = style()

    start = Checked([-4.0, 2.0], traits.start)
    kappa = Checked(100.0, traits.kappa)
    method = Checked("momentum", one_of, ("momentum", "nag"))
    eta = Checked(0.01, traits.rate)
    eta_schedule = Checked("constant", one_of, ETAS)
    gamma_schedule = Checked("linear_to_one", one_of, GAMMAS)
    gamma0 = Checked(0.5, within, 0, 1)
    gamma1 = Checked(0.95, within, 0, 1)
    length = Checked(200, traits.steps)
    steps = Checked(300, traits.steps)
    restart = Checked("none", one_of, RULES)
    k = Checked(50, traits.steps)
    drawn = Checked([0.5, 0.7, 0.8, 0.9, 0.95], by_hand)

    def gammas(self):
        """γ_t as a schedule: a function of t.

        >>> from momentumlib import live
        >>> live.designer(gamma_schedule="linear_to_one", gamma0=0.5, length=100).gammas()(50)
        0.75
        """
        place = np.linspace(0, self.length, len(self.drawn))
        return {
            "constant": schedules.constant(self.gamma0),
            "linear": schedules.linear(self.gamma0, self.gamma1, self.length),
            "linear_to_one": schedules.linear_to_one(self.gamma0, self.length),
            "sutskever": schedules.sutskever(self.gamma1),
            "nesterov": schedules.nesterov(),
            "one_cycle": schedules.one_cycle(self.gamma0, self.gamma1, self.length),
            "drawn": lambda step: np.interp(step, place, self.drawn),
        }[self.gamma_schedule]

    def etas(self):
        """η_t as a schedule: a function of t."""
        return {
            "constant": schedules.constant(self.eta),
            "warmup": schedules.warmup(self.length // 10, self.eta),
            "step": schedules.step(self.eta, 0.5, max(1, self.length // 4)),
            "cosine": schedules.cosine(self.eta, self.length),
            "one_cycle": schedules.one_cycle(self.eta / 10, self.eta, self.length),
        }[self.eta_schedule]

    def run(self):
        """The run that is shown, as `ml.minimize` gives it."""
        rule = {
            "none": lambda: None,
            "every": lambda: restarts.every(self.k),
            "on_increase": restarts.on_increase,
            "on_gradient": restarts.on_gradient,
        }[self.restart]()
        return self._run(self.gammas(), rule)

    def _run(self, gamma, rule=None):
        made = (nag if self.method == "nag" else momentum)(self.etas(), gamma)
        valley = quadratic(self.kappa)
        return minimize(valley, made, start=list(self.start), steps=self.steps, restart=rule)

    def measures(self):
        """J: the cost at the last step, infinite where the run diverges."""
        run = self.run()
        return {"J": np.inf if run.status == "diverged" else run.loss[-1]}

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1))
        run, gammas, etas = self.run(), self.gammas(), self.etas()
        begun = lambda t: max((mark for mark in run.restarts if mark <= t), default=0)
        acting = lambda t: gammas(t - begun(t))  # a restart begins its schedule again
        share = lambda t: etas(t) / self.eta
        plot.schedule([acting, share], self.steps, left, labels=["γ", "η, scaled"])
        for line, dash in zip(left.lines, ("-", "--"), strict=True):  # no method's color
            line.set(color=plot.INK, linestyle=dash)
        left.set(ylabel="γ (and η, scaled)", ylim=(0, 1.04))
        left.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
        title = "NAG" if self.method == "nag" else "momentum"
        plot.loss(
            [self._run(0.9), run], right, looks=["gd", self.method],
            labels=["γ = 0.9 throughout", f"{title} with this plan"],
        )  # fmt: skip
        return figure


def designer(
    kappa=100.0, *, method="momentum", eta=0.01, eta_schedule="constant",
    gamma_schedule="linear_to_one", gamma0=0.5, gamma1=0.95, length=200, steps=300,
    restart="none", k=50, drawn=(0.5, 0.7, 0.8, 0.9, 0.95), start=(-4.0, 2.0),
    question="", caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A live designer of schedules and restarts on a valley.

    kappa : its condition number.  method : "momentum" or "nag".  eta : the largest η.
    eta_schedule, gamma_schedule, restart : which to begin with (ETAS, GAMMAS, RULES).
    gamma0, gamma1 : γ at the start and at the end.  length : T, where schedules end.
    steps : of the run, which may go on past T.  k : of the restarts every k steps.
    drawn : values of γ at equal distances from 0 to T, for the hand-drawn schedule.
    question, caption, alt, key, first, goal : as for `race`.

    Returns a Designer; `.gammas()`, `.etas()` and `.run()` are what it shows.
    Raises ValueError where an argument is out of range.
    """
    figure = Designer(
        module=wasm.build([quadratic()]), kappa=kappa, method=method, eta=eta,
        eta_schedule=eta_schedule, gamma_schedule=gamma_schedule, gamma0=gamma0, gamma1=gamma1,
        length=length, steps=steps, restart=restart, k=k, drawn=drawn, start=start,
        question=question, caption=caption, alt=alt, key=key, first=first, goal=goal,
    )  # fmt: skip
    figure.run()  # a value out of range raises its sentence
    return figure
