"""Each rule, broken alone, is named by its key path."""

from __future__ import annotations

import dataclasses
from typing import get_type_hints

import pytest

from lentigo.settings import recipe as recipe_page
from lentigo.settings.checking.rules import broken_rules, search_rules
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Recipe
from lentigo.settings.toml import dump_recipe, load_recipe, parse_recipe, with_values

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
    "balance.weight_power: 0, so that": "balance.weight_ramp=2",
    "balance.weight_start": "balance={weight_power=1.0, weight_start=-1}",
    "balance: weight_power and logit_adjustment": "balance={weight_power=0.5, logit_adjustment=1.0}",
    "balance.logit_adjustment": "balance.logit_adjustment=-1",
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
    "stages.0.layer_decay": "stages=[{layer_decay=0}]",
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


def test_blocks_are_dropped_only_where_one_learns() -> None:
    text = 'name = "x"\nmodel = { backbone = "efficientnet-lite0", stochastic_depth = 0.2 }\n'
    with pytest.raises(SettingsError, match=r"model\.stochastic_depth: no stage learns a block"):
        parse_recipe(text, overrides=['stages=[{learn=["head"]}]'])
    assert parse_recipe(text).model.stochastic_depth == 0.2
    with pytest.raises(SettingsError, match=r"model\.stochastic_depth: 1"):
        parse_recipe(text, overrides=["model.stochastic_depth=1"])


def test_an_encoder_in_onnx_learns_nothing_but_its_head() -> None:
    text = 'name = "x"\nmodel = { backbone = "onnx", weights = "e.onnx" }\n[[stages]]\nlearn = "all"\n'
    with pytest.raises(SettingsError, match=r"stages\.0\.learn: an encoder in ONNX stays frozen"):
        parse_recipe(text)
    assert parse_recipe(text, overrides=['stages.0.learn="head"']).model.backbone == "onnx"
    with pytest.raises(SettingsError, match=r"model\.weights: the path of an ONNX file"):
        parse_recipe(text, overrides=['stages.0.learn="head"', "model.weights=imagenet"])


UNBOUNDED = """
name = "x"
[training]
weight_decay = nan
seed = 4294967296
batch_size = 100000000000
monitor = "val_acuracy"
[model]
head = [{ layer = "pool" }, { layer = "dense", units = 1000000000000 }]
[[stages]]
epochs = 9000000000000000000
lr = inf
early_stopping = { patience = -5 }
reduce_lr_on_plateau = { min_lr = -1, patience = 2.5 }
"""


def test_every_number_is_finite_and_bounded_and_all_are_told_at_once_with_wrong_types() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_recipe(UNBOUNDED)
    told = [line.strip(" -").split(": ")[0] for line in str(caught.value).splitlines()[1:]]
    assert sorted(told) == [
        "model.head.1.units",
        "stages.0.early_stopping.patience",
        "stages.0.epochs",
        "stages.0.lr",
        "stages.0.reduce_lr_on_plateau.min_lr",
        "stages.0.reduce_lr_on_plateau.patience",
        "training.batch_size",
        "training.monitor",
        "training.seed",
        "training.weight_decay",
    ]
    assert "did you mean val_accuracy?" in str(caught.value)


def test_no_number_of_a_recipe_is_without_bounds() -> None:
    for kind in vars(recipe_page).values():
        if dataclasses.is_dataclass(kind) and kind.__module__ == recipe_page.__name__:
            hints = get_type_hints(kind, include_extras=True)
            assert [name for name, hint in hints.items() if hint in (int, float)] == [], kind


def test_a_recipe_without_search_breaks_no_rule_of_it() -> None:
    assert list(search_rules(load_recipe("baseline"))) == []


def test_the_genetic_recipe_has_the_genome_of_the_study() -> None:
    recipe = load_recipe("genetic")
    assert recipe.search is not None
    assert [gene.key for gene in recipe.search.genes] == [
        "model.head.2.units",
        "model.head.0.rate",
        "stages.0.lr",
    ]
    study = {"model.head.2.units": 112, "model.head.0.rate": 0.30, "stages.0.lr": 1e-4}
    assert all(gene.low <= study[gene.key] <= gene.high for gene in recipe.search.genes)
    assert recipe.search.lowest_mutation_rate < 0.11 < recipe.search.highest_mutation_rate
    assert parse_recipe(dump_recipe(recipe)) == recipe


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("search.population=1", "search.population: at least 2"),
        ("search.elite=7", "search.elite: 7 is not between 1 and search.population"),
        ("search.lowest_mutation_rate=0.9", "lowest_mutation_rate"),
        ("search.external_mutation_rate=1.5", "not between 0 and 1"),
        ("search.genes.1.high=-1", "low .0.0. is not below high"),
        ("search.genes.2.low=0", "has no logarithm"),
        ("search.genes.0.low=16.5", "must be whole"),
        ("search.genes.0.key=stages.0.lr", "named twice"),
        ("search.genes.0.kind=whole", "is not one of 'int', 'float'"),
        ("search.popluation=3", "did you mean population"),
        ("search.seed=-1", "search.seed"),
        ("search.genes=[]", "at least one"),
        ("training.keep=last", "set training.keep"),
    ],
)
def test_every_mistake_is_named(override: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_recipe("genetic", [override])


def test_values_are_put_into_a_recipe_as_strictly_as_from_a_file() -> None:
    recipe = load_recipe("genetic")
    changed = with_values(recipe, {"model.head.2.units": 112, "stages.0.lr": 1e-4})
    assert (changed.model.head[2].units, changed.stages[0].lr) == (112, 1e-4)
    assert recipe.model.head[2].units == 128
    with pytest.raises(SettingsError, match="did you mean units"):
        with_values(recipe, {"model.head.2.unist": 4})
    with pytest.raises(SettingsError, match="no such key"):
        with_values(recipe, {"model.head.9.units": 4})
    with pytest.raises(SettingsError, match="expected a whole number"):
        with_values(recipe, {"training.batch_size": 4.5})


def test_pairs_go_with_what_asks_for_no_single_photograph() -> None:
    pair = ["input.view='pair'", "augmentation.one_view=0.2"]
    assert parse_recipe('name = "x"', overrides=pair).augmentation.one_view == 0.2
    with pytest.raises(SettingsError, match="one_view: only pairs are shown in part"):
        parse_recipe('name = "x"', overrides=pair[1:])
    for key in (
        "augmentation.mixup=0.2",
        "augmentation.cutmix=1.0",
        "prediction.views='flips'",
        "stages.0.size=64",
        "model.backbone='onnx'",
    ):
        with pytest.raises(SettingsError, match=rf"(?s){key.split('=')[0]}: .*(input.view|pair)"):
            parse_recipe('name = "x"\n[[stages]]\nepochs = 1', overrides=[*pair, key])
