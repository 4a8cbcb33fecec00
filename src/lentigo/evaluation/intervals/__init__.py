"""Intervals of figures, resampled by group."""
