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
    "Recognizing fruit": (
        "layer_parameters", "guessing_cost", "cross_entropy", "score_slope", "accuracy",
        "top_curvature",
    ),
    "Momentum and noise": (
        "batch_sigma", "noisy_variance", "quieter", "tail_average", "floor_eta",
    ),
    "The same formula in your framework": (
        "ema_eta", "torch_step", "decay_kept", "mended_gamma", "stored_theta",
    ),
}  # fmt: skip
