"""Exercises of the chapter on frameworks: the same formula in another convention."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.formulas import Points, asker, called
from ..engine.steps import runner

TORCH = "theta", "buffer", "grad", "lr", "momentum"

TORCH_MISTAKES = (
    ("eta inside", "That is this book's convention: in PyTorch the gradient enters `buffer` as it "
     "is, and `lr` multiplies `buffer` where theta moves.",
     "b = momentum * buffer + lr * grad; return theta - b, b"),
    ("lr twice", "You multiply by `lr` twice: once, where theta moves, is enough.",
     "b = momentum * buffer + lr * grad; return theta - lr * b, b"),
    ("lr missing", "Your theta moves by `buffer` alone: it must move by `lr` times `buffer`.",
     "b = momentum * buffer + grad; return theta - b, b"),
    ("average", "PyTorch sums (without dampening): the gradient enters `buffer` with the weight 1.",
     "b = momentum * buffer + (1 - momentum) * grad; return theta - lr * b, b"),
    ("old buffer used", "theta moves by the buffer of the step before: compute the new one first.",
     "b = momentum * buffer + grad; return theta - lr * buffer, b"),
    ("Nesterov", "That is PyTorch with `nesterov=True`; plain momentum moves by `lr` times the new "
     "buffer.",
     "b = momentum * buffer + grad; return theta - lr * (grad + momentum * b), b"),
    ("wrong sign", "Your step climbs: take `lr` times the buffer away from theta.",
     "b = momentum * buffer + grad; return theta + lr * b, b",
     "b = momentum * buffer - grad; return theta - lr * b, b"),
    ("buffer scaled", "Your theta moves rightly, but the buffer that you return holds `lr`; "
     "PyTorch keeps it without.",
     "b = momentum * buffer + grad; return theta - lr * b, lr * b"),
    ("buffer not kept", "Your theta moves rightly, but you return the old buffer, so nothing is "
     "remembered.",
     "b = momentum * buffer + grad; return theta - lr * b, buffer"),
    ("no momentum", "The old buffer does not move theta: `momentum` times the old buffer belongs "
     "into the new one.",
     "return theta - lr * grad, grad", "return theta - lr * grad, buffer"),
    ("gradient in place of the buffer", "The buffer is right, but theta moves by `lr` times the "
     "gradient: it must move by `lr` times the new buffer.",
     "b = momentum * buffer + grad; return theta - lr * grad, b"),
    ("momentum missing", "The old buffer must fade: multiply it by `momentum`.",
     "b = buffer + grad; return theta - lr * b, b"),
    ("wrong order", "Both results are right, but in the wrong order: theta first, then buffer.",
     "b = momentum * buffer + grad; return b, theta - lr * b"),
)  # fmt: skip


def _torch():
    rng = np.random.default_rng(801)

    def case(dim, slope, lr, momentum, steps, rule=""):
        begin = {"theta": state(rng, dim)["theta"], "buffer": rng.normal(size=dim)}
        return Case(begin, slope, {"lr": lr, "momentum": momentum}, steps, rule=rule)

    cases = (
        case(2, valley(rng, 2), 0.2, 0.7, 8),
        case(3, valley(rng, 3), 0.05, 0.9, 6),
        case(
            2,
            flat,
            0.3,
            0.5,
            2,
            "where the gradient is 0, theta moves by lr times the faded buffer",
        ),
    )
    return Exercise(
        "torch_step", TORCH, written(TORCH, "b = momentum * buffer + grad; "
                                     "return theta - lr * b, b"),
        tuple(mistake(TORCH, *row) for row in TORCH_MISTAKES), cases,
        runner(TORCH, ("theta", "buffer")),
        (
            "Only one of the two lines holds `lr`.",
            "The new buffer is `momentum * buffer + grad`.",
            "theta then moves by `lr` times the new buffer.",
        ),
    )  # fmt: skip


def torch_step(step):
    """Check PyTorch's momentum: `torch_step(theta, buffer, grad, lr, momentum)`.

    theta, buffer, grad : arrays of shape (dim,). It returns the new theta and buffer.

    >>> def step(theta, buffer, grad, lr, momentum):
    ...     buffer = momentum * buffer + lr * grad
    ...     return theta - buffer, buffer
    >>> torch_step(step).mistake
    'eta inside'
    """
    return EXERCISES["torch_step"].check(step)


# --- One formula ------------------------------------------------------------------


def points(takes, rows, gives, size, solution, mistakes, name, hints):
    """The exercise of one formula, asked at `rows` of arguments."""
    labels = [called(takes, row) for row in rows]
    return Exercise(
        name, takes, written(takes, solution), tuple(mistake(takes, *row) for row in mistakes),
        (Points(tuple(rows), tuple(labels)),), asker(gives, size), hints, drawn=False, each=True,
    )  # fmt: skip


EMA = "eta", "gamma"
EMA_MISTAKES = (
    ("times 1 - gamma", "That is the way back, from an average to a sum: the average is smaller "
     "than the sum, so its eta must be larger.", "return eta * (1 - gamma)"),
    ("1 + gamma", "The sum of 1, γ, γ², … is 1/(1 − γ), not 1/(1 + γ).",
     "return eta / (1 + gamma)"),
    ("divided by gamma", "Divide by `1 - gamma`, the weight that the average gives to a gradient.",
     "return eta / gamma", "return eta * gamma"),
    ("eta unchanged", "With the same eta the average moves `1 - gamma` times as far.",
     "return eta"),
    ("eta missing", "That is the factor; multiply it by `eta`.", "return 1 / (1 - gamma)"),
    ("root", "Divide by `1 - gamma` itself, not by its root.", "return eta / np.sqrt(1 - gamma)"),
    ("square", "Divide by `1 - gamma` once.", "return eta / (1 - gamma) ** 2"),
)  # fmt: skip


def ema_eta(answer):
    """Check the learning rate of an average: `ema_eta(eta, gamma)` returns a number.

    >>> ema_eta(lambda eta, gamma: eta * (1 - gamma)).mistake
    'times 1 - gamma'
    """
    return EXERCISES["ema_eta"].check(answer)


MENDED = "gamma", "old", "new"
MENDED_MISTAKES = (
    ("upside down", "Your fraction is upside down: where η falls, PyTorch's velocity falls with "
     "it, so its momentum must grow.", "return gamma * new / old"),
    ("gamma unchanged", "With the same momentum, PyTorch's old velocity is multiplied by the new "
     "η: that has to be undone.", "return gamma"),
    ("gamma missing", "That is the factor; multiply it by `gamma`.", "return old / new"),
    ("new alone", "Both learning rates count: their ratio does.", "return gamma / new",
     "return gamma * new", "return gamma * old"),
    ("capped", "It may be above 1 for this one step; do not cut it off.",
     "return min(gamma * old / new, 1)", "return min(gamma * old / new, 0.999)"),
    ("difference", "Take the ratio of the two learning rates, not their difference.",
     "return gamma + old - new", "return gamma * (old - new)"),
    ("root", "Take the ratio itself, not its root.", "return gamma * np.sqrt(old / new)"),
)  # fmt: skip


def mended_gamma(answer):
    """Check the momentum for a step at which η changes: `mended_gamma(gamma, old, new)`.

    >>> mended_gamma(lambda gamma, old, new: gamma * new / old).mistake
    'upside down'
    """
    return EXERCISES["mended_gamma"].check(answer)


STORED = "stored", "buffer", "lr", "momentum"
STORED_MISTAKES = (
    ("wrong sign", "The stored point is ahead of θ by −γv: to go back to θ, add γv.",
     "return stored - momentum * lr * buffer"),
    ("lr missing", "PyTorch's buffer has no η: the velocity is `lr` times the buffer.",
     "return stored + momentum * buffer"),
    ("momentum missing", "The look-ahead goes γv, not v: multiply by `momentum`.",
     "return stored + lr * buffer"),
    ("buffer alone", "The way back is `momentum` times the velocity, which is `lr` times the "
     "buffer.", "return stored + buffer"),
    ("where the step came from", "You undo more than the look-ahead: add γv, with the buffer as it "
     "is now.", "return stored + lr * (1 + momentum) * buffer"),
    ("nothing changes", "You return the stored point; θ is behind it by the look-ahead.",
     "return stored"),
    ("divided", "Multiply the buffer by `lr`; do not divide.",
     "return stored + momentum * buffer / lr"),
)  # fmt: skip


def stored_theta(answer):
    """Check θ behind the point that PyTorch's NAG stores.

    `stored_theta(stored, buffer, lr, momentum)` : arrays of shape (dim,), numbers; it returns θ.

    >>> stored_theta(lambda stored, buffer, lr, momentum: stored + momentum * buffer).mistake
    'lr missing'
    """
    return EXERCISES["stored_theta"].check(answer)


def _vectors():
    rng = np.random.default_rng(804)
    return [(rng.normal(size=3), rng.normal(size=3), lr, mu)
            for lr, mu in ((0.1, 0.9), (0.03, 0.5), (2.0, 0.7))]  # fmt: skip


KEPT = "decay", "etas"
KEPT_MISTAKES = (
    ("exponential", "That is the approximation for small steps; multiply the exact factors.",
     "return np.exp(-decay * np.sum(etas))"),
    ("added up", "Each step shrinks what the step before has left: multiply the factors, do not "
     "add up what they take.",
     "return 1 - decay * np.sum(etas)"),
    ("taken away", "That is the part that is taken away; return what is left.",
     "return 1 - np.prod(1 - decay * etas)"),
    ("eta missing", "Decoupled decay multiplies by 1 − ηw: the learning rate is missing.",
     "return (1 - decay) ** len(etas)"),
    ("mean eta", "With the mean of η it is not exact: each step has its own factor.",
     "return (1 - decay * np.mean(etas)) ** len(etas)"),
    ("first eta", "You take the first η for all steps; each step has its own.",
     "return (1 - decay * etas[0]) ** len(etas)"),
    ("last step only", "That is what the last step leaves of the step before; multiply all.",
     "return 1 - decay * etas[-1]"),
    ("growing", "Decay shrinks: the factor is 1 − ηw.", "return np.prod(1 + decay * etas)"),
)  # fmt: skip


def decay_kept(answer):
    """Check what decoupled weight decay leaves: `decay_kept(decay, etas)`, η of each step.

    >>> decay_kept(lambda decay, etas: (1 - decay) ** len(etas)).mistake
    'eta missing'
    """
    return EXERCISES["decay_kept"].check(answer)


def _falling():
    steps = np.arange(6)
    return [
        (0.5, 0.3 * 0.7**steps), (0.05, np.array([0.1, 1.0, 2.0, 0.4])), (1.3, np.full(3, 0.2)),
        (0.8, 0.25 * (1 + np.cos(np.pi * steps / 6))),
    ]  # fmt: skip


EXERCISES = {
    "torch_step": _torch(),
    "ema_eta": points(
        EMA, [(0.01, 0.9), (0.237, 0.43), (0.0031, 0.987), (0.4, 0.0)], "eta", 0,
        "return eta / (1 - gamma)", EMA_MISTAKES, "ema_eta",
        ("Let the gradient be 1 at every step: where does the sum go, and where the average?",
         "The sum goes to 1/(1 − γ), the average to 1. Make η times each the same."),
    ),
    "decay_kept": points(
        KEPT, _falling(), "part", 0, "return np.prod(1 - decay * etas)", KEPT_MISTAKES,
        "decay_kept",
        ("One step with η multiplies the parameter by 1 − ηw.",
         "Two steps multiply by the two factors. `np.prod` multiplies all entries of an array."),
    ),
    "mended_gamma": points(
        MENDED, [(0.9, 0.1, 0.01), (0.5, 0.02, 0.037), (0.83, 0.4, 0.11), (0.7, 0.3, 0.3)],
        "momentum", 0, "return gamma * old / new", MENDED_MISTAKES, "mended_gamma",
        ("PyTorch's velocity is η times its buffer. What is it just before, and what just after "
         "the change?",
         "The book keeps γ · old · buffer. PyTorch makes momentum · new · buffer of it."),
    ),
    "stored_theta": points(
        STORED, _vectors(), "theta", 3, "return stored + momentum * lr * buffer",
        STORED_MISTAKES, "stored_theta",
        ("The stored point is θ − γv. Solve for θ.",
         "The book's v is `lr` times PyTorch's buffer."),
    ),
}  # fmt: skip
