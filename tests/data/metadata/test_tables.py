"""Tables of age, sex and site by image: in the forms people have, and what is wrong with others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lentigo.data.metadata.encoding import NOTHING, Known
from lentigo.data.metadata.tables import read_metadata
from lentigo.settings.errors import TableError

ISIC = "image,age_approx,anatom_site_general,lesion_id,sex\nISIC_1,55,anterior torso,L,female\nISIC_2,,,,\n"
OURS = "image_id,path,class,age_years,sex,site\nISIC_1,a.jpg,NV,55,Female,Anterior torso\n"


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text", [ISIC, OURS, "filename;age;gender;localization\nISIC_1.JPG;55.0;female;anterior torso\n"]
)
def test_forms_that_people_have(tmp_path: Path, text: str) -> None:
    found = read_metadata(table(tmp_path, text))
    assert found.rows["ISIC_1"] == Known(55.0, "female", "anterior torso")


def test_files_are_found_by_their_name(tmp_path: Path) -> None:
    found = read_metadata(table(tmp_path, ISIC))
    files = [Path("deep/ISIC_2.png"), Path("ISIC_1.jpg"), Path("other.jpg")]
    assert found.of(files) == ([NOTHING, Known(55.0, "female", "anterior torso"), NOTHING], 1)


def test_words_for_nothing_are_nothing(tmp_path: Path) -> None:
    found = read_metadata(table(tmp_path, "image,age,sex,site\na,unknown,N/A,nan\n"))
    assert found.rows == {"a": NOTHING}


def test_the_same_row_again_is_no_contradiction(tmp_path: Path) -> None:
    assert read_metadata(table(tmp_path, "image,sex\na,male\na.jpg,male\n")).rows == {"a": Known(sex="male")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("image,klass\na,NV\n", "no column of age, sex or site"),
        ("photograph_number,sex\n1,male\n", "no column of images"),
        ("image,age\na,55\nb,old\n", "line 3: the age 'old' is no number of years"),
        ("image,age\na,-5\n", "line 2: the age '-5'"),
        ("image,age\na,inf\n", "line 2: the age 'inf'"),
        ("image,sex\na,male\na,female\n", "line 3: image 'a' appears again with other facts"),
        ("image,sex\na\n", "rows have other lengths"),
        ("image,sex\n", "a header and no rows"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        read_metadata(table(tmp_path, text))


def test_a_base_install_reads_them(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['pandas'] = None\n"
        "from lentigo.data.metadata.tables import read_metadata\n"
        f"print(len(read_metadata({str(table(tmp_path, ISIC))!r}).rows))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "2\n"
