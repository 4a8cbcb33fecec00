"""Answers judged: evaluation, other images, the report, checklists, views."""
