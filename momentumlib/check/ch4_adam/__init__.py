"""Chapter 4, RMSprop and Adam: its exercises."""
