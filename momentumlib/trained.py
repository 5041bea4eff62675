"""A training that is looked at on its way: `train`, whose outcome a folder can keep."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from .arguments import flag, short, whole
from .datasets.pictures import Pictures
from .methods import Method
from .models import Network
from .run import STATUS, minimize
from .study import Study, mark_of

#: The arrays that a study keeps of a training.
SEEN = "t", "loss", "right", "confusion", "theta", "status"


@dataclass(frozen=True, eq=False)
class Training:
    """What a training was seen to do.

    t : (looks,) the steps of the looks;  loss : (looks,) J over the training pictures;
    right : part -> (looks,) the share of right answers;  confusion : part -> (classes,
    classes) how often each class (row) was taken for each (column) at the end;
    theta : (dim,) the end, or None where it was not asked for;  status : as of a Run.
    """

    problem: Network
    method: Method
    t: np.ndarray
    loss: np.ndarray
    right: dict = field(repr=False)
    confusion: dict = field(repr=False)
    theta: np.ndarray | None = field(repr=False)
    status: str

    def first(self, target):
        """The first step looked at with J at most `target`; None where there was none.

        >>> import momentumlib as ml
        >>> model = ml.models.softmax(ml.datasets.digits())
        >>> ml.train(model, ml.momentum(0.05, 0.9), steps=60, keep=20).first(0.5)
        40
        """
        there = np.flatnonzero(self.loss <= target)
        return int(self.t[there[0]]) if there.size else None


def train(model, method, *, steps, seed=0, keep=None, parts=None, end=False, study=None):
    """Train a network as `ml.minimize` does, and keep only what was seen.

    Parameters
    ----------
    model : Network
    method : Method
    steps, seed : int
        As for `ml.minimize`.
    keep : int, optional
        Look every so many steps, and at the end; only at start and end by default.
    parts : dict of Pictures, optional
        Pictures by name, on which answers are counted at every look.
    end : bool
        Whether to keep θ of the end, in the numbers in which the network computes.
    study : path, optional
        A folder that keeps the outcome when the training is done. The same call with the same
        folder reads it; a folder with another one's outcome is refused.

    Returns
    -------
    Training

    Raises
    ------
    TypeError, ValueError
        An argument is not what it must be; the sentence names it.

    Examples
    --------
    >>> import momentumlib as ml
    >>> digits = ml.datasets.digits()
    >>> model = ml.models.softmax(digits)
    >>> run = ml.train(model, ml.gd(0.1), steps=100, keep=50, parts={"test": digits.test})
    >>> run.t, run.right["test"].round(2)
    (array([  0,  50, 100]), array([0.08, 0.86, 0.91]))
    """
    if not isinstance(model, Network):
        raise TypeError(f"model must be a Network, but is {short(model)}")
    if not isinstance(method, Method):
        raise TypeError(f"method must be a method such as ml.gd(0.1), but is {short(method)}")
    steps, seed = whole("steps", steps, 1, 10**9), whole("seed", seed, 0)
    keep, end = steps if keep is None else whole("keep", keep, 1), flag("end", end)
    parts = {} if parts is None else parts
    if not isinstance(parts, dict) or not all(isinstance(p, Pictures) for p in parts.values()):
        raise TypeError(f"parts must hold Pictures by name, but is {short(parts)}")
    for pictures in parts.values():
        model._checked(pictures)
    work = partial(_seen, model, method, steps, seed, keep, parts, end)
    if study is None:
        return _training(model, method, parts, work())
    kept = Study(
        study, mark_of(model, [method], model.start, steps, seed, keep, end, parts), SEEN
    )  # fmt: skip
    found = kept.blocks(1)
    if not found:
        found = {0: work()}
        kept.put(0, found[0])
    return _training(model, method, parts, found[0])


def _seen(model, method, steps, seed, keep, parts, end):
    """What is kept, as arrays in the order of SEEN."""
    run = minimize(model, method, steps=steps, seed=seed, keep=keep)
    right = [[model.accuracy(row, part) for row in run.theta] for part in parts.values()]
    tables = [model.confusion(run.theta[-1], part) for part in parts.values()]
    theta = run.theta[-1 if end else len(run.theta) :].astype(model.dtype).ravel()
    looks, classes = len(run.t), len(model.data.names)
    return (
        run.t, run.loss, np.array(right).reshape(len(parts), looks),
        np.array(tables, np.int64).reshape(len(parts), classes, classes), theta,
        np.array(STATUS.index(run.status)),
    )  # fmt: skip


def _training(model, method, parts, seen):
    t, loss, right, tables, theta, status = seen
    return Training(
        model, method, t, loss, dict(zip(parts, right, strict=True)),
        dict(zip(parts, tables, strict=True)), theta.astype(float) if theta.size else None,
        STATUS[int(status)],
    )  # fmt: skip
