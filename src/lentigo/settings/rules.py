"""What a recipe must satisfy beyond types: ranges and combinations; recipe in, list of broken rules out."""

from __future__ import annotations

from collections.abc import Iterator

from lentigo.settings.recipe import Augmentation, Balance, HeadLayer, Recipe, Stage, Stored, Training
from lentigo.settings.search_rules import search_rules
from lentigo.settings.views import views_problem

MONITORS = ("val_accuracy", "val_balanced_accuracy", "val_loss", "val_balanced_loss", "val_roc_auc")
RESAMPLE_WORDS = ("none", "min", "median", "geometric")
SMALLEST_SIDE, LARGEST_SIDE = 16, 1024
LARGEST_BETA = 10.0
"""Beyond it all mixtures are halves."""


def broken_rules(recipe: Recipe) -> list[str]:
    """Every rule that the recipe breaks, as `key.path: what is wrong`."""
    return [
        *_input_rules(recipe),
        *_augmentation_rules(recipe.augmentation),
        *_head_rules(recipe.model.head),
        *_encoder_rules(recipe),
        *_balance_rules(recipe.balance),
        *_training_rules(recipe.training),
        *_stored_rules(recipe.stored),
        *_prediction_rules(recipe),
        *_stages_rules(recipe.stages),
        *_size_rules(recipe),
        *search_rules(recipe),
    ]


def _input_rules(recipe: Recipe) -> Iterator[str]:
    for name in ("height", "width"):
        side = getattr(recipe.input, name)
        if not SMALLEST_SIDE <= side <= LARGEST_SIDE:
            yield f"input.{name}: {side} is not between {SMALLEST_SIDE} and {LARGEST_SIDE} pixels"
    if recipe.task.classes == "binary" and not recipe.task.malignant:
        yield "task.malignant: a binary task needs at least one malignant class"


def _augmentation_rules(augmentation: Augmentation) -> Iterator[str]:
    for name, limit in (("rotation", 0.5), ("zoom", 0.9), ("shift", 0.5)):
        yield from _within(f"augmentation.{name}", getattr(augmentation, name), 0, limit)
    for name in ("brightness", "contrast", "saturation"):
        yield from _within(f"augmentation.{name}", getattr(augmentation, name), 0, 1)
    for name in ("operation_strength", "operation_share", "mixing_share"):
        yield from _within(f"augmentation.{name}", getattr(augmentation, name), 0, 1)
    for name in ("mixup", "cutmix"):
        yield from _within(f"augmentation.{name}", getattr(augmentation, name), 0, LARGEST_BETA)
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
        where = f"model.head.{index}"
        if layer.layer == "dense" and layer.units < 1:
            yield f"{where}.units: a dense layer needs at least 1 unit"
        if layer.layer == "dropout" and not 0 <= layer.rate < 1:
            yield f"{where}.rate: {layer.rate} is not in [0, 1)"


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


def _balance_rules(balance: Balance) -> Iterator[str]:
    target = balance.resample_to
    if target not in RESAMPLE_WORDS and not (target.isdigit() and int(target) > 0):
        words = ", ".join(RESAMPLE_WORDS)
        yield f"balance.resample_to: {target!r} is neither a positive number nor one of {words}"
    if target != "none" and balance.draw_power:
        yield "balance: resample_to and draw_power exclude each other"
    yield from _within("balance.draw_power", balance.draw_power, 0, 1)
    yield from _within("balance.weight_power", balance.weight_power, 0, 1)
    yield from _within("balance.prior_power", balance.prior_power, 0, 1)


def _training_rules(training: Training) -> Iterator[str]:
    if training.batch_size < 1:
        yield "training.batch_size: at least 1"
    yield from _within("training.label_smoothing", training.label_smoothing, 0, 0.5)
    yield from _within("training.clip_gradients", training.clip_gradients, 0, 1_000_000)
    yield from _within("training.average_weights", training.average_weights, 0, 0.99999)
    if training.seed < 0:
        yield "training.seed: at least 0"
    yield from _within("training.weight_decay", training.weight_decay, 0, 10)
    yield from _monitor("training.monitor", training.monitor)


def _stored_rules(stored: Stored) -> Iterator[str]:
    yield from _within("stored.views", stored.views, 1, 1000)
    yield from _within("stored.budget_gib", stored.budget_gib, 0, 1_000_000)


def _prediction_rules(recipe: Recipe) -> Iterator[str]:
    height, width = recipe.input.height, recipe.input.width
    problem = views_problem(recipe.prediction.views, height, width)
    if problem:
        yield f"prediction.views: {problem}"


def _stages_rules(stages: tuple[Stage, ...]) -> Iterator[str]:
    if not stages:
        yield "stages: at least one"
    for index, stage in enumerate(stages):
        yield from _stage_rules(f"stages.{index}", stage)


def _stage_rules(where: str, stage: Stage) -> Iterator[str]:
    if stage.epochs < 1:
        yield f"{where}.epochs: at least 1"
    if not 0 < stage.lr <= 10:
        yield f"{where}.lr: {stage.lr} is not in (0, 10]"
    if not stage.learn:
        yield f"{where}.learn: name `head`, `all` or blocks"
    if stage.reduce_lr_on_plateau:
        yield from _monitor(f"{where}.reduce_lr_on_plateau.monitor", stage.reduce_lr_on_plateau.monitor)
        if not 0 < stage.reduce_lr_on_plateau.factor < 1:
            yield f"{where}.reduce_lr_on_plateau.factor: between 0 and 1"
    if stage.early_stopping:
        yield from _monitor(f"{where}.early_stopping.monitor", stage.early_stopping.monitor)


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


def _within(where: str, value: float, low: float, high: float) -> Iterator[str]:
    if not low <= value <= high:
        yield f"{where}: {value} is not between {low} and {high}"


def _monitor(where: str, monitor: str) -> Iterator[str]:
    if monitor not in MONITORS:
        yield f"{where}: {monitor!r} is not one of {', '.join(MONITORS)}"
