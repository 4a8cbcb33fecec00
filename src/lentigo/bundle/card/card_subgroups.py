"""Figures of subgroups and of probes for shortcuts in, the card's sections on them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lentigo.bundle.card.card_text import interval_text, plain

SUBGROUP_METRICS = ("malignant_roc_auc", "balanced_accuracy")
_NAMES = {"malignant_roc_auc": "malignant against benign: ROC AUC", "balanced_accuracy": "balanced accuracy"}
_PROBES = {
    "metadata": "a linear classifier on age, sex and site alone",
    "origin": "one on source, size and missing metadata alone",
    "border": "one on the colours of the border alone",
}
_NETWORK = {
    "border_only": "this network on the border alone",
    "centre_only": "this network without the border",
}


def subgroup_lines(found: Mapping[str, Any] | None, part: str) -> Iterator[Iterator[str]]:
    """A section on subgroups, as lines; none where none were measured."""
    if found and found.get("attributes"):
        yield _subgroups(found, part)


def shortcut_lines(found: Mapping[str, Any] | None, part: str) -> Iterator[Iterator[str]]:
    """A section on what can be known without the lesion, as lines; none where it was not probed."""
    if found:
        yield _shortcuts(found, part)


def _subgroups(found: Mapping[str, Any], part: str) -> Iterator[str]:
    metric = next(name for name in SUBGROUP_METRICS if _has(found, name))
    yield "## For whom it works"
    yield ""
    yield (
        f"{_NAMES[metric].capitalize()} on the {part} part. Of {found['num_gaps']} gaps between a subgroup "
        f"and all other images, {found['num_gaps_beyond_chance']} are beyond chance (p at most 0.05, "
        f"adjusted by Holm's method). Subgroups of fewer than {found['smallest']} images say next to nothing."
    )
    yield ""
    yield "| subgroup | images | value | gap to all others |"
    yield "|---|---|---|---|"
    for attribute, rows in found["attributes"].items():
        title = found.get("titles", {}).get(attribute, attribute)
        for row in rows:
            few = " (too few)" if row["is_small"] else ""
            value, gap = (interval_text(row[kind].get(metric)) for kind in ("figures", "gaps"))
            yield f"| {plain(title)}: {plain(row['name'])}{few} | {row['n']} | {value} | {gap} |"


def _has(found: Mapping[str, Any], metric: str) -> bool:
    return any(metric in row["figures"] for rows in found["attributes"].values() for row in rows)


def _shortcuts(found: Mapping[str, Any], part: str) -> Iterator[str]:
    yield "## What can be known without the lesion"
    yield ""
    yield f"Balanced accuracy on the {part} part; chance is {found['chance']:.3f}."
    yield ""
    yield "| who | value |"
    yield "|---|---|"
    yield f"| this network | {interval_text(found['model'])} |"
    for key, name in _NETWORK.items():
        yield f"| {name} | {interval_text(found['network'][key]['balanced_accuracy'])} |"
    for key, name in _PROBES.items():
        yield f"| {name} | {interval_text(found['probes'][key])} |"
    for one in found.get("sources") or []:
        gap = interval_text(one["without_minus_with"])
        yield f"| change of a linear classifier trained without source {plain(one['source'])} | {gap} |"
