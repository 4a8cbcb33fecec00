from __future__ import annotations

import pytest

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Recipe, Stage
from lentigo.training.stages import plan_stages, stage_name, work_of_epochs

BLOCKS = ("stem", "block1a", "block1b", "block2", "block20")


def test_the_study_stages_cover_everything() -> None:
    plan = plan_stages((Stage(("head",)), Stage(("all",))), BLOCKS, is_pretrained=True)
    assert plan.names == ("head", "all")
    assert plan.never_learning == ()


def test_blocks_that_never_learn_are_named() -> None:
    plan = plan_stages((Stage(("head",)), Stage(("head", "block2", "block1"))), BLOCKS, is_pretrained=True)
    assert plan.never_learning == ("stem", "block20")
    assert plan.names == ("head", "head+block2+block1")


def test_random_blocks_must_learn() -> None:
    with pytest.raises(SettingsError, match="stem, block1a, block1b, block20"):
        plan_stages((Stage(("head", "block2")),), BLOCKS, is_pretrained=False)


def test_the_head_must_learn() -> None:
    with pytest.raises(SettingsError, match="no stage learns `head`"):
        plan_stages((Stage(("block2",)),), BLOCKS, is_pretrained=True)


def test_all_mistakes_are_listed_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        plan_stages((Stage(("haed",)), Stage(("block7",))), BLOCKS, is_pretrained=True)
    for text in ("haed", "block7", "head"):
        assert text in str(error.value)


def test_stage_names() -> None:
    assert stage_name(Stage(("block13", "block14", "head"))) == "block13+block14+head"


def test_work_of_an_epoch_goes_by_pixels_and_by_what_learns() -> None:
    head, small, whole = Stage(("head",), epochs=2), Stage(epochs=5, size=112), Stage(epochs=1)
    recipe = Recipe("r", stages=(head, small, whole))
    assert work_of_epochs(recipe) == ((2, 1.0), (5, 0.75), (1, 3.0))
