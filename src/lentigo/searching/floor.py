"""Recipe, manifest and split in; the fitness of an individual that has learnt nothing out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.data.taxonomy import targets
from lentigo.searching.optimism import metric_of
from lentigo.settings.recipe import Recipe


def floor_of(recipe: Recipe, manifest: Manifest, split: Split) -> float:
    """What answering the commonest class for every validation image scores, 0 to 1.

    A winner that is no better was not found by learning: the search had nothing to choose between.
    """
    labels, _ = targets(manifest.table["class"].tolist(), manifest.class_names, recipe.task)
    counts = np.bincount(labels[split.rows(manifest, "validation")])
    if metric_of(recipe) == "balanced_accuracy":
        return 1 / int(np.count_nonzero(counts))
    return float(counts.max() / counts.sum())


def beats_floor(record: Mapping[str, Any]) -> bool:
    """Whether the winner of `search.json` has learnt anything: by its interval where it is confirmed.

    Without `--confirm` there is only the figure it was chosen by.
    """
    winner = record["winner"]
    figures = [
        one["validation"] for one in record.get("confirmations", []) if one["winner"] == winner["number"]
    ]
    low = figures[-1].get("low") if figures else None
    return bool((winner["fitness"] if low is None else low) > record["floor"])
