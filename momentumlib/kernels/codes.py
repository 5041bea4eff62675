"""Numbers that the loops have in common with those who call them; to read them takes no Numba."""

MAX_STEPS, CONVERGED, DIVERGED = range(3)
NO_RESTART, EVERY, ON_INCREASE, ON_GRADIENT = range(4)

#: A coordinate beyond this has diverged; its square is still a finite number.
FAR = 1e150

#: From so many coordinates on, a step is taken by `many`, in SIMD instructions.
MANY = 64
