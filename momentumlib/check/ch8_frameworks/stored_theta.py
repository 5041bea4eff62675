"""θ behind the point that PyTorch's NAG stores."""

import numpy as np

from ..engine.formulas import formula

TAKES = "stored", "buffer", "lr", "momentum"
MISTAKES = (
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
    ("look-ahead alone", "That is how far the look-ahead goes: add it to the stored point.",
     "return lr * momentum * buffer"),
    ("divided", "Multiply the buffer by `lr`; do not divide.",
     "return stored + momentum * buffer / lr"),
    ("divided by momentum", "The look-ahead is `momentum` times the velocity: do not divide.",
     "return stored + lr * buffer / momentum"),
    ("1 - momentum", "The look-ahead goes γv: it is `momentum` itself, not the rest.",
     "return stored + lr * (1 - momentum) * buffer"),
    ("all that is to come", "The look-ahead goes one step of γv: do not add up the steps after it.",
     "return stored + lr * momentum / (1 - momentum) * buffer"),
    ("twice", "You undo the look-ahead twice: it goes γv, and no more.",
     "return stored + 2 * lr * momentum * buffer"),
    ("momentum applied twice", "`momentum` counts once: the look-ahead is γv.",
     "return stored + lr * momentum**2 * buffer"),
)  # fmt: skip


def _vectors():
    rng = np.random.default_rng(804)
    return [(rng.normal(size=3), rng.normal(size=3), lr, mu)
            for lr, mu in ((0.1, 0.9), (0.03, 0.5), (2.0, 0.7))]  # fmt: skip


EXERCISE = formula(
    TAKES, _vectors(), "theta", 3, "return stored + momentum * lr * buffer",
    MISTAKES, "stored_theta",
    ("The stored point is θ − γv. Solve for θ.",
     "The book's v is `lr` times PyTorch's buffer."),
)  # fmt: skip


def stored_theta(answer):
    """Check θ behind the point that PyTorch's NAG stores.

    `stored_theta(stored, buffer, lr, momentum)` : arrays of shape (dim,), numbers; it returns θ.

    >>> stored_theta(lambda stored, buffer, lr, momentum: stored + momentum * buffer).mistake
    'lr missing'
    """
    return EXERCISE.check(answer)
