"""Exercises of the chapter on fruit: parameters, softmax's cost and slope, accuracy, curvature."""

import numpy as np

from ..ch8_frameworks.torch_step import points

LAYER = "size", "below", "channels"
LAYER_MISTAKES = (
    ("biases missing", "The biases are missing: each sum has one.",
     "return size**2 * below * channels"),
    ("one bias", "Each of the `channels` sums has a bias of its own, not one for all.",
     "return size**2 * below * channels + 1"),
    ("one row of the window", "The window is `size` × `size`: its size counts twice.",
     "return (size * below + 1) * channels", "return size * below * channels"),
    ("one channel below", "The window sees all channels of the layer below: times `below`.",
     "return (size**2 + 1) * channels", "return size**2 * channels"),
    ("one sum", "That is one sum; there are `channels` of them.", "return size**2 * below + 1"),
    ("a bias for each channel below", "A sum has one bias, however many channels it sees.",
     "return (size**2 + 1) * below * channels", "return size**2 * below * channels + below"),
    ("added", "Every sum sees every channel: multiply `below` by `channels`, don't add.",
     "return size**2 * (below + channels)", "return size**2 * (below + channels) + channels"),
)  # fmt: skip


def layer_parameters(answer):
    """Check how many parameters a layer has: `layer_parameters(size, below, channels)`.

    >>> layer_parameters(lambda size, below, channels: size**2 * below * channels).mistake
    'biases missing'
    """
    return EXERCISES["layer_parameters"].check(answer)


GUESS = ("classes",)
GUESS_MISTAKES = (
    ("probability", "That is the probability; the cost is minus its logarithm.",
     "return 1 / classes"),
    ("sign", "A cost that is below zero lost its minus: −ln(1/n) = ln n.",
     "return -np.log(classes)", "return np.log(1 / classes)"),
    ("bits", "That is the logarithm to base 2; the cost uses the natural one.",
     "return np.log2(classes)"),
    ("base ten", "That is the logarithm to base 10; the cost uses the natural one.",
     "return np.log10(classes)"),
    ("share of mistakes", "That is the share of wrong guesses; the cost is minus a logarithm.",
     "return 1 - 1 / classes"),
    ("one class less", "The right one is among the classes that a guess can hit: all n count.",
     "return np.log(classes - 1)"),
    ("mean over the classes", "Only the right class counts, not a mean over all of them.",
     "return np.log(classes) / classes"),
)  # fmt: skip


def guessing_cost(answer):
    """Check the cost of a network that guesses: `guessing_cost(classes)` returns a number.

    >>> guessing_cost(lambda classes: np.log2(classes)).mistake
    'bits'
    """
    return EXERCISES["guessing_cost"].check(answer)


SCORES = "scores", "label"
P = "p = np.exp(scores) / np.sum(np.exp(scores)); "
COST_MISTAKES = (
    ("sign", "A logarithm of a probability is below zero: the cost is minus it.",
     P + "return np.log(p[label])"),
    ("probability", "That is the probability of the right class; take minus its logarithm.",
     P + "return p[label]"),
    ("probability of a mistake", "That is the probability that the right class is missed; the cost "
     "is minus the logarithm of the probability that it is hit.", P + "return 1 - p[label]"),
    ("not divided", "Divide by the sum over all classes: the probabilities add up to 1.",
     "return -scores[label]"),
    ("sum alone", "That is the logarithm of the sum; subtract the score of the right class.",
     "return np.log(np.sum(np.exp(scores)))"),
    ("largest class", "The class that counts is `label`, not the likeliest one.",
     P + "return -np.log(np.max(p))"),
    ("mean over the classes", "Only the right class counts, not a mean or sum over all classes.",
     P + "return -np.mean(np.log(p))", P + "return -np.sum(np.log(p))",
     P + "return -np.sum(p * np.log(p))"),
    ("no exponential", "Softmax takes the exponential of the scores before it divides.",
     "return -np.log(np.abs(scores[label] / np.sum(scores)))"),
    ("bits", "That is the logarithm to base 2; the cost uses the natural one.",
     P + "return -np.log2(p[label])"),
)  # fmt: skip


def cross_entropy(answer):
    """Check the cost of one picture: `cross_entropy(scores, label)` returns a number.

    >>> cross_entropy(lambda scores, label: -scores[label]).mistake
    'not divided'
    """
    return EXERCISES["cross_entropy"].check(answer)


SLOPE_MISTAKES = (
    ("sign", "Uphill and downhill are exchanged: a larger score of the right class lowers J.",
     P + "p[label] -= 1; return -p"),
    ("right class forgotten", "Those are the probabilities; the right class has 1 taken off.",
     P + "return p"),
    ("right class added", "The 1 of the right class is subtracted, not added.",
     P + "p[label] += 1; return p"),
    ("scores", "Begin with the probabilities, not with the scores.",
     "s = scores.copy(); s[label] -= 1; return s"),
    ("only the right class", "The other scores count, too: a larger one raises J.",
     P + "d = np.zeros(len(p)); d[label] = p[label] - 1; return d"),
    ("every class", "Take 1 off at the right class only.", P + "return p - 1"),
    ("softmax's own slope", "That is the slope of the probability; J is minus its logarithm.",
     P + "d = -p[label] * p; d[label] += p[label]; return d",
     P + "d = p[label] * p; d[label] -= p[label]; return d"),
    ("not divided", "Divide the exponentials by their sum first.",
     "p = np.exp(scores); p[label] -= 1; return p"),
)  # fmt: skip


def score_slope(answer):
    """Check ∂J/∂z of one picture: `score_slope(scores, label)` returns one number a class.

    >>> def forgot(scores, label):
    ...     return np.exp(scores) / np.sum(np.exp(scores))
    >>> score_slope(forgot).mistake
    'right class forgotten'
    """
    return EXERCISES["score_slope"].check(answer)


SHARE = "probabilities", "labels"
SHARE_MISTAKES = (
    ("count", "That is how many are right; divide by how many there are.",
     "return np.sum(probabilities.argmax(axis=1) == labels)"),
    ("mistakes", "That is the share of mistakes.",
     "return np.mean(probabilities.argmax(axis=1) != labels)"),
    ("probability of the right class", "How sure the network is does not count, only which class "
     "is the likeliest.",
     "return np.mean(probabilities[np.arange(len(labels)), labels])",
     "return np.mean(probabilities.max(axis=1))"),
    ("more than half", "The likeliest class counts, also when its probability is below one half.",
     "return np.mean(probabilities[np.arange(len(labels)), labels] > 0.5)"),
    ("least likely", "`argmin` is the least likely class.",
     "return np.mean(probabilities.argmin(axis=1) == labels)"),
    ("divided by the classes", "Divide by the number of pictures, not of classes.",
     "return np.sum(probabilities.argmax(axis=1) == labels) / probabilities.shape[1]"),
    ("percent", "A share is between 0 and 1; leave out the factor 100.",
     "return 100 * np.mean(probabilities.argmax(axis=1) == labels)"),
)  # fmt: skip


def accuracy(answer):
    """Check the share of right answers: `accuracy(probabilities, labels)`.

    >>> accuracy(lambda probabilities, labels: np.mean(probabilities.max(axis=1))).mistake
    'probability of the right class'
    """
    return EXERCISES["accuracy"].check(answer)


TOP = "H", "z", "steps"


def _power(inside, end="z @ H @ z / (z @ z)", count="steps"):
    return f"\n    for _ in range({count}):\n        {inside}\n    return {end}"


NORMED = "z = H @ z; z = z / np.linalg.norm(z)"
TOP_MISTAKES = (
    ("one step more", "That is one product too many: `steps` of them, then the curvature.",
     _power(NORMED, count="steps + 1")),
    ("one step less", "One product is missing: `steps` of them, then the curvature.",
     _power(NORMED, count="steps - 1")),
    ("no steps", "That is the curvature along z as it came; multiply z by H first, `steps` times.",
     "return z @ H @ z / (z @ z)"),
    ("not divided", "The curvature along z is zᵀHz divided by zᵀz; z need not have length 1.",
     _power("z = H @ z", "z @ H @ z"), "return z @ H @ z"),
    ("not normalized", "Your numbers overflow where the steps are many: bring z back to length 1 "
     "after each product.", _power("z = H @ z", "z @ H @ z / (z @ z)")),
    ("absolute value", "You take the size of the curvature: where the steepest direction bends "
     "down, it is below 0.", _power(NORMED, "abs(z @ H @ z)")),
    ("length of Hz", "The length of Hz is the curvature only in the end; take zᵀHz/(zᵀz).",
     _power(NORMED, "np.linalg.norm(H @ z)")),
    ("largest entry", "The largest entry of Hz depends on where z points; take zᵀHz/(zᵀz).",
     _power(NORMED, "np.max(np.abs(H @ z))")),
    ("entry by entry", "`H * z` multiplies entry by entry; the product with a vector is `H @ z`.",
     "return np.sum((H * z) @ z) / (z @ z)"),
    ("exact", "That is the exact value; the exercise asks for what `steps` products give.",
     "return np.max(np.linalg.eigvalsh(H))"),
    ("smallest", "Dividing by H leads to the smallest curvature; multiply.",
     _power("z = np.linalg.solve(H, z); z = z / np.linalg.norm(z)")),
)  # fmt: skip


def top_curvature(answer):
    """Check the power method: `top_curvature(H, z, steps)` returns zᵀHz/(zᵀz) at its end.

    >>> top_curvature(lambda H, z, steps: np.max(np.linalg.eigvalsh(H))).mistake
    'exact'
    """
    return EXERCISES["top_curvature"].check(answer)


def _scored():
    rng = np.random.default_rng(601)
    many = [(2 * rng.normal(size=4), label) for label in (2, 0, 3, 1, 2)]
    return [*many, (np.array([-6.0, 1.5, 6.0, -2.0]), 0)]  # a probability near 0


def _answered():
    rng = np.random.default_rng(602)
    odds = rng.exponential(size=(3, 37, 4)) ** 2
    few = np.array([[0.7, 0.3], [0.4, 0.6], [0.9, 0.1], [0.2, 0.8]]), np.array([0, 1, 1, 1])
    many = [(p / p.sum(axis=1, keepdims=True), rng.integers(0, 4, 37)) for p in odds]
    return [few, *many]


def _curved():
    rng = np.random.default_rng(603)
    roots = rng.normal(size=(4, 5, 5))
    pairs = zip(roots, (1, 2, 4, 9), strict=True)
    few = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, 2.0]), 1
    many = [(a @ a.T, 3 * rng.normal(size=5), steps) for a, steps in pairs]
    (H, z, _), *_ = many
    # The steepest direction may bend down; and without their length, the numbers overflow.
    return [few, *many, (np.eye(5) - H, z, 6), (1e4 * H, z, 90)]


EXERCISES = {
    "layer_parameters": points(
        LAYER, [(3, 3, 8), (3, 8, 16), (5, 1, 4), (1, 20, 12), (7, 2, 5)], "parameters", 0,
        "return (size**2 * below + 1) * channels", LAYER_MISTAKES, "layer_parameters",
        ("How many numbers does the window see? It is a square, and each place has all channels.",
         "One sum has a weight for each of these numbers, and one bias."),
    ),
    "guessing_cost": points(
        GUESS, [(12,), (10,), (2,), (1000,)], "cost", 0, "return np.log(classes)",
        GUESS_MISTAKES, "guessing_cost",
        ("Guessing gives each of the n classes the probability 1/n.",
         "The cost is minus the natural logarithm of the right one's probability."),
    ),
    "cross_entropy": points(
        SCORES, _scored(), "cost", 0, "return np.log(np.sum(np.exp(scores))) - scores[label]",
        COST_MISTAKES, "cross_entropy",
        ("First the probabilities: exponentials, divided by their sum.",
         "Then minus the logarithm of the one at `label`."),
    ),
    "score_slope": points(
        SCORES, _scored(), "slope", 4, P + "p[label] -= 1; return p", SLOPE_MISTAKES,
        "score_slope",
        ("J = ln Σ exp z_j − z_label; differentiate by z_k.",
         "The first term gives p_k, for every k.",
         "The second takes 1 off where k is the label."),
    ),
    "accuracy": points(
        SHARE, _answered(), "share", 0, "return np.mean(probabilities.argmax(axis=1) == labels)",
        SHARE_MISTAKES, "accuracy",
        ("`probabilities.argmax(axis=1)` is the likeliest class of each picture.",
         "Compare with `labels`; the mean of True and False is a share."),
    ),
    "top_curvature": points(
        TOP, _curved(), "curvature", 0, _power(NORMED), TOP_MISTAKES, "top_curvature",
        ("Each product with H stretches z most along the steepest direction.",
         "Bring z back to length 1 after each product, or the numbers overflow.",
         "In the end, z @ H @ z / (z @ z)."),
    ),
}  # fmt: skip
