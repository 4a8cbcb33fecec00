"""The card's sections on subgroups and shortcuts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lentigo.bundle.card.card import model_card
from lentigo.bundle.card.card_subgroups import shortcut_lines, subgroup_lines
from lentigo.bundle.format import BundleFacts

HALF = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 40, "n_groups": 30}


def row(name: str, count: int) -> dict[str, Any]:
    return {
        "name": name, "n": count, "is_small": count < 20,
        "figures": {"balanced_accuracy": HALF}, "gaps": {"balanced_accuracy": HALF},
    }  # fmt: skip


SUBGROUPS = {
    "smallest": 20, "num_gaps": 9, "num_gaps_beyond_chance": 2, "titles": {"sex": "Sex"},
    "attributes": {"sex": [row("female", 40), row("ma|le", 3)]},
}  # fmt: skip
SHORTCUTS = {
    "chance": 0.125, "model": HALF, "probes": dict.fromkeys(("metadata", "origin", "border"), HALF),
    "network": {key: {"balanced_accuracy": HALF} for key in ("border_only", "centre_only")},
    "sources": [{"source": "HAM", "without_minus_with": HALF}],
}  # fmt: skip


def test_every_subgroup_stands_with_its_gap_and_small_ones_are_named_so() -> None:
    (section,) = subgroup_lines(SUBGROUPS, "test")
    text = "\n".join(section)
    assert "Of 9 gaps" in text
    assert "2 are beyond chance (p at most 0.05, adjusted" in text
    assert "| Sex: female | 40 | 0.500 [0.400, 0.600], n = 40 | 0.500" in text
    assert "| Sex: ma\\|le (too few) | 3 |" in text


def test_every_probe_has_its_row() -> None:
    (section,) = shortcut_lines(SHORTCUTS, "test")
    rows = [line for line in section if line.startswith("| ")]
    assert len(rows) == 1 + 1 + 2 + 3 + 1  # the heading, the network, its pieces, the probes, the sources


def test_nothing_measured_nothing_said() -> None:
    assert list(subgroup_lines(None, "test")) == []
    assert list(shortcut_lines(None, "test")) == []


def test_the_card_tells_them_of_test_and_stamps_a_leak(facts: BundleFacts) -> None:
    part = {
        "n_images": 40, "n_groups": 30, "leaked": True, "metrics": {}, "per_class": {},
        "subgroups": SUBGROUPS, "shortcuts": SHORTCUTS,
    }  # fmt: skip
    card = model_card(replace(facts, metrics={"validation": {**part, "subgroups": None}, "test": part}))
    assert "Balanced accuracy on the test LEAKED part" in card
    assert "## What can be known without the lesion" in card
