"""What a stage is given: a network, batches and a validation set of its size, and what is taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from blobs import HEIGHT, WIDTH, blob_images, make_recipe

from lentigo.data.images.warp import shrink
from lentigo.models import build_network
from lentigo.settings.processes.interrupt import StopRequest, StopRequested
from lentigo.settings.recipe import Stage
from lentigo.training.batches.batches import Part
from lentigo.training.progress import TrainingProgress
from lentigo.training.setup.sizes import Building
from lentigo.training.setup.stage_setup import Material, StagePreparation, StageSetup, TrainingSetup
from lentigo.training.setup.storing import Place

IMAGES, LABELS = blob_images(12)
RECIPE = replace(make_recipe(), stages=(Stage(("all",), size=18), Stage(("head",))))


def setup_of_blobs() -> TrainingSetup:
    network = build_network(RECIPE.model, RECIPE.input, 3, seed=2)
    learnt, watched = Part(np.arange(8), LABELS[:8]), Part(np.arange(8, 12), LABELS[8:])
    material = Material(IMAGES, Place(Path("nowhere"), {}), learnt, watched)
    building = Building(RECIPE, 3, "float32")
    return TrainingSetup(RECIPE, network, StagePreparation(building, network, material, TrainingProgress()))


def set_up(setup: TrainingSetup, index: int) -> StageSetup:
    return setup.stages.set_up(index, False, StopRequest())


def test_a_small_stage_has_a_network_batches_and_validation_of_its_size() -> None:
    stage = set_up(setup_of_blobs(), 0)
    assert stage.network.model.input.shape[1:3] == (18, 24)
    assert next(stage.batches.epoch(0))[0].shape == (8, 18, 24, 3)
    shown = list(stage.validation.stream(StopRequest()))
    assert len(shown) == 4
    np.testing.assert_array_equal(shown[1], shrink(IMAGES[9], (18, 24)))


def test_a_stage_of_full_size_has_the_network_itself_and_the_pixels_as_they_are() -> None:
    setup = setup_of_blobs()
    stage = set_up(setup, 1)
    assert stage.network is setup.network
    setup.take_back(stage)  # nothing is to be copied, and nothing is given back
    assert next(stage.batches.epoch(0))[0].shape == (8, HEIGHT, WIDTH, 3)
    np.testing.assert_array_equal(next(stage.validation.stream(StopRequest())), IMAGES[8])
    assert np.isfinite(np.asarray(setup.network.model(IMAGES[:1]))).all()


def test_what_a_small_stage_learns_is_taken_back() -> None:
    setup = setup_of_blobs()
    stage = set_up(setup, 0)
    learnt = [value + 1 for value in stage.network.model.get_weights()]
    stage.network.model.set_weights(learnt)
    setup.take_back(stage)
    for ours, theirs in zip(setup.network.model.get_weights(), learnt, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_validation_stops_between_two_images() -> None:
    stop = StopRequest()
    stream = set_up(setup_of_blobs(), 1).validation.stream(stop)
    next(stream)
    stop.ask("SIGTERM")
    with pytest.raises(StopRequested):
        next(stream)
