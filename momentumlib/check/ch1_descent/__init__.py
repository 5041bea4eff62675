"""Chapter 1, Gradient descent and momentum: its exercises."""
