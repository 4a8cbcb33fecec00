"""The packaged recipes against the study, row by row: sizes, heads, augmentation, stages, balancing."""

from __future__ import annotations

import math

import pytest

from lentigo.settings.recipe import EarlyStopping, HeadLayer, Recipe, ReduceLROnPlateau
from lentigo.settings.toml import load_recipe, recipe_names, recipe_text

FLATTEN, BATCHNORM, FIFTH = HeadLayer("flatten"), HeadLayer("batchnorm"), HeadLayer("dropout", rate=0.2)


def dense(units: int) -> HeadLayer:
    return HeadLayer("dense", units=units)


def dropout(rate: float) -> HeadLayer:
    return HeadLayer("dropout", rate=rate)


S6_HEAD = (FLATTEN, BATCHNORM, dense(128), FIFTH, BATCHNORM)
HEADS = {
    "baseline": (FLATTEN, dense(128)),
    "augmented": (FIFTH, FLATTEN, dense(128)),
    "vgg19": (FLATTEN, dense(128), dropout(0.5)),
    "genetic-finetuned": (dropout(0.3), FLATTEN, dense(112)),
    "genetic-balanced": (dropout(0.3), FLATTEN, dense(112)),
    "xception-binary": S6_HEAD,
    "xception-eight": S6_HEAD,
    "xception-eight-balanced": S6_HEAD,
    "xception-eight-deep-head": (
        *(FLATTEN, BATCHNORM, dense(1024), FIFTH),
        *(BATCHNORM, dense(256), FIFTH, BATCHNORM),
    ),
}
FEATURES = {"small-cnn": 18 * 25 * 64, "vgg19": 4 * 6 * 512, "xception": 10 * 10 * 2048}
BACKBONE_SIZES = {"small-cnn": 448 + 4_640 + 18_496, "vgg19": 20_024_384, "xception": 20_861_480}
"""Of the small one: (3 x 3 x channels in + 1) x channels out, for 3 -> 16 -> 32 -> 64."""
SIZES = {
    "baseline": 3_710_370,
    "augmented": 3_710_370,
    "vgg19": 21_597_634,
    "genetic-finetuned": 23_584 + (28_800 + 1) * 112 + (112 + 1) * 2,
    "xception-binary": 47_895_978,
    "xception-eight": 47_896_752,
    "xception-eight-balanced": 47_896_752,
    "xception-eight-deep-head": 231_666_480,
}
STAGES = {
    "xception-binary": [("head", 50), ("all", 40), ("all", 40)],
    "xception-eight": [("head", 30), ("all", 40), ("all", 40), ("all", 40)],
    "xception-eight-balanced": [("head", 40), ("head", 40), ("all", 40)],
    "xception-eight-deep-head": [("head", 40), ("all", 40), ("all", 40)],
}


def num_parameters(recipe: Recipe) -> int:
    """Counted by hand from the recipe: backbone, then the head layer by layer, then the logits."""
    total, width = BACKBONE_SIZES[recipe.model.backbone], FEATURES[recipe.model.backbone]
    num_classes = 2 if recipe.task.classes == "binary" else 8
    for layer in (*recipe.model.head, dense(num_classes)):
        if layer.layer == "batchnorm":
            total += 4 * width
        if layer.layer == "dense":
            total, width = total + (width + 1) * layer.units, layer.units
    return total


def test_every_row_of_the_study_is_a_recipe() -> None:
    assert {*HEADS, "genetic"} <= set(recipe_names())


@pytest.mark.parametrize("name", HEADS)
def test_heads_stand_in_the_order_of_the_study(name: str) -> None:
    assert load_recipe(name).model.head == HEADS[name]


@pytest.mark.parametrize("name", SIZES)
def test_recipes_have_the_size_of_the_study(name: str) -> None:
    assert num_parameters(load_recipe(name)) == SIZES[name]
    if name not in ("baseline", "augmented", "genetic-finetuned"):
        assert f"{SIZES[name]:,}" in recipe_text(name)[1]


@pytest.mark.parametrize("name", HEADS)
def test_images_have_the_size_of_the_study(name: str) -> None:
    recipe = load_recipe(name)
    is_second_half = name.startswith("xception")
    expected = (320, 320) if is_second_half else (150, 200)
    assert (recipe.input.height, recipe.input.width, recipe.input.resize) == (*expected, "squash")
    assert recipe.input.scaling == ("x/127.5-1" if is_second_half else "x/255")
    assert recipe.task.malignant == ("MEL", "BCC", "SCC")
    assert recipe.model.output == ("softmax" if is_second_half or name == "vgg19" else "logits")


@pytest.mark.parametrize("name", STAGES)
def test_stages_and_their_reactions_are_those_of_the_study(name: str) -> None:
    recipe = load_recipe(name)
    assert [(*stage.learn, stage.epochs) for stage in recipe.stages] == STAGES[name]
    for stage in recipe.stages:
        assert stage.reduce_lr_on_plateau == ReduceLROnPlateau("val_accuracy", 5, 0.5, 1e-5)
        assert stage.early_stopping == EarlyStopping("val_accuracy", 20)
    assert (recipe.training.keep, recipe.training.monitor) == ("best", "val_accuracy")


@pytest.mark.parametrize(("name", "rotation"), [("augmented", 0.1), ("vgg19", 0.5), ("genetic", 0.1)])
def test_augmentation_is_that_of_the_study(name: str, rotation: float) -> None:
    augmentation = load_recipe(name).augmentation
    assert augmentation.horizontal_flip
    assert not augmentation.vertical_flip
    assert (augmentation.rotation, augmentation.zoom, augmentation.fill) == (rotation, 0.1, "reflect")
    assert augmentation.shift == augmentation.brightness == augmentation.contrast == 0


def test_balancing_is_that_of_the_study() -> None:
    targets = {name: load_recipe(name).balance.resample_to for name in HEADS}
    balanced = {
        "genetic-balanced": "min",
        "xception-eight-balanced": "geometric",
        "xception-eight-deep-head": "geometric",
    }
    assert targets == {**dict.fromkeys(HEADS, "none"), **balanced}


def test_the_balanced_winner_goes_on_from_the_finetuned_one() -> None:
    finetuned, balanced = load_recipe("genetic-finetuned"), load_recipe("genetic-balanced")
    assert balanced.training.start_from == "genetic-finetuned"
    assert balanced.model == finetuned.model
    assert (balanced.stages[0].epochs, balanced.stages[0].lr) == (30, 1e-4)
    assert math.isclose(finetuned.stages[0].lr, 1e-4)


@pytest.mark.parametrize("name", [*HEADS, "genetic"])
def test_a_recipe_says_what_the_study_reported_and_what_is_ours(name: str) -> None:
    text = recipe_text(name)[1]
    assert "Reported by the study" in text.replace("\n# ", " ")
    assert "ours" in text
    verb = "search" if name == "genetic" else "train"
    assert text.startswith(
        f"# lentigo {verb} {name} --manifest DATA/manifest.csv --split DATA/split.csv --out "
    )


@pytest.mark.parametrize("name", ["fast-eight", "strong-eight"])
def test_our_own_recipes_grow_their_images_and_let_no_single_figure_choose(name: str) -> None:
    recipe = load_recipe(name)
    sizes = [stage.size or recipe.input.height for stage in recipe.stages]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] == recipe.input.height == recipe.input.width
    assert recipe.stages[0].learn == ("head",)
    assert {stage.learn for stage in recipe.stages[1:]} == {("all",)}
    assert (recipe.training.keep, recipe.training.precision) == ("last", "auto")
    assert all(stage.early_stopping is None for stage in recipe.stages)
    # draws by square roots and the rest taken from the answers make classes even
    assert recipe.balance.draw_power == 0.5
    assert recipe.balance.weight_power == recipe.balance.logit_adjustment == 0
    assert recipe.balance.prior_power > 0
