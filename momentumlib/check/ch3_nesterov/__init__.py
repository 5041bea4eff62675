"""Chapter 3: a file for each exercise, and what they share."""

TITLE = "Nesterov's accelerated gradient"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = (
    "look_ahead", "friction", "nag", "nag_limit", "nesterov_tuning", "nag_ahead", "guarantee",
)  # fmt: skip
