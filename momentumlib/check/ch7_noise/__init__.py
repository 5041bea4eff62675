"""Chapter 7, Momentum and noise: its exercises."""
