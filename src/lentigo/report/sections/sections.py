"""The JSON of one part in; those further sections of its report out that it has figures for.

A section is one row of `SECTIONS`: a template of this room and a function that turns the part's JSON into
what the template shows as `content`. Templates import their pieces from `macros.html.j2`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lentigo.report.sections.abstaining import abstaining_content
from lentigo.report.sections.decisions import (
    benefit_content,
    calibration_content,
    mix_content,
    operating_content,
)
from lentigo.report.sections.lesions import lesions_content
from lentigo.report.sections.metadata import metadata_content
from lentigo.report.sections.subgroups import shortcut_content, subgroup_content

UNAVAILABLE = "unavailable.html.j2"

Evaluation = Mapping[str, Any]
Content = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A part of the page that stands between the curves and the learning curves."""

    key: str
    """Of the part's JSON; where `unavailable` names it, the section says why it is empty."""
    anchor: str
    short_title: str
    """In the contents."""
    title: str
    template: str
    content: Callable[[Evaluation], Content | None]
    """None where the evaluation does not hold what the section shows."""


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
        "calibration",
        "trust",
        "Calibration",
        "How far to trust a probability",
        "calibration.html.j2",
        calibration_content,
    ),
    Section("prior", "mix", "Mix of classes", "How common each class is", "mix.html.j2", mix_content),
    Section(
        "operating_points",
        "operating-points",
        "Operating points",
        "Operating points",
        "operating_points.html.j2",
        operating_content,
    ),
    Section(
        "decision_curve",
        "net-benefit",
        "Net benefit",
        "Decision curve",
        "decision_curve.html.j2",
        benefit_content,
    ),
    Section(
        "abstaining",
        "abstaining",
        "Abstaining",
        "When it should not answer",
        "abstaining.html.j2",
        abstaining_content,
    ),
    Section(
        "lesions",
        "lesions",
        "Lesions",
        "Several photographs of one lesion",
        "lesions.html.j2",
        lesions_content,
    ),
    Section(
        "metadata",
        "metadata",
        "Metadata",
        "What age, sex and site add, and what they cost",
        "metadata.html.j2",
        metadata_content,
    ),
    Section(
        "subgroups",
        "subgroups",
        "Subgroups",
        "For whom it works",
        "subgroups.html.j2",
        subgroup_content,
    ),
    Section(
        "shortcuts",
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
    """The sections with something to show, or a reason why not, in the order of the table."""
    reasons, found = evaluation.get("unavailable") or {}, []
    for section in SECTIONS if sections is None else sections:
        content, template = section.content(evaluation), section.template
        if content is None and section.key in reasons:
            content, template = {"reason": reasons[section.key]}, UNAVAILABLE
        if content is not None:
            titles = (section.anchor, section.short_title, section.title)
            found.append(FilledSection(*titles, template, content))
    return found
