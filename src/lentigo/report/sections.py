"""The JSON of one part in; those further sections of its report out that it has figures for.

A section is one row of `SECTIONS`: a template of this room and a function that turns the part's JSON into
what the template shows as `content`. Templates import their pieces from `macros.html.j2`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lentigo.report.abstaining import abstaining_content
from lentigo.report.decisions import benefit_content, calibration_content, operating_content
from lentigo.report.subgroups import shortcut_content, subgroup_content

Evaluation = Mapping[str, Any]
Content = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A part of the page that stands between the curves and the learning curves."""

    anchor: str
    short_title: str
    """In the contents."""
    title: str
    template: str
    content: Callable[[Evaluation], Content | None]
    """None where the evaluation does not hold what the section shows: it is then left out."""


@dataclass(frozen=True)
class FilledSection:
    """A section with what it shows."""

    anchor: str
    short_title: str
    title: str
    template: str
    content: Content


SECTIONS: tuple[Section, ...] = (
    Section(
        "trust",
        "Calibration",
        "How far to trust a probability",
        "calibration.html.j2",
        calibration_content,
    ),
    Section(
        "operating-points",
        "Operating points",
        "Operating points",
        "operating_points.html.j2",
        operating_content,
    ),
    Section("net-benefit", "Net benefit", "Decision curve", "decision_curve.html.j2", benefit_content),
    Section(
        "abstaining",
        "Abstaining",
        "When it should not answer",
        "abstaining.html.j2",
        abstaining_content,
    ),
    Section("subgroups", "Subgroups", "For whom it works", "subgroups.html.j2", subgroup_content),
    Section(
        "shortcuts",
        "Shortcuts",
        "What can be known without the lesion",
        "shortcuts.html.j2",
        shortcut_content,
    ),
)


def filled_sections(
    evaluation: Evaluation, sections: tuple[Section, ...] | None = None
) -> list[FilledSection]:
    """The sections that have something to show, in the order of the table."""
    found = []
    for section in SECTIONS if sections is None else sections:
        content = section.content(evaluation)
        if content is not None:
            found.append(
                FilledSection(section.anchor, section.short_title, section.title, section.template, content)
            )
    return found
