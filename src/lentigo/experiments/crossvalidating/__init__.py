"""One recipe, every fold."""
