"""Numbered checks of data: an `Audited` table in, findings out.

To add one: a class in the module of its letter, a row in `CHECKS` (`table.py`), one test, `make docs`.
L: leaks between parts. C: classes and labels. S: shortcuts. F: files. G: groups.
"""
