"""Options of an import, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.api.data.importing import ImportOptions, import_data
from lentigo.settings.errors import DataError


def test_duplicates_and_selection_reach_the_manifest(small_data: Any, tmp_path: Path) -> None:
    table = pd.read_csv(small_data.data / "manifest.csv", dtype=str)
    kept = table["image_id"].iloc[::2]
    pd.DataFrame({"image": kept}).to_csv(tmp_path / "only.csv", index=False)
    pair = kept.iloc[:2].tolist()
    (tmp_path / "pairs.csv").write_text(f"image_name_1,image_name_2\n{pair[0]},{pair[1]}\n")
    options = ImportOptions(duplicates=[tmp_path / "pairs.csv"], only=tmp_path / "only.csv", tables_only=True)
    found = import_data(small_data.lesions, tmp_path / "out", options).manifest.table
    assert sorted(found["image_id"]) == sorted(kept)
    clusters = found.set_index("image_id")["duplicate_group"]
    assert clusters[pair[0]] == clusters[pair[1]] != ""
    assert (clusters.drop(pair) == "").all()


def test_an_existing_manifest_is_not_replaced_unasked(small_data: Any) -> None:
    with pytest.raises(DataError):
        import_data(small_data.lesions, small_data.data)
