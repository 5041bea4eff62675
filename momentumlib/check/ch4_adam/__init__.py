"""Chapter 4: a file for each exercise, and what they share."""

TITLE = "RMSprop and Adam"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = (
    "learning_rates", "first_step", "rmsprop", "adam", "adamw", "resting_distance", "amsgrad",
)  # fmt: skip
