"""Descriptions pass over images that cannot be read and count what is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lentigo.api.data import describing
from lentigo.settings.errors import ImageError


def test_unreadable_images_do_not_stop_a_description(
    small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(path: Path, *_: object) -> None:
        raise ImageError(f"{path}: cut off")

    monkeypatch.setattr(describing, "decode", unreadable)
    facts = describing.describe(small_data.data, out=tmp_path / "out")
    assert facts["n_images"] == 160
    assert facts["known"]["lesion_id"] == 1
    assert facts["known"]["patient_id"] == 0
    assert 0.8 < facts["known"]["age_years"] < 1
    assert [Path(path).name for path in facts["pictures"]] == ["class-counts.png"], "no image, no sheet"


def test_counts_are_those_of_all_without_a_split(small_data: Any, tmp_path: Path) -> None:
    facts = describing.describe(small_data.data, out=tmp_path, per_class=1)
    assert sum(facts["class_counts"]["all"].values()) == 160
    assert facts["largest_group"]["n_images"] == pytest.approx(4, abs=3)
