"""Batches of pixels: drawn, augmented, balanced."""
