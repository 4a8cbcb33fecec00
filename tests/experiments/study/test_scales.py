"""Scales: what each changes, and that every row can be brought to each."""

from __future__ import annotations

import pytest

from lentigo.experiments.study.rows import ROWS
from lentigo.experiments.study.scales import SCALES, Limits, scale_recipe
from lentigo.settings.errors import SettingsError
from lentigo.settings.toml import load_recipe


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", sorted({row.recipe for row in ROWS}))
def test_every_row_fits_every_scale_and_keeps_its_head(name: str, scale: str) -> None:
    recipe = load_recipe(name)
    scaled = scale_recipe(recipe, scale, seed=3)  # type: ignore[arg-type]
    assert scaled.recipe.model.head == recipe.model.head
    assert scaled.recipe.balance == recipe.balance
    assert len(scaled.recipe.stages) == len(recipe.stages)
    assert scaled.recipe.training.seed == 3


def test_full_is_the_study() -> None:
    recipe = load_recipe("xception-binary")
    assert scale_recipe(recipe, "full").recipe == recipe
    assert scale_recipe(recipe, "full").limits == Limits()


def test_small_as_it_was_agreed() -> None:
    xception = scale_recipe(load_recipe("xception-binary"), "small")
    assert [stage.epochs for stage in xception.recipe.stages] == [5, 4, 4]
    assert (xception.recipe.input.height, xception.recipe.input.width) == (160, 160)
    assert xception.limits.train == 1200
    assert [s.epochs for s in scale_recipe(load_recipe("xception-eight"), "small").recipe.stages] == [
        3,
        4,
        4,
        4,
    ]
    for name in ("baseline", "augmented"):
        scaled = scale_recipe(load_recipe(name), "small")
        assert [stage.epochs for stage in scaled.recipe.stages] == [15]
        assert (scaled.recipe.input.height, scaled.recipe.input.width) == (150, 200)
        assert scaled.limits == Limits()
    search = scale_recipe(load_recipe("genetic"), "small")
    assert (search.trials, search.recipe.stages[0].epochs, search.limits.train) == (20, 5, 2000)


def test_smoke_needs_no_weights_and_then_every_stage_learns_all() -> None:
    scaled = scale_recipe(load_recipe("xception-eight-balanced"), "smoke").recipe
    assert scaled.model.weights == "none"
    assert {stage.learn for stage in scaled.stages} == {("all",)}


def test_given_weights_replace_those_of_a_pretrained_backbone_only() -> None:
    vgg = load_recipe("vgg19")
    assert scale_recipe(vgg, "small").recipe.model.weights == "imagenet"
    given = scale_recipe(vgg, "small", "vgg.h5").recipe
    assert given.model.weights == "vgg.h5"
    assert given.stages[0].learn == ("head",)
    assert scale_recipe(vgg, "small", "none").recipe.stages[0].learn == ("all",)
    assert scale_recipe(load_recipe("baseline"), "small", "x.h5").recipe.model.weights == "none"


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(SettingsError, match="smoke, small, full"):
        scale_recipe(load_recipe("baseline"), "large")  # type: ignore[arg-type]
