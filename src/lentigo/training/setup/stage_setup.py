"""Recipe, network and images in; what each stage trains and on what out.

The loop asks for stage number n and gets a network, batches and a validation set. Whether those are pixels of
some size, stored features or stored activations is decided here; the loop does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lentigo.data.metadata.lesion_pairs import PairedImages
from lentigo.models import Network
from lentigo.models.frozen_part import Division, divide
from lentigo.settings.processes.interrupt import StopRequest
from lentigo.settings.recipe import Recipe
from lentigo.training import backend
from lentigo.training.batches.batches import Batches, Part, TrainingBatches
from lentigo.training.batches.known import WithKnown
from lentigo.training.batches.pairs import PairedPixels
from lentigo.training.batches.sources import AugmentedPixels, ShrunkImages, Size, Source
from lentigo.training.batches.stored_views import PlainViews, ViewedPixels, ViewSource
from lentigo.training.progress import TrainingProgress
from lentigo.training.setup.sizes import Building, copy_variables, image_of
from lentigo.training.setup.storing import (
    Computing,
    Place,
    facts_of,
    gains,
    has_room,
    keys_of,
    open_stored,
)


@dataclass(frozen=True)
class Validation:
    """The validation part, untouched by balancing and augmentation; it may be empty."""

    inputs: Sequence[NDArray[Any]] | NDArray[Any]
    """Row of the manifest -> what the stage's network takes."""
    part: Part
    beside: NDArray[np.float32] | None = None
    """(M, D) what is known beside each image of the manifest; None where the network takes images alone."""

    @property
    def known(self) -> NDArray[np.float32] | None:
        """The same of the images of this part, in their order."""
        return None if self.beside is None else self.beside[self.part.rows]

    def stream(self, stop: StopRequest) -> Iterator[NDArray[Any]]:
        """The inputs one by one, as long as no stop is asked for."""
        for row in self.part.rows:
            stop.check()
            yield self.inputs[row]


class StageSetup:
    """What one stage trains, and on what."""

    def __init__(
        self, network: Network, give: Callable[[], tuple[Batches, Validation]], learning: Any = None
    ) -> None:
        """Prepare to train a stage.

        Args:
            network: whole, at the size of the stage.
            give: makes batches and validation set, once the network holds the weights it is to have.
            learning: the part of the network's model that they are made for; None: all of it.
        """
        self.network, self.learning, self._give = network, learning, give

    @property
    def asked(self) -> Network:
        """The network as the validation set is to be put to it."""
        return replace(self.network, model=self.learning) if self.learning else self.network

    @property
    def batches(self) -> Batches:
        """What the stage learns from."""
        return self._given[0]

    @property
    def validation(self) -> Validation:
        """What the stage is validated on."""
        return self._given[1]

    @cached_property
    def _given(self) -> tuple[Batches, Validation]:
        return self._give()


class Stages(Protocol):
    """Sets up one stage after the other."""

    def chooses_stored(self, index: int) -> bool:
        """Whether stage number `index`, about to begin, is to read stored activations."""

    def set_up(self, index: int, is_stored: bool, stop: StopRequest) -> StageSetup:
        """Make what the stage needs; what takes long ends when a stop is asked for."""


@dataclass(frozen=True)
class TrainingSetup:
    """What is trained, and how each stage is set up."""

    recipe: Recipe
    network: Network
    """At its full size: what a training begins with and ends with."""
    stages: Stages
    raised: NDArray[np.float64] | None = None
    """(K,) what the loss of every stage adds to the logits; None: nothing."""

    def take_back(self, stage: StageSetup) -> None:
        """Let `network` know what a stage has learnt, and give back the memory of a network of its own."""
        if stage.network is not self.network:
            copy_variables(stage.network, self.network)
            backend.release(stage.network.model.variables)


@dataclass(frozen=True)
class Material:
    """The images of a training."""

    images: NDArray[np.uint8] | PairedImages
    """(M, H, W, 3) RGB in the order of the manifest, perhaps mapped from a file; or pairs (M, 2 H, W, 3)."""
    place: Place
    learnt: Part
    watched: Part
    known: NDArray[np.float32] | None = None
    """(M, D) what is known beside each image; None where the recipe uses images alone."""


class StagePreparation:
    """Sets up stages on pixels, or on what frozen layers make of them."""

    def __init__(
        self, building: Building, network: Network, material: Material, watch: TrainingProgress
    ) -> None:
        self._building, self._network, self._material = building, network, material
        self._watch = watch
        self._small: tuple[int, Network] | None = None

    def chooses_stored(self, index: int) -> bool:
        """Ask the recipe, then the disk; where there is no room the stage computes in every epoch."""
        recipe, material = self._building.recipe, self._material
        stage, network = recipe.stages[index], self._network_of(index)
        division = divide(network, stage.learn)
        if division is None or not gains(recipe, stage, division):
            return False
        num_bytes = 2 if recipe.stored.type == "float16" else 4
        num_arrays = len(material.learnt.rows) * recipe.stored.views + len(material.watched.rows)
        needed = int(np.prod(division.shape)) * num_bytes * num_arrays
        if has_room(material.place, needed, recipe.stored.budget_gib):
            return True
        self._watch.note(
            f"stage {index + 1}: {needed / 2**30:.1f} GiB of activations do not fit on the disk or into "
            f"stored.budget_gib ({recipe.stored.budget_gib:g}); they are computed in every epoch. "
            "`lentigo data cache` shows what is stored"
        )
        return False

    def set_up(self, index: int, is_stored: bool, stop: StopRequest) -> StageSetup:
        """Make what stage number `index` needs."""
        network = self._network_of(index)
        if not is_stored:
            return StageSetup(network, partial(self._pixels, index))
        division = divide(network, self._building.recipe.stages[index].learn)
        assert division, "only a stage that can be divided is chosen"
        give = partial(self._activations, index, division, stop)
        return StageSetup(network, give, division.learning)

    def _network_of(self, index: int) -> Network:
        """The network at the size of a stage, knowing all that the whole one knows."""
        recipe = self._building.recipe
        image = image_of(recipe.stages[index], recipe.input)
        if image == recipe.input:
            return self._network
        if self._small is None or self._small[0] != index:
            self._small = (index, self._building.build(image))
        copy_variables(self._network, self._small[1])
        return self._small[1]

    def _size(self, index: int) -> Size:
        image = image_of(self._building.recipe.stages[index], self._building.recipe.input)
        return image.height, image.width

    def _pixels(self, index: int) -> tuple[Batches, Validation]:
        """Pixels, augmented anew in every epoch."""
        recipe, material, size = self._building.recipe, self._material, self._size(index)
        num_classes, seed = self._building.num_classes, recipe.training.seed
        if isinstance(material.images, PairedImages):
            pairs = PairedPixels(material.images, recipe.augmentation, seed, size)
            return self._of(pairs, material.images, size)
        source = AugmentedPixels(material.images, recipe.augmentation, seed, size, num_classes)
        return self._of(source, ShrunkImages(material.images, size), size)

    def _activations(self, index: int, division: Division, stop: StopRequest) -> tuple[Batches, Validation]:
        """What the frozen part makes of the views of each image; computed now, unless it has been before."""
        recipe, material = self._building.recipe, self._material
        facts = facts_of(recipe, division, material.place, self._building.precision)
        stored = open_stored(material.place, division, facts)
        images: Any = material.images  # never pairs, whose frozen part is not divided off
        pixels = ViewedPixels(images, recipe.augmentation, self._size(index))
        keys = keys_of(material.learnt, material.watched, recipe.stored.views)
        Computing(division, pixels, stop, self._watch.storing).complete(stored, keys)
        source = ViewSource(stored.read, recipe.stored.views)
        return self._of(source, PlainViews(stored.read, len(material.images)), self._size(index))

    def _of(self, source: Source, plain: Sequence[NDArray[Any]], size: Size) -> tuple[Batches, Validation]:
        recipe, material = self._building.recipe, self._material
        batch_size, seed = recipe.training.batch_size, recipe.training.seed
        if material.known is not None:
            source = WithKnown(source, material.known, recipe, size)
        batches = TrainingBatches(source, material.learnt, recipe.balance, batch_size, seed)
        return batches, Validation(plain, material.watched, material.known)
