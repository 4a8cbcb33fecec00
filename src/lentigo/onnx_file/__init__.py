"""The file of a network: read by rules of our own, and written again from what was understood."""
