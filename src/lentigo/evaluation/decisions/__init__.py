"""Thresholds, what they cost, and what decisions by them are worth."""
