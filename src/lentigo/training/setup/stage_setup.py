"""Recipe, network and images in; what each stage trains and on what out.

The loop asks for stage number n and gets a network, batches and a validation set. Of what size the images
are is decided here; the loop does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.models import Network
from lentigo.settings.recipe import Recipe
from lentigo.training import backend
from lentigo.training.batches.batches import Batches, Part, TrainingBatches
from lentigo.training.batches.sources import AugmentedPixels, ShrunkImages
from lentigo.training.resuming.interrupt import StopRequest
from lentigo.training.setup.sizes import Building, copy_variables, image_of


@dataclass(frozen=True)
class Validation:
    """The validation part, untouched by balancing and augmentation; it may be empty."""

    inputs: Sequence[NDArray[Any]] | NDArray[Any]
    """Row of the manifest -> what the stage's network takes."""
    part: Part

    def stream(self, stop: StopRequest) -> Iterator[NDArray[Any]]:
        """The inputs one by one, as long as no stop is asked for."""
        for row in self.part.rows:
            stop.check()
            yield self.inputs[row]


@dataclass(frozen=True)
class StageSetup:
    """What one stage trains, and on what."""

    network: Network
    """At the size of the stage."""
    batches: Batches
    validation: Validation


@dataclass(frozen=True)
class TrainingSetup:
    """What is trained, and how each stage is set up."""

    recipe: Recipe
    network: Network
    """At its full size: what a training begins with and ends with."""
    set_up: Callable[[int], StageSetup]
    """Number of a stage -> its setup, made from where `network` stands."""

    def take_back(self, stage: StageSetup) -> None:
        """Let `network` know what a stage has learnt, and give back the memory of a network of its own."""
        if stage.network is not self.network:
            copy_variables(stage.network, self.network)
            backend.release(stage.network.model.variables)


@dataclass(frozen=True)
class Material:
    """The images of a training."""

    images: NDArray[np.uint8]
    """(M, H, W, 3) RGB in the order of the manifest, perhaps mapped from a file."""
    learnt: Part
    watched: Part


class StagePreparation:
    """Sets up one stage after the other."""

    def __init__(self, building: Building, network: Network, material: Material) -> None:
        self._building, self._network, self._material = building, network, material

    def set_up(self, index: int) -> StageSetup:
        """Make what stage number `index` needs."""
        recipe, material = self._building.recipe, self._material
        image = image_of(recipe.stages[index], recipe.input)
        size, seed = (image.height, image.width), recipe.training.seed
        num_classes = self._building.num_classes
        source = AugmentedPixels(material.images, recipe.augmentation, seed, size, num_classes)
        batches = TrainingBatches(source, material.learnt, recipe.balance, recipe.training.batch_size, seed)
        network = self._network
        if image != recipe.input:
            network = self._building.build(image)
            copy_variables(self._network, network)
        validation = Validation(ShrunkImages(material.images, size), material.watched)
        return StageSetup(network, batches, validation)
