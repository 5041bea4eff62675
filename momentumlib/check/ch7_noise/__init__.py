"""Chapter 7: a file for each exercise, and what they share."""

TITLE = "Momentum and noise"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = "batch_sigma", "tail_average", "noisy_variance", "quieter", "floor_eta"
