"""Whole HTML pages and the pictures that only they have."""
