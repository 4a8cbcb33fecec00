"""The verbs of data as functions, from drawn images to a split."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lentigo
from lentigo.settings.errors import SettingsError, SplitError


def test_images_are_drawn_imported_and_shown(tmp_path: Path) -> None:
    lesions = lentigo.data_synthesize(tmp_path / "lesions", 24, height=64, width=64)
    found = lentigo.data_import(lesions, tmp_path / "data")
    assert (found["images"], found["rejected"]) == (24, 0)
    assert "Imported" in found._repr_html_()
    shown = lentigo.data_describe(tmp_path / "data", per_class=1)
    assert shown._repr_html_().count("data:image/jpeg") == 2
    assert lentigo.data_cache(tmp_path / "data") == []


def test_images_are_divided(copied_data: Path) -> None:
    made = lentigo.split(copied_data, fractions=(0.5, 0.25, 0.25), overwrite=True)
    assert sum(made["num_images"].values()) == 160
    with pytest.raises(SplitError):
        lentigo.split(copied_data)


def test_a_division_is_kept_or_made_and_not_both(small_data: Any) -> None:
    with pytest.raises(SettingsError, match="keeps the division"):
        lentigo.split(small_data.data, given=True, folds=3)


def test_options_of_a_verb_are_checked_by_name(small_data: Any) -> None:
    with pytest.raises(SettingsError, match="did you mean skip"):
        lentigo.data_import(small_data.lesions, small_data.data, skp=["NV"])
    with pytest.raises(SettingsError, match="no option fold"):
        lentigo.audit(small_data.data, fold=3)


def test_an_audit_shows_its_findings(small_data: Any) -> None:
    found = lentigo.audit(small_data.data, compare=False)
    assert found["n_images"] == 160
    assert 'class="verdict' in found._repr_html_()
    assert set(found.to_frame()["status"]) <= {"found", "passed", "not run"}


def test_pairs_of_one_table_may_be_named_alone(copied_data: Path, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    rows = lentigo.load_manifest(copied_data).table["image_id"].tolist()
    table.write_text(f"image_name_1,image_name_2\n{rows[0]},{rows[-1]}\n", encoding="utf-8")
    found = lentigo.data_link(copied_data, table)
    assert found["groups"] <= found["groups_before"]
