"""The lines of Adam's step, of which its relatives are made as well."""

ADAM = "theta", "m", "s", "grad", "t", "eta", "beta1", "beta2", "eps"
S = "s = beta2 * s + (1 - beta2) * grad**2; "
M = "m = beta1 * m + (1 - beta1) * grad; "
BOTH = M + S
HATS = "a = m / (1 - beta1**(t + 1)); b = s / (1 - beta2**(t + 1)); "
STEP = "return theta - eta * a / (np.sqrt(b) + eps), m, s"
