"""The exercises of each chapter, in reading order: what the chapters' folders hold."""

from . import (
    ch1_descent,
    ch2_gamma,
    ch3_nesterov,
    ch4_adam,
    ch5_restarts,
    ch6_fruit,
    ch7_noise,
    ch8_frameworks,
)

FOLDERS = (
    ch1_descent, ch2_gamma, ch3_nesterov, ch4_adam,
    ch5_restarts, ch6_fruit, ch7_noise, ch8_frameworks,
)  # fmt: skip

#: Chapter's title -> the names of its checks, which are those that they give in their verdicts.
CHAPTERS = {folder.TITLE: folder.EXERCISES for folder in FOLDERS}

#: Name of a check -> the module that holds all of its exercise.
MODULES = {name: f"{folder.__name__}.{name}" for folder in FOLDERS for name in folder.EXERCISES}
