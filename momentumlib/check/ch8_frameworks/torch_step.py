"""PyTorch's step of momentum."""

import numpy as np

from ..engine.cases import Case, flat, state, valley
from ..engine.exercise import Exercise, mistake, written
from ..engine.steps import runner

TAKES = "theta", "buffer", "grad", "lr", "momentum"

MISTAKES = (
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
    ("momentum on the gradient", "`momentum` multiplies the old buffer, not the gradient, which "
     "enters as it is.", "b = buffer + momentum * grad; return theta - lr * b, b"),
    ("momentum on both", "`momentum` multiplies the old buffer alone; the gradient enters as it "
     "is.", "b = momentum * (buffer + grad); return theta - lr * b, b"),
    ("Keras", "That is Keras' form, whose velocity holds `lr` and points downhill; PyTorch's "
     "buffer is a sum of gradients.", "b = momentum * buffer - lr * grad; return theta + b, b"),
    ("momentum missing", "The old buffer must fade: multiply it by `momentum`.",
     "b = buffer + grad; return theta - lr * b, b"),
    ("wrong order", "Both results are right, but in the wrong order: theta first, then buffer.",
     "b = momentum * buffer + grad; return b, theta - lr * b"),
)  # fmt: skip


def _exercise():
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
        "torch_step", TAKES, written(TAKES, "b = momentum * buffer + grad; "
                                     "return theta - lr * b, b"),
        tuple(mistake(TAKES, *row) for row in MISTAKES), cases,
        runner(TAKES, ("theta", "buffer")),
        (
            "Only one of the two lines holds `lr`.",
            "The new buffer is `momentum * buffer + grad`.",
            "theta then moves by `lr` times the new buffer.",
        ),
    )  # fmt: skip


EXERCISE = _exercise()


def torch_step(step):
    """Check PyTorch's momentum: `torch_step(theta, buffer, grad, lr, momentum)`.

    theta, buffer, grad : arrays of shape (dim,). It returns the new theta and buffer.

    >>> def step(theta, buffer, grad, lr, momentum):
    ...     buffer = momentum * buffer + lr * grad
    ...     return theta - buffer, buffer
    >>> torch_step(step).mistake
    'eta inside'
    """
    return EXERCISE.check(step)
