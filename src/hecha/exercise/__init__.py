"""Chapter 7: training, drills."""
