"""The card's section on metadata: what is taken, how it was trained, what it gains and costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lentigo.bundle.card.card import model_card
from lentigo.bundle.card.card_metadata import metadata_lines
from lentigo.bundle.format import BundleFacts
from lentigo.data.metadata.encoding import MetadataEncoding

METADATA: dict[str, Any] = {
    **MetadataEncoding(("age", "site"), ("back", "<b>face")).as_json(),
    "dropout": 0.25,
    "known": {"age": 0.97, "site": 0.5},
}


def difference(value: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    return {"difference": {"value": value, "low": low, "high": high}}


COMPARED = {
    "figures": {"balanced_accuracy": difference(0.021, -0.01, 0.05)},
    "recall": {"MEL": difference(-0.1, -0.2, -0.02), "DF": difference(None, None, None)},
}


def test_gains_and_losses_have_intervals() -> None:
    metrics = {"test": {"leaked": True, "metadata": COMPARED}, "validation": {}}
    text = "\n".join(metadata_lines(METADATA, metrics))
    assert "age of 97%, site of 50% of the training images" in text
    assert "25% of the images drawn nothing was told" in text
    assert "On test LEAKED, with metadata less the image alone" in text
    assert "| balanced accuracy | +0.021 [-0.010, +0.050] |" in text
    assert "| recall of MEL | -0.100 [-0.200, -0.020] |" in text
    assert "| recall of DF | undefined |" in text
    assert "<b>" not in text
    assert "On validation" not in text


def test_the_card_says_what_is_taken_and_only_then(facts: BundleFacts) -> None:
    told = model_card(replace(facts, metadata=METADATA))
    assert "Takes age and site too, each as far as it is known." in told
    assert "## Metadata" in told
    assert "## Metadata" not in model_card(facts)
