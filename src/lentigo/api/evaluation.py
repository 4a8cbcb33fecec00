"""A finished run in; predictions, figures, opponents and the report of one part out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd

from lentigo.api.answers import answer_part, log_look
from lentigo.api.checklist import write_checklists
from lentigo.api.evaluated_part import EvaluatedPart
from lentigo.api.measures import measure
from lentigo.api.opponents import measure_opponents
from lentigo.api.reporting import report_part
from lentigo.api.training import open_data
from lentigo.data.groups import group_ids
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.evaluation.evaluate import Context, evaluate_predictions, save_evaluation
from lentigo.evaluation.leak import check_no_leak
from lentigo.settings.members import recipe_of
from lentigo.settings.run import RunDirectory

Progress = Callable[[int, int], None]

NUM_STEPS = 2
"""Predict, and compute; the report is drawn after the last."""


def evaluate(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    *,
    part: str = "validation",
    manifest: str | Path | None = None,
    with_baselines: bool = True,
    allow_leak: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Predict one part and compare it with the truth.

    Writes `predictions.csv`, `evaluation.json`, `report.html` and `checklists.md` into the run; other parts
    already evaluated are kept. A look at the test part is logged in `run.json`.

    Args:
        run: a finished run, an ensemble or a cross-validation.
        part: `validation`, or on purpose `test`.
        manifest: where the manifest is now, if it has moved.
        with_baselines: also measure the simple opponents and the probes for shortcuts on the same images.
        allow_leak: go on although images or groups were trained on; stamps LEAKED.
        progress: called with (done, total) steps.

    Returns:
        The part's entry of `evaluation.json`, with `test_looks` (how often test has been looked at).

    Raises:
        LeakError: an evaluated image, or its group, was trained on.
        RunError: the run is not finished or its data are not what it was trained on.
        SplitError: the part is empty.
    """
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    images, split = open_data(opened, manifest)
    step = _steps(progress)
    leaked = check_no_leak(linked_rows(images, split, part), linked_rows(images, split, "train"), allow_leak)
    looks = log_look(opened, part)
    predictions = answer_part(opened, images, split, part)
    step()
    context = Context(part, split.hash, tuple(opened.record()["malignant"]), leaked)
    evaluated = EvaluatedPart(opened, images, split, predictions, context, not with_baselines)
    result = _figures(evaluated)
    save_evaluation(opened.evaluation_file, opened.record()["name"], result)
    step()
    report_part(opened, images, split, predictions, result)
    write_checklists(opened, images, split)
    return {**result, "test_looks": looks}


def _figures(of: EvaluatedPart) -> dict[str, Any]:
    recipe, part = recipe_of(of.run), of.context.part
    opponents = {} if of.is_brief else measure_opponents(recipe, of.manifest, of.split, part)
    return evaluate_predictions(of.predictions, of.groups, of.context, opponents) | measure(of)


def linked_rows(manifest: Manifest, split: Split, part: str) -> pd.DataFrame:
    """The images of one part with everything by which they could be known from training.

    Groups are computed afresh: the manifest may know links that it did not know when the split was made.
    """
    linked = manifest.table[["image_id", "sha256", "lesion_id", "patient_id"]]
    return linked.assign(group=group_ids(manifest.table)).iloc[split.rows(manifest, part)]


def _steps(progress: Progress | None) -> Callable[[], None]:
    """A function that tells `progress` of one more step each time it is called."""
    counts = count(1)

    def step() -> None:
        done = next(counts)
        if progress:
            progress(done, NUM_STEPS)

    return step
