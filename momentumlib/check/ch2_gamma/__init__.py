"""Chapter 2, Choosing γ: its exercises."""
