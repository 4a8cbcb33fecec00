"""What a check is: a numbered question about the data, and what comes out when it is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from lentigo.evaluation.checks.audited import Audited
from lentigo.settings.phases import Steps

EXAMPLES = 5


class Severity(IntEnum):
    """How bad a finding is."""

    NOTICE = 1
    """Good to know."""
    WARNING = 2
    """A figure may mislead; look at it."""
    ERROR = 3
    """A figure will mislead, or data cannot be used."""


@dataclass(frozen=True)
class Finding:
    """What a check has found."""

    n_images: int
    """Images concerned."""
    text: str
    """The finding with its numbers."""
    examples: tuple[str, ...] = ()
    """The first few, in words."""


class Check(ABC):
    """One question, asked of all data alike."""

    code: ClassVar[str]
    title: ClassVar[str]
    """What is found, as a heading."""
    severity: ClassVar[Severity]
    advice: ClassVar[str]
    """What to do about it."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Keys of `NEEDS`: where one is not met the check is not run."""

    @abstractmethod
    def look(self, audited: Audited) -> Finding | None:
        """Ask; None when nothing is wrong."""


@dataclass(frozen=True)
class Outcome:
    """What became of a check."""

    check: Check
    finding: Finding | None = None
    not_run: str = ""
    """Why it could not be asked; empty when it was."""

    @property
    def status(self) -> str:
        """`found`, `passed` or `not run`."""
        if self.not_run:
            return "not run"
        return "passed" if self.finding is None else "found"


Need = tuple[str, Callable[[Audited], bool]]

NEEDS: dict[str, Need] = {
    "parts": ("there is only one part", lambda audited: len(audited.parts) > 1),
    "lesions": ("no lesion is known", lambda audited: bool(audited.known("lesion_id").any())),
    "patients": ("no patient is known", lambda audited: bool(audited.known("patient_id").any())),
    "classes": ("no class is known", lambda audited: bool(audited.known("class").any())),
    "sources": ("no source is known", lambda audited: bool(audited.known("source").any())),
    "sizes": ("no image size is known", lambda audited: bool(audited.known("width").any())),
    "metadata": (
        "no metadata are known",
        lambda audited: any(audited.known(name).any() for name in ("age_years", "sex", "site")),
    ),
    "bytes": ("no bytes are known", lambda audited: bool(audited.known("sha256").any())),
    "images": ("no image was read", lambda audited: audited.is_looked_at),
    "comparison": ("near-duplicates were not looked for", lambda audited: audited.is_compared),
}
"""What a check may need: why it is not run without, and the test."""


def run_checks(checks: Sequence[Check], audited: Audited, steps: Steps | None = None) -> list[Outcome]:
    """Ask every check; those whose needs are not met are told as such, not as passed.

    `steps` is called with (done, total).
    """
    outcomes: list[Outcome] = []
    for check in checks:
        if steps:
            steps(len(outcomes), len(checks))
        lacking = [NEEDS[name][0] for name in check.needs if not NEEDS[name][1](audited)]
        if lacking:
            outcomes.append(Outcome(check, not_run=" and ".join(lacking)))
        else:
            outcomes.append(Outcome(check, check.look(audited)))
    return outcomes


def worst(outcomes: Iterable[Outcome]) -> Severity | None:
    """The highest severity found; None when nothing was."""
    return max((outcome.check.severity for outcome in outcomes if outcome.finding), default=None)
