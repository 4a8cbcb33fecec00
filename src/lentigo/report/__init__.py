"""Figures of a run in, pictures and one self-contained HTML page out."""
