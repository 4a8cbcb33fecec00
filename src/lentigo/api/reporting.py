"""Figures of one part in; its `report.html`, with example images and saliency maps, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest
from lentigo.data.split import PARTS, Split
from lentigo.evaluation.predictions import Predictions
from lentigo.report.page import PartFacts, ReportInput, Sample, write_report
from lentigo.settings.members import is_several, recipe_of
from lentigo.settings.run import RunDirectory

SAMPLES_A_CLASS = 3
WORST_ERRORS = 12


def report_part(
    run: RunDirectory, manifest: Manifest, split: Split, predictions: Predictions, evaluation: dict[str, Any]
) -> None:
    """Write the run's report of one evaluated part."""
    shown = choose_samples(predictions, SAMPLES_A_CLASS)
    wrong = worst_errors(predictions, WORST_ERRORS)
    drawn = explain_rows(run, manifest, predictions, np.concatenate([shown, wrong]))
    report = ReportInput(
        record=run.record(),
        recipe_text=recipe_text(run),
        history=run.history(),
        evaluation=evaluation,
        parts=[_part_facts(manifest, split, part) for part in PARTS],
        groups_on_two_sides=groups_on_two_sides(split),
        samples=drawn[: len(shown)],
        errors=drawn[len(shown) :],
        commands=_commands(run, evaluation["part"]),
    )
    write_report(run.report_file, report)


def recipe_text(run: RunDirectory) -> str:
    """The resolved recipe; of several runs, who they are and what each counts for."""
    if not is_several(run):
        return run.recipe_file.read_text(encoding="utf-8")
    record = run.record()
    lines = [f"{entry['weight']:.3f}  {entry['name']}  {entry['path']}" for entry in record["members"]]
    return "\n".join([f"{record['mean']} mean of {len(lines)} runs, by weight:", *lines])


def _commands(run: RunDirectory, part: str) -> list[str]:
    """What gives this page again; out-of-fold answers come with the cross-validation itself."""
    asked = [f"lentigo evaluate {run.path} --part {part}"] if part in PARTS else []
    return [run.record()["command"], *asked]


def choose_samples(predictions: Predictions, per_class: int) -> NDArray[np.int64]:
    """Rows to show: of each class the first images, one a confidence level from sure to unsure."""
    truth = predictions.truth_indices()
    own = predictions.probabilities[np.arange(len(truth)), truth]
    chosen: list[int] = []
    for index in range(len(predictions.class_names)):
        rows = np.flatnonzero(truth == index)
        ordered = rows[np.argsort(-own[rows], kind="stable")]
        places = np.unique(np.linspace(0, len(ordered) - 1, min(per_class, len(ordered))).round().astype(int))
        chosen.extend(ordered[places].tolist() if len(ordered) else [])
    return np.array(chosen, dtype=np.int64)


def worst_errors(predictions: Predictions, count: int) -> NDArray[np.int64]:
    """Rows of wrong answers, the most confident first."""
    truth, probabilities = predictions.truth_indices(), predictions.probabilities
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != truth)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:count]


def explain_rows(
    run: RunDirectory, manifest: Manifest, predictions: Predictions, rows: NDArray[np.int64]
) -> list[Sample]:
    """Images of some predictions with the saliency map of the predicted class; several runs have none."""
    if len(rows) == 0:
        return []
    cache = open_cache(manifest, recipe_of(run).input)
    images = np.stack([cache.images[cache.row_of[image_id]] for image_id in predictions.image_ids[rows]])
    predicted = predictions.probabilities[rows].argmax(axis=1)
    maps = [None] * len(rows) if is_several(run) else _maps(run, images, predicted)
    names = predictions.class_names
    return [
        Sample(
            image_id=str(predictions.image_ids[row]),
            image=images[place],
            saliency=maps[place],
            truth=str(predictions.truth[row]),
            predicted=names[predicted[place]],
            probability=float(predictions.probabilities[row].max()),
        )
        for place, row in enumerate(rows)
    ]


def _maps(
    run: RunDirectory, images: NDArray[np.uint8], predicted: NDArray[np.int64]
) -> Sequence[NDArray[np.float32]]:
    from lentigo.explanation.gradcam import grad_cam
    from lentigo.training.inference import load_network

    return list(grad_cam(load_network(run), images, predicted))


def groups_on_two_sides(split: Split) -> int:
    """How many groups have images in more than one part, counted from the table itself."""
    return int((split.table.groupby("group")["part"].nunique() > 1).sum())


def _part_facts(manifest: Manifest, split: Split, part: str) -> PartFacts:
    rows = split.rows(manifest, part)
    counts = manifest.table["class"].iloc[rows].value_counts()
    groups = split.table.loc[split.table["part"] == part, "group"].nunique()
    return PartFacts(
        part, len(rows), int(groups), {name: int(counts.get(name, 0)) for name in manifest.class_names}
    )
