"""How large a row is run: a scale and a recipe in, the recipe as it is run and how many images it learns out.

`full` is the study as it stands. `small` fits a processor: everything that it changes is here, and the table
says of each figure which size, images and epochs it rests on. `smoke` shows that all of it works, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Recipe
from lentigo.settings.toml import with_values

ScaleName = Literal["smoke", "small", "full"]
SCALES: tuple[ScaleName, ...] = get_args(ScaleName)
NO_WEIGHTS = "none"
SMALL_CNN = "small-cnn"


@dataclass(frozen=True)
class Limits:
    """At most so many images; 0 is no limit. The test part is always whole."""

    train: int = 0
    validation: int = 0


@dataclass(frozen=True)
class Scaled:
    """A row as it is run."""

    recipe: Recipe
    limits: Limits
    trials: int
    """Of a search."""


FULL_TRIALS, SMALL_TRIALS, SMOKE_TRIALS = 120, 20, 3


def scale_recipe(recipe: Recipe, scale: ScaleName, weights: str = "", seed: int = 0) -> Scaled:
    """Bring a recipe to a scale.

    Args:
        recipe: of a row.
        scale: how large.
        weights: of a pretrained backbone, in place of the recipe's: `imagenet`, `none` (random) or a file;
            empty: the recipe's, but random at `smoke`, which must work without a network.
        seed: of the training.

    Raises:
        SettingsError: there is no such scale.
    """
    if scale not in SCALES:
        raise SettingsError(f"there is no scale {scale}; scales: {', '.join(SCALES)}")
    shrink = {"full": _full, "small": _small, "smoke": _smoke}[scale]
    scaled = shrink(recipe)
    values: dict[str, Any] = {"training.seed": seed} | _weights(
        recipe, weights or (NO_WEIGHTS if scale == "smoke" else "")
    )
    return Scaled(with_values(scaled.recipe, values), scaled.limits, scaled.trials)


def _full(recipe: Recipe) -> Scaled:
    return Scaled(recipe, Limits(), FULL_TRIALS)


def _small(recipe: Recipe) -> Scaled:
    """Xception: 1,200 images, 160 px, a tenth of the epochs; VGG19: as many images; S1, S2, S5: 15 epochs."""
    if recipe.search:
        return Scaled(_with_epochs(recipe, most=5), Limits(train=2000), SMALL_TRIALS)
    if recipe.model.backbone == SMALL_CNN:
        return Scaled(_with_epochs(recipe, most=15), Limits(), SMALL_TRIALS)
    if recipe.model.backbone == "xception":
        recipe = with_values(recipe, {"input.height": 160, "input.width": 160})
        return Scaled(_with_epochs(recipe, divisor=10), Limits(1200, 600), SMALL_TRIALS)
    return Scaled(_with_epochs(recipe, most=5), Limits(1200, 600), SMALL_TRIALS)


def _smoke(recipe: Recipe) -> Scaled:
    """One epoch a stage on 64 images of the smallest size that the backbone takes."""
    sides = {SMALL_CNN: (48, 64), "xception": (72, 72)}.get(recipe.model.backbone, (32, 32))
    values: dict[str, Any] = {"input.height": sides[0], "input.width": sides[1], "training.batch_size": 16}
    if recipe.search:
        values |= {"search.population": 2, "search.elite": 1}
    small = with_values(_with_epochs(recipe, most=1), values)
    # the small network is quick enough to learn something, so that a row of the table shows a curve
    epochs = 20 if recipe.model.backbone == SMALL_CNN and not recipe.search else 1
    return Scaled(_with_epochs(small, exactly=epochs), Limits(64, 32), SMOKE_TRIALS)


def _with_epochs(recipe: Recipe, most: int = 0, divisor: int = 1, exactly: int = 0) -> Recipe:
    """The recipe with shorter stages: divided (rounded up), then at most so many; or exactly so many."""
    values: dict[str, Any] = {}
    for index, stage in enumerate(recipe.stages):
        epochs = -(-stage.epochs // divisor)
        values[f"stages.{index}.epochs"] = exactly or (min(epochs, most) if most else epochs)
    return with_values(recipe, values)


def _weights(recipe: Recipe, weights: str) -> dict[str, Any]:
    """The keys that other weights of a backbone change; every stage then lets random layers learn."""
    if not weights or recipe.model.weights == NO_WEIGHTS:
        return {}
    values: dict[str, Any] = {"model.weights": weights}
    if weights == NO_WEIGHTS:
        values |= {f"stages.{index}.learn": "all" for index in range(len(recipe.stages))}
    return values
