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
NAMES = ("gd", "gradient descent"), ("momentum", "momentum")
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
        self.plan = {**self.plan, "right": [self.right(run) for run in runs]}
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

    def right(self, run):
        """How many of the test pictures a run names rightly, at each look.

        >>> from momentumlib import live
        >>> figure = live.train_here(steps=10)
        >>> [figure.right(run) for run in figure.runs(10)]
        [[6, 10], [6, 18]]
        """
        truth = self.pictures.test.labels
        return [int((self._guesses(theta) == truth).sum()) for theta in run.theta]

    def _guesses(self, theta):
        """What the network takes the test pictures for; −1 where it has diverged."""
        if not np.isfinite(theta).all():
            return np.full(len(self.pictures.test), -1)
        return self._model.predict(theta, self.pictures.test)

    def static(self):
        import matplotlib.pyplot as plt

        from .. import plot

        figure, ends = plt.figure(figsize=(7.2, 5.4), layout="none"), self.runs(self.steps)
        cost, score = (figure.add_axes((x, 0.62, w, 0.36)) for x, w in ((0.1, 0.42), (0.63, 0.34)))
        seen = zip(NAMES, self.before, self.plan["right"], strict=True)
        for (name, label), J, right in seen:
            for ax, ys in ((cost, J), (score, right)):
                at = np.minimum(KEEP * np.arange(len(ys)), self.steps)
                ax.plot(at, ys, **plot.look(name), label=label)
        cost.set(yscale="log", xlabel="step t", ylabel="J over the training pictures")
        score.set(xlabel="step t", ylabel="new pictures right", ylim=(0, len(self.pictures.test)))
        cost.legend(loc="lower left")
        for k, ((_, label), run) in enumerate(zip(NAMES, ends, strict=True)):
            ax = figure.add_axes((0.02 + 0.5 * k, 0.3, 0.46, 0.17))
            ax.imshow(self._windows(run.theta[-1]), interpolation="none")
            ax.set_title(f"{label}: first layer", fontsize=10)
            ax.axis("off")
        self._draw_exam(figure, [self._guesses(run.theta[-1]) for run in ends])
        return figure

    def _windows(self, theta):
        """The first layer's weights as one picture: a window beside the other, in two rows."""
        layer, (*_, colors) = self._model.layers[0], self._model.shapes[0]
        shape = layer.channels, layer.size, layer.size, colors
        weights = theta[: np.prod(shape)].reshape(shape)
        tiles = 0.5 + 0.5 * np.nan_to_num(weights / np.abs(weights).max())
        tiles = np.pad(tiles, ((0, 0), (0, 1), (0, 1), (0, 0)), constant_values=1)
        return np.vstack([np.hstack(row) for row in np.split(tiles, 2)])[:-1, :-1]

    def _draw_exam(self, figure, guesses):
        """The first test pictures, and what both take them for in the end."""
        from ..palette import LIGHT

        few, names = self.pictures.test[:SHOWN], self.pictures.names
        for k, (image, label) in enumerate(zip(few.images, few.labels, strict=True)):
            ax = figure.add_axes((0.015 + 0.1225 * k, 0.09, 0.105, 0.14))
            ax.imshow(image, interpolation="none")
            ax.set_title(names[label], fontsize=9)
            ax.axis("off")
            for row, ((name, _), guess) in enumerate(zip(NAMES, guesses, strict=True)):
                words = "✓" if guess[k] == label else names[guess[k]] if guess[k] >= 0 else "–"
                place = {"transform": ax.transAxes, "ha": "center", "va": "top", "fontsize": 8.5}
                ax.text(0.5, -0.06 - 0.25 * row, words, color=LIGHT[name], **place)


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
