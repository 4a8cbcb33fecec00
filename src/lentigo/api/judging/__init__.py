"""Answers judged, whoever gave them: all figures, and the report."""
