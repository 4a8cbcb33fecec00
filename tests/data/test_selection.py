"""Choosing images by a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.selection import only_images
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
