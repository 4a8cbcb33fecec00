"""Which lesion a file shows: by a table, or by the folder it lies in."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.challenges.lesion_files import lesion_files
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import DataError, TableError

FILES = [Path("in/L1/a.jpg"), Path("in/L1/b.jpg"), Path("in/L2/c.jpg"), Path("in/L2/d.jpg")]
ROWS = ("L1,clinical: close-up,a", "L1,dermoscopic,b", "L2,clinical: close-up,c", "L2,dermoscopic,d")


def table(folder: Path, *rows: str, header: str = "lesion_id,image_type,isic_id") -> Path:
    path = folder / "MILK10k_Test_Metadata.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_by_folder() -> None:
    found = lesion_files(FILES, None, "all")
    assert (found.files, found.lesion_ids) == (FILES, ["L1", "L1", "L2", "L2"])
    with pytest.raises(
        DataError, match=r"nothing says which view these images are: .*--metadata MILK10k_Test_Metadata"
    ):
        lesion_files(FILES, None, "clinical")
    with pytest.raises(DataError, match="nothing says which show one lesion"):
        lesion_files([Path("in/a.jpg"), Path("in/b.jpg")], None, "all")


def test_by_table_and_view(tmp_path: Path) -> None:
    known = table(tmp_path, *ROWS)
    flat = [Path(f"in/{name}.jpg") for name in "dcba"]
    assert lesion_files(flat, known, "all").lesion_ids == ["L2", "L2", "L1", "L1"]
    found = lesion_files(flat, known, "dermoscopic")
    assert ([file.stem for file in found.files], found.lesion_ids) == (["d", "b"], ["L2", "L1"])


def test_what_would_leave_a_lesion_without_an_answer(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)has none of these:.*L2"):
        lesion_files(FILES, table(tmp_path, *ROWS[:3], "L2,clinical: overview,d"), "dermoscopic")
    with pytest.raises(DataError, match=r"(?s)names no lesion of these images.*d\.jpg"):
        lesion_files(FILES, table(tmp_path, *ROWS[:3]), "all")
    with pytest.warns(LentigoWarning, match=r"1 lesions .*such as L3, and are not answered"):
        lesion_files(FILES, table(tmp_path, *ROWS, "L3,dermoscopic,e"), "all")


def test_tables_that_do_not_tell(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="expected isic_id and lesion_id"):
        lesion_files(FILES, table(tmp_path, "a,1", header="isic_id,age"), "all")
    with pytest.raises(TableError, match="1 images have no lesion_id"):
        lesion_files(FILES, table(tmp_path, *ROWS, ",dermoscopic,e"), "all")
