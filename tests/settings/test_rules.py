"""Each rule, broken alone, is named by its key path."""

from __future__ import annotations

import pytest

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Recipe
from lentigo.settings.rules import broken_rules
from lentigo.settings.toml import parse_recipe

BROKEN = {
    "input.height": "input.height=4",
    "input.width": "input.width=5000",
    "task.malignant": 'task={classes="binary", malignant=[]}',
    "augmentation.rotation": "augmentation.rotation=0.7",
    "augmentation.contrast": "augmentation.contrast=-0.1",
    "augmentation.operation_strength": "augmentation.operation_strength=1.5",
    "augmentation.operation_share": "augmentation.operation_share=-0.1",
    "augmentation.mixup": "augmentation.mixup=11",
    "augmentation.cutmix": "augmentation.cutmix=nan",
    "augmentation.mixing_share": "augmentation.mixing_share=2",
    "augmentation.shape_operations": 'augmentation.shape_operations=["lens", "lens"]',
    "augmentation.flips": "augmentation.flips=alternating",
    "model.head: exactly one": 'model.head=[{layer="dropout", rate=0.1}]',
    "model.head.1.units": 'model.head=[{layer="pool"}, {layer="dense"}]',
    "model.head.0.rate": 'model.head=[{layer="dropout", rate=1.0}, {layer="pool"}]',
    "balance.resample_to": "balance.resample_to=most",
    "balance: resample_to and draw_power": 'balance={resample_to="min", draw_power=0.5}',
    "balance.draw_power": "balance.draw_power=2",
    "balance.weight_power": "balance.weight_power=-1",
    "balance.prior_power": "balance.prior_power=1.5",
    "training.batch_size": "training.batch_size=0",
    "training.label_smoothing": "training.label_smoothing=0.9",
    "training.average_weights": "training.average_weights=1",
    "training.weight_decay": "training.weight_decay=-1",
    "training.seed": "training.seed=-1",
    "training.clip_gradients": "training.clip_gradients=-1",
    "training.monitor": "training.monitor=val_f1",
    "stored.views": "stored.views=0",
    "stored.budget_gib": "stored.budget_gib=nan",
    "stages: at least one": "stages=[]",
    "stages.0.epochs": "stages=[{epochs=0}]",
    "stages.0.lr": "stages=[{lr=0}]",
    "stages.0.learn": "stages=[{learn=[]}]",
    "stages.0.size: 8 is not between 16 and 224": "stages=[{size=8}, {}]",
    "stages.1.size: 225 is not between 16 and 224": "stages=[{}, {size=225}, {}]",
    "stages.1.size: the last stage": "stages=[{}, {size=128}]",
    "stages.0.reduce_lr_on_plateau.monitor": 'stages=[{reduce_lr_on_plateau={monitor="loss"}}]',
    "stages.0.reduce_lr_on_plateau.factor": "stages=[{reduce_lr_on_plateau={factor=1}}]",
    "stages.0.early_stopping.monitor": 'stages=[{early_stopping={monitor="acc"}}]',
}


@pytest.mark.parametrize(("where", "override"), BROKEN.items())
def test_a_broken_rule_is_named(where: str, override: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_recipe('name = "x"', overrides=[override])
    assert where in str(caught.value)
    assert str(caught.value).count("\n") == 1, "one mistake, one line"


def test_the_defaults_break_no_rule() -> None:
    assert broken_rules(Recipe(name="x")) == []


def test_a_head_that_flattens_fits_one_size_only() -> None:
    text = 'name = "x"\nmodel.head = [{ layer = "flatten" }]\n'
    with pytest.raises(SettingsError, match=r"stages\.1\.size: the head flattens .* use `pool`"):
        parse_recipe(text, overrides=["stages=[{}, {size=128}, {}]"])
    assert parse_recipe(text, overrides=["stages=[{size=224}, {}]"]).stages[0].size == 224


def test_turning_by_a_quarter_needs_square_input() -> None:
    text = 'name = "x"\nprediction.views = "dihedral"\n[input]\nheight = 64\n'
    with pytest.raises(SettingsError, match=r"prediction\.views: .* not 64 and 224; use `flips`"):
        parse_recipe(text)
    assert parse_recipe(text, overrides=["input.width=64"]).prediction.views == "dihedral"


def test_an_encoder_in_onnx_learns_nothing_but_its_head() -> None:
    text = 'name = "x"\nmodel = { backbone = "onnx", weights = "e.onnx" }\n[[stages]]\nlearn = "all"\n'
    with pytest.raises(SettingsError, match=r"stages\.0\.learn: an encoder in ONNX stays frozen"):
        parse_recipe(text)
    assert parse_recipe(text, overrides=['stages.0.learn="head"']).model.backbone == "onnx"
    with pytest.raises(SettingsError, match=r"model\.weights: the path of an ONNX file"):
        parse_recipe(text, overrides=['stages.0.learn="head"', "model.weights=imagenet"])
