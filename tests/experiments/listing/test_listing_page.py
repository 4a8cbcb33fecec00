"""Runs side by side as text and as a page: leaks marked, hostile names harmless, comparisons remarked."""

from __future__ import annotations

import shutil
from pathlib import Path

from lentigo.experiments.listing.listing import list_runs
from lentigo.experiments.listing.listing_page import runs_page, runs_text
from lentigo.settings.run import RunDirectory


def test_what_a_person_reads(folder: Path) -> None:
    lines = runs_text(list_runs(folder)).splitlines()
    assert lines[1].startswith("leaky      LEAKED 0.950 ")
    assert lines[2].split()[:2] == ["deep/fast", "0.700"]
    assert lines[3].strip() == "training.batch_size = 8"
    assert lines[-1].split() == ["new", "finished"]


def test_looking_at_test_with_many_is_remarked(folder: Path) -> None:
    for name in ("plain", "leaky"):
        RunDirectory(folder / name).update_record(test_looks=["2026-01-01T00:00:00+00:00"])
    RunDirectory(folder / "new").update_record(split={"hash": "b" * 64})
    text = runs_text(list_runs(folder))
    assert "2 runs have been looked at on test" in text
    assert "2 different splits" in text


def test_names_cannot_break_the_page(folder: Path) -> None:
    shutil.move(folder / "plain", folder / "<script>alert(1)<")
    page = runs_page(list_runs(folder))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "LEAKED" in page
