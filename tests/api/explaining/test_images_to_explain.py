"""Images to explain: of a part, spread over classes, or files of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.explaining.images_to_explain import ImagesToExplain, choose_images, masks_of
from lentigo.data.manifest import load_manifest
from lentigo.settings.errors import DataError
from lentigo.settings.run import RunDirectory


def to_explain(*truth: str) -> ImagesToExplain:
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.7, 0.3]])
    images = np.zeros((3, 8, 8, 3), np.uint8)
    return ImagesToExplain(("a", "b", "c"), (Path("a"),) * 3, images, probabilities, ("MEL", "NV"), truth)


def test_which_classes_are_explained() -> None:
    three = to_explain("NV", "NV", "MEL")
    assert three.classes("predicted").tolist() == [[0], [1], [0]]
    assert three.classes("truth").tolist() == [[1], [1], [0]]
    assert three.classes("all").tolist() == [[0, 1]] * 3
    with pytest.raises(DataError, match="not known"):
        to_explain().classes("truth")


def test_some_of_a_part_with_their_truth_groups_and_masks(small_job: Any) -> None:
    run = RunDirectory.existing(small_job.run)
    found = choose_images(run, (), part="validation", count=16)
    table = load_manifest(small_job.data).table.set_index("image_id")
    assert len(found.images) == len(found.truth) == len(found.groups) == len(found.files) <= 16
    assert set(found.truth) == set(found.class_names)
    assert [table.loc[name, "class"] for name in found.image_ids] == list(found.truth)
    assert [path.stem for path in found.files] == list(found.image_ids)
    masks = masks_of(run, found, None)
    assert {kind: mask.shape for kind, mask in masks.items()} == dict.fromkeys(
        ("lesion", "evidence"), (len(found.images), 32, 40)
    )


def test_files_have_no_truth_and_masks_only_where_they_lie(small_job: Any, tmp_path: Path) -> None:
    run = RunDirectory.existing(small_job.run)
    image = sorted((small_job.lesions / "images").iterdir())[0]
    found = choose_images(run, [image], part="validation", count=1)
    assert found.truth == ()
    assert found.probabilities.sum() == pytest.approx(1)
    assert set(masks_of(run, found, None)) == {"lesion", "evidence"}
    with pytest.warns(UserWarning, match="does not have a mask of every image"):
        assert masks_of(run, found, tmp_path) == {}
    with pytest.raises(DataError, match="no such folder"):
        masks_of(run, found, tmp_path / "nowhere")


def test_images_known_from_training_are_marked(small_job: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunDirectory.existing(small_job.run)
    assert not choose_images(run, (), part="validation", count=8).leaked
    monkeypatch.setattr(
        "lentigo.api.explaining.images_to_explain.find_leaks", lambda *_tables: {"group": ["a"]}
    )
    assert choose_images(run, (), part="validation", count=8).leaked


def test_a_look_at_test_images_beside_their_truth_is_logged(small_job: Any, tmp_path: Path) -> None:
    run = RunDirectory(shutil.copytree(small_job.run, tmp_path / "run"))
    choose_images(run, (), part="validation", count=8)
    assert not run.record().get("test_looks")
    choose_images(run, (), part="test", count=8)
    assert len(run.record()["test_looks"]) == 1
