"""Stages of fine-tuning, checked before the first epoch: recipe and blocks in, a plan or all mistakes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lentigo.models.blocks import blocks_named
from lentigo.settings.errors import SettingsError, several
from lentigo.settings.recipe import Recipe, Stage

WHOLE, HEAD = "all", "head"


@dataclass(frozen=True)
class StagePlan:
    """What the stages together do to the network."""

    names: tuple[str, ...]
    """One a stage, for people."""
    never_learning: tuple[str, ...]
    """Blocks that no stage trains: deliberately frozen throughout, and said in the run."""


def stage_name(stage: Stage) -> str:
    """What learns, `head`, `all` or block names joined by `+`, and the size of small images: `all at 128`."""
    return "+".join(stage.learn) + (f" at {stage.size}" if stage.size else "")


def work_of_epochs(recipe: Recipe) -> tuple[tuple[int, float], ...]:
    """Of every stage its epochs, and about how much work one is: pixels, three times where a backbone learns.

    Forward is a third of forward and backward. It foretells times, roughly, before there are any.
    """
    full = min(recipe.input.height, recipe.input.width)
    return tuple(
        (stage.epochs, ((stage.size or full) / full) ** 2 * (1 if set(stage.learn) == {HEAD} else 3))
        for stage in recipe.stages
    )


def plan_stages(stages: Sequence[Stage], blocks: Iterable[str], is_pretrained: bool) -> StagePlan:
    """Check that the stages name only what there is and leave nothing untrained by mistake.

    Args:
        stages: of the recipe.
        blocks: names of the backbone's blocks, in order.
        is_pretrained: whether the backbone starts from trained weights; frozen random blocks are a mistake.

    Raises:
        SettingsError: lists unknown names, a head that never learns, and random blocks that never learn.
    """
    ordered = tuple(blocks)
    problems, learning = _what_learns(stages, ordered)
    if not any({WHOLE, HEAD} & set(stage.learn) for stage in stages):
        problems.append("no stage learns `head`, which starts from random weights; add it to a stage")
    never = tuple(block for block in ordered if block not in learning)
    if never and not is_pretrained and not problems:
        problems.append(
            f"no stage learns {', '.join(never)}, and the backbone starts from random weights; "
            "add a stage that learns `all`, or give model.weights"
        )
    if problems:
        raise SettingsError(several("the stages do not fit the network:", problems))
    return StagePlan(tuple(stage_name(stage) for stage in stages), never)


def _what_learns(stages: Sequence[Stage], blocks: tuple[str, ...]) -> tuple[list[str], set[str]]:
    """Unknown names as problems, and the blocks that some stage trains."""
    problems, learning = [], set()
    for index, stage in enumerate(stages):
        names = [name for name in stage.learn if name not in (WHOLE, HEAD)]
        try:
            learning |= blocks_named(dict.fromkeys(blocks), names)
        except SettingsError as error:
            problems.append(f"stages.{index}: {error}")
        if WHOLE in stage.learn:
            learning.update(blocks)
    return problems, learning
