"""All checks, in chapters by the letter of their codes."""

from __future__ import annotations

from dataclasses import dataclass

from lentigo.evaluation.checks.check import Check
from lentigo.evaluation.checks.files import FILES
from lentigo.evaluation.checks.groups import GROUPS
from lentigo.evaluation.checks.labels import LABELS
from lentigo.evaluation.checks.leaks import LEAKS
from lentigo.evaluation.checks.shortcuts import SHORTCUTS


@dataclass(frozen=True)
class Chapter:
    """Checks of one kind."""

    title: str
    checks: list[type[Check]]


CHAPTERS: dict[str, Chapter] = {
    "L": Chapter("Leaks between parts", LEAKS),
    "C": Chapter("Classes and labels", LABELS),
    "S": Chapter("Shortcuts", SHORTCUTS),
    "F": Chapter("Files", FILES),
    "G": Chapter("Groups", GROUPS),
}
"""Letter -> its checks. To add a check, a class in the module of its letter and a row in the list there."""


def all_checks() -> list[Check]:
    """Every check in the order of the codes."""
    return [kind() for chapter in CHAPTERS.values() for kind in chapter.checks]
