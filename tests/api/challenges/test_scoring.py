"""A submission against a truth, through the Python interface."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.challenges.scoring import ScoreOptions, _as_known_to_run, score
from lentigo.data.tables import LentigoWarning
from lentigo.evaluation.isic.challenges import CHALLENGES
from lentigo.settings.errors import RunError

TRUTH = "image,MEL,AK,SCC\na,1,0,0\nb,0,1,0\nc,0,0,1\nd,1,0,0\n"
ANSWERS = "image,MEL,AK,SCC\na,0.9,0.1,0.0\nb,0.2,0.1,0.7\nc,0.1,0.8,0.1\nd,0.1,0.0,0.9\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    answers, truth = tmp_path / "answers.csv", tmp_path / "truth.csv"
    answers.write_text(ANSWERS)
    truth.write_text(TRUTH)
    return answers, truth


def test_an_equation_on_both_sides(files: tuple[Path, Path]) -> None:
    """Apart AK and SCC are confused with each other; put together they are all right. MEL: 1 of 2."""
    apart = score(*files)
    together = score(*files, ScoreOptions(class_map={"AKIEC": ("AK", "SCC")}))
    assert apart["balanced_accuracy"]["value"] == pytest.approx(0.5 / 3)
    assert together["balanced_accuracy"]["value"] == pytest.approx(0.75)
    assert together["categories"] == ["MEL", "AKIEC"]


def test_validation_score_and_what_is_known_of_the_images(files: tuple[Path, Path]) -> None:
    """c has no weight, so SCC is left out: MEL 1 of 2, AK 0 of 1."""
    columns = "image,MEL,AK,SCC,validation_weight"
    files[1].write_text(f"{columns}\na,1,0,0,1\nb,0,1,0,1\nc,0,0,1,0\nd,1,0,0,1\n")
    found = score(*files)
    assert found["validation_balanced_accuracy"] == pytest.approx(0.25)
    assert (found["leak_checked"], found["groups_known"], found["leaked"]) == (False, False, False)


def test_lesions_reduce_the_groups(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("image,lesion_id\na.jpg,L\nd,L\n")
    found = score(*files, ScoreOptions(metadata=tmp_path / "metadata.csv"))
    assert (found["n_groups"], found["groups_known"]) == (3, True)


def test_a_run_that_is_none(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is not a run"):
        score(*files, ScoreOptions(run=tmp_path / "nothing"))


def test_plain_names_are_the_runs_own_only_where_it_knows_them_all() -> None:
    assert _as_known_to_run(["1", "ISIC_0000001"], {"1", "2"}) == ["1", "ISIC_0000001"]
    with pytest.warns(LentigoWarning, match="1 images bear a name"):
        found = _as_known_to_run(["1", "3", "ISIC_0000001"], {"1", "2"})
    assert found == ["1 (of the truth)", "3 (of the truth)", "ISIC_0000001"]


def test_lesions_of_milk10k(tmp_path: Path) -> None:
    """Of eleven categories ten have no lesion and are never answered, which counts as 1 each; MEL: 1 of 2."""
    names = CHALLENGES["milk10k"].categories
    rows = {"L1": 0.5, "L2": 0.49}
    for file, other, cells in (("truth", "0.0", {"L1": "1.0", "L2": "1.0"}), ("answers", "0.1", rows)):
        lines = [
            ",".join([key, *(str(value if name == "MEL" else other) for name in names)])
            for key, value in cells.items()
        ]
        (tmp_path / f"{file}.csv").write_text("\n".join([",".join(("lesion_id", *names)), *lines]) + "\n")
    (tmp_path / "metadata.csv").write_text("lesion_id,isic_id,patient_id\nL1,a,P\nL1,b,P\nL2,c,P\n")
    options = ScoreOptions(metadata=tmp_path / "metadata.csv", challenge="milk10k")
    found = score(tmp_path / "answers.csv", tmp_path / "truth.csv", options)
    assert found["macro_f1"]["value"] == pytest.approx((10 + 2 / 3) / 11)
    assert found["validation_macro_f1"] == found["macro_f1"]["value"]
    assert (found["n_images"], found["n_groups"], found["answered"], found["at_half"]) == (2, 1, "lesion", 1)
