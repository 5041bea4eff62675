"""A landscape of the book and the loop in one piece, for runs that ask for nothing else."""

from .compilation import nothing, register_jitable
from .loop import advance


def fused(kind, loss, grad):
    """`advance` with the landscape's functions inlined, and no noise, restart, tolerance, keep.

    It takes all the same what `advance` takes after `grad`, so that one call fits both. What it
    need not ask for falls away when it is compiled: a step takes half the time.
    """
    loss, grad = register_jitable(loss), register_jitable(grad)

    def fused(
        code, ahead, correct, params, work, carry, hyper, noise, restart, tol, keep,
        first, last, steps, path, losses, norms, states, marks, result,
    ):  # fmt: skip
        advance(
            code, ahead, correct, 0, nothing, params[:0], loss, grad, params, work, carry, hyper,
            path[:0], (0, 0), 0.0, 1, first, last, steps, path, losses, norms, states, marks,
            result,
        )  # fmt: skip

    fused.__qualname__ = f"fused_{kind}"  # its own file in Numba's folder: two processes may write
    return fused
