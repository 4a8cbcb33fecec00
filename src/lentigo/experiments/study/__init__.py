"""The source study's table, row by row."""
