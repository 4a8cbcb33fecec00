"""Thresholds, what they cost, and what deciding by them is worth."""
