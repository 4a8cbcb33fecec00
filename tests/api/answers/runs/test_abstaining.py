"""What a run abstains by: fitted once, kept, put into its bundle, and said with every answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.runs.abstaining import ABSTAINING_FILE, FIT_IMAGES, fit_rows, stored_abstaining
from lentigo.api.answers.runs.opening import open_data
from lentigo.api.answers.runs.source import open_run
from lentigo.evaluation.abstaining.rule import ARRAYS_FILE
from lentigo.settings.run import RunDirectory


@pytest.fixture(scope="module")
def run(small_job: Any, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    copied = tmp_path_factory.mktemp("abstaining") / "run"
    shutil.copytree(small_job.run, copied)
    return RunDirectory.existing(copied)


def test_evaluating_saves_it_and_reads_it_again(run: RunDirectory) -> None:
    source = open_run(run)
    written = (run.path / ABSTAINING_FILE).read_text(encoding="utf-8")
    values = json.loads(written)
    assert values["split_hash"] == source.split.hash
    assert values["unknown"]["score"] == values["comparison"]["chosen"]
    validation = source.validation()
    assert validation is not None
    fitted = source.abstaining(source.fit(validation))
    assert (run.path / ABSTAINING_FILE).read_text(encoding="utf-8") == written, "the same again"
    stored = stored_abstaining(run)
    assert stored is not None
    np.testing.assert_array_equal(stored.conformal.thresholds, fitted.abstaining.conformal.thresholds)


def test_other_weights_make_it_stale(run: RunDirectory, tmp_path: Path) -> None:
    copied = tmp_path / "run"
    shutil.copytree(run.path, copied)
    other = RunDirectory.existing(copied)
    other.update_record(weights={**other.record()["weights"], "sha256": "00" * 32})
    assert stored_abstaining(other) is None


def test_scores_are_fitted_on_training_images_alone(run: RunDirectory) -> None:
    manifest, split = open_data(run)
    rows = fit_rows(manifest, split)
    assert len(rows) <= FIT_IMAGES
    assert set(rows.tolist()) <= set(split.rows(manifest, "train").tolist())
    np.testing.assert_array_equal(rows, fit_rows(manifest, split))


@pytest.mark.parametrize("score", ["mahalanobis", "several"])
def test_a_score_of_features_travels_into_the_bundle(
    run: RunDirectory, score: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lentigo
    from lentigo import api
    from lentigo.api.answers.runs import abstaining

    copied = tmp_path / "run"
    shutil.copytree(run.path, copied)
    (copied / ABSTAINING_FILE).unlink()
    monkeypatch.setattr(abstaining, "_comparison", lambda *_: {"chosen": score, "scores": {}})
    made = api.export(copied, tmp_path / "bundle")
    assert made["parity"]["max_strangeness_difference"] <= 0.05
    assert (tmp_path / "bundle" / ARRAYS_FILE).read_bytes() == (copied / ARRAYS_FILE).read_bytes()
    bundle = lentigo.load_bundle(tmp_path / "bundle")
    assert bundle.abstaining is not None
    assert bundle.abstaining.unknown is not None
    assert bundle.abstaining.unknown.score == score
    noise = np.random.default_rng(0).integers(0, 256, (32, 40, 3), dtype=np.uint8)
    row = bundle.predict(noise)[0].row()
    assert row["class"] in row["prediction_set"]
    assert set(row["prediction_set"]) <= set(bundle.facts.class_names)
    assert row["abstain_reason"] == row["quality_warnings"][0]
