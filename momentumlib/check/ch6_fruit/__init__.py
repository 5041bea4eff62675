"""Chapter 6: a file for each exercise, and what they share."""

TITLE = "Recognizing fruit"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = (
    "layer_parameters", "guessing_cost", "cross_entropy", "score_slope", "accuracy",
    "top_curvature",
)  # fmt: skip
