"""The honest and the LEAKED pair."""
