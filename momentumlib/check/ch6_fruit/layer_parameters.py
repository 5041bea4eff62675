"""How many parameters a layer has."""

from ..engine.formulas import formula

TAKES = "size", "below", "channels"
MISTAKES = (
    ("biases missing", "The biases are missing: each sum has one.",
     "return size**2 * below * channels"),
    ("one bias", "Each of the `channels` sums has a bias of its own, not one for all.",
     "return size**2 * below * channels + 1"),
    ("one row of the window", "The window is `size` × `size`: its size counts twice.",
     "return (size * below + 1) * channels", "return size * below * channels"),
    ("one channel below", "The window sees all channels of the layer below: times `below`.",
     "return (size**2 + 1) * channels", "return size**2 * channels"),
    ("one sum", "That is one sum; there are `channels` of them.", "return size**2 * below + 1"),
    ("shared weights", "Each of the `channels` sums has weights of its own, not only its bias.",
     "return size**2 * below + channels"),
    ("a bias for each channel below", "A sum has one bias, however many channels it sees.",
     "return (size**2 + 1) * below * channels", "return size**2 * below * channels + below"),
    ("added", "Every sum sees every channel: multiply `below` by `channels`, don't add.",
     "return size**2 * (below + channels)", "return size**2 * (below + channels) + channels"),
    ("a bias for each place", "A sum has one bias, not one for each place of its window.",
     "return size**2 * (below + 1) * channels"),
    ("one sum more", "The bias is one number more in each sum; there are still `channels` sums.",
     "return size**2 * below * (channels + 1)"),
    ("channels squared", "Only the window's `size` counts twice: `below` has no square.",
     "return ((size * below) ** 2 + 1) * channels"),
    ("power sign", "`^` is no power in Python: a square is written `size**2`.",
     "return (size ^ 2) * below * channels + channels",
     "return ((size ^ 2) * below + 1) * channels",
     "return (size ^ 2 * below + 1) * channels", "return size ^ 2 * below * channels + channels"),
    ("three channels below", "How many channels the layer below has is `below`, and not always 3.",
     "return (size**2 * 3 + 1) * channels"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(3, 3, 8), (3, 8, 16), (5, 1, 4), (1, 20, 12), (7, 2, 5)], "parameters", 0,
    "return (size**2 * below + 1) * channels", MISTAKES, "layer_parameters",
    ("How many numbers does the window see? It is a square, and each place has all channels.",
     "One sum has a weight for each of these numbers, and one bias."),
)  # fmt: skip


def layer_parameters(answer):
    """Check how many parameters a layer has: `layer_parameters(size, below, channels)`.

    >>> layer_parameters(lambda size, below, channels: size**2 * below * channels).mistake
    'biases missing'
    """
    return EXERCISE.check(answer)
