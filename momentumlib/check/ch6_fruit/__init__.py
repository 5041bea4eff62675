"""Chapter 6: a file for each exercise, and what they share."""

TITLE = "Recognizing fruit"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = (
    "rounds_remembered", "steps_to_target", "minibatch_epoch", "winner", "noise_scale",
    "layer_parameters", "guessing_cost", "cross_entropy", "score_slope", "accuracy",
    "top_curvature",
)  # fmt: skip
