"""A row and its finished run in; everything that the table says of it out, as a dict that JSON can hold.

Only files are read: recipe, record, history, evaluation, and what the run scored on its training images.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lentigo.evaluation.evaluate import evaluated_parts
from lentigo.experiments.study.rows import StudyRow
from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Balance, Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.sealing import read_sealed
from lentigo.settings.toml import load_recipe

Json = dict[str, Any]


def row_facts(row: StudyRow, run: RunDirectory | None, error: str = "") -> Json:
    """What the table says of one row.

    Args:
        row: what was reported.
        run: finished and measured; None for a row that failed.
        error: why it failed.
    """
    reported = {
        "unbalanced": list(row.unbalanced),
        "balanced": list(row.balanced),
        "words": row.words,
        "is_leak": row.is_leak,
    }
    facts: Json = {
        "id": row.id,
        "recipe": row.recipe,
        "title": row.title,
        "reported": reported,
        "error": error,
    }
    return facts if run is None else {**facts, **_own(row, run)}


def is_trained(figure: float, floor: float) -> bool:
    """Whether a network has learnt more than to answer the commonest class always.

    One that does exactly that scores the floor, so the floor itself is not enough.
    """
    return figure > floor


def learnt_and_floor(training: Mapping[str, float], balance: Balance) -> Json:
    """What a network scored on the images it has learnt, and what one that has learnt nothing scores.

    Args:
        training: `accuracy` and `majority_share`; `balanced_accuracy` and `class_share` (one over the number
            of classes).
        balance: of its recipe. One that makes classes count equally is trained on balanced images, so its
            figures are those with every class weighted equally.

    Returns:
        What is in `training`, and `is_balanced`, `figure`, `floor`.
    """
    is_balanced = balance.resample_to != "none" or balance.draw_power > 0 or balance.weight_power > 0
    keys = ("balanced_accuracy", "class_share") if is_balanced else ("accuracy", "majority_share")
    figure, floor = (training[key] for key in keys)
    return {**training, "is_balanced": is_balanced, "figure": figure, "floor": floor}


def stage_figures(stages: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Validation accuracy at the epoch that each stage kept, as the study reported it after its stages.

    `balanced` is the accuracy with every class weighted equally (balanced accuracy). Neither has an interval:
    the epoch was chosen by the first.
    """
    found = []
    for index, stage in enumerate(stages):
        rows = [row for row in history if row["stage"] == index and row["epoch"] == stage["kept_epoch"]]
        kept = rows[0] if rows else {}
        found.append(
            {
                "name": stage["name"],
                "epochs": stage["epochs"],
                "unbalanced": kept.get("val_accuracy"),
                "balanced": kept.get("val_balanced_accuracy"),
            }
        )
    return found


def is_upsampled(recipe: Recipe, median_image: Mapping[str, int]) -> bool:
    """Whether the network's input is larger than half of the images; False where their size is not known."""
    height, width = median_image["height"], median_image["width"]
    return bool(height and width) and (recipe.input.height > height or recipe.input.width > width)


def _own(row: StudyRow, run: RunDirectory) -> Json:
    recipe, record = run.recipe(), run.record()
    found = _search(run) if row.verb == "search" else None
    measures = read_sealed(run.path / "study.json")
    evaluation = _evaluation(run)
    training = learnt_and_floor(measures["training"], recipe.balance)
    return {
        "run": str(run.path),
        "ours": {
            "accuracy": evaluation["metrics"]["accuracy"],
            "balanced": evaluation["class_weighted"]["accuracy"],
            "stages": stage_figures(record["stages"], run.history()),
        },
        "validation": _validation(evaluation) if row.shows == "validation" else None,
        "saliency": str(run.path / "saliency" / "sheet.png") if row.shows == "saliency" else "",
        "search": found,
        "training": training,
        "is_trained": is_trained(training["figure"], training["floor"]),
        "leaked": bool(evaluation["leaked"]),
        "num_classes": len(record["class_names"]),
        "scale": _scale(recipe, record, measures),
        "seconds": found["seconds"] if found else record["seconds"],
        "split_hash": evaluation["split_hash"],
        "command": record["command"],
        "history": [{key: row_.get(key) for key in ("accuracy", "val_accuracy")} for row_ in run.history()],
    }


def _evaluation(run: RunDirectory) -> Json:
    parts = evaluated_parts(run.evaluation_file)
    if "test" not in parts:
        raise RunError(f"{run.path} has no figures of its test part; run the row again")
    return parts["test"]


def _search(run: RunDirectory) -> Json:
    """What the search won by this run found: how many trainings, the genes, how far choosing flatters."""
    folder = run.path.parents[1]
    record, recipe = read_sealed(folder / "search.json"), load_recipe(folder / "recipe.toml")
    winner, genes = record["winner"], recipe.search.genes if recipe.search else ()
    confirmations = [one for one in record.get("confirmations", []) if one["winner"] == winner["number"]]
    return {
        "num_trials": record["num_trials"],
        "seconds": record["seconds"],
        "genes": {key: winner[key] for key in (*(gene.key for gene in genes), "mutation_rate")},
        "optimism": confirmations[-1]["optimism"] if confirmations else None,
    }


def _scale(recipe: Recipe, record: Json, measures: Json) -> Json:
    """How large the run was."""
    return {
        "name": measures["scale"],
        "images": record["image_counts"],
        "height": recipe.input.height,
        "width": recipe.input.width,
        "is_upsampled": is_upsampled(recipe, measures["median_image"]),
        "epochs": [stage["epochs"] for stage in record["stages"]],
        "weights": recipe.model.weights,
        "backbone": recipe.model.backbone,
    }


def _validation(evaluation: Json) -> Json:
    """Precision, recall and F1 of the malignant class, and the matrix, as the study's S7 has them."""
    binary = evaluation["malignant_vs_benign"] or {}
    metrics, weighted = binary.get("metrics") or {}, binary.get("class_weighted") or {}
    return {
        "unbalanced": {
            "precision": metrics.get("precision"),
            "recall": metrics.get("sensitivity"),
            "f1": metrics.get("f1"),
        },
        "balanced": {name: weighted.get(name) for name in ("precision", "recall", "f1")},
        "confusion_matrix": binary.get("confusion_matrix"),
    }
