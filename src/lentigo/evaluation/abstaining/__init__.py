"""When not to answer: sets instead of one class, a score of how strange an image is, risk against coverage.

`conformal`, `unknown_scores` and `rule` need NumPy alone, for a bundle applies them; the others measure.
"""
