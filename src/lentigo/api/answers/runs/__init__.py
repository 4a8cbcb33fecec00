"""Runs as sources of answers: one network, an ensemble, a cross-validation, asked and fitted."""
