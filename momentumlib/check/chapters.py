"""The exercises of each chapter: the one table of them, in reading order."""

#: Chapter's title -> the names that its checks give in their verdicts.
CHAPTERS = {
    "Gradient descent and momentum": (),
    "Choosing γ": (),
    "Nesterov's accelerated gradient": (
        "look_ahead", "friction", "nag", "nag_limit", "nesterov_tuning", "nag_ahead", "guarantee",
    ),
    "RMSprop and Adam": (
        "learning_rates", "first_step", "rmsprop", "adam", "adamw", "resting_distance", "amsgrad",
    ),
    "Schedules and restarts": (
        "schedule", "warmup", "sutskever", "cosine",
        "restart_every", "restart_gradient", "restart_function", "restart_interval",
    ),
}  # fmt: skip
