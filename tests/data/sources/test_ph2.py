"""PH2: the table of bars, the sheet with crosses, and masks beside the images."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources import guess_source
from lentigo.data.sources.listing import read_list
from lentigo.data.sources.ph2 import read, recognises
from lentigo.settings.errors import TableError

pytestmark = pytest.mark.filterwarnings("ignore")

HEADER = (
    "||   Name || Histological Diagnosis || Clinical Diagnosis || Asymmetry | Pigment Network | "
    "Dots/Globules | Streaks | Regression Areas | Blue-Whitish Veil ||           Colors ||"
)
ROWS = (
    "|| IMD003 ||                     ||               0 ||        0 |  T |  A |  A |  A |  A ||        4 ||",
    "|| IMD009 ||                     ||               1 ||        0 |  T |  A |  A |  A |  A ||     3  4 ||",
    "|| IMD061 ||            Melanoma ||               2 ||        2 | AT | AT |  P |  P |  P ||     4  5 ||",
)
LEGEND = ("", "", "Legends", "Clinical Diagnosis: 0 - Common Nevus; 1 - Atypical Nevus; 2 - Melanoma.")


def lay(root: Path, *lines: str, end: str = "\n", name: str = "PH2_dataset.txt") -> Path:
    for case in ("IMD003", "IMD009", "IMD061"):
        folder = root / "PH2 Dataset images" / case
        for kind, image in (
            ("Dermoscopic_Image", case),
            ("lesion", f"{case}_lesion"),
            ("roi", f"{case}_R1_Label4"),
        ):
            (folder / f"{case}_{kind}").mkdir(parents=True)
            (folder / f"{case}_{kind}" / f"{image}.bmp").touch()
    (root / name).write_bytes(end.join(lines).encode())
    return root


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("wrap", ["", "PH2Dataset"])
def test_the_table_with_bars(tmp_path: Path, end: str, mark: str, wrap: str) -> None:
    lay(tmp_path / wrap, mark + HEADER, *ROWS, *LEGEND, end=end)
    assert guess_source(tmp_path) == "ph2"
    found = read(tmp_path)
    assert found.table["image_id"].tolist() == ["IMD003", "IMD009", "IMD061"]
    assert found.table["class"].tolist() == ["NV", "NV", "MEL"]
    assert found.table["path"].tolist()[0].endswith("IMD003/IMD003_Dermoscopic_Image/IMD003.bmp")
    assert set(found.table["licence"]) == {"for research and education"}
    assert found.facts["set"]["page"] == "https://www.fc.up.pt/addi/ph2%20database.html"


def test_a_list_of_it_is_read_by_the_same_table(tmp_path: Path) -> None:
    lay(tmp_path, HEADER, *ROWS, *LEGEND)
    listed = read_list(tmp_path)
    assert listed["class"].tolist() == ["NV", "NV", "MEL"]
    assert (tmp_path / listed["path"][0]).name == "IMD003.bmp"


def test_kinds_of_nevi_may_be_kept_apart(tmp_path: Path) -> None:
    lay(tmp_path, HEADER, *ROWS, *LEGEND)
    table = read(tmp_path, {"atypical nevus": "atypical nevus"}).table
    assert table["class"].tolist() == ["NV", "atypical nevus", "MEL"]


@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_the_sheet_saved_as_csv(tmp_path: Path, comma: str) -> None:
    legend = [comma * 4] * 11 + [comma.join(["", "", "Clinical Diagnosis", "", ""])]
    header = comma.join(
        ["Image Name", "Histological Diagnosis", "Common Nevus", "Atypical Nevus", "Melanoma"]
    )
    rows = [
        comma.join(cells)
        for cells in (
            ["IMD003", "", "X", "", ""],
            ["IMD009", "", "", "x", ""],
            ["IMD061", "Melanoma", "", "", "X"],
            [""] * 5,
        )
    ]
    lay(tmp_path, *legend, header, *rows, name="PH2_dataset.csv")
    assert recognises(tmp_path)
    assert read(tmp_path).table["class"].tolist() == ["NV", "NV", "MEL"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("|| IMD070 ||  ||  3 || 0 | T | A | A | A | A || 4 ||", "line 2: IMD070 has '3'"),
        ("|| IMD070 ||  ||   || 0 | T | A | A | A | A || 4 ||", "line 2: IMD070 has ''"),
        ("|| IMD070 || 2 ||", "line 2: IMD070 has '2 cells'"),
    ],
)
def test_a_damaged_row_is_named(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(TableError, match=told):
        read(lay(tmp_path, HEADER, row, *ROWS))


def test_a_sheet_with_two_crosses_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="line 2: IMD003 has 2 diagnoses"):
        read(lay(tmp_path, "Image Name,Common Nevus,Atypical Nevus,Melanoma", "IMD003,X,X,", name="PH2.csv"))
