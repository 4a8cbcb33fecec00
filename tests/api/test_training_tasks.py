"""One training as a task: what travels, what is refused, and what a training tells from afar."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lentigo.api import training_tasks as made
from lentigo.api.training_tasks import TellingProgress, open_manifest, train_saved, training_tasks
from lentigo.cluster.executor import LocalExecutor
from lentigo.cluster.tasks import Teller, Told
from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split, make_split
from lentigo.settings.errors import DataError, RunError
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe, parse_recipe
from lentigo.training.progress import StageStart, StepDone


class Elsewhere(LocalExecutor):
    is_elsewhere = True


def test_what_travels_is_plain_and_says_the_same(
    small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, split = load_manifest(small_data.data), load_split(small_data.split)
    recipe, out = load_recipe("baseline"), tmp_path / "run"
    task = training_tasks(Elsewhere(), manifest)("fold 0", recipe, split, out)
    assert json.loads(json.dumps(dict(task.arguments))) == task.arguments
    assert parse_recipe(task.arguments["recipe"], "it") == recipe
    seen: dict[str, Any] = {}

    def train(recipe: Any, images: Any, parts: Any, path: Any, progress: Any) -> RunDirectory:
        seen.update(recipe=recipe, manifest=images, split=parts)
        return RunDirectory(path)

    monkeypatch.setattr(made, "train", train)
    assert train_saved(Teller(), **task.arguments) == str(out)
    assert seen["recipe"] == recipe
    assert (seen["manifest"].sha256, seen["split"].hash) == (manifest.sha256, split.hash)


def test_here_nothing_has_to_be_saved(small_data: Any, tmp_path: Path) -> None:
    manifest = replace(load_manifest(small_data.data), path=None)
    split, recipe = load_split(small_data.split), load_recipe("baseline")
    task = training_tasks(LocalExecutor(), manifest)("training", recipe, split, tmp_path / "run")
    assert task.arguments["manifest"] is manifest
    with pytest.raises(DataError, match="import the images into a folder"):
        training_tasks(Elsewhere(), manifest)


def test_a_run_on_another_split_is_not_touched(small_data: Any, tmp_path: Path) -> None:
    manifest, recipe, run = load_manifest(small_data.data), load_recipe("baseline"), RunDirectory(tmp_path)
    make = training_tasks(Elsewhere(), manifest)
    first = make_split(manifest, seed=1)
    make("one", recipe, first, run.path)
    run.update_record(status="running")
    with pytest.raises(RunError, match="another split"):
        make("one", recipe, make_split(manifest, seed=2), run.path)
    assert load_split(run.split_file).hash == first.hash


def test_a_manifest_is_read_once_until_it_changes(copied_data: Path) -> None:
    place = copied_data / "manifest.csv"
    first = open_manifest(str(place))
    assert open_manifest(str(place)) is first
    place.write_bytes(place.read_bytes() + b"\n")
    with pytest.raises(DataError, match="not the one its manifest"):
        open_manifest(str(place))


def test_a_training_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lentigo.cluster.tasks.TELL_SECONDS", 0.0)
    told: list[Told] = []
    progress = TellingProgress(Teller(told.append))
    progress.preparing(1, 2)
    progress.stage_started(StageStart(0, 2, "head", 0, 1, 9, plan=((1, 1.0), (3, 3.0))))
    progress.step_done(StepDone(1, 2, 0.7, 0.5))
    progress.epoch_ended({"val_balanced_accuracy": 0.25})
    progress.stage_started(StageStart(1, 2, "all", 1, 3, 9, plan=((1, 1.0), (3, 3.0))))
    progress.doing("validating")
    progress.storing(3, 4)
    progress.note("resumed")
    assert [one.share for one in told] == [None, 0.05, 0.1, 0.4, 0.4, None]
    assert told[1].doing == "stage 1/2 (head) epoch 1/1, loss 0.700"
    assert "validation 0.250" in told[2].doing
    assert told[-1] == Told(note="resumed")
