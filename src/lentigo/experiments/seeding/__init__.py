"""One recipe, several seeds."""
