"""A run becomes a bundle that gives the run's answers, and says all that is known of the run."""

from __future__ import annotations

import hashlib
import json
import shutil
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lentigo
from lentigo.api.bundling import exporting
from lentigo.api.bundling.prediction import read_image
from lentigo.bundle.format import salted_hash
from lentigo.data.images.views import views_of
from lentigo.settings.errors import BundleError
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe, with_values


@pytest.fixture(scope="module")
def exported(small_job: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("export") / "bundle"
    return out, lentigo.export(small_job.run, out)


def test_it_is_put_in_place_once_it_equals_the_run(exported: tuple[Path, dict[str, Any]]) -> None:
    out, made = exported
    assert made["parity"]["n_images"] == 16
    assert made["parity"]["max_difference"] <= 1e-4
    assert made["parity"]["max_saliency_difference"] <= 1e-4
    names = {path.name for path in out.iterdir()}
    # which score the run chose decides whether there are arrays
    assert names - {"abstaining.f32"} == {
        "CHECKLISTS.md",
        "MODEL_CARD.md",
        "SHA256SUMS",
        "bundle.json",
        "model.onnx",
    }
    assert names == made["files"].keys()
    assert made["parity"]["max_strangeness_difference"] <= 0.05
    assert [path.name for path in out.parent.iterdir()] == ["bundle"]


def test_it_says_what_is_known_of_the_run(exported: tuple[Path, dict[str, Any]], small_job: Any) -> None:
    facts = lentigo.load_bundle(exported[0]).facts
    record = json.loads((small_job.run / "run.json").read_text())
    assert list(facts.class_names) == record["class_names"]
    assert facts.malignant == ("MEL", "BCC", "SCC")
    assert facts.split_hash == record["split"]["hash"]
    assert (facts.input.height, facts.input.width) == (32, 40)
    assert facts.recipe == (small_job.run / "recipe.toml").read_text()
    assert facts.metrics is not None
    assert set(facts.metrics) == {"validation"}
    assert facts.calibration is not None
    assert facts.operating_points is not None
    assert facts.calibration["fitted_on"]["split_hash"] == facts.split_hash
    assert facts.operating_points["chosen"] == "sensitivity=0.95"


def test_it_knows_what_it_was_trained_on_and_nothing_else(
    exported: tuple[Path, dict[str, Any]], small_job: Any
) -> None:
    manifest, split = lentigo.load_manifest(small_job.data), lentigo.load_split(small_job.split)
    paths = manifest.paths()
    bundle = lentigo.load_bundle(exported[0])
    trained = {paths[row] for row in split.rows(manifest, "train")}
    some = paths[::7]
    assert [one.seen_in_training for one in bundle.predict(some)] == [path in trained for path in some]
    sha256 = hashlib.sha256(min(trained).read_bytes()).hexdigest()
    told = bundle.facts.training_images
    assert salted_hash(told.salt, sha256) in told.hashes
    assert sha256 not in (exported[0] / "bundle.json").read_text()


def test_rows_of_bundle_and_run_are_the_same(exported: tuple[Path, dict[str, Any]], small_job: Any) -> None:
    folder = small_job.lesions / "images"
    by_run = list(lentigo.predict(small_job.run, [folder]))
    by_bundle = list(lentigo.predict(exported[0], [folder]))
    assert [row["image"] for row in by_run] == [row["image"] for row in by_bundle]
    assert set(by_run[0]) == set(by_bundle[0])
    for name in ("MEL", "NV", "malignant_probability"):
        np.testing.assert_allclose([row[name] for row in by_run], [row[name] for row in by_bundle], atol=1e-5)
    for name in ("malignant_at_operating_point", "operating_point", "calibrated"):
        assert [row[name] for row in by_run] == [row[name] for row in by_bundle]
    # the limit of a set is the probability of one of these images: rounding decides whether that one is in
    other = [
        set(run["prediction_set"]) ^ set(bundle["prediction_set"])
        for run, bundle in zip(by_run, by_bundle, strict=True)
    ]
    assert max(map(len, other)) <= 1
    assert sum(map(bool, other)) <= 1
    assert all(row["class"] in row["prediction_set"] for row in by_run)
    assert {row["operating_point"] for row in by_run} == {"sensitivity=0.95"}


def test_crops_are_the_same_in_run_and_bundle(small_job: Any, tmp_path: Path) -> None:
    run = shutil.copytree(small_job.run, tmp_path / "run")
    own = RunDirectory(run)
    own.write_recipe(with_values(own.recipe(), {"prediction.views": "flips+0.8x4+0.6x1"}))
    made = lentigo.export(run, tmp_path / "bundle")
    assert made["parity"]["max_difference"] <= 1e-4
    bundle = lentigo.load_bundle(tmp_path / "bundle")
    files = sorted((small_job.lesions / "images").iterdir())[:3]
    assert bundle.facts.views == "flips+0.8x4+0.6x1"
    pixels = np.stack([read_image(file, load_recipe(run / "recipe.toml").input) for file in files])
    seen = [one.of(pixels) for one in views_of(bundle.facts.views)]
    assert len(seen) == 24
    plain = copy(bundle)
    plain.facts = replace(bundle.facts, views="one")
    expected = np.mean([plain.compute(one)[0] for one in seen], axis=0)
    said = [one.verdict.uncalibrated for one in bundle.predict(files)]
    np.testing.assert_allclose(np.stack(said), expected, atol=1e-6)


def test_answers_that_differ_are_refused_and_nothing_is_left(
    small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(BundleError, match="differs from the run"):
        lentigo.export(small_job.run, tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


def test_something_else_in_its_place_is_left_alone(small_job: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BundleError, match="exists and is not a bundle"):
        lentigo.export(small_job.run, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
