"""Training on stored activations is training through the network; computed once, by whoever comes first."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blobs import NUM_TRAIN, NUM_VALIDATION, make_recipe

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.settings.errors import FileError
from lentigo.settings.processes.interrupt import StopRequest
from lentigo.settings.recipe import Balance, Recipe, Stage, Stored
from lentigo.settings.run import RunDirectory
from lentigo.training import run as run_module
from lentigo.training.batches.batches import Batches
from lentigo.training.batches.sources import ShrunkImages
from lentigo.training.batches.stored_views import ViewedPixels, ViewSource
from lentigo.training.inference import load_network
from lentigo.training.progress import StepDone, TrainingProgress
from lentigo.training.run import train_network
from lentigo.training.setup import storing
from lentigo.training.setup.stage_setup import StagePreparation, StageSetup, Validation

Data = tuple[Manifest, Split]
ALWAYS = Stored("always", views=2, type="float32")


def recipe_of(*learn: str, **changes: Any) -> Recipe:
    """Frozen layers first, then everything."""
    stages = (Stage(learn, 3, 5e-3), Stage(("all",), 1, 1e-3))
    recipe = replace(
        make_recipe(optimizer="adam", weight_decay=0.0, keep="last"), stages=stages, stored=ALWAYS
    )
    augmented = replace(recipe.augmentation, mixup=0.0, cutmix=0.0)
    balance = Balance(draw_power=0.5, weight_power=0.5)
    return replace(replace(recipe, augmentation=augmented, balance=balance), **changes)


class Watch(TrainingProgress):
    """Counts what is computed; ends the process after a number of steps or activations."""

    def __init__(self, last_step: int = -1, last_stored: int = -1) -> None:
        self.computed: list[tuple[int, int]] = []
        self.notes: list[str] = []
        self._last_step, self._last_stored, self._steps = last_step, last_stored, 0

    def storing(self, done: int, total: int) -> None:
        self.computed.append((done, total))
        if len(self.computed) == self._last_stored:
            raise Killed

    def step_done(self, event: StepDone) -> None:
        self._steps += 1
        if self._steps == self._last_step:
            raise Killed

    def note(self, text: str) -> None:
        self.notes.append(text)


class Killed(BaseException):
    """Stands for a sudden end."""


class ThroughTheNetwork(StagePreparation):
    """Shows the same views as the stored ones, as pixels, to the whole network."""

    def set_up(self, index: int, is_stored: bool, stop: StopRequest) -> StageSetup:
        if not is_stored:
            return super().set_up(index, is_stored, stop)
        return StageSetup(self._network, partial(self._viewed, index))

    def _viewed(self, index: int) -> tuple[Batches, Validation]:
        recipe, images = self._building.recipe, self._material.images
        views = ViewedPixels(images, recipe.augmentation, self._size(index))
        source = ViewSource(views.read, recipe.stored.views)
        return self._of(source, ShrunkImages(images, self._size(index)), self._size(index))


@pytest.fixture
def data(blob_data: Data, tmp_path: Path) -> Data:
    """The blobs with a folder of their own for what is stored."""
    return copied(blob_data, tmp_path / "data")


@pytest.fixture(scope="module")
def undisturbed(blob_data: Data, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    folder = tmp_path_factory.mktemp("undisturbed")
    recipe = recipe_of("block3", "head")
    return train_network(recipe, *copied(blob_data, folder / "data"), folder / "run", Watch())


def copied(data: Data, folder: Path) -> Data:
    manifest, split = data
    assert manifest.path is not None
    folder.mkdir()
    for file in manifest.path.parent.glob("manifest.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    return replace(manifest, path=folder / "manifest.csv"), split


def weights_of(run: RunDirectory) -> list[np.ndarray]:
    return list(load_network(run).model.get_weights())


def assert_same(one: RunDirectory, other: RunDirectory) -> None:
    for ours, theirs in zip(weights_of(one), weights_of(other), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("learn", [("head",), ("block3", "head")])
def test_stored_activations_teach_what_the_whole_network_would(
    data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learn: tuple[str, ...]
) -> None:
    watch = Watch()
    stored = train_network(recipe_of(*learn), *data, tmp_path / "stored", watch)
    assert [stage["is_stored"] for stage in stored.record()["stages"]] == [True, False]
    assert watch.computed[-1] == (2 * NUM_TRAIN + NUM_VALIDATION,) * 2
    monkeypatch.setattr(run_module, "StagePreparation", ThroughTheNetwork)
    through = train_network(recipe_of(*learn), *data, tmp_path / "through")
    for ours, theirs in zip(weights_of(stored), weights_of(through), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    for ours, theirs in zip(stored.history(), through.history(), strict=True):
        assert ours["val_loss"] == pytest.approx(theirs["val_loss"], abs=1e-5)


def test_the_next_training_computes_nothing_whatever_its_head_and_seed(data: Data, tmp_path: Path) -> None:
    recipe = recipe_of("head")
    train_network(recipe, *data, tmp_path / "first")
    # the backbone's random weights come from the seed, so it starts from the first run
    starting = replace(recipe.training, start_from="first", seed=3)
    for name, size in (("second", 20), ("third", 24)):
        again, watch = replace(recipe, training=starting, stages=(Stage(("head",), 1, 1e-3),)), Watch()
        head = (*recipe.model.head[:-1], replace(recipe.model.head[-1], units=size))
        again = replace(again, model=replace(again.model, head=head))
        again = replace(again, training=replace(starting, start_layers="fitting"))
        train_network(again, *data, tmp_path / name, watch)
        assert bool(watch.computed) == (name == "second")


@pytest.mark.parametrize("ending", [{"last_stored": 2}, {"last_step": 4}, {"last_step": 20}])
def test_a_kill_while_computing_or_learning_changes_nothing(
    data: Data,
    undisturbed: RunDirectory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: dict[str, int],
) -> None:
    monkeypatch.setattr(storing, "BLOCK", 32)
    recipe = recipe_of("block3", "head")
    with pytest.raises(Killed):
        train_network(recipe, *data, tmp_path / "killed", Watch(**ending))
    watch = Watch()
    resumed = train_network(recipe, *data, tmp_path / "killed", watch)
    if "last_stored" in ending:
        assert watch.computed[0][0] == 3 * 32  # two blocks were there
    assert_same(resumed, undisturbed)


@pytest.mark.parametrize(
    ("stored", "mixup", "is_stored"),
    [
        (Stored("auto", views=2), 0.0, True),
        (Stored("auto", views=3), 0.0, False),  # as many views as epochs: nothing to gain
        (Stored("always", views=3), 0.0, True),
        (Stored("never", views=2), 0.0, False),
        (Stored("always", views=2), 0.2, False),  # a mixture of two images is of neither
    ],
)
def test_the_recipe_says_when(
    data: Data, tmp_path: Path, stored: Stored, mixup: float, is_stored: bool
) -> None:
    recipe = recipe_of("head", stored=stored)
    recipe = replace(recipe, augmentation=replace(recipe.augmentation, mixup=mixup))
    run = train_network(recipe, *data, tmp_path / "run")
    assert run.record()["stages"][0]["is_stored"] == is_stored


def test_without_room_a_stage_computes_in_every_epoch_and_says_so(data: Data, tmp_path: Path) -> None:
    recipe = recipe_of("head", stored=replace(ALWAYS, budget_gib=1e-6))
    watch = Watch()
    run = train_network(recipe, *data, tmp_path / "run", watch)
    assert run.record()["stages"][0]["is_stored"] is False
    assert any("stored.budget_gib (1e-06)" in note for note in watch.notes)


def test_a_training_that_has_begun_on_stored_activations_waits_for_room(
    data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BLOCK", 32)
    recipe = recipe_of("head")
    with pytest.raises(Killed):
        train_network(recipe, *data, tmp_path / "run", Watch(last_stored=1))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(2**40, 2**40, 100 * 2**20))
    with pytest.raises(FileError, match=r"it needs 209\.\d MB and 104\.9 MB are free"):
        train_network(recipe, *data, tmp_path / "run")
