"""Answers: probabilities beside truth, what is fitted on validation, baselines; and whoever gives them."""
