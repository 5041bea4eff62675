"""Chapter 5, Schedules and restarts: its exercises."""
