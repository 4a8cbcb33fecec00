"""The checklists of an evaluated run."""

from __future__ import annotations

from typing import Any


def test_an_evaluated_run_has_its_checklists(small_job: Any) -> None:
    text = (small_job.run / "checklists.md").read_text(encoding="utf-8")
    assert "## CLAIM" in text
    assert "## TRIPOD+AI" in text
    assert "balanced accuracy" in text
    assert "small-cnn" in text
