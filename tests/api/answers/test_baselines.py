"""Baselines: fitted on training, probabilities for the part, features computed once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers import baselines
from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.source import Images, Learnt
from lentigo.data.manifest import load_manifest
from lentigo.settings.errors import ModelError
from lentigo.settings.run import RunDirectory


def asked(small_job: Any) -> tuple[Learnt, Images]:
    source = open_run(small_job.run)
    learnt, rows = source.learnt(), source.split.rows(source.manifest, "test")
    assert learnt is not None
    return learnt, Images(source.manifest, rows, learnt.images.input)


def test_answers_are_probabilities_for_every_image_of_the_part(small_job: Any) -> None:
    learnt, images = asked(small_job)
    answers = baselines.baseline_answers(learnt, images)
    for probabilities in answers.values():
        assert probabilities.shape == (len(images.rows), len(images.manifest.class_names))
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_stored_features_are_used_and_a_wrong_number_of_them_is_not(small_job: Any) -> None:
    manifest, image = load_manifest(small_job.data), RunDirectory(small_job.run).recipe().input
    first = baselines.stored_features(image, manifest)
    (path,) = Path(small_job.data, "pixels").glob("*/features-*.npy")
    stamp = path.stat().st_mtime_ns
    np.testing.assert_array_equal(baselines.stored_features(image, manifest), first)
    assert path.stat().st_mtime_ns == stamp
    np.save(path, first[:-1])
    np.testing.assert_allclose(baselines.stored_features(image, manifest), first, atol=1e-5)


def test_without_pretrained_weights_the_others_still_compete(
    small_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise ModelError("not installed")

    monkeypatch.setattr(baselines, "stored_features", missing)
    answers = baselines.baseline_answers(*asked(small_job))
    assert set(answers) == {"majority_class", "metadata_only", "mean_colour"}
