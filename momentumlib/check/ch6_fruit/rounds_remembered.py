"""How many rounds through the training pictures a velocity remembers."""

from ..engine.formulas import formula

TAKES = "gamma", "batch", "pictures"
MISTAKES = (
    ("pictures, not rounds", "That is how many pictures it remembers; a round is `pictures` of "
     "them.", "return batch / (1 - gamma)"),
    ("steps", "That is how many steps it remembers; each of them sees `batch` pictures.",
     "return 1 / (1 - gamma)"),
    ("batch forgotten", "A step sees `batch` pictures, not one.",
     "return 1 / ((1 - gamma) * pictures)"),
    ("upside down", "That is one divided by the number of rounds: turn it around.",
     "return pictures * (1 - gamma) / batch"),
    ("divided by batch", "More pictures a step make more rounds: multiply by `batch`.",
     "return 1 / ((1 - gamma) * batch)", "return pictures / ((1 - gamma) * batch)"),
    ("one step", "That is the share of a round in one step; the velocity remembers "
     "1/(1 − γ) steps.", "return batch / pictures"),
    ("times 1 - gamma", "A larger γ remembers more: divide by 1 − γ.",
     "return (1 - gamma) * batch / pictures"),
    ("gamma in place of 1 - gamma", "The memory is 1/(1 − γ) steps: γ = 0 remembers one.",
     "return gamma * batch / pictures", "return batch / (gamma * pictures)",
     "return gamma / (1 - gamma) * batch / pictures"),
    ("half-life", "That counts with the half-life; the memory here is 1/(1 − γ) steps.",
     "return np.log(0.5) / np.log(gamma) * batch / pictures",
     "return -batch / (np.log(gamma) * pictures)"),
    ("1 + gamma", "The memory is 1/(1 − γ), with a minus.",
     "return batch / ((1 + gamma) * pictures)"),
    ("square", "One factor 1/(1 − γ) is enough.", "return batch / ((1 - gamma) ** 2 * pictures)"),
    ("whole rounds", "Parts of a round count: do not round.",
     "return np.floor(batch / ((1 - gamma) * pictures))",
     "return batch / (1 - gamma) // pictures",
     "return np.round(batch / ((1 - gamma) * pictures))",
     "return np.ceil(batch / ((1 - gamma) * pictures))"),
    ("whole steps", "The memory, 1/(1 − γ) steps, need not be a whole number: do not round it.",
     "return np.ceil(1 / (1 - gamma)) * batch / pictures",
     "return np.floor(1 / (1 - gamma)) * batch / pictures",
     "return np.round(1 / (1 - gamma)) * batch / pictures"),
    ("whole minibatches", "A round is pictures / batch steps, which need not be whole: do not "
     "round.", "return 1 / ((1 - gamma) * (pictures // batch))",
     "return 1 / ((1 - gamma) * np.ceil(pictures / batch))"),
    ("brackets missing", "`1 / 1 - gamma` is 1 minus gamma: put `1 - gamma` in brackets.",
     "return 1 / 1 - gamma * batch / pictures", "return batch / 1 - gamma / pictures",
     "return batch / pictures / 1 - gamma"),
)  # fmt: skip

EXERCISE = formula(
    TAKES, [(0.98, 64, 3000), (0.9, 64, 3000), (0.5, 7, 160), (0.93, 250, 1130), (0.37, 48, 1300)],
    "rounds", 0, "return batch / ((1 - gamma) * pictures)", MISTAKES, "rounds_remembered",
    ("A gradient of k steps ago counts γ to the power of k: all together 1/(1 − γ) steps.",
     "Each step sees `batch` pictures; a round sees `pictures` of them."),
)  # fmt: skip


def rounds_remembered(answer):
    """Check how many rounds a velocity remembers: `rounds_remembered(gamma, batch, pictures)`.

    >>> rounds_remembered(lambda gamma, batch, pictures: 1 / (1 - gamma)).mistake
    'steps'
    """
    return EXERCISE.check(answer)
