"""Numbered checks of data: an `Audited` table in, findings out.

To add one: a class in the module of its letter, a row in the list at its end, one test, `make docs`. The
letters stand in `CHAPTERS` (`table.py`).
"""
