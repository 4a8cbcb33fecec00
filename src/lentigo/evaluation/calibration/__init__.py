"""Probabilities that keep their word, and mixes of classes."""
