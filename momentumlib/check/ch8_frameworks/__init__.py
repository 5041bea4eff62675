"""Chapter 8, The same formula in your framework: its exercises."""
