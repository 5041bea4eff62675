"""The exercises of each chapter: the one table of them, in reading order."""

#: Chapter's title -> the names that its checks give in their verdicts.
CHAPTERS = {
    "Gradient descent and momentum": (),
    "Choosing γ": (),
    "Nesterov's accelerated gradient": (),
    "RMSprop and Adam": (),
    "Schedules and restarts": (),
    "Momentum and noise": ("batch_sigma", "noisy_variance", "tail_average", "floor_eta"),
    "The same formula in your framework": (
        "ema_eta",
        "torch_step",
        "mended_gamma",
        "stored_theta",
    ),
}
