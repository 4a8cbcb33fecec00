"""All checks in the order of their codes."""

from __future__ import annotations

from lentigo.evaluation.checks.check import Check
from lentigo.evaluation.checks.files import FILES
from lentigo.evaluation.checks.groups import GROUPS
from lentigo.evaluation.checks.labels import LABELS
from lentigo.evaluation.checks.leaks import LEAKS
from lentigo.evaluation.checks.shortcuts import SHORTCUTS

CHECKS: tuple[Check, ...] = tuple(kind() for kind in (*LEAKS, *LABELS, *SHORTCUTS, *FILES, *GROUPS))
"""To add one, a class in the module of its letter and a row in its tuple."""
