"""A run in, a bundle out; predictions of either."""
