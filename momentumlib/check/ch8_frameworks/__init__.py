"""Chapter 8: a file for each exercise, and what they share."""

TITLE = "The same formula in your framework"

#: The checks' names, which are those of the files and their functions, in reading order.
EXERCISES = "ema_eta", "torch_step", "decay_kept", "mended_gamma", "stored_theta"
