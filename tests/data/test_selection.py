"""Choosing images by a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.selection import only_images, only_view
from lentigo.data.sources.table import SourceTable
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DataError

SOURCE = SourceTable(pd.DataFrame({"image_id": ["007", "NA", "x"], "class": ["NV", "MEL", "NV"]}), Path())


def table(folder: Path, ids: list[str]) -> Path:
    path = folder / "only.csv"
    path.write_text("image,tier\n" + "".join(f"{name},A\n" for name in ids))
    return path


def test_ids_are_compared_as_text(tmp_path: Path) -> None:
    kept = only_images(SOURCE, table(tmp_path, ["007", "NA"]))
    assert kept.table["image_id"].tolist() == ["007", "NA"]
    assert kept.facts["only"] == "only.csv"


def test_ids_that_are_not_there_are_counted(tmp_path: Path) -> None:
    with pytest.warns(LentigoWarning, match="1 of 2 images"):
        assert len(only_images(SOURCE, table(tmp_path, ["x", "7"])).table) == 1


def test_a_table_of_other_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="names none"):
        only_images(SOURCE, table(tmp_path, ["7"]))


def viewed(*views: str) -> SourceTable:
    return SourceTable(
        pd.DataFrame({"image_id": [f"i{at}" for at in range(len(views))], "view": views}), Path()
    )


@pytest.mark.parametrize(
    ("view", "kept"),
    [
        ("", ["i0", "i2"]),
        ("dermoscopic", ["i0"]),
        ("clinical", ["i1"]),
        ("both", ["i0", "i1", "i2"]),
    ],
)
def test_one_view_of_a_lesion_or_both(view: str, kept: list[str]) -> None:
    with pytest.warns(LentigoWarning, match="left out by their view"):
        found = only_view(viewed("dermoscopic", "clinical", "", "tbp tile"), view)
    assert found.table["image_id"].tolist() == kept
    assert found.facts["view"] == (view or "dermoscopic")


def test_where_no_image_is_dermoscopic_all_are_taken_unless_asked_for() -> None:
    assert len(only_view(viewed("clinical", "clinical")).table) == 2
    with pytest.raises(DataError, match=r"--view dermoscopic: none of the 2 images .*views: clinical"):
        only_view(viewed("clinical", "clinical"), "dermoscopic")
    with pytest.raises(DataError, match="no table says"):
        only_view(viewed("", ""), "clinical")
