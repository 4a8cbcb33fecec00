from __future__ import annotations

import pandas as pd
import pytest

from lentigo.evaluation.leak import check_no_leak, find_leaks
from lentigo.settings.errors import DataError, LeakError

TRAINED = pd.DataFrame(
    {
        "image_id": ["a1", "a2", "b1", "c1"],
        "group": ["a1", "a1", "b1", "c1"],
        "sha256": ["01", "02", "03", ""],
        "lesion_id": ["L1", "L1", "", ""],
    }
)


def table(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_nothing_in_common_is_no_leak() -> None:
    clean = table(image_id=["d1", "d2"], group=["d1", "d1"], sha256=["08", ""], lesion_id=["", "L9"])
    assert find_leaks(clean, TRAINED) == {}
    assert check_no_leak(clean, TRAINED) is False
    assert check_no_leak(clean, TRAINED, allow_leak=True) is False


@pytest.mark.parametrize(
    ("column", "evaluated"),
    [
        ("image_id", table(image_id=["d1", "a1"], group=["d1", "x"])),
        ("group", table(image_id=["d1", "a3"], group=["d1", "a1"])),
        ("sha256", table(image_id=["d1", "renamed"], sha256=["09", "03"])),
        ("lesion_id", table(image_id=["d1", "a3"], lesion_id=["L2", "L1"])),
    ],
)
def test_each_link_is_found_by_itself(column: str, evaluated: pd.DataFrame) -> None:
    assert find_leaks(evaluated, TRAINED) == {column: [evaluated["image_id"][1]]}
    with pytest.raises(LeakError, match=r"1 of 2 images.*") as stopped:
        check_no_leak(evaluated, TRAINED)
    assert evaluated["image_id"][1] in str(stopped.value)
    assert "--allow-leak" in str(stopped.value)
    assert check_no_leak(evaluated, TRAINED, allow_leak=True) is True


def test_an_image_is_counted_once_however_it_is_known() -> None:
    evaluated = table(image_id=["a1", "a9", "z"], group=["a1", "a1", "z"], sha256=["01", "", ""])
    with pytest.raises(LeakError, match="2 of 3 images") as stopped:
        check_no_leak(evaluated, TRAINED)
    lines = str(stopped.value).splitlines()
    assert lines[1:4] == [
        "  - the same image (image_id): 1 images, such as a1",
        "  - the same bytes (sha256): 1 images, such as a1",
        "  - the same group (group): 2 images, such as a1, a9",
    ]


def test_empty_and_missing_cells_link_nothing() -> None:
    evaluated = pd.DataFrame({"image_id": ["d1", "d2"], "lesion_id": ["", None], "patient_id": ["", ""]})
    assert find_leaks(evaluated, TRAINED.assign(patient_id="")) == {}


def test_numbers_and_texts_are_the_same_id() -> None:
    assert find_leaks(pd.DataFrame({"image_id": [7]}), table(image_id=["7"])) == {"image_id": ["7"]}


def test_tables_without_images_cannot_be_compared() -> None:
    with pytest.raises(DataError, match="image_id"):
        find_leaks(table(group=["a1"]), TRAINED)
