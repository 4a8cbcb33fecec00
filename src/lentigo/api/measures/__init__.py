"""Answers in; further figures of their entry in `evaluation.json` out."""
