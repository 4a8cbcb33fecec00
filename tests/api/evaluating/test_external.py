"""External validation: whose truth, which leaks, which shares."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lentigo.api.evaluating.evaluation import evaluate
from lentigo.api.evaluating.external import (
    ExternalOptions,
    evaluate_external,
    external_truth,
    linked_tables,
    look_alikes,
    prior_shift,
)
from lentigo.api.training import open_data
from lentigo.data.manifest import COLUMNS, Manifest, save_manifest
from lentigo.data.split import Split
from lentigo.data.tables import LentigoWarning
from lentigo.data.taxonomy import order_classes
from lentigo.evaluation.leak import find_leaks
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.recipe import Recipe, Task
from lentigo.settings.run import RunDirectory


def manifest_of(*rows: dict[str, str]) -> Manifest:
    table = pd.DataFrame([{name: row.get(name, "") for name in COLUMNS} for row in rows], dtype=object)
    return Manifest(table, Path("."), order_classes(table["class"]))


OURS = manifest_of(
    {"image_id": "o1", "class": "NV", "lesion_id": "L1", "perceptual_hash": "aa"},
    {"image_id": "o2", "class": "AK", "lesion_id": "L1", "sha256": "s2"},
    {"image_id": "o3_downsampled", "class": "SCC", "duplicate_group": "7"},
    {"image_id": "o4", "class": "MEL", "lesion_id": "L4"},
)
SPLIT = Split(
    pd.DataFrame(
        {
            "image_id": OURS.table["image_id"],
            "group": ["o1", "o1", "o3", "o4"],
            "part": ["train", "train", "train", "test"],
            "fold": [-1] * 4,
        }
    ),
    "hash",
    {},
)
BINARY = replace(Recipe(name="two"), task=Task(classes="binary", malignant=("MEL", "SCC")))
ALL = replace(Recipe(name="all"), task=Task(classes="all"))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"image_id": "o1"}, "image_id"),
        ({"image_id": "o3"}, "image_id"),
        ({"image_id": "x", "sha256": "s2"}, "sha256"),
        ({"image_id": "x", "lesion_id": "L1"}, "lesion_id"),
    ],
)
def test_what_training_has_seen_is_found(row: dict[str, str], column: str) -> None:
    theirs, trained = linked_tables(manifest_of({"class": "NV", **row}), OURS, SPLIT)
    assert column in find_leaks(theirs, trained)


@pytest.mark.parametrize(
    "row",
    [{"image_id": "o4"}, {"image_id": "x", "lesion_id": "L4"}, {"image_id": "x", "duplicate_group": "7"}],
)
def test_what_it_has_not_seen_is_not(row: dict[str, str]) -> None:
    """Images of the test part, and numbers of clusters that are equal by chance."""
    theirs, trained = linked_tables(manifest_of({"class": "NV", **row}), OURS, SPLIT)
    assert find_leaks(theirs, trained) == {}


def test_a_chain_through_their_images_is_followed() -> None:
    theirs = manifest_of(
        {"image_id": "x", "class": "NV", "patient_id": "P"},
        {"image_id": "y", "class": "NV", "patient_id": "P", "lesion_id": "L1"},
    )
    linked, trained = linked_tables(theirs, OURS, SPLIT)
    assert find_leaks(linked, trained)["group"] == ["x", "y"]


def test_look_alikes_are_told_and_do_not_stop() -> None:
    theirs = manifest_of({"image_id": "x", "class": "NV", "perceptual_hash": "aa"})
    with pytest.warns(LentigoWarning, match="look like training images"):
        assert look_alikes(theirs, OURS, SPLIT) == {"n": 1, "examples": ["x ~ o1"]}


def test_an_equation_works_on_whichever_side_is_finer() -> None:
    coarse = manifest_of({"image_id": "x", "class": "AKIEC"}, {"image_id": "y", "class": "MEL"})
    equation = {"AKIEC": ("AK", "SCC")}
    assert external_truth(coarse, OURS, ALL, equation)[0] == ["AKIEC", "MEL"]


def test_their_finer_classes_become_ours() -> None:
    ours = manifest_of({"image_id": "a", "class": "AKIEC"}, {"image_id": "b", "class": "MEL"})
    theirs = manifest_of({"image_id": "x", "class": "SCC"}, {"image_id": "y", "class": "MEL"})
    assert external_truth(theirs, ours, ALL, {"AKIEC": ("AK", "SCC")})[0] == ["AKIEC", "MEL"]


def test_an_unknown_class_is_told() -> None:
    theirs = manifest_of({"image_id": "x", "class": "AKIEC"})
    with pytest.raises(DataError, match=r"does not know the class AKIEC.*--map AKIEC=AK\+SCC"):
        external_truth(theirs, OURS, ALL, {})


def test_a_binary_run_groups_what_it_knows_and_asks_for_the_rest() -> None:
    theirs = manifest_of(
        {"image_id": "x", "class": "SCC"},
        {"image_id": "y", "class": "NV"},
        {"image_id": "z", "class": "AKIEC"},
    )
    with pytest.raises(DataError, match="AKIEC"):
        external_truth(theirs, OURS, BINARY, {})
    truth, equations = external_truth(theirs, OURS, BINARY, {"benign": ("AKIEC",)})
    assert (truth, equations) == (["malignant", "benign", "benign"], {})
    with pytest.raises(SettingsError, match="--map benign=AKIEC"):
        external_truth(theirs, OURS, BINARY, {"AKIEC": ("AK", "SCC")})


def test_prior_shift_by_hand() -> None:
    predictions = Predictions(
        np.array(["x", "y"]),
        np.array("external"),
        np.array(-1),
        np.array(["NV", "NV"]),
        np.eye(2),
        ("NV", "MEL"),
    )
    found = prior_shift(predictions, pd.Series(["NV", "MEL", "MEL", "MEL"]))
    assert found["NV"] == {"trained": 0.25, "here": 1.0, "n": 2}
    assert found["MEL"] == {"trained": 0.75, "here": 0.0, "n": 0}


def test_a_runs_own_part_brought_as_others_gives_the_same_figures(small_job: Any, tmp_path: Path) -> None:
    """Calibration and thresholds are those of the run, and nothing is fitted on what was brought."""
    run = RunDirectory.existing(shutil.copytree(small_job.run, tmp_path / "run"))
    ours, split = open_data(run)
    own = evaluate(run, part="test", with_baselines=False)
    table = ours.table.iloc[split.rows(ours, "test")]
    theirs = save_manifest(tmp_path / "other", table, ours.image_root, ours.class_names, {})
    before = {name: (run.path / name).read_bytes() for name in ("evaluation.json", "report.html")}
    found = evaluate_external(run, theirs, ExternalOptions(with_baselines=False))
    for key in ("metrics", "calibration", "operating_points", "decision_curve", "prior"):
        assert as_numbers(found[key]) == pytest.approx(as_numbers(own[key]), abs=1e-9), key
    assert set(found["unavailable"]) == {"abstaining", "shortcuts"}
    assert before == {name: (run.path / name).read_bytes() for name in before}
    page = (Path(found["folder"]) / "report.html").read_text()
    for text in ("How far to trust a probability", "Operating points", "How common each class is"):
        assert text in page
    assert "groups on two sides: 0" in page
    assert "Unavailable: --no-baselines" in page


def test_classes_put_together_are_calibrated_first(small_job: Any, tmp_path: Path) -> None:
    run = RunDirectory.existing(shutil.copytree(small_job.run, tmp_path / "run"))
    ours, split = open_data(run)
    table = ours.table.iloc[split.rows(ours, "test")]
    coarse = table.assign(**{"class": table["class"].replace({"AK": "AKIEC", "SCC": "AKIEC"})})
    names = order_classes(coarse["class"])
    theirs = save_manifest(tmp_path / "other", coarse, ours.image_root, names, {})
    options = ExternalOptions({"AKIEC": ("AK", "SCC")}, with_baselines=False, prior="AKIEC=0.3")
    found = evaluate_external(run, theirs, options)
    assert found["calibration"]["before"]["log_loss"]["n"] == len(table)
    assert found["prior"]["fitted_on"].keys() == set(found["class_names"])
    assert found["prior"]["asked"]["AKIEC"] == pytest.approx(0.3)
    assert "AKIEC puts malignant and benign classes" in found["unavailable"]["operating_points"]
    assert "AKIEC = AK + SCC" in (Path(found["folder"]) / "report.html").read_text()
    with pytest.raises(SettingsError, match=r"AK=0\.3"):
        evaluate_external(run, theirs, replace(options, prior="AK=0.3"))


def as_numbers(value: Any) -> list[float]:
    """All numbers of nested JSON, in order; what is undefined as -1."""
    if isinstance(value, dict):
        return [number for one in value.values() for number in as_numbers(one)]
    if isinstance(value, list):
        return [number for one in value for number in as_numbers(one)]
    return [] if isinstance(value, str | bool) else [-1.0 if value is None else float(value)]
