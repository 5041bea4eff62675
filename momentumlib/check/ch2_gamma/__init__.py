"""Chapter 2: a file for each exercise, and what they share."""

TITLE = "Choosing γ"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = (
    "half_life", "retuned_eta", "critical_gamma", "momentum_limit", "polyak_tuning", "swept_best",
    "valley_rate",
)  # fmt: skip
