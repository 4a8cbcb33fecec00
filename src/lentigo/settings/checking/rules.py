"""What a recipe must satisfy beyond types and bounds: combinations; recipe in, list of broken rules out."""

from __future__ import annotations

from collections.abc import Iterator

from lentigo.settings.checking.views import views_problem
from lentigo.settings.recipe import Augmentation, Balance, Gene, HeadLayer, Recipe, Search

RESAMPLE_WORDS = ("none", "min", "median", "geometric")
FITNESS = ("val_accuracy", "val_balanced_accuracy")
"""Figures that a search may choose by."""
SMALLEST_SIDE = 16
"""Pixels of a stage's images."""


def broken_rules(recipe: Recipe) -> list[str]:
    """Every rule that the recipe breaks, as `key.path: what is wrong`."""
    return [
        *_task_rules(recipe),
        *_augmentation_rules(recipe.augmentation),
        *_head_rules(recipe.model.head),
        *_encoder_rules(recipe),
        *_depth_rules(recipe),
        *_metadata_rules(recipe),
        *_pair_rules(recipe),
        *_balance_rules(recipe.balance),
        *_prediction_rules(recipe),
        *_stages_rules(recipe),
        *_size_rules(recipe),
        *search_rules(recipe),
    ]


def _task_rules(recipe: Recipe) -> Iterator[str]:
    if recipe.task.classes == "binary" and not recipe.task.malignant:
        yield "task.malignant: a binary task needs at least one malignant class"


def _augmentation_rules(augmentation: Augmentation) -> Iterator[str]:
    for name in ("shape_operations", "colour_operations"):
        named = getattr(augmentation, name)
        if len(set(named)) < len(named):
            yield f"augmentation.{name}: names one operation twice"
    if augmentation.flips == "alternating" and not (
        augmentation.horizontal_flip or augmentation.vertical_flip
    ):
        yield "augmentation.flips: `alternating` needs horizontal_flip or vertical_flip"


def _head_rules(head: tuple[HeadLayer, ...]) -> Iterator[str]:
    reducers = [layer.layer for layer in head if layer.layer in ("flatten", "pool")]
    if len(reducers) != 1:
        yield "model.head: exactly one layer must be `flatten` or `pool`"
    for index, layer in enumerate(head):
        if layer.layer == "dense" and layer.units < 1:
            yield f"model.head.{index}.units: a dense layer needs at least 1 unit"


def _encoder_rules(recipe: Recipe) -> Iterator[str]:
    if recipe.model.backbone != "onnx":
        return
    if recipe.model.weights in ("none", "imagenet"):
        yield "model.weights: the path of an ONNX file, for model.backbone = 'onnx'"
    for index, stage in enumerate(recipe.stages):
        if tuple(stage.learn) != ("head",):
            yield f"stages.{index}.learn: an encoder in ONNX stays frozen; learn `head`"
        if stage.size:
            yield f"stages.{index}.size: an encoder in ONNX has one size"


def _depth_rules(recipe: Recipe) -> Iterator[str]:
    if recipe.model.stochastic_depth and all(set(stage.learn) == {"head"} for stage in recipe.stages):
        yield "model.stochastic_depth: no stage learns a block, so that it would do nothing; leave it out"


def _pair_rules(recipe: Recipe) -> Iterator[str]:
    """What two photographs at once do not go with."""
    is_pair, augmentation = recipe.input.view == "pair", recipe.augmentation
    if augmentation.one_view and not is_pair:
        yield "augmentation.one_view: only pairs are shown in part; set input.view = 'pair', or leave it out"
    if not is_pair:
        return
    for name in ("mixup", "cutmix"):
        if getattr(augmentation, name):
            yield f"augmentation.{name}: pairs of photographs (input.view) are not mixed; set it to 0"
    if recipe.prediction.views != "one":
        yield "prediction.views: pairs of photographs (input.view) are answered as they are; set it to 'one'"
    if recipe.model.backbone == "onnx":
        yield "model.backbone: an encoder in ONNX takes one photograph; leave input.view = 'pair' out"
    for index, stage in enumerate(recipe.stages):
        if stage.size:
            yield f"stages.{index}.size: pairs of photographs (input.view) have one size; leave it out"


def _metadata_rules(recipe: Recipe) -> Iterator[str]:
    use, sites = recipe.metadata.use, recipe.metadata.sites
    if len(set(use)) < len(use):
        yield "metadata.use: names one field twice"
    if len(set(sites)) < len(sites) or not all(site and site == site.strip().lower() for site in sites):
        yield "metadata.sites: expected different words in small letters, as the manifest has them"
    if "site" in use and not sites:
        yield "metadata.sites: at least one, for metadata.use has `site`"
    if use and recipe.model.output != "logits":
        yield "metadata.use: metadata move the logits; set model.output = 'logits', the same function"


def _balance_rules(balance: Balance) -> Iterator[str]:
    target = balance.resample_to
    if target not in RESAMPLE_WORDS and not (target.isdigit() and int(target) > 0):
        words = ", ".join(RESAMPLE_WORDS)
        yield f"balance.resample_to: {target!r} is neither a positive number nor one of {words}"
    if target != "none" and balance.draw_power:
        yield "balance: resample_to and draw_power exclude each other"
    if balance.weight_power and balance.logit_adjustment:
        yield (
            "balance: weight_power and logit_adjustment exclude each other, since both answer the same "
            "imbalance in the loss; set one of them to 0"
        )
    if (balance.weight_start or balance.weight_ramp) and not balance.weight_power:
        yield "balance.weight_power: 0, so that weight_start and weight_ramp would do nothing; leave them out"


def _prediction_rules(recipe: Recipe) -> Iterator[str]:
    height, width = recipe.input.height, recipe.input.width
    problem = views_problem(recipe.prediction.views, height, width)
    if problem:
        yield f"prediction.views: {problem}"


def _stages_rules(recipe: Recipe) -> Iterator[str]:
    if not recipe.stages:
        yield "stages: at least one"
    for index, stage in enumerate(recipe.stages):
        if not stage.learn:
            yield f"stages.{index}.learn: name `head`, `all` or blocks"


def _size_rules(recipe: Recipe) -> Iterator[str]:
    """Stages on smaller images: sizes that can be, a head that does not mind, and an end at full size."""
    whole = min(recipe.input.height, recipe.input.width)
    sized = {index: stage.size for index, stage in enumerate(recipe.stages) if stage.size not in (0, whole)}
    for index, size in sized.items():
        if not SMALLEST_SIDE <= size <= whole:
            yield (
                f"stages.{index}.size: {size} is not between {SMALLEST_SIDE} and {whole} pixels, the shorter "
                "side of the input; 0 is as large as that"
            )
    if sized and any(layer.layer == "flatten" for layer in recipe.model.head):
        yield (
            f"stages.{min(sized)}.size: the head flattens its feature map, so that its weights fit one size "
            'of images only; use `pool` (head = "pooled"), or leave size out'
        )
    if len(recipe.stages) - 1 in sized:
        yield (
            f"stages.{len(recipe.stages) - 1}.size: the last stage must learn at the full size, which the "
            "trained network is asked at; leave size out"
        )


def search_rules(recipe: Recipe) -> Iterator[str]:
    """Every rule that `recipe.search` breaks, as `key.path: what is wrong`; nothing where there is none.

    Whether the genes' keys exist is checked when they are put into a recipe: see `searching/genome.py`.
    """
    if recipe.search is None:
        return
    yield from _population_rules(recipe.search)
    yield from _genes_rules(recipe.search.genes)
    if recipe.training.keep != "best" or recipe.training.monitor not in FITNESS:
        yield (
            "search: fitness is the best validation accuracy of the weights that are kept; set training.keep "
            "= 'best' and training.monitor = 'val_accuracy' or 'val_balanced_accuracy'"
        )


def _population_rules(search: Search) -> Iterator[str]:
    if search.elite > search.population:
        yield f"search.elite: {search.elite} is not between 1 and search.population ({search.population})"
    low, high = search.lowest_mutation_rate, search.highest_mutation_rate
    if not 0 < low < high <= 1:
        yield f"search: 0 < lowest_mutation_rate ({low}) < highest_mutation_rate ({high}) <= 1 must hold"


def _genes_rules(genes: tuple[Gene, ...]) -> Iterator[str]:
    if not genes:
        yield "search.genes: at least one"
    keys = [gene.key for gene in genes]
    for index, gene in enumerate(genes):
        where = f"search.genes.{index}"
        if not gene.low < gene.high:
            yield f"{where}: low ({gene.low}) is not below high ({gene.high})"
        if gene.log and gene.low <= 0:
            yield f"{where}.low: {gene.low} has no logarithm; it must be above 0"
        if gene.kind == "int" and not (gene.low.is_integer() and gene.high.is_integer()):
            yield f"{where}: low and high of a whole number must be whole"
        if gene.key in keys[:index] or gene.key.split(".")[0] in ("search", "name"):
            yield f"{where}.key: {gene.key} is named twice, or cannot vary"
