"""Splitters for others: what scikit-learn takes as `cv`."""
