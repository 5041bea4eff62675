"""The exercises of each chapter: the one table of them, in reading order."""

#: Chapter's title -> the names that its checks give in their verdicts.
CHAPTERS = {
    "Gradient descent and momentum": (
        "gradient", "gd", "weighted_sum", "momentum", "gd_limit", "momentum_path",
    ),
    "Choosing γ": (
        "half_life", "retuned_eta", "critical_gamma", "momentum_limit", "polyak_tuning",
        "swept_best", "valley_rate",
    ),
    "Nesterov's accelerated gradient": (),
    "RMSprop and Adam": (),
    "Schedules and restarts": (
        "schedule", "warmup", "sutskever", "cosine",
        "restart_every", "restart_gradient", "restart_function", "restart_interval",
    ),
}  # fmt: skip
