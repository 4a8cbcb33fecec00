"""Growing images: a network and a smaller size in, the same network for that size out, and back again.

Convolutions do not know how large an image is: the weights of one size are those of every other. Only a head
that flattens its feature map knows (`settings/checking/rules.py` refuses it), and what is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lentigo.data.metadata.encoding import width_of
from lentigo.models import Network, build_network, join_metadata, without_start
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Input, Recipe, Stage
from lentigo.training import backend
from lentigo.training.precision import Precision


@dataclass(frozen=True)
class Building:
    """What networks of any size are built by."""

    recipe: Recipe
    num_classes: int
    precision: Precision

    def build(self, image: Input) -> Network:
        """A network for images of a size, its weights not yet those of any training."""
        bare = without_start(self.recipe.model)
        network = build_network(bare, image, self.num_classes, self.precision)
        return join_metadata(network, width_of(self.recipe.metadata))


def image_of(stage: Stage, image: Input) -> Input:
    """The input of a stage: the recipe's, or the same shape with `stage.size` as its shorter side."""
    if not stage.size:
        return image
    share = stage.size / min(image.height, image.width)
    return replace(image, height=round(image.height * share), width=round(image.width * share))


def check_sizes(building: Building) -> None:
    """Make sure, before anything is trained, that the network can be built at every stage's size.

    Raises:
        SettingsError: the backbone needs larger images.
    """
    built = {building.recipe.input}
    for index, stage in enumerate(building.recipe.stages):
        image = image_of(stage, building.recipe.input)
        if image in built:
            continue
        built.add(image)
        try:
            network = building.build(image)
        except SettingsError as error:
            raise SettingsError(f"stages.{index}.size: {stage.size} pixels are too few: {error}") from error
        backend.release(network.model.variables)


def copy_variables(source: Network, target: Network) -> None:
    """Give one network all that the other knows: weights, statistics, and where its random draws stand."""
    for theirs, ours in zip(source.model.variables, target.model.variables, strict=True):
        ours.assign(theirs.value)
