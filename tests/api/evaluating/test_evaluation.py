"""What `evaluate` hands on: groups by image, links computed afresh, progress."""

from __future__ import annotations

from typing import Any

import numpy as np

from lentigo.api.answers.runs.parts import groups_of
from lentigo.api.evaluating.evaluation import linked_rows
from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.evaluation.predictions import load_predictions


def test_groups_follow_the_order_of_the_predictions(small_job: Any) -> None:
    manifest, split = load_manifest(small_job.data), load_split(small_job.split)
    predictions = load_predictions(small_job.run / "predictions.csv")
    lesion_of = dict(zip(manifest.table["image_id"], manifest.table["lesion_id"], strict=True))
    groups = groups_of(split, predictions)
    lesions = np.array([lesion_of[image_id] for image_id in predictions.image_ids])
    for group in np.unique(groups):
        assert len(np.unique(lesions[groups == group])) == 1, "drawn images are linked by lesion alone"


def test_parts_share_nothing_by_which_an_image_could_be_known(small_job: Any) -> None:
    manifest, split = load_manifest(small_job.data), load_split(small_job.split)
    train, test = (linked_rows(manifest, split, part) for part in ("train", "test"))
    assert len(train) == len(split.rows(manifest, "train"))
    for column in train.columns:
        known = set(train[column]) - {""}
        assert not known & set(test[column])
