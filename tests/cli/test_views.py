"""`lentigo evaluate --views` in words, and its errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main
from lentigo.cli.views import in_words


def interval(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.02, "high": value + 0.02, "n": 100, "n_groups": 90}


def test_cost_and_gain_are_told() -> None:
    figure = {"first": interval(0.61), "second": interval(0.6), "difference": interval(0.01)}
    found: dict[str, Any] = {
        "part": "validation", "n_images": 100, "n_groups": 90, "split_hash": "0" * 64, "own": "one",
        "leaked": False, "views": {"flips": {
            "num_views": 4, "seconds": 12.34, "figures": {"balanced_accuracy": figure}
        }},
    }  # fmt: skip
    lines = in_words(found).splitlines()
    assert lines[1] == "flips: 4 passes an image, 12.3 s"
    assert "0.610 [0.590, 0.630]  against one: +0.010 [\u22120.010 to +0.030]" in lines[2]
    assert "LEAKED" not in in_words(found)
    assert in_words(found | {"leaked": True}).count("LEAKED") == 2


def test_oblong_input_is_no_case_for_quarter_turns(
    small_job: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(small_job.run), "--views", "dihedral"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "needs input.height = input.width, not 32 and 40; use `flips`" in said
    assert not (Path(small_job.run) / "views").exists()
