"""Published data sets and their class counts: a table's name and its labels in, what differs out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from lentigo.data.sources.sets.public_set import PublishedCounts
from lentigo.data.sources.sets.table import SETS
from lentigo.data.tables import warn


def published_counts() -> list[PublishedCounts]:
    """Of every public set whose counts are published."""
    return [row.counts for row in SETS.values() if row.counts]


def compare_with_official(table: str, labels: Iterable[str]) -> dict[str, Any] | None:
    """Compare labels with the counts published for a table of that name; warns where they differ.

    Args:
        table: file name of the labels.
        labels: class of each row of the table, by our codes.

    Returns:
        name, counted (`images` or `lesions`), how many of them are expected (expected_images) and there
        (num_images), and differences (class -> [found, published]); None where no published table is called
        so.
    """
    official = next((known for known in published_counts() if known.table.lower() == table.lower()), None)
    if official is None:
        return None
    found = Counter(labels)
    classes = dict.fromkeys([*official.class_counts, *found])
    pairs = {name: [found[name], official.class_counts.get(name, 0)] for name in classes}
    differences = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if differences:
        told = ", ".join(f"{name} {have} instead of {due:,}" for name, (have, due) in differences.items())
        warn(f"{table} is not {official.name} as it was published: {told}")
    return {
        "name": official.name,
        "counted": official.counted,
        "expected_images": sum(official.class_counts.values()),
        "num_images": sum(found.values()),
        "differences": differences,
    }
