"""Descriptions pass over images that cannot be read and count what is known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lentigo.api.describing import describe


def test_missing_images_do_not_stop_a_description(small_data: Any, tmp_path: Path) -> None:
    data = Path(shutil.copytree(small_data.data, tmp_path / "far" / "data"))
    facts = describe(data, out=tmp_path / "out")
    assert facts["n_images"] == 160
    assert facts["known"]["lesion_id"] == 1
    assert facts["known"]["patient_id"] == 0
    assert 0.8 < facts["known"]["age_years"] < 1
    assert [Path(path).name for path in facts["pictures"]] == ["class-counts.png"], "no image, no sheet"


def test_counts_are_those_of_all_without_a_split(small_data: Any, tmp_path: Path) -> None:
    facts = describe(small_data.data, out=tmp_path, per_class=1)
    assert sum(facts["class_counts"]["all"].values()) == 160
    assert facts["largest_group"]["n_images"] == pytest.approx(4, abs=3)
