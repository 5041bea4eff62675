"""Chapter 5: a file for each exercise, and what they share."""

TITLE = "Schedules and restarts"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = (
    "schedule", "warmup", "sutskever", "cosine", "restart_every", "restart_gradient",
    "restart_function", "restart_interval",
)  # fmt: skip
