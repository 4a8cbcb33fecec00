"""What the command line says of a table."""

from __future__ import annotations

from typing import Any

from lentigo.cli.tables import in_words

READ: dict[str, Any] = {
    "read_as": "logits", "columns": {"MEL": "logit_mel", "NV": "NV"}, "aside": ["epoch"],
    "n_truths_without_answer": 3, "leak_checked": False,
}  # fmt: skip


def test_it_says_how_the_table_was_read_and_that_leaks_were_not_looked_for() -> None:
    told = in_words(
        {"answers": READ, "leaked": False, "unavailable": {"decision_curve": "no class is malignant"}}
    )
    assert told.splitlines() == [
        "read as logits, MEL = logit_mel",
        "columns left aside: epoch",
        "3 images whose truth is known are not answered",
        "not checked for leaks: --trained-on says what was learnt from",
        "decision curve: no class is malignant",
    ]


def test_a_leak_is_not_called_none() -> None:
    checked = {**READ, "leak_checked": True}
    assert "is among those learnt from" in in_words({"answers": checked, "leaked": False, "unavailable": {}})
    assert "learnt from" not in in_words({"answers": checked, "leaked": True, "unavailable": {}})
