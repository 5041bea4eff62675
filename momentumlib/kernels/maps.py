"""Maps of the rate of convergence over η and γ."""

import numpy as np

from .compilation import register_jitable


@register_jitable
def rates(nag, eta, gamma, eigenvalues, out):
    """out[j, i] = the largest |σ| at eta[i], gamma[j]: momentum, or NAG where nag is 1.

    The roots of σ² − aσ + b in each direction: √b where they are complex, else
    (|a| + √(a² − 4b)) / 2. The innermost loops run along eta, so that the compiler
    turns them into SIMD instructions.
    """
    for j in range(gamma.size):
        for i in range(eta.size):
            out[j, i] = 0.0
        for k in range(eigenvalues.size):
            for i in range(eta.size):
                slope = eta[i] * eigenvalues[k]
                a = (1 + gamma[j]) * (1 - slope) if nag else 1 + gamma[j] - slope
                b = gamma[j] * (1 - slope) if nag else gamma[j]
                square = a * a - 4 * b
                root = np.sqrt(b if square < 0 else square)
                sigma = root if square < 0 else 0.5 * (abs(a) + root)
                out[j, i] = sigma if sigma > out[j, i] else out[j, i]
