"""Chapter 6, Recognizing fruit: its exercises."""
