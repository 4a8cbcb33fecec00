"""Names and paths become objects; a run can be opened wherever it is."""

from __future__ import annotations

import json
from typing import Any

import lentigo
from lentigo.settings.run import RunDirectory


def test_objects_serve_as_well_as_paths(small_job: Any, train_small: tuple[str, ...]) -> None:
    recipe = RunDirectory(small_job.run).recipe()
    manifest, split = lentigo.load_manifest(small_job.data), lentigo.load_split(small_job.split)
    before = (small_job.run / "model.weights.h5").stat().st_mtime_ns
    run = lentigo.train(recipe, manifest, split, small_job.run)
    assert run.path == small_job.run
    assert (small_job.run / "model.weights.h5").stat().st_mtime_ns == before, "finished already"


def test_a_run_carries_its_split(small_job: Any) -> None:
    original = json.loads(small_job.split.with_suffix(".json").read_text())
    copied = json.loads((small_job.run / "split.json").read_text())
    assert copied == original
