"""Train it here: a network trained in the page, gradient descent and momentum side by side."""

import numpy as np
import traitlets as t

from .. import methods, models
from ..arguments import fraction, one_of, text, whole
from ..run import minimize
from . import fruit_pack, wasm
from .frame import traits
from .frame.figure import Figure, script, style
from .frame.traits import Checked

#: J is looked at every so many steps; pictures that are shown before a page has fetched all.
KEEP, SHOWN = 10, 8
#: Runs by their settings: who makes the same figure again does not wait again.
DONE = {}


def changes(name, value):
    """Earlier settings as text, "until η γ; until η γ", checked."""
    rows = [row.split() for row in text(name, value).split(";") if row.strip()]
    try:
        rows = [(int(until), float(eta), float(gamma)) for until, eta, gamma in rows]
    except ValueError:
        raise ValueError(
            f'{name} must be text such as "100 0.02 0.9; 150 0.05 0.5" (until which step, η, γ)'
        ) from None
    before = 0
    for until, eta, gamma in rows:
        if traits.step(name, until) <= before:
            raise ValueError(f"{name}: steps must grow, but {until} follows {before}")
        traits.rate(name, eta), fraction(name, gamma)
        before = until
    return "; ".join(f"{until} {eta:.12g} {gamma:.12g}" for until, eta, gamma in rows)


class TrainHere(Figure):
    """A network that learns fruits in the page; made by `train_here`."""

    _esm = script("train_here")
    _css = style()

    eta = Checked(0.02, traits.rate)
    gamma = Checked(0.9, fraction)
    compare = Checked("eta", one_of, ("eta", "effective"))
    seed = Checked(0, whole, 0, 2**32 - 1)
    steps = Checked(300, whole, KEEP, 10_000)
    step = Checked(0, traits.step)
    changes = Checked("", changes)
    plan = t.Dict().tag(sync=True)
    before = t.List().tag(sync=True)
    shown = t.Bytes().tag(sync=True)

    def __init__(self, **given):
        super().__init__(**given)
        data = self.pictures
        self._model = models.convolutional(data.train)
        few = data.test[:SHOWN]
        self.plan = {
            "layers": [list(layer) for layer in self._model.layers],
            "shapes": [list(shape) for shape in self._model.shapes],
            "names": list(data.names), "count": len(data.train), "tests": len(data.test),
            "keep": KEEP, "pack": fruit_pack.pack()[0], "labels": few.labels.tolist(),
        }  # fmt: skip
        self.shown = fruit_pack.levels(few).tobytes()
        runs = self.runs(self.steps)
        self.before = [[float(f"{J:.6g}") for J in run.loss if J < np.inf] for run in runs]
        self.on_msg(self._answer)

    def _answer(self, _, content, buffers):
        """The pictures, where the page has a kernel and no script beside it."""
        if content == "pictures":
            self.send("pictures", [fruit_pack.pack()[1]])

    @property
    def pictures(self):
        """The pictures: a Dataset, `.train` and `.test`."""
        return fruit_pack.pictures()

    def start(self):
        """Where both runs begin: weights uniform, with the variance of He et al. (2015).

        >>> from momentumlib import live
        >>> live.train_here(steps=10).start().shape
        (8316,)
        """
        rng, parts = np.random.default_rng(self.seed), []
        *_, last = self._model.layers
        for layer, below in zip(self._model.layers, self._model.shapes, strict=False):
            inputs = layer.size**2 * below[2]
            bound = np.sqrt(3 * (1 if layer is last else 2) / inputs)
            weights = (2 * rng.random(layer.channels * inputs) - 1) * bound
            parts += [weights, np.zeros(layer.channels)]
        return np.concatenate(parts)

    def settings(self, steps, compare=None):
        """η and γ of momentum, and η of gradient descent: one value a step each."""
        eta, gamma, first = np.full(steps, self.eta), np.full(steps, self.gamma), 0
        for row in filter(None, self.changes.split(";")):
            until, earlier, friction = row.split()
            eta[first : int(until)], gamma[first : int(until)] = float(earlier), float(friction)
            first = int(until)
        return eta, gamma, eta if (compare or self.compare) == "eta" else eta / (1 - gamma)

    def runs(self, steps=None, compare=None):
        """The runs that the page shows, of gradient descent and of momentum: `ml.minimize`.

        steps : how many; as many as the page has taken by default.  compare : what gradient
        descent has; as in the page by default.
        """
        steps = self.step if steps is None else steps
        about = self.eta, self.gamma, compare or self.compare, self.changes, self.seed, steps
        if about not in DONE:
            eta, gamma, other = self.settings(steps, compare)
            options = {"start": self.start(), "steps": steps, "seed": self.seed, "keep": KEEP}
            both = methods.gd(other), methods.momentum(eta, gamma)
            DONE[about] = [minimize(self._model, method, **options) for method in both]
        return list(DONE[about])

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, ax = plt.subplots(figsize=(5.6, 3.2))
        for name, J in zip(("gd", "momentum"), self.before, strict=True):
            ax.plot(
                np.minimum(KEEP * np.arange(len(J)), self.steps),
                J,
                **plot.look(name),
                label={"gd": "gradient descent"}.get(name, name),
            )
        ax.set(yscale="log", xlabel="step t", ylabel="J over the training pictures")
        ax.legend()
        return figure


def train_here(
    eta=0.02, gamma=0.9, *, compare="eta", seed=0, steps=300, step=0, changes="", question="",
    caption="", alt="", key="", first=(), goal=None,
):  # fmt: skip
    """A small network that learns to tell fruits apart, in the page, by two methods at once.

    eta, gamma : momentum's.  compare : gradient descent runs at the same "eta", or at the same
    "effective" η/(1 − γ).  seed : of the start and of the minibatches.  steps : of a whole
    training.  step : how far it is.  changes : earlier η and γ, where they were changed on the
    way, "100 0.02 0.9" for η = 0.02 and γ = 0.9 until step 100.  question, caption, alt, key,
    first, goal : as for `race`.

    Both learn from 384 pictures of `ml.datasets.fruits`, 24 × 24 pixels with 32 levels of each
    color, from one start and on the same minibatches of 64; J is that of all 384.

    Returns a TrainHere; `.runs()` are the runs that it shows.
    Raises ValueError or TypeError where an argument is not what it must be.
    """
    return TrainHere(
        eta=eta, gamma=gamma, compare=compare, seed=seed, steps=steps, step=step, changes=changes,
        module=wasm.build_network(), question=question, caption=caption, alt=alt, key=key,
        first=first, goal=goal,
    )  # fmt: skip
