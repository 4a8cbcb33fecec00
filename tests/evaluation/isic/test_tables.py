from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lentigo.data.tables import LentigoWarning
from lentigo.evaluation.isic.challenges import CHALLENGES, Challenge
from lentigo.evaluation.isic.tables import read_submission, read_truth, write_submission
from lentigo.settings.errors import TableError

TRUTH = "image,MEL,NV,AKIEC\na,1.0,0.0,0.0\nb,0,1,0\nc,0.0,0.0,1.0\n"
CATEGORIES, IMAGES = ("MEL", "NV", "AKIEC"), ("a", "b", "c")
SMALL = Challenge("a small one", CATEGORIES)


def put(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text)
    return path


def test_truth_as_floats_or_integers(tmp_path: Path) -> None:
    found = read_truth(put(tmp_path, TRUTH))
    assert found.image_ids == IMAGES
    assert found.categories == CATEGORIES
    assert found.truth.tolist() == [0, 1, 2]
    assert found.score_weight.tolist() == found.validation_weight.tolist() == [1.0, 1.0, 1.0]


def test_truth_weights_and_exclusion(tmp_path: Path) -> None:
    text = "image,MEL,NV,score_weight,validation_weight\na,1,0,0.5,0\nISIC_0035068,0,1,1,1\n"
    path = put(tmp_path, text)
    with pytest.warns(LentigoWarning, match="--exclude ISIC_0035068"):
        assert read_truth(path).score_weight.tolist() == [0.5, 1.0]
    found = read_truth(path, exclude=["ISIC_0035068"])
    assert (found.score_weight.tolist(), found.validation_weight.tolist()) == ([0.5, 0.0], [0.0, 0.0])


def test_all_mistakes_of_a_truth_are_told(tmp_path: Path) -> None:
    text = "image,MEL,NV,score_weight\na,1,0,1\nb,1,1,1\na,0,1,-1\nd,0,,1\n"
    with pytest.raises(TableError) as caught:
        read_truth(put(tmp_path, text), exclude=["z"])
    for expected in (
        "line 3: b needs",
        "line 4: image a",
        "line 4, score_weight: '-1'",
        "line 5: d",
        "--exclude z",
    ):
        assert expected in str(caught.value)


def test_truth_in_coarser_classes(tmp_path: Path) -> None:
    path = put(tmp_path, "image,MEL,AK,SCC\na,0,0,1\nb,0,1,0\nc,1,0,0\n")
    found = read_truth(path, class_map={"AKIEC": ("AK", "SCC")})
    assert found.categories == ("MEL", "AKIEC")
    assert found.truth.tolist() == [1, 1, 0]


def test_a_submission_in_any_order_of_rows_and_columns(tmp_path: Path) -> None:
    text = "AKIEC,image,NV,MEL\n0.3,c.JPG,0.2,0.1\n0.0,a.jpg,0.0,1.0\n0.5,b,0.25,0.25\n"
    found = read_submission(put(tmp_path, text), CATEGORIES, IMAGES)
    np.testing.assert_array_equal(found, [[1.0, 0.0, 0.0], [0.25, 0.25, 0.5], [0.1, 0.2, 0.3]])


def test_answers_of_2019_on_truth_of_2018(tmp_path: Path) -> None:
    text = "image,MEL,NV,AK,SCC\na,0.1,0.2,0.3,0.4\nb,0.5,0.5,0.0,0.0\nc,0.0,0.0,0.5,0.5\n"
    path = put(tmp_path, text)
    with pytest.raises(TableError, match=r"AKIEC'; say --map AKIEC=AK\+SCC"):
        read_submission(path, CATEGORIES, IMAGES)
    found = read_submission(path, CATEGORIES, IMAGES, {"AKIEC": ("AK", "SCC")})
    np.testing.assert_allclose(found[:, 2], [0.7, 0.0, 1.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image,MEL,NV\na,0.1,0.1\nb,0.1,0.1\nc,0.1,0.1\n", "no column 'AKIEC'"),
        ("image,MEL,NV,AKIEC,DF\na,.1,.1,.1,.1\nb,.1,.1,.1,.1\nc,.1,.1,.1,.1\n", "'DF' is not a category"),
        ("image,MEL,NV,AKIEC\na,.1,.1,.1\nb,.1,.1,.1\n", "1 images of the truth are missing, such as c"),
        ("image,MEL,NV,AKIEC\na,.1,.1,.1\nb,.1,.1,.1\nc,.1,.1,.1\nd,.1,.1,.1\n", "line 5: image d is not in"),
        (
            "image,MEL,NV,AKIEC\na,.1,.1,.1\na.jpg,.1,.1,.1\nb,.1,.1,.1\nc,.1,.1,.1\n",
            "line 3: image a appears again",
        ),
        ("image,MEL,NV,AKIEC\na,.1,,.1\nb,.1,.1,.1\nc,.1,.1,.1\n", "line 2, NV: is empty"),
        ("image,MEL,NV,AKIEC\na,.1,NaN,.1\nb,.1,.1,.1\nc,.1,.1,.1\n", "line 2, NV: 'NaN'"),
        ("image,MEL,NV,AKIEC\na,.1,.1,.1\nb,.1,.1,1.01\nc,.1,-0.1,.1\n", "line 3, AKIEC: '1.01'"),
        ("image,MEL,NV,AKIEC\na,.1,.1,.1\nb,.1,1_0,.1\nc,.1,.1,.1\n", "line 3, NV: '1_0'"),
        ("image,MEL,NV,AKIEC\na,1,.1,.1\nb,0,.1,.1\nc,1,.1,.1\n", "column 'MEL': only whole numbers"),
    ],
)
def test_every_breach_is_told_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(TableError) as caught:
        read_submission(put(tmp_path, text), CATEGORIES, IMAGES)
    assert expected in str(caught.value)


def test_written_numbers_have_a_point_and_come_back_the_same(tmp_path: Path) -> None:
    answers = np.array([[1.0, 0.0, 0.0], [1 / 3, 1e-9, 0.5], [0.0, 0.0, 1.0]])
    path = tmp_path / "out.csv"
    write_submission(path, IMAGES, answers, SMALL)
    assert path.read_text().splitlines()[1] == "a,1.0,0.0,0.0"
    np.testing.assert_array_equal(read_submission(path, CATEGORIES, IMAGES), answers)


def test_what_is_written_is_checked(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="not a number from 0 to 1"):
        write_submission(tmp_path / "out.csv", IMAGES, np.full((3, 3), 1.5), SMALL)


def of_milk10k(*rows: str, key: str = "lesion_id") -> str:
    return "\n".join([",".join((key, *CHALLENGES["milk10k"].categories)), *rows]) + "\n"


@pytest.mark.parametrize("key", ["lesion_id", "lesion", "image"])
def test_tables_of_lesions(tmp_path: Path, key: str) -> None:
    row = ("IL_1" + ",0.0" * 10 + ",1.0", "IL_2,1.0" + ",0.0" * 10)
    path = put(tmp_path, of_milk10k(*row, key=key))
    found = read_truth(path, challenge=CHALLENGES["milk10k"])
    assert (found.image_ids, found.truth.tolist()) == (("IL_1", "IL_2"), [10, 0])
    answers = read_submission(path, found.categories, found.image_ids, challenge=CHALLENGES["milk10k"])
    assert answers.argmax(axis=1).tolist() == [10, 0]
    with pytest.raises(TableError, match="1 lesions of the truth are missing, such as IL_3"):
        read_submission(path, found.categories, ["IL_1", "IL_2", "IL_3"], challenge=CHALLENGES["milk10k"])


def test_a_truth_of_milk10k_has_its_categories_and_one_of_lesions_says_how_to_be_read(tmp_path: Path) -> None:
    path = put(tmp_path, "lesion_id,MEL,NV,SCC\nIL_1,1,0,0\n")
    with pytest.raises(TableError) as caught:
        read_truth(path, challenge=CHALLENGES["milk10k"])
    for expected in ("no column 'BEN_OTH'", "no column 'SCCKA'", "column 'SCC' is not a category of MILK10k"):
        assert expected in str(caught.value)
    with pytest.raises(TableError, match="for a table of lesions say --challenge milk10k"):
        read_truth(path)
