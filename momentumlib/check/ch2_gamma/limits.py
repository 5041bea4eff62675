"""Where a run with a velocity diverges, from γ and the largest curvature."""

from ...arguments import numbers, positive
from ...bounds import FAR
from ...theory import rate_map
from ..engine.exercise import figures, mistake, written
from ..engine.values import asked

TAKES = "gamma", "lam"

#: The limits of stability, and what they are called.
LIMITS = {
    "gd": ("2 / lam", "gradient descent's limit", "This is gradient descent's limit, 2/λ"),
    "momentum": ("2 * (1 + gamma) / lam", "momentum's limit", "This is momentum's limit"),
    "nag": ("(2 + 2 * gamma) / ((1 + 2 * gamma) * lam)", "NAG's limit", "This is NAG's limit"),
}

#: Known mistakes in one method's limit alone.
OWN = {
    "momentum": (
        ("brackets missing", "This is (2 + γ)/λ: the 2 multiplies the whole of 1 + γ.",
         "return (2 + gamma) / lam"),
    ),
    "nag": (
        ("NAG's limit for a gamma near 1",
         "4/(3λ) is what NAG's limit comes to for a γ near 1: put in the γ that you have.",
         "return 4 / (3 * lam)"),
        ("fraction of gamma upside down",
         "The fraction that is made of γ is upside down; λ stands rightly below.",
         "return (1 + 2 * gamma) / ((2 + 2 * gamma) * lam)"),
        ("coefficient at -1",
         "At this η the coefficient γ(1 − ηλ) is −1, and that is the product of the two roots σ: "
         "one of them leaves the circle at a smaller η.",
         "return (1 + 1 / gamma) / lam"),
    ),
}  # fmt: skip

HINTS = (
    "The run diverges when a root σ of its recurrence leaves the unit circle; that happens at "
    "σ = −1.",
    "Put e_t = (−1)^t into the recurrence, and solve for η.",
)


def known_limits(name, why):
    """The formula of a limit, and its known mistakes; why : another method's limit is not it."""
    right = LIMITS[name][0]
    others = [
        (known, f"{says}: {why}", f"return {text}")
        for other, (text, known, says) in LIMITS.items()
        if other != name
    ]
    rows = (
        *others,
        ("lambda missing", "This is the limit of η·λ: divide by λ.", f"return ({right}) * lam"),
        ("root of lambda",
         "Divide by λ itself, not by its root.", f"return ({right}) * np.sqrt(lam)"),
        ("multiplied", "You multiply by λ: divide, a steeper valley allows less.",
         f"return ({right}) * lam**2"),
        ("half the limit", "This is half the limit: at this η the run still converges.",
         f"return ({right}) / 2"),
        ("double the limit", "This is twice the limit: half of it is enough to diverge.",
         f"return 2 * ({right})"),
        ("1 - gamma in place of 1 + gamma",
         "The limit grows with γ: 1 + γ stands above, not 1 − γ.",
         "return 2 * (1 - gamma) / lam"),
        *OWN[name],
        ("gamma fixed", "This is the limit for γ = 0.9: put in the γ that is given.",
         f"gamma = 0.9; return {right}"),
        ("1/lambda",
         "At η = 1/λ gradient descent arrives in one step; that is no limit.", "return 1 / lam"),
        ("effective learning rate",
         "The effective learning rate η/(1 − γ) does not decide this limit.",
         "return 2 / (lam * (1 - gamma))"),
        ("edge of the swinging",
         "Here the roots stop being complex; the run still converges a little further.",
         "return (1 + np.sqrt(gamma))**2 / lam", "return (1 - np.sqrt(gamma))**2 / lam"),
        ("upside down", "Your fraction is upside down.", f"return 1 / ({right})"),
    )  # fmt: skip
    return written(TAKES, f"return {right}"), tuple(mistake(TAKES, *row) for row in rows)


def tried_out(name, gamma, lam):
    """What is said of an η that makes no known mistake: what a run does with it."""

    def meaning(eta):
        if eta <= 0:
            return "no learning rate", "A learning rate is greater than 0."
        if not (0 <= gamma <= 1 and max(eta, 1) * lam < FAR):
            return None
        rate = float(rate_map(name, [eta], [gamma], [lam])[0, 0])
        stable = rate < 1
        known, side = ("still converges", "below") if stable else ("diverges already", "above")
        given = f"With η = {eta:.4g}, γ = {gamma:g} and λ = {lam:g}"
        return known, f"{given} a run {known}: its rate is {figures([rate], [1.0])[0]}, {side} 1."

    return meaning


def limit(name, why, answer, gamma, lam):
    """The Verdict on a limit of η, a number or a function of (gamma, lam)."""
    solution, known = known_limits(name, why)
    hidden = (0.9, 100.0), (0.5, 7.0), (0.75, 0.3), (0.0, 4.0)
    given = float(numbers("gamma", gamma)), positive("lam", lam)
    return asked(
        f"{name}_limit", TAKES, solution, known, answer, hidden, given, "eta", 0, HINTS,
        meaning=tried_out(name, *given),
    )  # fmt: skip
