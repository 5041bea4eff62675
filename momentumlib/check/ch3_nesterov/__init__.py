"""Chapter 3, Nesterov's accelerated gradient: its exercises."""
