"""What a network that has learnt nothing scores, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.searching.floor import beats_floor, floor_of
from lentigo.settings.toml import load_recipe


@pytest.mark.parametrize("classes", ["binary", "all"])
def test_the_floor_is_the_share_of_the_commonest_class_or_one_over_the_classes(
    small_data: Any, classes: str
) -> None:
    manifest, split = load_manifest(small_data.data), load_split(small_data.split)
    part = manifest.table.iloc[split.rows(manifest, "validation")]["class"]
    if classes == "binary":
        part = part.isin(["MEL", "BCC", "SCC"])
    shares = part.value_counts(normalize=True)
    settings = [f"task.classes={classes}"]
    assert floor_of(load_recipe("genetic", settings), manifest, split) == pytest.approx(shares.max())
    settings.append("training.monitor=val_balanced_accuracy")
    assert floor_of(load_recipe("genetic", settings), manifest, split) == pytest.approx(1 / len(shares))


@pytest.mark.parametrize(
    ("confirmations", "expected"),
    [
        ([], True),
        ([{"winner": 3, "validation": {"low": 0.79}}], False),
        ([{"winner": 3, "validation": {"low": 0.81}}], True),
        ([{"winner": 2, "validation": {"low": 0.79}}], True),
        ([{"winner": 3, "validation": {"low": None}}], True),
    ],
)
def test_a_confirmed_winner_beats_the_floor_by_its_interval(
    confirmations: list[dict[str, Any]], expected: bool
) -> None:
    winner = {"number": 3, "fitness": 0.82}
    assert beats_floor({"winner": winner, "floor": 0.8, "confirmations": confirmations}) == expected
    assert not beats_floor({"winner": winner, "floor": 0.82, "confirmations": []})
