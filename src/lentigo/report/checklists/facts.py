"""What the answers to the items of a reporting checklist are written from, and how figures stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lentigo.report.drawing.numbers import count_text, range_text, value_text
from lentigo.settings.recipe import Recipe


@dataclass(frozen=True)
class ChecklistFacts:
    """Everything that the answers are written from."""

    record: Mapping[str, Any]
    """`run.json`."""
    recipe: Recipe
    evaluation: Mapping[str, Any]
    """part -> its entry of `evaluation.json`."""
    counts: Mapping[str, Mapping[str, int]]
    """part -> class -> images."""
    groups: Mapping[str, int]
    """part -> groups."""
    sources: Mapping[str, int]
    """source of the images -> images."""
    licences: Mapping[str, int]
    """licence -> images."""
    missing: Mapping[str, int]
    """column of the manifest -> images of which it is not known."""
    split: Mapping[str, Any] = field(default_factory=dict)
    """`split.json`."""
    has_external: bool = False
    """Whether other people's images have been evaluated."""

    @property
    def part(self) -> Mapping[str, Any]:
        """The part that figures are quoted from: test where it has been looked at."""
        for name in ("test", "validation"):
            if name in self.evaluation:
                return dict(self.evaluation[name])
        return dict(next(iter(self.evaluation.values()), {}))

    @property
    def num_images(self) -> int:
        """Of all parts."""
        return sum(sum(counts.values()) for counts in self.counts.values())


def figure_text(interval: Mapping[str, Any] | None) -> str:
    """A figure with its interval in words."""
    ends = range_text(interval)
    return f"{value_text(interval)} ({ends})" if ends else value_text(interval)


def mark(part: Mapping[str, Any]) -> str:
    """`LEAKED ` before figures from a leak, or nothing."""
    return "LEAKED " if part.get("leaked") else ""


def images_of(facts: ChecklistFacts, part: str) -> int:
    """How many images a part has."""
    return sum(facts.counts.get(part, {}).values())


def parts_text(facts: ChecklistFacts) -> str:
    """Images and groups of every part."""
    return "; ".join(
        f"{part} {count_text(sum(counts.values()))} images in {count_text(facts.groups.get(part))} groups"
        for part, counts in facts.counts.items()
    )


def counts_text(counts: Mapping[str, int]) -> str:
    """Names with their counts."""
    return ", ".join(f"{name or 'not known'} {count_text(count)}" for name, count in counts.items())
