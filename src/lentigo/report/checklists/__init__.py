"""Reporting checklists, filled in as far as a run knows the answers."""
