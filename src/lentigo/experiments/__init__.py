"""The study's table, run row by row, and the two ways of validating: honest, and LEAKED."""
