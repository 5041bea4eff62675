"""Chapter 1: a file for each exercise, and what they share."""

TITLE = "Gradient descent and momentum"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = "gradient", "gd", "weighted_sum", "momentum", "gd_limit", "momentum_path"
